import type { WriteCall } from '../../domain/write-step.ts';
import { dateOrNull, readRecord, type Wire } from '../wire.ts';
import type { Account } from './account.ts';
import type { DealSteps } from './deal-steps.ts';
import { amount, closedTime, dealStatus, embeddedPercent } from './deal-wire.ts';
import type { Deals } from './deals.ts';
import { notFound } from './write-errors.ts';

/**
 * What of a deal a copy has, as documented to be writable. Its times, notes, calendar entries, files, product lines
 * and history stay the original's.
 */
const COPIED = [
  'name',
  'summary',
  'user_id',
  'status',
  'deal_pipeline_id',
  'deal_stage_id',
  'probability',
  'source_id',
  'company_id',
  'primary_contact_id',
  'person_ids',
  'shared_user_ids',
  'tag_ids',
  'address_1',
  'address_2',
  'city',
  'state',
  'postal_code',
  'country',
  'deal_loss_reason_id',
  'deal_loss_reason_notes',
  'deal_won_reason_id',
  'deal_won_reason_notes',
] as const;

/** Copies a deal by adding one like it; the API has no copy of its own. Answers with the id of the copy. */
export function duplicateDeal(
  { account, deals, steps }: { readonly account: Account; readonly deals: Deals; readonly steps: DealSteps },
  id: string,
  title: string | undefined,
  call: WriteCall,
): Promise<string> {
  const prepare = async () => {
    const original = await deals.wire(id, call);
    if (original === null) throw notFound(account.crm, id);
    return { body: readRecord(account.crm, 'deal', original, (wire) => copyOf(wire, title)) };
  };
  return steps.add(prepare, call);
}

function copyOf(original: Wire, title: string | undefined): Readonly<Record<string, unknown>> {
  const copied = COPIED.filter((key) => hasContent(original[key])).map((key) => [key, original[key]] as const);
  const value = amount(original);
  const closeDate = dateOrNull(original, 'expected_close_date');
  const customFields = Object.entries(Object(original.custom_fields)).filter(([, content]) => hasContent(content));
  return {
    ...Object.fromEntries(copied),
    name: title ?? `${String(original.name)} (copy)`,
    ...(value !== null && { value }),
    ...(closeDate !== null && { expected_close_date: closeDate }),
    ...(customFields.length > 0 && { custom_fields: Object.fromEntries(customFields) }),
    ...closing(original),
  };
}

/** A lost deal may be known by its closing time alone, which a copy does not have; its probability closes the copy. */
function closing(original: Wire): { probability?: number } {
  const percent = embeddedPercent(original);
  const isLostByTime = dealStatus(original, percent) === 'LOST' && closedTime(original) !== null && percent !== 0;
  return isLostByTime ? { probability: 0 } : {};
}

function hasContent(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);
}
