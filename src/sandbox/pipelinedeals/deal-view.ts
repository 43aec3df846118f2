import { ACCOUNT_ID, type Call, CURRENCY } from './account.ts';
import { formatAmount, inCents } from './amounts.ts';
import { customFieldsView } from './custom-fields.ts';
import { nextEntry } from './next-entry.ts';
import { byId, type DealRecord } from './records.ts';
import type { Shape } from './resource.ts';
import { allOf, bothNames, configuredName, notifiable, personName, userName } from './subjects.ts';
import { daysBetween, formatDay, formatInstant, hoursBetween } from './zone.ts';

/** A deal as its answers show it. */
export function dealView(call: Call, deal: DealRecord, shape: Shape): Record<string, unknown> {
  if (call.dialect === 'seed') return shape === 'updated' ? oldUpdatedDeal(call, deal) : oldDeal(call, deal, shape);
  const { configuration } = call.store;
  const { id: _id, ...currency } = CURRENCY;
  const source = configuredName(configuration.leadSources, deal.source_id);
  const read = shape === 'list' || shape === 'single';
  return {
    id: deal.id,
    name: deal.name,
    summary: deal.summary,
    user_id: deal.user_id,
    created_at: formatInstant(deal.created_at),
    updated_at: formatInstant(deal.updated_at),
    is_archived: deal.is_archived,
    is_example: null,
    source_id: deal.source_id,
    primary_contact_id: deal.primary_contact_id,
    company_id: deal.company_id,
    deal_stage_id: deal.deal_stage_id,
    deal_loss_reason_id: deal.deal_loss_reason_id,
    deal_loss_reason_notes: deal.deal_loss_reason_notes,
    deal_won_reason_id: deal.deal_won_reason_id,
    deal_won_reason_notes: deal.deal_won_reason_notes,
    expected_close_date: deal.expected_close_date && formatDay(deal.expected_close_date),
    deal_pipeline_id: deal.deal_pipeline_id,
    status: deal.status,
    probability: deal.probability,
    value: formatAmount(deal.value, call.dialect),
    closed_time: deal.closed_time === null ? null : formatInstant(deal.closed_time),
    expected_close_date_event_id: deal.expected_close_date_event_id,
    import_id: deal.import_id,
    is_sample: false,
    revenue_type_id: deal.revenue_type_id,
    created_by_user_id: deal.created_by_user_id,
    updated_by_user_id: deal.updated_by_user_id,
    ...nextEntry(call, 'Deal', deal.id),
    address_1: deal.address_1,
    address_2: deal.address_2,
    city: deal.city,
    postal_code: deal.postal_code,
    state: deal.state,
    country: deal.country,
    person_ids: deal.person_ids,
    shared_user_ids: deal.shared_user_ids,
    project_shared_user_ids: [],
    value_in_cents: inCents(deal.value),
    ...(read && activity(call, deal)),
    user: userName(call, deal.user_id),
    ...(source && { source }),
    primary_contact: contact(call, deal),
    people: allOf(call.store.people, deal.person_ids).map(bothNames),
    company: company(call, deal),
    currency: read ? currency : CURRENCY,
    created_by_user: userName(call, deal.created_by_user_id),
    updated_by_user: userName(call, deal.updated_by_user_id),
    deal_pipeline: pipeline(call, deal),
    deal_stage: stage(call, deal),
    deal_status: status(call, deal),
    deal_loss_reason: configuredName(configuration.lossReasons, deal.deal_loss_reason_id),
    deal_won_reason: configuredName(configuration.wonReasons, deal.deal_won_reason_id),
    revenue_type: configuredName(configuration.revenueTypes, deal.revenue_type_id),
    deal_copy: null,
    collaborators: allOf(call.store.users, deal.shared_user_ids).map(bothNames),
    custom_fields: customFieldsView(call, 'deal', deal.custom_fields),
    deal_product_lines_ids: deal.product_line_ids,
    product_lines: configuration.productLines
      .filter((line) => deal.product_line_ids.includes(line.id))
      .map(({ id, name }) => ({ id, name })),
    tag_ids: deal.tag_ids,
    tags: configuration.dealTags.filter((tag) => deal.tag_ids.includes(tag.id)).map(({ id, name }) => ({ id, name })),
    ...notify(call, shape),
  };
}

/** A deal as the text of 2012–2018 shows it. */
function oldDeal(call: Call, deal: DealRecord, shape: Shape): Record<string, unknown> {
  const { configuration } = call.store;
  const source = configuredName(configuration.leadSources, deal.source_id);
  const lossReason = configuredName(configuration.lossReasons, deal.deal_loss_reason_id);
  const primaryContact = personName(call, deal.primary_contact_id);
  const ownCompany = company(call, deal);
  const ownStage = stage(call, deal);
  const next = nextEntry(call, 'Deal', deal.id);
  const { id: _id, ...currency } = CURRENCY;
  return {
    id: deal.id,
    name: deal.name,
    summary: deal.summary,
    user_id: deal.user_id,
    user: userName(call, deal.user_id),
    status: deal.status,
    custom_fields: customFieldsView(call, 'deal', deal.custom_fields),
    created_at: formatInstant(deal.created_at),
    updated_at: formatInstant(deal.updated_at),
    import_id: deal.import_id,
    is_example: null,
    expected_close_date_event_id: deal.expected_close_date_event_id,
    expected_close_date: deal.expected_close_date && formatDay(deal.expected_close_date),
    closed_time: deal.closed_time === null ? null : formatInstant(deal.closed_time),
    is_archived: deal.is_archived,
    value: formatAmount(deal.value, call.dialect),
    value_in_cents: inCents(deal.value),
    primary_contact_id: deal.primary_contact_id,
    ...(primaryContact && { primary_contact: primaryContact }),
    person_ids: deal.person_ids,
    people: allOf(call.store.people, deal.person_ids).map((person) =>
      shape === 'single' ? bothNames(person) : personName(call, person.id),
    ),
    shared_user_ids: deal.shared_user_ids,
    collaborators: allOf(call.store.users, deal.shared_user_ids).map((user) => ({
      ...bothNames(user),
      api_key: user.api_key,
    })),
    company_id: deal.company_id,
    ...(ownCompany && { company: { id: ownCompany.id, name: ownCompany.name } }),
    ...(shape === 'created' ? { currency_code: CURRENCY.code } : { currency }),
    probability: deal.probability,
    deal_stage_id: deal.deal_stage_id,
    ...(ownStage && { deal_stage: ownStage }),
    deal_loss_reason_id: deal.deal_loss_reason_id,
    ...(lossReason && { deal_loss_reason: lossReason }),
    deal_loss_reason_notes: deal.deal_loss_reason_notes,
    source_id: deal.source_id,
    ...(source && { source }),
    next_task_id: next.next_entry_id,
    next_task_name: next.next_entry_name,
    next_task_due: next.next_entry_due,
    ...notify(call, shape),
  };
}

/** The reduced object that a PUT answered in the text of 2012–2018. */
function oldUpdatedDeal(call: Call, deal: DealRecord): Record<string, unknown> {
  return {
    account_id: ACCOUNT_ID,
    bonus: null,
    closed_time: deal.closed_time === null ? null : formatInstant(deal.closed_time),
    commission_rate: null,
    company_id: deal.company_id,
    created_at: formatInstant(deal.created_at),
    custom_fields_applied_at: formatInstant(deal.created_at),
    custom_fields_hidden: false,
    deal_import_id: null,
    deal_stage_id: deal.deal_stage_id,
    expected_close_date: deal.expected_close_date && formatDay(deal.expected_close_date),
    expected_close_date_event_id: deal.expected_close_date_event_id,
    id: deal.id,
    import_id: deal.import_id,
    is_archived: deal.is_archived,
    is_shared: deal.shared_user_ids.length > 0,
    last_modified_by_user_id: deal.updated_by_user_id,
    name: deal.name,
    primary_contact_id: deal.primary_contact_id,
    probability: deal.probability,
    source_id: deal.source_id,
    status: deal.status,
    summary: deal.summary,
    updated_at: formatInstant(deal.updated_at),
    user: userName(call, deal.user_id),
    user_id: deal.user_id,
    value_in_cents: inCents(deal.value),
    viewed_at: null,
  };
}

function activity(call: Call, deal: DealRecord): Record<string, unknown> {
  let first: number | null = null;
  let last: number | null = null;
  for (const note of call.store.notes.values()) {
    if (note.deal_id !== deal.id) continue;
    first = Math.min(first ?? note.created_at, note.created_at);
    last = Math.max(last ?? note.created_at, note.created_at);
  }
  return {
    date_of_first_activity: first === null ? null : formatInstant(first),
    days_since_last_activity: last === null ? null : daysBetween(last, call.now),
    hours_to_first_activity: first === null ? null : hoursBetween(deal.created_at, first),
    days_in_stage: deal.stage_entered_at === null ? null : daysBetween(deal.stage_entered_at, call.now),
  };
}

function contact(call: Call, deal: DealRecord): Record<string, unknown> | null {
  const person = deal.primary_contact_id === null ? undefined : call.store.people.get(deal.primary_contact_id);
  if (!person) return null;
  const { phone, mobile, home_phone, email, email2, home_email } = person;
  return { ...bothNames(person), phone, mobile, home_phone, email, email2, home_email };
}

function company(call: Call, deal: DealRecord): Record<string, unknown> | null {
  const record = deal.company_id === null ? undefined : call.store.companies.get(deal.company_id);
  return record ? { id: record.id, name: record.name, is_customer: record.is_customer } : null;
}

function pipeline(call: Call, deal: DealRecord): Record<string, unknown> | null {
  const record = byId(call.store.configuration.pipelines, deal.deal_pipeline_id);
  return record ? { id: record.id, name: record.name, default: record.default } : null;
}

function stage(call: Call, deal: DealRecord): Record<string, unknown> | null {
  const record = byId(call.store.configuration.stages, deal.deal_stage_id);
  return record ? { id: record.id, name: record.name, percent: record.percent } : null;
}

function status(call: Call, deal: DealRecord): Record<string, unknown> | null {
  const record = byId(call.store.configuration.dealStatuses, deal.status);
  return record ? { id: record.id, name: record.name, hex_color: record.hex_color } : null;
}

/** Whom its notes can be brought to the notice of: on a deal alone, and in a list by `include_notify_user_ids`. */
function notify(call: Call, shape: Shape): Record<string, unknown> {
  const asked = shape === 'list' && call.request.query.get('include_notify_user_ids') === 'true';
  return shape === 'single' || asked ? { possible_notify_user_ids: notifiable(call.store) } : {};
}
