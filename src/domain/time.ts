/** A moment in milliseconds since the Unix epoch. */
export type Instant = number;

/** From one moment to another, both included. */
export interface TimeSpan {
  readonly from: Instant;
  readonly to: Instant;
}

/** A calendar day without a time zone, `YYYY-MM-DD`. */
export type CalendarDate = string;

/** RFC 3339 in UTC, with milliseconds only where there are some: `2026-02-11T08:15:42Z`. */
export function formatInstant(instant: Instant): string {
  const text = new Date(instant).toISOString();
  return text.endsWith('.000Z') ? `${text.slice(0, -5)}Z` : text;
}

/** `true` for a day that exists in the calendar, written `YYYY-MM-DD`. */
export function isCalendarDate(text: string): boolean {
  return text.length === 10 && !Number.isNaN(startOfDay(text));
}

/** When the day begins in UTC with which a text begins, written `YYYY-MM-DD`; `NaN` where that is no day. */
export function startOfDay(text: string): Instant {
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  const isWritten = text.charCodeAt(4) === HYPHEN && text.charCodeAt(7) === HYPHEN;
  if (!isWritten || !(year >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month)))
    return Number.NaN;
  const before = year - 1;
  const leapDays = Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400);
  const ofYear = (DAYS_BEFORE[month] as number) + (month > 2 && isLeap(year) ? 1 : 0) + day;
  return (before * 365 + leapDays + ofYear - DAYS_BEFORE_1970) * DAY_MS;
}

/** How many days of a year that is no leap year come before each month, from the first on, and in all. */
const DAYS_BEFORE = [Number.NaN, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];
/** From the first day of the year 1, and one more. */
const DAYS_BEFORE_1970 = 719_163;

function daysOf(year: number, month: number): number {
  const days = (DAYS_BEFORE[month + 1] as number) - (DAYS_BEFORE[month] as number);
  return month === 2 && isLeap(year) ? days + 1 : days;
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** The number that two digits at a place make; `NaN` where there are none. */
export function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - DIGIT_0;
  const ones = text.charCodeAt(at + 1) - DIGIT_0;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

const DIGIT_0 = 48;
const HYPHEN = 45;
const DAY_MS = 86_400_000;
