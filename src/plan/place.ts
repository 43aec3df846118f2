import type { CrmAdapter } from '../domain/crm-adapter.ts';
import type { Crms } from '../domain/crms.ts';
import type { Amount } from './amount.ts';
import type { Selecting } from './fields.ts';
import type { Ledger } from './ledger.ts';
import type { Context } from './reads.ts';
import type { Seen } from './seen.ts';

/** How many records there are at a place of the operation, by CRM. */
export type Counts = ReadonlyMap<string, Amount>;

/** A place of the operation. */
export interface Place {
  /** The same for fields that ask the same of the same records. */
  readonly key: string;
  readonly counts: Counts;
  /** At a page: its records. */
  readonly page?: Counts;
  /** The types of the records, where they are known. */
  readonly types?: ReadonlyMap<string, Counts>;
}

export interface WalkParts extends Selecting {
  readonly crms: Crms;
  readonly context: Context;
  /** How many records of one CRM may be read for one field to match them or put them in order. */
  readonly scanLimit: number;
  readonly seen: Seen;
  readonly ledger: Ledger;
}

/** What is expected where nothing was seen yet. */
export const PRIOR = { linked: 0.8, page: 0.7, listed: 3 };

/** The CRMs of which there are records. */
export function counted(counts: Counts, crms: Crms): readonly (readonly [CrmAdapter, Amount])[] {
  return [...counts].flatMap(([crm, count]) => {
    const adapter = crms.get(crm);
    return adapter && count.max > 0 ? [[adapter, count] as const] : [];
  });
}

/** The CRMs that a field's argument `crms` names; all where it names none. */
export function askedCrms(args: { readonly crms?: readonly unknown[] | null }, crms: Crms): readonly CrmAdapter[] {
  const named = args.crms?.map(String);
  return named ? crms.all().filter(({ crm }) => named.includes(crm.id)) : crms.all();
}

/** Nobody knows how many, but most likely so many. */
export function unbounded(expected: number): Amount {
  return { min: 0, max: Number.POSITIVE_INFINITY, expected };
}
