import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { time } from '../reads/oracle.ts';
import { type Answer, onlyError, useReads } from '../reads/support.ts';

const reads = useReads({ pipedrive: { deals: 30 }, pipelinedeals: { deals: 30 } });
const HOUR = 3_600_000;

/** Creates the deals of both CRMs one every two hours before now, and puts their closing one day apart. */
function spread(): void {
  const now = Date.now();
  let at = 0;
  const moment = () => {
    at += 1;
    return now - at * 2 * HOUR + HOUR;
  };
  const { pipedrive, pipelinedeals } = reads.gateway;
  for (const deal of pipedrive.store.deals.values()) {
    Object.assign(deal, { is_deleted: false, is_archived: false, add_time: time(moment()) });
    deal.expected_close_date = new Date(now + (at - 15) * 24 * HOUR).toISOString().slice(0, 10);
  }
  for (const deal of pipelinedeals.store.deals.values()) {
    Object.assign(deal, { is_archived: false, created_at: Math.floor(moment() / 1000) * 1000 });
    deal.expected_close_date = new Date(now + (at - 45) * 24 * HOUR).toISOString().slice(0, 10);
  }
}

beforeEach(spread);
afterEach(() => {
  reads.gateway.pipedrive.reset();
  reads.gateway.pipelinedeals.reset();
});

const LIST = `query ($filter: DealFilter, $first: Int, $after: String) {
  deals(filter: $filter, first: $first, after: $after) {
    nodes { id createdAt expectedCloseDate } pageInfo { endCursor hasNextPage }
  }
}`;

describe('a range', () => {
  it.each([
    { createdAt: { gte: '-PT12H' }, fits: (at: number) => at >= -12 * HOUR, deals: 6 },
    { createdAt: { gte: '-P1D', lt: '-PT4H' }, fits: (at: number) => at < -4 * HOUR && at >= -24 * HOUR, deals: 10 },
    { createdAt: { lt: 'P0D' }, fits: () => true, deals: 60 },
    { createdAt: { gte: 'P1D' }, fits: () => false, deals: 0 },
    { createdAt: { gte: '-P1W' }, fits: () => true, deals: 60 },
  ])('of moments counts from now: $createdAt', async ({ createdAt, fits, deals: count }) => {
    const now = Date.now();
    const { deals } = await reads.data(LIST, { filter: { createdAt }, first: 100 });
    expect(deals.nodes).toHaveLength(count);
    expect(deals.nodes.every((deal: { createdAt: string }) => fits(Date.parse(deal.createdAt) - now))).toBe(true);
  });

  it('of days counts from today in UTC', async () => {
    const days = async (expectedCloseDate: object): Promise<string[]> =>
      (await reads.data(LIST, { filter: { expectedCloseDate }, first: 100 })).deals.nodes.map(
        (deal: { expectedCloseDate: string }) => deal.expectedCloseDate,
      );
    const day = (offset: number) => new Date(Date.now() + offset * 24 * HOUR).toISOString().slice(0, 10);
    expect(new Set(await days({ gte: 'P0D', lte: 'P0D' }))).toEqual(new Set([day(0)]));
    expect(new Set(await days({ gte: '-P2D', lte: 'P1D' }))).toEqual(new Set([-2, -1, 0, 1].map(day)));
  });

  it('may stand in a literal, a custom field, a part of a filter and a summary', async () => {
    const { deals, dealsSummary } = await reads.data(`{
      deals(first: 100, filter: { or: [{ createdAt: { gte: "-PT12H" } }, { id: { in: [] } }] }) { nodes { id } }
      dealsSummary(filter: { createdAt: { gte: "-PT12H" } }) { count }
    }`);
    expect(deals.nodes).toHaveLength(6);
    expect(dealsSummary.count).toBe(6);
    await reads.data(
      '{ deals(first: 5, filter: { customFields: [{ key: "Pilot start", date: { gte: "-P10Y" } }] }) { nodes { id } } }',
    );
  });
});

describe('the pages of a list', () => {
  it('count from the moment of the first', async () => {
    const filter = { createdAt: { gte: '-PT12H' } };
    const first: Answer = await reads.ask(LIST, { filter, first: 2 });
    // Deals at the edge of the range: by a later now they would have left it.
    const edge = Date.now() - 12 * HOUR + 1500;
    const late = [...reads.gateway.pipedrive.store.deals.values()].at(-1);
    if (!late) throw new Error('there is no deal');
    late.add_time = time(edge);
    await new Promise((resolve) => setTimeout(resolve, 2_600));
    const given: string[] = [];
    let after: string | null = first.data.deals.pageInfo.endCursor;
    while (after !== null) {
      const { deals } = await reads.data(LIST, { filter, first: 2, after });
      given.push(...deals.nodes.map(({ id }: { id: string }) => id));
      after = deals.pageInfo.hasNextPage ? deals.pageInfo.endCursor : null;
    }
    expect(given).toContain(`pipedrive:Deal:${late.id}`);
    const anew = (await reads.data(LIST, { filter, first: 100 })).deals.nodes.map(({ id }: { id: string }) => id);
    expect(anew).not.toContain(`pipedrive:Deal:${late.id}`);
  });

  it('belong to the filter as it was written', async () => {
    const { deals } = await reads.data(LIST, { filter: { createdAt: { gte: '-P7D' } }, first: 2 });
    const after = deals.pageInfo.endCursor;
    for (const gte of ['-P1W', '-P8D', new Date(Date.now() - 7 * 24 * HOUR).toISOString()]) {
      const answer = await reads.ask(LIST, { filter: { createdAt: { gte } }, first: 2, after });
      expect(onlyError(answer)).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'after' });
    }
    await reads.data(LIST, { filter: { createdAt: { gte: '-P7D' } }, first: 2, after });
  });
});

describe('elsewhere a relative time is refused', () => {
  it.each([
    [
      'mutation ($day: Date) { updateDeal(input: { id: "pipedrive:Deal:1", expectedCloseDate: $day }) { outcome } }',
      { day: '-P30D' },
      'input.expectedCloseDate',
    ],
    [
      'mutation { updateDeal(input: { id: "pipedrive:Deal:1", expectedCloseDate: "-P30D" }) { outcome } }',
      {},
      'input.expectedCloseDate',
    ],
    [
      'mutation { addDeal(input: { crm: "pipelinedeals", title: "x", createdAt: "-PT1H" }) { outcome } }',
      {},
      'input.createdAt',
    ],
    [
      '{ dealsTimeline(start: "-P30D", interval: DAY, amount: 1, field: CREATED_AT) { buckets { count } } }',
      {},
      'start',
    ],
  ])('%s', async (document, variables, argument) => {
    const answer = await reads.ask(document, variables);
    expect(onlyError(answer)).toMatchObject({ code: 'BAD_USER_INPUT', argument });
    expect([answer.cost.pipedrive.requests, answer.cost.pipelinedeals.requests]).toEqual([0, 0]);
  });

  it.each(['P', '-P', 'PT', 'P1', '30D', '-P30DT', 'P1.5D', 'P99999Y', '+P1D', 'p1d', ''])(
    'and %j is no time at all',
    async (gte) => {
      const { errors } = await reads.ask(LIST, { filter: { createdAt: { gte } } });
      expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
    },
  );

  it('and hours are no days', async () => {
    const { errors } = await reads.ask(LIST, { filter: { expectedCloseDate: { gte: '-PT12H' } } });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
  });
});
