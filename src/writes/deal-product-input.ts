import type { BillingFrequency, DiscountType, TaxMethod } from '../domain/deal.ts';
import type { DealProductDraft, DealProductPatch } from '../domain/deal-writes.ts';
import type { Decimal } from '../domain/decimal.ts';
import { isRemoteId, partOfProduct } from '../domain/ref.ts';
import type { InputCheck } from './input-check.ts';

type Given<T> = T | null | undefined;

/** A line of a deal as a mutation's input has it: absent, null or a value. */
export interface DealProductPatchInput {
  readonly product?: Given<string>;
  readonly unitPrice?: Given<Decimal>;
  readonly quantity?: Given<Decimal>;
  readonly discount?: Given<Decimal>;
  readonly discountType?: Given<DiscountType>;
  readonly tax?: Given<Decimal>;
  readonly taxMethod?: Given<TaxMethod>;
  readonly comments?: Given<string>;
  readonly isEnabled?: Given<boolean>;
  readonly variation?: Given<string>;
  readonly billing?: Given<{
    readonly frequency: BillingFrequency;
    readonly cycles?: Given<number>;
    readonly startDate?: Given<string>;
  }>;
}

export interface DealProductInput extends DealProductPatchInput {
  readonly product: string;
  readonly unitPrice: Decimal;
  readonly quantity: Decimal;
}

/** Reads lines to add: at least one. */
export function readLines(
  lines: readonly DealProductInput[],
  crm: string,
  path: readonly string[],
  check: InputCheck,
): readonly DealProductDraft[] {
  if (lines.length === 0) check.invalid(path, 'an empty list');
  return lines.map((line, index) => readLine(line, crm, [...path, String(index)], check) as DealProductDraft);
}

/** Reads what is given of a line. `null` is refused: a line's attributes always have a value. */
export function readLine(
  line: DealProductPatchInput,
  crm: string,
  path: readonly string[],
  check: InputCheck,
): DealProductPatch {
  const attributes: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(line)) {
    if (value === undefined) continue;
    if (value === null) check.invalid([...path, name], 'cannot be null');
    else attributes[name] = value;
  }
  if (typeof line.product === 'string') {
    attributes.product = check.id(line.product, 'Product', [...path, 'product'], crm)?.id;
  }
  if (typeof line.variation === 'string') {
    attributes.variation = readVariation(line.variation, crm, [...path, 'variation'], check);
  }
  if (typeof line.comments === 'string') check.text(line.comments, [...path, 'comments']);
  for (const name of ['unitPrice', 'quantity', 'discount', 'tax'] as const) {
    if (line[name]?.lt(0)) check.invalid([...path, name], 'cannot be negative');
  }
  const { billing } = line;
  if (billing) {
    // Absent keeps and null clears, also inside.
    attributes.billing = Object.fromEntries(Object.entries(billing).filter(([, value]) => value !== undefined));
    if (typeof billing.cycles === 'number' && billing.cycles < 1) {
      check.invalid([...path, 'billing', 'cycles'], 'has to be at least 1');
    }
  }
  return attributes as DealProductPatch;
}

/** The CRM's own id of a variation, also out of a global one. */
function readVariation(id: string, crm: string, path: readonly string[], check: InputCheck): string | null {
  if (isRemoteId(id)) return id;
  if (!id.includes(':')) return check.invalid(path, "not the id of a product's variation");
  const ref = check.id(id, 'ProductVariation', path, crm);
  return ref && partOfProduct(ref.id).part;
}
