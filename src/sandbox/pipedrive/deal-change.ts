import { type Amount, toBig } from './amount.ts';
import { customFields, mergeCustomFields, readCustomFields } from './custom-fields.ts';
import { requireCurrency, requireLabels, requireReference } from './entity.ts';
import { ruleViolation } from './failure.ts';
import type { Deal, Stage } from './records.ts';
import {
  boolean,
  date,
  dateTime,
  filled,
  integer,
  listOf,
  Mismatch,
  nullable,
  number,
  oneOf,
  type Rule,
  spacedDateTime,
  string,
  toTime,
  type Values,
  visibleTo,
} from './schema.ts';
import type { Account, Store } from './store.ts';

const percentage: Rule<number> = (value) => {
  const percent = toBig(number(value) as Amount).toNumber();
  if (percent < 0 || percent > 100) throw new Mismatch('must be from 0 to 100');
  return percent;
};

/** The body of POST and PATCH /deals. */
export const dealRules = {
  title: filled,
  owner_id: integer,
  person_id: nullable(integer),
  org_id: nullable(integer),
  pipeline_id: integer,
  stage_id: integer,
  value: number,
  currency: string,
  status: oneOf('open', 'won', 'lost'),
  probability: nullable(percentage),
  lost_reason: nullable(string),
  visible_to: visibleTo,
  close_time: nullable(dateTime),
  won_time: dateTime,
  lost_time: dateTime,
  expected_close_date: nullable(date),
  label_ids: listOf(integer),
  is_archived: boolean,
  archive_time: spacedDateTime,
  is_deleted: boolean,
  custom_fields: customFields,
};

export type DealInput = Values<typeof dealRules>;

/** What an update sets as it is given, touching nothing else. */
const PLAIN = [
  'title',
  'owner_id',
  'person_id',
  'org_id',
  'value',
  'currency',
  'probability',
  'visible_to',
  'expected_close_date',
  'label_ids',
  'is_archived',
] as const satisfies readonly (keyof DealInput)[];

function pick<K extends keyof DealInput>(input: DealInput, keys: readonly K[]): Pick<DealInput, K> {
  return Object.fromEntries(Object.entries(input).filter(([key]) => keys.includes(key as K))) as Pick<DealInput, K>;
}

/** The deal after `input`; the one given stays as it is. Throws 400 where a rule of deals is broken. */
export function changeDeal({ store, now }: Account, before: Deal, input: DealInput): Deal {
  requireReference(store.users, input.owner_id, 'User');
  requireReference(store.persons, input.person_id, 'Person');
  requireReference(store.organizations, input.org_id, 'Organization');
  requireLabels(store, 'deal', input.label_ids);
  requireCurrency(store, input.currency);
  if (input.is_deleted) throw ruleViolation('A deal cannot be deleted by an update.');
  const time = toTime(now());
  const deal: Deal = { ...before, ...pick(input, PLAIN) };
  if (input.custom_fields) {
    const update = readCustomFields(store, 'deal', input.custom_fields);
    deal.custom_fields = mergeCustomFields(before.custom_fields, update);
  }
  close(deal, before, input, time);
  const stage = stageAfter(store, before, input);
  if (stage.id !== before.stage_id) {
    deal.stage_id = stage.id;
    deal.pipeline_id = stage.pipeline_id;
    deal.stage_change_time = time;
  }
  if (input.archive_time !== undefined && !deal.is_archived) {
    throw ruleViolation('archive_time can only be set when the deal is archived.');
  }
  deal.archive_time = deal.is_archived ? (input.archive_time ?? before.archive_time ?? time) : null;
  return deal;
}

/** Sets status, the times that go with it and the reason; what does not fit the status is refused or cleared. */
function close(deal: Deal, before: Deal, input: DealInput, time: string): void {
  const status = input.status ?? before.status;
  if (input.won_time !== undefined && status !== 'won') {
    throw ruleViolation('won_time can only be set when the deal status is won.');
  }
  if (input.lost_time !== undefined && status !== 'lost') {
    throw ruleViolation('lost_time can only be set when the deal status is lost.');
  }
  if (input.close_time && status === 'open') {
    throw ruleViolation('close_time can only be set when the deal status is won or lost.');
  }
  if (input.lost_reason && status !== 'lost') {
    throw ruleViolation('lost_reason can only be set when the deal status is lost.');
  }
  const same = status === before.status;
  deal.status = status;
  deal.won_time = status === 'won' ? (input.won_time ?? (same ? before.won_time : time)) : null;
  deal.lost_time = status === 'lost' ? (input.lost_time ?? (same ? before.lost_time : time)) : null;
  const closed = deal.won_time ?? deal.lost_time;
  const kept = same && input.won_time === undefined && input.lost_time === undefined ? before.close_time : closed;
  deal.close_time = closed === null ? null : (input.close_time ?? kept);
  if (status !== 'lost') deal.lost_reason = null;
  else if (input.lost_reason !== undefined) deal.lost_reason = input.lost_reason;
  deal.local_won_date = day(deal.won_time);
  deal.local_lost_date = day(deal.lost_time);
  deal.local_close_date = day(deal.close_time);
}

/** Pipedrive does not say whose time zone the local dates are in; UTC here. */
function day(time: string | null): string | null {
  return time?.slice(0, 10) ?? null;
}

/** A stage decides the pipeline; a pipeline alone means its first stage. */
function stageAfter(store: Store, before: Deal, input: DealInput): Stage {
  if (input.stage_id !== undefined) {
    requireReference(store.stages, input.stage_id, 'Stage');
    return store.stages.get(input.stage_id) as Stage;
  }
  if (input.pipeline_id !== undefined && input.pipeline_id !== before.pipeline_id) {
    requireReference(store.pipelines, input.pipeline_id, 'Pipeline');
    const first = store.stagesOf(input.pipeline_id)[0];
    if (!first) throw ruleViolation(`Pipeline with id ${input.pipeline_id} has no stages.`);
    return first;
  }
  return store.stages.get(before.stage_id) as Stage;
}
