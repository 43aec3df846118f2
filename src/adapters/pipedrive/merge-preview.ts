import type { Call } from '../../domain/call.ts';
import type { Deal } from '../../domain/deal.ts';
import type { DealWrites } from '../../domain/deal-writes.ts';
import { GatewayError } from '../../domain/errors.ts';
import { type MergeRules, mergeConflicts } from '../merge-conflicts.ts';
import { numberOrNull, type Wire } from '../wire.ts';
import type { PipedriveApi } from './api.ts';
import { readDeals, toDeal } from './deals.ts';
import { ENDPOINTS } from './endpoints.ts';

/** What a merge moves, by the counts deals have of it (v1, PUT /deals/{id}/merge; v2, `include_fields`). */
const MOVED: Readonly<Record<string, string>> = {
  products: 'products_count',
  activities: 'activities_count',
  notes: 'notes_count',
  mailMessages: 'email_messages_count',
  followers: 'followers_count',
  participants: 'participants_count',
};

/** What is not named among what moves. */
const UNDOCUMENTED: Readonly<Record<string, string>> = { files: 'files_count' };

/** Whatever both have stays the survivor's; what it lacks is taken over. */
const RULES: MergeRules = {
  filled: [
    'title',
    'value',
    'status',
    'probability',
    'expectedCloseDate',
    'lossReason',
    'visibility',
    'stage',
    'pipeline',
    'owner',
    'person',
    'organization',
    'labels',
    'channel',
  ],
  kept: [],
};

interface Side {
  readonly deal: Deal;
  /** How many of each kind hang on it. */
  count(key: string): number;
}

/** What a merge by Pipedrive would do, told from the deals and their counts alone. */
export function createMergePreview(api: PipedriveApi): NonNullable<DealWrites['previewMerge']> {
  return async (keep, absorb, call) => {
    const [kept, ...absorbed] = await readSides(api, [keep, ...absorb], call);
    if (kept === undefined) return { moves: [], conflicts: [], losses: [] };
    return {
      moves: absorbed.flatMap((side) =>
        Object.entries(MOVED).flatMap(([kind, key]) => {
          const count = side.count(key);
          return count === 0 ? [] : [{ deal: side.deal.ref.id, kind, count }];
        }),
      ),
      conflicts: mergeConflicts(
        kept.deal,
        absorbed.map(({ deal }) => deal),
        RULES,
      ),
      losses: absorbed.flatMap(lossesOf),
    };
  };
}

function lossesOf({ deal, count }: Side): { deal: string; what: string }[] {
  const kinds = Object.entries(UNDOCUMENTED).filter(([, key]) => count(key) > 0);
  const losses = kinds.map(([kind, key]) => `${count(key)} ${kind}: whether they go over is not documented`);
  if (count('products_count') > 0) {
    losses.push('discounts and installments, if it has any: whether they go over is not documented');
  }
  return losses.map((what) => ({ deal: deal.ref.id, what }));
}

async function readSides(api: PipedriveApi, deals: readonly string[], call: Call): Promise<readonly Side[]> {
  const columns = [...Object.values(MOVED), ...Object.values(UNDOCUMENTED)].join(',');
  const kind = {
    what: 'deal',
    one: ENDPOINTS.deal,
    list: ENDPOINTS.deals,
    query: [['include_fields', columns]] as const,
    map: (crm: string, wire: Wire): Side => ({
      deal: toDeal(crm, wire),
      count: (key) => numberOrNull(wire, key) ?? 0,
    }),
  };
  const found = await readDeals(api, kind, deals, call);
  return deals.map((id, index) => {
    const side = found.get(id);
    if (side instanceof GatewayError) throw side;
    if (side) return side;
    const path = index === 0 ? ['keep'] : ['absorb', String(index - 1)];
    throw new GatewayError('NOT_FOUND', `${api.crm} has no deal ${id}`, { crm: api.crm, path });
  });
}
