import type { CustomFieldKeys } from '../../domain/custom-field-wants.ts';
import type { Listable } from '../../domain/list.ts';
import type { Organization } from '../../domain/organization.ts';
import type { Person } from '../../domain/person.ts';
import type { PersonQuery } from '../../domain/person-query.ts';
import type { Address, ContactPoint } from '../../domain/record.ts';
import type { Repository } from '../../domain/repository.ts';
import type { User } from '../../domain/user.ts';
import { mapperOf } from '../mapped-record.ts';
import { asIdOrNull, asText, asTextOrNull, isWire, type Wire } from '../values.ts';
import { id } from '../wire.ts';
import { checkAddress, toAddress } from './address.ts';
import type { PipedriveApi } from './api.ts';
import { CUSTOM_VALUES, link, RECORD_FACTS } from './attributes.ts';
import { ENDPOINTS } from './endpoints.ts';
import { listSource, singleId, updatedWithin } from './lists.ts';
import { createRepository, isDeleted, type RecordKind } from './records.ts';

/** What decides which are asked for, and in which order. */
export const VITAL_OF_PEOPLE = [
  'name',
  'emails',
  'phones',
  'addresses',
  'owner',
  'organization',
  'createdAt',
  'updatedAt',
  'customValues',
] as const;

const mapPerson = mapperOf<Person>(VITAL_OF_PEOPLE, {
  ...RECORD_FACTS,
  name: ({ name }) => asText(name, 'name'),
  firstName: ({ first_name }) => asTextOrNull(first_name, 'first_name'),
  lastName: ({ last_name }) => asTextOrNull(last_name, 'last_name'),
  emails: { told: ({ emails }) => emails, make: contactPoints },
  phones: { told: ({ phones }) => phones, make: contactPoints },
  addresses: {
    told: ({ postal_address }) => (isWire(postal_address) ? checkAddress(postal_address) : null),
    make: addresses,
  },
  jobTitle: ({ job_title }) => asTextOrNull(job_title, 'job_title'),
  owner: link<User>('User', ({ owner_id }) => asIdOrNull(owner_id, 'owner_id')),
  organization: link<Organization>('Organization', ({ org_id }) => asIdOrNull(org_id, 'org_id')),
  customValues: CUSTOM_VALUES,
});

/** Maps a person of v2. `job_title` and `postal_address` are there only with contact sync. */
export function toPerson(crm: string, wire: Wire, customFields: CustomFieldKeys = null): Person {
  return mapPerson({ crm, type: 'Person', id: id(wire) }, wire, customFields);
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
function addresses(told: Wire | null): readonly Address[] {
  const address = told && toAddress(told);
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
