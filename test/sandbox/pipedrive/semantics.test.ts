import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Fields, type Started, start } from './start.ts';

const NOON = Date.parse('2026-11-10T12:00:00Z');
const DAY = 24 * 60 * 60 * 1_000;

let now = NOON;
let started: Started;
beforeAll(async () => {
  started = await start({ deals: 60, now: () => now });
});
beforeEach(() => {
  now = NOON;
  started.sandbox.reset();
});
afterAll(() => started.close());

const get = async (id: unknown) => (await started.call('GET', `/api/v2/deals/${id}`)).record;
const patch = (id: unknown, body: unknown) => started.call('PATCH', `/api/v2/deals/${id}`, body);
const add = async (body: Fields = {}) =>
  (await started.call('POST', '/api/v2/deals', { title: 'New', ...body })).record as Fields & { id: number };
const addLine = async (id: unknown, body: Fields = {}) =>
  (await started.call('POST', `/api/v2/deals/${id}/products`, { product_id: 51, item_price: 10, quantity: 2, ...body }))
    .record;

describe('status codes', () => {
  it.each<[string, string, unknown, number]>([
    ['POST', '/api/v2/deals', { title: 'x' }, 200],
    ['POST', '/api/v2/persons', { name: 'Ada Lovelace' }, 200],
    ['POST', '/api/v2/organizations', { name: 'x' }, 200],
    ['POST', '/api/v2/products', { name: 'x' }, 201],
    ['POST', '/api/v2/deals/1/products', { product_id: 51, item_price: 1, quantity: 1 }, 201],
    ['POST', '/api/v2/deals/1/products/bulk', { data: [{ product_id: 51, item_price: 1, quantity: 1 }] }, 201],
    ['POST', '/v1/deals/1/duplicate', undefined, 200],
  ])('%s %s', async (method, path, body, expected) => {
    expect((await started.call(method, path, body)).status).toBe(expected);
  });
});

describe('a new deal', () => {
  it('has the documented defaults', async () => {
    expect(await add()).toMatchObject({
      id: 61,
      value: 0,
      currency: 'EUR',
      status: 'open',
      owner_id: started.sandbox.store.caller.id,
      pipeline_id: 1,
      stage_id: 1,
      add_time: '2026-11-10T12:00:00Z',
      update_time: null,
      stage_change_time: null,
      label_ids: [],
      origin: 'API',
    });
  });

  it('goes where its stage is, whatever pipeline is named', async () => {
    expect(await add({ stage_id: 9, pipeline_id: 1 })).toMatchObject({ stage_id: 9, pipeline_id: 2 });
    expect(await add({ pipeline_id: 2 })).toMatchObject({ stage_id: 8, pipeline_id: 2, stage_change_time: null });
  });

  it('keeps custom fields of every type', async () => {
    const fields = Object.fromEntries(
      started.sandbox.store.fields.deal.map(({ field_name, field_code }) => [field_name, field_code]),
    );
    const values: Record<string, unknown> = {
      'Contract number': 'C-1',
      'Margin factor': 1.5,
      'Setup fee': { value: 500, currency: 'XTK' },
      'Fleet size': 41,
      Regions: [51, 52],
      'Technical lead': 21_000_305,
      Reseller: 1,
      Consultant: 101,
      'Pilot start': '2026-12-01',
      'Rollout period': { value: '2026-12-01', until: '2026-12-24' },
    };
    const given = Object.fromEntries(Object.entries(values).map(([name, value]) => [fields[name] as string, value]));
    const address = { [fields['Delivery address'] as string]: { value: 'Sadama 1' } };
    const time = { [fields['Daily call'] as string]: { value: '09:30:00', timezone_id: 318 } };
    const deal = await add({ custom_fields: { ...given, ...address, ...time } });
    expect(deal.custom_fields).toMatchObject({
      ...given,
      [fields['Delivery address'] as string]: { value: 'Sadama 1', locality: null, formatted_address: null },
      [fields['Daily call'] as string]: { value: '09:30:00', timezone_id: 318, timezone_name: 'Europe/London' },
      [fields.Hotline as string]: null,
    });
    const regions = fields.Regions as string;
    const after = (await patch(deal.id, { custom_fields: { [regions]: null } })).record.custom_fields as Fields;
    expect(after[regions]).toBeNull();
    expect(after[fields['Fleet size'] as string]).toBe(41);
  });
});

describe('an update', () => {
  it('changes what is given, clears what is null and keeps the rest', async () => {
    const { id } = await add({
      person_id: 101,
      org_id: 1,
      probability: 40,
      expected_close_date: '2027-01-01',
      value: 5,
    });
    now += 60_000;
    const after = (await patch(id, { person_id: null, probability: null, expected_close_date: null })).record;
    expect(after).toMatchObject({
      person_id: null,
      probability: null,
      expected_close_date: null,
      org_id: 1,
      value: 5,
      update_time: '2026-11-10T12:01:00Z',
      stage_change_time: null,
    });
  });

  it('of the stage moves the pipeline and is timed', async () => {
    const { id } = await add();
    expect((await patch(id, { stage_id: 7 })).record).toMatchObject({
      pipeline_id: 2,
      stage_change_time: '2026-11-10T12:00:00Z',
    });
    expect((await patch(id, { pipeline_id: 3 })).record).toMatchObject({ pipeline_id: 3, stage_id: 11 });
    now += 1_000;
    expect((await patch(id, { pipeline_id: 3 })).record.stage_change_time).toBe('2026-11-10T12:00:00Z');
  });

  it('of the status sets and clears what goes with it', async () => {
    const { id } = await add();
    const closed = '2026-11-10T12:00:00Z';
    expect((await patch(id, { status: 'won' })).record).toMatchObject({
      status: 'won',
      won_time: closed,
      close_time: closed,
      local_won_date: '2026-11-10',
      local_close_date: '2026-11-10',
      lost_time: null,
    });
    const lost = { status: 'lost', lost_reason: 'Price', lost_time: '2026-11-01T10:00:00+02:00' };
    expect((await patch(id, lost)).record).toMatchObject({
      lost_reason: 'Price',
      lost_time: '2026-11-01T08:00:00Z',
      close_time: '2026-11-01T08:00:00Z',
      local_lost_date: '2026-11-01',
      won_time: null,
      local_won_date: null,
    });
    expect((await patch(id, { lost_reason: 'Timing' })).record).toMatchObject({
      lost_reason: 'Timing',
      lost_time: '2026-11-01T08:00:00Z',
    });
    expect((await patch(id, { status: 'open' })).record).toMatchObject({
      lost_reason: null,
      lost_time: null,
      close_time: null,
      local_lost_date: null,
      local_close_date: null,
    });
    expect((await patch(id, { lost_reason: 'Late' })).status).toBe(400);
  });

  it('that is refused changes nothing', async () => {
    const before = await get(1);
    expect((await patch(1, { title: 'Changed', person_id: 999_999 })).status).toBe(400);
    expect(await get(1)).toEqual(before);
  });
});

describe('archiving', () => {
  it('moves a deal out of the list and closes it for edits until it is undone', async () => {
    const { id } = await add();
    expect((await patch(id, { is_archived: true, archive_time: '2026-11-09 08:00:00' })).record).toMatchObject({
      is_archived: true,
      archive_time: '2026-11-09T08:00:00Z',
    });
    expect((await started.call('GET', `/api/v2/deals?ids=${id}`)).rows).toEqual([]);
    expect((await started.call('GET', `/api/v2/deals/archived?ids=${id}`)).rows).toHaveLength(1);
    expect((await get(id)).is_archived).toBe(true);
    for (const body of [{ title: 'x' }, { is_archived: true }, { is_archived: false, title: 'x' }]) {
      expect((await patch(id, body)).status).toBe(400);
    }
    const line = { product_id: 51, item_price: 1, quantity: 1 };
    expect((await started.call('POST', `/api/v2/deals/${id}/products`, line)).status).toBe(400);
    expect((await started.call('PUT', `/v1/deals/${id}/merge`, { merge_with_id: 1 })).status).toBe(400);
    expect((await patch(id, { is_archived: false })).record).toMatchObject({ is_archived: false, archive_time: null });
    expect((await patch(id, { title: 'x' })).status).toBe(200);
  });
});

describe('deletion', () => {
  it('hides a deal, keeps it readable for 30 days, and can be undone', async () => {
    const { id } = await add();
    expect((await started.call('DELETE', `/api/v2/deals/${id}`)).body).toEqual({ success: true, data: { id } });
    expect((await started.call('GET', `/api/v2/deals?ids=${id}`)).rows).toEqual([]);
    expect((await started.call('GET', `/api/v2/deals?ids=${id}&status=deleted`)).rows).toHaveLength(1);
    expect(await get(id)).toMatchObject({ is_deleted: true, status: 'deleted' });
    const again = await started.call('DELETE', `/api/v2/deals/${id}`);
    expect([again.status, again.body]).toEqual([410, { success: true, data: { id } }]);
    expect((await patch(id, { title: 'x' })).status).toBe(404);
    expect((await started.call('POST', `/v1/deals/${id}/duplicate`)).status).toBe(404);
    expect((await patch(id, { is_deleted: false })).record).toMatchObject({ is_deleted: false, status: 'open' });
    await started.call('DELETE', `/api/v2/deals/${id}`);
    now += 31 * DAY;
    expect((await started.call('GET', `/api/v2/deals/${id}`)).status).toBe(404);
    expect((await started.call('GET', '/api/v2/deals?status=deleted')).rows).toEqual([]);
  });

  it('of an unknown deal is 404', async () => {
    expect((await started.call('DELETE', '/api/v2/deals/999999')).status).toBe(404);
  });
});

describe('products of a deal', () => {
  it('make its value, less discounts and disabled lines, without tax', async () => {
    const { id } = await add({ value: 5_000, currency: 'SEK' });
    expect(await addLine(id, { item_price: 49.9, quantity: 12, discount: 10, tax: 22 })).toMatchObject({
      sum: 538.92,
      currency: 'SEK',
      name: 'GPS tracker',
      comments: '',
      discount_type: 'percentage',
      billing_frequency: 'one-time',
    });
    await addLine(id, { discount: 5, discount_type: 'amount' });
    await addLine(id, { is_enabled: false });
    expect(await get(id)).toMatchObject({ value: 553.92, acv: 553.92, arr: 0, mrr: 0 });
  });

  it('that recur make its yearly and monthly revenue', async () => {
    const { id } = await add();
    await addLine(id, { item_price: 100, quantity: 1 });
    await addLine(id, { item_price: 10, quantity: 1, billing_frequency: 'monthly' });
    await addLine(id, { item_price: 30, quantity: 1, billing_frequency: 'quarterly', billing_frequency_cycles: 2 });
    expect(await get(id)).toMatchObject({ value: 140, arr: 240, mrr: 20, acv: 280 });
  });

  it('share one tax method and follow the name of the product and the currency of the deal', async () => {
    const { id } = await add();
    const first = await addLine(id, { tax_method: 'inclusive' });
    expect((await addLine(id)).tax_method).toBe('inclusive');
    await addLine(id, { tax_method: 'none' });
    await started.call('PATCH', '/api/v2/products/51', { name: 'Renamed' });
    await patch(id, { currency: 'USD' });
    const { rows } = await started.call('GET', `/api/v2/deals/${id}/products?sort_by=order_nr&sort_direction=desc`);
    expect(rows.map(({ tax_method }) => tax_method)).toEqual(['none', 'none', 'none']);
    expect(rows.map(({ order_nr }) => order_nr)).toEqual([30, 20, 10]);
    expect(rows.at(-1)).toMatchObject({ id: first.id, name: 'Renamed', currency: 'USD' });
  });

  it('belong to their deal alone', async () => {
    const [one, other] = [await add(), await add()];
    const line = await addLine(one.id);
    for (const method of ['PATCH', 'DELETE']) {
      const { status } = await started.call(method, `/api/v2/deals/${other.id}/products/${line.id}`, {});
      expect(status).toBe(404);
    }
    const gone = await started.call('DELETE', `/api/v2/deals/${other.id}/products?ids=${line.id}`);
    expect(gone.record).toEqual({ ids: [] });
    expect((await get(one.id)).value).toBe(20);
  });

  it('go a hundred at a time when none are named', async () => {
    const { id } = await add();
    const hundred = Array(100).fill({ product_id: 51, item_price: 1, quantity: 1 });
    await started.call('POST', `/api/v2/deals/${id}/products/bulk`, { data: hundred });
    await addLine(id);
    const first = await started.call('DELETE', `/api/v2/deals/${id}/products?ids=`);
    expect((first.record.ids as number[]).length).toBe(100);
    expect(first.body.additional_data).toEqual({ more_items_in_collection: true });
    const second = await started.call('DELETE', `/api/v2/deals/${id}/products`);
    expect((second.record.ids as number[]).length).toBe(1);
    expect(second.body.additional_data).toEqual({ more_items_in_collection: false });
  });
});

describe('a merge', () => {
  it('keeps the deal of the body, fills its gaps, moves products and people, and deletes the deal of the path', async () => {
    const code = (name: string) =>
      started.sandbox.store.fields.deal.find(({ field_name }) => field_name === name)?.field_code as string;
    const [size, reference] = [code('Fleet size'), code('Customer reference')];
    const kept = await add({ title: 'Kept', org_id: 2, probability: 70, custom_fields: { [reference]: 'kept' } });
    const gone = await add({
      title: 'Gone',
      org_id: 1,
      person_id: 101,
      probability: 30,
      expected_close_date: '2027-02-01',
      label_ids: [11],
      custom_fields: { [size]: 42, [reference]: 'gone' },
    });
    started.sandbox.store.participants.set(gone.id, new Set([102]));
    await addLine(kept.id);
    const moved = await addLine(gone.id);
    now += 5_000;
    const merged = await started.call('PUT', `/api/v1/deals/${gone.id}/merge`, { merge_with_id: kept.id });
    expect(merged.status).toBe(200);
    expect(merged.record).toMatchObject({
      id: kept.id,
      merge_what_id: gone.id,
      title: 'Kept',
      person_id: 101,
      label: '11',
      value: 40,
      products_count: 2,
      participants_count: 2,
      visible_to: '3',
      update_time: '2026-11-10 12:00:05',
      deleted: false,
    });
    expect(await get(kept.id)).toMatchObject({
      org_id: 2,
      probability: 70,
      expected_close_date: '2027-02-01',
      label_ids: [11],
      custom_fields: { [size]: 42, [reference]: 'kept' },
    });
    expect(await get(gone.id)).toMatchObject({ is_deleted: true });
    const { rows } = await started.call('GET', `/api/v2/deals/products?deal_ids=${kept.id},${gone.id}`);
    expect(rows.map(({ deal_id }) => deal_id)).toEqual([kept.id, kept.id]);
    expect(rows.map(({ id }) => id)).toContain(moved.id);
    expect((await started.call('GET', `/api/v2/persons?deal_id=${kept.id}`)).rows.map(({ id }) => id)).toEqual([
      101, 102,
    ]);
  });

  it.each<[string, number, unknown, number]>([
    ['itself', 1, { merge_with_id: 1 }, 400],
    ['nothing', 1, {}, 400],
    ['an unknown deal', 1, { merge_with_id: 999_999 }, 404],
    ['another, of an unknown deal', 999_999, { merge_with_id: 1 }, 404],
  ])('with %s is refused', async (_given, id, body, status) => {
    expect((await started.call('PUT', `/v1/deals/${id}/merge`, body)).status).toBe(status);
  });
});

describe('a duplicate', () => {
  it.each([['open'], ['won'], ['lost']])('of a %s deal is open, with products, without dates', async (status) => {
    const code = started.sandbox.store.fields.deal.find(({ field_name }) => field_name === 'Fleet size')?.field_code;
    const original = await add({
      status,
      person_id: 101,
      org_id: 1,
      owner_id: 21_000_305,
      stage_id: 9,
      expected_close_date: '2027-02-01',
      custom_fields: { [code as string]: 41 },
    });
    await addLine(original.id);
    const before = await get(original.id);
    now += 1_000;
    const copied = (await started.call('POST', `/v1/deals/${original.id}/duplicate`)).record;
    const copy = await get(copied.id);
    expect(copy).toMatchObject({
      title: 'New (copy)',
      status: 'open',
      value: 20,
      currency: 'EUR',
      person_id: 101,
      org_id: 1,
      owner_id: 21_000_305,
      pipeline_id: 2,
      stage_id: 9,
      add_time: '2026-11-10T12:00:01Z',
      update_time: null,
      expected_close_date: null,
      close_time: null,
      won_time: null,
      lost_time: null,
    });
    expect(new Set(Object.values(copy.custom_fields as Fields))).toEqual(new Set([null]));
    expect(await get(original.id)).toEqual(before);
    const { rows } = await started.call('GET', `/api/v2/deals/products?deal_ids=${original.id},${copied.id}`);
    expect(rows.map(({ deal_id }) => deal_id)).toEqual([original.id, copied.id]);
    const again = (await started.call('POST', `/v1/deals/${copied.id}/duplicate`)).record;
    expect(again.title).toBe('New (copy) (copy)');
  });
});

describe('faults and reset', () => {
  it('strike as switched on, and go with a reset', async () => {
    started.sandbox.faults.set({
      kind: 'status',
      status: 429,
      headers: { 'x-ratelimit-reset': '1' },
      times: 1,
      body: '{}',
    });
    expect((await started.call('GET', '/api/v2/deals/1')).status).toBe(429);
    expect((await started.call('GET', '/api/v2/deals/1')).status).toBe(200);
    await patch(1, { title: 'Changed' });
    expect(started.sandbox.log).toHaveLength(3);
    started.sandbox.reset();
    expect(started.sandbox.log).toHaveLength(0);
    expect(started.sandbox.tokensSpent).toBe(0);
    expect(started.sandbox.store.deals.get(1)?.title).not.toBe('Changed');
  });
});
