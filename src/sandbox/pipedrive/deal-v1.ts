import type { Route, SimRequest, SimResponse } from '../kit/simulator.ts';
import { flatDeal } from './deal-flat.ts';
import { recalculate } from './deal-value.ts';
import { readEditableDeal, removeDeal } from './deals.ts';
import { readRecord, success } from './entity.ts';
import { notFound, ruleViolation } from './failure.ts';
import type { Deal } from './records.ts';
import { isObject, toTime } from './schema.ts';
import { type Account, ofDeal, type Store } from './store.ts';

/** Merging and duplicating deals, which only v1 can. */
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
  moveFollowers(store, survivor, absorbed);
  for (const collection of [store.activities, store.notes, store.files, store.mailMessages]) {
    for (const one of ofDeal<{ deal_id: number | null }>(collection, absorbed.id)) one.deal_id = survivor.id;
  }
  survivor.update_time = toTime(now());
  removeDeal(store, absorbed, now());
  return success({ ...flatDeal(store, survivor), merge_what_id: absorbed.id });
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
  if (moved.length > 0) recalculate(survivor, store.productsOf(survivor.id), store.discountsOf(survivor.id));
}

/** Who follows both keeps following the survivor as before. */
function moveFollowers(store: Store, survivor: Deal, absorbed: Deal): void {
  const known = new Set(store.followersOf(survivor.id).map(({ user_id }) => user_id));
  for (const follower of store.followersOf(absorbed.id)) {
    if (known.has(follower.user_id)) store.followers.delete(follower.id);
    else follower.deal_id = survivor.id;
  }
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
    ...store.origin,
    channel: null,
    channel_id: null,
    custom_fields: {},
  };
  store.deals.set(copy.id, copy);
  for (const line of store.productsOf(original.id)) {
    const id = store.nextId(store.dealProducts);
    store.dealProducts.set(id, { ...line, id, deal_id: copy.id, add_time: time, update_time: time });
  }
  return success(flatDeal(store, copy));
}
