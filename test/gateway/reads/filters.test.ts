import Big from 'big.js';
import { describe, expect, it } from 'vitest';
import { allDeals, type ExpectedDeal, ids, inOrder, isListed } from './oracle.ts';
import { found, NOTHING, useReads } from './support.ts';

const reads = useReads({ pipedrive: { deals: 120 }, pipelinedeals: { deals: 120 } });

const LIST = `query ($filter: DealFilter, $crms: [ID!], $orderBy: DealOrder, $onCrmFailure: OnCrmFailure! = FAIL) {
  deals(first: 500, filter: $filter, crms: $crms, orderBy: $orderBy, onCrmFailure: $onCrmFailure) {
    nodes { id } crms { crm { id } state problems { code crm { id } message isRetryable } }
  }
}`;

type Pick = (deal: ExpectedDeal) => unknown;
type Reference = 'stage' | 'pipeline' | 'owner' | 'person' | 'organization';

const has = (text: string, part: string) => text.normalize('NFC').toLowerCase().includes(part.toLowerCase());
const amount = ({ value }: ExpectedDeal) => value && new Big(value.amount);

/** The reference that most listed deals of a CRM have. */
function common(crm: string, name: Reference, place = 0): string {
  const counts = new Map<string, number>();
  for (const deal of allDeals(reads.gateway)) {
    const id = deal[name];
    if (deal.crm === crm && id !== null && isListed(deal)) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1])[place]?.[0] ?? '';
}

/** Asks in every order that both CRMs have, and compares with the stores. */
async function expectSame(filter: object, fits: Pick, listed: Pick = isListed): Promise<ExpectedDeal[]> {
  const wanted = allDeals(reads.gateway).filter((deal) => listed(deal) && fits(deal));
  for (const [field, key] of [
    ['CREATED_AT', 'createdAt'],
    ['UPDATED_AT', 'updatedAt'],
  ] as const) {
    const { deals } = await reads.data(LIST, { filter, orderBy: { field, direction: 'DESC' } });
    expect(ids(deals.nodes)).toEqual(ids(inOrder(wanted, key, 'DESC')));
  }
  return wanted;
}

describe('by status', () => {
  it.each([
    [{ eq: 'OPEN' }, ['OPEN']],
    [{ eq: 'WON' }, ['WON']],
    [{ eq: 'LOST' }, ['LOST']],
    [{ in: ['WON', 'LOST'] }, ['WON', 'LOST']],
    [{ in: ['LOST', 'LOST'] }, ['LOST']],
    [{ in: ['OPEN', 'WON', 'LOST'] }, ['OPEN', 'WON', 'LOST']],
  ])('%j', async (status, statuses) => {
    const wanted = await expectSame({ status }, (deal) => statuses.includes(deal.status));
    expect(new Set(wanted.map(({ crm }) => crm)).size).toBe(2);
  });

  it('finds deleted deals where they are kept, and together with others', async () => {
    const list = async (statuses: string[]) =>
      (await reads.data(LIST, { filter: { status: { in: statuses } }, crms: ['pipedrive'] })).deals.nodes;
    const own = inOrder(
      allDeals(reads.gateway).filter(({ crm }) => crm === 'pipedrive'),
      'createdAt',
      'DESC',
    );
    const deleted = own.filter(({ status }) => status === 'DELETED');
    expect(deleted.length).toBeGreaterThan(1);
    expect(ids(await list(['DELETED']))).toEqual(ids(deleted));
    expect(ids(await list(['DELETED', 'WON']))).toEqual(
      ids(own.filter((deal) => deal.status === 'DELETED' || (deal.status === 'WON' && isListed(deal)))),
    );
  });

  it('refuses deleted deals where they are gone, before any call', async () => {
    const filter = { status: { eq: 'DELETED' } };
    const alone = await reads.ask(LIST, { filter, crms: ['pipelinedeals'] });
    expect(alone.cost).toEqual({ pipedrive: NOTHING, pipelinedeals: NOTHING });
    expect(alone.errors?.[0]).toMatchObject({
      message: expect.stringContaining('filter.status'),
      path: ['deals'],
      extensions: { code: 'UNSUPPORTED', crm: 'pipelinedeals', retryable: false },
    });

    const { deals } = await reads.data(LIST, { filter, onCrmFailure: 'PARTIAL' });
    expect(deals.nodes.length).toBeGreaterThan(1);
    expect(deals.crms).toMatchObject([
      { crm: { id: 'pipedrive' }, state: 'COMPLETE', problems: [] },
      { crm: { id: 'pipelinedeals' }, state: 'FAILED', problems: [{ code: 'UNSUPPORTED', isRetryable: false }] },
    ]);
  });
});

describe.each<Reference>(['stage', 'pipeline', 'owner', 'person', 'organization'])('by %s', (name) => {
  it.each(['pipedrive', 'pipelinedeals'])('of %s: only its deals, and no call to the other CRM', async (crm) => {
    const id = common(crm, name);
    const wanted = await expectSame({ [name]: { eq: id } }, (deal) => deal[name] === id);
    expect(wanted.length).toBeGreaterThan(1);
    const { data, cost } = await reads.ask(LIST, { filter: { [name]: { eq: id } } });
    const other = crm === 'pipedrive' ? 'pipelinedeals' : 'pipedrive';
    expect(cost[other]).toEqual(NOTHING);
    expect(data.deals.crms.map((one: { state: string }) => one.state)).toEqual(['COMPLETE', 'COMPLETE']);
  });

  it('of a list, on both CRMs', async () => {
    const some = [
      common('pipedrive', name, 0),
      common('pipedrive', name, 1),
      common('pipelinedeals', name, 0),
      common('pipelinedeals', name, 2),
    ];
    await expectSame({ [name]: { in: [...some, some[0]] } }, (deal) => some.includes(deal[name] ?? ''));
  });

  it('of none', async () => {
    await expectSame({ [name]: { eq: null } }, (deal) => deal[name] === null);
  });

  it('of nothing at all, without a call', async () => {
    const { data, cost } = await reads.ask(LIST, { filter: { [name]: { in: [] } } });
    expect(data.deals.nodes).toEqual([]);
    expect(data.deals.crms.map((one: { state: string }) => one.state)).toEqual(['COMPLETE', 'COMPLETE']);
    expect(cost).toEqual({ pipedrive: NOTHING, pipelinedeals: NOTHING });
  });

  it('of an id nobody has', async () => {
    const type = {
      stage: 'Stage',
      pipeline: 'Pipeline',
      owner: 'User',
      person: 'Person',
      organization: 'Organization',
    }[name];
    const { data } = await reads.ask(LIST, { filter: { [name]: { eq: `pipelinedeals:${type}:777777` } } });
    expect(data.deals.nodes).toEqual([]);
  });
});

describe('by title', () => {
  it('contains, whatever the case', async () => {
    for (const part of ['PILOT', 'pilot', 'réorg', 'üBERNAHME', '“QUOTED”', '導入', '🚚', '<b>']) {
      const wanted = await expectSame({ title: { contains: part } }, ({ title }) => has(title, part));
      expect(wanted.length, part).toBeGreaterThan(0);
    }
  });

  it('starts with, whatever the case', async () => {
    const start = (
      common('pipelinedeals', 'person') && found(allDeals(reads.gateway), isListed).title.slice(0, 6)
    ).toUpperCase();
    const wanted = await expectSame({ title: { startsWith: start } }, ({ title }) =>
      title.normalize('NFC').toLowerCase().startsWith(start.toLowerCase()),
    );
    expect(wanted.length).toBeGreaterThan(0);
  });

  it('is exactly', async () => {
    const listed = allDeals(reads.gateway).filter(isListed);
    for (const crm of ['pipedrive', 'pipelinedeals']) {
      const { title } = found(listed, (deal) => deal.crm === crm && deal.title.length < 60);
      await expectSame({ title: { eq: title } }, (deal) => deal.title === title);
      await expectSame({ title: { eq: title.toUpperCase() } }, (deal) => deal.title === title.toUpperCase());
    }
    await expectSame(
      { title: { eq: 'é decomposed, é composed' } },
      ({ title }) => title === 'é decomposed, é composed',
    );
  });

  it('takes all conditions together', async () => {
    await expectSame(
      { title: { contains: 'pilot', startsWith: 'h' } },
      ({ title }) => has(title, 'pilot') && title.toLowerCase().startsWith('h'),
    );
  });
});

describe('by value', () => {
  it.each<[string, { gte?: string; lte?: string }]>([
    ['from', { gte: '50000' }],
    ['until', { lte: '12000.5' }],
    ['between', { gte: '1000.01', lte: '30000' }],
    ['exactly nothing', { gte: '0', lte: '0' }],
    ['beyond a double', { gte: '12345678901234567.89', lte: '12345678901234567.89' }],
    ['just above that', { gte: '12345678901234567.890000001' }],
  ])('%s', async (_what, value) => {
    const { gte, lte } = value;
    await expectSame({ value }, (deal) => {
      const own = amount(deal);
      return own !== null && (gte === undefined || own.gte(gte)) && (lte === undefined || own.lte(lte));
    });
  });

  it('takes numbers as well as texts', async () => {
    await expectSame({ value: { gte: 50_000.5 } }, (deal) => amount(deal)?.gte('50000.5'));
  });
});

it.each(['EUR', 'USD', 'XTK', 'ZZZ'])('by currency %s', async (currency) => {
  await expectSame({ currency }, ({ value }) => value?.currency === currency);
});

it('by the day it is expected to close', async () => {
  const days = allDeals(reads.gateway)
    .flatMap((deal) => deal.expectedCloseDate ?? [])
    .sort();
  const [gte, lte] = [days[Math.floor(days.length / 3)] as string, days[Math.floor(days.length / 2)] as string];
  for (const range of [{ gte }, { lte }, { gte, lte }, { gte, lte: gte }]) {
    const wanted = await expectSame({ expectedCloseDate: range }, ({ expectedCloseDate: day }) => {
      const { gte: from = '0', lte: to = '9' } = range as { gte?: string; lte?: string };
      return day !== null && day >= from && day <= to;
    });
    expect(new Set(wanted.map(({ crm }) => crm)).size).toBeGreaterThan(0);
  }
});

describe.each(['createdAt', 'updatedAt'] as const)('by %s', (name) => {
  it('from a moment, included, until another, excluded', async () => {
    const moments = allDeals(reads.gateway)
      .filter(isListed)
      .flatMap((deal) => deal[name] ?? [])
      .sort();
    const gte = moments[Math.floor(moments.length / 3)] as string;
    const lt = moments[Math.floor(moments.length / 2)] as string;
    for (const range of [{ gte }, { lt }, { gte, lt }]) {
      const { gte: from = '0', lt: to = '9' } = range as { gte?: string; lt?: string };
      const wanted = await expectSame({ [name]: range }, (deal) => {
        const moment = deal[name];
        return moment !== null && moment >= from && moment < to;
      });
      expect(wanted.length).toBeGreaterThan(10);
    }
  });

  it('in whatever offset a moment is given, and to the millisecond', async () => {
    const moment = found(allDeals(reads.gateway), (deal) => isListed(deal) && deal[name] !== null)[name] as string;
    const shifted = new Date(Date.parse(moment) + 5.5 * 3_600_000).toISOString().replace('.000Z', '+05:30');
    await expectSame({ [name]: { gte: shifted } }, (deal) => (deal[name] ?? '') >= moment);
    await expectSame({ [name]: { gte: moment.replace('Z', '.001Z') } }, (deal) => (deal[name] ?? '') > moment);
    await expectSame(
      { [name]: { lt: moment.replace('Z', '.001Z') } },
      (deal) => deal[name] !== null && (deal[name] ?? '') <= moment,
    );
  });
});

it('archived deals, with other conditions', async () => {
  const stage = common('pipedrive', 'stage');
  for (const [archived, listed] of [
    ['ONLY', (deal: ExpectedDeal) => deal.isArchived],
    ['INCLUDE', () => true],
  ] as const) {
    await expectSame(
      { archived, status: { eq: 'WON' } },
      ({ status }) => status === 'WON',
      (deal) => deal.status !== 'DELETED' && listed(deal),
    );
    await expectSame(
      { archived, stage: { eq: stage } },
      (deal) => deal.stage === stage,
      (deal) => deal.status !== 'DELETED' && listed(deal),
    );
  }
});

it('all conditions together', async () => {
  const owners = [common('pipedrive', 'owner'), common('pipelinedeals', 'owner')];
  const wanted = await expectSame(
    {
      status: { in: ['OPEN', 'WON'] },
      owner: { in: owners },
      value: { gte: 1_000 },
      createdAt: { gte: '2025-09-01T00:00:00Z' },
    },
    (deal) =>
      ['OPEN', 'WON'].includes(deal.status) &&
      owners.includes(deal.owner ?? '') &&
      amount(deal)?.gte(1_000) &&
      deal.createdAt >= '2025-09-01T00:00:00Z',
  );
  expect(new Set(wanted.map(({ crm }) => crm)).size).toBe(2);
});

it('an empty filter is none', async () => {
  await expectSame({}, () => true);
  await expectSame({ stage: {}, title: {}, value: {}, createdAt: {}, status: {} }, () => true);
});
