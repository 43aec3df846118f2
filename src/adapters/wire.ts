import { type Decimal, decimalOf, parseDecimal } from '../domain/decimal.ts';
import { GatewayError } from '../domain/errors.ts';
import { type CalendarDate, type Instant, isCalendarDate } from '../domain/time.ts';

/** A JSON object as a CRM sent it, not yet believed. */
export type Wire = Readonly<Record<string, unknown>>;

/** A value is not what the CRM's documentation says. Names the key, never repeats the value. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

export function isWire(value: unknown): value is Wire {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function object(value: unknown, what: string): Wire {
  if (!isWire(value)) throw new WireError(`${what} is not an object`);
  return value;
}

export function list(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new WireError(`${what} is not a list`);
  return value;
}

/** An object under `key`, or `null` where there is none. */
export function objectOrNull(wire: Wire, key: string): Wire | null {
  const value = wire[key];
  return value === undefined || value === null ? null : object(value, key);
}

export function text(wire: Wire, key: string): string {
  const value = textOrNull(wire, key);
  if (value === null) throw new WireError(`${key} is missing`);
  return value;
}

export function textOrNull(wire: Wire, key: string): string | null {
  const value = wire[key];
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string') throw new WireError(`${key} is not a text`);
  return value;
}

/** A record's id. Ids beyond 15 digits arrive as strings and stay exact. */
export function id(wire: Wire, key = 'id'): string {
  const value = idOrNull(wire, key);
  if (value === null) throw new WireError(`${key} is missing`);
  return value;
}

export function idOrNull(wire: Wire, key: string): string | null {
  return asId(wire[key], key);
}

function asId(value: unknown, key: string): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return String(value);
  if (typeof value !== 'string' || !/^\d+$/.test(value)) throw new WireError(`${key} is not an id`);
  return value;
}

export function ids(wire: Wire, key: string): readonly string[] {
  const value = wire[key];
  if (value === undefined || value === null) return [];
  return list(value, key).map((item) => {
    const itemId = asId(item, key);
    if (itemId === null) throw new WireError(`${key} is missing`);
    return itemId;
  });
}

export function decimalOrNull(wire: Wire, key: string): Decimal | null {
  const value = wire[key];
  if (value === undefined || value === null || value === '') return null;
  if (typeof value !== 'number' && typeof value !== 'string') throw new WireError(`${key} is not a number`);
  try {
    // A double's shortest form can show 17 digits for a value the CRM computed.
    return typeof value === 'number' ? decimalOf(value) : parseDecimal(value);
  } catch {
    throw new WireError(`${key} is not a number`);
  }
}

export function decimal(wire: Wire, key: string): Decimal {
  const value = decimalOrNull(wire, key);
  if (value === null) throw new WireError(`${key} is missing`);
  return value;
}

export function numberOrNull(wire: Wire, key: string): number | null {
  const plain = wire[key];
  if (typeof plain === 'number' && Number.isFinite(plain)) return plain;
  const value = decimalOrNull(wire, key);
  return value === null ? null : value.toNumber();
}

export function boolean(wire: Wire, key: string, absent: boolean): boolean {
  const value = wire[key];
  if (value === undefined || value === null) return absent;
  if (typeof value !== 'boolean') throw new WireError(`${key} is neither true nor false`);
  return value;
}

export function dateOrNull(wire: Wire, key: string): CalendarDate | null {
  const value = textOrNull(wire, key);
  if (value === null || value === '') return null;
  const date = value.slice(0, 10).replaceAll('/', '-');
  if (!isCalendarDate(date)) throw new WireError(`${key} is not a date`);
  return date;
}

/** A moment in one of the formats given, each a function from text to instant or `NaN`. */
export function instantOrNull(wire: Wire, key: string, parse: (text: string) => Instant): Instant | null {
  const value = textOrNull(wire, key);
  if (value === null || value === '') return null;
  const instant = parse(value);
  if (Number.isNaN(instant)) throw new WireError(`${key} is not a time`);
  return instant;
}

export function oneOf<T>(wire: Wire, key: string, table: Readonly<Record<string, T>>): T {
  const value = text(wire, key);
  if (!Object.hasOwn(table, value)) throw new WireError(`${key} has an unknown value`);
  return table[value] as T;
}

/** What a value is of its type, or `null` where it is not of it. */
export function readable<T>(read: () => T | null): T | null {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return null;
  }
}

/** Maps one record; what cannot be read becomes an `UPSTREAM_INVALID_RESPONSE` naming record and key. */
export function readRecord<T>(crm: string, what: string, value: unknown, map: (wire: Wire) => T): T {
  try {
    return map(object(value, what));
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    const number =
      isWire(value) && (typeof value.id === 'number' || typeof value.id === 'string') ? ` ${value.id}` : '';
    throw new GatewayError(
      'UPSTREAM_INVALID_RESPONSE',
      `${crm} sent a ${what}${number} that cannot be read: ${error.message}`,
      {
        crm,
        cause: error,
      },
    );
  }
}

/** The values of a list that was read in pages, each once: they may move from page to page while it is read. */
export function eachOnce(values: readonly unknown[]): readonly unknown[] {
  const seen = new Set<unknown>();
  return values.filter((value) => {
    const key = isWire(value) ? value.id : undefined;
    if (!isId(key)) return true;
    const isFirst = !seen.has(key);
    seen.add(key);
    return isFirst;
  });
}

function isId(key: unknown): boolean {
  return typeof key === 'number' || (typeof key === 'string' && /^\d+$/.test(key));
}

/** An answer tells of something that was not asked for, so that nothing can be taken to be absent. */
export function answeredAnother(crm: string, what: string): GatewayError {
  return new GatewayError('UPSTREAM_INVALID_RESPONSE', `${crm} answered with ${what}`, { crm });
}

/** Maps a page of records, keeping those that can be read and why the others cannot. */
export function readRecords<T>(
  crm: string,
  what: string,
  values: readonly unknown[],
  map: (wire: Wire) => T,
): { records: T[]; unreadable: GatewayError[] } {
  const records: T[] = [];
  const unreadable: GatewayError[] = [];
  for (const value of values) {
    try {
      records.push(readRecord(crm, what, value, map));
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      unreadable.push(error);
    }
  }
  return { records, unreadable };
}

const SECRET_KEY =
  /^(api_key|app_key|account_key|api_token|access_token|refresh_token|client_secret|authorization|password|http_auth_password|w2lid|jwt|token)$/i;

/** Whether credentials go by this name, in the objects of a CRM or in its URLs. */
export function isSecretKey(name: string): boolean {
  return SECRET_KEY.test(name);
}

/** A copy of a CRM's object without the credentials some CRMs echo in it. */
export function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (!isWire(value)) return value;
  const copy: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) {
    if (!isSecretKey(key)) copy[key] = withoutSecrets(inner);
  }
  return copy;
}
