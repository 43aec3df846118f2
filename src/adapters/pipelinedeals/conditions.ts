import type { CustomFieldCondition } from '../../domain/custom-field-condition.ts';
import type { Decimal } from '../../domain/decimal.ts';
import type { IdCondition, InstantRange, Range, TextCondition } from '../../domain/list.ts';
import type { RelatedCondition } from '../../domain/related.ts';
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
export function likeCondition(name: string, condition: TextCondition | undefined, between = /[^A-Za-z0-9]+/): Query {
  const wanted = condition?.eq ?? condition?.contains ?? condition?.startsWith ?? '';
  const words = wanted.normalize('NFC').split(between);
  const longest = words.reduce((best, word) => (word.length > best.length ? word : best));
  return longest === '' ? [] : [[`conditions[${name}]`, longest]];
}

/** Between the words of an e-mail address: dots, hyphens and the at sign are compared as they are. */
const BETWEEN_ADDRESSES = /[^A-Za-z0-9@.-]+/;

/**
 * Conditions on people by what they show, in lists of people and of the deals they are linked to. Not by phone and
 * postal code: `person_phone` leaves out the fax, and which address `person_zip` is about beside `person_work_zip` is
 * not documented.
 */
export function personConditions(condition: PersonTexts | undefined): Query {
  if (!condition) return [];
  return [
    ...likeCondition('person_full_name', condition.name),
    ...likeCondition('person_email', condition.email, BETWEEN_ADDRESSES),
    ...likeCondition('person_city', condition.city),
    ...likeCondition('person_state', condition.region),
    ...likeCondition('person_company_name', condition.related?.organization?.name),
  ];
}

/** What is asked of people, be they listed or behind a reference. */
type PersonTexts = Omit<RelatedCondition, 'organization' | 'phone' | 'postalCode'>;

/**
 * Conditions on custom fields whose meaning is known to be as wide: words anywhere in a text, numbers around a range,
 * one of several options.
 */
export function customFieldConditions(conditions: readonly CustomFieldCondition[] | undefined): Query {
  return (conditions ?? []).flatMap(({ field, text, number, anyOf }): Query => {
    const name = field?.key ?? '';
    switch (field?.type) {
      case 'TEXT':
        return likeCondition(name, text);
      case 'NUMBER':
      case 'MONEY':
        return numberCondition(name, number);
      case 'OPTION':
      case 'OPTIONS':
        return (anyOf ?? []).map((option) => [`conditions[${name}][]`, option] as const);
      default:
        return [];
    }
  });
}

/** Whole numbers around a range: whether the server compares fractions is not documented. */
export function numberCondition(name: string, range: Range<Decimal> | undefined): Query {
  return [
    [`conditions[${name}][from]`, range?.gte && floor(range.gte).toFixed()],
    [`conditions[${name}][to]`, range?.lte && floor(range.lte.neg()).neg().toFixed()],
  ];
}

function floor(value: Decimal): Decimal {
  const whole = value.round(0, 0);
  return whole.gt(value) ? whole.minus(1) : whole;
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
