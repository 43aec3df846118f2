import type { Route, SimRequest, SimResponse } from '../kit/simulator.ts';
import type { Note } from './deal-records.ts';
import { readRecord, success } from './entity.ts';
import { date, dateTime, integerText, string } from './schema.ts';
import type { Account, Store } from './store.ts';
import { flag, offsetReply, offsetRules, readV1Query, sortBy, spaced } from './v1.ts';

const SORTABLE = ['id', 'user_id', 'deal_id', 'person_id', 'org_id', 'content', 'add_time', 'update_time'] as const;

const notesQuery = {
  user_id: integerText,
  lead_id: string,
  deal_id: integerText,
  person_id: integerText,
  org_id: integerText,
  project_id: integerText,
  task_id: integerText,
  sort: string,
  start_date: date,
  end_date: date,
  updated_since: dateTime,
  pinned_to_deal_flag: flag,
  ...offsetRules,
};

/** Notes (v1), to read. */
export function noteRoutes(account: Account): Route[] {
  return [
    { method: 'GET', path: '/v1/notes', tokens: 20, handler: (request) => listNotes(account, request) },
    {
      method: 'GET',
      path: '/v1/notes/:id',
      tokens: 2,
      handler: (request) => success(presentNote(account.store, readRecord(account.store.notes, request, 'Note'))),
    },
  ];
}

/** The notes of the account are all on deals, so none belongs to a lead, a project or a task. */
function listNotes({ store }: Account, request: SimRequest): SimResponse {
  const query = readV1Query(request, notesQuery);
  const elsewhere = query.lead_id ?? query.project_id ?? query.task_id;
  const rows = [...store.notes.values()].filter(
    (note) =>
      elsewhere === undefined &&
      !note.is_deleted &&
      (['user_id', 'deal_id', 'person_id', 'org_id'] as const).every(
        (key) => query[key] === undefined || query[key] === note[key],
      ) &&
      (query.start_date === undefined || note.add_time.slice(0, 10) >= query.start_date) &&
      (query.end_date === undefined || note.add_time.slice(0, 10) <= query.end_date) &&
      (query.updated_since === undefined || note.update_time >= query.updated_since) &&
      (query.pinned_to_deal_flag === undefined || query.pinned_to_deal_flag === note.is_pinned_to_deal),
  );
  return offsetReply(sortBy(rows, query.sort, SORTABLE), query, (note) => presentNote(store, note));
}

/** A note as v1 answers it; a deleted one is inactive. */
export function presentNote(store: Store, note: Note): Record<string, unknown> {
  const { is_deleted, is_pinned_to_deal, ...rest } = note;
  const user = store.users.get(note.user_id);
  const deal = store.deals.get(note.deal_id);
  const person = store.persons.get(note.person_id ?? 0);
  const organization = store.organizations.get(note.org_id ?? 0);
  return {
    ...rest,
    lead_id: null,
    project_id: null,
    task_id: null,
    add_time: spaced(note.add_time),
    update_time: spaced(note.update_time),
    active_flag: !is_deleted,
    pinned_to_deal_flag: is_pinned_to_deal,
    pinned_to_person_flag: false,
    pinned_to_organization_flag: false,
    pinned_to_lead_flag: false,
    pinned_to_project_flag: false,
    pinned_to_task_flag: false,
    last_update_user_id: null,
    organization: organization ? { name: organization.name } : null,
    person: person ? { name: person.name } : null,
    deal: deal ? { title: deal.title } : null,
    lead: null,
    project: null,
    task: null,
    user: user
      ? { email: user.email, name: user.name, icon_url: user.icon_url, is_you: user.id === store.caller.id }
      : null,
  };
}
