import type { Person } from '../../domain/person.ts';
import type { Link } from '../../domain/ref.ts';
import { ids, list, type Wire } from '../wire.ts';
import { byId, type Embedded, embedded } from './links.ts';
import { personLink } from './people.ts';

/** The primary contact of a deal, with what the deal tells of them. */
export function primaryContact(crm: string, deal: Wire): Link<Person> | null {
  const contact = primary(deal);
  return contact && personLink(crm, contact.id, { ...stubs(deal).get(contact.id), ...contact.stub });
}

/**
 * Everyone linked to a deal, the primary contact first; `null` when the record tells nobody at all, as some answers
 * to writes do.
 */
export function dealPeople(crm: string, deal: Wire): readonly Link<Person>[] | null {
  if (deal.person_ids === undefined && deal.people === undefined) return null;
  const known = stubs(deal);
  const first = primaryContact(crm, deal);
  const others = new Set([...ids(deal, 'person_ids'), ...known.keys()]);
  if (first !== null) others.delete(first.ref.id);
  return [...(first === null ? [] : [first]), ...[...others].map((id) => personLink(crm, id, known.get(id) ?? {}))];
}

export function primaryContactId(deal: Wire): string | null {
  return primary(deal)?.id ?? null;
}

function primary(deal: Wire): Embedded | null {
  return embedded(deal, 'primary_contact_id', 'primary_contact');
}

function stubs(deal: Wire): ReadonlyMap<string, Wire> {
  return deal.people === undefined || deal.people === null ? new Map() : byId(list(deal.people, 'people'));
}
