import { describe, expect, it } from 'vitest';
import { toDealProduct } from '../../../src/adapters/pipedrive/deal-products.ts';
import type { DealProduct } from '../../../src/domain/deal.ts';
import { GatewayError } from '../../../src/domain/errors.ts';
import { adapterOver, call, range, wireLine } from './support.ts';

describe('a line of a deal', () => {
  it('is mapped with its exact figures', () => {
    const line = toDealProduct('crm', wireLine({ billing_frequency: 'semi-annually', billing_frequency_cycles: 4 }));
    expect(line).toMatchObject({
      ref: { crm: 'crm', type: 'DealProduct', id: '42/9301' },
      product: { ref: { type: 'Product', id: '55' } },
      name: 'GPS tracker',
      discountType: 'PERCENTAGE',
      taxMethod: 'EXCLUSIVE',
      comments: null,
      isEnabled: true,
      position: 1,
      billing: { frequency: 'SEMI_ANNUALLY', cycles: 4, startDate: null },
    });
    expect(line.unitPrice?.amount.toFixed()).toBe('49.9');
    expect(line.total?.amount.toFixed()).toBe('538.92');
    expect(line.total?.currency).toBe('EUR');
  });

  it('may have lost its product', () => {
    expect(toDealProduct('crm', wireLine({ product_id: null, name: null }))).toMatchObject({ product: null, name: '' });
  });
});

describe('lines of deals', () => {
  it('come for a hundred deals in one request, grouped, by position then id', async () => {
    const crm = adapterOver({
      'GET /api/v2/deals/products': ({ params }) =>
        params.cursor === 'p2'
          ? { data: [wireLine({ id: 4, deal_id: 1, order_nr: 1 }), wireLine({ id: 5, deal_id: 777 })] }
          : {
              data: [
                wireLine({ id: 10, deal_id: 1, order_nr: 2 }),
                wireLine({ id: 9, deal_id: 1, order_nr: 2 }),
                wireLine({ id: 3, deal_id: 2, order_nr: null }),
                wireLine({ id: 8, deal_id: 2, order_nr: 0 }),
              ],
              next: 'p2',
            },
    });
    const found = await crm.dealProducts.ofDeals(range(1, 100), call());
    const idsOf = (deal: string) => {
      const lines = found.get(deal);
      return lines instanceof GatewayError ? lines : lines?.map(({ ref }) => ref.id);
    };
    expect(idsOf('1')).toEqual(['1/4', '1/9', '1/10']);
    expect(idsOf('2')).toEqual(['2/8', '2/3']);
    expect(idsOf('3')).toEqual([]);
    expect(found.has('777')).toBe(false);
    expect(crm.http.requests.map(({ params }) => params.limit)).toEqual(['500', '500']);
    expect(crm.http.requests[0]?.params.deal_ids).toBe(range(1, 100).join(','));
  });

  it('come for 101 deals in two requests', async () => {
    const crm = adapterOver({ 'GET /api/v2/deals/products': { data: [] } });
    expect((await crm.dealProducts.ofDeals(range(1, 101), call())).size).toBe(101);
    expect(crm.http.requests.map(({ params }) => params.deal_ids?.split(',').length)).toEqual([100, 1]);
  });

  it('fail for the deal of a line only that cannot be put in order', async () => {
    const crm = adapterOver({
      'GET /api/v2/deals/products': {
        data: [wireLine({ id: 1, deal_id: 1 }), wireLine({ id: 2, deal_id: 2, order_nr: 'last' })],
      },
    });
    const found = await crm.dealProducts.ofDeals(['1', '2'], call());
    expect(found.get('1')).toMatchObject([{ name: 'GPS tracker' }]);
    expect(found.get('2')).toMatchObject({ code: 'UPSTREAM_INVALID_RESPONSE' });
  });

  it('fail where what cannot be read is asked for', async () => {
    const crm = adapterOver({ 'GET /api/v2/deals/products': { data: [wireLine({ deal_id: 1, quantity: 'some' })] } });
    const [line] = (await crm.dealProducts.ofDeals(['1'], call())).get('1') as readonly DealProduct[];
    expect(line?.name).toBe('GPS tracker');
    expect(() => line?.quantity).toThrow(
      expect.objectContaining({ code: 'UPSTREAM_INVALID_RESPONSE', message: expect.stringContaining('quantity') }),
    );
  });
});
