import type { Call } from '../../domain/call.ts';
import type { DealPatch } from '../../domain/deal-writes.ts';
import { isRemoteId } from '../../domain/ref.ts';
import { chooseFrom } from '../choose.ts';
import type { Kept } from '../kept.ts';
import { id, isWire, readRecords, text, textOrNull, type Wire } from '../wire.ts';
import type { Account } from './account.ts';
import { collection } from './api.ts';

interface TodoTemplate {
  readonly id: string;
  readonly name: string;
}

/** Templates of activities for deals, as `GET /admin/todo_templates` lists them. */
export class TodoTemplates {
  readonly #crm: string;
  /** `null` where the CRM does not show them to this key. */
  readonly #kept: Kept<readonly TodoTemplate[] | null>;

  constructor(account: Account) {
    this.#crm = account.crm;
    this.#kept = account.keep('admin/todo_templates', async (call) => {
      const values = await account.api.allIfShown(collection('admin/todo_templates'), call);
      if (values === null) return null;
      const ofDeals = values.filter((value) => isWire(value) && isOfDeals(value));
      const { records } = readRecords(account.crm, 'todo template', ofDeals, (wire) => ({
        id: id(wire),
        name: text(wire, 'name'),
      }));
      return records;
    });
  }

  /**
   * What stands beside the `deal` of a write to have a template applied. The CRM passes over templates it does not
   * have, so they are looked up; one that cannot be is believed by its id.
   */
  async toWrite({ todoTemplate, todoTemplateOwner }: DealPatch, call: Call): Promise<Readonly<Record<string, number>>> {
    if (todoTemplate === undefined) return {};
    return {
      todo_template_id: Number(await this.#idOf(todoTemplate, call)),
      ...(todoTemplateOwner !== undefined && { todo_template_user_id: Number(todoTemplateOwner) }),
    };
  }

  async #idOf(template: string, call: Call): Promise<string> {
    const shown = await this.#kept.get(call);
    if (shown === null && isRemoteId(template)) return template;
    const list = { get: async () => shown ?? [], refreshed: async () => (await this.#kept.refreshed(call)) ?? [] };
    const choice = isRemoteId(template) ? { id: template } : { name: template };
    const [chosen] = await chooseFrom(this.#crm, 'todo template', list, [{ choice, path: ['todoTemplate'] }]);
    return chosen?.id ?? template;
  }
}

/** Today a template may be for several kinds of records. */
function isOfDeals(template: Wire): boolean {
  const types: readonly unknown[] = Array.isArray(template.todo_template_types) ? template.todo_template_types : [];
  return [template, ...types].some((one) => isWire(one) && textOrNull(one, 'template_type') === 'deals');
}
