import { type Crm, capability } from '../domain/crm.ts';
import type { CrmAdapter } from '../domain/crm-adapter.ts';
import type { Deal, DealProduct } from '../domain/deal.ts';
import type { CustomField } from '../domain/record.ts';
import { globalId } from '../domain/ref.ts';
import { customFieldName, DEAL_FIELDS, dealValue } from './deal-values.ts';
import { lineInput } from './line-values.ts';
import type { RunningOperation } from './running-operation.ts';

/** What hangs on a deal and is not part of what the journal keeps of it. */
const LEFT_BEHIND = 'its notes, activities, files, mail, followers, participants, discounts, installments and history';

/** Moments of closing that fit one status only. */
const CLOSING: Readonly<Record<string, Deal['status']>> = { wonAt: 'WON', lostAt: 'LOST' };

/** A deal that is gone as an input that adds one like it, and what it cannot have again. */
export async function recreated(
  adapter: CrmAdapter,
  deal: Deal,
  lines: readonly DealProduct[] | null,
  operation: RunningOperation,
): Promise<{ readonly input: object; readonly notRestored: readonly string[] }> {
  const { crm } = adapter;
  const can = (field: string) => capability(crm, 'DEAL', 'ADD', field).fidelity !== 'UNSUPPORTED';
  const had = DEAL_FIELDS.filter((field) => hasContent(dealValue(deal, field)) && fits(field, deal));
  // Lines cannot be added to an archived deal.
  const writable = had.filter(
    (field) => can(field) && !(lines?.length && /^(isA|a)rchived/.test(field)) && !contradictsStatus(field, deal, crm),
  );
  const fields = await adapter.customFields.describe('Deal', deal.customValues, null, operation.call);
  const filled = fields.filter(({ value, type }) => hasContent(value) && type !== 'OTHER');
  const chosen = await Promise.all(filled.map(async (field) => ({ field, value: await stillThere(field) })));
  const customFields = chosen.flatMap(({ field, value }) => (hasContent(value) ? [{ key: field.key, value }] : []));
  const gone = chosen
    .filter(({ field, value }) => value !== field.value)
    .map(({ field }) => customFieldName(field.key));

  /** What can be chosen again: an option that the field has no more is shown as its id. */
  async function stillThere({ key, type, value, text }: CustomField): Promise<unknown> {
    if (type === 'OPTION') return text === String(value) ? null : value;
    if (type !== 'OPTIONS' || !Array.isArray(value)) return value;
    const shown = await Promise.all(
      value.map((one) => adapter.customFields.describe('Deal', { [key]: [one] }, [key], operation.call)),
    );
    const kept = value.filter((one, index) => shown[index]?.[0]?.text !== String(one));
    return kept.length === value.length ? value : kept;
  }
  const input = {
    crm: crm.id,
    ...Object.fromEntries(writable.map((field) => [field, dealValue(deal, field)])),
    ...(customFields.length > 0 && can('customFields') && { customFields }),
    ...(lines?.length && { products: lines.map(lineInput) }),
  };
  const lost = had.filter((field) => !writable.includes(field) && deal[field as keyof Deal] !== false);
  return {
    input,
    notRestored: [`the id ${globalId(deal.ref)}, which leads to the new deal`, LEFT_BEHIND, ...lost, ...gone],
  };
}

/** Where a status is written as a stage and a probability, a deal that has others than its status means cannot be added. */
function contradictsStatus(field: string, { status, probability, stage }: Deal, crm: Crm): boolean {
  if (capability(crm, 'DEAL', 'ADD', 'status').fidelity === 'NATIVE') return false;
  const percent = field === 'probability' ? probability : field === 'stage' ? stage?.known.probability : null;
  if (percent === null || percent === undefined) return false;
  if (status === 'OPEN') return percent === 0 || percent === 100;
  return percent !== (status === 'WON' ? 100 : 0);
}

function fits(field: string, { status }: Deal): boolean {
  if (field === 'closedAt') return status !== 'OPEN';
  return !(field in CLOSING) || CLOSING[field] === status;
}

function hasContent(value: unknown): boolean {
  return value !== null && value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0);
}
