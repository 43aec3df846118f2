import { describe, expect, it } from 'vitest';
import { ids, isListed } from '../reads/oracle.ts';
import { type Data, NOTHING, refusal, useReads } from '../reads/support.ts';
import { type Expected, expectedDeals, sum } from './oracle.ts';

const reads = useReads({ pipedrive: { deals: 120 }, pipelinedeals: { deals: 120 } });

const TIMELINE = `query ($start: Date!, $interval: TimelineInterval!, $amount: Int!, $field: DealTime!, $convertTo: CurrencyCode,
  $excludeDeals: Boolean! = false, $crms: [ID!], $filter: DealFilter, $savedFilter: ID, $onCrmFailure: OnCrmFailure! = FAIL) {
  dealsTimeline(start: $start, interval: $interval, amount: $amount, field: $field, convertTo: $convertTo, crms: $crms,
    excludeDeals: $excludeDeals, filter: $filter, savedFilter: $savedFilter, onCrmFailure: $onCrmFailure) {
    buckets {
      start end count openCount wonCount
      totals { currency value weightedValue openValue weightedOpenValue wonValue }
      converted { currency value }
      deals(first: 500) { nodes { id } totalCount }
    }
    crms { crm { id } state totalCount problems { code } }
  }
}`;

const QUERY = { start: '2025-07-01', interval: 'QUARTER', amount: 4, field: 'CREATED_AT' };
const PERIODS = [
  ['2025-07-01', '2025-09-30'],
  ['2025-10-01', '2025-12-31'],
  ['2026-01-01', '2026-03-31'],
  ['2026-04-01', '2026-06-30'],
] as const;
const CRMS = ['pipedrive', 'pipelinedeals'];

const KEYS = {
  CREATED_AT: 'createdAt',
  UPDATED_AT: 'updatedAt',
  CLOSED_AT: 'closedAt',
  WON_AT: 'wonAt',
  EXPECTED_CLOSE_DATE: 'expectedCloseDate',
  STAGE_CHANGED_AT: 'stageChangedAt',
} as const;

function buckets(deals: readonly Expected[], key: (typeof KEYS)[keyof typeof KEYS]): unknown[] {
  const placed = deals.filter(({ status }) => status === 'OPEN' || status === 'WON');
  return PERIODS.map(([start, end]) => {
    const own = placed
      .filter((deal) => {
        const day = deal[key]?.slice(0, 10);
        return day !== undefined && day >= start && day <= end;
      })
      .toSorted((a, b) => CRMS.indexOf(a.crm) - CRMS.indexOf(b.crm) || a.remoteId - b.remoteId);
    const [open, won] = [own.filter(({ status }) => status === 'OPEN'), own.filter(({ status }) => status === 'WON')];
    const weight = (deal: Expected) => deal.weight;
    const currencies = [...new Set(own.flatMap(({ value }) => value?.currency ?? []))].sort();
    return {
      start,
      end,
      count: own.length,
      openCount: open.length,
      wonCount: won.length,
      totals: currencies.map((currency) => {
        const inIt = (some: readonly Expected[]) => some.filter(({ value }) => value?.currency === currency);
        return {
          currency,
          value: sum(inIt(own)),
          weightedValue: sum(inIt(own), weight),
          openValue: sum(inIt(open)),
          weightedOpenValue: sum(inIt(open), weight),
          wonValue: sum(inIt(won)),
        };
      }),
      converted: null,
      deals: { nodes: ids(own).map((id) => ({ id })), totalCount: own.length },
    };
  });
}

const listed = (...crms: string[]) =>
  expectedDeals(reads.gateway).filter((deal) => isListed(deal) && crms.includes(deal.crm));

describe('a timeline', () => {
  it.each(['CREATED_AT', 'UPDATED_AT', 'CLOSED_AT', 'WON_AT', 'EXPECTED_CLOSE_DATE'] as const)(
    'by %s of both CRMs',
    async (field) => {
      const { dealsTimeline } = await reads.data(TIMELINE, { ...QUERY, field });
      expect(dealsTimeline.buckets).toEqual(buckets(listed(...CRMS), KEYS[field]));
      expect(dealsTimeline.crms.map(({ state }: Data) => state)).toEqual(['COMPLETE', 'COMPLETE']);
    },
  );

  it('by when the stage changed, of Pipedrive alone', async () => {
    const variables = { ...QUERY, field: 'STAGE_CHANGED_AT' };
    const { dealsTimeline } = await reads.data(TIMELINE, { ...variables, crms: ['pipedrive'] });
    expect(dealsTimeline.buckets).toEqual(buckets(listed('pipedrive'), 'stageChangedAt'));
    expect(refusal(await reads.ask(TIMELINE, variables))).toEqual({
      code: 'UNSUPPORTED',
      argument: 'field STAGE_CHANGED_AT',
    });
  });

  it('is one request of 20 tokens to Pipedrive, and deals are read only where more than their ids is shown', async () => {
    const { data, cost } = await reads.ask(TIMELINE, { ...QUERY, crms: ['pipedrive'] });
    const count = data.dealsTimeline.crms[0].totalCount;
    expect(count).toBeGreaterThan(20);
    expect(cost).toEqual({ pipedrive: { requests: 1, tokens: 20 }, pipelinedeals: NOTHING });
    const document = `{ dealsTimeline(start: "2025-07-01", interval: QUARTER, amount: 4, field: CREATED_AT, crms: ["pipedrive"]) {
      buckets { deals(first: 10) { nodes { title } } } } }`;
    const nested = await reads.ask(document);
    expect(nested.errors).toBeUndefined();
    expect(nested.cost.pipedrive).toEqual({ requests: 2, tokens: 30 });
  });

  it('of a filter the CRM cannot group by is grouped by the gateway, to the same', async () => {
    const fits = ({ title, status }: Expected) => title.toLowerCase().includes('a') && status === 'WON';
    const filter = { title: { contains: 'a' }, status: { in: ['WON', 'LOST'] } };
    const { dealsTimeline } = await reads.data(TIMELINE, { ...QUERY, filter });
    expect(dealsTimeline.buckets).toEqual(buckets(listed(...CRMS).filter(fits), 'createdAt'));
  });

  it('of one owner and pipeline is grouped by Pipedrive', async () => {
    const [{ owner, pipeline } = { owner: null, pipeline: null }] = listed('pipedrive');
    const filter = { owner: { eq: owner }, pipeline: { eq: pipeline } };
    const { data, cost } = await reads.ask(TIMELINE, { ...QUERY, filter });
    const own = listed('pipedrive').filter((deal) => deal.owner === owner && deal.pipeline === pipeline);
    expect(data.dealsTimeline.buckets).toEqual(buckets(own, 'createdAt'));
    expect(cost).toEqual({ pipedrive: { requests: 1, tokens: 20 }, pipelinedeals: NOTHING });
  });

  it('of a saved filter', async () => {
    const { dealsTimeline } = await reads.data(TIMELINE, { ...QUERY, savedFilter: 'pipedrive:SavedFilter:31' });
    const open = listed('pipedrive').filter(({ status }) => status === 'OPEN');
    expect(dealsTimeline.buckets).toEqual(buckets(open, 'createdAt'));
  });

  it('of lost deals is empty, without a call', async () => {
    const { data, cost } = await reads.ask(TIMELINE, { ...QUERY, filter: { status: { eq: 'LOST' } } });
    expect(data.dealsTimeline.buckets).toEqual(buckets([], 'createdAt'));
    expect(cost).toEqual({ pipedrive: NOTHING, pipelinedeals: NOTHING });
  });

  it('leaves the deals out when told to', async () => {
    const { data, log } = await reads.ask(TIMELINE, { ...QUERY, excludeDeals: true });
    expect(data.dealsTimeline.buckets.every(({ deals, count }: Data) => deals === null && count > 0)).toBe(true);
    expect(log.pipedrive).toHaveLength(1);
  });

  it('pages through the deals of a period', async () => {
    const document = `query ($after: String) { dealsTimeline(start: "2025-07-01", interval: QUARTER, amount: 1, field: CREATED_AT) {
      buckets { deals(first: 3, after: $after) { nodes { id title } pageInfo { hasNextPage endCursor } } } } }`;
    const given: string[] = [];
    let after: string | null = null;
    do {
      const { deals }: Data = (await reads.data(document, { after })).dealsTimeline.buckets[0];
      given.push(...ids(deals.nodes));
      after = deals.pageInfo.hasNextPage ? deals.pageInfo.endCursor : null;
    } while (after !== null);
    const [first] = buckets(listed(...CRMS), 'createdAt') as [{ deals: { nodes: { id: string }[] } }];
    expect(given).toEqual(ids(first.deals.nodes));
  });
});

describe('a date field the account added', () => {
  const document = `query ($customField: String, $field: DealTime, $crms: [ID!], $filter: DealFilter) {
    dealsTimeline(start: "2020-01-01", interval: QUARTER, amount: 60, field: $field, customField: $customField, crms: $crms, filter: $filter) {
      buckets { start end count deals(first: 500) { nodes { id } } }
    }
  }`;

  /** Which deals have which day in the first date field of a CRM, by its key. */
  async function dated(crm: string): Promise<{ key: string; days: ReadonlyMap<string, string> }> {
    const { deals } = await reads.data(
      `{ deals(first: 500, crms: ["${crm}"]) { nodes { id status customFields { key type value } } } }`,
    );
    const fields = deals.nodes[0].customFields.filter(({ type }: Data) => type === 'DATE');
    const { key } = fields[0];
    const days = deals.nodes.flatMap(({ id, status, customFields }: Data) => {
      const { value } = customFields.find((field: Data) => field.key === key);
      return value === null || status === 'LOST' ? [] : [[id, value.replaceAll('/', '-')]];
    });
    return { key, days: new Map(days) };
  }

  it.each(CRMS)('places deals of %s, whoever groups them', async (crm) => {
    const { key, days } = await dated(crm);
    expect(days.size).toBeGreaterThan(2);
    for (const filter of [{}, { value: { gte: '0' } }]) {
      const { dealsTimeline } = await reads.data(document, { customField: key, crms: [crm], filter });
      const given = dealsTimeline.buckets.flatMap(({ start, end, deals }: Data) =>
        ids(deals.nodes).map((id) => [id, (days.get(id) ?? '') >= start && (days.get(id) ?? '9') <= end]),
      );
      const worth = new Set(expectedDeals(reads.gateway).flatMap(({ id, value }) => (value ? id : [])));
      const wanted = [...days.keys()].filter((id) => !('value' in filter) || worth.has(id));
      expect(Object.fromEntries(given)).toEqual(Object.fromEntries(wanted.map((id) => [id, true])));
    }
  });

  it('has to be one, and stands in place of a time', async () => {
    const unknown = await reads.ask(document, { customField: 'nothing', crms: ['pipedrive'] });
    expect(unknown.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'customField' });
    for (const both of [{}, { field: 'CREATED_AT', customField: 'a' }, { customField: '' }]) {
      expect(refusal(await reads.ask(document, both))).toEqual({ code: 'BAD_USER_INPUT', argument: 'field' });
    }
  });
});

describe('converted totals', () => {
  it('come in the currency asked for', async () => {
    const { dealsTimeline } = await reads.data(TIMELINE, { ...QUERY, convertTo: 'SEK', crms: ['pipedrive'] });
    expect(dealsTimeline.buckets.map(({ converted }: Data) => converted.currency)).toEqual(Array(4).fill('SEK'));
  });

  it('are refused where the CRM has no rates, or cannot group', async () => {
    expect(refusal(await reads.ask(TIMELINE, { ...QUERY, convertTo: 'EUR' }))).toEqual({
      code: 'UNSUPPORTED',
      argument: 'convertTo',
    });
    const filter = { status: { eq: 'OPEN' } };
    const variables = { ...QUERY, convertTo: 'EUR', crms: ['pipedrive'], filter };
    expect(refusal(await reads.ask(TIMELINE, variables))).toEqual({ code: 'UNSUPPORTED', argument: 'convertTo' });
  });

  it('are those of the CRMs that have them in a partial answer', async () => {
    const { dealsTimeline } = await reads.data(TIMELINE, { ...QUERY, convertTo: 'EUR', onCrmFailure: 'PARTIAL' });
    expect(dealsTimeline.crms.map(({ state, problems }: Data) => [state, problems])).toEqual([
      ['COMPLETE', []],
      ['FAILED', [{ code: 'UNSUPPORTED' }]],
    ]);
    expect(dealsTimeline.buckets.every(({ converted }: Data) => converted.currency === 'EUR')).toBe(true);
  });
});

it.each([0, -1, 367])('%i periods are refused before any call', async (amount) => {
  expect(refusal(await reads.ask(TIMELINE, { ...QUERY, amount }))).toEqual({
    code: 'BAD_USER_INPUT',
    argument: 'amount',
  });
});
