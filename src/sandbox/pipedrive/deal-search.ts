import { isJsonNumber } from '../kit/json.ts';
import type { Route, SimRequest, SimResponse } from '../kit/simulator.ts';
import { toBig } from './amount.ts';
import { schemaViolation } from './failure.ts';
import { paginate } from './paging.ts';
import type { Deal } from './records.ts';
import { booleanText, csvOf, integerText, isObject, limit, oneOf, readQuery, string } from './schema.ts';
import { type Account, ofDeal, type Store } from './store.ts';

const FIELDS = ['custom_fields', 'notes', 'title'] as const;

/** The types of custom fields that are indexed. */
const SEARCHABLE = new Set(['address', 'varchar', 'text', 'varchar_auto', 'double', 'monetary', 'phone']);

/** How many deals of a person, an organization or a status are considered. */
const MAX_CONSIDERED = 2_000;

const searchQuery = {
  term: string,
  fields: csvOf(oneOf(...FIELDS)),
  exact_match: booleanText,
  person_id: integerText,
  organization_id: integerText,
  status: oneOf('open', 'won', 'lost'),
  include_fields: csvOf(oneOf('deal.cc_email')),
  limit,
  cursor: string,
};

type Field = (typeof FIELDS)[number];

interface Hit {
  readonly id: number;
  readonly result_score: number;
  readonly deal: Deal;
  readonly found: Readonly<Record<Field, readonly string[]>>;
}

/** GET /deals/search. */
export function dealSearchRoutes(account: Account): Route[] {
  const path = '/api/v2/deals/search';
  return [{ method: 'GET', path, tokens: 20, handler: (request) => searchDeals(account, request) }];
}

function searchDeals(account: Account, request: SimRequest): SimResponse {
  const { store } = account;
  const query = readQuery(request, searchQuery, ['term']);
  const term = (query.term as string).trim().toLowerCase();
  const shortest = query.exact_match ? 1 : 2;
  if (term.length < shortest) {
    throw schemaViolation([{ path: 'term', message: `must NOT have fewer than ${shortest} characters` }]);
  }
  const matches = query.exact_match
    ? (text: string) => text.toLowerCase() === term
    : (text: string) => text.toLowerCase().includes(term);
  const filters = [query.person_id, query.organization_id, query.status];
  const considered = indexedDeals(account)
    .filter(
      (deal) =>
        !deal.is_deleted &&
        (query.person_id === undefined || deal.person_id === query.person_id) &&
        (query.organization_id === undefined || deal.org_id === query.organization_id) &&
        (query.status === undefined || deal.status === query.status),
    )
    .slice(0, filters.some((filter) => filter !== undefined) ? MAX_CONSIDERED : undefined);
  const hits = considered.flatMap((deal) => hitOf(store, deal, query.fields ?? FIELDS, matches, term) ?? []);
  const page = paginate(hits, {
    sort_by: 'result_score',
    sort_direction: 'desc',
    ...(query.limit !== undefined && { limit: query.limit }),
    ...(query.cursor !== undefined && { cursor: query.cursor }),
  });
  const withEmail = query.include_fields?.includes('deal.cc_email') === true;
  return {
    status: 200,
    body: {
      success: true,
      data: { items: page.rows.map((hit) => presentHit(store, hit, withEmail)) },
      additional_data: { next_cursor: page.nextCursor },
    },
  };
}

/** The deals as the search index has them: for a while as they were before they were last written to. */
function indexedDeals({ store, now, searchLag }: Account): Deal[] {
  const recent = store.staleDeals.filter(({ at }) => at + searchLag > now());
  const shown = new Map<number, Deal | null>();
  for (const { deal_id, before } of recent) if (!shown.has(deal_id)) shown.set(deal_id, before);
  return [...store.deals.values()].flatMap((deal) => {
    const stale = shown.get(deal.id);
    return stale === undefined ? deal : (stale ?? []);
  });
}

function hitOf(
  store: Store,
  deal: Deal,
  fields: readonly Field[],
  matches: (text: string) => boolean,
  term: string,
): Hit | null {
  const texts: Record<Field, string[]> = {
    title: [deal.title],
    notes: ofDeal(store.notes, deal.id)
      .filter(({ is_deleted }) => !is_deleted)
      .map(({ content }) => content.replace(/<[^>]*>/g, '')),
    custom_fields: store.fields.deal
      .filter((field) => field.is_custom_field && SEARCHABLE.has(field.field_type))
      .flatMap(({ field_code }) => indexedText(deal.custom_fields[field_code])),
  };
  const found = Object.fromEntries(
    FIELDS.map((field) => [field, fields.includes(field) ? texts[field].filter(matches) : []]),
  ) as Record<Field, string[]>;
  const all = FIELDS.flatMap((field) => found[field]);
  if (all.length === 0) return null;
  return { id: deal.id, result_score: scoreOf(found, term), deal, found };
}

function indexedText(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  const inner = isObject(value) ? value.value : value;
  return [isJsonNumber(inner) ? toBig(inner).toFixed() : String(inner)];
}

/** Titles count most, and more so the more of them the term is. */
function scoreOf(found: Record<Field, readonly string[]>, term: string): number {
  const share = (texts: readonly string[]) => Math.max(0, ...texts.map((text) => term.length / text.length));
  const score = share(found.title) + 0.5 * share(found.notes) + 0.5 * share(found.custom_fields);
  return Math.round((0.1 + score) * 10_000) / 10_000;
}

function presentHit(store: Store, { result_score, deal, found }: Hit, withEmail: boolean): object {
  const named = <T extends { readonly name: string }>(collection: ReadonlyMap<number, T>, id: number | null) => {
    const record = id === null ? undefined : collection.get(id);
    return record && id !== null ? { id, name: record.name } : null;
  };
  const organization = deal.org_id === null ? undefined : store.organizations.get(deal.org_id);
  return {
    result_score,
    item: {
      id: deal.id,
      type: 'deal',
      title: deal.title,
      value: deal.value,
      currency: deal.currency,
      status: deal.status,
      visible_to: deal.visible_to,
      owner: { id: deal.owner_id },
      stage: named(store.stages, deal.stage_id),
      person: named(store.persons, deal.person_id),
      organization: organization
        ? { id: organization.id, name: organization.name, address: organization.address?.value ?? null }
        : null,
      custom_fields: found.custom_fields,
      notes: found.notes,
      is_archived: deal.is_archived,
      ...(withEmail && { cc_email: `sandbox+deal${deal.id}@pipedrivemail.com` }),
    },
  };
}
