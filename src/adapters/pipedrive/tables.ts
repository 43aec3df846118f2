import type { Call } from '../../domain/call.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { Found, Table } from '../../domain/repository.ts';
import type { Kept } from '../kept.ts';
import { idOf, readRecord, type Wire } from '../wire.ts';

/** A kept collection as a table. Ids it does not contain make it be read again: they may be new. */
export function createTable<T>(
  kept: Kept<Found<T>>,
  getWhole: (id: string, call: Call) => Promise<T | null>,
): Table<T> {
  return {
    getWhole,
    async all(call) {
      return [...(await kept.get(call)).values()].map((record) => {
        if (record instanceof GatewayError) throw record;
        return record;
      });
    },
    async getMany(ids, call) {
      if (ids.length === 0) return new Map();
      let rows = await kept.get(call);
      if (ids.some((id) => !rows.has(id))) rows = await kept.refreshed(call);
      return new Map(
        ids.flatMap((id): [string, T | GatewayError][] => {
          const record = rows.get(id);
          return record === undefined ? [] : [[id, record]];
        }),
      );
    },
  };
}

/**
 * The rows of a table at their ids, in the order given, without those mapped to `null`. A row without an id fails the
 * reading: nobody could tell which one is missing.
 */
export function readRows<T>(
  crm: string,
  what: string,
  values: readonly unknown[],
  map: (wire: Wire) => T | null,
): Map<string, T | GatewayError> {
  const rows = new Map<string, T | GatewayError>();
  for (const value of values) {
    const id = idOf(value);
    try {
      const row = readRecord(crm, what, value, map);
      if (row !== null && id !== null) rows.set(id, row);
    } catch (error) {
      if (!(error instanceof GatewayError) || id === null) throw error;
      rows.set(id, error);
    }
  }
  return rows;
}
