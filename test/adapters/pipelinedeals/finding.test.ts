import { describe, expect, it } from 'vitest';
import type { DealWhere } from '../../../src/domain/deal-query.ts';
import type { DealSearchQuery } from '../../../src/domain/deal-search.ts';
import { formatDecimal } from '../../../src/domain/decimal.ts';
import { aCall } from '../../support/call.ts';
import { listOf, paged, type Reply, type ScriptedRequest } from './scripted-http.ts';
import { adapterOver, wireDeal } from './support.ts';

describe('a search', () => {
  const QUERY: DealSearchQuery = { term: 'new ROOF', fields: ['TITLE', 'PERSON', 'ORGANIZATION'], isExact: false };
  const ada = { id: 501, first_name: 'Ada', last_name: 'Newroof' };
  const DEALS = [
    wireDeal({ id: 1, name: 'Roof, new' }),
    wireDeal({ id: 2, name: 'Other', person_ids: [501], people: [ada] }),
    wireDeal({ id: 3, name: 'New roof', company_id: 88, company: { id: 88, name: 'Roofing New Ltd' } }),
    wireDeal({ id: 4, name: 'Renewal' }),
  ];
  const search = async (
    query: Partial<DealSearchQuery>,
    reply: (request: ScriptedRequest) => Reply = listOf(...DEALS),
  ) => {
    const { adapter, http } = adapterOver({ 'GET /deals.json': reply });
    const [source] = adapter.dealSearch.sources({ ...QUERY, ...query });
    const page = await source?.read({ position: null, after: null }, 50, aCall());
    return { http, hits: page?.records ?? [], next: page?.next };
  };

  it('asks once per field with the longest plain word, and matches and merges what comes', async () => {
    const { http, hits, next } = await search({ organization: '88', person: '501' });
    expect(http.requests.map(({ params }) => params)).toEqual(
      ['deal_name', 'person_full_name', 'company_name'].map((name) => ({
        [`conditions[${name}]`]: 'ROOF',
        person_id: '501',
        company_id: '88',
        sort: 'deals.created_at',
        page: '1',
        per_page: '200',
      })),
    );
    expect(hits.map(({ deal, score, matchedFields }) => [deal, score, matchedFields])).toEqual([
      ['1', null, ['TITLE']],
      ['3', null, ['TITLE', 'ORGANIZATION']],
      ['2', null, ['PERSON']],
    ]);
    expect(hits.every(({ record }) => record !== null)).toBe(true);
    expect(next).toBeNull();
  });

  it('that is exact takes the whole text, whatever the case', async () => {
    const { hits } = await search({ fields: ['TITLE'], isExact: true });
    expect(hits.map(({ deal }) => deal)).toEqual(['3']);
  });

  it('of more deals than are read whole is refused', async () => {
    const many = () => ({ body: { entries: [], pagination: { page: 1, per_page: 200, pages: 20, total: 4000 } } });
    await expect(search({ fields: ['TITLE'] }, many)).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED' });
  });
});

describe('a summary', () => {
  const needs = { weightedValue: false, countByCurrency: false };
  const summarize = async (where: DealWhere, over: Partial<typeof needs> = {}) => {
    const { adapter, http } = adapterOver({
      'GET /account.json': { body: { currency: { code: 'EUR' } } },
      'GET /deals.json': (request) => {
        const reply = paged([wireDeal({})], request);
        return 'body' in reply ? { body: { ...(reply.body as object), totals: { deal_value: '1234.50' } } } : reply;
      },
    });
    const summary = await adapter.dealSummaries?.summarize(where, { ...needs, ...over }, aCall());
    return { http, summary };
  };

  it('is asked of the server where its conditions are exact', async () => {
    const { http, summary } = await summarize({
      archived: 'INCLUDE',
      owner: { anyOf: ['70'] },
      stage: { anyOf: ['22'] },
    });
    expect(http.requests.find(({ path }) => path === '/deals.json')?.params).toEqual({
      'conditions[deal_owner]': '70',
      'conditions[deal_stage]': '22',
      totals: 'true',
      page: '1',
      per_page: '1',
    });
    expect([
      summary?.count,
      summary?.currencies.map(({ currency, value }) => [currency, formatDecimal(value)]),
    ]).toEqual([1, [['EUR', '1234.5']]]);
  });

  it.each<[string, DealWhere]>([
    ['archived deals are left out', { archived: 'EXCLUDE' }],
    ['deals without an owner are asked for', { archived: 'INCLUDE', owner: { anyOf: [null] } }],
    ['several stages are asked for', { archived: 'INCLUDE', stage: { anyOf: ['1', '2'] } }],
    ['a text is compared', { archived: 'INCLUDE', title: { contains: 'a' } }],
    ['a saved filter is used', { archived: 'INCLUDE', savedFilter: '1' }],
  ])('is left to the gateway where %s', async (_why, where) => {
    const { http, summary } = await summarize(where);
    expect([summary, http.requests]).toEqual([null, []]);
  });

  it('is left to the gateway where more is needed than the server adds up', async () => {
    expect((await summarize({ archived: 'INCLUDE' }, { weightedValue: true })).summary).toBeNull();
    expect((await summarize({ archived: 'INCLUDE' }, { countByCurrency: true })).summary).toBeNull();
  });
});

it('saved filters are those for deals, read once', async () => {
  const { adapter, http } = adapterOver({
    'GET /searches.json': listOf(
      { id: 1, user_id: 70, name: 'Big deals', is_shared: true, search_type: 'deals' },
      { id: 2, user_id: 70, name: 'Customers', is_shared: true, search_type: 'companies' },
      { id: 3, user_id: 71, name: 'Mine', is_shared: false, search_type: 'deals' },
    ),
  });
  const filters = await adapter.savedFilters.all(aCall());
  expect(filters.map(({ ref, name, owner, isShared }) => [ref.id, name, owner?.ref.id, isShared])).toEqual([
    ['1', 'Big deals', '70', true],
    ['3', 'Mine', '71', false],
  ]);
  await adapter.savedFilters.getMany(['3'], aCall());
  expect(http.lines).toEqual(['GET /searches.json']);
});

it('the current user is the one of the profile, read once', async () => {
  const { adapter, http } = adapterOver({ 'GET /profile.json': { body: { id: 70, api_key: 'secret' } } });
  expect([await adapter.currentUser(aCall()), await adapter.currentUser(aCall())]).toEqual(['70', '70']);
  expect(http.lines).toEqual(['GET /profile.json']);
});
