import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Fields, type Started, start } from './start.ts';

const NOON = '2026-11-10T12:00:00Z';

let started: Started;
beforeAll(async () => {
  started = await start({ deals: 120, now: () => Date.parse(NOON) });
});
beforeEach(() => started.sandbox.reset());
afterAll(() => started.close());

const get = async (id: unknown) => (await started.call('GET', `/api/v2/deals/${id}`)).record;
const add = async (...lines: Fields[]) => {
  const { id } = (await started.call('POST', '/api/v2/deals', { title: 'New' })).record;
  for (const line of lines) {
    await started.call('POST', `/api/v2/deals/${id}/products`, {
      product_id: 51,
      item_price: 100,
      quantity: 1,
      ...line,
    });
  }
  return id as number;
};
const discount = (id: number, body: Fields) =>
  started.call('POST', `/api/v2/deals/${id}/discounts`, { description: 'Spring', ...body });
const installment = (id: number, body: Fields = {}) =>
  started.call('POST', `/api/v2/deals/${id}/installments`, {
    description: 'Upfront',
    amount: 50,
    billing_date: '2026-12-01',
    ...body,
  });

describe('discounts on a deal', () => {
  it('come off the one-time products, and the value follows each write', async () => {
    const id = await add({}, { item_price: 10, billing_frequency: 'monthly' });
    const added = await discount(id, { amount: 10, type: 'percentage' });
    expect(added.status).toBe(201);
    const { caller } = started.sandbox.store;
    expect(added.record).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      description: 'Spring',
      amount: 10,
      type: 'percentage',
      deal_id: id,
      created_at: NOON,
      created_by: caller.id,
      updated_at: NOON,
      updated_by: caller.id,
    });
    expect(await get(id)).toMatchObject({ value: 100, acv: 210, arr: 120, mrr: 10 });
    await discount(id, { amount: 25.5, type: 'amount' });
    expect((await get(id)).value).toBe(74.5);
    const one = `/api/v2/deals/${id}/discounts/${added.record.id}`;
    expect((await started.call('PATCH', one, { amount: 20 })).record).toMatchObject({ amount: 20, type: 'percentage' });
    expect((await get(id)).value).toBe(64.5);
    await started.call('POST', `/api/v2/deals/${id}/products`, { product_id: 51, item_price: 100, quantity: 1 });
    expect((await get(id)).value).toBe(144.5);
    const gone = await started.call('DELETE', one);
    expect([gone.status, gone.body]).toEqual([200, { success: true, data: { id: added.record.id } }]);
    expect((await get(id)).value).toBe(184.5);
    const { rows, body } = await started.call('GET', `/api/v2/deals/${id}/discounts`);
    expect(rows.map(({ type }) => type)).toEqual(['amount']);
    expect(body.additional_data).toBeUndefined();
    expect((await started.call('DELETE', one)).status).toBe(404);
  });

  it('take all of the one-time products at most, and nothing from a deal without products', async () => {
    const id = await add({}, { item_price: 10, billing_frequency: 'monthly' });
    await discount(id, { amount: 1_000, type: 'amount' });
    expect((await get(id)).value).toBe(10);
    const bare = (await started.call('POST', '/api/v2/deals', { title: 'Bare', value: 70 })).record.id as number;
    await discount(bare, { amount: 10, type: 'percentage' });
    expect((await get(bare)).value).toBe(70);
  });

  it.each<[string, Fields, string]>([
    ['no type', { amount: 1 }, 'type: is required'],
    ['a negative amount', { amount: -1, type: 'amount' }, 'amount: must be > 0'],
    ['an amount as text', { amount: '1', type: 'amount' }, 'amount: must be number'],
    ['a type that is none', { amount: 1, type: 'fixed' }, 'type: must be equal to one of'],
    ['more than all', { amount: 101, type: 'percentage' }, 'at most 100 percent'],
    ['an unknown key', { amount: 1, type: 'amount', tax: 1 }, "Parameter 'tax' is not allowed"],
  ])('refuse %s', async (_given, body, message) => {
    const { status, body: answer } = await discount(1, body);
    expect(status).toBe(400);
    expect(answer.error).toContain(message);
  });

  it('belong to their deal alone', async () => {
    const [one, other] = [await add({}), await add({})];
    const { id } = (await discount(one, { amount: 1, type: 'amount' })).record;
    expect((await started.call('PATCH', `/api/v2/deals/${other}/discounts/${id}`, {})).status).toBe(404);
  });

  it('of the seed are in the values of their deals', async () => {
    const { store } = started.sandbox;
    const discounted = [...store.deals.values()].filter(
      ({ id, is_archived, is_deleted }) =>
        !is_archived && !is_deleted && store.discountsOf(id).length > 0 && store.productsOf(id).length > 0,
    );
    expect(discounted.length).toBeGreaterThan(1);
    for (const { id, value } of discounted) {
      const [first] = store.discountsOf(id);
      const same = { description: 'The same again' };
      await started.call('PATCH', `/api/v2/deals/${id}/discounts/${first?.id}`, same);
      expect((await get(id)).value).toBe(value);
    }
  });
});

describe('installments', () => {
  it('are added, listed across deals, changed and deleted', async () => {
    const [one, other] = [await add({}), await add({})];
    const first = await installment(one, { billing_date: '2027-02-01' });
    expect([first.status, first.record]).toEqual([
      200,
      { id: expect.any(Number), deal_id: one, description: 'Upfront', amount: 50, billing_date: '2027-02-01' },
    ]);
    await installment(other);
    const list = `/api/v2/deals/installments?deal_ids=${one},${other}`;
    const dates = async (query: string) =>
      (await started.call('GET', `${list}${query}`)).rows.map(({ billing_date }) => billing_date);
    expect(await dates('')).toEqual(['2027-02-01', '2026-12-01']);
    expect(await dates('&sort_by=billing_date')).toEqual(['2026-12-01', '2027-02-01']);
    expect(await dates('&sort_by=deal_id&sort_direction=desc')).toEqual(['2026-12-01', '2027-02-01']);
    const path = `/api/v2/deals/${one}/installments/${first.record.id}`;
    expect((await started.call('PATCH', path, { amount: 60 })).record).toMatchObject({ amount: 60 });
    expect((await started.call('DELETE', path)).record).toEqual({ id: first.record.id });
    expect((await started.call('DELETE', path)).status).toBe(404);
    expect(await dates('')).toEqual(['2026-12-01']);
  });

  it('need a one-time product and bear no recurring one', async () => {
    const none = await installment(await add());
    expect([none.status, none.body.error]).toEqual([400, expect.stringContaining('at least one one-time product')]);
    const recurring = await installment(await add({}, { billing_frequency: 'monthly' }));
    expect([recurring.status, recurring.body.error]).toEqual([400, expect.stringContaining('recurring products')]);
  });

  it('bind the products: none recurring, and the last enabled one stays', async () => {
    const id = await add({}, { is_enabled: false });
    await installment(id);
    const lines = started.sandbox.store.productsOf(id);
    const path = `/api/v2/deals/${id}/products`;
    const recurring = { product_id: 51, item_price: 1, quantity: 1, billing_frequency: 'monthly' };
    const last = `${path}/${lines[0]?.id}`;
    const refusals = [
      await started.call('POST', path, recurring),
      await started.call('POST', `${path}/bulk`, { data: [recurring] }),
      await started.call('PATCH', last, { billing_frequency: 'monthly' }),
      await started.call('PATCH', last, { is_enabled: false }),
      await started.call('DELETE', last),
      await started.call('DELETE', path),
    ];
    expect(refusals.map(({ status }) => status)).toEqual([400, 400, 400, 400, 400, 400]);
    expect(started.sandbox.store.productsOf(id)).toEqual(lines);
    expect((await started.call('PATCH', `${path}/${lines[1]?.id}`, { is_enabled: true })).status).toBe(200);
    expect((await started.call('DELETE', last)).status).toBe(200);
  });

  it.each([
    ['no deals', '', 'deal_ids: is required'],
    ['a list of nothing', '?deal_ids=', 'deal_ids: must be integer'],
    ['a field that cannot be sorted by', '?deal_ids=1&sort_by=amount', 'sort_by: must be equal to one of'],
  ])('refuse %s', async (_given, query, message) => {
    const { status, body } = await started.call('GET', `/api/v2/deals/installments${query}`);
    expect([status, body.error]).toEqual([400, expect.stringContaining(message)]);
  });

  it('of the seed keep the rules', () => {
    const { store } = started.sandbox;
    expect(store.installments.size).toBeGreaterThan(5);
    for (const { deal_id } of store.installments.values()) {
      const lines = store.productsOf(deal_id);
      expect(lines.some(({ is_enabled }) => is_enabled)).toBe(true);
      expect(lines.every(({ billing_frequency }) => billing_frequency === 'one-time')).toBe(true);
    }
  });
});

describe('variations of products', () => {
  it('are listed by product, and can be put on lines of that product only', async () => {
    const { rows } = await started.call('GET', '/api/v2/products/51/variations');
    expect(rows.map(({ name }) => name)).toEqual(['GPS tracker, 12 V', 'GPS tracker, 24 V']);
    const [{ id: variation, prices }] = rows as [Fields];
    expect(Object.keys((prices as [Fields])[0]).sort()).toEqual([
      'cost',
      'currency',
      'direct_cost',
      'notes',
      'price',
      'product_variation_id',
    ]);
    const first = await started.call('GET', '/api/v2/products/51/variations?limit=1');
    const cursor = first.body.additional_data?.next_cursor;
    const second = await started.call('GET', `/api/v2/products/51/variations?limit=1&cursor=${cursor}`);
    expect([...first.rows, ...second.rows]).toEqual(rows);
    expect((await started.call('GET', '/api/v2/products/52/variations')).rows).toEqual([]);
    expect((await started.call('GET', '/api/v2/products/999/variations')).status).toBe(404);
    const id = await add({ product_variation_id: variation });
    expect(started.sandbox.store.productsOf(id)[0]?.product_variation_id).toBe(variation);
    const line = { product_id: 52, item_price: 1, quantity: 1, product_variation_id: variation };
    expect((await started.call('POST', `/api/v2/deals/${id}/products`, line)).status).toBe(400);
  });
});
