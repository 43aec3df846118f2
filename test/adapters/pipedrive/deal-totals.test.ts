import { describe, expect, it } from 'vitest';
import type { DealWhere } from '../../../src/domain/deal-query.ts';
import type { TimelineQuery } from '../../../src/domain/deal-timeline.ts';
import { formatDecimal, isDecimal } from '../../../src/domain/decimal.ts';
import { adapterOver, call, failureOf } from './support.ts';

const EVERY: DealWhere = { archived: 'EXCLUDE' };

/** Decimals as text, so that sums can be compared. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_key, inner) => (isDecimal(inner) ? formatDecimal(inner) : inner)));
}

describe('a summary', () => {
  const SUMMARY = {
    values_total: { USD: { value: 30, count: 3 }, EUR: { value: '9007199254740993.25', count: 2 } },
    weighted_values_total: { EUR: { value: 5.5, count: 2 }, USD: { value: 15, count: 3 } },
    total_count: 6,
    total_currency_converted_value: 41.1,
    total_weighted_currency_converted_value: 20.5,
  };
  const needs = { weightedValue: true, countByCurrency: true };
  const over = (data: unknown) => adapterOver({ 'GET /v1/deals/summary': { data } });

  it.each<{ given: string; where: Partial<DealWhere>; asks: Record<string, string> | null }>([
    { given: 'nothing', where: {}, asks: {} },
    {
      given: 'one of each',
      where: { status: ['WON'], owner: { anyOf: ['7'] }, pipeline: { anyOf: ['2'] }, stage: { anyOf: ['9'] } },
      asks: { status: 'won', user_id: '7', pipeline_id: '2', stage_id: '9' },
    },
    { given: 'a saved filter alone', where: { savedFilter: '12' }, asks: { filter_id: '12' } },
    { given: 'a saved filter with an owner', where: { savedFilter: '12', owner: { anyOf: ['7'] } }, asks: null },
    { given: 'a saved filter with a status', where: { savedFilter: '12', status: ['WON'] }, asks: null },
    { given: 'two statuses', where: { status: ['WON', 'LOST'] }, asks: null },
    { given: 'no status at all', where: { status: [] }, asks: null },
    { given: 'deleted deals', where: { status: ['DELETED'] }, asks: null },
    { given: 'archived deals', where: { archived: 'INCLUDE' }, asks: null },
    { given: 'two owners', where: { owner: { anyOf: ['7', '8'] } }, asks: null },
    { given: 'no owner', where: { owner: { anyOf: [null] } }, asks: null },
    { given: 'a person', where: { person: { anyOf: ['1'] } }, asks: null },
    { given: 'a title', where: { title: { contains: 'a' } }, asks: null },
  ])('of $given asks for what Pipedrive can say, or nothing', async ({ where, asks }) => {
    const crm = over(SUMMARY);
    const summary = await crm.dealSummaries?.summarize({ ...EVERY, ...where }, needs, call());
    expect(crm.http.requests.map(({ params }) => params)).toEqual(asks === null ? [] : [asks]);
    expect(summary === null).toBe(asks === null);
  });

  it('is exact in every currency', async () => {
    const summary = await over(SUMMARY).dealSummaries?.summarize(EVERY, needs, call());
    expect(plain(summary)).toEqual({
      count: 6,
      currencies: [
        { currency: 'EUR', count: 2, value: '9007199254740993.25', weightedValue: '5.5' },
        { currency: 'USD', count: 3, value: '30', weightedValue: '15' },
      ],
      converted: { value: '41.1', weightedValue: '20.5' },
    });
  });

  it('of no deals has no currencies, which v1 may write as a list', async () => {
    const nothing = {
      ...SUMMARY,
      values_total: [],
      weighted_values_total: [],
      total_count: 0,
      total_currency_converted_value: 0,
    };
    expect(await over(nothing).dealSummaries?.summarize(EVERY, needs, call())).toMatchObject({
      count: 0,
      currencies: [],
    });
  });

  it('that leaves something out cannot be read', async () => {
    const { total_count: _, ...partial } = SUMMARY;
    const asked = over(partial).dealSummaries?.summarize(EVERY, needs, call());
    expect((await failureOf(Promise.resolve(asked))).code).toBe('UPSTREAM_INVALID_RESPONSE');
  });
});

describe('a timeline', () => {
  const QUERY: TimelineQuery = {
    where: EVERY,
    field: 'EXPECTED_CLOSE_DATE',
    start: '2026-01-31',
    interval: 'MONTH',
    amount: 2,
    convertTo: null,
    withDeals: true,
  };
  const TOTALS = {
    count: 2,
    values: { EUR: 100, USD: 220 },
    weighted_values: { EUR: 50, USD: 220 },
    open_count: 1,
    open_values: { EUR: 100 },
    weighted_open_values: { EUR: 50 },
    won_count: 1,
    won_values: { USD: 220 },
  };
  const NOTHING = { ...TOTALS, count: 0, values: [], weighted_values: [], open_count: 0, won_count: 0 };
  const period = (start: string, end: string, over: object = {}) => ({
    period_start: `${start} 00:00:00`,
    period_end: `${end} 23:59:59`,
    deals: [{ id: 5 }, { id: 4 }],
    totals: TOTALS,
    ...over,
  });
  const PERIODS = [
    period('2026-01-31', '2026-02-27'),
    period('2026-02-28', '2026-03-30', { totals: NOTHING, deals: [] }),
  ];
  const over = (data: unknown) => adapterOver({ 'GET /v1/deals/timeline': { data } });

  it('asks for its periods, and has totals by currency and deals', async () => {
    const crm = over(PERIODS);
    const where: DealWhere = { ...EVERY, owner: { anyOf: ['7'] }, pipeline: { anyOf: ['2'] } };
    const buckets = await crm.dealTimelines?.timeline({ ...QUERY, where }, call());
    expect(crm.http.requests[0]?.params).toEqual({
      start_date: '2026-01-31',
      interval: 'month',
      amount: '2',
      field_key: 'expected_close_date',
      exclude_deals: '0',
      user_id: '7',
      pipeline_id: '2',
    });
    expect(crm.http.tokens).toBe(20);
    expect(plain(buckets)).toEqual([
      {
        start: '2026-01-31',
        end: '2026-02-27',
        count: 2,
        openCount: 1,
        wonCount: 1,
        currencies: [
          {
            currency: 'EUR',
            value: '100',
            weightedValue: '50',
            openValue: '100',
            weightedOpenValue: '50',
            wonValue: '0',
          },
          {
            currency: 'USD',
            value: '220',
            weightedValue: '220',
            openValue: '0',
            weightedOpenValue: '0',
            wonValue: '220',
          },
        ],
        converted: null,
        deals: ['5', '4'],
      },
      expect.objectContaining({ start: '2026-02-28', end: '2026-03-30', count: 0, currencies: [], deals: [] }),
    ]);
  });

  it.each([
    ['by currency', { values: { SEK: 9 }, weighted_values: { SEK: 8 }, open_values: {}, weighted_open_values: {} }],
    ['as single numbers', { value: 9, weighted_value: 8, open_value: 0, weighted_open_value: 0, won_value: 0 }],
  ])('takes converted totals %s', async (_form, converted) => {
    const crm = over([period('2026-01-31', '2026-02-27', { totals_converted: { won_values: {}, ...converted } })]);
    const query = { ...QUERY, amount: 1, convertTo: 'SEK', withDeals: false };
    const [bucket] = (await crm.dealTimelines?.timeline(query, call())) ?? [];
    expect(crm.http.requests[0]?.params).toMatchObject({ totals_convert_currency: 'SEK', exclude_deals: '1' });
    expect(plain(bucket?.converted)).toMatchObject({ currency: 'SEK', value: '9', weightedValue: '8', wonValue: '0' });
    expect(bucket?.deals).toBeNull();
  });

  it('of a single period may come without a list around it', async () => {
    const buckets = await over(PERIODS[0]).dealTimelines?.timeline({ ...QUERY, amount: 1 }, call());
    expect(buckets).toHaveLength(1);
  });

  it.each<[string, unknown]>([
    ['fewer periods', PERIODS.slice(1)],
    ['other periods', [period('2026-01-01', '2026-01-31'), PERIODS[1]]],
    ['no totals', [{ ...PERIODS[0], totals: null }, PERIODS[1]]],
  ])('with %s than asked cannot be read', async (_what, data) => {
    const asked = over(data).dealTimelines?.timeline(QUERY, call());
    expect((await failureOf(Promise.resolve(asked))).code).toBe('UPSTREAM_INVALID_RESPONSE');
  });

  it.each<[string, Partial<DealWhere>]>([
    ['a stage', { stage: { anyOf: ['9'] } }],
    ['a status', { status: ['OPEN'] }],
    ['archived deals', { archived: 'ONLY' }],
    ['a saved filter and a pipeline', { savedFilter: '12', pipeline: { anyOf: ['2'] } }],
  ])('is not asked for by %s', async (_what, where) => {
    const crm = over(PERIODS);
    expect(await crm.dealTimelines?.timeline({ ...QUERY, where: { ...EVERY, ...where } }, call())).toBeNull();
    expect(crm.http.requests).toEqual([]);
  });
});
