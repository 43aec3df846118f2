import type { SimResponse } from '../kit/simulator.ts';
import { ACCOUNT_ID, type Call, CURRENCY, CURRENCY_WITH_PLACES } from './account.ts';
import { empty, ok } from './answers.ts';
import { readConditions } from './conditions.ts';
import { page } from './lists.ts';
import type {
  CustomFieldLabelRecord,
  CustomFieldOwner,
  NamedRecord,
  PipelineRecord,
  RecordKind,
  StageRecord,
  Stamped,
  TeamRecord,
  TodoTemplateRecord,
} from './records.ts';
import { configuredName } from './subjects.ts';
import { userSummary } from './users.ts';
import { formatInstant } from './zone.ts';

type Endpoint = (call: Call) => SimResponse;

/** PipelineDeals API v3, `/admin/…`: what the account has set up, by the name of its list. */
export const administration: Readonly<Record<string, Endpoint>> = {
  deal_pipelines: (call) =>
    call.dialect === 'seed' ? empty(404) : listed(call, call.store.configuration.pipelines, (it) => pipeline(call, it)),
  deal_stages: (call) => listed(call, call.store.configuration.stages, (it) => stage(call, it)),
  deal_statuses: (call) => listed(call, call.store.configuration.dealStatuses, stamped),
  deal_loss_reasons: (call) => listed(call, call.store.configuration.lossReasons, ofAccount),
  deal_won_reasons: (call) => listed(call, call.store.configuration.wonReasons, ofAccount),
  lead_sources: (call) => listed(call, call.store.configuration.leadSources, stamped),
  lead_statuses: (call) => listed(call, call.store.configuration.leadStatuses, stamped),
  product_lines: (call) => ok({ entries: call.store.configuration.productLines }),
  deal_tags: (call) => listed(call, call.store.configuration.dealTags, stamped),
  company_tags: (call) => listed(call, call.store.configuration.companyTags, stamped),
  predefined_contacts_tags: (call) => listed(call, call.store.configuration.personTags, stamped),
  document_tags: (call) => listed(call, call.store.configuration.documentTags, stamped),
  event_categories: (call) => listed(call, call.store.configuration.eventCategories, stamped),
  calendar_entry_priorities: (call) => listed(call, call.store.configuration.calendarEntryPriorities, stamped),
  revenue_types: (call) => listed(call, call.store.configuration.revenueTypes, ofAccount),
  teams: (call) => listed(call, call.store.configuration.teams, team),
  todo_templates: (call) => listed(call, call.store.configuration.todoTemplates, (it) => todoTemplate(call, it)),
  todo_template_items: (call) =>
    listed(
      call,
      call.store.configuration.todoTemplates.flatMap((template) => template.items),
      (item) => ({ ...item, account_id: ACCOUNT_ID }),
    ),
  calendar_entry_statuses: (call) => listed(call, call.store.configuration.calendarEntryStatuses, stamped),
  note_categories: (call) =>
    listed(
      call,
      call.store.configuration.noteCategories.filter((category) => !category.system_category),
      ({ system_category: _, ...category }) => stamped(category),
    ),
  deal_custom_field_labels: (call) => labels(call, 'deal'),
  person_custom_field_labels: (call) => labels(call, 'person'),
  company_custom_field_labels: (call) => labels(call, 'company'),
  deal_custom_field_groups: (call) => listed(call, call.store.configuration.groups.deal, stamped),
  person_custom_field_groups: (call) => listed(call, call.store.configuration.groups.person, stamped),
  company_custom_field_groups: (call) => listed(call, call.store.configuration.groups.company, stamped),
  custom_field_label_dropdown_entries: dropdownEntries,
};

/** The account's settings together with most of the lists above, in one answer. */
export function getAccount(call: Call): SimResponse {
  const { configuration, users } = call.store;
  const everyone = [...users.values()];
  return ok({
    id: ACCOUNT_ID,
    company_name: 'Sandbox Sales Ltd',
    deal_loss_reason_required: false,
    deal_won_reason_required: false,
    date_format: 'us',
    time_format: 'us',
    visibility_settings: 'public',
    currency_symbol: CURRENCY.symbol,
    currency: CURRENCY_WITH_PLACES,
    selected_currencies: [{ ...CURRENCY_WITH_PLACES, position: 1 }],
    ...(call.dialect === 'today' && { deal_pipelines: configuration.pipelines.map(ofAccount) }),
    deal_stages: configuration.stages.map((it) => stage(call, it)),
    deal_statuses: configuration.dealStatuses.map(stamped),
    deal_loss_reasons: configuration.lossReasons.map(ofAccount),
    deal_won_reasons: configuration.wonReasons.map(ofAccount),
    lead_sources: configuration.leadSources.map(stamped),
    lead_statuses: configuration.leadStatuses.map(stamped),
    product_lines: configuration.productLines,
    deal_tags: configuration.dealTags.map(({ id, name }) => ({ id, name })),
    company_tags: configuration.companyTags.map(({ id, name }) => ({ id, name })),
    predefined_contacts_tags: configuration.personTags.map(({ id, name }) => ({ id, name })),
    event_categories: configuration.eventCategories.map(ofAccount),
    note_categories: configuration.noteCategories.filter((it) => !it.system_category).map(ofAccount),
    note_categories_with_system_categories: configuration.noteCategories.map((category) => ({
      ...stamped(category),
      account_id: category.system_category ? null : ACCOUNT_ID,
    })),
    users: everyone.filter((user) => user.deleted_at === null).map(userSummary),
    inactive_users: everyone.filter((user) => user.deleted_at !== null).map(userSummary),
    deal_custom_field_labels: configuration.labels.deal.map((it) => label(it, 'deal')),
    person_custom_field_labels: configuration.labels.person.map((it) => label(it, 'person')),
    company_custom_field_labels: configuration.labels.company.map((it) => label(it, 'company')),
    custom_field_groups: Object.values(configuration.groups).flat().map(ofAccount),
    teams: configuration.teams.map(({ id, name, parent_id }) => ({ id, name, parent_id })),
    revenue_types: configuration.revenueTypes.map(ofAccount),
    calendar_entry_priorities: configuration.calendarEntryPriorities.map(ofAccount),
    todo_templates: configuration.todoTemplates.map((it) => todoTemplate(call, it)),
  });
}

function listed<T>(call: Call, records: readonly T[], view: (record: T) => unknown): SimResponse {
  return ok(page(records, call.request.query, call.dialect, view));
}

function stamped(record: Stamped): Record<string, unknown> {
  return { ...record, created_at: formatInstant(record.created_at), updated_at: formatInstant(record.updated_at) };
}

function ofAccount(record: NamedRecord): Record<string, unknown> {
  return { ...stamped(record), account_id: ACCOUNT_ID };
}

function pipeline(call: Call, record: PipelineRecord): Record<string, unknown> {
  const deals = [...call.store.deals.values()].filter((deal) => deal.deal_pipeline_id === record.id).length;
  const closing = (percent: number) => {
    const stages = call.store.configuration.stages;
    const found = stages.find((it) => it.deal_pipeline_id === record.id && it.percent === percent);
    return found ? ofAccount(found) : null;
  };
  return {
    ...stamped(record),
    has_deals: deals > 0,
    count_deals: deals,
    lost_stage: closing(0),
    won_stage: closing(100),
  };
}

/** A stage; of old without the pipeline it is in. */
function stage(call: Call, record: StageRecord): Record<string, unknown> {
  const { deal_pipeline_id, ...rest } = stamped(record);
  return call.dialect === 'seed' ? rest : { ...rest, deal_pipeline_id };
}

/** What members of any team see. */
const VISIBILITY = { visibility_level: 'owner' } as const;

function team(record: TeamRecord): Record<string, unknown> {
  return {
    ...ofAccount(record),
    permissions: {
      member: { company: VISIBILITY, deal: VISIBILITY, person: VISIBILITY },
      '*': { person: { use_deal_association: false } },
    },
    height: 0,
    depth: 0,
  };
}

/** Each by its number, counted from 1. */
const TEMPLATE_TYPES: readonly RecordKind[] = ['people', 'companies', 'deals'];

function todoTemplate(call: Call, { id, name, template_type, items }: TodoTemplateRecord): Record<string, unknown> {
  const { eventCategories } = call.store.configuration;
  return {
    id,
    name,
    account_id: ACCOUNT_ID,
    template_type,
    is_default: null,
    todo_template_types: [{ id: TEMPLATE_TYPES.indexOf(template_type) + 1, template_type }],
    todo_template_items: items.map((item) => ({
      ...item,
      account_id: ACCOUNT_ID,
      event_category: configuredName(eventCategories, item.event_category_id),
    })),
  };
}

function labels(call: Call, owner: CustomFieldOwner): SimResponse {
  return listed(call, call.store.configuration.labels[owner], (record) => label(record, owner));
}

const LABEL_TYPE: Readonly<Record<CustomFieldOwner, string>> = {
  deal: 'DealCustomFieldLabel',
  person: 'PersonCustomFieldLabel',
  company: 'CompanyCustomFieldLabel',
};

function label(record: CustomFieldLabelRecord, owner: CustomFieldOwner): Record<string, unknown> {
  const { entries, ...plain } = record;
  const withOptions = record.field_type === 'dropdown' || record.field_type === 'multi_select';
  return {
    ...stamped(plain),
    output_type: record.field_type,
    report_behavior: null,
    type: LABEL_TYPE[owner],
    ...(withOptions && { custom_field_label_dropdown_entries: entries.map(ofAccount) }),
    locked: false,
    custom_field_permissions: [],
  };
}

function dropdownEntries(call: Call): SimResponse {
  const wanted = readConditions(call.request.query).get('custom_field_label_id')?.values.map(Number);
  const entries = Object.values(call.store.configuration.labels)
    .flat()
    .flatMap((record) => record.entries)
    .filter((entry) => !wanted || wanted.includes(entry.custom_field_label_id));
  return listed(call, entries, stamped);
}
