import type { Route, SimRequest, SimResponse } from '../kit/simulator.ts';
import { readEditableDeal } from './deals.ts';
import { deletionReply, readRecord, requireReference } from './entity.ts';
import { notFound, ruleViolation } from './failure.ts';
import { personColumns } from './persons.ts';
import type { Deal, Person } from './records.ts';
import { readPathId, toTime } from './schema.ts';
import { type Account, ofDeal, type Store } from './store.ts';
import { COMPANY } from './users.ts';
import {
  asReference,
  cursorRules,
  newestFirstReply,
  offsetReply,
  offsetRules,
  organizationOf,
  personOf,
  readV1Id,
  readV1Query,
  relatedObjects,
  spaced,
  userOf,
} from './v1.ts';

/** The people on a deal (v1): its contact person first, then the others. */
export function dealParticipantRoutes(account: Account): Route[] {
  const all = '/v1/deals/:id/participants';
  const changes = '/v1/deals/:id/participantsChangelog';
  return [
    { method: 'GET', path: all, tokens: 10, handler: (request) => listParticipants(account, request) },
    { method: 'POST', path: all, tokens: 10, handler: (request) => addParticipant(account, request) },
    { method: 'DELETE', path: `${all}/:participant`, tokens: 6, handler: (request) => remove(account, request) },
    { method: 'GET', path: changes, tokens: 10, handler: (request) => listChanges(account, request) },
  ];
}

function listParticipants({ store }: Account, request: SimRequest): SimResponse {
  const query = readV1Query(request, offsetRules);
  const deal = readRecord(store.deals, request, 'Deal');
  const people = [...store.peopleOf(deal)];
  return offsetReply(
    people,
    query,
    (person) => presentParticipant(store, deal, person),
    (rows) => related(store, deal, rows),
  );
}

function addParticipant({ store, now }: Account, request: SimRequest): SimResponse {
  const deal = readEditableDeal(store, request);
  const person = readV1Id(request, 'person_id');
  requireReference(store.persons, person, 'Person');
  if (store.peopleOf(deal).has(person)) throw ruleViolation(`Person with id ${person} is already a participant.`);
  store.participants.set(deal.id, new Set([...(store.participants.get(deal.id) ?? []), person]));
  Object.assign(store.participationOf(deal, person), {
    add_time: toTime(now()),
    added_by_user_id: store.caller.id,
  });
  return {
    status: 200,
    body: { success: true, data: presentParticipant(store, deal, person), ...related(store, deal, [person]) },
  };
}

/** The contact person stays a participant for as long as it is the deal's. */
function remove({ store }: Account, request: SimRequest): SimResponse {
  const deal = readEditableDeal(store, request);
  const id = readPathId(request, 'participant');
  const person = [...store.peopleOf(deal)].find((one) => store.participationOf(deal, one).id === id);
  if (person === undefined) throw notFound('Participant');
  if (person === deal.person_id) throw ruleViolation('The contact person of a deal cannot be removed from it.');
  store.participants.get(deal.id)?.delete(person);
  store.participations.delete(`${deal.id}/${person}`);
  return deletionReply(id, false);
}

function listChanges({ store }: Account, request: SimRequest): SimResponse {
  const query = readV1Query(request, cursorRules);
  const { id } = readRecord(store.deals, request, 'Deal');
  return newestFirstReply(
    ofDeal(store.participantChanges, id),
    query,
    ({ actor_user_id, member_id, action, time }) => ({
      actor_user_id,
      person_id: member_id,
      action,
      time: spaced(time),
    }),
  );
}

/** A participant as v1 answers it. */
export function presentParticipant(store: Store, deal: Deal, personId: number): Record<string, unknown> {
  const { id, add_time, added_by_user_id } = store.participationOf(deal, personId);
  const person = store.persons.peek(personId) as Person;
  return {
    id,
    person_id: { ...asReference(personOf(store, personId)), company_id: COMPANY.company_id },
    add_time: spaced(add_time),
    active_flag: true,
    related_item_data: { deal_id: deal.id, title: deal.title },
    person: presentPerson(store, person),
    added_by_user_id: { ...userOf(store, added_by_user_id), value: added_by_user_id },
    related_item_type: 'deal',
    related_item_id: deal.id,
  };
}

/** A person in the form of v1. */
function presentPerson(store: Store, person: Person): Record<string, unknown> {
  const { smart_bcc_email, marketing_status, doi_status, ...columns } = Object.fromEntries(
    Object.entries(personColumns).map(([name, read]) => [name, read(store, person)]),
  );
  const organization = person.org_id === null ? null : asReference(organizationOf(store, person.org_id));
  const { owner_id: _owner, ...nested } = personOf(store, person.id);
  return {
    ...nested,
    ...columns,
    company_id: COMPANY.company_id,
    owner_id: { ...userOf(store, person.owner_id), value: person.owner_id },
    org_id: organization,
    first_name: person.first_name,
    last_name: person.last_name,
    first_char: person.name.charAt(0).toLowerCase(),
    add_time: spaced(person.add_time),
    update_time: spaced(person.update_time),
    visible_to: String(person.visible_to),
    picture_id: person.picture_id,
    sync_needed: false,
    next_activity_date: null,
    next_activity_time: null,
    last_activity_date: null,
    label: person.label_ids[0] ?? null,
    label_ids: person.label_ids,
    org_name: organization?.name ?? null,
    owner_name: store.users.get(person.owner_id)?.name ?? null,
    cc_email: smart_bcc_email,
  };
}

function related(store: Store, deal: Deal, persons: readonly number[]): Record<string, unknown> {
  return relatedObjects(store, {
    users: persons.flatMap((id) => [
      store.participationOf(deal, id).added_by_user_id,
      (store.persons.peek(id) as Person).owner_id,
    ]),
    persons,
    organizations: persons.map((id) => store.persons.peek(id)?.org_id ?? null),
  });
}
