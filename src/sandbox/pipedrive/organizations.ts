import type { Route, SimRequest, SimResponse } from '../kit/simulator.ts';
import { customFields, mergeCustomFields, readCustomFields } from './custom-fields.ts';
import {
  deletionReply,
  fits,
  listReply,
  type OptionalColumns,
  present,
  readLiveRecord,
  readRecord,
  refuseFilter,
  requireLabels,
  requireReference,
  success,
  viewRules,
} from './entity.ts';
import { pageRules } from './paging.ts';
import type { Address, Deal, Organization } from './records.ts';
import {
  dateTime,
  filled,
  ids,
  integer,
  integerText,
  listOf,
  nullable,
  objectOf,
  type Rule,
  readBody,
  readQuery,
  string,
  toTime,
  type Values,
  visibleTo,
} from './schema.ts';
import type { Account, Store } from './store.ts';

const none = () => null;
const zero = () => 0;
const deals = (fits: (deal: Deal) => boolean) => (store: Store, organization: Organization) =>
  [...store.deals.values()].filter((deal) => !deal.is_deleted && deal.org_id === organization.id && fits(deal)).length;

const columns: OptionalColumns<Organization> = {
  next_activity_id: none,
  last_activity_id: none,
  open_deals_count: deals((deal) => deal.status === 'open'),
  related_open_deals_count: zero,
  closed_deals_count: deals((deal) => deal.status !== 'open'),
  related_closed_deals_count: zero,
  email_messages_count: zero,
  people_count: (store, organization) =>
    [...store.persons.values()].filter((person) => !person.is_deleted && person.org_id === organization.id).length,
  activities_count: zero,
  done_activities_count: zero,
  undone_activities_count: zero,
  files_count: zero,
  notes_count: zero,
  followers_count: zero,
  won_deals_count: deals((deal) => deal.status === 'won'),
  related_won_deals_count: zero,
  lost_deals_count: deals((deal) => deal.status === 'lost'),
  related_lost_deals_count: zero,
  smart_bcc_email: (_store, organization) => `sandbox+org${organization.id}@pipedrivemail.com`,
};

const view = viewRules(columns);
const listQuery = {
  filter_id: integerText,
  ids,
  owner_id: integerText,
  updated_since: dateTime,
  updated_until: dateTime,
  ...view,
  ...pageRules('id', 'update_time', 'add_time'),
};

const part = nullable(string);
const addressRule: Rule<Address> = (value) => {
  const parts = {
    country: part,
    admin_area_level_1: part,
    admin_area_level_2: part,
    locality: part,
    sublocality: part,
    route: part,
    street_number: part,
    subpremise: part,
    postal_code: part,
  };
  const given = objectOf({ value: string, ...parts }, ['value'])(value);
  return { ...blankAddress, ...given };
};

const blankAddress: Address = {
  value: '',
  country: null,
  admin_area_level_1: null,
  admin_area_level_2: null,
  locality: null,
  sublocality: null,
  route: null,
  street_number: null,
  subpremise: null,
  postal_code: null,
};

const updateRules = {
  name: filled,
  owner_id: integer,
  visible_to: visibleTo,
  label_ids: listOf(integer),
  address: nullable(addressRule),
  website: nullable(string),
  linkedin: nullable(string),
  industry: nullable(integer),
  annual_revenue: nullable(integer),
  employee_count: nullable(integer),
  custom_fields: customFields,
};
const addRules = { ...updateRules, add_time: dateTime };

/** Organizations: list, and the operations on one. */
export function organizationRoutes(account: Account): Route[] {
  const all = '/api/v2/organizations';
  const one = `${all}/:id`;
  return [
    { method: 'GET', path: all, tokens: 10, handler: (request) => listOrganizations(account, request) },
    { method: 'POST', path: all, tokens: 5, handler: (request) => addOrganization(account, request) },
    { method: 'GET', path: one, tokens: 1, handler: (request) => getOrganization(account, request) },
    { method: 'PATCH', path: one, tokens: 5, handler: (request) => updateOrganization(account, request) },
    { method: 'DELETE', path: one, tokens: 3, handler: (request) => deleteOrganization(account, request) },
  ];
}

function listOrganizations({ store }: Account, request: SimRequest): SimResponse {
  const query = readQuery(request, listQuery);
  refuseFilter(query.filter_id);
  const rows = [...store.organizations.values()].filter((organization) => fits(organization, query));
  return listReply(rows, query, (organization) => present(store, 'organization', organization, query, columns));
}

function getOrganization({ store }: Account, request: SimRequest): SimResponse {
  const shape = readQuery(request, view);
  const organization = readRecord(store.organizations, request, 'Organization');
  return success(present(store, 'organization', organization, shape, columns));
}

function addOrganization({ store, now }: Account, request: SimRequest): SimResponse {
  readQuery(request, {});
  const input = readBody(request, addRules, ['name']);
  const organization: Organization = {
    ...changeOrganization(store, blankOrganization(store, toTime(now())), input),
    id: store.nextId(store.organizations),
  };
  store.organizations.set(organization.id, organization);
  return success(present(store, 'organization', organization));
}

function updateOrganization({ store, now }: Account, request: SimRequest): SimResponse {
  readQuery(request, {});
  const before = readLiveRecord(store.organizations, request, 'Organization');
  const organization: Organization = {
    ...changeOrganization(store, before, readBody(request, updateRules)),
    update_time: toTime(now()),
  };
  store.organizations.set(organization.id, organization);
  return success(present(store, 'organization', organization));
}

function deleteOrganization({ store, now }: Account, request: SimRequest): SimResponse {
  readQuery(request, {});
  const organization = readRecord(store.organizations, request, 'Organization');
  const { is_deleted: before } = organization;
  if (!before) Object.assign(organization, { is_deleted: true, update_time: toTime(now()) });
  return deletionReply(organization.id, before);
}

function changeOrganization(store: Store, before: Organization, input: Values<typeof addRules>): Organization {
  requireReference(store.users, input.owner_id, 'User');
  requireLabels(store, 'organization', input.label_ids);
  const { custom_fields, ...plain } = input;
  const update = readCustomFields(store, 'organization', custom_fields ?? {});
  return { ...before, ...plain, custom_fields: mergeCustomFields(before.custom_fields, update) };
}

function blankOrganization(store: Store, add_time: string): Organization {
  return {
    id: 0,
    name: '',
    owner_id: store.caller.id,
    add_time,
    update_time: null,
    address: null,
    is_deleted: false,
    visible_to: 3,
    label_ids: [],
    website: null,
    linkedin: null,
    industry: null,
    annual_revenue: null,
    employee_count: null,
    custom_fields: {},
  };
}
