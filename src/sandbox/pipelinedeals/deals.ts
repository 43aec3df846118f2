import type { Call } from './account.ts';
import { formatAmount, fromCents, sumAmounts } from './amounts.ts';
import { empty, type Issue, issue } from './answers.ts';
import {
  amount,
  assign,
  type Casts,
  day,
  existing,
  flag,
  ids,
  instant,
  integer,
  type Patch,
  required,
  requiredInstant,
  requiredText,
  text,
} from './casts.ts';
import { findOrCreateCompany } from './companies.ts';
import { amountRange, type Conditions, dayRange, like, oneOf, oneOfList, timeRange } from './conditions.ts';
import { customFieldConditions, writeCustomFields } from './custom-fields.ts';
import { dealView } from './deal-view.ts';
import { byId, type DealRecord, fullName, type PersonRecord } from './records.ts';
import type { Resource } from './resource.ts';
import { allOf, newestUpdate } from './subjects.ts';
import { applyTodoTemplate } from './todo-templates.ts';

/** PipelineDeals API v3, Deals. */
export const deals: Resource<DealRecord> = {
  wrapper: 'deal',
  records: (store) => store.deals,
  associations: {
    person_id: (_store, deal, id) => deal.person_ids.includes(id),
    company_id: (_store, deal, id) => deal.company_id === id,
  },
  conditions,
  sorts: {
    'deals.name': (deal) => deal.name,
    'deals.owner_id': (deal) => deal.user_id,
    'deals.source_id': (deal) => deal.source_id,
    'deals.probability': (deal) => deal.probability,
    'deals.expected_close_date': (deal) => deal.expected_close_date,
    'deals.created_at': (deal) => deal.created_at,
    'deals.updated_at': (deal) => deal.updated_at,
    'deals.closed_time': (deal) => deal.closed_time,
  },
  order: newestUpdate,
  totals: (call, records) => ({
    deal_value: formatAmount(sumAmounts(records.map((deal) => deal.value)), call.dialect),
  }),
  view: dealView,
  draft,
  nextId: (store) => store.nextId('deals'),
  owner: (deal) => deal.user_id,
  write,
  written: applyTodoTemplate,
  missing: (call) => empty(call.dialect === 'seed' ? 422 : 404),
};

function conditions(call: Call): Conditions<DealRecord> {
  const { store } = call;
  const ofPeople = (texts: (person: PersonRecord) => (string | null)[]) =>
    like<DealRecord>((deal) => allOf(store.people, deal.person_ids).flatMap(texts));
  const companyOf = (id: number | null) => (id === null ? null : (store.companies.get(id)?.name ?? null));
  const owner = oneOf<DealRecord>((deal) => [deal.user_id]);
  return {
    deal_id: oneOfList((deal) => [deal.id]),
    deal_name: like((deal) => [deal.name]),
    deal_percentage: oneOf((deal) => [deal.probability]),
    deal_source: oneOf((deal) => [deal.source_id]),
    deal_owner: (given) => (given.values.includes('all') ? null : owner(given)),
    deal_value: amountRange((deal) => deal.value),
    deal_stage: oneOf((deal) => [deal.deal_stage_id]),
    exp_close: dayRange((deal) => deal.expected_close_date),
    deal_created: timeRange((deal) => deal.created_at),
    deal_modified: timeRange((deal) => deal.updated_at),
    deal_closed_time: timeRange((deal) => deal.closed_time),
    person_full_name: ofPeople((person) => [fullName(person)]),
    person_email: ofPeople((person) => [person.email, person.email2, person.home_email]),
    person_phone: ofPeople((person) => [person.phone, person.mobile, person.home_phone]),
    person_city: ofPeople((person) => [person.work_city, person.home_city]),
    person_state: ofPeople((person) => [person.work_state, person.home_state]),
    person_work_zip: ofPeople((person) => [person.work_postal_code]),
    person_zip: ofPeople((person) => [person.work_postal_code, person.home_postal_code]),
    person_company_name: ofPeople((person) => [companyOf(person.company_id)]),
    company_name: like((deal) => [companyOf(deal.company_id)]),
    ...customFieldConditions<DealRecord>(call, 'deal'),
  };
}

const CASTS: Casts<DealRecord> = {
  name: requiredText,
  summary: text,
  user_id: integer,
  status: integer,
  created_at: requiredInstant,
  expected_close_date: day,
  closed_time: instant,
  is_archived: flag,
  value: amount,
  primary_contact_id: integer,
  person_ids: ids,
  shared_user_ids: ids,
  company_id: integer,
  probability: integer,
  deal_stage_id: integer,
  deal_pipeline_id: integer,
  deal_loss_reason_id: integer,
  deal_loss_reason_notes: text,
  deal_won_reason_id: integer,
  deal_won_reason_notes: text,
  source_id: integer,
  tag_ids: ids,
  address_1: text,
  address_2: text,
  city: text,
  state: text,
  postal_code: text,
  country: text,
};

function draft(call: Call): DealRecord {
  return {
    id: 0,
    created_at: call.now,
    updated_at: call.now,
    name: '',
    summary: null,
    user_id: call.user.id,
    is_archived: false,
    source_id: null,
    primary_contact_id: null,
    person_ids: [],
    company_id: null,
    deal_pipeline_id: call.store.configuration.pipelines.find((pipeline) => pipeline.default)?.id ?? null,
    deal_stage_id: null,
    stage_entered_at: null,
    probability: null,
    status: null,
    value: null,
    expected_close_date: null,
    expected_close_date_event_id: null,
    closed_time: null,
    deal_loss_reason_id: null,
    deal_loss_reason_notes: null,
    deal_won_reason_id: null,
    deal_won_reason_notes: null,
    revenue_type_id: null,
    import_id: null,
    shared_user_ids: [],
    created_by_user_id: call.user.id,
    updated_by_user_id: call.user.id,
    product_line_ids: [],
    tag_ids: [],
    address_1: null,
    address_2: null,
    city: null,
    state: null,
    postal_code: null,
    country: null,
    custom_fields: {},
  };
}

function write(call: Call, deal: DealRecord, patch: Patch, before: DealRecord | null): Issue[] {
  const issues = [
    ...assign(deal, patch, CASTS),
    ...writeCents(deal, patch),
    ...writeUpdateTime(deal, patch, before),
    ...writeCustomFields(call, 'deal', deal, patch),
    ...required(deal, 'name'),
    ...writtenReferences(call, deal, patch),
    ...writtenRange(deal),
  ];
  if (issues.length > 0) return issues;
  const misplaced = placeInPipeline(call, deal, patch);
  if (misplaced.length > 0) return misplaced;
  deriveClosing(call, deal, patch, before);
  if (deal.deal_stage_id !== (before?.deal_stage_id ?? null)) {
    deal.stage_entered_at = deal.deal_stage_id === null ? null : call.now;
  }
  if (deal.primary_contact_id !== null && !deal.person_ids.includes(deal.primary_contact_id)) {
    deal.person_ids = [...deal.person_ids, deal.primary_contact_id];
  }
  if (!Object.hasOwn(patch, 'company_id')) {
    deal.company_id = findOrCreateCompany(call, patch.company_name) ?? deal.company_id;
  }
  deal.updated_by_user_id = call.user.id;
  return [];
}

/** `value_in_cents` is deprecated and gives way to `value`. */
function writeCents(deal: DealRecord, patch: Patch): Issue[] {
  if (!Object.hasOwn(patch, 'value_in_cents') || Object.hasOwn(patch, 'value')) return [];
  const cents = amount(patch.value_in_cents);
  if (cents === undefined) return [issue('value_in_cents', 'is invalid')];
  deal.value = cents === null ? null : fromCents(cents);
  return [];
}

/** A time of update other than the present one is kept; sending back the present one changes nothing. */
function writeUpdateTime(deal: DealRecord, patch: Patch, before: DealRecord | null): Issue[] {
  if (!Object.hasOwn(patch, 'updated_at')) return [];
  const sent = instant(patch.updated_at);
  if (sent === undefined) return [issue('updated_at', 'is invalid')];
  if (sent !== null && sent !== before?.updated_at) deal.updated_at = sent;
  return [];
}

function writtenReferences(call: Call, deal: DealRecord, patch: Patch): Issue[] {
  const { users, people, companies, configuration } = call.store;
  const configured = (records: readonly { id: number }[]) => (id: number) => byId(records, id) !== undefined;
  const known = (records: ReadonlyMap<number, unknown>) => (id: number) => records.has(id);
  return [
    ...existing(deal, patch, 'user_id', known(users)),
    ...existing(deal, patch, 'shared_user_ids', known(users)),
    ...existing(deal, patch, 'primary_contact_id', known(people)),
    ...existing(deal, patch, 'person_ids', known(people)),
    ...existing(deal, patch, 'company_id', known(companies)),
    ...existing(deal, patch, 'deal_pipeline_id', configured(configuration.pipelines)),
    ...existing(deal, patch, 'deal_stage_id', configured(configuration.stages)),
    ...existing(deal, patch, 'status', configured(configuration.dealStatuses)),
    ...existing(deal, patch, 'source_id', configured(configuration.leadSources)),
    ...existing(deal, patch, 'deal_loss_reason_id', configured(configuration.lossReasons)),
    ...existing(deal, patch, 'deal_won_reason_id', configured(configuration.wonReasons)),
    ...existing(deal, patch, 'tag_ids', configured(configuration.dealTags)),
  ];
}

function writtenRange(deal: DealRecord): Issue[] {
  const outside = deal.probability !== null && (deal.probability < 0 || deal.probability > 100);
  return outside ? [issue('probability', 'must be between 0 and 100')] : [];
}

/** A stage written alone takes the deal to its pipeline; a pipeline and a stage of another one are refused. */
function placeInPipeline(call: Call, deal: DealRecord, patch: Patch): Issue[] {
  const stage = byId(call.store.configuration.stages, deal.deal_stage_id);
  if (!stage || deal.deal_pipeline_id === stage.deal_pipeline_id) return [];
  const pipelineSent = Object.hasOwn(patch, 'deal_pipeline_id') && deal.deal_pipeline_id !== null;
  if (pipelineSent) return [issue('deal_stage_id', 'is not a stage of the pipeline')];
  if (Object.hasOwn(patch, 'deal_stage_id')) deal.deal_pipeline_id = stage.deal_pipeline_id;
  return [];
}

/**
 * PipelineDeals API v3, Deals, `probability`: 0 and 100 close a deal, 1–99 reopen it. A stage brings its percent along
 * unless a probability is written with it, and a probability alone leaves the stage where it is.
 */
function deriveClosing(call: Call, deal: DealRecord, patch: Patch, before: DealRecord | null): void {
  const stage = Object.hasOwn(patch, 'deal_stage_id')
    ? byId(call.store.configuration.stages, deal.deal_stage_id)
    : undefined;
  if (stage && !Object.hasOwn(patch, 'probability')) deal.probability = stage.percent;
  const decides = Object.hasOwn(patch, 'probability') || stage;
  const chance = deal.probability ?? stage?.percent ?? null;
  if (!decides || chance === null) return;
  if (chance > 0 && chance < 100) {
    deal.closed_time = null;
    return;
  }
  const timeSent = Object.hasOwn(patch, 'closed_time') && deal.closed_time !== null;
  const closedSo = deal.closed_time !== null && before?.probability === chance;
  if (!timeSent && !closedSo) deal.closed_time = call.now;
}
