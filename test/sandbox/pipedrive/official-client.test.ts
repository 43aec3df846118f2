import * as v1 from 'pipedrive/v1';
import * as v2 from 'pipedrive/v2';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Started, start } from './start.ts';

describe('the official client', () => {
  let started: Started;
  let deals: v2.DealsApi;
  let products: v2.DealProductsApi;
  let dealsV1: v1.DealsApi;
  let users: v1.UsersApi;

  beforeAll(async () => {
    started = await start();
    const { token: apiKey } = started.sandbox;
    const second = new v2.Configuration({ apiKey, basePath: `${started.url}/api/v2` });
    const first = new v1.Configuration({ apiKey, basePath: `${started.url}/v1` });
    deals = new v2.DealsApi(second);
    products = new v2.DealProductsApi(second);
    dealsV1 = new v1.DealsApi(first);
    users = new v1.UsersApi(first);
  });
  beforeEach(() => started.sandbox.reset());
  afterAll(() => started.close());

  const stored = (id: number | undefined) => started.sandbox.store.deals.get(id as number);

  it('walks all deals by cursor, each once and in order', async () => {
    const seen: { id: number; added: string }[] = [];
    let cursor: string | undefined;
    let pages = 0;
    do {
      const page = await deals.getDeals({
        limit: 50,
        sort_by: 'add_time',
        sort_direction: 'desc',
        ...(cursor && { cursor }),
      });
      seen.push(...(page.data ?? []).map((deal) => ({ id: deal.id as number, added: deal.add_time as string })));
      cursor = page.additional_data?.next_cursor;
      pages += 1;
    } while (cursor);
    const expected = [...started.sandbox.store.deals.values()]
      .filter((deal) => !deal.is_deleted && !deal.is_archived)
      .sort((a, b) => (a.add_time === b.add_time ? a.id - b.id : a.add_time < b.add_time ? 1 : -1));
    expect(pages).toBe(Math.ceil(expected.length / 50));
    expect(seen.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
    expect(new Set(seen.map(({ added }) => added)).size).toBeLessThan(seen.length);
  });

  it('lists archived deals apart', async () => {
    const { data = [] } = await deals.getArchivedDeals({ limit: 500 });
    expect(data.length).toBeGreaterThan(10);
    expect(data.every((deal) => deal.is_archived)).toBe(true);
  });

  it('gets, adds, updates and deletes a deal', async () => {
    const added = await deals.addDeal({ AddDealRequest: { title: 'From the client', value: 12.5, currency: 'XTK' } });
    const id = added.data?.id as number;
    expect(added.data).toMatchObject({ title: 'From the client', value: 12.5, currency: 'XTK', status: 'open' });
    expect(added.data?.update_time).toBeNull();
    const updated = await deals.updateDeal({ id, UpdateDealRequest: { status: 'won', probability: 90 } });
    expect(updated.data).toMatchObject({ id, status: 'won', title: 'From the client' });
    expect(await deals.deleteDeal({ id })).toEqual({ success: true, data: { id } });
    expect((await deals.getDeal({ id })).data).toMatchObject({ id, is_deleted: true });
  });

  it('reads the products of several deals in one call', async () => {
    const ids = [...new Set([...started.sandbox.store.dealProducts.values()].map((line) => line.deal_id))].slice(
      0,
      100,
    );
    const { data = [] } = await products.getDealsProducts({ deal_ids: ids, limit: 500 });
    const expected = [...started.sandbox.store.dealProducts.values()].filter((line) => ids.includes(line.deal_id));
    expect(data.map((line) => line.id)).toEqual(expected.map((line) => line.id));
  });

  it('adds, changes and deletes products of a deal', async () => {
    const { data: deal } = await deals.addDeal({ AddDealRequest: { title: 'With products', currency: 'EUR' } });
    const id = deal?.id as number;
    const one = await products.addDealProduct({
      id,
      AddDealProductRequest: { product_id: 51, item_price: 99.99, quantity: 2 },
    });
    expect(one.data).toMatchObject({ deal_id: id, name: 'GPS tracker', sum: 199.98, order_nr: 10, currency: 'EUR' });
    expect(stored(id)?.value).toBe(199.98);
    const many = await products.addManyDealProducts({
      id,
      CreateManyDealProductRequest: {
        data: Array.from({ length: 100 }, (_, index) => ({ product_id: 52, item_price: 1, quantity: index + 1 })),
      },
    });
    expect(many.data?.map((line) => line.quantity)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
    expect(stored(id)?.value).toBe(5249.98);
    await products.updateDealProduct({
      id,
      product_attachment_id: one.data?.id as number,
      UpdateDealProductRequest: { quantity: 1 },
    });
    expect(stored(id)?.value).toBe(5149.99);
    const [first, second] = (many.data ?? []).map((line) => line.id as number);
    const some = await products.deleteManyDealProducts({ id, ids: `${first},${second}` });
    expect(some.data).toEqual({ ids: [first, second] });
    const rest = await products.deleteManyDealProducts({ id });
    expect(rest.data?.ids).toHaveLength(99);
    expect(stored(id)).toMatchObject({ value: 0, acv: null, arr: null, mrr: null });
  });

  it('merges and duplicates deals', async () => {
    const { data: kept } = await deals.addDeal({ AddDealRequest: { title: 'Kept' } });
    const { data: gone } = await deals.addDeal({ AddDealRequest: { title: 'Gone', probability: 40 } });
    const merged = await dealsV1.mergeDeals({
      id: gone?.id as number,
      MergeDealsRequest: { merge_with_id: kept?.id as number },
    });
    expect(merged.data).toMatchObject({ id: kept?.id, merge_what_id: gone?.id, title: 'Kept', probability: 40 });
    const copy = await dealsV1.duplicateDeal({ id: kept?.id as number });
    expect(copy.data).toMatchObject({ title: 'Kept (copy)', status: 'open', user_id: kept?.owner_id });
    expect(copy.data?.id).not.toBe(kept?.id);
  });

  it('reads users', async () => {
    const { data = [] } = await users.getUsers();
    expect(data).toHaveLength(6);
    expect(data.filter((user) => user.active_flag === false)).toHaveLength(1);
    const me = await users.getCurrentUser();
    expect(me.data).toMatchObject({ is_you: true, company_domain: 'northwind-sandbox' });
    expect((await users.getUser({ id: data[1]?.id as number })).data).toEqual(data[1]);
  });

  it('reads persons, organizations, products, pipelines, stages and fields', async () => {
    const configuration = new v2.Configuration({ apiKey: started.sandbox.token, basePath: `${started.url}/api/v2` });
    const { data: persons } = await new v2.PersonsApi(configuration).getPersons({ limit: 3 });
    expect(persons).toHaveLength(3);
    const { data: organization } = await new v2.OrganizationsApi(configuration).getOrganization({ id: 1 });
    expect(organization?.id).toBe(1);
    const { data: product } = await new v2.ProductsApi(configuration).addProduct({
      AddProductRequest: { name: 'New' },
    });
    expect(product).toMatchObject({ name: 'New', is_linkable: true });
    const { data: pipelines } = await new v2.PipelinesApi(configuration).getPipelines();
    const { data: stages = [] } = await new v2.StagesApi(configuration).getStages({ sort_by: 'order_nr' });
    expect(pipelines).toHaveLength(3);
    const orders = stages.map((stage) => stage.order_nr as number);
    expect(orders).toEqual(orders.toSorted((a, b) => a - b));
    const { data: fields = [] } = await new v2.DealFieldsApi(configuration).getDealFields({ limit: 500 });
    expect(new Set(fields.filter((field) => field.is_custom_field).map((field) => field.field_type)).size).toBe(16);
  });
});
