import { formatDecimal, isDecimal, parseDecimal } from '../domain/decimal.ts';
import { copyOf } from '../domain/record.ts';
import type { JsonValue } from '../domain/write-step.ts';

const DECIMAL = '$decimal';
const RAW = '$raw';

/**
 * A record or what is made of records as JSON that `revive` makes the same of again: decimals stay exact, and a
 * record keeps the CRM's own object. What is `undefined` is left out.
 */
export function keep(value: unknown): JsonValue {
  if (value === undefined || value === null) return null;
  if (isDecimal(value)) return { [DECIMAL]: formatDecimal(value) };
  if (Array.isArray(value)) return value.map(keep);
  if (typeof value !== 'object') return value as JsonValue;
  return Object.fromEntries(
    Object.entries(copyOf(value)).flatMap(([name, inner]: [string, unknown]) => {
      if (name === 'raw' && typeof inner === 'function') return [[RAW, keep(inner.call(value))] as const];
      return inner === undefined || typeof inner === 'function' ? [] : [[name, keep(inner)] as const];
    }),
  );
}

/** What was kept. */
export function revive<T>(kept: JsonValue): T {
  return revived(kept) as T;
}

function revived(kept: JsonValue): unknown {
  if (kept === null || typeof kept !== 'object') return kept;
  if (Array.isArray(kept)) return kept.map(revived);
  const entries = Object.entries(kept as Readonly<Record<string, JsonValue>>);
  const [first] = entries;
  if (entries.length === 1 && first?.[0] === DECIMAL) return parseDecimal(String(first[1]));
  return Object.fromEntries(
    entries.map(([name, inner]) => (name === RAW ? ['raw', () => inner ?? undefined] : [name, revived(inner)])),
  );
}
