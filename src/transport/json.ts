import { parse, stringify } from 'lossless-json';
import { formatDecimal, isDecimal } from '../domain/decimal.ts';
import { decodeJson } from './decode-json.ts';
import { MAX_DEPTH, opensTooDeep } from './depth.ts';
import { hasLongDigits, SAFE_DIGITS } from './long-digits.ts';
import { Found, lookThrough } from './look-through.ts';

/** Says what is wrong with JSON without quoting it. */
export class JsonError extends Error {
  override readonly name = 'JsonError';
}

/** What a number that is too small for a double looks like. It also finds such texts inside strings. */
const TINY = /[eE]-\d{3}/;

/**
 * Reads JSON in UTF-8 without losing digits: numbers of more than 15 significant digits, and those beyond the range of
 * a double, become strings as they were written. Keys named `__proto__` are left out, so that copying an object cannot
 * change its prototype. Throws a `JsonError` for what is not JSON, or nested too deep to be looked through.
 */
export function parseJson(bytes: Buffer): unknown {
  const text = decodeJson(bytes);
  if (text === null) throw new JsonError('JSON that is not UTF-8');
  if (opensTooDeep(text)) throw tooDeep();
  const isLossless = hasLongDigits(bytes);
  const value: unknown = isLossless ? parseLossless(text) : parseFast(text);
  const found = lookThrough(value, MAX_DEPTH);
  if (found === Found.NOTHING) return value;
  if ((found & Found.TOO_DEEP) !== 0) throw tooDeep();
  const isInexact = (found & Found.HUGE) !== 0 || ((found & Found.SMALL) !== 0 && TINY.test(text));
  const exact = isInexact && !isLossless ? parseLossless(text) : value;
  return (found & Found.PROTO) === 0 ? exact : withoutProto(exact);
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

function parseFast(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unreadable();
  }
}

function parseLossless(text: string): unknown {
  try {
    return parse(text, undefined, { parseNumber, onDuplicateKey: ({ newValue }) => newValue });
  } catch {
    throw unreadable();
  }
}

/** The parsers' own errors quote the text. */
function unreadable(): JsonError {
  return new JsonError('unreadable JSON');
}

function tooDeep(): JsonError {
  return new JsonError('JSON that is nested too deep');
}

function parseNumber(digits: string): number | string {
  const significant = digits
    .replace(/[eE].*$/, '')
    .replace(/[-.]/g, '')
    .replace(/^0+/, '');
  if (significant.length > SAFE_DIGITS) return digits;
  const number = Number(digits);
  const isInexact = significant !== '' && lookThrough(number, 0) !== Found.NOTHING;
  return isInexact ? digits : number;
}

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
