import { afterEach, describe, expect, it } from 'vitest';
import { type Fields, type Started, start } from './start.ts';

const NOON = Date.parse('2026-11-10T12:00:00Z');

let now = NOON;
let started: Started;
const begin = async (options: Parameters<typeof start>[0] = {}) => {
  now = NOON;
  started = await start({ deals: 60, now: () => now, ...options });
};
afterEach(() => started.close());

const add = async (body: Fields) => (await started.call('POST', '/api/v2/deals', body)).record.id as number;
const search = async (query: string) => {
  const { body } = await started.call('GET', `/api/v2/deals/search?${query}`);
  return (body.data as { items: { result_score: number; item: Fields }[] }).items;
};
const ids = async (query: string) => (await search(query)).map(({ item }) => item.id);

describe('the search', () => {
  it('finds titles, notes and custom fields, in the documented shape', async () => {
    await begin();
    const { store } = started.sandbox;
    const reference = store.fields.deal.find(({ field_name }) => field_name === 'Contract number')
      ?.field_code as string;
    const id = await add({
      title: 'Zebra crossing',
      value: 12.5,
      person_id: 101,
      org_id: 1,
      custom_fields: { [reference]: 'QX-77' },
    });
    const noted = [...store.notes.values()].find(({ is_deleted }) => !is_deleted);
    const [hit] = await search('term=zebra&include_fields=deal.cc_email');
    expect(hit).toEqual({
      result_score: expect.any(Number),
      item: {
        id,
        type: 'deal',
        title: 'Zebra crossing',
        value: 12.5,
        currency: 'EUR',
        status: 'open',
        visible_to: 3,
        owner: { id: store.caller.id },
        stage: { id: 1, name: 'Qualified' },
        person: { id: 101, name: store.persons.get(101)?.name },
        organization: { id: 1, name: store.organizations.get(1)?.name, address: expect.any(String) },
        custom_fields: [],
        notes: [],
        is_archived: false,
        cc_email: `sandbox+deal${id}@pipedrivemail.com`,
      },
    });
    expect((await search('term=qx-77'))[0]?.item).toMatchObject({ id, custom_fields: ['QX-77'] });
    expect(await ids('term=qx-77&fields=title,notes')).toEqual([]);
    const text = noted?.content.replace(/<[^>]*>/g, '').slice(0, 12) as string;
    const byNote = await search(`fields=notes&term=${encodeURIComponent(text)}`);
    expect(byNote.map(({ item }) => item.id)).toContain(noted?.deal_id);
    expect(byNote.every(({ item }) => (item.notes as string[]).length > 0)).toBe(true);
  });

  it('takes part of a text or, on request, exactly it, whatever the case', async () => {
    await begin();
    const [one, other] = [await add({ title: 'Q' }), await add({ title: 'Quagga' })];
    expect(await ids('term=q&exact_match=true')).toEqual([one]);
    expect(await ids('term=QUAG')).toEqual([other]);
    expect(await ids('term=quag&exact_match=true')).toEqual([]);
  });

  it('is narrowed by person, organization and status, and leaves deleted deals out', async () => {
    await begin();
    const open = await add({ title: 'Quagga one', person_id: 101, org_id: 1 });
    const won = await add({ title: 'Quagga two', person_id: 101, org_id: 2, status: 'won' });
    const gone = await add({ title: 'Quagga three' });
    await started.call('DELETE', `/api/v2/deals/${gone}`);
    expect(new Set(await ids('term=quagga'))).toEqual(new Set([open, won]));
    expect(await ids('term=quagga&status=won')).toEqual([won]);
    expect(await ids('term=quagga&organization_id=1')).toEqual([open]);
    expect(await ids('term=quagga&person_id=101&status=lost')).toEqual([]);
  });

  it('comes best first, in pages without overlap', async () => {
    await begin();
    for (const title of ['Quagga in a long title', 'Quagga', 'Quagga rides', 'Quagga']) await add({ title });
    const all = await search('term=quagga');
    const scores = all.map(({ result_score }) => result_score);
    expect(all.map(({ item }) => item.title)).toEqual(['Quagga', 'Quagga', 'Quagga rides', 'Quagga in a long title']);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    const first = await started.call('GET', '/api/v2/deals/search?term=quagga&limit=3');
    const cursor = first.body.additional_data?.next_cursor;
    const second = await search(`term=quagga&limit=3&cursor=${cursor}`);
    expect(second.map(({ item }) => item.id)).toEqual([all[3]?.item.id]);
  });

  it.each([
    ['no term', '', 'term: is required'],
    ['one letter', 'term=a', 'term: must NOT have fewer than 2'],
    ['spaces', 'term=%20%20%20', 'term: must NOT have fewer than 2'],
    ['an unknown field', 'term=ab&fields=label', 'fields: must be equal to one of'],
    ['a status that cannot be searched', 'term=ab&status=deleted', 'status: must be equal to one of'],
    ['an unknown parameter', 'term=ab&sort_by=id', "Parameter 'sort_by' is not allowed"],
    ['a page above 500', 'term=ab&limit=501', 'limit: must be <= 500'],
  ])('refuses %s', async (_given, query, message) => {
    await begin({ deals: 1 });
    const { status, body } = await started.call('GET', `/api/v2/deals/search?${query}`);
    expect([status, body.error]).toEqual([400, expect.stringContaining(message)]);
  });
});

describe('a search index that lags', () => {
  it('shows deals as they were, deleted ones too, and new ones later', async () => {
    await begin({ searchLag: 5_000 });
    const renamed = await add({ title: 'Quagga' });
    const gone = await add({ title: 'Quagga II' });
    expect(await ids('term=quagga')).toEqual([]);
    now += 5_000;
    expect(await ids('term=quagga')).toEqual([renamed, gone]);
    await started.call('PATCH', `/api/v2/deals/${renamed}`, { title: 'Okapi' });
    await started.call('DELETE', `/api/v2/deals/${gone}`);
    now += 4_000;
    await started.call('PATCH', `/api/v2/deals/${renamed}`, { title: 'Bongo' });
    expect(await ids('term=quagga')).toEqual([renamed, gone]);
    now += 1_000;
    expect(await ids('term=quagga')).toEqual([]);
    expect(await ids('term=okapi')).toEqual([renamed]);
    now += 4_000;
    expect(await ids('term=bongo')).toEqual([renamed]);
  });
});

describe('the limit of searches', () => {
  it('is 10 in two seconds, on its own, and they count as requests too', async () => {
    await begin({ deals: 1, burst: 12 });
    for (let count = 1; count <= 10; count += 1) {
      const { status, headers } = await started.call('GET', '/api/v2/deals/search?term=ab');
      expect([status, headers.get('x-ratelimit-limit')]).toEqual([200, '10']);
    }
    const refused = await started.call('GET', '/api/v2/deals/search?term=ab');
    expect([refused.status, refused.headers.get('x-ratelimit-remaining')]).toEqual([429, '0']);
    expect((await started.call('GET', '/api/v2/deals/1')).status).toBe(200);
    expect((await started.call('GET', '/api/v2/deals/1')).status).toBe(429);
    now += 2_000;
    expect((await started.call('GET', '/api/v2/deals/search?term=ab')).status).toBe(200);
  });
});
