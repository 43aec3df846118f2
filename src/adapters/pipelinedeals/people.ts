import type { CrmAdapter } from '../../domain/crm-adapter.ts';
import type { Source } from '../../domain/list.ts';
import type { Organization } from '../../domain/organization.ts';
import type { Person } from '../../domain/person.ts';
import type { PersonQuery, PersonWhere } from '../../domain/person-query.ts';
import type { Link } from '../../domain/ref.ts';
import type { User } from '../../domain/user.ts';
import { id, instantOrNull, objectOrNull, textOrNull, type Wire, withoutSecrets } from '../wire.ts';
import type { Account } from './account.ts';
import { toAddress } from './address.ts';
import { nested, type Query } from './api.ts';
import { customFieldConditions, onlyId, personConditions } from './conditions.ts';
import { contactPoints, EMAIL_KEYS, PHONE_KEYS, tellsAll } from './contact-points.ts';
import { CreationOrder } from './creation-order.ts';
import { embedded, fullName, link, namedLink } from './links.ts';
import { Records } from './records.ts';
import { parseTime } from './time.ts';
import { wholeList } from './whole-list.ts';

const COLLECTION = 'people';

/** People of `/people`, leads included: a lead is a person of another type. */
export function createPeople(account: Account): CrmAdapter['people'] {
  const records = new Records<Person>(account, {
    collection: COLLECTION,
    what: 'person',
    idCondition: 'person_id',
    idConditionDocumented: false,
    mapper: async () => (wire, whole) => toPerson(account.crm, wire, whole),
  });
  const byCreation = new CreationOrder(account, COLLECTION, records, {
    created: 'person_created',
    modified: 'person_modified',
  });
  return {
    getMany: (ids, call) => records.getMany(ids, call),
    getWhole: (personId, call) => records.getWhole(personId, call),
    sources: ({ where, order }: PersonQuery): readonly Source<Person>[] => {
      const company = onlyId(where.organization);
      if (company !== null) {
        const endpoint = nested('companies', company, COLLECTION);
        return [
          wholeList(account, { key: 'people-of-company', endpoint, query: [], direction: order.direction, records }),
        ];
      }
      return [
        byCreation.source({
          key: COLLECTION,
          query: conditions(where),
          modified: where.updatedAt,
          direction: order.direction,
          isWhole: Object.keys(where).length === 0,
        }),
      ];
    },
  };
}

/** What a deal tells of someone linked to it: `people` a name, `primary_contact` addresses too. */
export function knownPerson(wire: Wire): Partial<Person> {
  const name = fullName(wire);
  return {
    ...(name !== null && { name }),
    ...('first_name' in wire && { firstName: textOrNull(wire, 'first_name') }),
    ...('last_name' in wire && { lastName: textOrNull(wire, 'last_name') }),
    ...(tellsAll(wire, EMAIL_KEYS) && { emails: contactPoints(wire, EMAIL_KEYS) }),
    ...(tellsAll(wire, PHONE_KEYS) && { phones: contactPoints(wire, PHONE_KEYS) }),
  };
}

export function personLink(crm: string, personId: string, stub: Wire): Link<Person> {
  return link<Person>(crm, 'Person', personId, knownPerson(stub));
}

/** Conditions that narrow without losing anyone; everything is matched again. */
function conditions(where: PersonWhere): Query {
  const owner = onlyId(where.owner);
  return [
    ...personConditions(where),
    ...customFieldConditions(where.customFields),
    ...(owner === null ? [] : [['conditions[person_owner]', owner] as const]),
  ];
}

function toPerson(crm: string, wire: Wire, whole: boolean): Person {
  return {
    ref: { crm, type: 'Person', id: id(wire) },
    createdAt: instantOrNull(wire, 'created_at', parseTime),
    updatedAt: instantOrNull(wire, 'updated_at', parseTime),
    raw: () => (whole ? withoutSecrets(wire) : undefined),
    name: fullName(wire) ?? '',
    firstName: textOrNull(wire, 'first_name'),
    lastName: textOrNull(wire, 'last_name'),
    emails: contactPoints(wire, EMAIL_KEYS),
    phones: contactPoints(wire, PHONE_KEYS),
    addresses: [toAddress(wire, 'work_'), toAddress(wire, 'home_')].filter((address) => address !== null),
    jobTitle: textOrNull(wire, 'position'),
    owner: namedLink<User>(crm, 'User', embedded(wire, 'user_id', 'user')),
    organization: namedLink<Organization>(crm, 'Organization', embedded(wire, 'company_id', 'company')),
    customValues: objectOrNull(wire, 'custom_fields') ?? {},
  };
}
