import type { Call } from './account.ts';
import { type Conditions, isTrue, like, oneOf, type Test, timeRange } from './conditions.ts';
import type { CalendarEntryRecord } from './records.ts';
import { type Day, dayOf, type Instant, parseDay, parseInstant, startOfDay } from './zone.ts';

type Entry = CalendarEntryRecord;

const DAY = 86_400_000;

/** PipelineDeals API v3, Calendar entries, `conditions[…]`; "today" and the like are days of the account's zone. */
export function calendarConditions(call: Call): Conditions<Entry> {
  const today = dayOf(call.now);
  const monday = addDays(today, -((new Date(`${today}T00:00:00Z`).getUTCDay() + 6) % 7));
  const between = (from: Day, to: Day) =>
    isTrue<Entry>((entry) => {
      const day = dayOfEntry(entry);
      return day !== null && day >= from && day <= to;
    });
  return {
    named: like((entry) => [entry.name]),
    kind: ({ values: [kind] }) => (kind === undefined ? null : (entry) => isOfKind(entry, kind)),
    owner_id: oneOf((entry) => [entry.owner_id]),
    completed: isTrue((entry) => entry.complete),
    incomplete: isTrue((entry) => !entry.complete),
    late: isTrue((entry) => !entry.complete && (dayOfEntry(entry) ?? today) < today),
    today: between(today, today),
    tomorrow: between(addDays(today, 1), addDays(today, 1)),
    this_week: between(monday, addDays(monday, 6)),
    next_week: between(addDays(monday, 7), addDays(monday, 13)),
    future: isTrue((entry) => (dayOfEntry(entry) ?? today) > today),
    someday: isTrue((entry) => dayOfEntry(entry) === null),
    within: timeRange(momentOf),
    starting_at: ({ values: [from] }) => compared(momentOf, from, (moment, bound) => moment >= bound),
    ending_at: ({ values: [to] }) => compared(endOf, to, (moment, bound) => moment <= bound),
    recurrences_of: oneOf((entry) => [entry.base_entry_id]),
    non_recurring: isTrue((entry) => entry.rrule === null && entry.base_entry_id === null),
    base_entries: isTrue((entry) => entry.rrule !== null),
    calendar_entry_modified: timeRange((entry) => entry.updated_at),
  };
}

/** `CalendarTask` and `CalendarEvent`, or shortly `task` and `event`. */
function isOfKind(entry: Entry, kind: string): boolean {
  const type = entry.type.toLowerCase();
  return type === kind.toLowerCase() || type === `calendar${kind.toLowerCase()}`;
}

function momentOf(entry: Entry): Instant | null {
  return entry.start_time ?? (entry.due_date === null ? null : startOfDay(entry.due_date));
}

function endOf(entry: Entry): Instant | null {
  return entry.end_time ?? momentOf(entry);
}

function dayOfEntry(entry: Entry): Day | null {
  return entry.start_time === null ? entry.due_date : dayOf(entry.start_time);
}

function compared(
  of: (entry: Entry) => Instant | null,
  text: string | undefined,
  fits: (moment: Instant, bound: Instant) => boolean,
): Test<Entry> | null {
  const bound = text === undefined ? null : parseInstant(text);
  if (bound === null) return null;
  return (entry) => {
    const moment = of(entry);
    return moment !== null && fits(moment, bound);
  };
}

function addDays(day: Day, days: number): Day {
  const moved = new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);
  return parseDay(moved) ?? day;
}
