import type { Activity } from '../../domain/activity.ts';
import type { Organization } from '../../domain/organization.ts';
import type { Link, Ref } from '../../domain/ref.ts';
import type { Repository } from '../../domain/repository.ts';
import type { User } from '../../domain/user.ts';
import { ofEach } from '../each-deal.ts';
import {
  boolean,
  dateOrNull,
  id,
  idOrNull,
  instantOrNull,
  objectOrNull,
  readRecord,
  textOrNull,
  type Wire,
  withoutSecrets,
} from '../wire.ts';
import type { Account } from './account.ts';
import { member } from './api.ts';
import type { DealList } from './deal-lists.ts';
import { embedded, link, namedLink } from './links.ts';
import { parseTime } from './time.ts';

const COLLECTION = 'calendar_entries';

/** Tasks and events that hang on a deal; an entry hangs on one record only. */
export const DEAL_ACTIVITIES: DealList<Activity> = {
  collection: COLLECTION,
  what: 'calendar entry',
  dealOf: (wire) => (wire.association_type === 'Deal' ? wire.association_id : null),
  map: (crm, wire) => (isActive(wire) ? toActivity(crm, wire, false) : null),
};

/** Calendar entries by id; the API has no condition that lists them by it. */
export function createActivities({ crm, api }: Account): Repository<Activity> {
  const getWhole: Repository<Activity>['getWhole'] = async (activityId, call) => {
    const wire = await api.one(member(COLLECTION, activityId), call);
    if (wire === null || !isActive(wire)) return null;
    return readRecord(crm, 'calendar entry', wire, (value) => toActivity(crm, value, true));
  };
  return { getWhole, getMany: (ids, call) => ofEach(ids, (activityId) => getWhole(activityId, call)) };
}

/** What a deal tells of its next entry: `next_entry_*` today, `next_task_*` in the older dialect. */
export function nextActivity(crm: string, deal: Wire): Link<Activity> | null | undefined {
  const prefix = deal.next_entry_id === undefined ? 'next_task' : 'next_entry';
  if (deal[`${prefix}_id`] === undefined) return undefined;
  const activityId = idOrNull(deal, `${prefix}_id`);
  if (activityId === null) return null;
  const subject = textOrNull(deal, `${prefix}_name`);
  return link<Activity>(crm, 'Activity', activityId, {
    ...(subject !== null && { subject }),
    ...(`${prefix}_due` in deal && { dueDate: dateOrNull(deal, `${prefix}_due`) }),
    ...(deal[`${prefix}_all_day`] === true && { startsAt: null, endsAt: null }),
    ...(deal[`${prefix}_all_day`] === false && { startsAt: instantOrNull(deal, `${prefix}_due`, parseTime) }),
    isDone: false,
    doneAt: null,
    deal: { crm, type: 'Deal', id: id(deal) },
  });
}

function toActivity(crm: string, wire: Wire, whole: boolean): Activity {
  const isEvent = wire.type === 'CalendarEvent';
  const category = objectOrNull(wire, 'category');
  const person = association(crm, wire, 'Person');
  return {
    ref: { crm, type: 'Activity', id: id(wire) },
    createdAt: instantOrNull(wire, 'created_at', parseTime),
    updatedAt: instantOrNull(wire, 'updated_at', parseTime),
    raw: () => (whole ? withoutSecrets(wire) : undefined),
    subject: textOrNull(wire, 'name') ?? '',
    type: category && textOrNull(category, 'name'),
    isDone: boolean(wire, 'complete', false),
    doneAt: instantOrNull(wire, 'completed_at', parseTime),
    // A task repeats its day as `start_time`, without a time.
    dueDate: dateOrNull(wire, isEvent ? 'start_time' : 'due_date'),
    startsAt: isEvent ? instantOrNull(wire, 'start_time', parseTime) : null,
    endsAt: isEvent ? instantOrNull(wire, 'end_time', parseTime) : null,
    location: null,
    note: textOrNull(wire, 'description') || null,
    owner: namedLink<User>(crm, 'User', embedded(wire, 'owner_id', 'owner')),
    deal: association(crm, wire, 'Deal'),
    person: person && { ref: person, known: {} },
    organization: namedLink<Organization>(crm, 'Organization', embedded(wire, 'company_id', 'associated_company')),
  };
}

/** The deal or the person an entry hangs on, where it hangs on one of this type. */
function association<Type extends 'Deal' | 'Person'>(crm: string, wire: Wire, type: Type): Ref<Type> | null {
  const associated = wire.association_type === type ? idOrNull(wire, 'association_id') : null;
  return associated === null ? null : { crm, type, id: associated };
}

/** An entry that was deleted stays, inactive. */
function isActive(wire: Wire): boolean {
  return boolean(wire, 'active', true);
}
