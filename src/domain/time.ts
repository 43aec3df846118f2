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
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const month = Number(text.slice(5, 7));
  const day = Number(text.slice(8));
  if (month >= 1 && month <= 12 && day >= 1 && day <= 28) return true;
  const instant = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(instant) && new Date(instant).toISOString().startsWith(text);
}
