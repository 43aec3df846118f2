import type { DealProduct } from '../../domain/deal.ts';
import type { Product } from '../../domain/product.ts';
import { id, list, object, text, type Wire } from '../wire.ts';
import { link } from './links.ts';

/**
 * The product lines of a deal: names in an order, without amounts. Every deal of today's dialect carries them; the
 * older one has none to carry.
 */
export function dealProducts(crm: string, deal: Wire): readonly DealProduct[] {
  if (deal.product_lines === undefined || deal.product_lines === null) return [];
  const dealId = id(deal);
  return list(deal.product_lines, 'product_lines').map((value, position) => {
    const line = object(value, 'product_lines');
    const lineId = id(line);
    const name = text(line, 'name');
    return {
      ref: { crm, type: 'DealProduct', id: `${dealId}/${lineId}` },
      product: link<Product>(crm, 'Product', lineId, { name }),
      variation: null,
      name,
      unitPrice: null,
      quantity: null,
      discount: null,
      discountType: null,
      tax: null,
      taxMethod: null,
      total: null,
      comments: null,
      isEnabled: true,
      position,
      billing: null,
      createdAt: null,
      updatedAt: null,
    };
  });
}
