import { type Call, CURRENCY_WITH_PLACES } from './account.ts';
import type { Issue } from './answers.ts';
import {
  assign,
  type Casts,
  existing,
  flag,
  ids,
  integer,
  type Patch,
  required,
  requiredInstant,
  requiredText,
  text,
} from './casts.ts';
import { type Conditions, like, oneOfList, timeRange } from './conditions.ts';
import { customFieldConditions, customFieldsView, writeCustomFields } from './custom-fields.ts';
import { dealTotals } from './deal-totals.ts';
import { refuseDuplicate } from './duplicates.ts';
import { nextEntry } from './next-entry.ts';
import { type CompanyRecord, fullName } from './records.ts';
import type { Resource, Shape } from './resource.ts';
import { mapUrl, newestUpdate, notifiable, userName } from './subjects.ts';
import { formatInstant } from './zone.ts';

/** PipelineDeals API v3, Companies. */
export const companies: Resource<CompanyRecord> = {
  wrapper: 'company',
  records: (store) => store.companies,
  associations: {},
  conditions,
  sorts: {
    'companies.name': (company) => company.name,
    'companies.created_at': (company) => company.created_at,
    'companies.updated_at': (company) => company.updated_at,
  },
  order: newestUpdate,
  view,
  draft: (call) => blankCompany(call.now),
  nextId: (store) => store.nextId('companies'),
  owner: (company) => company.owner_id,
  write,
  removed: ({ store }, company) => {
    for (const record of [...store.deals.values(), ...store.people.values()]) {
      if (record.company_id === company.id) record.company_id = null;
    }
    for (const note of store.notes.values()) {
      if (note.company_id === company.id && note.primary_association_type !== 'Company') note.company_id = null;
    }
    for (const entry of store.calendarEntries.values()) {
      if (entry.company_id === company.id && entry.association_type !== 'Company') entry.company_id = null;
    }
    for (const document of store.documents.values()) {
      const hangsElsewhere = document.deal_id !== null || document.person_id !== null;
      if (document.company_id === company.id && hangsElsewhere) document.company_id = null;
    }
  },
};

/** The company of that name, whatever its case, created where there is none; `null` without a name. */
export function findOrCreateCompany(call: Call, name: unknown): number | null {
  if (typeof name !== 'string' || name.trim() === '') return null;
  const wanted = name.trim();
  for (const company of call.store.companies.values()) {
    if (company.name.toLowerCase() === wanted.toLowerCase()) return company.id;
  }
  const company = { ...blankCompany(call.now), id: call.store.nextId('companies'), name: wanted };
  call.store.companies.set(company.id, company);
  return company.id;
}

function conditions(call: Call): Conditions<CompanyRecord> {
  return {
    ...(call.switches.companyIdCondition && { company_id: oneOfList<CompanyRecord>((company) => [company.id]) }),
    company_name: like((company) => [company.name]),
    company_description: like((company) => [company.description]),
    company_email: like((company) => [company.email]),
    company_phone: like((company) => [company.phone1, company.phone2, company.phone3, company.phone4]),
    company_fax: like((company) => [company.fax]),
    company_address: like((company) => [company.address_1]),
    company_address2: like((company) => [company.address_2]),
    company_city: like((company) => [company.city]),
    company_state: like((company) => [company.state]),
    company_zip: like((company) => [company.postal_code]),
    company_country: like((company) => [company.country]),
    company_created: timeRange((company) => company.created_at),
    company_modified: timeRange((company) => company.updated_at),
    company_imported_at: timeRange((company) => company.imported_at),
    ...customFieldConditions<CompanyRecord>(call, 'company'),
  };
}

const CASTS: Casts<CompanyRecord> = {
  name: requiredText,
  description: text,
  email: text,
  web: text,
  fax: text,
  phone1: text,
  phone1_desc: text,
  phone2: text,
  phone2_desc: text,
  phone3: text,
  phone3_desc: text,
  phone4: text,
  phone4_desc: text,
  address_1: text,
  address_2: text,
  city: text,
  state: text,
  postal_code: text,
  country: text,
  instant_message: text,
  twitter: text,
  linked_in_url: text,
  facebook_url: text,
  owner_id: integer,
  is_customer: flag,
  shared_user_ids: ids,
  tag_ids: ids,
  created_at: requiredInstant,
};

/** A company of which nothing is known. It has no owner: unlike deals and people it does not get the caller. */
export function blankCompany(now: number): CompanyRecord {
  return {
    id: 0,
    created_at: now,
    updated_at: now,
    name: '',
    description: null,
    email: null,
    web: null,
    fax: null,
    phone1: null,
    phone1_desc: null,
    phone2: null,
    phone2_desc: null,
    phone3: null,
    phone3_desc: null,
    phone4: null,
    phone4_desc: null,
    address_1: null,
    address_2: null,
    city: null,
    state: null,
    postal_code: null,
    country: null,
    instant_message: null,
    twitter: null,
    linked_in_url: null,
    facebook_url: null,
    owner_id: null,
    is_customer: false,
    import_id: null,
    imported_at: null,
    shared_user_ids: [],
    tag_ids: [],
    custom_fields: {},
  };
}

function write(call: Call, company: CompanyRecord, patch: Patch, before: CompanyRecord | null): Issue[] {
  const { users, companies } = call.store;
  return [
    ...assign(company, patch, CASTS),
    ...writeCustomFields(call, 'company', company, patch),
    ...required(company, 'name'),
    ...(before ? [] : refuseDuplicate(call, companies.values(), (known) => known.name, company.name, 'name')),
    ...existing(company, patch, 'owner_id', (id) => users.has(id)),
    ...existing(company, patch, 'shared_user_ids', (id) => users.has(id)),
  ];
}

function view(call: Call, company: CompanyRecord, shape: Shape): Record<string, unknown> {
  const owner = company.owner_id === null ? undefined : call.store.users.get(company.owner_id);
  const deals = [...call.store.deals.values()].filter((deal) => deal.company_id === company.id);
  const {
    custom_fields,
    created_at,
    updated_at,
    imported_at: _,
    is_customer,
    shared_user_ids,
    tag_ids,
    ...plain
  } = company;
  return {
    ...plain,
    updated_at: formatInstant(updated_at),
    created_at: formatInstant(created_at),
    is_sample: false,
    ...nextEntry(call, 'Company', company.id),
    image_thumb_url: '//assets.sandbox.example/images/thumb/missing_company.png',
    image_mobile_url: '//assets.sandbox.example/images/mobile/missing_company.png',
    shared_user_ids,
    project_shared_user_ids: [],
    twitter_url: company.twitter === null ? null : `https://twitter.com/${company.twitter}`,
    is_customer,
    ...(owner && { owner: userName(call, owner.id) }),
    custom_fields: customFieldsView(call, 'company', custom_fields),
    tag_ids,
    tags: call.store.configuration.companyTags
      .filter((tag) => tag_ids.includes(tag.id))
      .map(({ id, name }) => ({ id, name })),
    ...(shape !== 'list' && {
      address_google_maps_url: mapUrl(company.address_1, company.city),
      milestones: [],
      possible_notify_user_ids: notifiable(call.store),
      customer: null,
      currency: CURRENCY_WITH_PLACES,
      ...dealTotals(call, deals),
      ...(owner && { owner_manager_id: owner.manager_id, owner_name: fullName(owner) }),
    }),
  };
}
