import type { Money } from '../../domain/money.ts';
import type { Product } from '../../domain/product.ts';
import type { Repository } from '../../domain/repository.ts';
import { decimalOrNull, id, list, object, text, textOrNull, type Wire } from '../wire.ts';
import type { PipedriveApi } from './api.ts';
import { ENDPOINTS } from './endpoints.ts';
import { createRepository, recordFacts } from './records.ts';

/** Maps a product of v2. */
export function toProduct(crm: string, wire: Wire): Product {
  return {
    ref: { crm, type: 'Product', id: id(wire) },
    ...recordFacts(wire),
    name: text(wire, 'name'),
    code: textOrNull(wire, 'code'),
    unit: textOrNull(wire, 'unit'),
    tax: decimalOrNull(wire, 'tax'),
    prices: list(wire.prices ?? [], 'prices').flatMap((price) => toPrice(object(price, 'prices'))),
  };
}

export function createProducts(api: PipedriveApi): Repository<Product> {
  return createRepository(api, {
    what: 'product',
    one: ENDPOINTS.product,
    list: ENDPOINTS.products,
    map: toProduct,
  });
}

/** The list price of a product or variation in one currency. */
export function toPrice(wire: Wire): readonly Money[] {
  const amount = decimalOrNull(wire, 'price');
  return amount === null ? [] : [{ amount, currency: text(wire, 'currency') }];
}
