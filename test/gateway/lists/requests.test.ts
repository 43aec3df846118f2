import { beforeEach, describe, expect, it } from 'vitest';
import { type Answer, useReads } from '../reads/support.ts';

const reads = useReads({ pipedrive: { deals: 700 }, pipelinedeals: { deals: 230 } });
beforeEach(() => {
  reads.gateway.pipedrive.reset();
  reads.gateway.pipelinedeals.reset();
});

const LIST = `query ($first: Int, $after: String, $crms: [ID!], $filter: DealFilter, $orderBy: DealOrder) {
  deals(first: $first, after: $after, crms: $crms, filter: $filter, orderBy: $orderBy) {
    nodes { id } pageInfo { endCursor hasNextPage }
  }
}`;

const requests = ({ cost }: Answer) => [cost.pipedrive.requests, cost.pipelinedeals.requests];

/** The requests of each page of a walk. */
async function costs(variables: Record<string, unknown>, pages: number): Promise<readonly (readonly number[])[]> {
  const all: (readonly number[])[] = [];
  let after: string | null = null;
  for (let page = 0; page < pages; page += 1) {
    const answer: Answer = await reads.ask(LIST, { ...variables, after });
    expect(answer.errors).toBeUndefined();
    all.push(requests(answer));
    after = answer.data.deals.pageInfo.endCursor;
  }
  return all;
}

describe('each CRM is read one page at a time', () => {
  // Archived deals are a list of their own in Pipedrive.
  it('of several pages of a list over both', async () => {
    expect(await costs({ first: 20, filter: { archived: 'INCLUDE' } }, 4)).toEqual([
      [2, 1],
      [2, 1],
      [2, 1],
      [2, 1],
    ]);
  });

  it('and only the one whose records are next where those of the other are far', async () => {
    for (const deal of reads.gateway.pipelinedeals.store.deals.values())
      deal.created_at = Date.UTC(2001, 0, deal.id % 28);
    expect(await costs({ first: 50 }, 3)).toEqual([
      [1, 1],
      [1, 1],
      [1, 1],
    ]);
  });

  it('and what is needed to tell the order at the end of the largest page is one record, read by id for the next', async () => {
    const asked = async (after: string | null) => {
      const { log, data } = await reads.ask(LIST, { crms: ['pipedrive'], first: 500, after });
      expect(data.deals.nodes).toHaveLength(after === null ? 500 : 200);
      const requests = log.pipedrive.map(({ path, query }) => new URLSearchParams(query).get('limit') ?? path);
      return { requests, end: data.deals.pageInfo.endCursor, first: data.deals.nodes[0].id };
    };
    for (const deal of reads.gateway.pipedrive.store.deals.values())
      Object.assign(deal, { is_archived: false, is_deleted: false });
    const page = await asked(null);
    expect(page.requests).toEqual(['500', '1']);
    const next = await asked(page.end);
    expect(next.requests.toSorted()).toEqual([`/api/v2/deals/${next.first.split(':').at(-1)}`, '500']);
  });

  it('and a run of equal keys to its end', async () => {
    for (const deal of reads.gateway.pipedrive.store.deals.values()) deal.add_time = '2025-01-01T00:00:00Z';
    expect(await costs({ crms: ['pipedrive'], first: 10 }, 2)).toEqual([
      [3, 0],
      [3, 0],
    ]);
  });
});

describe('a filter through a relation', () => {
  it.each([
    { filter: { stage: { name: { eq: 'nothing of the kind' } } }, pipedrive: ['/api/v2/stages'] },
    { filter: { owner: { name: { contains: 'zzz' } } }, pipedrive: ['/v1/users'] },
  ])('%j asks Pipedrive for a table and, where nothing matches, for nothing else', async ({ filter, pipedrive }) => {
    const { log } = await reads.ask(LIST, { crms: ['pipedrive'], filter });
    expect(log.pipedrive.map(({ path }) => path).filter((path) => !pipedrive.includes(path))).toEqual([]);
  });

  it('reads organizations in batches, and only of deals that match everything else', async () => {
    const name = { organization: { name: { contains: 'a' } } };
    const none = await reads.ask(LIST, { crms: ['pipedrive'], filter: { ...name, title: { eq: 'no deal' } } });
    expect(none.log.pipedrive.filter(({ path }) => path.endsWith('/organizations'))).toEqual([]);
    const all = await reads.ask(LIST, { crms: ['pipedrive'], first: 500, filter: name });
    const { organizations } = reads.gateway.pipedrive.store;
    const batches = all.log.pipedrive.filter(({ path }) => path.endsWith('/organizations'));
    expect(batches.length).toBeLessThanOrEqual(Math.ceil(organizations.size / 100) + 1);
  });

  it('costs PipelineDeals nothing where the deals carry the names', async () => {
    for (const filter of [
      { person: { name: { contains: 'a' } } },
      { organization: { name: { contains: 'a' } } },
      { owner: { name: { contains: 'a' } } },
      { stage: { name: { contains: 'a' } } },
    ]) {
      const { log } = await reads.ask(LIST, { crms: ['pipelinedeals'], first: 10, filter });
      expect(new Set(log.pipelinedeals.map(({ path }) => path))).toEqual(new Set(['/api/v3/deals.json']));
    }
  });
});

describe('the count', () => {
  const COUNT = `query ($after: String) {
    deals(crms: ["pipelinedeals"], first: 50, after: $after, filter: { archived: INCLUDE }) {
      totalCount crms { totalCount } pageInfo { endCursor }
    }
  }`;

  it('is repeated on later pages without asking again', async () => {
    const total = reads.gateway.pipelinedeals.store.deals.size;
    let after: string | null = null;
    for (let page = 0; page < 3; page += 1) {
      const answer: Answer = await reads.ask(COUNT, { after });
      expect(answer.data.deals).toMatchObject({ totalCount: total, crms: [{ totalCount: total }] });
      expect(answer.cost.pipelinedeals.requests).toBe(1);
      after = answer.data.deals.pageInfo.endCursor;
    }
  });
});
