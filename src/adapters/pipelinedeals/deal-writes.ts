import type { DealDraft, DealPatch, DealProductWrites, DealWrites } from '../../domain/deal-writes.ts';
import type { DealWriteReport } from '../../domain/write-report.ts';
import type { WriteCall } from '../../domain/write-step.ts';
import { dependsOnStatus } from './closing-time.ts';
import { type AttributeTools, attributesToWrite } from './deal-attributes.ts';
import type { DealSteps } from './deal-steps.ts';
import type { Deals } from './deals.ts';
import { duplicateDeal } from './duplicate.ts';
import { Merge } from './merge.ts';
import { createMergePreview } from './merge-preview.ts';
import { notFound, unsupported } from './write-errors.ts';

/** Writes on deals through `/deals`. */
export function createDealWrites(tools: AttributeTools, deals: Deals, steps: DealSteps): DealWrites {
  const { account, place, todoTemplates } = tools;

  async function add({ products, ...draft }: DealDraft, call: WriteCall): Promise<DealWriteReport> {
    if (products !== undefined) {
      throw unsupported(account.crm, 'product lines of deals cannot be written', ['products']);
    }
    place.check(draft);
    const prepare = async () => ({
      body: await attributesToWrite(tools, draft, { isNew: true, deal: null }, call),
      modifiers: await todoTemplates.toWrite(draft, call),
    });
    return done(await steps.add(prepare, call));
  }

  async function update(id: string, patch: DealPatch, call: WriteCall): Promise<DealWriteReport> {
    place.check(patch);
    const prepare = async () => {
      const current = place.dependsOnDeal(patch) || dependsOnStatus(patch) ? await existing(id, call) : null;
      const body = await attributesToWrite(tools, patch, { isNew: false, deal: current }, call);
      const modifiers = await todoTemplates.toWrite(patch, call);
      if (Object.keys({ ...body, ...modifiers }).length > 0) return { body, modifiers };
      if (current === null) await existing(id, call);
      return null;
    };
    await steps.update('update', id, prepare, call);
    return done(id);
  }

  async function existing(id: string, call: WriteCall) {
    const deal = await deals.getWhole(id, call);
    if (deal === null) throw notFound(account.crm, id);
    return deal;
  }

  return {
    add,
    update,
    merge: (keep, absorb, call) => new Merge({ account, deals, steps }, keep, call).run(absorb),
    previewMerge: createMergePreview(account, deals),
    duplicate: async ({ id }, { title }, call) => done(await duplicateDeal({ account, deals, steps }, id, title, call)),
    delete: async (id, call) => {
      await steps.delete('delete', id, async () => true, call);
      return done(id);
    },
  };
}

/** Product lines are names only and read-only: nothing of a line can be written. */
export function createDealProductWrites(crm: string): DealProductWrites {
  const refuse = async () => {
    throw unsupported(crm, 'product lines of deals cannot be written', []);
  };
  return { add: refuse, update: refuse, delete: refuse };
}

function done(deal: string): DealWriteReport {
  return { deal, problems: [] };
}
