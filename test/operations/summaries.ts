import { expect } from 'vitest';
import { type Expected, totals } from '../gateway/finding/oracle.ts';
import { type Check, deprecated, type Operation, onBoth, onlyOn, v1, v2, v3 } from './operation.ts';
import type { Place } from './place.ts';
import { savedFilter } from './samples.ts';

const DOCUMENT = `query ($crms: [ID!], $filter: DealFilter, $savedFilter: ID) {
  dealsSummary(crms: $crms, filter: $filter, savedFilter: $savedFilter) {
    count totals { currency count value weightedValue }
  }
}`;
const sums = (of: (place: Place) => readonly Expected[]): Check => {
  return (data, place) => {
    expect(of(place).length).toBeGreaterThan(0);
    expect(data.dealsSummary).toEqual({ count: of(place).length, totals: totals(of(place)) });
  };
};

/** Counts and sums of deals. */
export const SUMMARIES: readonly Operation[] = [
  {
    name: 'deals: summary',
    api: [v1('GET /deals/summary'), v3('GET /deals')],
    covers: ['DEAL SUMMARIZE'],
    document: DOCUMENT,
    variables: ({ crm }) => ({ crms: [crm] }),
    expected: onBoth(sums((place) => place.listed())),
  },
  {
    name: 'deals: summary by status, user and stage',
    api: [v1('GET /deals/summary'), v3('GET /deals')],
    covers: ['DEAL SUMMARIZE', 'DEAL FILTER status', 'DEAL FILTER owner', 'DEAL FILTER stage'],
    document: DOCUMENT,
    variables: (place) => {
      const { status, owner, stage } = place.sample();
      return { crms: [place.crm], filter: { status: { eq: status }, owner: { eq: owner }, stage: { eq: stage } } };
    },
    expected: onBoth(
      sums((place) => {
        const { status, owner, stage } = place.sample();
        return place.listed().filter((deal) => deal.status === status && deal.owner === owner && deal.stage === stage);
      }),
    ),
  },
  {
    name: 'deals: summary by saved filter',
    api: [v1('GET /deals/summary'), v3('GET /deals')],
    covers: ['DEAL SUMMARIZE', 'DEAL FILTER savedFilter'],
    document: DOCUMENT,
    variables: (place) => ({ crms: [place.crm], savedFilter: savedFilter(place).id }),
    expected: onBoth(sums((place) => place.listed().filter(savedFilter(place).holds))),
  },
  {
    name: 'deals: summary of archived ones',
    api: [
      v2('GET /deals/archived'),
      v3('GET /deals'),
      deprecated('GET /deals/summary/archived', 'the gateway adds up what v2 lists'),
    ],
    covers: ['DEAL SUMMARIZE', 'DEAL FILTER archived'],
    document: DOCUMENT,
    variables: ({ crm }) => ({ crms: [crm], filter: { archived: 'ONLY' } }),
    expected: onBoth(
      sums((place) => place.deals().filter(({ isArchived, status }) => isArchived && status !== 'DELETED')),
    ),
  },
  {
    name: 'deals: count and sum of everything',
    api: [v3('GET /deals')],
    covers: ['DEAL SUMMARIZE'],
    document: `query ($crms: [ID!]) {
      dealsSummary(crms: $crms, filter: { archived: INCLUDE }) { count totals { currency value } }
    }`,
    variables: ({ crm }) => ({ crms: [crm] }),
    expected: onBoth((data, place) => {
      const all = place.deals().filter(({ status }) => status !== 'DELETED');
      const wanted = totals(all).map(({ currency, value }) => ({ currency, value }));
      expect(data.dealsSummary).toEqual({ count: all.length, totals: wanted });
    }),
  },
  {
    name: 'deals: summary in one currency',
    api: [v1('GET /deals/summary')],
    covers: ['DEAL SUMMARIZE converted'],
    document: `query ($crms: [ID!]) {
      dealsSummary(crms: $crms) { byCrm { converted { value weightedValue } } }
    }`,
    variables: ({ crm }) => ({ crms: [crm] }),
    expected: onlyOn(
      'pipedrive',
      async (data, place) => {
        const { data: own } = await place.own('/v1/deals/summary');
        const [{ converted }] = data.dealsSummary.byCrm;
        expect(Number(converted.value)).toBe(own.total_currency_converted_value);
        expect(Number(converted.weightedValue)).toBe(own.total_weighted_currency_converted_value);
      },
      'ABSENT',
    ),
  },
];
