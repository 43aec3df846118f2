import type { Decimal } from '../domain/decimal.ts';
import { RelativeTime } from '../domain/relative-time.ts';
import type { CalendarDate, Instant } from '../domain/time.ts';
import { builder } from './builder.ts';

export type Maybe<T> = T | null | undefined;

export const DecimalRange = builder.inputType('DecimalRange', {
  description: 'A range of numbers, both ends included.',
  fields: (t) => ({
    gte: t.field({ type: 'Decimal', description: 'At least.' }),
    lte: t.field({ type: 'Decimal', description: 'At most.' }),
  }),
});

export const FloatRange = builder.inputType('FloatRange', {
  description: 'A range of numbers, both ends included.',
  fields: (t) => ({
    gte: t.float({ description: 'At least.' }),
    lte: t.float({ description: 'At most.' }),
  }),
});

export const DateRange = builder.inputType('DateRange', {
  description:
    'A range of days, both ends included. An end may be relative to today in UTC: `-P30D` is thirty days ago, `P0D` today.',
  fields: (t) => ({
    gte: t.field({ type: 'Date', description: 'From this day.' }),
    lte: t.field({ type: 'Date', description: 'Until this day.' }),
  }),
});

export const DateTimeRange = builder.inputType('DateTimeRange', {
  description:
    'A range of moments. An end may be relative to now: `-P30D` is thirty days ago, `-PT12H` twelve hours. All pages of a list count from the moment of the first.',
  fields: (t) => ({
    gte: t.field({ type: 'DateTime', description: 'From this moment, included.' }),
    lt: t.field({ type: 'DateTime', description: 'Until this moment, excluded.' }),
  }),
});

/** The names of the input types that take relative times. */
export const RELATIVE_RANGES: readonly string[] = ['DateRange', 'DateTimeRange'];

/** A range of days or moments as it was given: its ends may be relative to a now that is not settled yet. */
class TimeRange {
  readonly #ends: Readonly<Record<string, unknown>>;
  readonly #at: (time: RelativeTime, now: Instant) => unknown;

  constructor(ends: Readonly<Record<string, unknown>>, at: (time: RelativeTime, now: Instant) => unknown) {
    this.#ends = ends;
    this.#at = at;
  }

  get isRelative(): boolean {
    return Object.values(this.#ends).some((end) => end instanceof RelativeTime);
  }

  absolute(now: Instant): unknown {
    const at = (end: unknown) => (end instanceof RelativeTime ? this.#at(end, now) : end);
    return Object.fromEntries(Object.entries(this.#ends).map(([name, end]) => [name, at(end)]));
  }

  toJSON(): unknown {
    return this.#ends;
  }
}

/** A condition with what is relative in it counted from `now`. */
export function absolute(condition: unknown, now: Instant): unknown {
  if (condition instanceof TimeRange) return condition.absolute(now);
  if (Array.isArray(condition)) return condition.map((one) => absolute(one, now));
  if (!isPlain(condition)) return condition;
  return Object.fromEntries(Object.entries(condition).map(([name, part]) => [name, absolute(part, now)]));
}

export function isRelative(condition: unknown): boolean {
  if (condition instanceof TimeRange) return condition.isRelative;
  if (Array.isArray(condition)) return condition.some(isRelative);
  return isPlain(condition) && Object.values(condition).some(isRelative);
}

/** Reads a range of numbers; `undefined` when there is no condition. */
export function readRange<T extends Decimal | number>(
  range: Maybe<{ readonly gte?: Maybe<T>; readonly lte?: Maybe<T> }>,
): { readonly gte?: T; readonly lte?: T } | undefined {
  return given<T>(range);
}

export function readDateRange(
  range: Maybe<{ readonly gte?: Maybe<CalendarDate>; readonly lte?: Maybe<CalendarDate> }>,
): TimeRange | undefined {
  const ends = given(range);
  return ends && new TimeRange(ends, (time, now) => time.dayFrom(now));
}

export function readInstantRange(
  range: Maybe<{ readonly gte?: Maybe<Instant>; readonly lt?: Maybe<Instant> }>,
): TimeRange | undefined {
  const ends = given(range);
  return ends && new TimeRange(ends, (time, now) => time.from(now));
}

function given<T>(range: Maybe<Readonly<Record<string, Maybe<T>>>>): Record<string, T> | undefined {
  const ends = Object.entries(range ?? {}).flatMap(([name, end]) => (end == null ? [] : [[name, end] as const]));
  return ends.length === 0 ? undefined : Object.fromEntries(ends);
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
