import { type CalendarDate, type Instant, isCalendarDate } from '../../domain/time.ts';

const DATE_TIME = /^(\d{4})[/-](\d\d)[/-](\d\d)(?:[ T](\d\d:\d\d:\d\d(?:\.\d{1,3})?) ?(Z|[+-]\d\d:?\d\d))?$/;
const DAY_MS = 86_400_000;

/**
 * Reads `2026/08/05 09:41:30 -0400`, the form of every time in PipelineDeals API v3 (webhook records use ISO 8601).
 * A day alone, as the documentation shows `closed_time`, is its midnight in UTC. `NaN` for anything else.
 */
export function parseTime(text: string): Instant {
  const [, year, month, day, time = '00:00:00', offset = 'Z'] = DATE_TIME.exec(text) ?? [];
  const date = `${year}-${month}-${day}`;
  if (!isCalendarDate(date)) return Number.NaN;
  const zone = offset === 'Z' || offset.includes(':') ? offset : `${offset.slice(0, 3)}:${offset.slice(3)}`;
  return Date.parse(`${date}T${time}${zone}`);
}

/** A moment as the server writes it, and reads it back whatever the zone of the key's user: `… +0000`. */
export function formatTime(instant: Instant): string {
  return `${new Date(instant).toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ')} +0000`;
}

/** Days for a date range condition; both ends are included by the server. */
export interface DayRange {
  readonly from?: CalendarDate;
  readonly to?: CalendarDate;
}

/*
 * The zone in which the server reads the days of a condition is not documented, nor whether the last day counts whole
 * or as its midnight. A day before and two days after hold every moment that is meant, wherever that zone is.
 */
const BEFORE_MS = DAY_MS;
const AFTER_MS = 2 * DAY_MS;

/** A day from which on everything at or after the instant is found. */
export function dayBefore(instant: Instant): CalendarDate {
  return utcDay(instant - BEFORE_MS);
}

/** A day up to which everything at or before the instant is found. */
export function dayAfter(instant: Instant): CalendarDate {
  return utcDay(instant + AFTER_MS);
}

/** The days both ranges have in common, or nothing in particular where neither has an end. */
export function intersection(a: DayRange, b: DayRange): DayRange {
  const from = later(a.from, b.from);
  const to = earlier(a.to, b.to);
  return { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
}

function later(a: CalendarDate | undefined, b: CalendarDate | undefined): CalendarDate | undefined {
  return a === undefined || (b !== undefined && b > a) ? b : a;
}

function earlier(a: CalendarDate | undefined, b: CalendarDate | undefined): CalendarDate | undefined {
  return a === undefined || (b !== undefined && b < a) ? b : a;
}

function utcDay(instant: Instant): CalendarDate {
  return new Date(instant).toISOString().slice(0, 10);
}
