import { expect } from 'vitest';
import { type Expected, sum } from '../gateway/finding/oracle.ts';
import { ids } from '../gateway/reads/oracle.ts';
import { type Check, type Data, deprecated, type Operation, onBoth, onlyOn, v1, v2, v3 } from './operation.ts';
import { type Place, pipedriveDeal, pipelineDealsDeal } from './place.ts';
import { dateField, isWithin, savedFilter } from './samples.ts';

const DOCUMENT = `query ($crms: [ID!], $start: Date! = "2025-07-01", $interval: TimelineInterval! = QUARTER,
  $field: DealTime, $customField: String, $filter: DealFilter, $savedFilter: ID, $convertTo: CurrencyCode,
  $excludeDeals: Boolean! = false) {
  dealsTimeline(crms: $crms, start: $start, interval: $interval, amount: 4, field: $field, customField: $customField,
    filter: $filter, savedFilter: $savedFilter, convertTo: $convertTo, excludeDeals: $excludeDeals) {
    buckets {
      start end count openCount wonCount totals { currency value } converted { currency value }
      deals(first: 500) { nodes { id } }
    }
  }
}`;

/** Four periods of each length, in which both accounts have deals. */
const PERIODS: Readonly<Record<string, readonly (readonly [start: string, end: string])[]>> = {
  DAY: [
    ['2026-04-10', '2026-04-10'],
    ['2026-04-11', '2026-04-11'],
    ['2026-04-12', '2026-04-12'],
    ['2026-04-13', '2026-04-13'],
  ],
  WEEK: [
    ['2026-03-01', '2026-03-07'],
    ['2026-03-08', '2026-03-14'],
    ['2026-03-15', '2026-03-21'],
    ['2026-03-22', '2026-03-28'],
  ],
  MONTH: [
    ['2026-03-01', '2026-03-31'],
    ['2026-04-01', '2026-04-30'],
    ['2026-05-01', '2026-05-31'],
    ['2026-06-01', '2026-06-30'],
  ],
  QUARTER: [
    ['2025-07-01', '2025-09-30'],
    ['2025-10-01', '2025-12-31'],
    ['2026-01-01', '2026-03-31'],
    ['2026-04-01', '2026-06-30'],
  ],
};
const TIMES = {
  CREATED_AT: 'createdAt',
  UPDATED_AT: 'updatedAt',
  CLOSED_AT: 'closedAt',
  WON_AT: 'wonAt',
  EXPECTED_CLOSE_DATE: 'expectedCloseDate',
  STAGE_CHANGED_AT: 'stageChangedAt',
} as const;

type Moment = (typeof TIMES)[keyof typeof TIMES] | ((deal: Expected, place: Place) => string | null);

/** The open and won deals of each period by one of their times. */
function groups(moment: Moment, of = (place: Place) => place.listed()): Check {
  return (data, place, { excludeDeals, convertTo, interval = 'QUARTER' }) => {
    const placed = of(place).filter(({ status }) => status === 'OPEN' || status === 'WON');
    const periods = (PERIODS[String(interval)] ?? []).map(([start, end]) => ({
      start,
      end,
      own: placed.filter((deal) => {
        const at = typeof moment === 'function' ? moment(deal, place) : deal[moment];
        return isWithin(at?.slice(0, 10) ?? null, start, `${end}~`);
      }),
    }));
    expect(periods.flatMap(({ own }) => own).length).toBeGreaterThan(0);
    expect(data.dealsTimeline.buckets).toHaveLength(periods.length);
    for (const [index, { start, end, own }] of periods.entries()) {
      const { deals, converted, ...bucket } = data.dealsTimeline.buckets[index];
      expect(bucket).toEqual({
        start,
        end,
        count: own.length,
        openCount: own.filter(({ status }) => status === 'OPEN').length,
        wonCount: own.filter(({ status }) => status === 'WON').length,
        totals: [...new Set(own.flatMap(({ value }) => value?.currency ?? []))].sort().map((currency) => ({
          currency,
          value: sum(own.filter(({ value }) => value?.currency === currency)),
        })),
      });
      if (excludeDeals) expect(deals).toBeNull();
      else expect(ids(deals.nodes).toSorted()).toEqual(ids(own).toSorted());
      if (convertTo === undefined) expect(converted).toBeNull();
      else expect(converted.currency).toBe(convertTo);
    }
  };
}

const API = [v1('GET /deals/timeline'), v3('GET /deals')];

/** Deals by period. */
export const TIMELINES: readonly Operation[] = [
  ...Object.entries(TIMES).map(
    ([field, key]): Operation => ({
      name: `deals: timeline by ${field}`,
      api: API,
      covers: [
        'DEAL TIMELINE',
        ...(field === 'WON_AT' || field === 'STAGE_CHANGED_AT' ? [`DEAL TIMELINE ${field}` as const] : []),
      ],
      document: DOCUMENT,
      variables: ({ crm }) => ({ crms: [crm], field }),
      expected: field === 'STAGE_CHANGED_AT' ? onlyOn('pipedrive', groups(key)) : onBoth(groups(key)),
    }),
  ),
  ...['DAY', 'WEEK', 'MONTH'].map(
    (interval): Operation => ({
      name: `deals: timeline, ${interval} by ${interval}`,
      api: API,
      covers: ['DEAL TIMELINE'],
      document: DOCUMENT,
      variables: ({ crm }) => ({ crms: [crm], start: PERIODS[interval]?.[0]?.[0], interval, field: 'UPDATED_AT' }),
      expected: onBoth(groups('updatedAt')),
    }),
  ),
  {
    name: 'deals: timeline by a date the account added',
    api: API,
    covers: ['DEAL TIMELINE', 'DEAL TIMELINE customField'],
    document: DOCUMENT,
    variables: (place) => ({ crms: [place.crm], customField: dateField(place) }),
    expected: onBoth(
      groups((deal, place) => {
        const { custom_fields } =
          place.crm === 'pipedrive' ? pipedriveDeal(place, deal.id) : pipelineDealsDeal(place, deal.id);
        const day = custom_fields[dateField(place)];
        return typeof day === 'string' ? day : null;
      }),
    ),
  },
  {
    name: 'deals: timeline of a user and a pipeline, without the deals',
    api: API,
    covers: ['DEAL TIMELINE', 'DEAL FILTER owner', 'DEAL FILTER pipeline'],
    document: DOCUMENT,
    variables: (place) => {
      const { owner, pipeline } = place.sample();
      const filter = { owner: { eq: owner }, pipeline: { eq: pipeline } };
      return { crms: [place.crm], field: 'CREATED_AT', filter, excludeDeals: true };
    },
    expected: onBoth(
      groups('createdAt', (place) => {
        const { owner, pipeline } = place.sample();
        return place.listed().filter((deal) => deal.owner === owner && deal.pipeline === pipeline);
      }),
    ),
  },
  {
    name: 'deals: timeline by saved filter',
    api: API,
    covers: ['DEAL TIMELINE', 'DEAL FILTER savedFilter'],
    document: DOCUMENT,
    variables: (place) => ({ crms: [place.crm], field: 'CREATED_AT', savedFilter: savedFilter(place).id }),
    expected: onBoth(groups('createdAt', (place) => place.listed().filter(savedFilter(place).holds))),
  },
  {
    name: 'deals: timeline of archived ones',
    api: [
      v2('GET /deals/archived'),
      v3('GET /deals'),
      deprecated('GET /deals/timeline/archived', 'the gateway groups what v2 lists'),
    ],
    covers: ['DEAL TIMELINE', 'DEAL FILTER archived'],
    document: DOCUMENT,
    variables: ({ crm }) => ({ crms: [crm], field: 'CREATED_AT', filter: { archived: 'ONLY' } }),
    expected: onBoth(
      groups('createdAt', (place) =>
        place.deals().filter(({ isArchived, status }) => isArchived && status !== 'DELETED'),
      ),
    ),
  },
  {
    name: 'deals: timeline with totals in one currency',
    api: [v1('GET /deals/timeline')],
    covers: ['DEAL TIMELINE convertTo'],
    document: DOCUMENT,
    variables: ({ crm }) => ({ crms: [crm], field: 'CREATED_AT', convertTo: 'EUR' }),
    expected: onlyOn('pipedrive', async (data, place, variables) => {
      groups('createdAt')(data, place, variables);
      const { data: periods } = await place.own('/v1/deals/timeline', {
        start_date: '2025-07-01',
        interval: 'quarter',
        amount: '4',
        field_key: 'add_time',
        totals_convert_currency: 'EUR',
      });
      expect(data.dealsTimeline.buckets.map(({ converted }: Data) => Number(converted.value))).toEqual(
        periods.map((period: Data) => period.totals_converted.values.EUR),
      );
    }),
  },
];
