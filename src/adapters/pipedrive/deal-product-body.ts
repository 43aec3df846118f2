import type { DealProductPatch } from '../../domain/deal-writes.ts';
import { type Body, present } from './bodies.ts';
import type { SentKeys } from './refusal.ts';

/** A line's attributes as v2 takes them. What is absent is not sent. */
export function lineBody(line: DealProductPatch): Body {
  const { product, variation, billing } = line;
  return present({
    product_id: product && Number(product),
    item_price: line.unitPrice,
    quantity: line.quantity,
    discount: line.discount,
    discount_type: line.discountType?.toLowerCase(),
    tax: line.tax,
    tax_method: line.taxMethod?.toLowerCase(),
    comments: line.comments,
    is_enabled: line.isEnabled,
    product_variation_id: variation && Number(variation),
    billing_frequency: billing?.frequency.toLowerCase().replaceAll('_', '-'),
    billing_frequency_cycles: billing?.cycles,
    billing_start_date: billing?.startDate,
  });
}

/** Where a complaint about a key of `lineBody` belongs. */
export const LINE_KEYS: SentKeys = {
  product_id: ['product'],
  item_price: ['unitPrice'],
  quantity: ['quantity'],
  discount_type: ['discountType'],
  discount: ['discount'],
  tax_method: ['taxMethod'],
  tax: ['tax'],
  comments: ['comments'],
  is_enabled: ['isEnabled'],
  product_variation_id: ['variation'],
  billing_frequency_cycles: ['billing', 'cycles'],
  billing_frequency: ['billing', 'frequency'],
  billing_start_date: ['billing', 'startDate'],
};
