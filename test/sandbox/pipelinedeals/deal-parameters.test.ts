import { Big } from 'big.js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Json, type Running, start } from './support.ts';

let crm: Running;
beforeAll(async () => {
  crm = await start();
});
afterEach(() => crm.sandbox.reset());
afterAll(() => crm.close());

describe('totals', () => {
  const sum = (fits: (created: number) => boolean) =>
    [...crm.sandbox.store.deals.values()]
      .filter((deal) => fits(deal.created_at))
      .reduce((total, deal) => total.plus(deal.value ?? 0), new Big(0));
  const totalOf = (body: Json) => new Big((body.totals as { deal_value: string }).deal_value);

  it('cover every deal to the last cent, whatever the page', async () => {
    const first = await crm.get('deals', 'totals=true&per_page=3');
    const last = await crm.get('deals', 'totals=true&per_page=3&page=80');
    expect(totalOf(first.body).toFixed()).toBe(sum(() => true).toFixed());
    expect(last.body.totals).toEqual(first.body.totals);
  });

  it('cover what the conditions leave', async () => {
    const since = Date.UTC(2026, 0, 1, 5);
    const { body } = await crm.get('deals', 'per_page=1&totals=true&conditions[deal_created][from_date]=2026-01-01');
    expect(totalOf(body).toFixed()).toBe(sum((created) => created >= since).toFixed());
    expect(totalOf(body).lt(sum(() => true))).toBe(true);
  });

  it('are nothing where nothing matches, and absent where not asked for', async () => {
    const none = await crm.get('deals', 'totals=true&conditions[deal_name]=no-such-deal');
    expect(none.body.totals).toEqual({ deal_value: '0.0' });
    expect((await crm.get('deals', 'per_page=1')).body).not.toHaveProperty('totals');
    expect((await crm.get('deals', 'per_page=1&totals=false')).body).not.toHaveProperty('totals');
    expect((await crm.get('people', 'per_page=1&totals=true')).body).not.toHaveProperty('totals');
  });
});

describe('attrs', () => {
  it('is ignored until switched on, then leaves the keys named', async () => {
    const [id] = crm.sandbox.store.deals.keys();
    const whole = (await crm.page('deals', 'per_page=1')).entries[0];
    expect((await crm.page('deals', 'per_page=1&attrs=id,name')).entries[0]).toEqual(whole);
    crm.sandbox.switches.sparseAttributes = true;
    expect(Object.keys((await crm.page('deals', 'per_page=1&attrs=id,name,nonsense')).entries[0] ?? {})).toEqual([
      'id',
      'name',
    ]);
    expect(Object.keys((await crm.get(`deals/${id}`, 'attrs=value,id')).body)).toEqual(['id', 'value']);
    expect((await crm.page('deals', 'per_page=1')).entries[0]).toEqual(whole);
  });
});

describe('possible_notify_user_ids', () => {
  const active = () => [...crm.sandbox.store.users.values()].filter((it) => it.deleted_at === null).map((it) => it.id);

  it.each(['deals', 'people', 'companies'])('are on one of %s read alone', async (path) => {
    const id = (await crm.page(path, 'per_page=1')).entries[0]?.id;
    expect((await crm.get(`${path}/${id}`)).body.possible_notify_user_ids).toEqual(active());
    expect((await crm.page(path, 'per_page=1')).entries[0]).not.toHaveProperty('possible_notify_user_ids');
  });

  it('are on listed deals where asked for', async () => {
    const contact = [...crm.sandbox.store.deals.values()].find((deal) => deal.person_ids.length > 0)?.person_ids[0];
    for (const path of ['deals', `people/${contact}/deals`]) {
      const { entries } = await crm.page(path, 'include_notify_user_ids=true&per_page=2');
      expect(entries.length).toBeGreaterThan(0);
      for (const deal of entries) expect(deal.possible_notify_user_ids).toEqual(active());
    }
  });
});
