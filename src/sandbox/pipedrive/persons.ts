import type { Route, SimRequest, SimResponse } from '../kit/simulator.ts';
import { customFields, mergeCustomFields, readCustomFields } from './custom-fields.ts';
import {
  deletionReply,
  fits,
  listReply,
  type OptionalColumns,
  present,
  readLiveRecord,
  readRecord,
  refuseFilter,
  requireLabels,
  requireReference,
  success,
  viewRules,
} from './entity.ts';
import { forbidden } from './failure.ts';
import { pageRules } from './paging.ts';
import type { ContactDetail, Deal, Person } from './records.ts';
import {
  boolean,
  dateTime,
  filled,
  ids,
  integer,
  integerText,
  listOf,
  Mismatch,
  nullable,
  objectOf,
  type Rule,
  readBody,
  readQuery,
  string,
  toTime,
  type Values,
  visibleTo,
} from './schema.ts';
import type { Account, Store } from './store.ts';

const none = () => null;
const zero = () => 0;
const own = (fits: (deal: Deal) => boolean) => (store: Store, person: Person) => count(store, person, fits, true);
const asParticipant = (fits: (deal: Deal) => boolean) => (store: Store, person: Person) =>
  count(store, person, fits, false);
const isOpen = (deal: Deal) => deal.status === 'open';
const isClosed = (deal: Deal) => deal.status !== 'open';
const isWon = (deal: Deal) => deal.status === 'won';
const isLost = (deal: Deal) => deal.status === 'lost';

function count(store: Store, person: Person, fits: (deal: Deal) => boolean, primary: boolean): number {
  return [...store.deals.values()].filter(
    (deal) =>
      !deal.is_deleted &&
      fits(deal) &&
      (primary ? deal.person_id === person.id : deal.person_id !== person.id && store.peopleOf(deal).has(person.id)),
  ).length;
}

/** What a person is asked for by name (`include_fields`). */
export const personColumns: OptionalColumns<Person> = {
  next_activity_id: none,
  last_activity_id: none,
  open_deals_count: own(isOpen),
  related_open_deals_count: zero,
  closed_deals_count: own(isClosed),
  related_closed_deals_count: zero,
  participant_open_deals_count: asParticipant(isOpen),
  participant_closed_deals_count: asParticipant(isClosed),
  email_messages_count: zero,
  activities_count: zero,
  done_activities_count: zero,
  undone_activities_count: zero,
  files_count: zero,
  notes_count: zero,
  followers_count: zero,
  won_deals_count: own(isWon),
  related_won_deals_count: zero,
  lost_deals_count: own(isLost),
  related_lost_deals_count: zero,
  last_incoming_mail_time: none,
  last_outgoing_mail_time: none,
  marketing_status: none,
  doi_status: none,
  smart_bcc_email: (_store, person) => `sandbox+person${person.id}@pipedrivemail.com`,
};

const view = viewRules(personColumns);
const listQuery = {
  filter_id: integerText,
  ids,
  owner_id: integerText,
  org_id: integerText,
  deal_id: integerText,
  updated_since: dateTime,
  updated_until: dateTime,
  ...view,
  ...pageRules('id', 'update_time', 'add_time'),
};

/** E-mail addresses or phone numbers: `work` by default, exactly one of them primary. */
const details: Rule<ContactDetail[]> = (value) => {
  const given = listOf(objectOf({ value: string, primary: boolean, label: string }, ['value']))(value);
  if (given.filter((detail) => detail.primary).length > 1) throw new Mismatch('must NOT have more than 1 primary item');
  const primary = Math.max(
    0,
    given.findIndex((detail) => detail.primary),
  );
  return given.map((detail, index) => ({
    value: detail.value as string,
    primary: index === primary,
    label: detail.label ?? 'work',
  }));
};

/** Needs a feature (contact sync, marketing add-on) that the account does not have. */
const notEnabled: Rule<never> = () => {
  throw forbidden();
};

const updateRules = {
  name: filled,
  owner_id: integer,
  org_id: nullable(integer),
  emails: details,
  phones: details,
  visible_to: visibleTo,
  label_ids: listOf(integer),
  postal_address: notEnabled,
  notes: notEnabled,
  im: notEnabled,
  birthday: notEnabled,
  job_title: notEnabled,
  marketing_status: notEnabled,
  custom_fields: customFields,
};
const addRules = { ...updateRules, add_time: dateTime };

/** Persons: list, and the operations on one. */
export function personRoutes(account: Account): Route[] {
  const all = '/api/v2/persons';
  const one = `${all}/:id`;
  return [
    { method: 'GET', path: all, tokens: 10, handler: (request) => listPersons(account, request) },
    { method: 'POST', path: all, tokens: 5, handler: (request) => addPerson(account, request) },
    { method: 'GET', path: one, tokens: 1, handler: (request) => getPerson(account, request) },
    { method: 'PATCH', path: one, tokens: 5, handler: (request) => updatePerson(account, request) },
    { method: 'DELETE', path: one, tokens: 3, handler: (request) => deletePerson(account, request) },
  ];
}

function listPersons({ store }: Account, request: SimRequest): SimResponse {
  const query = readQuery(request, listQuery);
  refuseFilter(query.filter_id);
  const deal = query.deal_id === undefined ? undefined : store.deals.get(query.deal_id);
  const ofDeal = query.deal_id === undefined ? null : deal ? store.peopleOf(deal) : new Set();
  const rows = [...store.persons.values()].filter(
    (person) =>
      fits(person, query) &&
      (query.org_id === undefined || query.org_id === person.org_id) &&
      (ofDeal === null || ofDeal.has(person.id)),
  );
  return listReply(rows, query, (person) => present(store, 'person', person, query, personColumns));
}

function getPerson({ store }: Account, request: SimRequest): SimResponse {
  const shape = readQuery(request, view);
  return success(present(store, 'person', readRecord(store.persons, request, 'Person'), shape, personColumns));
}

function addPerson({ store, now }: Account, request: SimRequest): SimResponse {
  readQuery(request, {});
  const input = readBody(request, addRules, ['name']);
  const person: Person = {
    ...changePerson(store, blankPerson(store, toTime(now())), input),
    id: store.nextId(store.persons),
  };
  store.persons.set(person.id, person);
  return success(present(store, 'person', person));
}

function updatePerson({ store, now }: Account, request: SimRequest): SimResponse {
  readQuery(request, {});
  const before = readLiveRecord(store.persons, request, 'Person');
  const person: Person = { ...changePerson(store, before, readBody(request, updateRules)), update_time: toTime(now()) };
  store.persons.set(person.id, person);
  return success(present(store, 'person', person));
}

function deletePerson({ store, now }: Account, request: SimRequest): SimResponse {
  readQuery(request, {});
  const person = readRecord(store.persons, request, 'Person');
  const { is_deleted: before } = person;
  if (!before) Object.assign(person, { is_deleted: true, update_time: toTime(now()) });
  return deletionReply(person.id, before);
}

function changePerson(store: Store, before: Person, input: Values<typeof addRules>): Person {
  requireReference(store.users, input.owner_id, 'User');
  requireReference(store.organizations, input.org_id, 'Organization');
  requireLabels(store, 'person', input.label_ids);
  const { custom_fields, ...plain } = input;
  const update = readCustomFields(store, 'person', custom_fields ?? {});
  return {
    ...before,
    ...plain,
    ...(input.name !== undefined && splitName(input.name)),
    custom_fields: mergeCustomFields(before.custom_fields, update),
  };
}

/** The last word is the last name. */
function splitName(name: string): { first_name: string; last_name: string | null } {
  const words = name.trim().split(/\s+/);
  const last = words.length > 1 ? (words.pop() as string) : null;
  return { first_name: words.join(' '), last_name: last };
}

function blankPerson(store: Store, add_time: string): Person {
  return {
    id: 0,
    name: '',
    first_name: null,
    last_name: null,
    owner_id: store.caller.id,
    org_id: null,
    add_time,
    update_time: null,
    emails: [],
    phones: [],
    is_deleted: false,
    visible_to: 3,
    label_ids: [],
    picture_id: null,
    custom_fields: {},
  };
}
