import { describe, expect, it } from 'vitest';
import type { DealProduct } from '../../src/domain/deal.ts';
import { type DealProductOrderField, orderLines } from '../../src/domain/deal-product-order.ts';

type Times = Partial<Pick<DealProduct, 'position' | 'createdAt' | 'updatedAt'>>;

function line(id: number, times: Times = {}): DealProduct {
  return {
    ref: { crm: 'crm', type: 'DealProduct', id: `42/${id}` },
    product: null,
    variation: null,
    name: 'Tracker',
    unitPrice: null,
    quantity: null,
    discount: null,
    discountType: null,
    tax: null,
    taxMethod: null,
    total: null,
    comments: null,
    isEnabled: true,
    position: null,
    billing: null,
    createdAt: null,
    updatedAt: null,
    ...times,
  };
}

const LINES = [
  line(10, { position: 2, createdAt: 5, updatedAt: null }),
  line(9, { position: 2, createdAt: null, updatedAt: 7 }),
  line(100, { position: 0, createdAt: 3, updatedAt: 7 }),
  line(8, { position: null, createdAt: 4, updatedAt: 1 }),
];

describe('lines of a deal', () => {
  it.each<{ field: DealProductOrderField; direction: 'ASC' | 'DESC'; ids: number[] }>([
    { field: 'POSITION', direction: 'ASC', ids: [100, 9, 10, 8] },
    { field: 'POSITION', direction: 'DESC', ids: [9, 10, 100, 8] },
    { field: 'CREATED_AT', direction: 'ASC', ids: [100, 8, 10, 9] },
    { field: 'CREATED_AT', direction: 'DESC', ids: [10, 8, 100, 9] },
    { field: 'UPDATED_AT', direction: 'ASC', ids: [8, 9, 100, 10] },
    { field: 'UPDATED_AT', direction: 'DESC', ids: [9, 100, 8, 10] },
    { field: 'ID', direction: 'ASC', ids: [8, 9, 10, 100] },
    { field: 'ID', direction: 'DESC', ids: [100, 10, 9, 8] },
  ])('by $field $direction come as $ids: ties by id, those without it last', ({ field, direction, ids }) => {
    const ordered = orderLines(LINES, { field, direction });
    expect(ordered.map(({ ref }) => ref.id)).toEqual(ids.map((id) => `42/${id}`));
  });
});
