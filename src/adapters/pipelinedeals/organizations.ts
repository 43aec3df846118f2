import type { CrmAdapter } from '../../domain/crm-adapter.ts';
import type { Organization } from '../../domain/organization.ts';
import type { OrganizationQuery, OrganizationWhere } from '../../domain/organization-query.ts';
import type { User } from '../../domain/user.ts';
import { id, instantOrNull, objectOrNull, text, textOrNull, type Wire, withoutSecrets } from '../wire.ts';
import type { Account } from './account.ts';
import { toAddress } from './address.ts';
import type { Query } from './api.ts';
import { customFieldConditions, likeCondition } from './conditions.ts';
import { CreationOrder } from './creation-order.ts';
import { embedded, namedLink } from './links.ts';
import { Records } from './records.ts';
import { parseTime } from './time.ts';

const COLLECTION = 'companies';

/** Organizations are the companies of `/companies`. */
export function createOrganizations(account: Account): CrmAdapter['organizations'] {
  const records = new Records<Organization>(account, {
    collection: COLLECTION,
    what: 'company',
    idCondition: 'company_id',
    idConditionDocumented: false,
    mapper: async () => (wire, whole) => toOrganization(account.crm, wire, whole),
  });
  const byCreation = new CreationOrder(account, COLLECTION, records, {
    created: 'company_created',
    modified: 'company_modified',
  });
  return {
    getMany: (ids, call) => records.getMany(ids, call),
    getWhole: (companyId, call) => records.getWhole(companyId, call),
    sources: ({ where, order }: OrganizationQuery) => [
      byCreation.source({
        key: COLLECTION,
        query: conditions(where),
        modified: where.updatedAt,
        direction: order.direction,
        isWhole: Object.keys(where).length === 0,
      }),
    ],
  };
}

/** Conditions that narrow without losing a company; everything is matched again. */
function conditions(where: OrganizationWhere): Query {
  return [
    ...likeCondition('company_name', where.name),
    ...likeCondition('company_city', where.city),
    ...likeCondition('company_state', where.region),
    ...likeCondition('company_zip', where.postalCode),
    ...customFieldConditions(where.customFields),
  ];
}

function toOrganization(crm: string, wire: Wire, whole: boolean): Organization {
  return {
    ref: { crm, type: 'Organization', id: id(wire) },
    createdAt: instantOrNull(wire, 'created_at', parseTime),
    updatedAt: instantOrNull(wire, 'updated_at', parseTime),
    raw: () => (whole ? withoutSecrets(wire) : undefined),
    name: text(wire, 'name'),
    address: toAddress(wire),
    website: textOrNull(wire, 'web'),
    owner: namedLink<User>(crm, 'User', embedded(wire, 'owner_id', 'owner')),
    customValues: objectOrNull(wire, 'custom_fields') ?? {},
  };
}
