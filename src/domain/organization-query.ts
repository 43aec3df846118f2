import { type Combination, holds } from './combination.ts';
import type { IdCondition, InstantRange, Order, SortKey, TextCondition } from './list.ts';
import { matchesId, matchesInstant, matchesText } from './match.ts';
import type { Organization } from './organization.ts';

/** Conditions on an organization; all that are present must hold. */
export interface OrganizationWhere extends Combination<OrganizationWhere> {
  readonly name?: TextCondition;
  readonly owner?: IdCondition;
  readonly updatedAt?: InstantRange;
}

export interface OrganizationQuery {
  readonly where: OrganizationWhere;
  readonly order: Order<'CREATED_AT'>;
}

export function matchesOrganization(organization: Organization, where: OrganizationWhere): boolean {
  return (
    matchesText(organization.name, where.name) &&
    matchesId(organization.owner, where.owner) &&
    matchesInstant(organization.updatedAt, where.updatedAt) &&
    holds(where, (conditions) => matchesOrganization(organization, conditions))
  );
}

export function organizationSortKey(organization: Organization): SortKey {
  return organization.createdAt;
}
