import type { CustomFieldKeys } from '../../domain/custom-field-wants.ts';
import type { Listable } from '../../domain/list.ts';
import type { Organization } from '../../domain/organization.ts';
import type { OrganizationQuery } from '../../domain/organization-query.ts';
import type { Repository } from '../../domain/repository.ts';
import type { User } from '../../domain/user.ts';
import { id, objectOrNull, text, textOrNull, type Wire } from '../wire.ts';
import { toAddress } from './address.ts';
import type { PipedriveApi } from './api.ts';
import { ENDPOINTS } from './endpoints.ts';
import { linkOrNull } from './links.ts';
import { listSource, singleId, updatedWithin } from './lists.ts';
import { createdAt, createRepository, customValues, isDeleted, type RecordKind, rawOf, updatedAt } from './records.ts';

/** Maps an organization of v2. */
export function toOrganization(crm: string, wire: Wire, customFields: CustomFieldKeys = null): Organization {
  const address = objectOrNull(wire, 'address');
  return {
    ref: { crm, type: 'Organization', id: id(wire) },
    createdAt: createdAt(wire),
    updatedAt: updatedAt(wire),
    raw: rawOf(wire, customFields),
    name: text(wire, 'name'),
    address: address && toAddress(address),
    website: textOrNull(wire, 'website'),
    owner: linkOrNull<User>(crm, 'User', wire, 'owner_id'),
    customValues: customValues(wire, customFields),
  };
}

const ORGANIZATION: RecordKind<Organization> = {
  what: 'organization',
  one: ENDPOINTS.organization,
  list: ENDPOINTS.organizations,
  map: toOrganization,
};

export function createOrganizations(
  api: PipedriveApi,
): Repository<Organization> & Listable<Organization, OrganizationQuery> {
  const byId = createRepository(api, ORGANIZATION);
  return {
    ...byId,
    sources: ({ where, order }, customFields = null) => [
      listSource(
        api,
        {
          key: 'organizations',
          what: ORGANIZATION.what,
          endpoint: ORGANIZATION.list,
          query: [
            ['owner_id', singleId(where.owner)],
            ...updatedWithin(where.updatedAt),
            ['sort_by', 'add_time'],
            ['sort_direction', order.direction.toLowerCase()],
          ],
          map: (crm, wire, keys) => (isDeleted(wire) ? null : toOrganization(crm, wire, keys)),
          byId,
        },
        customFields,
      ),
    ],
  };
}
