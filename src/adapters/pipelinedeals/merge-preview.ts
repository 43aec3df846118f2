import type { DealWrites } from '../../domain/deal-writes.ts';
import { GatewayError } from '../../domain/errors.ts';
import { type MergeRules, mergeConflicts } from '../merge-conflicts.ts';
import type { Account } from './account.ts';
import { attachmentsOf, countsOf } from './attachments.ts';
import type { Deals } from './deals.ts';
import { notFound } from './write-errors.ts';

/** As a merge here fills the winner; where a deal stands, its place and its name say together what it is. */
const RULES: MergeRules = {
  filled: [
    'summary',
    'owner',
    'health',
    'source',
    'organization',
    'person',
    'address',
    'lossReason',
    'wonReason',
    'value',
    'expectedCloseDate',
  ],
  kept: ['title', 'status', 'pipeline', 'stage', 'probability'],
};

/** What a merge would do, read as it would be read for it. */
export function createMergePreview(account: Account, deals: Deals): NonNullable<DealWrites['previewMerge']> {
  return async (keep, absorb, call) => {
    const found = await deals.getMany([keep, ...absorb], call);
    const [kept, ...absorbed] = [keep, ...absorb].map((id, index) => {
      const deal = found.get(id);
      if (deal instanceof GatewayError) throw deal;
      if (deal) return deal;
      throw notFound(account.crm, id, index === 0 ? ['keep'] : ['absorb', String(index - 1)]);
    });
    if (kept === undefined) return { moves: [], conflicts: [], losses: [] };
    const moves = await Promise.all(
      absorb.map(async (deal) => {
        const counts = countsOf(await attachmentsOf(account, deal, call));
        return counts.map(({ kind, count }) => ({ deal, kind: kind.field, count }));
      }),
    );
    const lines = new Set(kept.products?.map(({ product }) => product?.ref.id));
    const losses = absorbed.flatMap(({ ref, products }) => {
      const lost = products?.filter(({ product }) => !lines.has(product?.ref.id)).length ?? 0;
      return [
        ...(lost === 0 ? [] : [`${lost} product lines cannot be moved, so the deal stays`]),
        'the history of its stages and changes',
      ].map((what) => ({ deal: ref.id, what }));
    });
    return { moves: moves.flat(), conflicts: mergeConflicts(kept, absorbed, RULES), losses };
  };
}
