import type { Call } from '../../domain/call.ts';
import type { Deal } from '../../domain/deal.ts';
import {
  type DealHit,
  type DealSearch,
  type DealSearchField,
  type DealSearchQuery,
  matchesTerm,
} from '../../domain/deal-search.ts';
import type { GatewayError } from '../../domain/errors.ts';
import type { SourcePage } from '../../domain/list.ts';
import type { Account } from './account.ts';
import { collection, type Query } from './api.ts';
import { likeCondition } from './conditions.ts';
import type { Records } from './records.ts';
import { listing } from './tariff.ts';
import { readWholeList } from './whole-list.ts';

/** A condition that finds what a field may hold, and the texts of a deal that it is about. */
interface Searched {
  readonly condition: string;
  texts(deal: Deal): readonly (string | null | undefined)[];
}

const SEARCHED: Partial<Record<DealSearchField, Searched>> = {
  TITLE: { condition: 'deal_name', texts: (deal) => [deal.title] },
  PERSON: {
    condition: 'person_full_name',
    texts: ({ person, people }) => [person?.known.name, ...(people ?? []).map(({ known }) => known.name)],
  },
  ORGANIZATION: { condition: 'company_name', texts: (deal) => [deal.organization?.known.name] },
};

/**
 * Deals by words, which the CRM does not search for: one list per field, narrowed by a condition that finds more than
 * is meant (PipelineDeals API v3, GET /deals), matched here and merged. Nothing tells how well a deal fits.
 */
export function createDealSearch(account: Account, deals: Records<Deal>): DealSearch {
  return {
    sources: (query) => [
      {
        key: 'search',
        operation: listing(collection('deals').template),
        read: async (_start, _limit, call) => readHits(account, deals, query, call),
      },
    ],
  };
}

async function readHits(
  account: Account,
  records: Records<Deal>,
  query: DealSearchQuery,
  call: Call,
): Promise<SourcePage<DealHit>> {
  const lists = await Promise.all(
    query.fields.map(async (field) => {
      const searched = SEARCHED[field];
      if (searched === undefined) return null;
      const list = { endpoint: collection('deals'), query: conditions(searched.condition, query), records };
      return { field, searched, ...(await readWholeList(account, list, call)) };
    }),
  );
  const found = new Map<string, DealHit>();
  const unreadable = new Map<string, GatewayError>();
  for (const list of lists) {
    if (list === null) continue;
    const { field, searched } = list;
    for (const error of list.unreadable) unreadable.set(error.message, error);
    for (const deal of list.records) {
      if (!searched.texts(deal).some((text) => text && matchesTerm(text, query))) continue;
      const matchedFields = [...(found.get(deal.ref.id)?.matchedFields ?? []), field];
      found.set(deal.ref.id, { deal: deal.ref.id, score: null, matchedFields, title: deal.title, record: deal });
    }
  }
  return { records: [...found.values()], next: null, unreadable: [...unreadable.values()], total: null };
}

function conditions(name: string, { term, person, organization }: DealSearchQuery): Query {
  return [
    ...likeCondition(name, { contains: term }),
    ['person_id', person],
    ['company_id', organization],
    ['sort', 'deals.created_at'],
  ];
}
