import type { CustomFieldKeys } from '../../domain/custom-field-wants.ts';
import type { Listable } from '../../domain/list.ts';
import type { Organization } from '../../domain/organization.ts';
import type { Person } from '../../domain/person.ts';
import type { PersonQuery } from '../../domain/person-query.ts';
import type { Address, ContactPoint } from '../../domain/record.ts';
import type { Repository } from '../../domain/repository.ts';
import type { User } from '../../domain/user.ts';
import { id, isWire, text, textOrNull, type Wire } from '../wire.ts';
import { toAddress } from './address.ts';
import type { PipedriveApi } from './api.ts';
import { ENDPOINTS } from './endpoints.ts';
import { linkOrNull } from './links.ts';
import { listSource, singleId, updatedWithin } from './lists.ts';
import { createdAt, createRepository, customValues, isDeleted, type RecordKind, rawOf, updatedAt } from './records.ts';

/** Maps a person of v2. `job_title` and `postal_address` are there only with contact sync. */
export function toPerson(crm: string, wire: Wire, customFields: CustomFieldKeys = null): Person {
  return {
    ref: { crm, type: 'Person', id: id(wire) },
    createdAt: createdAt(wire),
    updatedAt: updatedAt(wire),
    raw: rawOf(wire, customFields),
    name: text(wire, 'name'),
    firstName: textOrNull(wire, 'first_name'),
    lastName: textOrNull(wire, 'last_name'),
    emails: contactPoints(wire.emails),
    phones: contactPoints(wire.phones),
    addresses: addresses(wire),
    jobTitle: textOrNull(wire, 'job_title'),
    owner: linkOrNull<User>(crm, 'User', wire, 'owner_id'),
    organization: linkOrNull<Organization>(crm, 'Organization', wire, 'org_id'),
    customValues: customValues(wire, customFields),
  };
}

export const PERSON: RecordKind<Person> = {
  what: 'person',
  one: ENDPOINTS.person,
  list: ENDPOINTS.people,
  map: toPerson,
};

export function createPeople(api: PipedriveApi): Repository<Person> & Listable<Person, PersonQuery> {
  const byId = createRepository(api, PERSON);
  return {
    ...byId,
    sources: ({ where, order }, customFields = null) => [
      listSource(
        api,
        {
          key: 'people',
          what: PERSON.what,
          endpoint: PERSON.list,
          query: [
            ['owner_id', singleId(where.owner)],
            ['org_id', singleId(where.organization)],
            ...updatedWithin(where.updatedAt),
            ['sort_by', 'add_time'],
            ['sort_direction', order.direction.toLowerCase()],
          ],
          map: (crm, wire, keys) => (isDeleted(wire) ? null : toPerson(crm, wire, keys)),
          byId,
        },
        customFields,
      ),
    ],
  };
}

/** The address a person has with contact sync. */
function addresses(wire: Wire): readonly Address[] {
  const address = isWire(wire.postal_address) ? toAddress(wire.postal_address) : null;
  return address === null ? [] : [address];
}

/** Addresses and numbers, primary first. One that is no text is not worth failing a read for. */
export function contactPoints(value: unknown): readonly ContactPoint[] {
  const points = (Array.isArray(value) ? value : []).flatMap((point: unknown): ContactPoint[] => {
    if (!isWire(point) || typeof point.value !== 'string' || point.value === '') return [];
    return [
      {
        value: point.value,
        label: typeof point.label === 'string' && point.label !== '' ? point.label : null,
        isPrimary: point.primary === true,
      },
    ];
  });
  return points.toSorted((a, b) => Number(b.isPrimary) - Number(a.isPrimary));
}
