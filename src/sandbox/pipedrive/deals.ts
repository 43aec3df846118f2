import type { Route, SimRequest, SimResponse } from '../kit/simulator.ts';
import { changeDeal, type DealInput, dealRules } from './deal-change.ts';
import { dealColumns } from './deal-columns.ts';
import { deletionReply, listReply, matches, present, readRecord, success, type View, viewRules } from './entity.ts';
import { notFound, ruleViolation } from './failure.ts';
import { pageRules } from './paging.ts';
import type { Deal, Pipeline } from './records.ts';
import { savedFilter } from './saved-filters.ts';
import { csvOf, dateTime, ids, integerText, oneOf, readBody, readQuery, toTime, type Values } from './schema.ts';
import type { Account, Store } from './store.ts';

const view = viewRules(dealColumns);
const archivedQuery = {
  filter_id: integerText,
  ids,
  owner_id: integerText,
  person_id: integerText,
  org_id: integerText,
  pipeline_id: integerText,
  stage_id: integerText,
  status: csvOf(oneOf('open', 'won', 'lost', 'deleted')),
  updated_since: dateTime,
  updated_until: dateTime,
  include_fields: view.include_fields,
  custom_fields: view.custom_fields,
  ...pageRules('id', 'update_time', 'add_time'),
};
const { include_option_labels, include_labels } = view;
const listQuery = { ...archivedQuery, include_option_labels, include_labels };

/** GET /deals, GET /deals/archived and the operations on one deal. */
export function dealRoutes(account: Account): Route[] {
  return [
    { method: 'GET', path: '/api/v2/deals', tokens: 10, handler: (request) => listDeals(account, request, false) },
    {
      method: 'GET',
      path: '/api/v2/deals/archived',
      tokens: 20,
      handler: (request) => listDeals(account, request, true),
    },
    { method: 'POST', path: '/api/v2/deals', tokens: 5, handler: (request) => addDeal(account, request) },
    { method: 'GET', path: '/api/v2/deals/:id', tokens: 1, handler: (request) => getDeal(account, request) },
    { method: 'PATCH', path: '/api/v2/deals/:id', tokens: 5, handler: (request) => updateDeal(account, request) },
    { method: 'DELETE', path: '/api/v2/deals/:id', tokens: 3, handler: (request) => deleteDeal(account, request) },
  ];
}

/** A deal as v2 answers it. */
function presentDeal(store: Store, deal: Deal, shape: View = {}): object {
  return { ...present(store, 'deal', deal, shape, dealColumns), status: deal.is_deleted ? 'deleted' : deal.status };
}

function listDeals({ store }: Account, request: SimRequest, archived: boolean): SimResponse {
  const query: Values<typeof listQuery> = archived ? readQuery(request, archivedQuery) : readQuery(request, listQuery);
  const passes = savedFilter(store, query.filter_id);
  const { updated_since, updated_until } = query;
  const quick =
    query.filter_id === undefined
      ? query
      : { ...(updated_since && { updated_since }), ...(updated_until && { updated_until }) };
  const rows = [...store.deals.values()].filter(
    (deal) => deal.is_archived === archived && passes(deal) && fitsQuickFilters(deal, quick),
  );
  return listReply(rows, query, (deal) => presentDeal(store, deal, query));
}

/** The parameters that choose deals one by one; a saved filter switches off all but those about the update time. */
function fitsQuickFilters(deal: Deal, query: Values<typeof archivedQuery>): boolean {
  return (
    matches(deal, query) &&
    (query.status ?? ['open', 'won', 'lost']).includes(deal.is_deleted ? 'deleted' : deal.status) &&
    (['person_id', 'org_id', 'pipeline_id', 'stage_id'] as const).every(
      (key) => query[key] === undefined || query[key] === deal[key],
    )
  );
}

function getDeal({ store }: Account, request: SimRequest): SimResponse {
  const shape = readQuery(request, view);
  return success(presentDeal(store, readRecord(store.deals, request, 'Deal'), shape));
}

function addDeal(account: Account, request: SimRequest): SimResponse {
  const { store } = account;
  readQuery(request, {});
  const input = readBody(request, dealRules, ['title']);
  const deal: Deal = {
    ...changeDeal(account, blankDeal(account, input), input),
    id: store.nextId(store.deals),
    stage_change_time: null,
  };
  store.deals.set(deal.id, deal);
  return success(presentDeal(store, deal));
}

/** A deal with the documented defaults: open, worth 0, the caller's, in the first stage of the first pipeline. */
function blankDeal({ store, now }: Account, input: DealInput): Deal {
  const { caller } = store;
  const pipeline = [...store.pipelines.values()].sort((a, b) => a.order_nr - b.order_nr)[0] as Pipeline;
  return {
    id: 0,
    title: input.title as string,
    creator_user_id: caller.id,
    owner_id: caller.id,
    value: 0,
    currency: caller.default_currency,
    person_id: null,
    org_id: null,
    pipeline_id: pipeline.id,
    stage_id: store.stagesOf(pipeline.id)[0]?.id as number,
    status: 'open',
    probability: null,
    lost_reason: null,
    visible_to: 3,
    add_time: toTime(now()),
    update_time: null,
    stage_change_time: null,
    close_time: null,
    won_time: null,
    lost_time: null,
    local_won_date: null,
    local_lost_date: null,
    local_close_date: null,
    expected_close_date: null,
    label_ids: [],
    is_deleted: false,
    is_archived: false,
    archive_time: null,
    ...store.origin,
    channel: null,
    channel_id: null,
    acv: null,
    arr: null,
    mrr: null,
    custom_fields: {},
  };
}

function updateDeal(account: Account, request: SimRequest): SimResponse {
  const { store, now } = account;
  readQuery(request, {});
  const before = readRecord(store.deals, request, 'Deal');
  const input = readBody(request, dealRules);
  const only = (key: 'is_deleted' | 'is_archived') => input[key] === false && Object.keys(input).length === 1;
  if (before.is_deleted && !only('is_deleted')) throw notFound('Deal');
  if (before.is_archived && !before.is_deleted && !only('is_archived')) {
    throw ruleViolation('Archived deals cannot be edited.');
  }
  store.deletedAt.delete(before.id);
  const deal: Deal = { ...changeDeal(account, before, input), is_deleted: false, update_time: toTime(now()) };
  store.deals.set(deal.id, deal);
  return success(presentDeal(store, deal));
}

function deleteDeal({ store, now }: Account, request: SimRequest): SimResponse {
  readQuery(request, {});
  const deal = readRecord(store.deals, request, 'Deal');
  const { is_deleted: before } = deal;
  if (!before) removeDeal(store, deal, now());
  return deletionReply(deal.id, before);
}

/** Marks a deal as deleted; it can be read and listed for 30 days more. */
export function removeDeal(store: Store, deal: Deal, now: number): void {
  deal.is_deleted = true;
  deal.update_time = toTime(now);
  store.deletedAt.set(deal.id, now);
}

/** The deal named in the path, for a change. Throws 404 for deleted ones, 400 for archived ones. */
export function readEditableDeal(store: Store, request: SimRequest): Deal {
  const deal = readRecord(store.deals, request, 'Deal');
  if (deal.is_deleted) throw notFound('Deal');
  if (deal.is_archived) throw ruleViolation('Archived deals cannot be edited.');
  return deal;
}
