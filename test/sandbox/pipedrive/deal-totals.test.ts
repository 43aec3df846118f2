import Big from 'big.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { toBig } from '../../../src/sandbox/pipedrive/amount.ts';
import { RATES } from '../../../src/sandbox/pipedrive/rates.ts';
import type { Deal } from '../../../src/sandbox/pipedrive/records.ts';
import { type Fields, type Started, start } from './start.ts';

let started: Started;
beforeAll(async () => {
  started = await start();
});
beforeEach(() => started.sandbox.reset());
afterAll(() => started.close());

interface Summary {
  readonly values_total: Record<string, Fields>;
  readonly weighted_values_total: Record<string, Fields>;
  readonly total_count: number;
  readonly total_currency_converted_value: number;
  readonly total_currency_converted_value_formatted: string;
}

interface Period {
  readonly period_start: string;
  readonly period_end: string;
  readonly deals?: readonly Fields[];
  readonly totals: Fields;
  readonly totals_converted?: Fields;
}

const summary = async (query = '', path = 'summary') =>
  (await started.call('GET', `/v1/deals/${path}?${query}`)).body.data as Summary;
const timeline = async (query: string, path = 'timeline') =>
  (await started.call('GET', `/v1/deals/${path}?${query}`)).body.data as readonly Period[];
const deals = (fits: (deal: Deal) => boolean = () => true) =>
  [...started.sandbox.store.deals.values()].filter((deal) => !deal.is_deleted && !deal.is_archived && fits(deal));
const add = async (body: Fields) =>
  (await started.call('POST', '/api/v2/deals', { title: 'New', pipeline_id: 2, ...body })).record.id as number;

describe('the summary', () => {
  it('counts the deals that are neither deleted nor archived, by currency and all in the own currency', async () => {
    const found = await summary();
    expect(found.total_count).toBe(deals().length);
    for (const [currency, figures] of Object.entries(found.values_total)) {
      expect(figures.count).toBe(deals((deal) => deal.currency === currency).length);
    }
    const gbp = deals((deal) => deal.currency === 'GBP').reduce((sum, { value }) => sum.plus(toBig(value)), new Big(0));
    expect(found.values_total.GBP).toMatchObject({
      value: gbp.toNumber(),
      value_converted: gbp
        .div(RATES.GBP as string)
        .round(2)
        .toNumber(),
    });
    expect(Object.keys(found).sort()).toEqual([
      'total_count',
      'total_currency_converted_value',
      'total_currency_converted_value_formatted',
      'total_weighted_currency_converted_value',
      'total_weighted_currency_converted_value_formatted',
      'values_total',
      'weighted_values_total',
    ]);
  });

  it('prints amounts and weighs them by probability', async () => {
    for (const { id } of deals()) await started.call('DELETE', `/api/v2/deals/${id}`);
    await add({ value: 5_200, probability: 50 });
    await add({ value: 1_100.5, currency: 'USD', status: 'won' });
    expect(await summary()).toEqual({
      values_total: {
        EUR: {
          value: 5_200,
          count: 1,
          value_converted: 5_200,
          value_formatted: '€5,200',
          value_converted_formatted: '€5,200',
        },
        USD: {
          value: 1_100.5,
          count: 1,
          value_converted: 1_000.45,
          value_formatted: 'US$1,100.50',
          value_converted_formatted: '€1,000.45',
        },
      },
      weighted_values_total: {
        EUR: { value: 2_600, count: 1, value_formatted: '€2,600' },
        USD: { value: 55.025, count: 1, value_formatted: 'US$55.03' },
      },
      total_count: 2,
      total_currency_converted_value: 6_200.45,
      total_currency_converted_value_formatted: '€6,200.45',
      total_weighted_currency_converted_value: 2_650.02,
      total_weighted_currency_converted_value_formatted: '€2,650.02',
    });
  });

  it.each<[string, (deal: Deal) => boolean]>([
    ['status=won', (deal) => deal.status === 'won'],
    ['user_id=21000305', (deal) => deal.owner_id === 21_000_305],
    ['pipeline_id=2&status=open', (deal) => deal.pipeline_id === 2 && deal.status === 'open'],
    ['stage_id=9', (deal) => deal.stage_id === 9],
    ['filter_id=31&user_id=21000305', (deal) => deal.status === 'open'],
    ['filter_id=31&pipeline_id=1', (deal) => deal.status === 'open' && deal.pipeline_id === 1],
    ['colour=red', () => true],
  ])('of %s', async (query, fits) => {
    expect((await summary(query)).total_count).toBe(deals(fits).length);
  });

  it('refuses what is none of the values, and knows archived deals apart', async () => {
    expect((await started.call('GET', '/v1/deals/summary?status=deleted')).status).toBe(400);
    expect((await started.call('GET', '/v1/deals/summary?filter_id=99')).status).toBe(404);
    const archived = [...started.sandbox.store.deals.values()].filter((one) => one.is_archived && !one.is_deleted);
    expect((await summary('', 'summary/archived')).total_count).toBe(archived.length);
  });
});

describe('the timeline', () => {
  const everything = 'start_date=2025-01-01&interval=month&amount=36&field_key=add_time';

  it('puts open and won deals into intervals by a date', async () => {
    const periods = await timeline('start_date=2026-01-01&interval=month&amount=3&field_key=add_time');
    expect(periods.map(({ period_start, period_end }) => [period_start, period_end])).toEqual([
      ['2026-01-01 00:00:00', '2026-01-31 23:59:59'],
      ['2026-02-01 00:00:00', '2026-02-28 23:59:59'],
      ['2026-03-01 00:00:00', '2026-03-31 23:59:59'],
    ]);
    for (const [index, period] of periods.entries()) {
      const inside = deals((one) => one.status !== 'lost' && one.add_time.startsWith(`2026-0${index + 1}`));
      expect(period.deals?.map(({ id }) => id)).toEqual(inside.map(({ id }) => id));
      expect(period.totals).toMatchObject({
        count: inside.length,
        open_count: inside.filter(({ status }) => status === 'open').length,
        won_count: inside.filter(({ status }) => status === 'won').length,
      });
      expect(Object.keys(period.totals).sort()).toEqual([
        'count',
        'open_count',
        'open_values',
        'values',
        'weighted_open_values',
        'weighted_values',
        'won_count',
        'won_values',
      ]);
      expect(period.totals_converted).toBeUndefined();
    }
    expect(periods.flatMap(({ deals: found }) => found).length).toBeGreaterThan(10);
  });

  it.each([
    ['day', '2026-02-27', ['2026-02-27', '2026-02-28', '2026-03-01']],
    ['week', '2026-02-20', ['2026-02-20', '2026-02-27', '2026-03-06']],
    ['month', '2026-01-31', ['2026-01-31', '2026-02-28', '2026-03-31']],
    ['quarter', '2025-11-30', ['2025-11-30', '2026-02-28', '2026-05-30']],
  ])('begins each %s after %s where the one before ends', async (interval, first, starts) => {
    const periods = await timeline(`start_date=${first}&interval=${interval}&amount=3&field_key=add_time`);
    expect(periods.map(({ period_start }) => period_start.slice(0, 10))).toEqual(starts);
    const day = (time: string) => Date.parse(`${time.slice(0, 10)}T00:00:00Z`);
    for (const [index, next] of periods.slice(1).entries()) {
      expect(day(next.period_start) - day(periods[index]?.period_end as string)).toBe(86_400_000);
    }
  });

  it('adds up by currency, and in one where asked', async () => {
    for (const { id } of deals()) await started.call('DELETE', `/api/v2/deals/${id}`);
    await add({ value: 100, probability: 50, expected_close_date: '2027-03-31' });
    await add({ value: 11, currency: 'USD', status: 'won', expected_close_date: '2027-03-01', probability: 100 });
    await add({ value: 7, status: 'lost', expected_close_date: '2027-03-01' });
    const query = 'start_date=2027-03-01&interval=month&amount=1&field_key=expected_close_date';
    const [period] = await timeline(`${query}&totals_convert_currency=default_currency`);
    expect(period?.totals).toEqual({
      count: 2,
      values: { EUR: 100, USD: 11 },
      weighted_values: { EUR: 50, USD: 11 },
      open_count: 1,
      open_values: { EUR: 100 },
      weighted_open_values: { EUR: 50 },
      won_count: 1,
      won_values: { USD: 11 },
    });
    expect(period?.totals_converted).toMatchObject({
      values: { EUR: 110 },
      open_values: { EUR: 100 },
      won_values: { EUR: 10 },
    });
    expect((await timeline(`${query}&totals_convert_currency=USD`))[0]?.totals_converted).toMatchObject({
      values: { USD: 121 },
    });
    const [bare] = await timeline(`${query}&exclude_deals=1`);
    expect([bare?.deals, bare?.totals]).toEqual([undefined, period?.totals]);
  });

  it('goes by custom dates, and is narrowed by user, pipeline and filter', async () => {
    const { store } = started.sandbox;
    const code = store.fields.deal.find(({ field_name }) => field_name === 'Pilot start')?.field_code as string;
    const [period] = await timeline(`start_date=2026-03-05&interval=day&amount=1&field_key=${code}`);
    const piloted = deals((deal) => deal.status !== 'lost' && deal.custom_fields[code] !== undefined);
    expect(period?.totals.count).toBe(piloted.length);
    expect(piloted.length).toBeGreaterThan(5);
    const count = async (query: string) =>
      (await timeline(`${everything}&${query}`)).reduce((sum, { totals }) => sum + (totals.count as number), 0);
    const alive = (fits: (deal: Deal) => boolean) => deals((deal) => deal.status !== 'lost' && fits(deal)).length;
    expect(await count('user_id=21000305')).toBe(alive(({ owner_id }) => owner_id === 21_000_305));
    expect(await count('pipeline_id=3')).toBe(alive(({ pipeline_id }) => pipeline_id === 3));
    expect(await count('filter_id=31')).toBe(alive(({ status }) => status === 'open'));
  });

  it('of archived deals is apart', async () => {
    const found = (await timeline(everything, 'timeline/archived')).flatMap((period) => period.deals ?? []);
    expect(found.length).toBeGreaterThan(5);
    expect(found.every(({ is_archived }) => is_archived)).toBe(true);
  });

  it.each([
    ['no start', 'interval=day&amount=1&field_key=add_time'],
    ['no field', 'start_date=2026-01-01&interval=day&amount=1'],
    ['a field that is no date', 'start_date=2026-01-01&interval=day&amount=1&field_key=title'],
    ['a field that is none', 'start_date=2026-01-01&interval=day&amount=1&field_key=constructor'],
    ['an interval that is none', 'start_date=2026-01-01&interval=year&amount=1&field_key=add_time'],
    ['no intervals', 'start_date=2026-01-01&interval=day&amount=0&field_key=add_time'],
    ['an unknown currency', `${everything}&totals_convert_currency=ABC`],
  ])('refuses %s', async (_given, query) => {
    expect((await started.call('GET', `/v1/deals/timeline?${query}`)).status).toBe(400);
  });
});

describe('archived deals in v1', () => {
  it('are nested, paged by start, sorted and narrowed', async () => {
    const { store } = started.sandbox;
    const archived = [...store.deals.values()].filter(({ is_archived, is_deleted }) => is_archived && !is_deleted);
    const page = await started.call('GET', '/v1/deals/archived?limit=3&sort=add_time%20DESC');
    const newest = archived.toSorted((a, b) => (a.add_time < b.add_time ? 1 : -1));
    expect(page.rows.map(({ id }) => id)).toEqual(newest.slice(0, 3).map(({ id }) => id));
    expect(page.body.additional_data).toEqual({
      pagination: { start: 0, limit: 3, more_items_in_collection: true, next_start: 3 },
    });
    expect(page.rows[0]).toMatchObject({ is_archived: true, user_id: { value: newest[0]?.owner_id } });
    const won = await started.call('GET', '/v1/deals/archived?status=won');
    expect(won.rows).toHaveLength(archived.filter(({ status }) => status === 'won').length);
    const mine = await started.call('GET', '/v1/deals/archived?owned_by_you=1&user_id=21000305');
    expect(mine.rows).toHaveLength(archived.filter(({ owner_id }) => owner_id === store.caller.id).length);
    expect((await started.call('GET', '/v1/deals/archived?sort=colour')).status).toBe(400);
  });
});
