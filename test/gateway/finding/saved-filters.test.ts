import { describe, expect, it } from 'vitest';
import { ids, isListed } from '../reads/oracle.ts';
import { NOTHING, refusal, useReads } from '../reads/support.ts';
import { type Expected, expectedDeals, ordered } from './oracle.ts';

const reads = useReads({ pipedrive: { deals: 120 }, pipelinedeals: { deals: 120 } });

const LIST = `query ($savedFilter: ID, $ownedByMe: Boolean, $filter: DealFilter, $orderBy: DealOrder, $crms: [ID!], $after: String, $first: Int = 500) {
  deals(first: $first, after: $after, savedFilter: $savedFilter, ownedByMe: $ownedByMe, filter: $filter, orderBy: $orderBy, crms: $crms) {
    nodes { id } pageInfo { endCursor } crms { crm { id } state }
  }
}`;

/** The saved filters of the sandboxes that say something simple, and what they hold. */
const OPEN = {
  id: 'pipedrive:SavedFilter:31',
  holds: ({ crm, status }: Expected) => crm === 'pipedrive' && status === 'OPEN',
};

async function bigDeals(): Promise<{ id: string; holds: (deal: Expected) => boolean }> {
  const { savedFilters } = await reads.data('{ savedFilters(crms: ["pipelinedeals"]) { id name } }');
  const { id } = savedFilters.find(({ name }: { name: string }) => name === 'Big deals');
  const bounds = reads.gateway.pipelinedeals.store.searches.get(Number(id.split(':')[2]))?.query.deal_value;
  const from = Number((bounds as { from?: string } | undefined)?.from);
  expect(from).toBeGreaterThan(0);
  return { id, holds: ({ crm, value }) => crm === 'pipelinedeals' && value !== null && Number(value.amount) >= from };
}

describe('saved filters', () => {
  it('of both CRMs are listed once, with who saved them', async () => {
    const document = '{ savedFilters { id name isShared crm { id } owner { id name } } }';
    const answer = await reads.ask(document);
    expect(answer.errors).toBeUndefined();
    const { savedFilters } = answer.data;
    expect(savedFilters.map(({ crm }: { crm: { id: string } }) => crm.id)).toEqual([
      ...Array(3).fill('pipedrive'),
      ...Array(3).fill('pipelinedeals'),
    ]);
    expect(savedFilters[0]).toMatchObject({ id: OPEN.id, name: 'All open deals', isShared: true });
    expect((await reads.ask(document)).cost).toEqual({ pipedrive: NOTHING, pipelinedeals: NOTHING });
  });

  it('are found by id', async () => {
    const { node } = await reads.data(`{ node(id: "${OPEN.id}") { id ... on SavedFilter { name } } }`);
    expect(node).toEqual({ id: OPEN.id, name: 'All open deals' });
  });
});

describe('the deals of a saved filter', () => {
  it('of Pipedrive cost one request, and the other CRM none', async () => {
    const answer = await reads.ask(LIST, { savedFilter: OPEN.id });
    const wanted = ordered(expectedDeals(reads.gateway), 'CREATED_AT', 'DESC').filter(
      (d) => OPEN.holds(d) && isListed(d),
    );
    expect(ids(answer.data.deals.nodes)).toEqual(ids(wanted));
    expect(answer.data.deals.crms).toEqual([
      { crm: { id: 'pipedrive' }, state: 'COMPLETE' },
      { crm: { id: 'pipelinedeals' }, state: 'COMPLETE' },
    ]);
    expect(answer.cost).toEqual({ pipedrive: { requests: 1, tokens: 10 }, pipelinedeals: NOTHING });
  });

  it('are matched and ordered by the gateway, where the CRM would ignore what else is asked', async () => {
    const all = expectedDeals(reads.gateway).filter(isListed);
    for (const { id, holds } of [OPEN, await bigDeals()]) {
      const owner = all.find((deal) => holds(deal) && deal.owner !== null)?.owner;
      const filter = { owner: { eq: owner }, value: { gte: '1000' } };
      const fits = (deal: Expected) => deal.owner === owner && Number(deal.value?.amount ?? 0) >= 1000;
      const wanted = ordered(all, 'TITLE', 'DESC').filter((deal) => holds(deal) && fits(deal));
      expect(wanted.length).toBeGreaterThan(2);
      const { deals } = await reads.data(LIST, {
        savedFilter: id,
        filter,
        orderBy: { field: 'TITLE', direction: 'DESC' },
      });
      expect(ids(deals.nodes)).toEqual(ids(wanted));
    }
  });

  it('go on behind a cursor, which fits no other saved filter', async () => {
    const wanted = ordered(expectedDeals(reads.gateway), 'CREATED_AT', 'DESC').filter(
      (d) => OPEN.holds(d) && isListed(d),
    );
    const { deals } = await reads.data(LIST, { savedFilter: OPEN.id, first: 4 });
    const after = deals.pageInfo.endCursor;
    const next = await reads.data(LIST, { savedFilter: OPEN.id, first: 4, after });
    expect(ids(next.deals.nodes)).toEqual(ids(wanted).slice(4, 8));
    for (const savedFilter of [null, 'pipedrive:SavedFilter:32']) {
      expect(refusal(await reads.ask(LIST, { savedFilter, after }))).toEqual({
        code: 'BAD_USER_INPUT',
        argument: 'after',
      });
    }
  });
});

it.each<[string, string]>([
  ['malformed', 'pipedrive:SavedFilter:x'],
  ['of another type', 'pipedrive:Stage:1'],
  ['of an unknown CRM', 'zoho:SavedFilter:1'],
])('a saved filter whose id is %s is refused before any call', async (_what, savedFilter) => {
  expect(refusal(await reads.ask(LIST, { savedFilter }))).toEqual({ code: 'BAD_USER_INPUT', argument: 'savedFilter' });
});

it.each(['pipedrive:SavedFilter:999', 'pipelinedeals:SavedFilter:999'])(
  'one that does not exist (%s) is refused, where the CRM might list everything',
  async (savedFilter) => {
    const { data, errors, log } = await reads.ask(LIST, { savedFilter });
    expect(data.deals).toBeNull();
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'savedFilter' });
    expect([...log.pipedrive, ...log.pipelinedeals].filter(({ path }) => path.includes('/deals'))).toEqual([]);
  },
);

describe('my own deals', () => {
  const mine = ({ pipedrive, pipelinedeals }: typeof reads.gateway) =>
    new Set([`pipedrive:User:${pipedrive.store.caller.id}`, `pipelinedeals:User:${meOf(pipelinedeals)}`]);
  const meOf = ({ store }: typeof reads.gateway.pipelinedeals) => [...store.users.values()][0]?.id;

  it('are those of the users the gateway acts as, who are read once', async () => {
    await reads.data(LIST, { ownedByMe: true, first: 1 });
    const answer = await reads.ask(LIST, { ownedByMe: true });
    const me = mine(reads.gateway);
    const wanted = ordered(expectedDeals(reads.gateway).filter(isListed), 'CREATED_AT', 'DESC').filter(
      ({ owner }) => owner !== null && me.has(owner),
    );
    expect(new Set(wanted.map(({ crm }) => crm)).size).toBe(2);
    expect(ids(answer.data.deals.nodes)).toEqual(ids(wanted));
    expect(answer.log.pipedrive.map(({ path }) => path)).toEqual(['/api/v2/deals']);
  });

  it('of another owner are none, and false asks for everybody', async () => {
    const me = mine(reads.gateway);
    const other = expectedDeals(reads.gateway).find(({ owner }) => owner !== null && !me.has(owner))?.owner;
    const { deals } = await reads.data(LIST, { ownedByMe: true, filter: { owner: { eq: other } } });
    expect(deals.nodes).toEqual([]);
    const all = await reads.data(LIST, { ownedByMe: false });
    expect(all.deals.nodes).toHaveLength(expectedDeals(reads.gateway).filter(isListed).length);
  });
});
