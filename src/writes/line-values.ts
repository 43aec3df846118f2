import type { DealProduct } from '../domain/deal.ts';
import { globalId } from '../domain/ref.ts';

/** What a line has of each attribute, in the form in which an input gives it. */
const VALUES: Readonly<Record<string, (line: DealProduct) => unknown>> = {
  product: ({ product }) => product && globalId(product.ref),
  unitPrice: (line) => line.unitPrice?.amount,
  quantity: (line) => line.quantity,
  discount: (line) => line.discount,
  discountType: (line) => line.discountType,
  tax: (line) => line.tax,
  taxMethod: (line) => line.taxMethod,
  comments: (line) => line.comments,
  isEnabled: (line) => line.isEnabled,
  variation: ({ variation }) => variation && globalId(variation.ref),
  billing: (line) => line.billing,
};

/** The attributes of a line that an input can give. */
export const LINE_FIELDS: readonly string[] = Object.keys(VALUES);

/** What a line has of an attribute, in the form in which an input gives it. */
export function lineValue(line: DealProduct, field: string): unknown {
  return VALUES[field]?.(line) ?? null;
}

/** A line as an input that would add one like it. */
export function lineInput(line: DealProduct): Readonly<Record<string, unknown>> {
  const given = LINE_FIELDS.map((field) => [field, lineValue(line, field)] as const);
  return Object.fromEntries(given.filter(([, value]) => value !== null));
}
