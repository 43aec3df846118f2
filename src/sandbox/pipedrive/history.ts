import { formatJson, isJsonNumber } from '../kit/json.ts';
import type { Route, SimRequest } from '../kit/simulator.ts';
import { toBig } from './amount.ts';
import type { Membership } from './deal-records.ts';
import type { Deal, Field } from './records.ts';
import { isObject, toTime } from './schema.ts';
import type { Account, Store } from './store.ts';
import { spaced } from './v1.ts';

/** The fields of a deal that its history follows, under the names v1 has for them. */
const FOLLOWED: Readonly<Record<string, (deal: Deal) => unknown>> = {
  title: (deal) => deal.title,
  value: (deal) => deal.value,
  currency: (deal) => deal.currency,
  user_id: (deal) => deal.owner_id,
  person_id: (deal) => deal.person_id,
  org_id: (deal) => deal.org_id,
  pipeline_id: (deal) => deal.pipeline_id,
  stage_id: (deal) => deal.stage_id,
  status: (deal) => (deal.is_deleted ? 'deleted' : deal.status),
  probability: (deal) => deal.probability,
  lost_reason: (deal) => deal.lost_reason,
  visible_to: (deal) => deal.visible_to,
  label: (deal) => (deal.label_ids.length === 0 ? null : deal.label_ids.join(',')),
  expected_close_date: (deal) => deal.expected_close_date,
  close_time: (deal) => spaced(deal.close_time),
  won_time: (deal) => spaced(deal.won_time),
  lost_time: (deal) => spaced(deal.lost_time),
  is_archived: (deal) => (deal.is_archived ? 1 : 0),
};

/** What a write can change about a deal, as it was at one moment. */
interface Snapshot {
  readonly deal: Deal;
  readonly people: ReadonlySet<number>;
  readonly followers: ReadonlySet<number>;
}

/** The same routes, except that successful writes to deals are noted in the history and, later, in the search index. */
export function withHistory(account: Account, routes: readonly Route[]): Route[] {
  return routes.map((route) => {
    if (route.method === 'GET' || !/^\/(api\/v2|v1)\/deals(\/|$)/.test(route.path)) return route;
    return {
      ...route,
      handler: async (request) => {
        const { store } = account;
        const known = store.deals.size;
        const before = new Map(touchedBy(request).map((id) => [id, snapshotOf(store, id)]));
        const response = await route.handler(request);
        for (const [id, snapshot] of before) if (snapshot) note(account, request, snapshot, snapshotOf(store, id));
        if (store.deals.size > known) noteNew(account, request, [...store.deals.keys()].at(-1) as number);
        return response;
      },
    };
  });
}

/** The deal in the path, and the one it is merged with. */
function touchedBy({ params, body }: SimRequest): number[] {
  return [params.id, isObject(body) ? body.merge_with_id : undefined].filter((id) => id !== undefined).map(Number);
}

function snapshotOf(store: Store, id: number): Snapshot | null {
  const deal = store.deals.peek(id);
  return deal
    ? {
        deal: { ...deal },
        people: store.peopleOf(deal),
        followers: new Set(store.followersOf(id).map(({ user_id }) => user_id)),
      }
    : null;
}

function note(account: Account, request: SimRequest, before: Snapshot, after: Snapshot | null): void {
  if (!after) return;
  const { store } = account;
  const { deal } = after;
  const time = toTime(account.now());
  const [old, now] = [fieldsOf(store, before.deal), fieldsOf(store, deal)];
  for (const [key, { value, isCustom }] of now) {
    const was = old.get(key)?.value ?? null;
    if (was !== value) addChange(account, request, deal.id, key, was, value, isCustom);
  }
  addMemberships(store, store.participantChanges, deal.id, before.people, after.people, time);
  addMemberships(store, store.followerChanges, deal.id, before.followers, after.followers, time);
  hideFromSearch(account, deal.id, before.deal);
}

/** The history of a deal begins with the time it was added. */
function noteNew(account: Account, request: SimRequest, id: number): void {
  const { deal, people } = snapshotOf(account.store, id) as Snapshot;
  addChange(account, request, id, 'add_time', null, spaced(deal.add_time), false);
  addMemberships(account.store, account.store.participantChanges, id, new Set(), people, deal.add_time);
  hideFromSearch(account, id, null);
}

function addChange(
  { store, now }: Account,
  request: SimRequest,
  deal_id: number,
  field_key: string,
  old_value: string | null,
  new_value: string | null,
  is_custom_field: boolean,
): void {
  const id = store.nextId(store.fieldChanges);
  store.fieldChanges.set(id, {
    id,
    deal_id,
    actor_user_id: store.caller.id,
    field_key,
    old_value,
    new_value,
    time: toTime(now()),
    change_source: 'api',
    change_source_user_agent: request.headers['user-agent'] ?? null,
    is_custom_field,
  });
}

function addMemberships(
  store: Store,
  log: Map<number, Membership>,
  deal_id: number,
  before: ReadonlySet<number>,
  after: ReadonlySet<number>,
  time: string,
): void {
  const add = (member_id: number, action: Membership['action']) => {
    const id = store.nextId(log);
    log.set(id, { id, deal_id, actor_user_id: store.caller.id, member_id, action, time });
  };
  for (const member of after) if (!before.has(member)) add(member, 'added');
  for (const member of before) if (!after.has(member)) add(member, 'removed');
}

function hideFromSearch({ store, now, searchLag }: Account, deal_id: number, before: Deal | null): void {
  const { staleDeals } = store;
  while (staleDeals[0] && staleDeals[0].at + searchLag <= now()) staleDeals.shift();
  if (searchLag > 0) staleDeals.push({ deal_id, before, at: now() });
}

/** Every followed field of a deal in the textual form of v1, custom fields in all their parts. */
function fieldsOf(store: Store, deal: Deal): Map<string, { value: string | null; isCustom: boolean }> {
  const builtIn = Object.entries(FOLLOWED).map(([key, read]) => [key, { value: textOf(read(deal)), isCustom: false }]);
  const custom = store.fields.deal
    .filter((field) => field.is_custom_field)
    .flatMap((field) => customTexts(field, deal.custom_fields[field.field_code] ?? null))
    .map(([key, value]) => [key, { value, isCustom: true }]);
  return new Map([...builtIn, ...custom] as [string, { value: string | null; isCustom: boolean }][]);
}

/** A custom field as v1 has it: the value under the key, what else belongs to it under keys of its own. */
export function customTexts({ field_code: key, field_type }: Field, value: unknown): [string, string | null][] {
  switch (field_type) {
    case 'set':
      return [[key, Array.isArray(value) ? value.join(',') : null]];
    case 'monetary':
    case 'daterange':
    case 'time':
    case 'timerange': {
      const rest = { monetary: ['currency'], daterange: ['until'], time: ['timezone_id'] }[field_type as string];
      const parts = isObject(value) ? value : {};
      return [
        [key, textOf(parts.value)],
        ...(rest ?? ['until', 'timezone_id']).map((part): [string, string | null] => [
          `${key}_${part}`,
          textOf(parts[part]),
        ]),
      ];
    }
    case 'address':
      return [[key, isObject(value) ? textOf(value.value) : null]];
    default:
      return [[key, textOf(value)]];
  }
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (isJsonNumber(value)) return toBig(value).toFixed();
  return typeof value === 'string' ? value : formatJson(value);
}
