import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Deal } from '../../../src/sandbox/pipedrive/records.ts';
import { type Fields, type Started, start } from './start.ts';

let started: Started;
let all: Deal[];
beforeAll(async () => {
  started = await start();
  all = [...started.sandbox.store.deals.values()];
});
afterAll(() => started.close());

async function walk(path: string): Promise<Fields[]> {
  const rows: Fields[] = [];
  let cursor: string | null | undefined = '';
  while (cursor !== null && cursor !== undefined) {
    const page = await started.call('GET', `${path}${cursor && `&cursor=${cursor}`}`);
    expect(page.status).toBe(200);
    rows.push(...page.rows);
    cursor = page.body.additional_data?.next_cursor;
  }
  return rows;
}

const ids = (rows: readonly { id?: unknown }[]) => rows.map(({ id }) => id).sort();
const live = () => all.filter((deal) => !deal.is_deleted && !deal.is_archived);

describe('the seed', () => {
  it('is the same every time, whatever the clock says', async () => {
    const other = await start({ now: () => 0 });
    try {
      expect(JSON.stringify([...other.sandbox.store.deals.values()])).toBe(JSON.stringify(all));
    } finally {
      await other.close();
    }
  });

  it('has what is easy to get wrong', () => {
    const { store } = started.sandbox;
    const some = (fits: (deal: Deal) => boolean) => all.filter(fits).length;
    expect(all).toHaveLength(240);
    for (const status of ['open', 'won', 'lost']) expect(some((deal) => deal.status === status)).toBeGreaterThan(15);
    expect(some((deal) => deal.is_archived)).toBe(20);
    expect(some((deal) => deal.is_deleted && !deal.is_archived)).toBe(4);
    expect(some((deal) => deal.person_id === null)).toBeGreaterThan(5);
    expect(some((deal) => deal.org_id === null)).toBeGreaterThan(5);
    expect(some((deal) => deal.value === 0)).toBeGreaterThan(3);
    expect(some((deal) => deal.update_time === null)).toBeGreaterThan(5);
    expect(some((deal) => deal.currency === 'XTK')).toBeGreaterThan(5);
    expect(some((deal) => deal.title.includes('🚚'))).toBeGreaterThan(0);
    expect(some((deal) => deal.title.length > 255)).toBeGreaterThan(0);
    expect(some((deal) => deal.id > 2 ** 52)).toBe(1);
    expect(new Set(all.map((deal) => deal.add_time)).size).toBeLessThan(220);
    expect([...store.persons.keys()].filter((id) => id > 2 ** 52)).toHaveLength(2);
    expect(store.pipelines.size).toBe(3);
    for (const deal of all) expect(store.productsOf(deal.id).length).toBeLessThanOrEqual(5);
  });

  it('refers only to what exists', () => {
    const { store } = started.sandbox;
    for (const deal of all) {
      expect(store.stages.get(deal.stage_id)?.pipeline_id).toBe(deal.pipeline_id);
      expect(store.users.has(deal.owner_id)).toBe(true);
      if (deal.person_id !== null) expect(store.persons.has(deal.person_id)).toBe(true);
      if (deal.org_id !== null) expect(store.organizations.has(deal.org_id)).toBe(true);
    }
  });

  it('holds an option whose definition was deleted', async () => {
    const field = started.sandbox.store.fields.deal.find(({ field_name }) => field_name === 'Fleet size');
    const used = new Set(all.map((deal) => deal.custom_fields[field?.field_code as string]));
    const known = new Set(field?.options?.map(({ id }) => id));
    expect([...used].filter((id) => id !== undefined && !known.has(id as number))).toEqual([47]);
  });
});

describe('lists of deals', () => {
  it.each([
    ['', (deal: Deal) => !deal.is_deleted],
    ['status=open', (deal: Deal) => !deal.is_deleted && deal.status === 'open'],
    ['status=won,lost', (deal: Deal) => !deal.is_deleted && deal.status !== 'open'],
    ['status=deleted', (deal: Deal) => deal.is_deleted],
    ['status=open,won,lost,deleted', () => true],
    ['pipeline_id=2', (deal: Deal) => !deal.is_deleted && deal.pipeline_id === 2],
    ['stage_id=7&status=open', (deal: Deal) => !deal.is_deleted && deal.stage_id === 7 && deal.status === 'open'],
    ['owner_id=21000305', (deal: Deal) => !deal.is_deleted && deal.owner_id === 21_000_305],
    ['ids=3,1,2,999999', (deal: Deal) => [1, 2, 3].includes(deal.id)],
    ['ids=9007199254740881', (deal: Deal) => deal.id > 2 ** 52],
    [
      'updated_since=2026-01-01T00:00:00Z&updated_until=2026-03-01T00:00:00Z',
      (deal: Deal) =>
        !deal.is_deleted &&
        deal.update_time !== null &&
        deal.update_time >= '2026-01-01T00:00:00Z' &&
        deal.update_time < '2026-03-01T00:00:00Z',
    ],
  ])('with "%s" hold what fits', async (query, fits) => {
    const expected = all.filter((deal) => !deal.is_archived && fits(deal));
    expect(expected.length).toBeGreaterThan(0);
    expect(ids(await walk(`/api/v2/deals?limit=60&${query}`))).toEqual(ids(expected));
  });

  it.each(['id', 'add_time', 'update_time'] as const)('walk by %s in both directions', async (field) => {
    for (const direction of ['asc', 'desc'] as const) {
      const sign = direction === 'asc' ? 1 : -1;
      const expected = live().sort((a, b) => {
        const [x, y] = [a[field], b[field]];
        if (x === y) return a.id - b.id;
        if (x === null) return 1;
        if (y === null) return -1;
        return x < y ? -sign : sign;
      });
      const rows = await walk(`/api/v2/deals?limit=7&sort_by=${field}&sort_direction=${direction}`);
      expect(rows.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
    }
  });

  it('have 100 rows unless asked otherwise', async () => {
    expect((await started.call('GET', '/api/v2/deals')).rows).toHaveLength(100);
    const whole = await started.call('GET', '/api/v2/deals?limit=500');
    expect(whole.rows).toHaveLength(live().length);
    expect(whole.body.additional_data).toEqual({ next_cursor: null });
  });

  it('show labels, options and further columns on request', async () => {
    const deal = live().find((one) => one.label_ids.length > 0) as Deal;
    const plain = (await started.call('GET', `/api/v2/deals/${deal.id}`)).record;
    expect(plain).not.toHaveProperty('labels');
    expect(plain).not.toHaveProperty('products_count');
    const query = 'include_labels=true&include_option_labels=true&include_fields=products_count,participants_count';
    const rich = (await started.call('GET', `/api/v2/deals?ids=${deal.id}&${query}`)).rows[0] as Fields;
    expect(ids(rich.labels as { id: number }[])).toEqual(ids(deal.label_ids.map((id) => ({ id }))));
    expect(rich.products_count).toBe(started.sandbox.store.productsOf(deal.id).length);
    const regions = started.sandbox.store.fields.deal.find(({ field_name }) => field_name === 'Regions');
    const withRegions = live().find((one) => regions && one.custom_fields[regions.field_code]) as Deal;
    const only = `custom_fields=${regions?.field_code}&include_option_labels=true`;
    expect((await started.call('GET', `/api/v2/deals/${withRegions.id}?${only}`)).record.custom_fields).toEqual({
      [regions?.field_code as string]: [
        { id: 51, label: 'Nordics' },
        { id: 53, label: 'DACH' },
      ],
    });
  });

  it('keep every digit of a value', async () => {
    expect((await started.call('GET', '/api/v2/deals/12')).text).toContain('"value":12345678901234567.89,');
    const added = await started.call('POST', '/api/v2/deals', '{"title":"Long","value":98765432109876543.21}');
    expect(added.text).toContain('"value":98765432109876543.21,');
  });
});

describe('lists of people and companies', () => {
  it('know the people of a deal: its person and the other participants', async () => {
    const { store } = started.sandbox;
    const deal = all.find((one) => store.participants.has(one.id) && one.person_id !== null) as Deal;
    const { rows } = await started.call('GET', `/api/v2/persons?deal_id=${deal.id}`);
    expect(rows.length).toBeGreaterThan(1);
    expect(ids(rows)).toEqual(ids([...store.peopleOf(deal)].map((id) => ({ id }))));
    expect((await started.call('GET', '/api/v2/persons?deal_id=999999')).rows).toEqual([]);
  });

  it('filter by organization, owner and ids', async () => {
    const { store } = started.sandbox;
    const people = [...store.persons.values()];
    const ofOne = await started.call('GET', '/api/v2/persons?org_id=1');
    expect(ids(ofOne.rows)).toEqual(ids(people.filter((person) => person.org_id === 1)));
    const some = people.filter((person) => person.id > 2 ** 52).map(({ id }) => id);
    expect(ids((await started.call('GET', `/api/v2/persons?ids=${some.join(',')},5`)).rows)).toEqual(some.sort());
    const owned = await started.call('GET', '/api/v2/organizations?owner_id=21000305&limit=500');
    expect(ids(owned.rows)).toEqual(
      ids([...store.organizations.values()].filter((organization) => organization.owner_id === 21_000_305)),
    );
  });

  it('leave deleted records out; reading them by id says so', async () => {
    await started.call('DELETE', '/api/v2/organizations/7');
    expect((await started.call('GET', '/api/v2/organizations?ids=7,8')).rows.map(({ id }) => id)).toEqual([8]);
    expect((await started.call('GET', '/api/v2/organizations/7')).record.is_deleted).toBe(true);
    expect((await started.call('PATCH', '/api/v2/organizations/7', { name: 'Back' })).status).toBe(404);
    expect((await started.call('DELETE', '/api/v2/organizations/7')).status).toBe(410);
  });

  it('page field definitions', async () => {
    const rows = await walk('/api/v2/dealFields?limit=10');
    expect(rows.map(({ field_code }) => field_code)).toEqual(
      started.sandbox.store.fields.deal.map(({ field_code }) => field_code),
    );
  });
});
