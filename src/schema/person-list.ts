import type { Crms } from '../domain/crms.ts';
import type { Order } from '../domain/list.ts';
import { compareKeys } from '../domain/order.ts';
import type { Person } from '../domain/person.ts';
import { matchesPerson, type PersonWhere, personSortKey } from '../domain/person-query.ts';
import type { Ref } from '../domain/ref.ts';
import { builder } from './builder.ts';
import {
  DateTimeRange,
  IdFilter,
  idCondition,
  readIdFilter,
  readInstantRange,
  readTextFilter,
  TextFilter,
} from './filters.ts';
import type { ListSpec } from './lists.ts';

export const PersonFilter = builder.inputType('PersonFilter', {
  description: 'Narrows a list of people. What is given has to hold together.',
  fields: (t) => ({
    name: t.field({ type: TextFilter, description: 'By full name.' }),
    email: t.field({ type: TextFilter, description: 'By any of the e-mail addresses.' }),
    organization: t.field({ type: IdFilter, description: 'By organization.' }),
    owner: t.field({ type: IdFilter, description: 'By owner.' }),
    updatedAt: t.field({ type: DateTimeRange, description: 'By when it was last changed.' }),
  }),
});

const ORDER: Order<'CREATED_AT'> = { field: 'CREATED_AT', direction: 'DESC' };

/** A list of people as the filter asks for it, within an organization where one is given; newest first. */
export function personList(
  filter: typeof PersonFilter.$inferInput | null | undefined,
  crms: Crms,
  within?: Ref<'Organization'>,
): ListSpec<Person, PersonWhere, 'CREATED_AT'> {
  const organization = within
    ? [within]
    : readIdFilter(filter?.organization, 'Organization', crms, 'filter.organization');
  const owner = readIdFilter(filter?.owner, 'User', crms, 'filter.owner');
  const name = readTextFilter(filter?.name);
  const email = readTextFilter(filter?.email);
  const updatedAt = readInstantRange(filter?.updatedAt);
  const plain = { ...(name && { name }), ...(email && { email }), ...(updatedAt && { updatedAt }) };
  const refs = { ...(organization && { organization }), ...(owner && { owner }) };
  return {
    entity: 'PERSON',
    listable: (adapter) => adapter.people,
    order: ORDER,
    where(crm) {
      const conditions: Record<string, unknown> = {};
      for (const [key, refFilter] of Object.entries(refs)) {
        const condition = idCondition(refFilter, crm);
        if (condition === null) return null;
        conditions[key] = condition;
      }
      return { ...plain, ...conditions };
    },
    filterFields: [...Object.keys(refs), ...Object.keys(plain)],
    compareKeys: compareKeys('plain', ORDER.direction),
    key: personSortKey,
    id: (person) => person.ref.id,
    matches: matchesPerson,
    filter: { plain, refs },
  };
}
