import type { Activity, ActivityQuery } from '../../domain/activity.ts';
import type { Deal } from '../../domain/deal.ts';
import type { Feed } from '../../domain/feed.ts';
import type { Organization } from '../../domain/organization.ts';
import type { Person } from '../../domain/person.ts';
import type { CalendarDate, Instant } from '../../domain/time.ts';
import type { User } from '../../domain/user.ts';
import { boolean, dateOrNull, id, instantOrNull, isWire, textOrNull, type Wire, WireError } from '../wire.ts';
import type { PipedriveApi } from './api.ts';
import { ENDPOINTS, MAX_PAGE } from './endpoints.ts';
import { readAll } from './feeds.ts';
import { linkOrNull } from './links.ts';
import { createRepository, isDeleted, type RecordKind, recordFacts } from './records.ts';
import { parseTime, parseV1Time } from './times.ts';
import { flagOrNull } from './v1-values.ts';

const DURATION = /^(\d{1,3}):(\d{2})(?::(\d{2}))?$/;
const TIME_OF_DAY = /^\d{2}:\d{2}(:\d{2})?$/;

/** Maps an activity of v2. */
export function toActivity(crm: string, wire: Wire): Activity {
  return {
    ...recordFacts(wire),
    ...commonFacts(crm, wire),
    isDone: boolean(wire, 'done', false),
    doneAt: instantOrNull(wire, 'marked_as_done_time', parseTime),
    location: isWire(wire.location) ? textOrNull(wire.location, 'value') : null,
    owner: linkOrNull<User>(crm, 'User', wire, 'owner_id'),
  };
}

/** Maps an activity of v1, as the feed of a deal has it. */
export function toActivityOfV1(crm: string, wire: Wire): Activity {
  return {
    ...commonFacts(crm, wire),
    createdAt: instantOrNull(wire, 'add_time', parseV1Time),
    updatedAt: instantOrNull(wire, 'update_time', parseV1Time),
    // Not as the activity's own endpoint gives it.
    raw: () => undefined,
    isDone: flagOrNull(wire, 'done') ?? false,
    doneAt: instantOrNull(wire, 'marked_as_done_time', parseV1Time),
    location: textOrNull(wire, 'location') || null,
    owner: linkOrNull<User>(crm, 'User', wire, 'user_id'),
  };
}

const ACTIVITY: RecordKind<Activity> = {
  what: 'activity',
  one: ENDPOINTS.activity,
  list: ENDPOINTS.activities,
  map: toActivity,
};

export function createActivities(api: PipedriveApi) {
  return createRepository<Activity>(api, ACTIVITY);
}

/** The activities of a deal, newest first (v2, GET /activities). Pipedrive leaves out none, so the gateway does. */
export function dealActivities(api: PipedriveApi): Feed<Activity, ActivityQuery> {
  return {
    async read(deal, { done, exclude }, { position, limit }, call) {
      // As many more as are left out, so that the page is full where there are enough.
      const size = Math.min(MAX_PAGE, limit + exclude.length);
      const query = [
        ['deal_id', deal],
        ['done', done],
        ['sort_by', 'add_time'],
        ['sort_direction', 'desc'],
      ] as const;
      const page = await api.page(ENDPOINTS.activities, query, size, position, call);
      const left = new Set(exclude);
      const activities = readAll(api.crm, 'activity', page.values, (wire) =>
        isDeleted(wire) ? null : toActivity(api.crm, wire),
      );
      return { items: activities.filter(({ ref }) => !left.has(ref.id)), next: page.next };
    },
  };
}

function commonFacts(crm: string, wire: Wire) {
  const dueDate = dateOrNull(wire, 'due_date');
  const startsAt = startOf(wire, dueDate);
  return {
    ref: { crm, type: 'Activity', id: id(wire) },
    subject: textOrNull(wire, 'subject') ?? '',
    type: textOrNull(wire, 'type') || null,
    dueDate,
    startsAt,
    endsAt: endOf(wire, startsAt),
    note: textOrNull(wire, 'note') || null,
    deal: linkOrNull<Deal>(crm, 'Deal', wire, 'deal_id')?.ref ?? null,
    person: linkOrNull<Person>(crm, 'Person', wire, 'person_id'),
    organization: linkOrNull<Organization>(crm, 'Organization', wire, 'org_id'),
  } as const;
}

/** Times of day are in UTC, `HH:MM:SS` in v2 and `HH:MM` in v1; without one the activity is for the day. */
function startOf(wire: Wire, date: CalendarDate | null): Instant | null {
  const time = textOrNull(wire, 'due_time') || null;
  if (date === null || time === null) return null;
  const instant = TIME_OF_DAY.test(time) ? Date.parse(`${date}T${time}Z`) : Number.NaN;
  if (Number.isNaN(instant)) throw new WireError('due_time is not a time of day');
  return instant;
}

/** `HH:MM:SS` in v2, `HH:MM` in v1; an activity without a duration has no end. */
function endOf(wire: Wire, startsAt: Instant | null): Instant | null {
  const duration = textOrNull(wire, 'duration') || null;
  if (startsAt === null || duration === null) return null;
  const match = DURATION.exec(duration);
  if (match === null) throw new WireError('duration is not a duration');
  const [, hours, minutes, seconds = '0'] = match;
  return startsAt + (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
}
