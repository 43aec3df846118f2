import type { Crms } from '../domain/crms.ts';
import type { Order } from '../domain/list.ts';
import { compareKeys } from '../domain/order.ts';
import type { Organization } from '../domain/organization.ts';
import { judgeOrganization, type OrganizationWhere, organizationSortKey } from '../domain/organization-query.ts';
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

interface OrganizationFilterInput {
  readonly name?: typeof TextFilter.$inferInput | null | undefined;
  readonly city?: typeof TextFilter.$inferInput | null | undefined;
  readonly region?: typeof TextFilter.$inferInput | null | undefined;
  readonly postalCode?: typeof TextFilter.$inferInput | null | undefined;
  readonly owner?: IdFilterInput | null | undefined;
  readonly updatedAt?: typeof DateTimeRange.$inferInput | null | undefined;
  readonly customFields?: readonly (typeof CustomFieldFilter.$inferInput)[] | null | undefined;
  readonly and?: readonly OrganizationFilterInput[] | null | undefined;
  readonly or?: readonly OrganizationFilterInput[] | null | undefined;
  readonly not?: OrganizationFilterInput | null | undefined;
}

const OrganizationFilterRef = builder.inputRef<OrganizationFilterInput>('OrganizationFilter');

export const OrganizationFilter = OrganizationFilterRef.implement({
  description: 'Narrows a list of organizations. What is given has to hold together.',
  fields: (t) => ({
    name: t.field({ type: TextFilter, description: 'By name.' }),
    city: t.field({ type: TextFilter, description: 'By the city of the address.' }),
    region: t.field({ type: TextFilter, description: 'By the state or county of the address.' }),
    postalCode: t.field({ type: TextFilter, description: 'By the postal code of the address.' }),
    owner: t.field({ type: IdFilter, description: 'By owner.' }),
    updatedAt: t.field({ type: DateTimeRange, description: 'By when it was last changed.' }),
    customFields: t.field({
      type: [CustomFieldFilter],
      description: 'By fields the account added; all of these hold.',
    }),
    and: t.field({ type: [OrganizationFilterRef], description: 'All of these hold as well.' }),
    or: t.field({
      type: [OrganizationFilterRef],
      description: 'At least one of these holds as well; of none, none does.',
    }),
    not: t.field({ type: OrganizationFilterRef, description: 'This does not hold.' }),
  }),
});

const ORDER: Order<'CREATED_AT'> = { field: 'CREATED_AT', direction: 'DESC' };

/** A list of organizations as the filter asks for it; newest first. */
export function organizationList(
  input: OrganizationFilterInput | null | undefined,
  { crms, call }: Pick<GraphQLContext, 'crms' | 'call'>,
): ListSpec<Organization, OrganizationWhere, 'CREATED_AT'> {
  const filter = readOrganizationFilter(input ?? {}, 'filter', crms);
  const fields = new CustomFieldNames('Organization', call);
  return {
    entity: 'ORGANIZATION',
    listable: (adapter) => adapter.organizations,
    order: ORDER,
    where: (crm, now) => conditionsIn(filter, crm, now),
    complete: async (where, adapter) => namedByIds(await fields.resolve(where, adapter), adapter, call),
    check: () => fields.check(),
    filterFields: fieldsOf(filter),
    moves: 'NEVER',
    compareKeys: compareKeys('plain', ORDER.direction),
    key: organizationSortKey,
    id: (organization) => organization.ref.id,
    judge: judgeOrganization,
    countsFromNow: countsFromNow(filter),
    filter,
  };
}

function readOrganizationFilter(input: OrganizationFilterInput, argument: string, crms: Crms): ReadFilter {
  const plain = {
    name: readTextFilter(input.name),
    city: readTextFilter(input.city),
    region: readTextFilter(input.region),
    postalCode: readTextFilter(input.postalCode),
    updatedAt: readInstantRange(input.updatedAt),
    customFields: readCustomFields(input.customFields, `${argument}.customFields`),
  };
  return {
    plain: Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined)),
    ...readReferences(input, { owner: 'User' }, argument, crms),
    ...readJoined(input, argument, (part, at) => readOrganizationFilter(part, at, crms)),
  };
}
