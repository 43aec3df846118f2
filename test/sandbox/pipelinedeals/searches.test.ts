import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { idsOf, type Json, type Page, type Running, start } from './support.ts';

let crm: Running;
beforeAll(async () => {
  crm = await start();
});
afterEach(() => crm.sandbox.reset());
afterAll(() => crm.close());

const search = (name: string) => {
  const found = [...crm.sandbox.store.searches.values()].find((it) => it.name === name);
  if (!found) throw new Error(`no search "${name}"`);
  return found;
};
const big = () => [...crm.sandbox.store.deals.values()].filter((deal) => Number(deal.value ?? 0) >= 50_000);

describe('saved filters', () => {
  it('are the caller’s own and those shared, with the documented keys', async () => {
    const { entries } = await crm.page('searches.json');
    expect(entries.map((it) => it.name)).toEqual([
      'My open deals',
      'Big deals',
      'Nordic leads from the web',
      'All leads',
      'Companies in Germany',
    ]);
    expect(Object.keys(entries[0] ?? {})).toEqual([
      'id',
      'user_id',
      'name',
      'is_shared',
      'is_default',
      'query',
      'columns',
      'sort',
      'search_type',
      'is_sentence_search',
      'is_starred',
    ]);
    const [first, colleague] = crm.sandbox.store.users.keys();
    expect(entries.slice(0, 2)).toMatchObject([
      { user_id: first, is_shared: false, search_type: 'deals', sort: '-deals.updated_at' },
      { user_id: colleague, is_shared: true, query: { deal_value: { from: '50000' } } },
    ]);
  });

  it('come in pages', async () => {
    const page = await crm.page('searches', 'per_page=2&page=3');
    expect(page.entries).toHaveLength(1);
    expect(page.pagination).toMatchObject({ page: 3, pages: 3, total: 5 });
  });
});

describe.each([
  { by: 'search_id', ask: (id: number, query: string) => crm.page('deals.json', `search_id=${id}&${query}`) },
  { by: 'perform', ask: (id: number, query: string) => crm.page(`searches/${id}/perform.json`, query) },
])('$by', ({ ask }) => {
  it('finds what the filter says, in its own order', async () => {
    const { entries } = await ask(search('Big deals').id, '');
    const names = entries.map((deal) => String(deal.name));
    expect(entries.map((deal) => deal.id).toSorted()).toEqual(
      big()
        .map((deal) => deal.id)
        .toSorted(),
    );
    expect(names).toEqual(names.toSorted((a, b) => a.localeCompare(b, 'en', { sensitivity: 'base' })));
  });

  it('takes lists of stages and owners', async () => {
    const { query } = search('My open deals');
    const [owner] = crm.sandbox.store.users.keys();
    const expected = [...crm.sandbox.store.deals.values()].filter(
      (deal) => deal.user_id === owner && (query.deal_stage as number[]).includes(deal.deal_stage_id ?? 0),
    );
    expect(expected.length).toBeGreaterThan(0);
    const page = await ask(search('My open deals').id, '');
    expect(idsOf(page).sort()).toEqual(expected.map((deal) => deal.id).sort());
  });

  it('takes scalars, custom options and days', async () => {
    const { query } = search('Nordic leads from the web');
    const [label] = Object.keys(query).filter((key) => key.startsWith('custom_label_'));
    const [option] = query[label as string] as number[];
    const expected = [...crm.sandbox.store.deals.values()].filter(
      (deal) =>
        deal.source_id === query.deal_source &&
        [deal.custom_fields[label as string]].flat().includes(option ?? 0) &&
        deal.created_at >= Date.UTC(2025, 0, 1, 5),
    );
    expect(expected.length).toBeGreaterThan(0);
    expect(idsOf(await ask(search('Nordic leads from the web').id, '')).sort()).toEqual(
      expected.map((deal) => deal.id).sort(),
    );
  });

  it('ignores every parameter but the page', async () => {
    const [some] = crm.sandbox.store.deals.keys();
    const ignored = `conditions[deal_id]=${some}&sort=-deals.name&totals=true&company_id=1&sort=nonsense`;
    const plain = await ask(search('Big deals').id, 'per_page=7&page=2');
    expect(plain.entries).toHaveLength(7);
    expect(await ask(search('Big deals').id, `per_page=7&page=2&${ignored}`)).toEqual(plain);
    expect(plain).not.toHaveProperty('totals');
  });

  it('does not know filters that are not there, or that somebody keeps to herself', async () => {
    for (const id of [1, search('Only mine').id]) {
      expect(await ask(id, '')).toEqual({});
      expect(crm.sandbox.log.at(-1)?.status).toBe(404);
    }
  });
});

it('gives a colleague her own filters', async () => {
  const colleague = [...crm.sandbox.store.users.values()][1];
  const url = (path: string) => `${crm.url}/api/v3/${path}?api_key=${colleague?.api_key}`;
  const own = (await (await fetch(url('searches.json'))).json()) as Page;
  expect(own.entries.map((it: Json) => it.name)).toContain('Only mine');
  expect(own.entries.map((it: Json) => it.name)).not.toContain('My open deals');
  const performed = (await (await fetch(url(`searches/${search('Only mine').id}/perform`))).json()) as Page;
  expect(performed.entries.length).toBeGreaterThan(0);
  expect(performed.entries.every((deal) => deal.user_id === colleague?.id)).toBe(true);
});

it('performs filters of people and companies, which deals do not take', async () => {
  const leads = (await crm.page(`searches/${search('All leads').id}/perform`)).entries;
  expect(leads.length).toBeGreaterThan(0);
  expect(leads.every((person) => person.type === 'Lead')).toBe(true);
  const german = (await crm.page(`searches/${search('Companies in Germany').id}/perform`)).entries;
  expect(german.length).toBeGreaterThan(0);
  expect(german.every((company) => company.country === 'Germany')).toBe(true);
  expect((await crm.get('deals', `search_id=${search('All leads').id}`)).status).toBe(404);
});
