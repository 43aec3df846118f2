import type { IdCondition, InstantRange, TextCondition } from '../../domain/list.ts';
import type { Query } from './api.ts';
import { type DayRange, dayAfter, dayBefore } from './time.ts';

/*
 * Conditions only narrow what is read: the server's meaning of them is wide (text matches anywhere, unknown conditions
 * are ignored), so every record is matched again by the gateway. What might leave out a record is not sent.
 */

/** The id of a condition that allows exactly one. */
export function onlyId(condition: IdCondition | undefined): string | null {
  return condition?.anyOf.length === 1 ? (condition.anyOf[0] ?? null) : null;
}

/**
 * A condition on text, which the server matches anywhere and without regard to case. Only one word in plain letters is
 * sent: how the server compares accents, spaces and its own wildcards is not documented.
 */
export function likeCondition(name: string, condition: TextCondition | undefined): Query {
  const wanted = condition?.eq ?? condition?.contains ?? condition?.startsWith ?? '';
  const words = wanted.normalize('NFC').split(/[^A-Za-z0-9]+/);
  const longest = words.reduce((best, word) => (word.length > best.length ? word : best));
  return longest === '' ? [] : [[`conditions[${name}]`, longest]];
}

/** A date range condition; an end that is not given is left out. */
export function dayCondition(name: string, range: DayRange): Query {
  return [
    [`conditions[${name}][from_date]`, range.from],
    [`conditions[${name}][to_date]`, range.to],
  ];
}

/** Days that hold every moment of the range. */
export function daysOf(range: InstantRange | undefined): DayRange {
  return {
    ...(range?.gte !== undefined && { from: dayBefore(range.gte) }),
    ...(range?.lt !== undefined && { to: dayAfter(range.lt) }),
  };
}
