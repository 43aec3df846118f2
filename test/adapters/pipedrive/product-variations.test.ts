import { expect, it } from 'vitest';
import { toDealProduct } from '../../../src/adapters/pipedrive/deal-products.ts';
import { decimalOf } from '../../../src/domain/decimal.ts';
import { adapterOver, call, wireLine } from './support.ts';

/** A variation as GET /products/{id}/variations of API v2 shows one. */
function wireVariation(id: number, product: number): Readonly<Record<string, unknown>> {
  const prices = [{ product_variation_id: id, price: 5.5, currency: 'EUR', cost: 2, direct_cost: 3, notes: '' }];
  return { id, name: `Size ${id}`, product_id: product, prices };
}

it('are read by product, each product once, and what fails costs its own product', async () => {
  const crm = adapterOver({
    'GET /api/v2/products/55/variations': ({ params }) =>
      params.cursor === 'p2'
        ? { data: [wireVariation(8, 55)] }
        : { data: [wireVariation(7, 55), wireVariation(9, 55)], next: 'p2' },
    'GET /api/v2/products/56/variations': { status: 404, body: { success: false } },
    'GET /api/v2/products/57/variations': { status: 500, body: {} },
  });
  const found = await crm.productVariations?.getMany(['55/7', '55/8', '55/1', '56/7', '57/7'], call());
  expect(found?.get('55/7')).toEqual({
    ref: { crm: 'crm', type: 'ProductVariation', id: '55/7' },
    name: 'Size 7',
    prices: [{ amount: decimalOf(5.5), currency: 'EUR' }],
  });
  expect(found?.get('55/8')).toMatchObject({ name: 'Size 8' });
  expect(found?.has('55/1')).toBe(false);
  expect(found?.has('56/7')).toBe(false);
  expect(found?.get('57/7')).toMatchObject({ code: 'UPSTREAM_INVALID_RESPONSE' });
  expect(crm.http.lines.filter((line) => line.includes('/55/'))).toHaveLength(2);
});

it.each([
  { given: { product_variation_id: 7 }, id: '55/7' },
  { given: { product_variation_id: null }, id: undefined },
  { given: { product_variation_id: 7, product_id: null }, id: undefined },
])('of a line with $given are linked as $id', ({ given, id }) => {
  expect(toDealProduct('crm', wireLine(given)).variation?.ref.id).toBe(id);
});
