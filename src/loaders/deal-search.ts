import type { CrmAdapter } from '../domain/crm-adapter.ts';
import type { Deal } from '../domain/deal.ts';
import { type Archived, judgeDeal } from '../domain/deal-query.ts';
import { type DealHit, type DealSearchField, type DealSearchQuery, matchesTerm } from '../domain/deal-search.ts';
import { GatewayError } from '../domain/errors.ts';
import type { Source } from '../domain/list.ts';
import { NOTHING_READ } from '../domain/lookup.ts';
import type { Loaders } from './index.ts';

/** A deal that was searched for, as it is now. */
export interface FoundDeal {
  readonly deal: Deal;
  readonly score: number | null;
  readonly matchedFields: readonly DealSearchField[];
}

/**
 * A CRM's hits with their deals, read again in batches: an index lags behind, so deals that are gone, or do not fit any
 * more, are left out. Of what was found in a title, the title is looked at; notes and custom fields are believed.
 */
export function foundDeals(
  { crm, dealSearch }: CrmAdapter,
  query: DealSearchQuery,
  archived: Archived,
  loaders: Pick<Loaders, 'Deal'>,
): readonly Source<FoundDeal>[] {
  return dealSearch.sources(query).map((source) => ({
    key: source.key,
    async read(start, limit, call) {
      const page = await source.read(start, limit, call);
      const deals = await dealsOf(crm.id, page.records, loaders);
      const unreadable: GatewayError[] = [];
      const records = page.records.flatMap((hit): FoundDeal[] => {
        const deal = deals.get(hit.deal) ?? null;
        if (deal instanceof GatewayError) unreadable.push(deal);
        if (deal === null || deal instanceof Error || !fits(deal, hit, query, archived)) return [];
        return [{ deal, score: hit.score, matchedFields: hit.matchedFields }];
      });
      return { records, next: page.next, unreadable: [...page.unreadable, ...unreadable], total: null };
    },
  }));
}

async function dealsOf(
  crm: string,
  hits: readonly DealHit[],
  loaders: Pick<Loaders, 'Deal'>,
): Promise<ReadonlyMap<string, Deal | Error | null>> {
  const ids = [...new Set(hits.filter(({ record }) => record === null).map(({ deal }) => deal))];
  const loaded = await loaders.Deal.loadMany(ids.map((id) => ({ crm, type: 'Deal', id }) as const));
  // When none could be read, that is no matter of single records.
  const failures = loaded.filter((deal) => deal instanceof Error);
  const unexpected = failures.find((failure) => !(failure instanceof GatewayError) || failures.length === ids.length);
  if (unexpected) throw unexpected;
  return new Map([
    ...hits.map(({ deal, record }) => [deal, record] as const),
    ...ids.map((id, index) => [id, loaded[index] ?? null] as const),
  ]);
}

function fits(deal: Deal, hit: DealHit, query: DealSearchQuery, archived: Archived): boolean {
  const { person, organization, status } = query;
  const where = {
    archived,
    ...(person !== undefined && { person: { anyOf: [person] } }),
    ...(organization !== undefined && { organization: { anyOf: [organization] } }),
    ...(status !== undefined && { status: [status] }),
  };
  if (judgeDeal(deal, where, NOTHING_READ) !== true) return false;
  const places = hit.matchedFields.length > 0 ? hit.matchedFields : query.fields;
  return places.some((field) => field !== 'TITLE') || deal.title === hit.title || matchesTerm(deal.title, query);
}
