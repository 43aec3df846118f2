import type { DealPatch } from '../../domain/deal-writes.ts';
import { formatInstant, type Instant } from '../../domain/time.ts';
import { type Body, present, withoutNulls } from './bodies.ts';
import type { SentKeys } from './refusal.ts';
import { formatV1Time } from './times.ts';

/** What is written under other names than it was given by, looked up in the account's settings. */
export interface LookedUp {
  readonly customFields: Body;
  readonly labels: readonly string[] | undefined;
}

/** A deal's attributes as v2 takes them. What is absent is not sent; `null` clears. */
export function dealBody(deal: DealPatch, { customFields, labels }: LookedUp): Body {
  return present({
    title: deal.title,
    value: deal.value,
    currency: deal.currency,
    status: deal.status?.toLowerCase(),
    stage_id: idOf(deal.stage),
    pipeline_id: idOf(deal.pipeline),
    owner_id: idOf(deal.owner),
    person_id: idOf(deal.person),
    org_id: idOf(deal.organization),
    probability: deal.probability,
    expected_close_date: deal.expectedCloseDate,
    lost_reason: deal.lossReason,
    visible_to: deal.visibility,
    label_ids: labels?.map(Number),
    close_time: timeOf(deal.closedAt),
    won_time: timeOf(deal.wonAt),
    lost_time: timeOf(deal.lostAt),
    is_archived: deal.isArchived,
    archive_time: deal.archivedAt === undefined ? undefined : formatV1Time(deal.archivedAt),
    custom_fields: Object.keys(customFields).length > 0 ? customFields : undefined,
  });
}

/** A new deal's attributes: it has nothing to clear, so `null` is not sent either. */
export function newDealBody(deal: DealPatch, { customFields, labels }: LookedUp): Body {
  return withoutNulls(dealBody(deal, { customFields: withoutNulls(customFields), labels }));
}

const ATTRIBUTE: Readonly<Record<string, string>> = {
  title: 'title',
  value: 'value',
  currency: 'currency',
  status: 'status',
  stage_id: 'stage',
  pipeline_id: 'pipeline',
  owner_id: 'owner',
  person_id: 'person',
  org_id: 'organization',
  probability: 'probability',
  expected_close_date: 'expectedCloseDate',
  lost_reason: 'lossReason',
  visible_to: 'visibility',
  label_ids: 'labels',
  close_time: 'closedAt',
  won_time: 'wonAt',
  lost_time: 'lostAt',
  is_archived: 'isArchived',
  archive_time: 'archivedAt',
};

/** Where a complaint about a key of a deal's body belongs: custom fields are the most particular, so they come first. */
export function dealKeys({ customFields }: LookedUp, body: Body): SentKeys {
  const custom = Object.keys(customFields).map(
    (key, index) => [key, ['customFields', String(index), 'value']] as const,
  );
  const own = Object.keys(body).flatMap((key) => {
    const attribute = ATTRIBUTE[key];
    return attribute === undefined ? [] : [[key, [attribute]] as const];
  });
  return Object.fromEntries([...custom, ...own]);
}

function timeOf(instant: Instant | undefined): string | undefined {
  return instant === undefined ? undefined : formatInstant(instant);
}

/** Remote ids are below 2^53, so they are exact as numbers, which is how v2 wants them. */
function idOf(id: string | null | undefined): number | null | undefined {
  return id == null ? id : Number(id);
}
