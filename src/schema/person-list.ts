import type { Crms } from '../domain/crms.ts';
import type { Order } from '../domain/list.ts';
import { compareKeys } from '../domain/order.ts';
import type { Person } from '../domain/person.ts';
import { matchesPerson, type PersonWhere, personSortKey } from '../domain/person-query.ts';
import type { Ref } from '../domain/ref.ts';
import { builder } from './builder.ts';
import {
  conditionsIn,
  DateTimeRange,
  fieldsOf,
  IdFilter,
  type ReadFilter,
  readIdFilter,
  readInstantRange,
  readJoined,
  readTextFilter,
  TextFilter,
} from './filters.ts';
import type { ListSpec } from './lists.ts';

interface PersonFilterInput {
  readonly name?: typeof TextFilter.$inferInput | null | undefined;
  readonly email?: typeof TextFilter.$inferInput | null | undefined;
  readonly organization?: typeof IdFilter.$inferInput | null | undefined;
  readonly owner?: typeof IdFilter.$inferInput | null | undefined;
  readonly updatedAt?: typeof DateTimeRange.$inferInput | null | undefined;
  readonly and?: readonly PersonFilterInput[] | null | undefined;
  readonly or?: readonly PersonFilterInput[] | null | undefined;
  readonly not?: PersonFilterInput | null | undefined;
}

const PersonFilterRef = builder.inputRef<PersonFilterInput>('PersonFilter');

export const PersonFilter = PersonFilterRef.implement({
  description: 'Narrows a list of people. What is given has to hold together.',
  fields: (t) => ({
    name: t.field({ type: TextFilter, description: 'By full name.' }),
    email: t.field({ type: TextFilter, description: 'By any of the e-mail addresses.' }),
    organization: t.field({ type: IdFilter, description: 'By organization.' }),
    owner: t.field({ type: IdFilter, description: 'By owner.' }),
    updatedAt: t.field({ type: DateTimeRange, description: 'By when it was last changed.' }),
    and: t.field({ type: [PersonFilterRef], description: 'All of these hold as well.' }),
    or: t.field({ type: [PersonFilterRef], description: 'At least one of these holds as well; of none, none does.' }),
    not: t.field({ type: PersonFilterRef, description: 'This does not hold.' }),
  }),
});

const ORDER: Order<'CREATED_AT'> = { field: 'CREATED_AT', direction: 'DESC' };

/** A list of people as the filter asks for it, within an organization where one is given; newest first. */
export function personList(
  input: PersonFilterInput | null | undefined,
  crms: Crms,
  within?: Ref<'Organization'>,
): ListSpec<Person, PersonWhere, 'CREATED_AT'> {
  const read = readPersonFilter(input ?? {}, 'filter', crms);
  const filter = within ? { ...read, refs: { ...read.refs, organization: [within] } } : read;
  return {
    entity: 'PERSON',
    listable: (adapter) => adapter.people,
    order: ORDER,
    where: (crm) => conditionsIn(filter, crm),
    filterFields: fieldsOf(filter),
    compareKeys: compareKeys('plain', ORDER.direction),
    key: personSortKey,
    id: (person) => person.ref.id,
    matches: matchesPerson,
    filter,
  };
}

function readPersonFilter(input: PersonFilterInput, argument: string, crms: Crms): ReadFilter {
  const organization = readIdFilter(input.organization, 'Organization', crms, `${argument}.organization`);
  const owner = readIdFilter(input.owner, 'User', crms, `${argument}.owner`);
  const name = readTextFilter(input.name);
  const email = readTextFilter(input.email);
  const updatedAt = readInstantRange(input.updatedAt);
  return {
    plain: { ...(name && { name }), ...(email && { email }), ...(updatedAt && { updatedAt }) },
    refs: { ...(organization && { organization }), ...(owner && { owner }) },
    ...readJoined(input, argument, (part, at) => readPersonFilter(part, at, crms)),
  };
}
