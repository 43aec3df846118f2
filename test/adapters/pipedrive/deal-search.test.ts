import { describe, expect, it } from 'vitest';
import type { DealSearchQuery } from '../../../src/domain/deal-search.ts';
import { adapterOver, call, failureOf } from './support.ts';

const PATH = 'GET /api/v2/deals/search';
const START = { position: null, after: null };
const QUERY: DealSearchQuery = { term: 'roll out', fields: ['TITLE', 'NOTES', 'CUSTOM_FIELDS'], isExact: false };

function hit(id: number, score: number, over: Readonly<Record<string, unknown>> = {}) {
  const item = {
    id,
    type: 'deal',
    title: `Fleet rollout ${id}`,
    status: 'open',
    notes: [],
    custom_fields: [],
    ...over,
  };
  return { result_score: score, item };
}

function page(...items: readonly unknown[]) {
  return { data: { items } };
}

function sourceOver(script: Parameters<typeof adapterOver>[0], query: Partial<DealSearchQuery> = {}) {
  const crm = adapterOver(script);
  const [source] = crm.dealSearch.sources({ ...QUERY, ...query });
  if (!source) throw new Error('there is no source');
  return { crm, read: (position: string | null = null) => source.read({ ...START, position }, 60, call()) };
}

describe('a search', () => {
  it('sends what it is asked, at 20 tokens', async () => {
    const { crm, read } = sourceOver(
      { [PATH]: page() },
      { isExact: true, fields: ['TITLE'], person: '8', organization: '9', status: 'WON' },
    );
    await read();
    expect(crm.http.requests[0]?.params).toEqual({
      term: 'roll out',
      fields: 'title',
      exact_match: 'true',
      person_id: '8',
      organization_id: '9',
      status: 'won',
      limit: '60',
    });
    expect(crm.http.tokens).toBe(20);
  });

  it('tells where the words were found from the texts that come back', async () => {
    const { read } = sourceOver({
      [PATH]: page(
        hit(1, 0.9),
        hit(2, 0.8, { title: 'Spare parts', notes: ['We ROLL it OUT in May'] }),
        hit(3, 0.7, { custom_fields: ['Rollout plan', 4] }),
        hit(4, 0.6, { title: 'Something else' }),
      ),
    });
    const { records } = await read();
    expect(records.map(({ deal, score, matchedFields }) => [deal, score, matchedFields])).toEqual([
      ['1', 0.9, ['TITLE']],
      ['2', 0.8, ['NOTES']],
      ['3', 0.7, ['TITLE', 'CUSTOM_FIELDS']],
      ['4', 0.6, []],
    ]);
  });

  it('puts a page in order, and goes on at the cursor', async () => {
    const { crm, read } = sourceOver({
      [PATH]: ({ params }) =>
        params.cursor === 'c2' ? page(hit(4, 0.5)) : { ...page(hit(1, 0.6), hit(2, 0.9), hit(3, 0.5)), next: 'c2' },
    });
    const first = await read();
    expect(first.records.map(({ deal }) => deal)).toEqual(['2', '1', '3']);
    const second = await read(first.next);
    expect([second.records.map(({ deal }) => deal), second.next]).toEqual([['4'], null]);
    expect(crm.http.requests[1]?.params.cursor).toBe('c2');
  });

  it('refuses a page whose hits belong before those already given', async () => {
    const { read } = sourceOver({
      [PATH]: ({ params }) => (params.cursor ? page(hit(2, 0.7)) : { ...page(hit(1, 0.6)), next: 'c2' }),
    });
    const { next } = await read();
    expect((await failureOf(read(next))).code).toBe('UPSTREAM_INVALID_RESPONSE');
  });

  it('accepts the paging of early 2026 on a last page, and refuses it where it leads nowhere', async () => {
    const paging = (more: boolean) => ({
      status: 200,
      body: {
        success: true,
        ...page(hit(1, 0.6)),
        additional_data: { pagination: { start: 0, limit: 60, more_items_in_collection: more } },
      },
    });
    expect((await sourceOver({ [PATH]: paging(false) }).read()).next).toBeNull();
    const refused = await failureOf(sourceOver({ [PATH]: paging(true) }).read());
    expect(refused.code).toBe('UPSTREAM_INVALID_RESPONSE');
  });

  it('reports a hit that cannot be read beside the others', async () => {
    const { read } = sourceOver({ [PATH]: page(hit(1, 0.6), { result_score: 0.5 }) });
    const { records, unreadable } = await read();
    expect([records.length, unreadable.map(({ code }) => code)]).toEqual([1, ['UPSTREAM_INVALID_RESPONSE']]);
  });
});
