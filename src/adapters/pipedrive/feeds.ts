import { readRecords, type Wire } from '../wire.ts';

/** The records of a page of what hangs on a deal, without those mapped to `null`. One that cannot be read fails it. */
export function readAll<T>(
  crm: string,
  what: string,
  values: readonly unknown[],
  map: (wire: Wire) => T | null,
): readonly T[] {
  const { records, unreadable } = readRecords(crm, what, values, map);
  const [first] = unreadable;
  if (first) throw first;
  return records.filter((record) => record !== null);
}
