import type { CustomFieldKeys } from '../../domain/custom-field-wants.ts';
import type { Listable } from '../../domain/list.ts';
import type { Organization } from '../../domain/organization.ts';
import type { OrganizationQuery } from '../../domain/organization-query.ts';
import type { Repository } from '../../domain/repository.ts';
import type { User } from '../../domain/user.ts';
import { mapperOf } from '../mapped-record.ts';
import { asIdOrNull, asObject, asText, asTextOrNull, type Wire } from '../values.ts';
import { id } from '../wire.ts';
import { checkAddress, toAddress } from './address.ts';
import type { PipedriveApi } from './api.ts';
import { CUSTOM_VALUES, link, RECORD_FACTS } from './attributes.ts';
import { ENDPOINTS } from './endpoints.ts';
import { listSource, singleId, updatedWithin } from './lists.ts';
import { createRepository, isDeleted, type RecordKind } from './records.ts';

/** What decides which are asked for, and in which order. */
export const VITAL_OF_ORGANIZATIONS = ['name', 'address', 'owner', 'createdAt', 'updatedAt', 'customValues'] as const;

const mapOrganization = mapperOf<Organization>(VITAL_OF_ORGANIZATIONS, {
  ...RECORD_FACTS,
  name: ({ name }) => asText(name, 'name'),
  address: {
    told: ({ address }) =>
      address === undefined || address === null ? null : checkAddress(asObject(address, 'address')),
    make: (address: Wire | null) => address && toAddress(address),
  },
  website: ({ website }) => asTextOrNull(website, 'website'),
  owner: link<User>('User', ({ owner_id }) => asIdOrNull(owner_id, 'owner_id')),
  customValues: CUSTOM_VALUES,
});

/** Maps an organization of v2. */
export function toOrganization(crm: string, wire: Wire, customFields: CustomFieldKeys = null): Organization {
  return mapOrganization({ crm, type: 'Organization', id: id(wire) }, wire, customFields);
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
