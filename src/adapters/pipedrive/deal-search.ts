import type { Call } from '../../domain/call.ts';
import {
  type DealHit,
  type DealSearch,
  type DealSearchField,
  type DealSearchQuery,
  matchesTerm,
} from '../../domain/deal-search.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { SourcePage } from '../../domain/list.ts';
import {
  boolean,
  id,
  isWire,
  list,
  numberOrNull,
  object,
  objectOrNull,
  readRecords,
  text,
  textOrNull,
  type Wire,
  WireError,
} from '../wire.ts';
import type { PipedriveApi, Query } from './api.ts';
import { ENDPOINTS, MAX_PAGE } from './endpoints.ts';
import { listing } from './tariff.ts';

/** Where the search index looks. */
const FIELDS: Partial<Record<DealSearchField, string>> = {
  TITLE: 'title',
  NOTES: 'notes',
  CUSTOM_FIELDS: 'custom_fields',
};

/** Where reading goes on: behind a hit of this score, at Pipedrive's cursor. */
interface SearchPlace {
  readonly below: number;
  readonly cursor: string;
}

/**
 * Deals by words (v2, GET /deals/search). That the best come first is not documented, so hits are put in order within
 * a page, and pages are checked to follow each other.
 */
export function createDealSearch(api: PipedriveApi): DealSearch {
  return {
    sources: (query) => [
      {
        key: 'search',
        operation: listing(ENDPOINTS.searchDeals),
        read: ({ position }, limit, call) => readPage(api, query, parsePlace(position), limit, call),
      },
    ],
  };
}

async function readPage(
  api: PipedriveApi,
  query: DealSearchQuery,
  place: SearchPlace | null,
  limit: number,
  call: Call,
): Promise<SourcePage<DealHit>> {
  const paging: Query = [
    ['limit', Math.min(limit, MAX_PAGE)],
    ['cursor', place?.cursor],
  ];
  const answer = await api.read(ENDPOINTS.searchDeals, [...conditions(query), ...paging], call, (envelope) => ({
    items: list(object(envelope.data, 'data').items, 'items'),
    next: nextCursor(envelope),
  }));
  const { records, unreadable } = readRecords(api.crm, 'search result', answer.items, (wire) => toHit(wire, query));
  const hits = records.toSorted((a, b) => (b.score ?? -Infinity) - (a.score ?? -Infinity));
  const [best, worst] = [hits.at(0)?.score ?? -Infinity, hits.at(-1)?.score ?? place?.below ?? -Infinity];
  if (place !== null && best > place.below) {
    throw new GatewayError('UPSTREAM_INVALID_RESPONSE', `${api.crm} sent search results out of order`, {
      crm: api.crm,
    });
  }
  const next = answer.next === null ? null : `${worst}|${answer.next}`;
  return { records: hits, next, unreadable, total: null };
}

function conditions({ term, fields, isExact, person, organization, status }: DealSearchQuery): Query {
  return [
    ['term', term],
    ['fields', fields.flatMap((field) => FIELDS[field] ?? []).join(',')],
    ['exact_match', isExact ? true : undefined],
    ['person_id', person],
    ['organization_id', organization],
    ['status', status?.toLowerCase()],
  ];
}

/** A hit names no field, but shows the texts that were found. */
function toHit(wire: Wire, query: DealSearchQuery): DealHit {
  const item = object(wire.item, 'item');
  const title = text(item, 'title');
  const texts: Partial<Record<DealSearchField, readonly unknown[]>> = {
    TITLE: [title],
    NOTES: textsOf(item.notes),
    CUSTOM_FIELDS: textsOf(item.custom_fields),
  };
  return {
    deal: id(item),
    score: numberOrNull(wire, 'result_score'),
    matchedFields: query.fields.filter((field) =>
      texts[field]?.some((value) => typeof value === 'string' && matchesTerm(value, query)),
    ),
    title,
    record: null,
  };
}

function textsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Answers of early 2026 have v1's `pagination` in place of a cursor; the last page says so in either form. */
function nextCursor({ additional_data: more }: Wire): string | null {
  if (!isWire(more)) return null;
  const cursor = textOrNull(more, 'next_cursor');
  const pagination = objectOrNull(more, 'pagination');
  if (!cursor && pagination !== null && boolean(pagination, 'more_items_in_collection', false)) {
    throw new WireError('there are more results, but no cursor leads to them');
  }
  return cursor || null;
}

/** A position that is not ours is none. */
function parsePlace(position: string | null): SearchPlace | null {
  const [, below, cursor = ''] = /^([^|]+)\|(.+)$/.exec(position ?? '') ?? [];
  return cursor === '' || Number.isNaN(Number(below)) ? null : { below: Number(below), cursor };
}
