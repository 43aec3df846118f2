import type { Route, SimRequest, SimResponse } from '../kit/simulator.ts';
import { toAmount, toBig } from './amount.ts';
import { recalculate } from './deal-value.ts';
import { readEditableDeal, removeDeal } from './deals.ts';
import { readRecord, success } from './entity.ts';
import { notFound, ruleViolation } from './failure.ts';
import type { Deal } from './records.ts';
import { isObject, toTime } from './schema.ts';
import type { Account, Store } from './store.ts';

/** The deal operations that exist in v1 only: merge and duplicate. */
export function dealV1Routes(account: Account): Route[] {
  return [
    { method: 'PUT', path: '/v1/deals/:id/merge', tokens: 40, handler: (request) => mergeDeals(account, request) },
    {
      method: 'POST',
      path: '/v1/deals/:id/duplicate',
      tokens: 10,
      handler: (request) => duplicateDeal(account, request),
    },
  ];
}

/** The deal in the path is merged into `merge_with_id`, which survives, and is then deleted. */
function mergeDeals({ store, now }: Account, request: SimRequest): SimResponse {
  const absorbed = readEditableDeal(store, request);
  const given = isObject(request.body) ? request.body.merge_with_id : undefined;
  const id = Number(given);
  if (given === undefined || !Number.isSafeInteger(id)) throw ruleViolation('merge_with_id must be given.');
  const survivor = store.deals.get(id);
  if (!survivor || survivor.is_deleted) throw notFound('Deal');
  if (survivor.is_archived) throw ruleViolation('Archived deals cannot be edited.');
  if (survivor.id === absorbed.id) throw ruleViolation('A deal cannot be merged with itself.');
  fillGaps(survivor, absorbed);
  movePeople(store, survivor, absorbed);
  moveProducts(store, survivor, absorbed);
  survivor.update_time = toTime(now());
  removeDeal(store, absorbed, now());
  return success({ ...presentV1(store, survivor), merge_what_id: absorbed.id });
}

/** What the survivor lacks is taken over; what both have stays the survivor's. */
function fillGaps(survivor: Deal, absorbed: Deal): void {
  survivor.person_id ??= absorbed.person_id;
  survivor.org_id ??= absorbed.org_id;
  survivor.probability ??= absorbed.probability;
  survivor.expected_close_date ??= absorbed.expected_close_date;
  survivor.channel ??= absorbed.channel;
  survivor.channel_id ??= absorbed.channel_id;
  if (survivor.status === 'lost') survivor.lost_reason ??= absorbed.lost_reason;
  if (survivor.label_ids.length === 0) survivor.label_ids = [...absorbed.label_ids];
  survivor.custom_fields = { ...absorbed.custom_fields, ...survivor.custom_fields };
}

function movePeople(store: Store, survivor: Deal, absorbed: Deal): void {
  const people = new Set([...(store.participants.get(survivor.id) ?? []), ...store.peopleOf(absorbed)]);
  if (survivor.person_id !== null) people.delete(survivor.person_id);
  store.participants.set(survivor.id, people);
  store.participants.delete(absorbed.id);
}

function moveProducts(store: Store, survivor: Deal, absorbed: Deal): void {
  const [first] = store.productsOf(survivor.id);
  const moved = store.productsOf(absorbed.id);
  for (const line of moved) {
    line.deal_id = survivor.id;
    if (first) line.tax_method = first.tax_method;
  }
  if (moved.length > 0) recalculate(survivor, store.productsOf(survivor.id));
}

/** An open copy with the products, without dates, labels, custom fields and further participants. */
function duplicateDeal({ store, now }: Account, request: SimRequest): SimResponse {
  const original = readRecord(store.deals, request, 'Deal');
  if (original.is_deleted) throw notFound('Deal');
  const time = toTime(now());
  const copy: Deal = {
    ...original,
    id: store.nextId(store.deals),
    title: `${original.title} (copy)`,
    creator_user_id: store.caller.id,
    status: 'open',
    probability: null,
    lost_reason: null,
    add_time: time,
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
    is_archived: false,
    archive_time: null,
    origin: 'API',
    origin_id: null,
    channel: null,
    channel_id: null,
    custom_fields: {},
  };
  store.deals.set(copy.id, copy);
  for (const line of store.productsOf(original.id)) {
    const id = store.nextId(store.dealProducts);
    store.dealProducts.set(id, { ...line, id, deal_id: copy.id, add_time: time, update_time: time });
  }
  return success(presentV1(store, copy));
}

/** A deal in the flat form of v1: plain ids, times without zone, `visible_to` and labels as text. */
function presentV1(store: Store, deal: Deal): Record<string, unknown> {
  const stage = store.stages.get(deal.stage_id);
  const pipeline = store.pipelines.get(deal.pipeline_id);
  const { custom_fields, owner_id, label_ids, is_deleted, ...plain } = deal;
  const weighs = pipeline?.is_deal_probability_enabled === true;
  const weight = weighs ? (deal.probability ?? stage?.deal_probability ?? 100) : 100;
  const weighted = toAmount(toBig(deal.value).times(weight).times('0.01'));
  const money = (amount: Deal['value']) => `${deal.currency} ${toBig(amount).toFixed()}`;
  return {
    ...plain,
    user_id: owner_id,
    add_time: spaced(deal.add_time),
    update_time: spaced(deal.update_time),
    stage_change_time: spaced(deal.stage_change_time),
    close_time: spaced(deal.close_time),
    won_time: spaced(deal.won_time),
    first_won_time: spaced(deal.won_time),
    lost_time: spaced(deal.lost_time),
    archive_time: spaced(deal.archive_time),
    active: deal.status === 'open' && !is_deleted,
    deleted: is_deleted,
    visible_to: String(deal.visible_to),
    label: label_ids.length === 0 ? null : label_ids.join(','),
    stage_order_nr: stage?.order_nr ?? null,
    person_name: store.persons.get(deal.person_id ?? 0)?.name ?? null,
    org_name: store.organizations.get(deal.org_id ?? 0)?.name ?? null,
    owner_name: store.users.get(owner_id)?.name ?? null,
    person_hidden: false,
    org_hidden: false,
    formatted_value: money(deal.value),
    weighted_value: weighted,
    formatted_weighted_value: money(weighted),
    weighted_value_currency: deal.currency,
    acv_currency: deal.acv === null ? null : deal.currency,
    arr_currency: deal.arr === null ? null : deal.currency,
    mrr_currency: deal.mrr === null ? null : deal.currency,
    cc_email: `sandbox+deal${deal.id}@pipedrivemail.com`,
    rotten_time: null,
    products_count: store.productsOf(deal.id).length,
    participants_count: store.peopleOf(deal).size,
    ...NOTHING_DONE,
  };
}

/** Activities, mail, notes and files are not simulated: a deal has none. */
const NOTHING_DONE = {
  next_activity_date: null,
  next_activity_time: null,
  next_activity_id: null,
  next_activity_subject: null,
  next_activity_type: null,
  next_activity_duration: null,
  next_activity_note: null,
  last_activity_id: null,
  last_activity_date: null,
  files_count: 0,
  notes_count: 0,
  followers_count: 0,
  email_messages_count: 0,
  activities_count: 0,
  done_activities_count: 0,
  undone_activities_count: 0,
  last_incoming_mail_time: null,
  last_outgoing_mail_time: null,
};

function spaced(time: string | null): string | null {
  return time?.replace('T', ' ').replace('Z', '') ?? null;
}
