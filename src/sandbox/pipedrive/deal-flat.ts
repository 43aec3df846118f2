import type Big from 'big.js';
import { toAmount, toBig } from './amount.ts';
import { dealColumns, lastActivityOf, nextActivityOf } from './deal-columns.ts';
import { formatMoney } from './rates.ts';
import type { Deal } from './records.ts';
import type { Store } from './store.ts';
import { spaced } from './v1.ts';

/** Value times probability; the whole value where the pipeline has no probabilities. */
export function weightedValue(store: Store, deal: Deal): Big {
  const weighs = store.pipelines.get(deal.pipeline_id)?.is_deal_probability_enabled === true;
  const weight = weighs ? (deal.probability ?? store.stages.get(deal.stage_id)?.deal_probability ?? 100) : 100;
  return toBig(deal.value).times(weight).times('0.01');
}

/** A deal in the flat form of v1: plain ids, times without zone, `visible_to` and labels as text. */
export function flatDeal(store: Store, deal: Deal): Record<string, unknown> {
  const { custom_fields, owner_id, label_ids, is_deleted, ...plain } = deal;
  const weighted = weightedValue(store, deal);
  const { smart_bcc_email, source_lead_id, ...columns } = Object.fromEntries(
    Object.entries(dealColumns).map(([name, read]) => [name, read(store, deal)]),
  );
  const times = ['first_won_time', 'last_incoming_mail_time', 'last_outgoing_mail_time'];
  const next = nextActivityOf(store, deal.id);
  return {
    ...plain,
    ...columns,
    ...Object.fromEntries(times.map((name) => [name, spaced(columns[name] as string | null)])),
    user_id: owner_id,
    add_time: spaced(deal.add_time),
    update_time: spaced(deal.update_time),
    stage_change_time: spaced(deal.stage_change_time),
    close_time: spaced(deal.close_time),
    won_time: spaced(deal.won_time),
    lost_time: spaced(deal.lost_time),
    archive_time: spaced(deal.archive_time),
    active: deal.status === 'open' && !is_deleted,
    deleted: is_deleted,
    visible_to: String(deal.visible_to),
    label: label_ids.length === 0 ? null : label_ids.join(','),
    stage_order_nr: store.stages.get(deal.stage_id)?.order_nr ?? null,
    person_name: store.persons.get(deal.person_id ?? 0)?.name ?? null,
    org_name: store.organizations.get(deal.org_id ?? 0)?.name ?? null,
    owner_name: store.users.get(owner_id)?.name ?? null,
    person_hidden: false,
    org_hidden: false,
    formatted_value: formatMoney(deal.value, deal.currency),
    weighted_value: toAmount(weighted),
    formatted_weighted_value: formatMoney(weighted, deal.currency),
    weighted_value_currency: deal.currency,
    acv_currency: deal.acv === null ? null : deal.currency,
    arr_currency: deal.arr === null ? null : deal.currency,
    mrr_currency: deal.mrr === null ? null : deal.currency,
    cc_email: smart_bcc_email,
    rotten_time: null,
    next_activity_date: next?.due_date ?? null,
    next_activity_time: next?.due_time ?? null,
    next_activity_subject: next?.subject ?? null,
    next_activity_type: next?.type ?? null,
    next_activity_duration: next?.duration ?? null,
    next_activity_note: next?.note ?? null,
    last_activity_date: lastActivityOf(store, deal.id)?.due_date ?? null,
  };
}
