import type { CalendarDate, Instant } from './time.ts';

const DURATION =
  /^(-)?P(?=[\dT])(?:(\d{1,4})Y)?(?:(\d{1,5})M)?(?:(\d{1,5})W)?(?:(\d{1,6})D)?(?:T(?=\d)(?:(\d{1,7})H)?(?:(\d{1,8})M)?(?:(\d{1,9})S)?)?$/;
const MONTHS_A_YEAR = 12;
const DAYS_A_WEEK = 7;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const SECOND_MS = 1_000;

/** A time given as an ISO 8601 duration from now: `-P30D` was thirty days ago, `P0D` is now. */
export class RelativeTime {
  readonly #text: string;
  readonly #months: number;
  readonly #days: number;
  readonly #ms: number;

  private constructor(text: string, months: number, days: number, ms: number) {
    this.#text = text;
    this.#months = months;
    this.#days = days;
    this.#ms = ms;
  }

  /** `undefined` for text that is no duration, or one that leads out of the calendar. */
  static parse(text: string): RelativeTime | undefined {
    const match = DURATION.exec(text);
    if (match === null) return undefined;
    const sign = match[1] === '-' ? -1 : 1;
    const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = match
      .slice(2)
      .map((part) => Number(part ?? 0));
    const ms = hours * HOUR_MS + minutes * MINUTE_MS + seconds * SECOND_MS;
    const time = new RelativeTime(
      text,
      sign * (years * MONTHS_A_YEAR + months),
      sign * (weeks * DAYS_A_WEEK + days),
      sign * ms,
    );
    const year = new Date(time.from(0)).getUTCFullYear();
    return year >= 100 && year <= 8000 ? time : undefined;
  }

  /** Whether it is one of whole days, as a day can be told by. */
  get isOfDays(): boolean {
    return this.#ms === 0;
  }

  /** The moment, counted from `now`. Where a month has no such day, its last. */
  from(now: Instant): Instant {
    const start = new Date(now);
    const month = new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + this.#months, 1));
    const lastDay = new Date(Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + 1, 0)).getUTCDate();
    const day = month.setUTCDate(Math.min(start.getUTCDate(), lastDay));
    return day + (now - Math.floor(now / DAY_MS) * DAY_MS) + this.#days * DAY_MS + this.#ms;
  }

  /** The day, counted from that of `now` in UTC. */
  dayFrom(now: Instant): CalendarDate {
    return new Date(this.from(now)).toISOString().slice(0, 10);
  }

  /** As the caller wrote it: what tells one filter from another. */
  toJSON(): string {
    return this.#text;
  }
}
