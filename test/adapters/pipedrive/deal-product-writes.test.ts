import { describe, expect, it } from 'vitest';
import type { DealProductDraft, DealProductPatch, ProductBillingDraft } from '../../../src/domain/deal-writes.ts';
import { parseDecimal } from '../../../src/domain/decimal.ts';
import type { ScriptedRequest } from './scripted-http.ts';
import { adapterOver, call, failureOf, range, type TestAdapter, timeout, wireLine } from './support.ts';

const REFUSED = { status: 400, body: { success: false, error: 'Validation failed: quantity: must be number' } };

function draft(index: number, over: Partial<DealProductDraft> = {}): DealProductDraft {
  return { product: String(index), unitPrice: parseDecimal(index), quantity: parseDecimal(1), ...over };
}

/** A deal without lines and installments, and one with a line. */
const BARE = { 'GET /api/v2/deals/products': { data: [] }, 'GET /api/v2/deals/installments': { data: [] } };
const ONE_LINE = { ...BARE, 'GET /api/v2/deals/products': { data: [wireLine()] } };

/** What was written, by request. */
const bodiesOf = (crm: TestAdapter) =>
  crm.http.requests.filter(({ method }) => method !== 'GET').map(({ body }) => body);

const drafts = (count: number) => Array.from({ length: count }, (_, index) => draft(index + 1));

/** Answers a line with an id of 1000 more than its product. */
const added = ({ body }: ScriptedRequest) => ({ data: lineOf(body) });
const addedInBulk = ({ body }: ScriptedRequest) => {
  const { data } = body as { data: readonly unknown[] };
  return { data: data.map(lineOf).toReversed() };
};
function lineOf(body: unknown) {
  const { product_id, item_price, quantity } = body as Record<string, unknown>;
  return wireLine({
    id: 1000 + Number(product_id),
    product_id,
    item_price: String(item_price),
    quantity: String(quantity),
  });
}

describe('adding lines', () => {
  it.each([
    { count: 1, requests: 1, tokens: 5 },
    { count: 3, requests: 3, tokens: 15 },
    { count: 4, requests: 1, tokens: 25 },
    { count: 100, requests: 1, tokens: 25 },
    { count: 101, requests: 2, tokens: 30 },
    { count: 250, requests: 3, tokens: 75 },
  ])('of $count takes $requests requests and $tokens tokens, and lists them in input order', async (expected) => {
    const { count, requests, tokens } = expected;
    const crm = adapterOver({
      'POST /api/v2/deals/42/products': added,
      'POST /api/v2/deals/42/products/bulk': addedInBulk,
    });
    const report = await crm.dealProductWrites.add('42', drafts(count), call());
    expect(report).toEqual({ lines: range(1001, 1000 + count), problems: [] });
    expect([crm.http.requests.length, crm.http.tokens]).toEqual([requests, tokens]);
  });

  it('tells lines of one product apart by their figures', async () => {
    const lines = ['1', '2', '3', '3'].map((price) => draft(55, { unitPrice: parseDecimal(price) }));
    const answer = ['3', '3.0', '1', '2'].map((price, index) =>
      wireLine({ id: index + 1, item_price: price, quantity: 1 }),
    );
    const crm = adapterOver({ 'POST /api/v2/deals/42/products/bulk': { data: answer } });
    expect((await crm.dealProductWrites.add('42', lines, call())).lines).toEqual(['3', '4', '1', '2']);
  });

  it('sends every attribute in Pipedrive’s words', async () => {
    const crm = adapterOver({ ...BARE, 'POST /api/v2/deals/42/products': { data: wireLine() } });
    const line = draft(55, {
      discount: parseDecimal('2.5'),
      discountType: 'AMOUNT',
      tax: parseDecimal(22),
      taxMethod: 'INCLUSIVE',
      comments: '',
      isEnabled: false,
      variation: null,
      billing: { frequency: 'SEMI_ANNUALLY', cycles: 4, startDate: '2026-12-01' },
    });
    await crm.dealProductWrites.add('42', [line], call());
    expect(bodiesOf(crm)).toEqual([
      {
        product_id: 55,
        item_price: parseDecimal(55),
        quantity: parseDecimal(1),
        discount: parseDecimal('2.5'),
        discount_type: 'amount',
        tax: parseDecimal(22),
        tax_method: 'inclusive',
        comments: '',
        is_enabled: false,
        product_variation_id: null,
        billing_frequency: 'semi-annually',
        billing_frequency_cycles: 4,
        billing_start_date: '2026-12-01',
      },
    ]);
  });

  it('throws where none was added, leading to the attribute', async () => {
    const crm = adapterOver({ 'POST /api/v2/deals/42/products': REFUSED });
    const failure = await failureOf(crm.dealProductWrites.add('42', drafts(2), call()));
    expect(failure).toMatchObject({ code: 'REJECTED_BY_CRM', details: { path: ['products', '0', 'quantity'] } });
    expect(crm.http.requests.length).toBe(1);
  });

  it.each([
    { given: 'is refused', reply: REFUSED, code: 'REJECTED_BY_CRM' },
    { given: 'gets no answer', reply: timeout(), code: 'OUTCOME_UNKNOWN' },
    { given: 'answers fewer lines', reply: { data: [] }, code: 'OUTCOME_UNKNOWN' },
  ])('stops where a later request $given, and says what was not sent', async ({ reply, code }) => {
    let requests = 0;
    const crm = adapterOver({
      'POST /api/v2/deals/42/products/bulk': (request) => {
        requests += 1;
        return requests === 1 ? addedInBulk(request) : reply;
      },
    });
    const report = await crm.dealProductWrites.add('42', drafts(250), call());
    expect(report.lines).toEqual(range(1001, 1100));
    expect(report.problems).toMatchObject([{ code, path: ['products', '100'] }]);
    expect(report.problems[0]?.message).toContain('all 100 lines of one request; the 50 after that were not sent');
    expect(requests).toBe(2);
  });
});

describe('billing', () => {
  it.each<{ given: string; billing: ProductBillingDraft; field: string | null; changed?: true }>([
    { given: 'one time', billing: { frequency: 'ONE_TIME' }, field: null },
    { given: 'one time, cycles null', billing: { frequency: 'ONE_TIME', cycles: null }, field: null },
    { given: 'one time in cycles', billing: { frequency: 'ONE_TIME', cycles: 2 }, field: 'cycles' },
    { given: 'weekly without cycles', billing: { frequency: 'WEEKLY' }, field: 'cycles' },
    { given: 'weekly, the line’s own cycles', billing: { frequency: 'WEEKLY' }, field: null, changed: true },
    { given: 'weekly, cycles cleared', billing: { frequency: 'WEEKLY', cycles: null }, field: 'cycles', changed: true },
    { given: 'monthly for ever', billing: { frequency: 'MONTHLY', cycles: null }, field: null },
    { given: '208 cycles', billing: { frequency: 'WEEKLY', cycles: 208 }, field: null },
    { given: '209 cycles', billing: { frequency: 'WEEKLY', cycles: 209 }, field: 'cycles' },
    { given: 'no cycles', billing: { frequency: 'MONTHLY', cycles: 0 }, field: 'cycles' },
    { given: 'ten years ahead', billing: { frequency: 'MONTHLY', startDate: '2036-11-20' }, field: null },
    { given: 'a day more', billing: { frequency: 'MONTHLY', startDate: '2036-11-21' }, field: 'startDate' },
    {
      given: 'more than ten years ago',
      billing: { frequency: 'MONTHLY', startDate: '2016-11-19' },
      field: 'startDate',
    },
  ])('$given: problem at $field', async ({ billing, field, changed }) => {
    const crm = adapterOver({
      ...BARE,
      'GET /api/v2/deals/products': {
        data: [wireLine({ billing_frequency: 'monthly', billing_frequency_cycles: 12 })],
      },
      'POST /api/v2/deals/42/products': { data: wireLine() },
      'PATCH /api/v2/deals/42/products/9301': { data: wireLine() },
    });
    const written = changed
      ? crm.dealProductWrites.update('42', '9301', { billing }, call())
      : crm.dealProductWrites.add('42', [draft(55, { billing })], call());
    if (field === null) {
      expect((await written).lines).toEqual(['9301']);
      return;
    }
    const { code, details } = await failureOf(written);
    expect(code).toBe('INVALID_INPUT');
    expect(details.path).toEqual([...(changed ? [] : ['products', '0']), 'billing', field]);
    expect(crm.http.requests).toEqual([]);
  });
});

describe('changing a line', () => {
  it.each<{ patch: DealProductPatch; body: unknown }>([
    { patch: { quantity: parseDecimal(3) }, body: { quantity: parseDecimal(3) } },
    { patch: { variation: null }, body: { product_variation_id: null } },
    { patch: { variation: '8', product: '56' }, body: { product_variation_id: 8, product_id: 56 } },
    {
      patch: { billing: { frequency: 'MONTHLY', startDate: null } },
      body: { billing_frequency: 'monthly', billing_start_date: null },
    },
  ])('sends $body only', async ({ patch, body }) => {
    const crm = adapterOver({ ...ONE_LINE, 'PATCH /api/v2/deals/42/products/9301': { data: wireLine() } });
    expect(await crm.dealProductWrites.update('42', '9301', patch, call())).toEqual({ lines: ['9301'], problems: [] });
    expect(bodiesOf(crm)).toEqual([body]);
  });
});

describe('deleting lines', () => {
  const bulk = ({ params }: ScriptedRequest) => ({ data: { ids: params.ids?.split(',').map(Number) } });

  it.each([
    { count: 2, requests: 1, tokens: 15 },
    { count: 100, requests: 1, tokens: 15 },
    { count: 102, requests: 2, tokens: 30 },
  ])('of $count takes $requests requests and $tokens tokens', async ({ count, requests, tokens }) => {
    const crm = adapterOver({ 'DELETE /api/v2/deals/42/products': bulk });
    const lines = range(1, count);
    expect(await crm.dealProductWrites.delete('42', lines, [], call())).toEqual({ lines, problems: [] });
    expect([crm.http.requests.length, crm.http.tokens]).toEqual([requests, tokens]);
  });

  it('takes the cheap way for one, and never an empty list', async () => {
    const crm = adapterOver({ 'DELETE /api/v2/deals/42/products/7': { data: { id: 7 } } });
    expect((await crm.dealProductWrites.delete('42', ['7'], [], call())).lines).toEqual(['7']);
    await crm.dealProductWrites.delete('42', [], [], call());
    expect([crm.http.requests.length, crm.http.tokens]).toEqual([1, 3]);
  });

  it('reports each line that Pipedrive does not say it deleted', async () => {
    const crm = adapterOver({ 'DELETE /api/v2/deals/42/products': { data: { ids: [2] } } });
    const report = await crm.dealProductWrites.delete('42', ['1', '2', '3'], [], call());
    expect(report.lines).toEqual(['2']);
    expect(report.problems.map(({ code, path }) => [code, path])).toEqual([
      ['NOT_FOUND', ['ids', '0']],
      ['NOT_FOUND', ['ids', '2']],
    ]);
  });

  it('throws where none was deleted, and reports where some were', async () => {
    const none = adapterOver({ 'DELETE /api/v2/deals/42/products/7': { status: 404, body: { success: false } } });
    const failure = await failureOf(none.dealProductWrites.delete('42', ['7'], [], call()));
    expect(failure).toMatchObject({ code: 'NOT_FOUND', details: { path: ['ids', '0'] } });

    const some = adapterOver({
      'DELETE /api/v2/deals/42/products': (request) =>
        request.params.ids?.startsWith('1,') ? bulk(request) : timeout(),
    });
    const report = await some.dealProductWrites.delete('42', range(1, 102), [], call());
    expect(report.lines).toEqual(range(1, 100));
    expect(report.problems).toMatchObject([{ code: 'OUTCOME_UNKNOWN', path: ['ids', '100'] }]);
  });
});
