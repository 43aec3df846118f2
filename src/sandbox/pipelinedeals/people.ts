import { type Call, CURRENCY_WITH_PLACES } from './account.ts';
import { type Issue, issue } from './answers.ts';
import {
  assign,
  type Casts,
  existing,
  flag,
  ids,
  integer,
  type Patch,
  requiredInstant,
  requiredText,
  text,
} from './casts.ts';
import { findOrCreateCompany } from './companies.ts';
import { type Conditions, like, oneOf, oneOfList, oneOfTexts, timeRange } from './conditions.ts';
import { customFieldConditions, customFieldsView, writeCustomFields } from './custom-fields.ts';
import { dealTotals } from './deal-totals.ts';
import { refuseDuplicate } from './duplicates.ts';
import { nextEntry } from './next-entry.ts';
import { byId, type CompanyRecord, fullName, type PersonRecord } from './records.ts';
import type { Resource, Shape } from './resource.ts';
import { companyName, configuredName, mapUrl, newestUpdate, notifiable, userName } from './subjects.ts';
import { formatInstant } from './zone.ts';

/** PipelineDeals API v3, People. */
export const people: Resource<PersonRecord> = {
  wrapper: 'person',
  records: (store) => store.people,
  associations: {
    deal_id: (store, person, id) => store.deals.get(id)?.person_ids.includes(person.id) ?? false,
    company_id: (_store, person, id) => person.company_id === id,
  },
  conditions,
  sorts: {
    'people.first_name': (person) => person.first_name,
    'people.last_name': (person) => person.last_name,
    'people.created_at': (person) => person.created_at,
    'people.updated_at': (person) => person.updated_at,
  },
  order: newestUpdate,
  view,
  draft,
  nextId: (store) => store.nextId('people'),
  owner: (person) => person.user_id,
  write,
  removed: ({ store }, person) => {
    for (const deal of store.deals.values()) {
      if (deal.primary_contact_id === person.id) deal.primary_contact_id = null;
      deal.person_ids = deal.person_ids.filter((id) => id !== person.id);
    }
    for (const note of store.notes.values()) {
      if (note.person_id === person.id && note.primary_association_type !== 'Person') note.person_id = null;
    }
    for (const document of store.documents.values()) {
      if (document.person_id === person.id && document.deal_id !== null) document.person_id = null;
    }
  },
};

function conditions(call: Call): Conditions<PersonRecord> {
  const company = (person: PersonRecord) =>
    person.company_id === null ? null : (call.store.companies.get(person.company_id)?.name ?? null);
  const name = like<PersonRecord>((person) => [fullName(person)]);
  return {
    ...(call.switches.personIdCondition && { person_id: oneOfList<PersonRecord>((person) => [person.id]) }),
    person_name: name,
    person_full_name: name,
    person_email: like((person) => [person.email, person.email2, person.home_email]),
    person_phone: like((person) => [person.phone, person.mobile, person.home_phone]),
    person_owner: oneOf((person) => [person.user_id]),
    person_city: like((person) => [person.work_city, person.home_city]),
    person_state: like((person) => [person.work_state, person.home_state]),
    person_zip: like((person) => [person.work_postal_code, person.home_postal_code]),
    person_position: like((person) => [person.position]),
    person_company_name: like((person) => [company(person)]),
    lead_source: oneOf((person) => [person.lead_source_id]),
    person_status: oneOf((person) => [person.lead_status_id]),
    person_type: oneOfTexts((person) => person.type),
    person_converted: timeRange((person) => person.converted_at),
    person_created: timeRange((person) => person.created_at),
    person_modified: timeRange((person) => person.updated_at),
    person_simple_search: like((person) => [fullName(person), person.email, person.phone, company(person)]),
    ...customFieldConditions<PersonRecord>(call, 'person'),
  };
}

const CASTS: Casts<PersonRecord> = {
  first_name: text,
  last_name: text,
  type: requiredText,
  position: text,
  summary: text,
  website: text,
  email: text,
  email2: text,
  home_email: text,
  phone: text,
  mobile: text,
  home_phone: text,
  fax: text,
  work_address_1: text,
  work_address_2: text,
  work_city: text,
  work_state: text,
  work_postal_code: text,
  work_country: text,
  home_address_1: text,
  home_address_2: text,
  home_city: text,
  home_state: text,
  home_postal_code: text,
  home_country: text,
  instant_message: text,
  twitter: text,
  linked_in_url: text,
  facebook_url: text,
  company_id: integer,
  user_id: integer,
  lead_status_id: integer,
  lead_source_id: integer,
  predefined_contacts_tag_ids: ids,
  shared_user_ids: ids,
  unsubscribed: flag,
  created_at: requiredInstant,
};

/** A person of whom nothing is known. */
export function blankPerson(userId: number, now: number): PersonRecord {
  return {
    id: 0,
    created_at: now,
    updated_at: now,
    first_name: null,
    last_name: null,
    type: 'Contact',
    position: null,
    summary: null,
    website: null,
    email: null,
    email2: null,
    home_email: null,
    phone: null,
    mobile: null,
    home_phone: null,
    fax: null,
    work_address_1: null,
    work_address_2: null,
    work_city: null,
    work_state: null,
    work_postal_code: null,
    work_country: null,
    home_address_1: null,
    home_address_2: null,
    home_city: null,
    home_state: null,
    home_postal_code: null,
    home_country: null,
    instant_message: null,
    twitter: null,
    linked_in_url: null,
    facebook_url: null,
    company_id: null,
    user_id: userId,
    created_by_user_id: userId,
    lead_status_id: null,
    lead_source_id: null,
    converted_at: null,
    predefined_contacts_tag_ids: [],
    shared_user_ids: [],
    unsubscribed: false,
    custom_fields: {},
  };
}

function draft(call: Call): PersonRecord {
  return blankPerson(call.user.id, call.now);
}

function write(call: Call, person: PersonRecord, patch: Patch, before: PersonRecord | null): Issue[] {
  const { users, people, companies, configuration } = call.store;
  const issues = [
    ...assign(person, patch, CASTS),
    ...writeFullName(person, patch),
    ...writeCustomFields(call, 'person', person, patch),
    ...(fullName(person).trim() === '' ? [issue('first_name', "can't be blank")] : []),
    ...(before ? [] : refuseDuplicate(call, people.values(), fullName, fullName(person), 'full_name')),
    ...(['Contact', 'Lead'].includes(person.type) ? [] : [issue('type', 'is not included in the list')]),
    ...existing(person, patch, 'company_id', (id) => companies.has(id)),
    ...existing(person, patch, 'user_id', (id) => users.has(id)),
    ...existing(person, patch, 'shared_user_ids', (id) => users.has(id)),
    ...existing(person, patch, 'lead_status_id', (id) => byId(configuration.leadStatuses, id) !== undefined),
    ...existing(person, patch, 'lead_source_id', (id) => byId(configuration.leadSources, id) !== undefined),
  ];
  if (issues.length > 0) return issues;
  if (!Object.hasOwn(patch, 'company_id')) {
    person.company_id = findOrCreateCompany(call, patch.company_name) ?? person.company_id;
  }
  if (before?.type === 'Lead' && person.type === 'Contact') person.converted_at = call.now;
  return [];
}

/** `full_name` is split at its first blank; names sent one by one win over it. */
function writeFullName(person: PersonRecord, patch: Patch): Issue[] {
  if (!Object.hasOwn(patch, 'full_name') || Object.hasOwn(patch, 'first_name') || Object.hasOwn(patch, 'last_name')) {
    return [];
  }
  const name = patch.full_name;
  if (typeof name !== 'string') return [issue('full_name', 'is invalid')];
  const [first = '', ...rest] = name.trim().split(/\s+/);
  person.first_name = first;
  person.last_name = rest.length > 0 ? rest.join(' ') : null;
  return [];
}

function view(call: Call, person: PersonRecord, shape: Shape): Record<string, unknown> {
  const { store } = call;
  const company = person.company_id === null ? undefined : store.companies.get(person.company_id);
  const owner = person.user_id === null ? undefined : store.users.get(person.user_id);
  const deals = [...store.deals.values()].filter((deal) => deal.person_ids.includes(person.id));
  const {
    user_id,
    lead_status_id,
    lead_source_id,
    converted_at: _,
    custom_fields,
    created_at,
    updated_at,
    predefined_contacts_tag_ids,
    shared_user_ids,
    ...plain
  } = person;
  const status = byId(store.configuration.leadStatuses, lead_status_id);
  return {
    ...plain,
    user_id,
    created_at: formatInstant(created_at),
    updated_at: formatInstant(updated_at),
    viewed_at: null,
    bounced: false,
    last_emailed_at: null,
    is_sample: false,
    ...nextEntry(call, 'Person', person.id),
    is_key_contact: null,
    relationship: null,
    company_name: company?.name ?? null,
    full_name: fullName(person),
    deal_ids: deals.map((deal) => deal.id),
    image_thumb_url: '//assets.sandbox.example/images/thumb/missing.png',
    image_mobile_url: '//assets.sandbox.example/images/mobile/missing.png',
    work_address_google_maps_url: mapUrl(person.work_address_1, person.work_city),
    home_address_google_maps_url: mapUrl(person.home_address_1, person.home_city),
    company_address_google_maps_url: company ? mapUrl(company.address_1, company.city) : null,
    has_work_address: person.work_address_1 !== null || person.work_city !== null,
    has_company_address: company !== undefined && (company.address_1 !== null || company.city !== null),
    shared_user_ids,
    project_shared_user_ids: [],
    date_of_first_activity: null,
    days_since_last_activity: null,
    hours_to_first_activity: null,
    deals: deals.map(({ id, name }) => ({ id, name })),
    ...(company && { company: companyName(call, company.id) }),
    user: userName(call, user_id),
    created_by_user: userName(call, person.created_by_user_id),
    lead_status: status ? { id: status.id, name: status.name, hex_color: status.hex_color } : null,
    lead_source: configuredName(store.configuration.leadSources, lead_source_id),
    predefined_contacts_tag_ids,
    predefined_contacts_tags: store.configuration.personTags
      .filter((tag) => predefined_contacts_tag_ids.includes(tag.id))
      .map(({ id, name }) => ({ id, name })),
    custom_fields: customFieldsView(call, 'person', custom_fields),
    ...dealTotals(call, deals),
    ...(shape !== 'list' && {
      ...(owner && { owner: fullName(owner) }),
      has_home_address: person.home_address_1 !== null || person.home_city !== null,
      possible_notify_user_ids: notifiable(call.store),
      currency: CURRENCY_WITH_PLACES,
      ...(company && companyAddress(company)),
    }),
  };
}

function companyAddress(company: CompanyRecord): Record<string, unknown> {
  return {
    company_address_1: company.address_1,
    company_address_2: company.address_2,
    company_city: company.city,
    company_country: company.country,
    company_postal_code: company.postal_code,
    company_state: company.state,
  };
}
