import type { Call } from '../domain/call.ts';
import type { CrmAdapter } from '../domain/crm-adapter.ts';
import type { Deal } from '../domain/deal.ts';
import { type DealWhere, judgeDeal } from '../domain/deal-query.ts';
import { type DealsSummary, type SummaryNeeds, summarizeDeals } from '../domain/deal-summary.ts';
import {
  groupByPeriod,
  type Timeline,
  type TimelineBucket,
  type TimelineQuery,
  withinTimeline,
} from '../domain/deal-timeline.ts';
import { GatewayError } from '../domain/errors.ts';
import { dealWeights } from './deal-probability.ts';
import type { Answered } from './each-crm.ts';
import type { Loaders } from './index.ts';
import { matchAll } from './matching.ts';
import { type AllRecords, readAll } from './read-all.ts';

const NARROW = 'narrow the filter';

/** What one CRM's deals add up to: as the CRM says itself, else by reading and adding them up. */
export async function summarize(
  adapter: CrmAdapter,
  where: DealWhere | null,
  needs: SummaryNeeds,
  loaders: Loaders,
  call: Call,
): Promise<Answered<DealsSummary>> {
  if (where === null) return { value: summarizeDeals([], () => 0), count: 0, unreadable: [] };
  const told = await adapter.dealSummaries?.summarize(where, needs, call);
  if (told) return { value: told, count: told.count, unreadable: [] };
  const { records, unreadable } = await matching(adapter, where, loaders, call);
  const value = summarizeDeals(records, await dealWeights(records, loaders));
  return { value, count: value.count, unreadable };
}

/** One CRM's deals by time: as the CRM groups them itself, else by reading and grouping them. */
export async function layOut(
  adapter: CrmAdapter,
  where: DealWhere | null,
  timeline: Timeline,
  loaders: Loaders,
  call: Call,
): Promise<Answered<readonly TimelineBucket[]>> {
  const nothing = { value: groupByPeriod([], timeline, () => 0), count: 0, unreadable: [] };
  if (where === null) return nothing;
  const query: TimelineQuery = { ...timeline, where };
  if (typeof query.field === 'object') await requireDateField(adapter, query.field.customField, call);
  const told = await adapter.dealTimelines?.timeline(query, call);
  if (told) return { value: told, count: countOf(told), unreadable: [] };
  if (query.convertTo !== null) {
    throw new GatewayError(
      'UNSUPPORTED',
      `convertTo cannot be done by ${adapter.crm.id} with this filter: only the CRM knows rates, and it cannot group by it`,
      { crm: adapter.crm.id, argument: 'convertTo' },
    );
  }
  const narrowed = withinTimeline(query);
  if (narrowed.status?.length === 0) return nothing;
  const { records, unreadable } = await matching(adapter, narrowed, loaders, call);
  const value = groupByPeriod(records, query, await dealWeights(records, loaders));
  return { value, count: countOf(value), unreadable };
}

/** What a CRM does with a field that is none, or holds no dates, is not documented. */
async function requireDateField({ crm, customFields }: CrmAdapter, key: string, call: Call): Promise<void> {
  const [field] = await customFields.describe('Deal', {}, [key], call);
  if (field?.type === 'DATE' || field?.type === 'DATE_RANGE') return;
  throw new GatewayError('BAD_USER_INPUT', `customField: ${crm.id} has no date field of this key on deals`, {
    crm: crm.id,
    argument: 'customField',
  });
}

function matching(adapter: CrmAdapter, where: DealWhere, loaders: Loaders, call: Call): Promise<AllRecords<Deal>> {
  return readAll(
    adapter.deals.sources({ where, order: null }),
    {
      id: (deal) => deal.ref.id,
      matches: (deals) => matchAll(deals, (deal, lookup) => judgeDeal(deal, where, lookup), loaders),
      advice: NARROW,
    },
    call,
  );
}

function countOf(buckets: readonly TimelineBucket[]): number {
  return buckets.reduce((count, bucket) => count + bucket.count, 0);
}
