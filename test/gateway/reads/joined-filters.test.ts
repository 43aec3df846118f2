import Big from 'big.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '../../support/runs.ts';
import { allDeals, type ExpectedDeal, ids, inOrder, isListed } from './oracle.ts';
import { found, NOTHING, useReads } from './support.ts';

const reads = useReads({ pipedrive: { deals: 60 }, pipelinedeals: { deals: 60 } });

const LIST = `query ($filter: DealFilter) { deals(first: 500, filter: $filter) { nodes { id } } }`;

interface Tree {
  readonly leaf?: Leaf;
  readonly and?: readonly Tree[];
  readonly or?: readonly Tree[];
  readonly not?: Tree;
}

type Leaf = 'open' | 'won' | 'expensive' | 'pilot' | 'stage' | 'nobody' | 'dollars';

const LEAVES: Record<Leaf, { filter(): object; fits(deal: ExpectedDeal): boolean }> = {
  open: { filter: () => ({ status: { eq: 'OPEN' } }), fits: (deal) => deal.status === 'OPEN' },
  won: { filter: () => ({ status: { in: ['WON'] } }), fits: (deal) => deal.status === 'WON' },
  expensive: {
    filter: () => ({ value: { gte: '20000' } }),
    fits: ({ value }) => value !== null && new Big(value.amount).gte(20_000),
  },
  pilot: {
    filter: () => ({ title: { contains: 'pilot' } }),
    fits: ({ title }) => title.normalize('NFC').toLowerCase().includes('pilot'),
  },
  stage: { filter: () => ({ stage: { eq: stage() } }), fits: (deal) => deal.stage === stage() },
  nobody: { filter: () => ({ person: { eq: null } }), fits: (deal) => deal.person === null },
  dollars: { filter: () => ({ currency: 'USD' }), fits: ({ value }) => value?.currency === 'USD' },
};

/** A stage of Pipedrive: in PipelineDeals nothing has it. */
function stage(): string | null {
  return found(allDeals(reads.gateway), (deal) => deal.crm === 'pipedrive' && isListed(deal) && deal.stage !== null)
    .stage;
}

function filterOf({ leaf, and, or, not }: Tree): object {
  return {
    ...(leaf && LEAVES[leaf].filter()),
    ...(and && { and: and.map(filterOf) }),
    ...(or && { or: or.map(filterOf) }),
    ...(not && { not: filterOf(not) }),
  };
}

function fits({ leaf, and, or, not }: Tree, deal: ExpectedDeal): boolean {
  return (
    (!leaf || LEAVES[leaf].fits(deal)) &&
    (and ?? []).every((part) => fits(part, deal)) &&
    (!or || or.some((part) => fits(part, deal))) &&
    (!not || !fits(not, deal))
  );
}

const tree = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.record(
    {
      leaf: fc.constantFrom(...(Object.keys(LEAVES) as Leaf[])),
      and: fc.array(tie('tree'), { maxLength: 2, depthIdentifier: 'tree' }),
      or: fc.array(tie('tree'), { maxLength: 3, depthIdentifier: 'tree' }),
      not: fc.oneof(
        { depthIdentifier: 'tree', maxDepth: 2 },
        fc.record({ leaf: fc.constant<Leaf>('won') }),
        tie('tree'),
      ),
    },
    { requiredKeys: [] },
  ),
})).tree;

describe('filters joined by and, or and not', () => {
  it('give what a brute-force evaluation gives', async () => {
    await fc.assert(
      fc.asyncProperty(tree, async (filter) => {
        const wanted = allDeals(reads.gateway).filter((deal) => isListed(deal) && fits(filter, deal));
        const { deals } = await reads.data(LIST, { filter: filterOf(filter) });
        expect(ids(deals.nodes)).toEqual(ids(inOrder(wanted, 'createdAt', 'DESC')));
      }),
      runs(30),
    );
  });

  it('of which nothing of a CRM can match do not ask it', async () => {
    const one = stage();
    const { cost } = await reads.ask(LIST, {
      filter: { or: [{ stage: { eq: one } }, { and: [{ stage: { eq: one } }] }] },
    });
    expect(cost.pipelinedeals).toEqual(NOTHING);
    expect((await reads.ask(LIST, { filter: { or: [] } })).cost).toEqual({
      pipedrive: NOTHING,
      pipelinedeals: NOTHING,
    });
    const { data } = await reads.ask(LIST, { filter: { not: { stage: { eq: one } } } });
    expect(data.deals.nodes.some(({ id }: { id: string }) => id.startsWith('pipelinedeals'))).toBe(true);
  });

  it.each([
    [{ or: [{ title: { eq: 'x' } }, { archived: 'ONLY' }] }, 'filter.or.1.archived'],
    [{ not: { and: [{ status: { eq: 'DELETED' } }] } }, 'filter.not.and.0.status'],
    [{ and: [{ stage: { eq: 'nonsense' } }] }, 'filter.and.0.stage.eq'],
    [{ not: { stage: { eq: null, in: [] } } }, 'filter.not.stage'],
  ])('%j is refused at %s, before any call', async (filter, argument) => {
    const { errors, cost } = await reads.ask(LIST, { filter });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument });
    expect(cost).toEqual({ pipedrive: NOTHING, pipelinedeals: NOTHING });
  });

  it('narrow people and organizations as well', async () => {
    const names = async (field: string, type: string, filter: object): Promise<string[]> =>
      (
        await reads.data(
          `query ($filter: ${type}) { list: ${field}(first: 500, filter: $filter) { nodes { name } } }`,
          {
            filter,
          },
        )
      ).list.nodes.map(({ name }: { name: string }) => name);
    for (const [field, type] of [
      ['people', 'PersonFilter'],
      ['organizations', 'OrganizationFilter'],
    ] as const) {
      const all = await names(field, type, {});
      const wanted = (name: string) => /^[a-k]/i.test(name) && !name.toLowerCase().includes('e');
      const letters = [...'abcdefghijk'].map((letter) => ({ name: { startsWith: letter } }));
      const some = await names(field, type, { or: letters, not: { name: { contains: 'E' } } });
      expect(some).toEqual(all.filter(wanted));
      expect(some.length).toBeGreaterThan(0);
      expect(some.length).toBeLessThan(all.length);
    }
  });
});
