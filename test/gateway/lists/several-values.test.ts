import { beforeEach, describe, expect, it } from 'vitest';
import { ids, inOrder, isListed } from '../reads/oracle.ts';
import { type Answer, useReads } from '../reads/support.ts';
import { factsOf } from './facts.ts';

const LIST = `query ($first: Int, $after: String, $crms: [ID!], $filter: DealFilter, $orderBy: DealOrder) {
  deals(first: $first, after: $after, crms: $crms, filter: $filter, orderBy: $orderBy) {
    nodes { id } pageInfo { endCursor hasNextPage }
  }
}`;

describe.each(['pipedrive', 'pipelinedeals'] as const)('several owners, on %s', (crm) => {
  const reads = useReads({ pipedrive: { deals: 800 }, pipelinedeals: { deals: 360 } });
  const name = crm === 'pipedrive' ? 'owner_id' : 'conditions[deal_owner]';
  /** More deals than a page of the CRM holds. */
  const page = crm === 'pipedrive' ? 520 : 220;
  beforeEach(() => reads.gateway[crm].reset());

  /** Gives every deal an owner by its place among the newest; `null` keeps the one it has. */
  function own(owner: (index: number) => number): void {
    const newest = inOrder(
      factsOf(reads.gateway).filter((deal) => deal.crm === crm && isListed(deal)),
      'createdAt',
      'DESC',
    );
    for (const [index, { id }] of newest.entries()) {
      const number = Number(id.split(':')[2]);
      if (crm === 'pipedrive')
        Object.assign(reads.gateway.pipedrive.store.deals.get(number) ?? {}, { owner_id: owner(index) });
      else Object.assign(reads.gateway.pipelinedeals.store.deals.get(number) ?? {}, { user_id: owner(index) });
    }
  }

  function users(): number[] {
    const store = reads.gateway[crm].store as { readonly users: ReadonlyMap<number, unknown> };
    return [...store.users.keys()];
  }

  const variables = (owners: readonly number[], over: object = {}) => ({
    ...{ crms: [crm], first: 20, filter: { owner: { in: owners.map((id) => `${crm}:User:${id}`) } } },
    ...over,
  });

  const asked = ({ log }: Answer) => log[crm].map(({ query }) => new URLSearchParams(query).get(name));

  async function walk(owners: readonly number[], over: object = {}): Promise<Answer[]> {
    const pages: Answer[] = [];
    let after: string | null = null;
    do {
      const page: Answer = await reads.ask(LIST, { ...variables(owners, over), after });
      expect(page.errors).toBeUndefined();
      pages.push(page);
      after = page.data.deals.pageInfo.hasNextPage ? page.data.deals.pageInfo.endCursor : null;
    } while (after !== null);
    return pages;
  }

  function expectAll(pages: readonly Answer[], owners: readonly number[]): void {
    const wanted = new Set(owners.map((id) => `${crm}:User:${id}`));
    const listed = factsOf(reads.gateway).filter((deal) => deal.crm === crm && isListed(deal));
    const expected = inOrder(
      listed.filter(({ owner }) => owner !== null && wanted.has(owner)),
      'createdAt',
      'DESC',
    );
    expect(pages.flatMap(({ data }) => ids(data.deals.nodes))).toEqual(ids(expected));
  }

  it('are read in one request where a page of everything holds enough of theirs', async () => {
    const owners = users().slice(0, 3);
    own((index) => users()[index % 4] ?? 0);
    const { errors, ...answer } = await reads.ask(LIST, variables(owners));
    expect(errors).toBeUndefined();
    expect(asked({ ...answer, errors })).toEqual([null]);
    expectAll(await walk(owners, { first: 50 }), owners);
  });

  it('are one list each where it does not, and soon without trying', async () => {
    const owners = users().slice(0, 3);
    const other = users()[3] ?? 0;
    // Theirs are the oldest, and one page of the newest holds none.
    own((index) => (index < page ? other : (users()[index % 3] ?? 0)));
    const each = owners.map(String);
    const tries: (string | null)[][] = [];
    for (let time = 0; time < 8; time += 1) tries.push(asked(await reads.ask(LIST, variables(owners))));
    expect(tries.at(0)).toEqual([null, ...each]);
    expect(tries.at(-1)).toEqual(each);
    expectAll(await walk(owners, { first: 50 }), owners);
  });

  it('are one list each once the list of everything holds too little further on', async () => {
    const owners = users().slice(0, 3);
    const other = users()[3] ?? 0;
    own((index) => (index < 60 || index > page ? (users()[index % 3] ?? 0) : other));
    // What was seen before is forgotten by what works now.
    for (let time = 0; time < 3; time += 1) await reads.ask(LIST, variables(users().slice(0, 4), { first: 5 }));
    const pages = await walk(owners, { first: 25 });
    expectAll(pages, owners);
    expect(asked(pages[0] as Answer)).toEqual([null]);
  });

  it('are one list each for two, for more than a quarter of a page, and where the gateway makes the order', async () => {
    const owners = users().slice(0, 3);
    own((index) => users()[index % 4] ?? 0);
    for (const { given, over } of [
      { given: owners.slice(0, 2), over: {} },
      { given: owners, over: { first: 126 } },
      { given: owners, over: { orderBy: { field: 'TITLE', direction: 'ASC' } } },
    ]) {
      const answer = await reads.ask(LIST, variables(given, over));
      expect(answer.errors).toBeUndefined();
      expect(new Set(asked(answer))).toEqual(new Set(given.map(String)));
    }
  });
});
