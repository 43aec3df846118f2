import type { Call } from '../../domain/call.ts';
import type { DealPatch } from '../../domain/deal-writes.ts';
import type { Kept } from '../kept.ts';
import { id, readRecords, text } from '../wire.ts';
import type { Account } from './account.ts';
import { collection } from './api.ts';
import { invalid } from './write-errors.ts';

interface Reason {
  readonly id: string;
  readonly name: string;
}

/**
 * The reasons an account offers for lost or for won deals, as `GET /admin/deal_loss_reasons` and
 * `GET /admin/deal_won_reasons` list them.
 */
export class Reasons {
  readonly #crm: string;
  readonly #of: 'loss' | 'won';
  readonly #kept: Kept<readonly Reason[]>;

  constructor(account: Account, of: 'loss' | 'won') {
    this.#crm = account.crm;
    this.#of = of;
    this.#kept = account.keep(`admin/deal_${of}_reasons`, async (call) => {
      const values = (await account.api.allIfShown(collection(`admin/deal_${of}_reasons`), call)) ?? [];
      const { records } = readRecords(account.crm, `${of} reason`, values, (wire) => ({
        id: id(wire),
        name: text(wire, 'name'),
      }));
      return records;
    });
  }

  /**
   * A reason the account offers is chosen by id, with notes beside it; other words are written as the notes
   * themselves, where a chosen reason would hide them.
   */
  async toWrite(given: DealPatch, isNew: boolean, call: Call): Promise<Readonly<Record<string, unknown>>> {
    const name = `${this.#of}Reason` as const;
    const [reason, notes] = [given[name], given[`${name}Notes`]];
    const [idKey, notesKey] = [`deal_${this.#of}_reason_id`, `deal_${this.#of}_reason_notes`];
    const noted = notes === undefined ? {} : { [notesKey]: notes };
    if (reason === undefined) return noted;
    if (reason === null) return { [idKey]: null, [notesKey]: null, ...noted };
    const id = await this.#idOf(reason, call);
    if (id !== null) return { [idKey]: Number(id), ...noted };
    if (notes !== undefined) {
      const message = `the account offers no reason "${reason}", so that it would be written as the notes itself`;
      throw invalid(this.#crm, message, [`${name}Notes`]);
    }
    return { ...(!isNew && { [idKey]: null }), [notesKey]: reason };
  }

  /** The id of the reason of this name, whatever its case, or `null` when the account offers none. */
  async #idOf(name: string, call: Call): Promise<string | null> {
    const wanted = folded(name);
    const reasons = await this.#kept.get(call);
    return reasons.find((reason) => folded(reason.name) === wanted)?.id ?? null;
  }
}

function folded(name: string): string {
  return name.normalize('NFC').trim().toLowerCase();
}
