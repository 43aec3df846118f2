import Big from 'big.js';
import { describe, expect, it } from 'vitest';
import { isListed } from '../reads/oracle.ts';
import { type Data, NOTHING, refusal, useReads } from '../reads/support.ts';
import { type Expected, expectedDeals, sum, totals } from './oracle.ts';

const reads = useReads({ pipedrive: { deals: 120 }, pipelinedeals: { deals: 120 } });

const SUMMARY = `query ($filter: DealFilter, $crms: [ID!], $savedFilter: ID, $ownedByMe: Boolean, $onCrmFailure: OnCrmFailure! = FAIL) {
  dealsSummary(filter: $filter, crms: $crms, savedFilter: $savedFilter, ownedByMe: $ownedByMe, onCrmFailure: $onCrmFailure) {
    count totals { currency count value weightedValue }
    byCrm { crm { id } count totals { currency count value weightedValue } converted { value weightedValue } }
    crms { crm { id } state totalCount problems { code } }
  }
}`;

const of = (crm: string, deals: readonly Expected[]) => deals.filter((deal) => deal.crm === crm);
/** What most deals of a CRM have. */
const common = (crm: string, name: 'owner' | 'stage' | 'pipeline') => {
  const counts = new Map<string, number>();
  for (const deal of of(crm, expectedDeals(reads.gateway).filter(isListed))) {
    const value = deal[name];
    if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts].toSorted(([, a], [, b]) => b - a)[0]?.[0] ?? null;
};

describe('what deals add up to', () => {
  it('by currency over both CRMs, and for each', async () => {
    const listed = expectedDeals(reads.gateway).filter(isListed);
    const { dealsSummary } = await reads.data(SUMMARY);
    expect(dealsSummary).toMatchObject({
      count: listed.length,
      totals: totals(listed),
      byCrm: [
        { crm: { id: 'pipedrive' }, totals: totals(of('pipedrive', listed)) },
        { crm: { id: 'pipelinedeals' }, totals: totals(of('pipelinedeals', listed)), converted: null },
      ],
      crms: ['pipedrive', 'pipelinedeals'].map((id) => ({
        crm: { id },
        state: 'COMPLETE',
        totalCount: of(id, listed).length,
        problems: [],
      })),
    });
    expect(new Big(dealsSummary.byCrm[0].converted.value).gt(0)).toBe(true);
  });

  it.each<[string, Partial<Pick<Expected, 'status'>>, ('owner' | 'stage' | 'pipeline')?]>([
    ['one status', { status: 'WON' }],
    ['one owner', {}, 'owner'],
    ['one stage and status', { status: 'OPEN' }, 'stage'],
    ['one pipeline', {}, 'pipeline'],
  ])('by %s is one request of 40 tokens to Pipedrive', async (_what, given, name) => {
    const values = Object.entries({ ...given, ...(name && { [name]: common('pipedrive', name) }) });
    const fits = (deal: Expected) => values.every(([key, value]) => deal[key as keyof Expected] === value);
    const wanted = of('pipedrive', expectedDeals(reads.gateway).filter(isListed)).filter(fits);
    const filter = Object.fromEntries(values.map(([key, value]) => [key, { eq: value }]));
    const { data, cost } = await reads.ask(SUMMARY, { filter, crms: ['pipedrive'] });
    expect(wanted.length).toBeGreaterThan(0);
    expect(data.dealsSummary).toMatchObject({ count: wanted.length, totals: totals(wanted) });
    expect(cost).toEqual({ pipedrive: { requests: 1, tokens: 40 }, pipelinedeals: NOTHING });
  });

  it.each<[string, object, (deal: Expected) => boolean]>([
    ['two statuses', { status: { in: ['WON', 'LOST'] } }, (deal) => isListed(deal) && deal.status !== 'OPEN'],
    ['archived deals', { archived: 'ONLY' }, (deal) => deal.isArchived && deal.status !== 'DELETED'],
    [
      'a title',
      { title: { contains: 'an' }, currency: 'USD' },
      (deal) => isListed(deal) && deal.title.toLowerCase().includes('an') && deal.value?.currency === 'USD',
    ],
  ])('by %s is added up by the gateway, to the same', async (_what, filter, fits) => {
    const wanted = expectedDeals(reads.gateway).filter(fits);
    const { dealsSummary } = await reads.data(SUMMARY, { filter });
    expect(wanted.length).toBeGreaterThan(3);
    expect(dealsSummary).toMatchObject({ count: wanted.length, totals: totals(wanted) });
    expect(dealsSummary.byCrm.map(({ converted }: Data) => converted)).toEqual([null, null]);
  });

  it('by a saved filter, alone and with others', async () => {
    const savedFilter = 'pipedrive:SavedFilter:31';
    await reads.data(SUMMARY, { savedFilter });
    const open = of('pipedrive', expectedDeals(reads.gateway).filter(isListed)).filter(
      ({ status }) => status === 'OPEN',
    );
    const alone = await reads.ask(SUMMARY, { savedFilter });
    expect(alone.data.dealsSummary).toMatchObject({ count: open.length, totals: totals(open) });
    expect(alone.cost).toEqual({ pipedrive: { requests: 1, tokens: 40 }, pipelinedeals: NOTHING });
    const owner = common('pipedrive', 'owner');
    const own = open.filter((deal) => deal.owner === owner);
    const both = await reads.ask(SUMMARY, { savedFilter, filter: { owner: { eq: owner } } });
    expect(both.data.dealsSummary).toMatchObject({ count: own.length, totals: totals(own) });
    expect(both.cost.pipedrive).toEqual({ requests: 1, tokens: 10 });
  });

  it('PipelineDeals adds up itself where nothing but count and value of everything is asked', async () => {
    const document = `{ dealsSummary(crms: ["pipelinedeals"], filter: { archived: INCLUDE }) { count totals { currency value } } }`;
    await reads.data(document);
    const { data, cost, log } = await reads.ask(document);
    const all = of('pipelinedeals', expectedDeals(reads.gateway));
    expect(data.dealsSummary).toEqual({ count: all.length, totals: [{ currency: 'USD', value: sum(all) }] });
    expect(cost.pipelinedeals.requests).toBe(1);
    expect(log.pipelinedeals[0]?.path).toContain('/deals');
  });

  it('of nothing is nothing, without a call', async () => {
    const { data, cost } = await reads.ask(SUMMARY, { filter: { status: { in: [] } } });
    expect(data.dealsSummary).toMatchObject({ count: 0, totals: [] });
    expect(cost).toEqual({ pipedrive: NOTHING, pipelinedeals: NOTHING });
  });
});

describe('a CRM that cannot answer', () => {
  const filter = { status: { in: ['OPEN', 'DELETED'] } };

  it('fails the summary before any call', async () => {
    expect(refusal(await reads.ask(SUMMARY, { filter }))).toMatchObject({ code: 'UNSUPPORTED' });
  });

  it('is left out of a partial one, which says so', async () => {
    const { dealsSummary } = await reads.data(SUMMARY, { filter, onCrmFailure: 'PARTIAL' });
    expect(dealsSummary.byCrm.map(({ crm }: Data) => crm.id)).toEqual(['pipedrive']);
    expect(dealsSummary.crms.map(({ state, problems }: Data) => [state, problems])).toEqual([
      ['COMPLETE', []],
      ['FAILED', [{ code: 'UNSUPPORTED' }]],
    ]);
  });

  it('fails it while it is down, and is left out of a partial one', async () => {
    const { pipelinedeals } = reads.gateway;
    pipelinedeals.faults.set({ kind: 'status', status: 503 });
    try {
      const failed = await reads.ask(SUMMARY, {}, { abandoned: true });
      expect(failed.errors?.[0]?.extensions).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', crm: 'pipelinedeals' });
      const { dealsSummary } = await reads.data(SUMMARY, { onCrmFailure: 'PARTIAL' });
      expect(dealsSummary.crms.map(({ state }: Data) => state)).toEqual(['COMPLETE', 'FAILED']);
    } finally {
      pipelinedeals.faults.set();
    }
  });
});

describe('more than 2,000 deals', () => {
  const many = useReads({ pipedrive: { deals: 2_300 }, pipelinedeals: { deals: 24 } });

  it('are no problem for a CRM that adds up itself, and are refused where it cannot', async () => {
    const { dealsSummary } = await many.data(SUMMARY, { crms: ['pipedrive'] });
    expect(dealsSummary.count).toBe(of('pipedrive', expectedDeals(many.gateway)).filter(isListed).length);
    const refused = await many.ask(SUMMARY, { filter: { value: { gte: '0' } } });
    expect(refused.errors?.[0]).toMatchObject({
      message: expect.stringContaining('2000'),
      extensions: { code: 'BUDGET_EXCEEDED', crm: 'pipedrive' },
    });
  });
});
