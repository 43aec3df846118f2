import type { Crms } from '../domain/crms.ts';
import type { Order } from '../domain/list.ts';
import { compareKeys } from '../domain/order.ts';
import type { Organization } from '../domain/organization.ts';
import { matchesOrganization, type OrganizationWhere, organizationSortKey } from '../domain/organization-query.ts';
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

interface OrganizationFilterInput {
  readonly name?: typeof TextFilter.$inferInput | null | undefined;
  readonly owner?: typeof IdFilter.$inferInput | null | undefined;
  readonly updatedAt?: typeof DateTimeRange.$inferInput | null | undefined;
  readonly and?: readonly OrganizationFilterInput[] | null | undefined;
  readonly or?: readonly OrganizationFilterInput[] | null | undefined;
  readonly not?: OrganizationFilterInput | null | undefined;
}

const OrganizationFilterRef = builder.inputRef<OrganizationFilterInput>('OrganizationFilter');

export const OrganizationFilter = OrganizationFilterRef.implement({
  description: 'Narrows a list of organizations. What is given has to hold together.',
  fields: (t) => ({
    name: t.field({ type: TextFilter, description: 'By name.' }),
    owner: t.field({ type: IdFilter, description: 'By owner.' }),
    updatedAt: t.field({ type: DateTimeRange, description: 'By when it was last changed.' }),
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
  crms: Crms,
): ListSpec<Organization, OrganizationWhere, 'CREATED_AT'> {
  const filter = readOrganizationFilter(input ?? {}, 'filter', crms);
  return {
    entity: 'ORGANIZATION',
    listable: (adapter) => adapter.organizations,
    order: ORDER,
    where: (crm) => conditionsIn(filter, crm),
    filterFields: fieldsOf(filter),
    compareKeys: compareKeys('plain', ORDER.direction),
    key: organizationSortKey,
    id: (organization) => organization.ref.id,
    matches: matchesOrganization,
    filter,
  };
}

function readOrganizationFilter(input: OrganizationFilterInput, argument: string, crms: Crms): ReadFilter {
  const owner = readIdFilter(input.owner, 'User', crms, `${argument}.owner`);
  const name = readTextFilter(input.name);
  const updatedAt = readInstantRange(input.updatedAt);
  return {
    plain: { ...(name && { name }), ...(updatedAt && { updatedAt }) },
    refs: owner ? { owner } : {},
    ...readJoined(input, argument, (part, at) => readOrganizationFilter(part, at, crms)),
  };
}
