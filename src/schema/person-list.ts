import type { Crms } from '../domain/crms.ts';
import type { Order } from '../domain/list.ts';
import { compareKeys } from '../domain/order.ts';
import type { Person } from '../domain/person.ts';
import { judgePerson, type PersonReference, type PersonWhere, personSortKey } from '../domain/person-query.ts';
import type { NodeType, Ref } from '../domain/ref.ts';
import { namedByIds } from '../loaders/narrow.ts';
import { builder } from './builder.ts';
import type { GraphQLContext } from './context.ts';
import { CustomFieldFilter, CustomFieldNames, readCustomFields } from './custom-field-filter.ts';
import {
  conditionsIn,
  countsFromNow,
  fieldsOf,
  IdFilter,
  type IdFilterInput,
  type ReadFilter,
  readJoined,
  readReferences,
  readTextFilter,
  TextFilter,
} from './filters.ts';
import type { ListSpec } from './lists.ts';
import { DateTimeRange, readInstantRange } from './ranges.ts';

interface PersonFilterInput {
  readonly name?: typeof TextFilter.$inferInput | null | undefined;
  readonly email?: typeof TextFilter.$inferInput | null | undefined;
  readonly phone?: typeof TextFilter.$inferInput | null | undefined;
  readonly city?: typeof TextFilter.$inferInput | null | undefined;
  readonly region?: typeof TextFilter.$inferInput | null | undefined;
  readonly postalCode?: typeof TextFilter.$inferInput | null | undefined;
  readonly organization?: IdFilterInput | null | undefined;
  readonly owner?: IdFilterInput | null | undefined;
  readonly updatedAt?: typeof DateTimeRange.$inferInput | null | undefined;
  readonly customFields?: readonly (typeof CustomFieldFilter.$inferInput)[] | null | undefined;
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
    phone: t.field({ type: TextFilter, description: 'By any of the phone numbers.' }),
    city: t.field({ type: TextFilter, description: 'By the city of any of the addresses.' }),
    region: t.field({ type: TextFilter, description: 'By the state or county of any of the addresses.' }),
    postalCode: t.field({ type: TextFilter, description: 'By the postal code of any of the addresses.' }),
    organization: t.field({ type: IdFilter, description: 'By organization.' }),
    owner: t.field({ type: IdFilter, description: 'By owner.' }),
    updatedAt: t.field({ type: DateTimeRange, description: 'By when it was last changed.' }),
    customFields: t.field({
      type: [CustomFieldFilter],
      description: 'By fields the account added; all of these hold.',
    }),
    and: t.field({ type: [PersonFilterRef], description: 'All of these hold as well.' }),
    or: t.field({ type: [PersonFilterRef], description: 'At least one of these holds as well; of none, none does.' }),
    not: t.field({ type: PersonFilterRef, description: 'This does not hold.' }),
  }),
});

const ORDER: Order<'CREATED_AT'> = { field: 'CREATED_AT', direction: 'DESC' };

/** A list of people as the filter asks for it, within an organization where one is given; newest first. */
export function personList(
  input: PersonFilterInput | null | undefined,
  { crms, call }: Pick<GraphQLContext, 'crms' | 'call'>,
  within?: Ref<'Organization'>,
): ListSpec<Person, PersonWhere, 'CREATED_AT'> {
  const read = readPersonFilter(input ?? {}, 'filter', crms);
  const filter = within ? { ...read, refs: { ...read.refs, organization: [within] } } : read;
  const fields = new CustomFieldNames('Person', call);
  return {
    entity: 'PERSON',
    listable: (adapter) => adapter.people,
    order: ORDER,
    where: (crm, now) => conditionsIn(filter, crm, now),
    complete: async (where, adapter) => namedByIds(await fields.resolve(where, adapter), adapter, call),
    check: () => fields.check(),
    filterFields: fieldsOf(filter),
    moves: 'NEVER',
    compareKeys: compareKeys('plain', ORDER.direction),
    key: personSortKey,
    id: (person) => person.ref.id,
    judge: judgePerson,
    countsFromNow: countsFromNow(filter),
    filter,
  };
}

const REFERENCES = { organization: 'Organization', owner: 'User' } as const satisfies Record<PersonReference, NodeType>;

function readPersonFilter(input: PersonFilterInput, argument: string, crms: Crms): ReadFilter {
  const plain = {
    name: readTextFilter(input.name),
    email: readTextFilter(input.email),
    phone: readTextFilter(input.phone),
    city: readTextFilter(input.city),
    region: readTextFilter(input.region),
    postalCode: readTextFilter(input.postalCode),
    updatedAt: readInstantRange(input.updatedAt),
    customFields: readCustomFields(input.customFields, `${argument}.customFields`),
  };
  return {
    plain: Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined)),
    ...readReferences(input, REFERENCES, argument, crms),
    ...readJoined(input, argument, (part, at) => readPersonFilter(part, at, crms)),
  };
}
