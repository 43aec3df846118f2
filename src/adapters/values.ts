import { type Decimal, decimalOf, parseDecimal } from '../domain/decimal.ts';
import { type CalendarDate, type Instant, isCalendarDate } from '../domain/time.ts';

/** A JSON object as a CRM sent it, not yet believed. */
export type Wire = Readonly<Record<string, unknown>>;

/** A value is not what the CRM's documentation says. Names the key, never repeats the value. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

/*
 * What values are of the types the CRM's documentation says. Each is named by its key, and nothing is made of it.
 */

export function isWire(value: unknown): value is Wire {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function asObject(value: unknown, what: string): Wire {
  if (!isWire(value)) throw new WireError(`${what} is not an object`);
  return value;
}

export function asList(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new WireError(`${what} is not a list`);
  return value;
}

export function asText(value: unknown, key: string): string {
  return present(asTextOrNull(value, key), key);
}

export function asTextOrNull(value: unknown, key: string): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string') throw new WireError(`${key} is not a text`);
  return value;
}

/** A record's id as it is written. Ids beyond 15 digits arrive as strings and stay exact. */
export type WireId = string | number;

export function asIdOrNull(value: unknown, key: string): WireId | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  if (typeof value === 'string' && isDigits(value)) return value;
  throw new WireError(`${key} is not an id`);
}

export function asIds(value: unknown, key: string): readonly WireId[] {
  if (value === undefined || value === null) return NONE;
  const items = asList(value, key);
  for (const item of items) present(asIdOrNull(item, key), key);
  return items as readonly WireId[];
}

const NONE: readonly WireId[] = [];

export function isDigits(text: string): boolean {
  return /^\d+$/.test(text);
}

/** A decimal as it is written. */
export type WireDecimal = string | number;

export function asDecimalOrNull(value: unknown, key: string): WireDecimal | null {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (value === undefined || value === null || value === '') return null;
  if (typeof value !== 'string') throw new WireError(`${key} is not a number`);
  try {
    parseDecimal(value);
  } catch {
    throw new WireError(`${key} is not a number`);
  }
  return value;
}

/** A double's shortest form can show 17 digits for a value the CRM computed. */
export function toDecimal(value: WireDecimal): Decimal {
  return typeof value === 'number' ? decimalOf(value) : parseDecimal(value);
}

export function asNumberOrNull(value: unknown, key: string): number | null {
  const number = asDecimalOrNull(value, key);
  return number === null || typeof number === 'number' ? number : toDecimal(number).toNumber();
}

export function asBoolean(value: unknown, key: string, absent: boolean): boolean {
  if (value === undefined || value === null) return absent;
  if (typeof value !== 'boolean') throw new WireError(`${key} is neither true nor false`);
  return value;
}

export function asDateOrNull(value: unknown, key: string): CalendarDate | null {
  const text = asTextOrNull(value, key);
  if (text === null || text === '') return null;
  if (isCalendarDate(text)) return text;
  const date = text.slice(0, 10).replaceAll('/', '-');
  if (!isCalendarDate(date)) throw new WireError(`${key} is not a date`);
  return date;
}

/** A moment in one of the formats given, each a function from text to instant or `NaN`. */
export function asInstantOrNull(value: unknown, key: string, parse: (text: string) => Instant): Instant | null {
  const text = asTextOrNull(value, key);
  if (text === null || text === '') return null;
  const instant = parse(text);
  if (Number.isNaN(instant)) throw new WireError(`${key} is not a time`);
  return instant;
}

export function asOneOf<T>(value: unknown, key: string, table: Readonly<Record<string, T>>): T {
  return present(asOneOfOrNull(value, key, table), key);
}

export function asOneOfOrNull<T>(value: unknown, key: string, table: Readonly<Record<string, T>>): T | null {
  const text = asTextOrNull(value, key);
  if (text === null) return null;
  if (!Object.hasOwn(table, text)) throw new WireError(`${key} has an unknown value`);
  return table[text] as T;
}

export function present<T>(value: T | null, key: string): T {
  if (value === null) throw new WireError(`${key} is missing`);
  return value;
}
