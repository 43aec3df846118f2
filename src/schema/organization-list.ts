import type { Crms } from '../domain/crms.ts';
import type { Order } from '../domain/list.ts';
import { compareKeys } from '../domain/order.ts';
import type { Organization } from '../domain/organization.ts';
import { matchesOrganization, type OrganizationWhere, organizationSortKey } from '../domain/organization-query.ts';
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

export const OrganizationFilter = builder.inputType('OrganizationFilter', {
  description: 'Narrows a list of organizations. What is given has to hold together.',
  fields: (t) => ({
    name: t.field({ type: TextFilter, description: 'By name.' }),
    owner: t.field({ type: IdFilter, description: 'By owner.' }),
    updatedAt: t.field({ type: DateTimeRange, description: 'By when it was last changed.' }),
  }),
});

const ORDER: Order<'CREATED_AT'> = { field: 'CREATED_AT', direction: 'DESC' };

/** A list of organizations as the filter asks for it; newest first. */
export function organizationList(
  filter: typeof OrganizationFilter.$inferInput | null | undefined,
  crms: Crms,
): ListSpec<Organization, OrganizationWhere, 'CREATED_AT'> {
  const owner = readIdFilter(filter?.owner, 'User', crms, 'filter.owner');
  const name = readTextFilter(filter?.name);
  const updatedAt = readInstantRange(filter?.updatedAt);
  const plain = { ...(name && { name }), ...(updatedAt && { updatedAt }) };
  return {
    entity: 'ORGANIZATION',
    listable: (adapter) => adapter.organizations,
    order: ORDER,
    where(crm) {
      if (!owner) return plain;
      const condition = idCondition(owner, crm);
      return condition && { ...plain, owner: condition };
    },
    filterFields: [...(owner ? ['owner'] : []), ...Object.keys(plain)],
    compareKeys: compareKeys('plain', ORDER.direction),
    key: organizationSortKey,
    id: (organization) => organization.ref.id,
    matches: matchesOrganization,
    filter: { plain, owner },
  };
}
