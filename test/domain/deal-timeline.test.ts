import { describe, expect, it } from 'vitest';
import type { Deal } from '../../src/domain/deal.ts';
import { summarizeDeals } from '../../src/domain/deal-summary.ts';
import {
  addBuckets,
  type DealTime,
  groupByPeriod,
  periodsOf,
  type TimelineInterval,
  type TimelineQuery,
  withinTimeline,
} from '../../src/domain/deal-timeline.ts';
import { formatDecimal, parseDecimal } from '../../src/domain/decimal.ts';

const QUERY: TimelineQuery = {
  where: { archived: 'EXCLUDE' },
  field: 'CREATED_AT',
  start: '2026-01-01',
  interval: 'MONTH',
  amount: 2,
  convertTo: null,
  withDeals: true,
};

function deal(id: string, over: Partial<Deal>): Deal {
  return { ref: { crm: 'crm', type: 'Deal', id }, status: 'OPEN', value: null, createdAt: null, ...over } as Deal;
}

const money = (amount: string, currency: string) => ({ amount: parseDecimal(amount), currency });

describe('periods', () => {
  it.each<[TimelineInterval, string, readonly string[]]>([
    ['DAY', '2026-02-27', ['2026-02-27–2026-02-27', '2026-02-28–2026-02-28', '2026-03-01–2026-03-01']],
    ['WEEK', '2026-02-27', ['2026-02-27–2026-03-05', '2026-03-06–2026-03-12', '2026-03-13–2026-03-19']],
    ['MONTH', '2026-01-01', ['2026-01-01–2026-01-31', '2026-02-01–2026-02-28', '2026-03-01–2026-03-31']],
    ['MONTH', '2027-12-31', ['2027-12-31–2028-01-30', '2028-01-31–2028-02-28', '2028-02-29–2028-03-30']],
    ['QUARTER', '2025-11-30', ['2025-11-30–2026-02-27', '2026-02-28–2026-05-29', '2026-05-30–2026-08-29']],
  ])('of a %s from %s follow each other without gap or overlap', (interval, start, expected) => {
    const periods = periodsOf({ start, interval, amount: 3 });
    expect(periods.map((period) => `${period.start}–${period.end}`)).toEqual(expected);
  });
});

describe('grouping', () => {
  it('puts open and won deals into the period of their time, to the last millisecond', () => {
    const at = (text: string) => Date.parse(text);
    const buckets = groupByPeriod(
      [
        deal('1', { createdAt: at('2026-01-01T00:00:00Z'), value: money('100', 'EUR') }),
        deal('2', { createdAt: at('2026-01-31T23:59:59.999Z'), status: 'WON', value: money('0.1', 'EUR') }),
        deal('3', { createdAt: at('2026-02-01T00:00:00Z'), status: 'WON', value: money('0.2', 'EUR') }),
        deal('4', { createdAt: at('2026-02-10T00:00:00Z'), status: 'LOST' }),
        deal('5', { createdAt: at('2026-03-01T00:00:00Z') }),
        deal('6', { createdAt: at('2025-12-31T23:59:59Z') }),
        deal('7', {}),
      ],
      QUERY,
      () => 50,
    );
    expect(buckets.map(({ count, openCount, wonCount, deals }) => [count, openCount, wonCount, deals])).toEqual([
      [2, 1, 1, ['1', '2']],
      [1, 0, 1, ['3']],
    ]);
    const [january] = buckets[0]?.currencies ?? [];
    const { currency, ...sums } = january ?? { currency: '' };
    expect([currency, Object.values(sums).map(formatDecimal)]).toEqual(['EUR', ['100.1', '50.05', '100', '50', '0.1']]);
  });

  it('adds up timelines of several CRMs by period and currency', () => {
    const one = (currency: string) =>
      groupByPeriod(
        [deal('1', { createdAt: Date.parse('2026-02-05'), value: money('7', currency) })],
        QUERY,
        () => 100,
      );
    const [january, february] = addBuckets(periodsOf(QUERY), [one('USD'), one('EUR'), one('USD')]);
    expect([january?.count, january?.currencies, february?.count]).toEqual([0, [], 3]);
    expect(february?.currencies.map(({ currency, value }) => [currency, formatDecimal(value)])).toEqual([
      ['EUR', '7'],
      ['USD', '14'],
    ]);
  });
});

describe('narrowing to a timeline', () => {
  const from = Date.parse('2026-01-01');
  const to = Date.parse('2026-03-01');

  it.each<[DealTime, object]>([
    ['CREATED_AT', { createdAt: { gte: from, lt: to } }],
    ['UPDATED_AT', { updatedAt: { gte: from, lt: to } }],
    ['CLOSED_AT', { closedAt: { gte: from, lt: to } }],
    ['EXPECTED_CLOSE_DATE', { expectedCloseDate: { gte: '2026-01-01', lte: '2026-02-28' } }],
    ['STAGE_CHANGED_AT', {}],
    ['WON_AT', {}],
  ])('by %s asks for open and won deals of that time', (field, narrowed) => {
    expect(withinTimeline({ ...QUERY, field })).toEqual({ archived: 'EXCLUDE', status: ['OPEN', 'WON'], ...narrowed });
  });

  it('keeps what the filter already narrows to', () => {
    const where = {
      archived: 'EXCLUDE',
      status: ['WON', 'LOST'],
      createdAt: { gte: from + 5, lt: to + 5 },
    } as const;
    expect(withinTimeline({ ...QUERY, where })).toEqual({
      ...where,
      status: ['WON'],
      createdAt: { gte: from + 5, lt: to },
    });
  });
});

it('a summary adds up by currency, and counts deals without a value', () => {
  const summary = summarizeDeals(
    [
      deal('1', { value: money('0.1', 'USD') }),
      deal('2', { value: money('0.2', 'USD') }),
      deal('3', { value: money('5', 'EUR') }),
      deal('4', {}),
    ],
    () => 25,
  );
  expect(summary.count).toBe(4);
  expect(
    summary.currencies.map(({ currency, count, value, weightedValue }) => [
      currency,
      count,
      formatDecimal(value),
      weightedValue && formatDecimal(weightedValue),
    ]),
  ).toEqual([
    ['EUR', 1, '5', '1.25'],
    ['USD', 2, '0.3', '0.075'],
  ]);
});
