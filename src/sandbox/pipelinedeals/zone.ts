/** A moment in milliseconds since the epoch, on a whole second: the CRM keeps no finer time. */
export type Instant = number;

/** A day of the calendar, `YYYY-MM-DD`. */
export type Day = string;

/** The zone of the account, in which every time is written and every time without an offset is read. */
export const ZONE = 'America/New_York';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const FORMAT = new Intl.DateTimeFormat('en-US', { timeZone: ZONE, timeZoneName: 'longOffset' });
const offsets = new Map<number, number>();

/** Milliseconds the zone is ahead of UTC; negative in New York. Changes only on the hour, so it is kept by hour. */
function offsetAt(instant: Instant): number {
  const hour = Math.floor(instant / HOUR);
  const known = offsets.get(hour);
  if (known !== undefined) return known;
  const [, sign, hours, minutes] = /GMT(?:([+-])(\d\d):(\d\d))?/.exec(FORMAT.format(hour * HOUR)) ?? [];
  const offset = (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * HOUR + Number(minutes ?? 0) * MINUTE);
  offsets.set(hour, offset);
  return offset;
}

/** The instant whose wall clock in the zone shows `local` (a wall clock written down as if it were UTC). */
function fromWallClock(local: number): Instant {
  const guess = local - offsetAt(local);
  return local - offsetAt(guess);
}

/** `YYYY/MM/DD HH:MM:SS -0400`, as the CRM writes a moment. */
export function formatInstant(instant: Instant): string {
  const offset = offsetAt(instant);
  const wall = new Date(instant + offset).toISOString();
  const ahead = Math.abs(offset / MINUTE);
  const zone = `${offset < 0 ? '-' : '+'}${String(Math.floor(ahead / 60)).padStart(2, '0')}${String(ahead % 60).padStart(2, '0')}`;
  return `${wall.slice(0, 10).replaceAll('-', '/')} ${wall.slice(11, 19)} ${zone}`;
}

/** `YYYY/MM/DD`, as the CRM writes a day. */
export function formatDay(day: Day): string {
  return day.replaceAll('-', '/');
}

/** The day it is in the zone. */
export function dayOf(instant: Instant): Day {
  return new Date(instant + offsetAt(instant)).toISOString().slice(0, 10);
}

/** The first instant of a day in the zone. */
export function startOfDay(day: Day): Instant {
  return fromWallClock(Date.parse(`${day}T00:00:00Z`));
}

/** The last whole second of a day in the zone. */
export function endOfDay(day: Day): Instant {
  return fromWallClock(Date.parse(`${day}T23:59:59Z`));
}

/** Reads `YYYY-MM-DD` or `YYYY/MM/DD`; `null` for anything else, a 31st of February included. */
export function parseDay(text: string): Day | null {
  const [, year, month, date] = /^(\d{4})[-/](\d\d)[-/](\d\d)$/.exec(text.trim()) ?? [];
  if (year === undefined) return null;
  const day = `${year}-${month}-${date}`;
  const midnight = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day) ? day : null;
}

/**
 * Reads a day, or a day and a time, with or without offset; without, it is the account's wall clock.
 * `null` for anything else.
 */
export function parseInstant(text: string): Instant | null {
  const [, date = '', time = '00:00:00', zone] =
    /^(\d{4}[-/]\d\d[-/]\d\d)(?:[ T](\d\d:\d\d(?::\d\d)?)(?:\.\d+)?)? ?(Z|[+-]\d\d:?\d\d)?$/.exec(text.trim()) ?? [];
  const day = parseDay(date);
  if (day === null) return null;
  const wall = Date.parse(`${day}T${time.length === 5 ? `${time}:00` : time}Z`);
  if (Number.isNaN(wall)) return null;
  if (zone === undefined) return fromWallClock(wall);
  if (zone === 'Z') return wall;
  const ahead = Number(zone.slice(1, 3)) * HOUR + Number(zone.slice(-2)) * MINUTE;
  return wall - (zone.startsWith('-') ? -ahead : ahead);
}

/** Whole days from one moment to another, never negative. */
export function daysBetween(from: Instant, to: Instant): number {
  return Math.max(0, Math.floor((to - from) / (24 * HOUR)));
}

/** Hours from one moment to another with two decimals, as the CRM writes them: `"0.04"`, `"0.5"`. */
export function hoursBetween(from: Instant, to: Instant): string {
  const hours = Math.max(0, Math.round(((to - from) / HOUR) * 100) / 100);
  return Number.isInteger(hours) ? `${hours}.0` : String(hours);
}
