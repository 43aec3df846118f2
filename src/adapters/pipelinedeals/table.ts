import type { Call } from '../../domain/call.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { Found, Table } from '../../domain/repository.ts';
import type { Kept } from '../kept.ts';
import { idOf, readRecord, type Wire } from '../wire.ts';
import type { Account } from './account.ts';

/** All rows of a small list: those that can be read, and why the others cannot. */
export interface Rows<T> {
  readonly records: readonly T[];
  readonly byId: Found<T>;
}

/** Maps the values of a list that is read whole. */
export function readRows<T>(
  crm: string,
  what: string,
  values: readonly unknown[],
  map: (wire: Wire, id: string) => T,
): Rows<T> {
  const records: T[] = [];
  const byId = new Map<string, T | GatewayError>();
  for (const value of values) {
    const id = idOf(value);
    try {
      const record = readRecord(crm, what, value, (wire) => map(wire, id ?? ''));
      records.push(record);
      if (id !== null) byId.set(id, record);
    } catch (error) {
      if (!(error instanceof GatewayError) || id === null) throw error;
      byId.set(id, error);
    }
  }
  return { records, byId };
}

/** Rows with their own order. */
export function sorted<T>(rows: Rows<T>, compare: (a: T, b: T) => number): Rows<T> {
  return { records: rows.records.toSorted(compare), byId: rows.byId };
}

/** Records that are read whole and kept. A list is the only documented read of them, so its entries are whole. */
export class KeptTable<T> implements Table<T> {
  readonly #kept: Kept<Rows<T>>;

  /** `name` is that of the collection it is made from. */
  constructor(account: Account, name: string, read: (call: Call) => Promise<Rows<T>>) {
    this.#kept = account.keep(name, read);
  }

  async all(call: Call): Promise<readonly T[]> {
    return recordsOf(await this.#kept.get(call));
  }

  /** All of them, read again unless that was done a moment ago. */
  async refreshed(call: Call): Promise<readonly T[]> {
    return recordsOf(await this.#kept.refreshed(call));
  }

  async getMany(ids: readonly string[], call: Call): Promise<Found<T>> {
    const kept = await this.#kept.get(call);
    const rows = ids.every((id) => kept.byId.has(id)) ? kept : await this.#kept.refreshed(call);
    const found = new Map<string, T | GatewayError>();
    for (const id of ids) {
      const row = rows.byId.get(id);
      if (row !== undefined) found.set(id, row);
    }
    return found;
  }

  /** One row, or `null` when there is none; throws when it cannot be read. */
  async getWhole(id: string, call: Call): Promise<T | null> {
    const row = (await this.getMany([id], call)).get(id) ?? null;
    if (row instanceof GatewayError) throw row;
    return row;
  }
}

function recordsOf<T>({ records, byId }: Rows<T>): readonly T[] {
  for (const row of byId.values()) if (row instanceof GatewayError) throw row;
  return records;
}
