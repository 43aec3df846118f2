import type { SimResponse } from '../kit/simulator.ts';
import type { Call } from './account.ts';
import { administration, getAccount } from './administration.ts';
import { empty } from './answers.ts';
import { calendarEntries } from './calendar-entries.ts';
import { comments } from './comments.ts';
import { companies } from './companies.ts';
import { deals } from './deals.ts';
import { documents } from './documents.ts';
import { notes } from './notes.ts';
import { people } from './people.ts';
import type { Stamped } from './records.ts';
import {
  type Association,
  createRecord,
  deleteRecord,
  find,
  getRecord,
  listRecords,
  type Resource,
  updateRecord,
} from './resource.ts';
import { listDeals, listSearches, performSearch } from './searches.ts';
import { getProfile, getUser, listUsers } from './users.ts';

/** One operation of the API. */
export interface Operation {
  readonly method: string;
  /** Below `/api/v3`, without `.json`. */
  readonly path: string;
  readonly answer: (call: Call) => SimResponse;
}

/** PipelineDeals API v3, as far as the sandbox has it. */
export const OPERATIONS: readonly Operation[] = [
  ...resource('deals', deals, listDeals),
  ...resource('people', people),
  ...resource('companies', companies),
  ...resource('notes', notes),
  ...resource('calendar_entries', calendarEntries),
  ...resource('documents', documents),
  nested('deals', deals, 'notes', notes, 'deal_id'),
  nested('deals', deals, 'people', people, 'deal_id'),
  nested('deals', deals, 'calendar_entries', calendarEntries, 'deal_id'),
  nested('people', people, 'deals', deals, 'person_id'),
  nested('companies', companies, 'notes', notes, 'company_id'),
  nested('companies', companies, 'people', people, 'company_id'),
  nested('companies', companies, 'deals', deals, 'company_id'),
  nested('companies', companies, 'calendar_entries', calendarEntries, 'company_id'),
  { method: 'GET', path: '/notes/:id/comments', answer: comments.list },
  { method: 'POST', path: '/notes/:id/comments', answer: comments.create },
  { method: 'GET', path: '/notes/:id/comments/:commentId', answer: comments.get },
  { method: 'PUT', path: '/notes/:id/comments/:commentId', answer: comments.update },
  { method: 'DELETE', path: '/notes/:id/comments/:commentId', answer: comments.remove },
  { method: 'GET', path: '/searches', answer: listSearches },
  { method: 'GET', path: '/searches/:id/perform', answer: performSearch },
  ...Object.entries(administration).map(([name, answer]) => ({ method: 'GET', path: `/admin/${name}`, answer })),
  { method: 'GET', path: '/users', answer: listUsers },
  { method: 'GET', path: '/users/:id', answer: getUser },
  { method: 'GET', path: '/admin/users', answer: listUsers },
  { method: 'GET', path: '/admin/users/:id', answer: getUser },
  { method: 'GET', path: '/profile', answer: getProfile },
  { method: 'GET', path: '/account', answer: getAccount },
];

function resource<T extends Stamped>(
  name: string,
  kind: Resource<T>,
  list = (call: Call) => listRecords(kind, call),
): Operation[] {
  const id = (call: Call) => call.request.params.id ?? '';
  return [
    { method: 'GET', path: `/${name}`, answer: list },
    { method: 'POST', path: `/${name}`, answer: (call) => createRecord(kind, call) },
    { method: 'GET', path: `/${name}/:id`, answer: (call) => getRecord(kind, call, id(call)) },
    { method: 'PUT', path: `/${name}/:id`, answer: (call) => updateRecord(kind, call, id(call)) },
    { method: 'DELETE', path: `/${name}/:id`, answer: (call) => deleteRecord(kind, call, id(call)) },
  ];
}

function nested<P extends Stamped, T extends Stamped>(
  parentName: string,
  parentKind: Resource<P>,
  name: string,
  kind: Resource<T>,
  association: Association,
): Operation {
  return {
    method: 'GET',
    path: `/${parentName}/:id/${name}`,
    answer: (call) => {
      const parent = find(parentKind, call.store, call.request.params.id ?? '');
      return parent ? listRecords(kind, call, { association, id: parent.id }) : empty(404);
    },
  };
}
