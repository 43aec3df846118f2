import type { Call } from './account.ts';
import {
  type AssociationType,
  byId,
  type CompanyRecord,
  type DealRecord,
  fullName,
  type NamedRecord,
  type PersonRecord,
  type Store,
  type UserRecord,
} from './records.ts';

/** The short form in which one record is named inside another. */
type Named = Record<string, unknown> | null;

/** A person or user: today by first and last name, of old by full name. */
function nameOf(call: Call, record: PersonRecord | UserRecord | undefined): Named {
  if (!record) return null;
  if (call.dialect === 'seed') return { id: record.id, full_name: fullName(record) };
  return bothNames(record);
}

/** A person or user by first and last name, as in a few places of the old dialect too. */
export function bothNames(record: PersonRecord | UserRecord): Record<string, unknown> {
  return { id: record.id, first_name: record.first_name, last_name: record.last_name };
}

export function userName(call: Call, id: number | null): Named {
  return nameOf(call, id === null ? undefined : call.store.users.get(id));
}

export function personName(call: Call, id: number | null): Named {
  return nameOf(call, id === null ? undefined : call.store.people.get(id));
}

export function companyName(call: Call, id: number | null): Named {
  return named(id === null ? undefined : call.store.companies.get(id));
}

export function dealName(call: Call, id: number | null): Named {
  return named(id === null ? undefined : call.store.deals.get(id));
}

/** A record of the configuration, by id and name. */
export function configuredName(records: readonly NamedRecord[], id: number | null): Named {
  return named(byId(records, id));
}

function named(record: DealRecord | CompanyRecord | NamedRecord | undefined): Named {
  return record ? { id: record.id, name: record.name } : null;
}

/** The records of those ids, in that order; ids nothing has are left out. */
export function allOf<T>(records: ReadonlyMap<number, T>, ids: readonly number[]): T[] {
  return ids.map((id) => records.get(id)).filter((record) => record !== undefined);
}

/** Whether what a note, calendar entry or document hangs on still exists. */
export function subjectExists(store: Store, type: AssociationType | null, id: number | null): boolean {
  if (type === null || id === null) return true;
  const records = { Deal: store.deals, Person: store.people, Company: store.companies }[type];
  return records.has(id);
}

/** The company behind a record: a deal's or person's own, or the company itself. */
export function companyBehind(store: Store, type: AssociationType | null, id: number | null): number | null {
  if (type === null || id === null) return null;
  if (type === 'Company') return id;
  return (type === 'Deal' ? store.deals : store.people).get(id)?.company_id ?? null;
}

/** Newest update first, the order of deals, people and companies. */
export function newestUpdate(a: { id: number; updated_at: number }, b: { id: number; updated_at: number }): number {
  return b.updated_at - a.updated_at || b.id - a.id;
}

/** Oldest id first, the order of notes and calendar entries. */
export function oldestFirst(a: { id: number }, b: { id: number }): number {
  return a.id - b.id;
}

/** Whom a note can be brought to the notice of: everybody who has not left. */
export function notifiable(store: Store): number[] {
  return [...store.users.values()].filter((user) => user.deleted_at === null).map((user) => user.id);
}

/** The link to a map that the CRM makes of an address. */
export function mapUrl(street: string | null, city: string | null): string {
  return `http://maps.google.com/maps?q=${encodeURIComponent(`${street ?? ''}, ${city ?? ''}`)}`;
}
