import { describe, expect, it } from 'vitest';
import { toDealProduct } from '../../../src/adapters/pipedrive/deal-products.ts';
import type { DealProductDraft, DealProductPatch, ProductBillingDraft } from '../../../src/domain/deal-writes.ts';
import { parseDecimal } from '../../../src/domain/decimal.ts';
import { adapterOver, call, failureOf, range, type TestAdapter, timeout, wireLine } from './support.ts';

const INSTALLMENT = { id: 31, deal_id: 42, description: 'Upfront', amount: 2000, billing_date: '2026-04-01' };

const line = (id: number, over: Readonly<Record<string, unknown>> = {}) => wireLine({ id, ...over });
const recurring = (id: number) => line(id, { billing_frequency: 'monthly' });
const ids = (count: number) => range(1, count).map(Number);

function draft(over: Partial<DealProductDraft> = {}): DealProductDraft {
  return { product: '55', unitPrice: parseDecimal(1), quantity: parseDecimal(1), ...over };
}
const billed = (frequency: ProductBillingDraft['frequency']) => draft({ billing: { frequency, cycles: null } });

/** The adapter of an account with deal 42, whose writes all succeed. */
function dealWith(lines: readonly unknown[], installments: readonly unknown[] = []): TestAdapter {
  return adapterOver({
    'GET /api/v2/deals/products': { data: lines },
    'GET /api/v2/deals/installments': { data: installments },
    'POST /api/v2/deals/42/products': { data: wireLine() },
    'POST /api/v2/deals/42/products/bulk': ({ body }) => {
      const { data } = body as { data: readonly Record<string, unknown>[] };
      return { data: data.map((sent, index) => wireLine({ ...sent, id: index + 1, item_price: '1', quantity: '1' })) };
    },
    'PATCH /api/v2/deals/42/products/1': { data: wireLine({ id: 1 }) },
    'DELETE /api/v2/deals/42/products': ({ params }) => ({ data: { ids: params.ids?.split(',').map(Number) } }),
    'DELETE /api/v2/deals/42/products/1': { data: { id: 1 } },
  });
}

const written = (crm: TestAdapter) => crm.http.lines.filter((sent) => !sent.startsWith('GET'));

interface Case {
  readonly given: string;
  readonly lines?: readonly unknown[];
  readonly installments?: readonly unknown[];
  /** Where it is refused; `null` where it is not. */
  readonly path: readonly string[] | null;
}

async function expectVerdict(crm: TestAdapter, write: Promise<unknown>, path: Case['path']): Promise<void> {
  if (path === null) {
    await write;
    expect(written(crm)).toHaveLength(1);
  } else {
    expect(await failureOf(write)).toMatchObject({ code: 'INVALID_INPUT', details: { path, effect: 'NONE' } });
    expect(written(crm)).toEqual([]);
  }
}

describe('adding lines', () => {
  it.each<Case & { drafts: readonly DealProductDraft[] }>([
    {
      given: 'a recurring one beside nineteen',
      lines: ids(19).map(recurring),
      drafts: [billed('MONTHLY')],
      path: null,
    },
    {
      given: 'a recurring one beside twenty',
      lines: [...ids(20).map(recurring), line(21)],
      drafts: [billed('ONE_TIME'), billed('MONTHLY')],
      path: ['products', '1', 'billing', 'frequency'],
    },
    {
      given: 'two recurring ones beside nineteen',
      lines: ids(19).map(recurring),
      drafts: [billed('MONTHLY'), draft(), billed('ANNUALLY')],
      path: ['products', '2', 'billing', 'frequency'],
    },
    { given: 'a single one beside twenty recurring', lines: ids(20).map(recurring), drafts: [draft()], path: null },
    {
      given: 'a recurring one beside installments',
      lines: [line(1)],
      installments: [INSTALLMENT],
      drafts: [draft(), billed('MONTHLY')],
      path: ['products', '1', 'billing', 'frequency'],
    },
    { given: 'a single one beside installments', installments: [INSTALLMENT], drafts: [draft()], path: null },
  ])('$given: refused at $path', async ({ lines = [], installments, drafts, path }) => {
    const crm = dealWith(lines, installments);
    await expectVerdict(crm, crm.dealProductWrites.add('42', drafts, call()), path);
  });

  it.each<{ given: string; drafts: readonly DealProductDraft[]; path: readonly string[] }>([
    {
      given: 'twenty-one recurring ones',
      drafts: range(1, 21).map(() => billed('QUARTERLY')),
      path: ['products', '20', 'billing', 'frequency'],
    },
    {
      given: 'two tax methods',
      drafts: [draft(), draft({ taxMethod: 'NONE' }), draft(), draft({ taxMethod: 'INCLUSIVE' })],
      path: ['products', '3', 'taxMethod'],
    },
  ])('$given are refused without a call, also with a new deal', async ({ drafts, path }) => {
    const crm = adapterOver({});
    const failure = { code: 'INVALID_INPUT', details: { path } };
    expect(await failureOf(crm.dealProductWrites.add('42', drafts, call()))).toMatchObject(failure);
    expect(await failureOf(crm.dealWrites.add({ title: 'x', products: drafts }, call()))).toMatchObject(failure);
    expect(crm.http.requests).toEqual([]);
  });

  it('that are billed one time costs no look at the deal', async () => {
    const crm = dealWith([]);
    await crm.dealProductWrites.add('42', [draft(), billed('ONE_TIME'), draft({ taxMethod: 'NONE' })], call());
    expect(crm.http.lines).toEqual(range(1, 3).map(() => 'POST /api/v2/deals/42/products'));
  });
});

describe('changing a line', () => {
  const cycled = line(1, { billing_frequency: 'monthly', billing_frequency_cycles: 12 });

  it.each<Case & { patch: DealProductPatch }>([
    { given: 'to one time, its cycles kept', lines: [cycled], patch: billing('ONE_TIME'), path: ['billing', 'cycles'] },
    { given: 'to one time, its cycles cleared', lines: [cycled], patch: billing('ONE_TIME', null), path: null },
    { given: 'to weekly, its cycles kept', lines: [cycled], patch: billing('WEEKLY'), path: null },
    { given: 'to weekly, no cycles kept', lines: [line(1)], patch: billing('WEEKLY'), path: ['billing', 'cycles'] },
    {
      given: 'to recurring beside installments',
      lines: [line(1)],
      installments: [INSTALLMENT],
      patch: billing('MONTHLY'),
      path: ['billing', 'frequency'],
    },
    {
      given: 'to recurring beside twenty recurring ones',
      lines: [line(1), ...ids(20).map((id) => recurring(id + 1))],
      patch: billing('MONTHLY'),
      path: ['billing', 'frequency'],
    },
    { given: 'among twenty recurring ones', lines: ids(20).map(recurring), patch: billing('ANNUALLY'), path: null },
    {
      given: 'disabling the last enabled one beside installments',
      lines: [line(1), line(2, { is_enabled: false })],
      installments: [INSTALLMENT],
      patch: { isEnabled: false },
      path: ['isEnabled'],
    },
    {
      given: 'disabling one of two enabled ones beside installments',
      lines: [line(1), line(2)],
      installments: [INSTALLMENT],
      patch: { isEnabled: false },
      path: null,
    },
    { given: 'disabling the last enabled one', lines: [line(1)], patch: { isEnabled: false }, path: null },
    {
      given: 'enabling a recurring one beside installments',
      lines: [line(1, { is_enabled: false, billing_frequency: 'monthly' }), line(2)],
      installments: [INSTALLMENT],
      patch: { isEnabled: true },
      path: ['isEnabled'],
    },
  ])('$given: refused at $path', async ({ lines = [], installments, patch, path }) => {
    const crm = dealWith(lines, installments);
    await expectVerdict(crm, crm.dealProductWrites.update('42', '1', patch, call()), path);
  });

  it('that the deal does not have is not found', async () => {
    const crm = dealWith([line(2)]);
    const failure = await failureOf(crm.dealProductWrites.update('42', '1', { isEnabled: false }, call()));
    expect(failure).toMatchObject({ code: 'NOT_FOUND', details: { path: ['id'] } });
  });

  it('in what no rule is about costs no look at the deal', async () => {
    const crm = dealWith([]);
    await crm.dealProductWrites.update('42', '1', { quantity: parseDecimal(2), taxMethod: 'NONE' }, call());
    expect(crm.http.lines).toEqual(['PATCH /api/v2/deals/42/products/1']);
  });
});

describe('deleting lines', () => {
  const enabled = (id: number, isEnabled = true) => toDealProduct('crm', line(id, { is_enabled: isEnabled }));

  it.each<Case & { before: Parameters<TestAdapter['dealProductWrites']['delete']>[2]; doomed: string[] }>([
    {
      given: 'the last enabled ones beside installments',
      before: [enabled(1), enabled(2), enabled(3, false)],
      installments: [INSTALLMENT],
      doomed: ['1', '2', '3'],
      path: ['ids', '1'],
    },
    {
      given: 'a disabled one beside installments',
      before: [enabled(1, false)],
      installments: [INSTALLMENT],
      doomed: ['1'],
      path: null,
    },
    {
      given: 'some beside installments',
      before: [enabled(1), enabled(2)],
      installments: [INSTALLMENT],
      doomed: ['1'],
      path: null,
    },
    { given: 'the last enabled ones', before: [enabled(1), enabled(2)], doomed: ['1', '2'], path: null },
  ])('$given: refused at $path', async ({ before, installments, doomed, path }) => {
    const crm = dealWith([], installments);
    await expectVerdict(crm, crm.dealProductWrites.delete('42', doomed, before, call()), path);
  });

  it('while others stay enabled costs no look at the installments', async () => {
    const crm = dealWith([]);
    await crm.dealProductWrites.delete('42', ['1'], [enabled(1), enabled(2)], call());
    expect(crm.http.lines).toEqual(['DELETE /api/v2/deals/42/products/1']);
  });
});

describe('where installments cannot be listed', () => {
  const over = (reply: Parameters<typeof adapterOver>[0][string]) =>
    adapterOver({
      'GET /api/v2/deals/installments': reply,
      'DELETE /api/v2/deals/42/products/1': { data: { id: 1 } },
    });
  const before = [toDealProduct('crm', line(1))];

  it.each([403, 415])('for want of a plan (%i), there are none', async (status) => {
    const crm = over({ status, body: { success: false } });
    expect((await crm.dealProductWrites.delete('42', ['1'], before, call())).lines).toEqual(['1']);
  });

  it('for another reason, nothing is written', async () => {
    const crm = over(timeout());
    const failure = await failureOf(crm.dealProductWrites.delete('42', ['1'], before, call()));
    expect(failure).toMatchObject({ code: 'UPSTREAM_TIMEOUT', details: { effect: 'NONE' } });
    expect(written(crm)).toEqual([]);
  });
});

function billing(frequency: ProductBillingDraft['frequency'], cycles?: null): DealProductPatch {
  return { billing: { frequency, ...(cycles === null && { cycles }) } };
}
