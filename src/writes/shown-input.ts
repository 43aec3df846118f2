import { createHash } from 'node:crypto';
import { formatDecimal, isDecimal } from '../domain/decimal.ts';
import { formatInstant } from '../domain/time.ts';
import type { JsonValue } from '../domain/write-step.ts';

const SECRET =
  /^(x-)?(api|app|account)[_-]?(key|token)$|^(access|refresh)_token$|secret|password|authorization|cookie|^jwt$|^token$/i;
const REMOVED = '[removed]';

/** A mutation's arguments as JSON, as a client would send them, without what is not given. */
export function shown(value: unknown): JsonValue {
  if (value === undefined || value === null) return null;
  if (isDecimal(value)) return formatDecimal(value);
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value !== 'object') return value as JsonValue;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]: [string, unknown]) => {
      if (inner === undefined) return [];
      return [[name, shownAs(name, inner)] as const];
    }),
  );
}

/** A single value of this name. */
export function shownAs(name: string, value: unknown): JsonValue {
  return isMoment(name, value) ? formatInstant(value) : shown(value);
}

/** Moments are numbers inside the gateway. */
function isMoment(name: string, value: unknown): value is number {
  return typeof value === 'number' && /[a-z]At$/.test(name);
}

/** The same without the values of keys that go by the name of credentials. */
export function withoutSecrets(value: JsonValue): JsonValue {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(withoutSecrets);
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, SECRET.test(name) ? REMOVED : withoutSecrets(inner)]),
  );
}

/** SHA-256 of values in canonical form: equal exactly for what means the same, however its keys are ordered. */
export function fingerprint(...values: readonly JsonValue[]): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(values)))
    .digest('hex');
}

function sorted(value: JsonValue): JsonValue {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(sorted);
  const entries = Object.entries(value as Readonly<Record<string, JsonValue>>);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, inner]) => [name, sorted(inner)]));
}
