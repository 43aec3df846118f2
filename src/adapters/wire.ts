import type { Decimal } from '../domain/decimal.ts';
import { GatewayError } from '../domain/errors.ts';
import type { CalendarDate, Instant } from '../domain/time.ts';
import {
  asBoolean,
  asDateOrNull,
  asDecimalOrNull,
  asIdOrNull,
  asIds,
  asInstantOrNull,
  asNumberOrNull,
  asObject,
  asOneOf,
  asText,
  asTextOrNull,
  isDigits,
  isWire,
  present,
  toDecimal,
  type Wire,
  WireError,
} from './values.ts';

export { asList as list, asObject as object, isWire, type Wire, WireError } from './values.ts';

/** An object under `key`, or `null` where there is none. */
export function objectOrNull(wire: Wire, key: string): Wire | null {
  const value = wire[key];
  return value === undefined || value === null ? null : asObject(value, key);
}

export function text(wire: Wire, key: string): string {
  return asText(wire[key], key);
}

export function textOrNull(wire: Wire, key: string): string | null {
  return asTextOrNull(wire[key], key);
}

export function id(wire: Wire, key = 'id'): string {
  return present(idOrNull(wire, key), key);
}

export function idOrNull(wire: Wire, key: string): string | null {
  const value = asIdOrNull(wire[key], key);
  return value === null ? null : String(value);
}

/** The id of a value that may be anything; `null` where it has none that can be read. */
export function idOf(value: unknown): string | null {
  try {
    return isWire(value) ? id(value) : null;
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return null;
  }
}

export function ids(wire: Wire, key: string): readonly string[] {
  return asIds(wire[key], key).map(String);
}

export function decimalOrNull(wire: Wire, key: string): Decimal | null {
  const value = asDecimalOrNull(wire[key], key);
  return value === null ? null : toDecimal(value);
}

export function decimal(wire: Wire, key: string): Decimal {
  return present(decimalOrNull(wire, key), key);
}

export function numberOrNull(wire: Wire, key: string): number | null {
  return asNumberOrNull(wire[key], key);
}

export function boolean(wire: Wire, key: string, absent: boolean): boolean {
  return asBoolean(wire[key], key, absent);
}

export function dateOrNull(wire: Wire, key: string): CalendarDate | null {
  return asDateOrNull(wire[key], key);
}

export function instantOrNull(wire: Wire, key: string, parse: (text: string) => Instant): Instant | null {
  return asInstantOrNull(wire[key], key, parse);
}

export function oneOf<T>(wire: Wire, key: string, table: Readonly<Record<string, T>>): T {
  return asOneOf(wire[key], key, table);
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
    return map(asObject(value, what));
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
  if (ascend(values)) return values;
  const seen = new Set<unknown>();
  return values.filter((value) => {
    const key = isWire(value) ? value.id : undefined;
    if (typeof key !== 'number' && !(typeof key === 'string' && isDigits(key))) return true;
    const isFirst = !seen.has(key);
    seen.add(key);
    return isFirst;
  });
}

/** Whether each value has a larger id than the one before, as it is where nothing has moved. */
function ascend(values: readonly unknown[]): boolean {
  let last = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    const key = isWire(value) ? value.id : undefined;
    if (typeof key !== 'number' || !(key > last)) return false;
    last = key;
  }
  return true;
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
