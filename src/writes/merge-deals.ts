import type { CrmAdapter } from '../domain/crm-adapter.ts';
import { crmOf } from '../domain/crms.ts';
import type { Deal } from '../domain/deal.ts';
import type { Ref } from '../domain/ref.ts';
import type { DealWriteReport } from '../domain/write-report.ts';
import { dealsBefore, finishDeal } from './finish-deal.ts';
import { checkUnchanged } from './guard.ts';
import type { Mutation, Plan } from './mutation.ts';
import type { DealResult } from './outcome.ts';
import type { RunningOperation } from './running-operation.ts';

export interface MergeDealsInput {
  readonly keep: string;
  readonly absorb: readonly string[];
  readonly ifUpdatedAt?: number | null | undefined;
}

interface MergeDealsPlan extends Plan {
  readonly adapter: CrmAdapter;
  readonly keep: Ref<'Deal'>;
  readonly absorb: readonly Ref<'Deal'>[];
  readonly guard: number | null;
}

/** Makes one deal of several: `keep` survives, the others disappear into it. */
export const mergeDeals: Mutation<MergeDealsInput, MergeDealsPlan, DealResult> = {
  name: 'mergeDeals',
  isExclusive: true,
  nothing: { deal: null },
  read(input, { check }) {
    const keep = check.id(input.keep, 'Deal', ['input', 'keep']);
    const absorb = check.ids(input.absorb, 'Deal', ['input', 'absorb'], keep?.crm);
    const guard = check.guard(input);
    const self = keep ? absorb.findIndex((ref) => ref.id === keep.id) : -1;
    if (self !== -1) check.invalid(['input', 'absorb', String(self)], 'a deal cannot be merged into itself');
    if (!keep) return null;
    const adapter = crmOf(keep.crm, check.crms, 'keep');
    check.supported(adapter, 'DEAL', 'MERGE', []);
    const deals = [
      { ref: keep, path: ['input', 'keep'] },
      ...absorb.map((ref, index) => ({ ref, path: ['input', 'absorb', String(index)] })),
    ];
    return { adapter, keep, absorb, guard, crms: [keep.crm], deals };
  },
  run({ adapter, keep, absorb, deals, guard }, operation) {
    return finishDeal(operation, keep.crm, keep, ['input'], async () => {
      const [kept, ...absorbed] = (await dealsBefore(operation, deals)) as readonly [Deal, ...Deal[]];
      await operation.once('guarded', () => checkUnchanged(kept, guard));
      for (const deal of absorbed) operation.change(deal.ref, 'status', deal.status, 'DELETED');
      const ids = absorb.map((ref) => ref.id);
      if (operation.isPreview && adapter.dealWrites.previewMerge) {
        const preview = await adapter.dealWrites.previewMerge(keep.id, ids, operation.call);
        operation.showMerge(keep.crm, preview);
      }
      const report = await adapter.dealWrites.merge(keep.id, ids, operation.writes(keep.crm));
      for (const ref of await gone(report, absorb, operation)) operation.move(ref, keep);
      return report;
    });
  },
};

/** Those of the absorbed deals that are not there any more: all of them, unless the merge was done in part. */
async function gone(
  { problems }: DealWriteReport,
  absorb: readonly Ref<'Deal'>[],
  operation: RunningOperation,
): Promise<readonly Ref<'Deal'>[]> {
  if (problems.length === 0 || operation.isPreview) return absorb;
  operation.loaders.clear();
  const left = await operation.loaders.Deal.loadMany(absorb);
  return absorb.filter((_ref, index) => left[index] === null);
}
