import { formatInstant, type Instant, isCalendarDate, startOfDay, twoDigits } from '../../domain/time.ts';

const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;
const V1_TIME = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})$/;

/** The time read last: those of a record that was not changed since it was made are all the same. */
const latest = { text: '', instant: Number.NaN };

/** Times of v2: RFC 3339. `NaN` for anything else. */
export function parseTime(text: string): Instant {
  if (text === latest.text) return latest.instant;
  latest.instant = readTime(text);
  latest.text = text;
  return latest.instant;
}

function readTime(text: string): Instant {
  const instant = parseSecond(text);
  if (!Number.isNaN(instant)) return instant;
  return RFC3339.test(text) ? parseOnDay(text.slice(0, 10), text) : Number.NaN;
}

/** `YYYY-MM-DDTHH:MM:SSZ`, which is how Pipedrive writes its times; `NaN` for anything else. */
function parseSecond(text: string): Instant {
  if (text.length !== 20 || text[10] !== 'T' || text[13] !== ':' || text[16] !== ':' || text[19] !== 'Z')
    return Number.NaN;
  const [hour, minute, second] = [twoDigits(text, 11), twoDigits(text, 14), twoDigits(text, 17)];
  if (!(hour <= 23 && minute <= 59 && second <= 59)) return Number.NaN;
  return startOfDay(text) + ((hour * 60 + minute) * 60 + second) * 1_000;
}

/** Times of v1: `YYYY-MM-DD HH:MM:SS`, in UTC without saying so. `NaN` for anything else. */
export function parseV1Time(text: string): Instant {
  const [, date, time] = V1_TIME.exec(text) ?? [];
  return date === undefined ? Number.NaN : parseOnDay(date, `${date}T${time}Z`);
}

/** `Date.parse` takes the 30th of February for a day in March. */
function parseOnDay(day: string, text: string): Instant {
  return isCalendarDate(day) ? Date.parse(text) : Number.NaN;
}

/** A time as v1, and some keys of v2, take it: `YYYY-MM-DD HH:MM:SS` in UTC. */
export function formatV1Time(instant: Instant): string {
  return new Date(instant).toISOString().slice(0, 19).replace('T', ' ');
}

/** `updated_since` (included) takes whole seconds only: the last one not after `instant`. */
export function secondNotAfter(instant: Instant): string {
  return formatInstant(Math.floor(instant / 1000) * 1000);
}

/** `updated_until` (excluded) takes whole seconds only: the first one not before `instant`. */
export function secondNotBefore(instant: Instant): string {
  return formatInstant(Math.ceil(instant / 1000) * 1000);
}
