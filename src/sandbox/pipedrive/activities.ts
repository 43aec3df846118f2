import type { Route, SimRequest, SimResponse } from '../kit/simulator.ts';
import type { Activity } from './deal-records.ts';
import { fits, listReply, readRecord, refuseFilter, success } from './entity.ts';
import { pageRules } from './paging.ts';
import { booleanText, csvOf, dateTime, ids, integerText, oneOf, readQuery, string } from './schema.ts';
import type { Account } from './store.ts';
import { spaced } from './v1.ts';

const include_fields = csvOf(oneOf('attendees'));
const listQuery = {
  filter_id: integerText,
  ids,
  owner_id: integerText,
  deal_id: integerText,
  lead_id: string,
  person_id: integerText,
  org_id: integerText,
  done: booleanText,
  updated_since: dateTime,
  updated_until: dateTime,
  include_fields,
  ...pageRules('id', 'update_time', 'add_time', 'due_date'),
};

/** Activities, to read (v2), and their types (v1). */
export function activityRoutes(account: Account): Route[] {
  return [
    { method: 'GET', path: '/api/v2/activities', tokens: 10, handler: (request) => listActivities(account, request) },
    { method: 'GET', path: '/api/v2/activities/:id', tokens: 1, handler: (request) => getActivity(account, request) },
    {
      method: 'GET',
      path: '/v1/activityTypes',
      tokens: 20,
      handler: () =>
        success(
          account.store.activityTypes.map((type) => ({
            ...type,
            add_time: spaced(type.add_time),
            update_time: spaced(type.update_time),
          })),
        ),
    },
  ];
}

function listActivities({ store }: Account, request: SimRequest): SimResponse {
  const query = readQuery(request, listQuery);
  refuseFilter(query.filter_id);
  const rows = [...store.activities.values()].filter(
    (activity) =>
      fits(activity, query) &&
      (['deal_id', 'lead_id', 'person_id', 'org_id', 'done'] as const).every(
        (key) => query[key] === undefined || query[key] === activity[key],
      ),
  );
  return listReply(rows, query, (activity) => present(activity, query.include_fields));
}

function getActivity({ store }: Account, request: SimRequest): SimResponse {
  const query = readQuery(request, { include_fields });
  return success(present(readRecord(store.activities, request, 'Activity'), query.include_fields));
}

function present({ attendees, ...activity }: Activity, include: readonly string[] = []): object {
  return { ...activity, ...(include.includes('attendees') && { attendees }) };
}
