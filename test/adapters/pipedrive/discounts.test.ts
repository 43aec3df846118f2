import { describe, expect, it } from 'vitest';
import { toDealDiscount } from '../../../src/adapters/pipedrive/discounts.ts';
import { WireError } from '../../../src/adapters/wire.ts';
import { formatDecimal, parseDecimal } from '../../../src/domain/decimal.ts';
import { adapterOver, call, failureOf, timeout } from './support.ts';

const UUID = '30195b0e-7577-4f52-a5cf-f3ee39b9d1e0';
const OTHER = '11111111-7577-4f52-a5cf-f3ee39b9d1e0';

/** A discount as GET /deals/{id}/discounts of API v2 shows one. */
function wireDiscount(over: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return {
    id: UUID,
    description: 'Spring',
    amount: 12.5,
    type: 'percentage',
    deal_id: 42,
    created_at: '2026-03-12T10:30:05Z',
    created_by: 301,
    updated_at: '2026-03-13T10:30:05Z',
    updated_by: 302,
    ...over,
  };
}

function discountsOf(script: Parameters<typeof adapterOver>[0]) {
  const crm = adapterOver(script);
  if (!crm.dealDiscounts) throw new Error('Pipedrive has discounts');
  return { http: crm.http, discounts: crm.dealDiscounts };
}

describe('a discount', () => {
  it('is mapped with its exact amount', () => {
    const { amount, ...others } = toDealDiscount('crm', wireDiscount());
    expect(formatDecimal(amount)).toBe('12.5');
    expect(others).toEqual({
      ref: { crm: 'crm', type: 'DealDiscount', id: `42/${UUID}` },
      description: 'Spring',
      type: 'PERCENTAGE',
      createdAt: Date.parse('2026-03-12T10:30:05Z'),
      createdBy: { ref: { crm: 'crm', type: 'User', id: '301' }, known: {} },
      updatedAt: Date.parse('2026-03-13T10:30:05Z'),
      updatedBy: { ref: { crm: 'crm', type: 'User', id: '302' }, known: {} },
    });
  });

  it.each([{ id: 7 }, { id: 'seven' }, { amount: null }, { type: 'gift' }, { deal_id: null }])(
    'with %j cannot be read',
    (over) => {
      expect(() => toDealDiscount('crm', wireDiscount(over))).toThrow(WireError);
    },
  );
});

describe('discounts of deals', () => {
  it('are one call a deal, oldest first, and what fails costs its own deal', async () => {
    const { http, discounts } = discountsOf({
      'GET /api/v2/deals/1/discounts': {
        data: [
          wireDiscount({ deal_id: 1, created_at: '2026-05-01T00:00:00Z' }),
          wireDiscount({ deal_id: 1, id: OTHER, created_at: '2026-01-01T00:00:00Z' }),
        ],
      },
      'GET /api/v2/deals/2/discounts': { data: [] },
      'GET /api/v2/deals/3/discounts': { status: 404, body: { success: false } },
      'GET /api/v2/deals/4/discounts': { data: [wireDiscount({ deal_id: 4, amount: 'much' })] },
      'GET /api/v2/deals/5/discounts': { status: 403, body: { success: false } },
    });
    const found = await discounts.ofDeals(['1', '2', '3', '4', '5'], call());
    expect(found.get('1')).toMatchObject([{ ref: { id: `1/${OTHER}` } }, { ref: { id: `1/${UUID}` } }]);
    expect([found.get('2'), found.get('3')]).toEqual([[], []]);
    expect(found.get('4')).toMatchObject({ code: 'UPSTREAM_INVALID_RESPONSE' });
    expect(found.get('5')).toMatchObject({ code: 'FORBIDDEN' });
    expect([http.requests.length, http.tokens]).toEqual([5, 50]);
    expect(http.requests.every(({ params }) => Object.keys(params).length === 0)).toBe(true);
  });
});

describe('writing a discount', () => {
  it('sends what is given in Pipedrive’s words', async () => {
    const { http, discounts } = discountsOf({
      'POST /api/v2/deals/42/discounts': { data: wireDiscount() },
      [`PATCH /api/v2/deals/42/discounts/${UUID}`]: { data: wireDiscount() },
      // The documented example of this answer has a number.
      [`DELETE /api/v2/deals/42/discounts/${UUID}`]: { data: { id: 123 } },
    });
    const amount = parseDecimal('0.1');
    const done = { part: UUID, problems: [] };
    expect(await discounts.add('42', { description: 'Spring', amount, type: 'AMOUNT' }, call())).toEqual(done);
    expect(await discounts.update('42', UUID, { type: 'PERCENTAGE' }, call())).toEqual(done);
    expect(await discounts.delete('42', UUID, call())).toEqual(done);
    expect(http.requests.map(({ body }) => body)).toEqual([
      { description: 'Spring', amount, type: 'amount' },
      { type: 'percentage' },
      undefined,
    ]);
    expect(http.tokens).toBe(5 + 5 + 3);
  });

  it.each([
    {
      given: 'refused for its amount',
      reply: { status: 400, body: { success: false, error: 'Validation failed: amount: must be > 0' } },
      failure: { code: 'REJECTED_BY_CRM', details: { path: ['amount'], effect: 'NONE' } },
    },
    {
      given: 'of a deal that is not there',
      reply: { status: 404, body: { success: false } },
      failure: { code: 'NOT_FOUND' },
    },
    { given: 'unanswered', reply: timeout(), failure: { code: 'UPSTREAM_TIMEOUT', details: { effect: 'POSSIBLE' } } },
    {
      given: 'answered with another record',
      reply: { data: wireDiscount({ id: OTHER }) },
      failure: { code: 'UPSTREAM_INVALID_RESPONSE', details: { effect: 'POSSIBLE' } },
    },
  ])('fails where it is $given', async ({ reply, failure }) => {
    const { discounts } = discountsOf({ [`PATCH /api/v2/deals/42/discounts/${UUID}`]: reply });
    const failed = await failureOf(discounts.update('42', UUID, { amount: parseDecimal(1) }, call()));
    expect(failed).toMatchObject(failure);
  });
});
