import { describe, expect, it } from 'vitest';
import { ids, isListed } from '../reads/oracle.ts';
import { NOTHING, useReads } from '../reads/support.ts';
import { type Expected, expectedDeals, type Order, ordered } from './oracle.ts';

const reads = useReads({ pipedrive: { deals: 70 }, pipelinedeals: { deals: 70 } });

const LIST = `query ($first: Int, $after: String, $orderBy: DealOrder, $filter: DealFilter, $crms: [ID!]) {
  deals(first: $first, after: $after, orderBy: $orderBy, filter: $filter, crms: $crms) {
    nodes { id } pageInfo { hasNextPage endCursor } crms { state }
  }
}`;

const ORDERS: readonly Order[] = [
  'TITLE',
  'VALUE',
  'EXPECTED_CLOSE_DATE',
  'OWNER',
  'SOURCE',
  'PROBABILITY',
  'CLOSED_AT',
];

async function walk(first: number, variables: Record<string, unknown>): Promise<string[]> {
  const given: string[] = [];
  let after: string | null = null;
  do {
    const { deals } = await reads.data(LIST, { ...variables, first, after });
    given.push(...ids(deals.nodes));
    after = deals.pageInfo.hasNextPage ? deals.pageInfo.endCursor : null;
  } while (after !== null);
  return given;
}

describe.each(ORDERS)('by %s', (field) => {
  it.each(['ASC', 'DESC'] as const)('%s, both CRMs in one total order', async (direction) => {
    const wanted = ordered(expectedDeals(reads.gateway).filter(isListed), field, direction);
    expect(await walk(37, { orderBy: { field, direction } })).toEqual(ids(wanted));
  });
});

it('within a filter, archived deals included', async () => {
  const fits = (deal: Expected) => deal.status === 'LOST' && deal.title.toLowerCase().includes('a');
  const filter = { status: { eq: 'LOST' }, title: { contains: 'A' }, archived: 'INCLUDE' };
  const wanted = ordered(expectedDeals(reads.gateway).filter(fits), 'VALUE', 'DESC');
  expect(wanted.length).toBeGreaterThan(5);
  expect(await walk(500, { orderBy: { field: 'VALUE', direction: 'DESC' }, filter })).toEqual(ids(wanted));
});

it('by when they were closed, and narrowed by that', async () => {
  const gte = '2025-09-01T00:00:00Z';
  const lt = '2026-03-01T00:00:00Z';
  const fits = (deal: Expected) =>
    isListed(deal) && deal.closedAt !== null && deal.closedAt >= gte && deal.closedAt < lt;
  const wanted = ordered(expectedDeals(reads.gateway).filter(fits), 'CLOSED_AT', 'DESC');
  expect(new Set(wanted.map(({ crm }) => crm)).size).toBe(2);
  const orderBy = { field: 'CLOSED_AT', direction: 'DESC' };
  expect(await walk(500, { orderBy, filter: { closedAt: { gte, lt } } })).toEqual(ids(wanted));
});

it('narrowed by source', async () => {
  const { deals } = await reads.data('{ deals(first: 500) { nodes { id source { id } } } }');
  const known = new Map(expectedDeals(reads.gateway).map((deal) => [deal.id, deal]));
  const chosen = deals.nodes.find(({ source }: { source: object | null }) => source !== null);
  for (const [eq, sourceId] of [
    [chosen.source.id, known.get(chosen.id)?.sourceId],
    [null, null],
  ]) {
    const fits = (deal: Expected) => isListed(deal) && deal.sourceId === sourceId;
    const wanted = ordered([...known.values()].filter(fits), 'CREATED_AT', 'DESC');
    expect(wanted.length).toBeGreaterThan(1);
    expect(await walk(500, { filter: { source: { eq } } })).toEqual(ids(wanted));
  }
});

it('reads each CRM whole for a page, and what is nested in 50 of them still in batches', async () => {
  const document = `{ deals(first: 50, orderBy: { field: VALUE, direction: DESC }) {
    nodes { title person { name emails { value } } organization { name } products { nodes { name } } }
  } }`;
  const cold = await reads.ask(document);
  expect(cold.errors).toBeUndefined();
  expect(cold.cost).toEqual({
    pipedrive: { requests: 4, tokens: 40 },
    pipelinedeals: { requests: 1, tokens: 0 },
  });
});

it('a cursor fits no other order', async () => {
  const orderBy = { field: 'TITLE', direction: 'ASC' };
  const { deals } = await reads.data(LIST, { first: 5, orderBy });
  const answer = await reads.ask(LIST, { orderBy: { ...orderBy, field: 'VALUE' }, after: deals.pageInfo.endCursor });
  expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'after' });
  expect(answer.cost).toEqual({ pipedrive: NOTHING, pipelinedeals: NOTHING });
});

describe('more than 2,000 deals', () => {
  const many = useReads({ pipedrive: { deals: 2_300 }, pipelinedeals: { deals: 24 } });

  it('are refused with the orders the CRM has itself, and are no problem in those', async () => {
    const answer = await many.ask(LIST, { orderBy: { field: 'VALUE', direction: 'ASC' } });
    expect(answer.errors).toMatchObject([
      {
        message: expect.stringMatching(/^pipedrive: .*2000.*CREATED_AT or UPDATED_AT/),
        extensions: { code: 'BUDGET_EXCEEDED', crm: 'pipedrive', retryable: false },
      },
    ]);
    expect(answer.cost.pipedrive.requests).toBeLessThanOrEqual(5);
    const served = await many.ask(LIST, { first: 5, orderBy: { field: 'UPDATED_AT', direction: 'ASC' } });
    expect(served.errors).toBeUndefined();
  });

  it('may be narrowed to fewer', async () => {
    const { deals } = await many.data(LIST, {
      first: 500,
      filter: { status: { eq: 'LOST' } },
      orderBy: { field: 'VALUE', direction: 'ASC' },
    });
    const lost = expectedDeals(many.gateway).filter((deal) => isListed(deal) && deal.status === 'LOST');
    expect(ids(deals.nodes)).toEqual(ids(ordered(lost, 'VALUE', 'ASC')).slice(0, 500));
  });
});
