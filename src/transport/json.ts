import { parse, stringify } from 'lossless-json';
import { formatDecimal, isDecimal } from '../domain/decimal.ts';

/** A binary double keeps every decimal number of this many significant digits. */
const SAFE_DIGITS = 15;

/**
 * What a number with an exponent of three digits looks like to its end. It also finds such texts inside strings, which
 * costs time and nothing else.
 */
const LONG_EXPONENT = /\d[eE][+-]?\d{3,}(?:[\s,\]}]|$)/;

/** Any end of the key `__proto__`, and any escape that may be part of it: a cheap look that rules out nearly all texts. */
const PROTO_HINT = /o__"|\\u00/;

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
  const value: unknown = mayBeInexact(text)
    ? parse(text, undefined, { parseNumber, onDuplicateKey: ({ newValue }) => newValue })
    : JSON.parse(text);
  return PROTO_HINT.test(text) && MAYBE_PROTO.test(text) ? withoutProto(value) : value;
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

/** Whether the text may contain a number that a double cannot hold. */
function mayBeInexact(text: string): boolean {
  return hasLongDigits(text) || LONG_EXPONENT.test(text);
}

/**
 * Whether there are 16 digits in a row but for a point, where a value can begin. A run of that length covers one of
 * every 16 places, so no other place has to be looked at first.
 */
function hasLongDigits(text: string): boolean {
  const { length } = text;
  for (let at = SAFE_DIGITS; at < length; at += SAFE_DIGITS + 1) {
    if (!isDigitOrPoint(text.charCodeAt(at))) continue;
    let start = at;
    while (isDigitOrPoint(text.charCodeAt(start - 1))) start -= 1;
    let end = at + 1;
    while (isDigitOrPoint(text.charCodeAt(end))) end += 1;
    if (end - start > SAFE_DIGITS && mayBeginValue(text, start)) return true;
    // What lies between here and the end of the run is known.
    at = Math.max(at, end - SAFE_DIGITS - 1);
  }
  return false;
}

/** Whether what stands before a digit can stand before a number. In keys, and in most strings, it cannot. */
function mayBeginValue(text: string, at: number): boolean {
  const sign = text.charCodeAt(at - 1) === MINUS ? 1 : 0;
  return at === sign || /[\s[:,]/.test(text.charAt(at - sign - 1));
}

const MINUS = 45;

/** False beyond the ends of a text, where the code is `NaN`. */
function isDigitOrPoint(code: number): boolean {
  return (code >= 48 && code <= 57) || code === 46;
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
