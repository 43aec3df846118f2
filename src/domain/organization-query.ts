import { type Combination, holds } from './combination.ts';
import { type CustomFieldCondition, matchesCustomFields } from './custom-field-condition.ts';
import type { IdCondition, InstantRange, Order, SortKey, TextCondition } from './list.ts';
import type { Lookup } from './lookup.ts';
import { type Matchers, matchesAll, matchesId, matchesInstant, matchesText } from './match.ts';
import type { Organization } from './organization.ts';
import { judgeRelated, type RelatedCondition } from './related.ts';
import { allHold, type Verdict } from './verdict.ts';

/** Conditions on an organization; all that are present must hold. */
export interface OrganizationWhere extends Combination<OrganizationWhere> {
  readonly name?: TextCondition;
  readonly city?: TextCondition;
  readonly region?: TextCondition;
  readonly postalCode?: TextCondition;
  readonly owner?: IdCondition;
  readonly updatedAt?: InstantRange;
  readonly customFields?: readonly CustomFieldCondition[];
  readonly related?: { readonly owner?: RelatedCondition };
}

export interface OrganizationQuery {
  readonly where: OrganizationWhere;
  readonly order: Order<'CREATED_AT'>;
}

/** What the organization tells comes first: what it rules out, nothing has to be read for. */
export function judgeOrganization(organization: Organization, where: OrganizationWhere, lookup: Lookup): Verdict {
  const owner = where.related?.owner;
  return (
    matchesAll(organization, where, MATCHERS) &&
    allHold<() => Verdict>(
      [
        () => holds(where, (conditions) => judgeOrganization(organization, conditions, lookup)),
        () => (owner ? judgeRelated(organization.owner, owner, lookup) : true),
      ],
      (judge) => judge(),
    )
  );
}

export function organizationSortKey(organization: Organization): SortKey {
  return organization.createdAt;
}

const MATCHERS: Matchers<Organization, OrganizationWhere> = {
  name: ({ name }, condition) => matchesText(name, condition),
  city: ({ address }, condition) => matchesText(address?.city ?? null, condition),
  region: ({ address }, condition) => matchesText(address?.region ?? null, condition),
  postalCode: ({ address }, condition) => matchesText(address?.postalCode ?? null, condition),
  owner: ({ owner }, condition) => matchesId(owner, condition),
  updatedAt: ({ updatedAt }, condition) => matchesInstant(updatedAt, condition),
  customFields: ({ customValues }, condition) => matchesCustomFields(customValues, condition),
};
