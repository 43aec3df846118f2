import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { idsOf, type Running, start } from './support.ts';

let crm: Running;
beforeAll(async () => {
  crm = await start();
});
afterEach(() => crm.sandbox.reset());
afterAll(() => crm.close());

const deals = () => [...crm.sandbox.store.deals.values()];
const idsWhere = (fits: (deal: ReturnType<typeof deals>[number]) => boolean) =>
  deals()
    .filter(fits)
    .map((deal) => deal.id)
    .sort();
const asked = async (path: string, query: string) => idsOf(await crm.page(path, query)).sort();

describe('paging', () => {
  it('gives 200 by default and the rest on the second page', async () => {
    const first = await crm.page('deals.json');
    expect(first.pagination).toEqual({ page: 1, page_var: 'page', per_page: 200, pages: 2, total: 240 });
    const second = await crm.page('deals.json', 'page=2');
    expect(new Set([...idsOf(first), ...idsOf(second)]).size).toBe(240);
  });

  it('clamps per_page to 200', async () => {
    const page = await crm.page('deals.json', 'per_page=500');
    expect(page.entries).toHaveLength(200);
    expect(page.pagination.per_page).toBe(200);
  });

  it('answers a page past the end with no entries', async () => {
    const page = await crm.page('deals', 'per_page=100&page=4');
    expect(page.entries).toEqual([]);
    expect(page.pagination).toMatchObject({ page: 4, pages: 3, total: 240 });
  });

  it('counts an empty list as one page', async () => {
    const page = await crm.page('deals', 'conditions[deal_name]=no-such-deal');
    expect(page.pagination).toMatchObject({ pages: 1, total: 0 });
  });

  it('sends product lines without pagination', async () => {
    expect(Object.keys((await crm.get('admin/product_lines.json')).body)).toEqual(['entries']);
  });

  it('adds up all matches, not the page', async () => {
    const won = crm.sandbox.store.configuration.stages.find((stage) => stage.percent === 100);
    const { body } = await crm.get('deals.json', `per_page=1&totals=true&conditions[deal_stage]=${won?.id}`);
    const cents = deals()
      .filter((deal) => deal.deal_stage_id === won?.id && deal.value !== null)
      .reduce((sum, deal) => sum + BigInt(Math.round(Number(deal.value) * 100)), 0n);
    expect(body.totals).toEqual({ deal_value: expect.stringMatching(/^\d+\.\d+$/) });
    expect(BigInt(Math.round(Number((body.totals as { deal_value: string }).deal_value) * 100))).toBe(cents);
  });
});

describe('order', () => {
  it.each([
    'deals.name',
    'deals.owner_id',
    'deals.source_id',
    'deals.probability',
    'deals.expected_close_date',
    'deals.created_at',
    'deals.updated_at',
    'deals.closed_time',
  ])('sorts by %s both ways', async (key) => {
    const field = key === 'deals.owner_id' ? 'user_id' : key.slice('deals.'.length);
    const valuesOf = async (sort: string) =>
      (await crm.page('deals', `sort=${sort}`)).entries.map((deal) => deal[field]).filter((value) => value !== null);
    const compare = (a: unknown, b: unknown) =>
      typeof a === 'number' && typeof b === 'number'
        ? a - b
        : instantOrText(a).localeCompare(instantOrText(b), 'en', { sensitivity: 'base' });
    const up = await valuesOf(key);
    const down = await valuesOf(`-${key}`);
    expect(up).toEqual(up.toSorted(compare));
    expect(down).toEqual(down.toSorted((a, b) => compare(b, a)));
    expect(up.length).toBeGreaterThan(20);
    expect(up[0]).not.toEqual(up.at(-1));
  });

  it('fails on a sort it does not know', async () => {
    expect((await crm.get('deals', 'sort=deals.percentage')).status).toBe(500);
    expect((await crm.get('people', 'sort=deals.name')).status).toBe(500);
  });

  it.each(['deals', 'people', 'companies'])('lists %s newest update first', async (path) => {
    const updates = (await crm.page(path)).entries.map((entry) => instantOrText(entry.updated_at));
    expect(updates).toEqual(updates.toSorted().toReversed());
  });

  it('sorts people and companies by their creation', async () => {
    for (const path of ['people', 'companies']) {
      const times = (await crm.page(path, `sort=-${path}.created_at`)).entries.map((it) =>
        instantOrText(it.created_at),
      );
      expect(times).toEqual(times.toSorted().toReversed());
    }
  });
});

/** A time as a text that sorts by moment, whatever offset it is written with. */
function instantOrText(value: unknown): string {
  const [, day, time, zone] = /^(\d{4}\/\d\d\/\d\d) (\d\d:\d\d:\d\d) ([+-]\d{4})$/.exec(String(value)) ?? [];
  if (day === undefined) return String(value);
  return new Date(`${day.replaceAll('/', '-')}T${time}${zone?.slice(0, 3)}:${zone?.slice(3)}`).toISOString();
}

describe('conditions on deals', () => {
  it('takes ids with commas and leaves out what it does not have', async () => {
    const [a, b] = deals();
    expect(await asked('deals', `conditions[deal_id]=${b?.id},${a?.id},1`)).toEqual([a?.id, b?.id]);
  });

  it('lists archived deals with the others', async () => {
    const archived = deals().find((deal) => deal.is_archived);
    expect(await asked('deals', `conditions[deal_id]=${archived?.id}`)).toEqual([archived?.id]);
  });

  it('matches part of a name in any case', async () => {
    const expected = idsWhere((deal) => deal.name.toLowerCase().includes('rollout'));
    expect(expected.length).toBeGreaterThan(0);
    expect(await asked('deals', 'conditions[deal_name]=ROLLOUT')).toEqual(expected);
  });

  it('takes a list of stages', async () => {
    const [first, second] = crm.sandbox.store.configuration.stages.slice(1, 3).map((stage) => stage.id);
    const expected = idsWhere((deal) => deal.deal_stage_id === first || deal.deal_stage_id === second);
    expect(await asked('deals', `conditions[deal_stage][]=${first}&conditions[deal_stage][]=${second}`)).toEqual(
      expected,
    );
  });

  it('takes an owner, or all', async () => {
    const owner = deals().find((deal) => deal.user_id !== null)?.user_id;
    expect(await asked('deals', `conditions[deal_owner]=${owner}`)).toEqual(idsWhere((deal) => deal.user_id === owner));
    expect((await crm.page('deals', 'conditions[deal_owner]=all')).pagination.total).toBe(240);
  });

  it('bounds the value on both sides, inclusively', async () => {
    const inside = deals().find((deal) => deal.value !== null && Number(deal.value) > 0);
    const value = inside?.value ?? '';
    expect(await asked('deals', `conditions[deal_value][from]=${value}&conditions[deal_value][to]=${value}`)).toEqual(
      idsWhere((deal) => deal.value !== null && Number(deal.value) === Number(value)),
    );
  });

  it('reads days in the zone of the account, both included', async () => {
    const { body: late } = await crm.send('POST', 'deals', {
      deal: { name: 'Last second', created_at: '2026-03-10 23:59:59' },
    });
    const { body: early } = await crm.send('POST', 'deals', {
      deal: { name: 'First second', created_at: '2026-03-10 00:00:00' },
    });
    const on = (day: string) =>
      asked('deals', `conditions[deal_created][from_date]=${day}&conditions[deal_created][to_date]=${day}`);
    expect(late.created_at).toBe('2026/03/10 23:59:59 -0400');
    expect(await on('2026-03-10')).toEqual(expect.arrayContaining([late.id, early.id]));
    expect(await on('2026-03-11')).not.toContain(late.id);
    expect(await on('2026-03-09')).not.toContain(early.id);
  });

  it('writes winter times with the offset of winter', async () => {
    const { body } = await crm.send('POST', 'deals', { deal: { name: 'Cold', created_at: '2026-01-10 12:00:00' } });
    expect(body.created_at).toBe('2026/01/10 12:00:00 -0500');
  });

  it('looks at the people of a deal', async () => {
    const person = [...crm.sandbox.store.people.values()].find((it) => it.email !== null);
    const expected = idsWhere((deal) => deal.person_ids.includes(person?.id ?? 0));
    expect(await asked('deals', `conditions[person_email]=${person?.email?.toUpperCase()}`)).toEqual(expected);
  });

  it('matches any chosen option of a custom field', async () => {
    const label = crm.sandbox.store.configuration.labels.deal.find((it) => it.field_type === 'multi_select');
    const option = label?.entries[0]?.id ?? 0;
    const expected = idsWhere((deal) => [deal.custom_fields[`custom_label_${label?.id}`]].flat().includes(option));
    expect(expected.length).toBeGreaterThan(0);
    expect(await asked('deals', `conditions[custom_label_${label?.id}][]=${option}&per_page=200`)).toEqual(expected);
  });

  it('ignores a condition it does not know and gives everything', async () => {
    expect((await crm.page('deals', 'conditions[deal_pipeline]=1')).pagination.total).toBe(240);
  });
});

describe('id conditions by switch', () => {
  it.each([
    { path: 'people', condition: 'person_id', on: 'personIdCondition' as const },
    { path: 'companies', condition: 'company_id', on: 'companyIdCondition' as const },
  ])('filters $path by $condition only when switched on', async ({ path, condition, on }) => {
    const all = await crm.page(path);
    const wanted = idsOf(all).slice(3, 5).sort();
    const query = `conditions[${condition}]=${wanted.join(',')}`;
    expect((await crm.page(path, query)).pagination.total).toBe(all.pagination.total);
    crm.sandbox.switches[on] = true;
    expect(await asked(path, query)).toEqual(wanted);
  });
});

describe('associations', () => {
  it('lists by nested path and by query alike', async () => {
    const deal = deals().find((it) => it.person_ids.length > 1 && it.company_id !== null);
    expect(await asked(`deals/${deal?.id}/people.json`, '')).toEqual(deal?.person_ids.toSorted());
    expect(await asked('people', `deal_id=${deal?.id}`)).toEqual(deal?.person_ids.toSorted());
    const ofCompany = idsWhere((it) => it.company_id === deal?.company_id);
    expect(await asked(`companies/${deal?.company_id}/deals`, '')).toEqual(ofCompany);
    expect(await asked('deals', `company_id=${deal?.company_id}`)).toEqual(ofCompany);
    const person = deal?.person_ids[0] ?? 0;
    expect(await asked(`people/${person}/deals`, '')).toEqual(idsWhere((it) => it.person_ids.includes(person)));
  });

  it('does not know associations of what does not exist', async () => {
    expect((await crm.get('deals/1/notes')).status).toBe(404);
  });

  it('shows users who have left only where asked', async () => {
    expect((await crm.page('users')).entries).toHaveLength(4);
    const all = await crm.page('admin/users', 'conditions[including_inactive]=true');
    expect(all.entries.filter((user) => user.deleted_at !== null)).toHaveLength(1);
  });
});
