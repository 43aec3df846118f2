import { describe, expect, it } from 'vitest';
import { toDealInstallment } from '../../../src/adapters/pipedrive/installments.ts';
import { WireError } from '../../../src/adapters/wire.ts';
import { parseDecimal } from '../../../src/domain/decimal.ts';
import { adapterOver, call, failureOf, range, wireDeal, wireLine } from './support.ts';

/** An installment as GET /deals/installments of API v2 shows one. */
function wireInstallment(over: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return { id: 31, deal_id: 42, description: 'Upfront', amount: 2000, billing_date: '2026-04-01', ...over };
}

/** What the documents show: no `additional_data`. */
const unpaged = (data: readonly unknown[]) => ({ status: 200, body: { success: true, data } });

function installmentsOf(script: Parameters<typeof adapterOver>[0]) {
  const crm = adapterOver(script);
  if (!crm.dealInstallments) throw new Error('Pipedrive has installments');
  return { http: crm.http, installments: crm.dealInstallments };
}

describe('an installment', () => {
  it('is mapped with its exact amount', () => {
    expect(toDealInstallment('crm', wireInstallment({ amount: '12345678901234567.89' }))).toEqual({
      ref: { crm: 'crm', type: 'DealInstallment', id: '42/31' },
      description: 'Upfront',
      amount: parseDecimal('12345678901234567.89'),
      billingDate: '2026-04-01',
    });
  });

  it.each([{ billing_date: null }, { billing_date: '2026-02-30' }, { amount: null }, { deal_id: null }])(
    'with %j cannot be read',
    (over) => {
      expect(() => toDealInstallment('crm', wireInstallment(over))).toThrow(WireError);
    },
  );
});

describe('installments of deals', () => {
  it('come for a hundred deals in one request, by billing date, then id', async () => {
    const { http, installments } = installmentsOf({
      'GET /api/v2/deals/installments': unpaged([
        wireInstallment({ id: 10, deal_id: 1 }),
        wireInstallment({ id: 9, deal_id: 1 }),
        wireInstallment({ id: 11, deal_id: 1, billing_date: '2026-03-31' }),
        wireInstallment({ id: 12, deal_id: 2, amount: 'much' }),
        wireInstallment({ id: 13, deal_id: 777 }),
      ]),
    });
    const found = await installments.ofDeals(range(1, 100), call());
    expect(found.get('1')).toMatchObject([{ ref: { id: '1/11' } }, { ref: { id: '1/9' } }, { ref: { id: '1/10' } }]);
    expect(found.get('2')).toMatchObject({ code: 'UPSTREAM_INVALID_RESPONSE' });
    expect(found.get('3')).toEqual([]);
    expect(found.has('777')).toBe(false);
    expect(http.requests.map(({ params }) => params)).toEqual([{ deal_ids: range(1, 100).join(','), limit: '500' }]);
    expect(http.tokens).toBe(10);
  });

  it('come for 101 deals in two requests', async () => {
    const { http, installments } = installmentsOf({ 'GET /api/v2/deals/installments': unpaged([]) });
    expect((await installments.ofDeals(range(1, 101), call())).size).toBe(101);
    expect(http.requests.length).toBe(2);
  });

  it('are asked for again in halves where a full page names no next one', async () => {
    const of = (deal: string, count: number) =>
      Array.from({ length: count }, (_, index) => wireInstallment({ id: Number(deal) * 1000 + index, deal_id: deal }));
    const counts: Readonly<Record<string, number>> = { '1': 300, '2': 150, '3': 100 };
    const { http, installments } = installmentsOf({
      'GET /api/v2/deals/installments': ({ params }) =>
        unpaged(
          String(params.deal_ids)
            .split(',')
            .flatMap((deal) => of(deal, counts[deal] ?? 0))
            .slice(0, 500),
        ),
    });
    const found = await installments.ofDeals(['1', '2', '3'], call());
    expect(['1', '2', '3'].map((deal) => (found.get(deal) as readonly unknown[]).length)).toEqual([300, 150, 100]);
    expect(http.requests.map(({ params }) => params.deal_ids)).toEqual(['1,2,3', '1,2', '3']);
  });

  it('of one deal that may have more fail rather than be cut off', async () => {
    const { installments } = installmentsOf({
      'GET /api/v2/deals/installments': unpaged(range(1, 500).map((id) => wireInstallment({ id: Number(id) }))),
    });
    expect(await failureOf(installments.ofDeals(['42'], call()))).toMatchObject({ code: 'UPSTREAM_INVALID_RESPONSE' });
  });
});

describe('writing an installment', () => {
  const draft = { description: 'Upfront', amount: parseDecimal('0.1'), billingDate: '2026-04-01' };

  it('sends what is given in Pipedrive’s words', async () => {
    const { http, installments } = installmentsOf({
      'GET /api/v2/deals/products': { data: [wireLine()] },
      'GET /api/v2/deals/installments': unpaged([]),
      'POST /api/v2/deals/42/installments': { data: wireInstallment() },
      'PATCH /api/v2/deals/42/installments/31': { data: wireInstallment() },
      'DELETE /api/v2/deals/42/installments/31': { data: { id: 31 } },
    });
    const done = { part: '31', problems: [] };
    expect(await installments.add('42', draft, call())).toEqual(done);
    expect(await installments.update('42', '31', { billingDate: '2026-05-01' }, call())).toEqual(done);
    expect(await installments.delete('42', '31', call())).toEqual(done);
    expect(http.requests.map(({ method, body }) => [method, body])).toEqual([
      ['GET', undefined],
      ['GET', undefined],
      ['POST', { description: 'Upfront', amount: draft.amount, billing_date: '2026-04-01' }],
      ['PATCH', { billing_date: '2026-05-01' }],
      ['DELETE', undefined],
    ]);
    expect(http.tokens).toBe(10 + 10 + 5 + 5 + 3);
  });

  it.each([
    { given: 'a recurring line', lines: [wireLine(), wireLine({ id: 2, billing_frequency: 'monthly' })] },
    { given: 'no line', lines: [] },
  ])('is refused before it is sent on a deal with $given', async ({ lines }) => {
    const { installments } = installmentsOf({
      'GET /api/v2/deals/products': { data: lines },
      'GET /api/v2/deals/installments': unpaged([]),
      'GET /api/v2/deals/42': { data: wireDeal() },
    });
    expect(await failureOf(installments.add('42', draft, call()))).toMatchObject({
      code: 'INVALID_INPUT',
      details: { path: ['deal'] },
    });
  });

  it('is not found on a deal that is not there', async () => {
    const { installments } = installmentsOf({
      'GET /api/v2/deals/products': { data: [] },
      'GET /api/v2/deals/installments': unpaged([]),
      'GET /api/v2/deals/42': { status: 404, body: { success: false } },
    });
    expect(await failureOf(installments.add('42', draft, call()))).toMatchObject({ code: 'NOT_FOUND' });
  });
});
