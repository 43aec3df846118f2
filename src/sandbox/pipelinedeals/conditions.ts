import { compareAmounts, readAmount } from './amounts.ts';
import { type Day, dayOf, endOfDay, type Instant, parseDay, parseInstant, startOfDay } from './zone.ts';

/** What a request says under one name: `conditions[name]`, `[name][]`, `[name][from]` … */
export interface Given {
  readonly values: string[];
  readonly bounds: Record<string, string>;
}

export type Test<T> = (record: T) => boolean;

/** Reads what was given; `null` where it says nothing, which leaves the list as it is. */
export type Condition<T> = (given: Given) => Test<T> | null;

export type Conditions<T> = Readonly<Record<string, Condition<T>>>;

/** Every condition of a query string by its name; blank values count as not sent. */
export function readConditions(query: URLSearchParams): Map<string, Given> {
  const all = new Map<string, Given>();
  for (const [key, value] of query) {
    const [, name, part] = /^conditions\[(\w+)\](?:\[(\w*)\])?$/.exec(key) ?? [];
    if (name === undefined || value.trim() === '') continue;
    const given = all.get(name) ?? { values: [], bounds: {} };
    if (part) given.bounds[part] = value;
    else given.values.push(value);
    all.set(name, given);
  }
  return all;
}

/** The tests of the conditions known; unknown ones are ignored without a word. */
export function testsOf<T>(query: URLSearchParams, known: Conditions<T>): Test<T>[] {
  const tests: Test<T>[] = [];
  for (const [name, given] of readConditions(query)) {
    const test = Object.hasOwn(known, name) ? known[name]?.(given) : null;
    if (test) tests.push(test);
  }
  return tests;
}

/** Any of the texts contains the value, whatever the case. */
export function like<T>(of: (record: T) => Iterable<string | null>): Condition<T> {
  return ({ values }) => {
    const wanted = values[0]?.toLowerCase();
    if (wanted === undefined) return null;
    return (record) => [...of(record)].some((text) => text?.toLowerCase().includes(wanted));
  };
}

/** Any of the texts is one of the values. */
export function oneOfTexts<T>(of: (record: T) => string | null): Condition<T> {
  return ({ values }) => (values.length === 0 ? null : (record) => values.includes(of(record) ?? ''));
}

/** Any of the numbers is one of the values. */
export function oneOf<T>(of: (record: T) => Iterable<number | null>): Condition<T> {
  return ({ values }) => (values.length === 0 ? null : within(of, values));
}

/** As `oneOf`, and a value may be several with commas between. */
export function oneOfList<T>(of: (record: T) => Iterable<number | null>): Condition<T> {
  return ({ values }) =>
    values.length === 0
      ? null
      : within(
          of,
          values.flatMap((value) => value.split(',')),
        );
}

function within<T>(of: (record: T) => Iterable<number | null>, values: readonly string[]): Test<T> {
  const wanted = new Set(values.map((value) => Number(value.trim())));
  return (record) => [...of(record)].some((number) => number !== null && wanted.has(number));
}

export function isTrue<T>(of: (record: T) => boolean): Condition<T> {
  return ({ values }) => (values[0] === undefined ? null : (record) => of(record) === (values[0] === 'true'));
}

/** An amount from `[from]` to `[to]`, both included. */
export function amountRange<T>(of: (record: T) => string | null): Condition<T> {
  return ({ bounds }) => {
    const from = readAmount(bounds.from);
    const to = readAmount(bounds.to);
    if (from === undefined && to === undefined) return null;
    return (record) => {
      const amount = of(record);
      if (amount === null) return false;
      return (
        (from === undefined || compareAmounts(amount, from) >= 0) &&
        (to === undefined || compareAmounts(amount, to) <= 0)
      );
    };
  };
}

/** A moment from `[from_date]` to `[to_date]`: days or times of the account's zone, both included. */
export function timeRange<T>(of: (record: T) => Instant | null): Condition<T> {
  return ({ bounds }) => {
    const from = bound(bounds.from_date, startOfDay);
    const to = bound(bounds.to_date, endOfDay);
    if (from === null && to === null) return null;
    return (record) => {
      const moment = of(record);
      return moment !== null && (from === null || moment >= from) && (to === null || moment <= to);
    };
  };
}

/** A day from `[from_date]` to `[to_date]`, both included. */
export function dayRange<T>(of: (record: T) => Day | null): Condition<T> {
  return ({ bounds }) => {
    const from = bound(bounds.from_date, startOfDay);
    const to = bound(bounds.to_date, endOfDay);
    if (from === null && to === null) return null;
    return (record) => {
      const day = of(record);
      return day !== null && (from === null || day >= dayOf(from)) && (to === null || day <= dayOf(to));
    };
  };
}

function bound(text: string | undefined, ofDay: (day: Day) => Instant): Instant | null {
  if (text === undefined) return null;
  const day = parseDay(text);
  return day === null ? parseInstant(text) : ofDay(day);
}
