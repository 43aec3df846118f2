import type { SimResponse } from '../kit/simulator.ts';
import type { Call } from './account.ts';
import { empty, ok } from './answers.ts';
import { companies } from './companies.ts';
import { deals } from './deals.ts';
import { page } from './lists.ts';
import { people } from './people.ts';
import type { RecordKind, SearchRecord } from './records.ts';
import { listRecords } from './resource.ts';
import { oldestFirst } from './subjects.ts';

const LISTS: Readonly<Record<RecordKind, (call: Call) => SimResponse>> = {
  deals: (call) => listRecords(deals, call),
  people: (call) => listRecords(people, call),
  companies: (call) => listRecords(companies, call),
};

/** PipelineDeals API v3, `GET /searches`: the saved filters of the caller, and those shared by others. */
export function listSearches(call: Call): SimResponse {
  const { searches } = call.store;
  const visible = [...searches.values()].filter((search) => isVisible(call, search)).toSorted(oldestFirst);
  return ok(page(visible, call.request.query, call.dialect, searchView));
}

/** `GET /searches/:id/perform`: the records that a saved filter finds, in its own order. */
export function performSearch(call: Call): SimResponse {
  const search = findSearch(call, call.request.params.id ?? '');
  return search ? perform(call, search) : empty(404);
}

/** `GET /deals`: with a `search_id`, everything else but the page is ignored. */
export function listDeals(call: Call): SimResponse {
  const id = call.request.query.get('search_id');
  if (!id) return listRecords(deals, call);
  const search = findSearch(call, id);
  return search?.search_type === 'deals' ? perform(call, search) : empty(404);
}

function perform(call: Call, search: SearchRecord): SimResponse {
  return LISTS[search.search_type]({ ...call, request: { ...call.request, query: savedQuery(call, search) } });
}

/** The query that asks for what the filter finds, on the page the request asks for. */
function savedQuery(call: Call, search: SearchRecord): URLSearchParams {
  const query = new URLSearchParams();
  for (const name of ['page', 'per_page']) {
    const value = call.request.query.get(name);
    if (value !== null) query.set(name, value);
  }
  if (search.sort !== null) query.set('sort', search.sort);
  for (const [name, condition] of Object.entries(search.query)) {
    const key = `conditions[${name}]`;
    if (typeof condition === 'string' || typeof condition === 'number') query.set(key, String(condition));
    else if (isList(condition)) for (const value of condition) query.append(`${key}[]`, String(value));
    else for (const [bound, value] of Object.entries(condition)) query.set(`${key}[${bound}]`, value);
  }
  return query;
}

function isList(condition: SearchRecord['query'][string]): condition is readonly (string | number)[] {
  return Array.isArray(condition);
}

function findSearch(call: Call, id: string): SearchRecord | undefined {
  const search = call.store.searches.get(Number(id));
  return search && isVisible(call, search) ? search : undefined;
}

function isVisible(call: Call, search: SearchRecord): boolean {
  return search.is_shared || search.user_id === call.user.id;
}

function searchView(search: SearchRecord): Record<string, unknown> {
  return {
    id: search.id,
    user_id: search.user_id,
    name: search.name,
    is_shared: search.is_shared,
    is_default: false,
    query: search.query,
    columns: search.columns,
    sort: search.sort,
    search_type: search.search_type,
    is_sentence_search: false,
    is_starred: false,
  };
}
