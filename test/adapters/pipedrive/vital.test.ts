import { describe, expect, it } from 'vitest';
import { toDeal, VITAL_OF_DEALS } from '../../../src/adapters/pipedrive/deals.ts';
import { toOrganization, VITAL_OF_ORGANIZATIONS } from '../../../src/adapters/pipedrive/organizations.ts';
import { toPerson, VITAL_OF_PEOPLE } from '../../../src/adapters/pipedrive/people.ts';
import {
  DEAL_ORDER_FIELDS,
  DEAL_REFERENCES,
  type DealConditions,
  dealSortKey,
  judgeDeal,
} from '../../../src/domain/deal-query.ts';
import { parseDecimal } from '../../../src/domain/decimal.ts';
import { NOTHING_READ } from '../../../src/domain/lookup.ts';
import {
  judgeOrganization,
  type OrganizationWhere,
  organizationSortKey,
} from '../../../src/domain/organization-query.ts';
import { judgePerson, PERSON_REFERENCES, type PersonWhere, personSortKey } from '../../../src/domain/person-query.ts';

const TIME = '2026-02-11T08:15:42Z';
const FACTS = { id: 7, add_time: TIME, update_time: TIME, custom_fields: {} };
const ADDRESS = { value: 'a', locality: 'b', admin_area_level_1: 'c', postal_code: 'd' };

const TEXT = { eq: 'a' } as const;
const ID = { anyOf: ['1'] };
const SPAN = { gte: 0 } as const;
const FIELDS = [{ field: null }];
const NAMED = { name: TEXT } as const;

/** Each condition there is, so that a new one is missed here first. */
const OF_DEALS: Required<Omit<DealConditions, 'and' | 'or' | 'not' | 'related' | 'id'>> = {
  status: ['OPEN'],
  stage: ID,
  pipeline: ID,
  owner: ID,
  person: ID,
  organization: ID,
  source: ID,
  title: TEXT,
  value: { gte: parseDecimal('1') },
  expectedCloseDate: { gte: '2026-02-11' },
  createdAt: SPAN,
  updatedAt: SPAN,
  closedAt: SPAN,
  currency: 'EUR',
  probability: { gte: 1 },
  customFields: FIELDS,
};
const OF_PEOPLE: Required<Omit<PersonWhere, 'and' | 'or' | 'not' | 'related'>> = {
  name: TEXT,
  email: TEXT,
  phone: TEXT,
  city: TEXT,
  region: TEXT,
  postalCode: TEXT,
  organization: ID,
  owner: ID,
  updatedAt: SPAN,
  customFields: FIELDS,
};
const OF_ORGANIZATIONS: Required<Omit<OrganizationWhere, 'and' | 'or' | 'not' | 'related'>> = {
  name: TEXT,
  city: TEXT,
  region: TEXT,
  postalCode: TEXT,
  owner: ID,
  updatedAt: SPAN,
  customFields: FIELDS,
};

const each = <Where extends object>(conditions: Where): Partial<Where>[] =>
  Object.entries(conditions).map(([name, condition]) => ({ [name]: condition }) as Partial<Where>);

/** What is read of a record by what it is handed to, but for what is the same for all records. */
function readOf<T extends object>(record: T, look: (record: T) => void): ReadonlySet<string> {
  const read = new Set<string>();
  const prototype = Object.getPrototypeOf(record) as object;
  look(
    new Proxy(record, {
      get(target, name) {
        if (Object.getOwnPropertyDescriptor(prototype, name)?.get) read.add(String(name));
        return Reflect.get(target, name, target);
      },
    }),
  );
  return read;
}

describe('what is looked at of a record that need not be whole', () => {
  it('is all that deals are filtered by and put in order by', () => {
    const wire = {
      ...FACTS,
      title: 'a',
      status: 'open',
      value: 1,
      currency: 'EUR',
      stage_id: 1,
      pipeline_id: 1,
      owner_id: 1,
      person_id: 1,
      org_id: 1,
      probability: null,
    };
    const read = readOf(toDeal('crm', wire, []), (deal) => {
      const conditions: DealConditions[] = [
        ...each(OF_DEALS),
        ...DEAL_REFERENCES.map((name) => ({ related: { [name]: NAMED } })),
      ];
      for (const where of conditions) judgeDeal(deal, { archived: 'EXCLUDE', ...where }, NOTHING_READ);
      for (const field of DEAL_ORDER_FIELDS) dealSortKey(deal, field);
    });
    expect(read.size).toBeGreaterThan(10);
    expect([...read].filter((name) => !VITAL_OF_DEALS.includes(name as never))).toEqual([]);
  });

  it('is all that people are, and what is asked of them where they are linked to', () => {
    const person = toPerson('crm', { ...FACTS, name: 'a', owner_id: 1, org_id: 1, postal_address: ADDRESS }, []);
    const read = readOf(person, (one) => {
      const related = PERSON_REFERENCES.map((name): PersonWhere => ({ related: { [name]: NAMED } }));
      for (const where of [...each(OF_PEOPLE), ...related]) judgePerson(one, where, NOTHING_READ);
      personSortKey(one);
    });
    expect(read.size).toBeGreaterThan(6);
    expect([...read].filter((name) => !VITAL_OF_PEOPLE.includes(name as never))).toEqual([]);
  });

  it('is all that organizations are', () => {
    const organization = toOrganization('crm', { ...FACTS, name: 'a', owner_id: 1, address: ADDRESS }, []);
    const read = readOf(organization, (one) => {
      for (const where of [...each(OF_ORGANIZATIONS), { related: { owner: NAMED } }]) {
        judgeOrganization(one, where, NOTHING_READ);
      }
      organizationSortKey(one);
    });
    expect(read.size).toBeGreaterThan(4);
    expect([...read].filter((name) => !VITAL_OF_ORGANIZATIONS.includes(name as never))).toEqual([]);
  });
});
