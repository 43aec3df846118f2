import { describe, expect, it } from 'vitest';
import { allDeals, type ExpectedDeal, ids, inOrder, isListed, type OrderKey } from './oracle.ts';
import { type Reads, useReads } from './support.ts';

const KEYS: Record<string, OrderKey> = { CREATED_AT: 'createdAt', UPDATED_AT: 'updatedAt' };
const ORDERS = Object.keys(KEYS).flatMap((field) =>
  (['ASC', 'DESC'] as const).map((direction) => ({ field, direction, key: KEYS[field] as OrderKey })),
);
const ARCHIVED: Record<string, (deal: ExpectedDeal) => boolean> = {
  EXCLUDE: isListed,
  ONLY: (deal) => deal.isArchived && deal.status !== 'DELETED',
  INCLUDE: (deal) => deal.status !== 'DELETED',
};
const LIST = `query ($first: Int, $after: String, $orderBy: DealOrder, $filter: DealFilter) {
  deals(first: $first, after: $after, orderBy: $orderBy, filter: $filter) {
    edges { cursor node { id } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    crms { crm { id } state problems { code } }
  }
}`;

/** The ids of all pages, one after the other. */
async function walk(reads: Reads, first: number, variables: Record<string, unknown>): Promise<string[]> {
  const given: string[] = [];
  let after: string | null = null;
  for (;;) {
    const { deals } = await reads.data(LIST, { ...variables, first, after });
    const { edges, pageInfo, crms } = deals;
    given.push(...edges.map((edge: { node: { id: string } }) => edge.node.id));
    expect(crms.map((one: { state: string }) => one.state)).toEqual(['COMPLETE', 'COMPLETE']);
    expect(pageInfo).toMatchObject({
      hasPreviousPage: after !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    });
    if (!pageInfo.hasNextPage) return given;
    expect(edges).toHaveLength(first);
    after = pageInfo.endCursor;
  }
}

function expected(reads: Reads, key: OrderKey, direction: 'ASC' | 'DESC', archived = 'EXCLUDE'): string[] {
  return ids(inOrder(allDeals(reads.gateway).filter(ARCHIVED[archived] ?? isListed), key, direction));
}

describe.each([
  { deals: 8, first: 1 },
  { deals: 30, first: 7 },
  { deals: 110, first: 50 },
  { deals: 240, first: 500 },
])('$deals deals of each CRM in pages of $first', ({ deals, first }) => {
  const reads = useReads({ pipedrive: { deals }, pipelinedeals: { deals } });

  it.each(ORDERS)('are all given once, by $field $direction', async ({ field, direction, key }) => {
    const given = await walk(reads, first, { orderBy: { field, direction } });
    expect(given).toEqual(expected(reads, key, direction));
  });
});

describe.each(['ONLY', 'INCLUDE'])('archived %s', (archived) => {
  const reads = useReads({ pipedrive: { deals: 60 }, pipelinedeals: { deals: 60 } });

  it.each(ORDERS)('in pages of 7 by $field $direction', async ({ field, direction, key }) => {
    const given = await walk(reads, 7, { orderBy: { field, direction }, filter: { archived } });
    expect(given).toEqual(expected(reads, key, direction, archived));
    expect(given.length).toBeGreaterThan(7);
  });
});

describe('a list', () => {
  const reads = useReads({ pipedrive: { deals: 60 }, pipelinedeals: { deals: 60 } });

  it('is newest first, and 50, when nothing else is asked for', async () => {
    const { deals } = await reads.data('{ deals { nodes { id } } }');
    expect(ids(deals.nodes)).toEqual(expected(reads, 'createdAt', 'DESC').slice(0, 50));
  });

  it('is ascending when an order names no direction', async () => {
    const { deals } = await reads.data('{ deals(orderBy: { field: CREATED_AT }) { nodes { id } } }');
    expect(ids(deals.nodes)).toEqual(expected(reads, 'createdAt', 'ASC').slice(0, 50));
  });

  it('goes on behind any of its edges', async () => {
    const all = expected(reads, 'updatedAt', 'DESC');
    const orderBy = { field: 'UPDATED_AT', direction: 'DESC' };
    const { deals } = await reads.data(LIST, { first: 30, orderBy });
    for (const place of [0, 4, 17, 28]) {
      const after = deals.edges[place].cursor;
      const next = await reads.data(LIST, { first: 10, after, orderBy });
      expect(next.deals.edges.map((edge: { node: { id: string } }) => edge.node.id)).toEqual(
        all.slice(place + 1, place + 11),
      );
    }
  });

  it('may change its page size on the way', async () => {
    const all = expected(reads, 'createdAt', 'DESC');
    const given: string[] = [];
    let after: string | null = null;
    for (const first of [3, 1, 20, 2, 50, 400]) {
      const { deals } = await reads.data(LIST, { first, after });
      given.push(...deals.edges.map((edge: { node: { id: string } }) => edge.node.id));
      after = deals.pageInfo.endCursor ?? after;
    }
    expect(given).toEqual(all);
  });
});
