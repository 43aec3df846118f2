import { afterEach, describe, expect, it } from 'vitest';
import { parseDecimal } from '../../../src/domain/decimal.ts';
import { GatewayError } from '../../../src/domain/errors.ts';
import type { MergePreview } from '../../../src/domain/merge-preview.ts';
import { aCall } from '../../support/call.ts';
import { type CrmName, type CrmUnderTest, openCrm } from './crm-under-test.ts';

const open: CrmUnderTest[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((crm) => crm.close()));
});

async function start<Name extends CrmName>(name: Name): Promise<CrmUnderTest<Name>> {
  const crm = await openCrm(name);
  open.push(crm);
  return crm;
}

async function previewOf(crm: CrmUnderTest, keep: string, absorb: readonly string[]): Promise<MergePreview> {
  const preview = await crm.adapter.dealWrites.previewMerge?.(keep, absorb, aCall());
  if (!preview) throw new Error('merges are not previewed');
  return preview;
}

function first<T>(values: Iterable<T>): T {
  const [value] = values;
  if (value === undefined) throw new Error('the sandbox has none');
  return value;
}

describe('a merge on Pipedrive', () => {
  it('is previewed by what the deals tell of themselves', async () => {
    const crm = await start('pipedrive');
    const { store } = crm.sandbox;
    const product = first([...store.products.values()].filter(({ is_deleted }) => !is_deleted));
    const line = { product: String(product.id), unitPrice: parseDecimal(1), quantity: parseDecimal(1) };
    const add = async (title: string, over: object) =>
      (await crm.adapter.dealWrites.add({ title, currency: 'EUR', ...over }, aCall())).deal;
    const keep = await add('Kept', { probability: 50 });
    const second = await add('Second', { probability: 60, expectedCloseDate: '2027-01-02', products: [line, line] });
    const third = await add('Third', { expectedCloseDate: '2027-03-04' });
    const file = first(store.files.values());
    store.files.set(9_999_999, { ...file, id: 9_999_999, deal_id: Number(third), is_deleted: false });
    crm.sandbox.log.length = 0;

    const preview = await previewOf(crm, keep, [second, third]);
    expect(crm.sandbox.log.map(({ method, path, tokens }) => [method, path, tokens])).toEqual(
      [keep, second, third].map((deal) => ['GET', `/api/v2/deals/${deal}`, 1]),
    );
    expect(preview.moves).toEqual([{ deal: second, kind: 'products', count: 2 }]);
    expect(preview.conflicts).toContainEqual({ field: 'title', kept: 'Kept', absorbed: 'Second', deal: second });
    expect(preview.conflicts).toContainEqual({ field: 'probability', kept: 50, absorbed: 60, deal: second });
    // What the second filled is kept from the third.
    expect(preview.conflicts.filter(({ field }) => field === 'expectedCloseDate')).toEqual([
      { field: 'expectedCloseDate', kept: '2027-01-02', absorbed: '2027-03-04', deal: third },
    ]);
    expect(preview.losses).toEqual([
      { deal: second, what: expect.stringContaining('discounts and installments') },
      { deal: third, what: expect.stringContaining('1 files') },
    ]);

    const wins = Object.fromEntries(preview.conflicts.map(({ field, kept }) => [field, kept]));
    await crm.adapter.dealWrites.merge(keep, [second, third], aCall());
    const merged = await crm.adapter.deals.getWhole(keep, aCall());
    expect(merged).toMatchObject({
      title: wins.title,
      probability: wins.probability,
      expectedCloseDate: wins.expectedCloseDate,
    });
    expect(store.productsOf(Number(keep))).toHaveLength(2);
  });

  it('of a deal that is not there is not found, at its place', async () => {
    const crm = await start('pipedrive');
    const { deal } = await crm.adapter.dealWrites.add({ title: 'Kept' }, aCall());
    const failure = await previewOf(crm, deal, ['987654321']).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(GatewayError);
    expect(failure).toMatchObject({ code: 'NOT_FOUND', details: { path: ['absorb', '0'] } });
  });
});

describe('a merge on PipelineDeals', () => {
  it('is previewed as it is then done', async () => {
    const crm = await start('pipelinedeals');
    const { store } = crm.sandbox;
    const add = async (title: string, over: object = {}) =>
      (await crm.adapter.dealWrites.add({ title, ...over }, aCall())).deal;
    const keep = await add('Kept', { value: parseDecimal('10') });
    const second = await add('Second', { value: parseDecimal('20'), summary: 'second', probability: 30 });
    const third = await add('Third', { summary: 'third' });
    const note = first(store.notes.values());
    for (const id of [1, 2]) store.notes.set(id, { ...note, id, deal_id: Number(second) });
    const entry = first([...store.calendarEntries.values()].filter(({ active }) => active));
    store.calendarEntries.set(3, { ...entry, id: 3, association_type: 'Deal', association_id: Number(third) });
    const withLine = store.deals.get(Number(third));
    if (withLine) withLine.product_line_ids = [first(store.configuration.productLines).id];

    const preview = await previewOf(crm, keep, [second, third]);
    expect(crm.writes().filter(({ method }) => method !== 'POST')).toEqual([]);
    expect(preview.moves).toEqual([
      { deal: second, kind: 'notes', count: 2 },
      { deal: third, kind: 'activities', count: 1 },
    ]);
    expect(preview.conflicts).toEqual(
      expect.arrayContaining([
        {
          field: 'value',
          kept: { amount: '10', currency: 'USD' },
          absorbed: { amount: '20', currency: 'USD' },
          deal: second,
        },
        { field: 'probability', kept: null, absorbed: 30, deal: second },
        { field: 'summary', kept: 'second', absorbed: 'third', deal: third },
      ]),
    );
    expect(preview.losses).toContainEqual({ deal: third, what: '1 product lines cannot be moved, so the deal stays' });

    const report = await crm.adapter.dealWrites.merge(keep, [second, third], aCall());
    expect(report.problems).toMatchObject([{ code: 'UNSUPPORTED', path: ['absorb', '1'] }]);
    const merged = await crm.adapter.deals.getWhole(keep, aCall());
    expect(merged).toMatchObject({ summary: 'second', probability: null, value: { currency: 'USD' } });
    expect([...store.notes.values()].filter(({ deal_id }) => deal_id === Number(keep))).toHaveLength(2);
    expect(store.deals.has(Number(third))).toBe(true);
  });
});
