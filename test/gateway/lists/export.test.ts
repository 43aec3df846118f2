import { beforeEach, describe, expect, it } from 'vitest';
import { useReads } from '../reads/support.ts';

const DEALS = 2_100;
const FIRST = 500;
const reads = useReads({ pipedrive: { deals: DEALS }, pipelinedeals: { deals: 5 } });

const PAGE = `deals(crms: ["pipedrive"], first: $first, after: $after, orderBy: $orderBy) {
  nodes { id title products { nodes { id name quantity } } }
  pageInfo { hasNextPage endCursor }
}`;
const VARIABLES = '$first: Int, $after: String, $orderBy: DealOrder';
const EXPORT = `query (${VARIABLES}) { ${PAGE} }`;
const PRICE = `query (${VARIABLES}) {
  ${PAGE}
  upstream(dryRun: true) { tokens { min max expected } calls { path requests tokens because } }
}`;

const day = (n: number) => new Date(Date.UTC(2020, 0, 1) + n * 86_400_000).toISOString().replace('.000', '');
const global = (id: number) => `pipedrive:Deal:${id}`;
const stored = () => [...reads.gateway.pipedrive.store.deals.values()];

/** All deals are listed, each made and changed on a day of its own, the one with the smallest id first. */
beforeEach(() => {
  reads.gateway.pipedrive.reset();
  for (const [n, deal] of stored().entries()) {
    Object.assign(deal, { is_archived: false, is_deleted: false, add_time: day(n), update_time: day(n) });
  }
});

interface Page {
  readonly ids: readonly string[];
  readonly tokens: number;
  readonly requests: readonly string[];
  readonly end: string | null;
}

async function ask(first: number, after: string | null, orderBy = { field: 'CREATED_AT', direction: 'ASC' }) {
  const { data, errors, cost, log } = await reads.ask(EXPORT, { first, after, orderBy });
  expect(errors).toBeUndefined();
  const { nodes, pageInfo } = data.deals;
  const page: Page = {
    ids: nodes.map(({ id }: { id: string }) => id),
    tokens: cost.pipedrive.tokens,
    requests: log.pipedrive.filter(({ path }) => !path.endsWith('/products')).map(({ path }) => path),
    end: pageInfo.hasNextPage ? pageInfo.endCursor : null,
  };
  return page;
}

async function walk(first: number): Promise<Page[]> {
  const pages: Page[] = [];
  do pages.push(await ask(first, pages.at(-1)?.end ?? null));
  while (pages.at(-1)?.end !== null);
  expect(pages.flatMap(({ ids }) => ids)).toEqual(stored().map(({ id }) => global(id)));
  return pages;
}

describe('an export with products', () => {
  it('costs the same for each page of 500 after the first', async () => {
    const pages = await walk(FIRST);
    // 100 deals are left for the last.
    expect(pages.map(({ tokens }) => tokens)).toEqual([70, 61, 61, 61, 21]);
  });

  it('costs one token more for each page of 400 after the first', async () => {
    expect((await walk(400)).map(({ tokens }) => tokens)).toEqual([50, 51, 51, 51, 51, 21]);
  });

  it('costs one token more in pages of 100 where the largest page ends', async () => {
    const costs = (await walk(100)).map(({ tokens }) => tokens);
    expect(costs.slice(0, 10)).toEqual([20, 20, 20, 20, 21, 20, 20, 20, 20, 21]);
    expect(Math.max(...costs)).toBe(21);
  });

  it('tells the price of each page beforehand', async () => {
    let after: string | null = null;
    for (let page = 0; page < 5; page += 1) {
      const variables = { first: FIRST, after, orderBy: { field: 'CREATED_AT', direction: 'ASC' } };
      const { upstream } = await reads.data(PRICE, variables);
      const { tokens, end } = await ask(FIRST, after);
      expect(tokens).toBeGreaterThanOrEqual(upstream.tokens.min);
      expect(tokens).toBeLessThanOrEqual(upstream.tokens.max);
      const byId = upstream.calls.filter(({ path }: { path: string }) => path === '/api/v2/deals/{id}');
      const own = { path: '/api/v2/deals/{id}', requests: 1, tokens: 1, because: ['Query.deals'] };
      expect(byId).toEqual(after === null ? [] : [own]);
      after = end;
    }
  });

  it('reads the last record by id alone', async () => {
    for (const deal of stored().slice(FIRST + 1)) deal.is_deleted = true;
    const first = await ask(FIRST, null);
    const last = await ask(FIRST, first.end);
    const { id } = stored()[FIRST] ?? { id: 0 };
    expect(last).toEqual({ ids: [global(id)], tokens: 11, requests: [`/api/v2/deals/${id}`], end: null });
  });
});

describe('the record behind a page', () => {
  const next = () => {
    const [deal, following] = stored().slice(FIRST);
    if (!deal || !following) throw new Error('there are too few deals');
    return { deal, following: global(following.id) };
  };

  it.each<{ what: string; change: Record<string, unknown> }>([
    { what: 'is deleted', change: { is_deleted: true } },
    { what: 'is archived', change: { is_archived: true } },
  ])('is left out where it $what meanwhile', async ({ change }) => {
    const { end } = await ask(FIRST, null);
    const { deal, following } = next();
    Object.assign(deal, change);
    const page = await ask(FIRST, end);
    expect(page.ids[0]).toBe(following);
    expect(page.ids).toHaveLength(FIRST);
    expect(page.end).not.toBeNull();
  });

  it('is left out where it is gone', async () => {
    const { end } = await ask(FIRST, null);
    const { deal, following } = next();
    reads.gateway.pipedrive.store.deals.delete(deal.id);
    expect((await ask(FIRST, end)).ids[0]).toBe(following);
  });

  it('comes as it is then', async () => {
    const { end } = await ask(FIRST, null);
    const { deal } = next();
    deal.title = 'changed between the pages';
    const { data } = await reads.ask(EXPORT, { first: FIRST, after: end, orderBy: { field: 'CREATED_AT' } });
    expect(data.deals.nodes[0]).toMatchObject({ id: global(deal.id), title: deal.title });
  });

  it.each(['ASC', 'DESC'])('is not given where it is by its key no more (UPDATED_AT %s)', async (direction) => {
    const orderBy = { field: 'UPDATED_AT', direction };
    const { end } = await ask(FIRST, null, orderBy);
    const listed = direction === 'ASC' ? stored() : stored().reverse();
    const [moved, following] = listed.slice(FIRST);
    if (!moved || !following) throw new Error('there are too few deals');
    moved.update_time = new Date(Date.now() + 3_600_000).toISOString().slice(0, 19).concat('Z');
    const { ids } = await ask(FIRST, end, orderBy);
    expect(ids[0]).toBe(global(following.id));
    expect(ids).not.toContain(global(moved.id));
  });

  it('fails the page where it cannot be read', async () => {
    const { end } = await ask(FIRST, null);
    const { deal } = next();
    reads.gateway.pipedrive.faults.set({ kind: 'status', path: `/api/v2/deals/${deal.id}`, status: 500 });
    const { errors } = await reads.ask(EXPORT, { first: FIRST, after: end, orderBy: { field: 'CREATED_AT' } });
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
  });
});
