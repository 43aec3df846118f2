import { parse, stringify } from 'lossless-json';
import { formatDecimal, isDecimal } from '../domain/decimal.ts';

/** A binary double keeps every decimal number of this many significant digits. */
const SAFE_DIGITS = 15;

/**
 * Finds every text that may contain a number a double cannot hold: 16 digits in a row but for a point, or an exponent
 * of three digits, where a value can begin. It also finds such digits at those places inside strings, which costs
 * time and nothing else.
 */
const MAYBE_INEXACT = /(?:^|[\s[:,])-?(?:\d(?:\.?\d){15}|\d[\d.]*[eE][+-]?\d{3})/;

/** The key `__proto__`, however it is escaped. */
const MAYBE_PROTO = new RegExp(
  Array.from('__proto__', (char) => `(?:${char}|\\\\u00${char.charCodeAt(0).toString(16)})`).join(''),
  'i',
);

/**
 * Reads JSON without losing digits: numbers of more than 15 significant digits, and those beyond the range of a
 * double, become strings as they were written. Keys named `__proto__` are left out, so that copying an object cannot
 * change its prototype. Throws if the text is not JSON; the error may quote it.
 */
export function parseJson(text: string): unknown {
  const value: unknown = MAYBE_INEXACT.test(text)
    ? parse(text, undefined, { parseNumber, onDuplicateKey: ({ newValue }) => newValue })
    : JSON.parse(text);
  return MAYBE_PROTO.test(text) ? withoutProto(value) : value;
}

/**
 * Writes JSON. Decimals are written as numbers with all their digits in plain notation; `undefined` properties are
 * left out and `null` stays.
 */
export function formatJson(value: unknown): string | undefined {
  return containsDecimal(value)
    ? stringify(value, undefined, undefined, [
        { test: isDecimal, stringify: (decimal) => (isDecimal(decimal) ? formatDecimal(decimal) : '') },
      ])
    : JSON.stringify(value);
}

function parseNumber(digits: string): number | string {
  const significant = digits
    .replace(/[eE].*$/, '')
    .replace(/[-.]/g, '')
    .replace(/^0+/, '');
  if (significant.length > SAFE_DIGITS) return digits;
  const number = Number(digits);
  const magnitude = Math.abs(number);
  const isInRange = magnitude === 0 ? significant === '' : magnitude >= MIN_NORMAL && magnitude <= Number.MAX_VALUE;
  return isInRange ? number : digits;
}

/** Below it a double loses digits. */
const MIN_NORMAL = 2 ** -1022;

function withoutProto(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  Reflect.deleteProperty(value, '__proto__');
  for (const inner of Object.values(value)) withoutProto(inner);
  return value;
}

function containsDecimal(value: unknown): boolean {
  if (isDecimal(value)) return true;
  return typeof value === 'object' && value !== null && Object.values(value).some(containsDecimal);
}
