import { isJsonNumber } from '../kit/json.ts';
import { readAmount } from './amounts.ts';
import { type Issue, issue } from './answers.ts';
import { type Day, type Instant, parseDay, parseInstant } from './zone.ts';

/** What a request wants to write: the keys it sent, and no others. */
export type Patch = Readonly<Record<string, unknown>>;

/** Turns a value of a request into a stored one; `undefined` where it is not of that kind. */
export type Cast<T> = (value: unknown) => T | undefined;

/** The writable keys of a record. */
export type Casts<T> = { readonly [K in keyof T]?: Cast<T[K]> };

export const text: Cast<string | null> = (value) => {
  if (value === null || typeof value === 'string') return value;
  return isJsonNumber(value) || typeof value === 'boolean' ? String(value) : undefined;
};

/** A text that is there; null becomes the empty text, for the record's own check to refuse. */
export const requiredText: Cast<string> = (value) => (value === null ? '' : (text(value) ?? undefined));

export const integer: Cast<number | null> = (value) => {
  if (value === null || value === '') return null;
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined;
};

export const flag: Cast<boolean> = (value) => {
  if (value === null || value === '') return false;
  if (typeof value === 'boolean') return value;
  if (value === 'true' || value === '1' || value === 1) return true;
  return value === 'false' || value === '0' || value === 0 ? false : undefined;
};

export const ids: Cast<number[]> = (value) => {
  if (value === null || value === '') return [];
  if (!Array.isArray(value)) return undefined;
  const numbers = value.map(integer);
  return numbers.every((number) => typeof number === 'number') ? [...new Set(numbers)] : undefined;
};

export const amount: Cast<string | null> = (value) => (value === null || value === '' ? null : readAmount(value));

export const day: Cast<Day | null> = (value) => {
  if (value === null || value === '') return null;
  if (typeof value !== 'string') return undefined;
  const instant = value.trim().split(/[ T]/)[0] as string;
  return parseDay(instant) ?? undefined;
};

export const instant: Cast<Instant | null> = (value) => {
  if (value === null || value === '') return null;
  return typeof value === 'string' ? (parseInstant(value) ?? undefined) : undefined;
};

/** A moment that can be changed but not cleared. */
export const requiredInstant: Cast<Instant> = (value) => instant(value) ?? undefined;

/** Writes the keys sent to the record; keys it does not know, read-only ones included, are passed over. */
export function assign<T extends object>(record: T, patch: Patch, casts: Casts<T>): Issue[] {
  const issues: Issue[] = [];
  for (const key of Object.keys(casts) as (keyof T & string)[]) {
    if (!Object.hasOwn(patch, key)) continue;
    const value = casts[key]?.(patch[key]);
    if (value === undefined) issues.push(issue(key, 'is invalid'));
    else record[key] = value;
  }
  return issues;
}

/** Refuses a blank text. */
export function required(record: object, key: string): Issue[] {
  const value = (record as Record<string, unknown>)[key];
  return typeof value === 'string' && value.trim() !== '' ? [] : [issue(key, "can't be blank")];
}

/** Refuses an id, or one of several, that nothing has; only where the request sent the key. */
export function existing(record: object, patch: Patch, key: string, exists: (id: number) => boolean): Issue[] {
  if (!Object.hasOwn(patch, key)) return [];
  const value = (record as Record<string, unknown>)[key];
  const wanted = Array.isArray(value) ? value : [value];
  return wanted.every((id) => typeof id !== 'number' || exists(id)) ? [] : [issue(key, 'does not exist')];
}
