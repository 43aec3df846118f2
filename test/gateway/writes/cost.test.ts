import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { type Account, accountsOf } from './account.ts';
import { CRMS, type CrmId, mutate } from './support.ts';

let gateway: TestGateway;
let accounts: Readonly<Record<CrmId, Account>>;

beforeAll(async () => {
  gateway = await startTestGateway();
  accounts = accountsOf(gateway);
  // What is kept is read once: stages, pipelines, users, the fields of deals and what the account is.
  await gateway.query(
    '{ stages { id pipeline { id } } pipelines { id } deals(first: 1) { nodes { owner { name } } } }',
  );
  for (const crm of CRMS) {
    const { owners, openStages } = accounts[crm];
    await mutate(gateway, 'addDeal', { crm, title: 'Warm', owner: owners[0], stage: openStages[0] });
  }
});
afterAll(() => gateway.close());

interface Cost {
  readonly what: string;
  readonly mutation: string;
  readonly input: () => Promise<Readonly<Record<string, unknown>>> | Readonly<Record<string, unknown>>;
  readonly select?: string;
  /** With `select`, by default the title: requests, and tokens on Pipedrive. */
  readonly read: readonly [requests: number, tokens?: number];
  /** With nothing to read but the id. */
  readonly unread: readonly [requests: number, tokens?: number];
}

async function add(crm: CrmId, products?: readonly object[]): Promise<string> {
  const added = await mutate(gateway, 'addDeal', { crm, title: 'x', ...(products && { products }) });
  return String(added.deal?.id);
}

function drafts(count: number): readonly object[] {
  const product = [...gateway.pipedrive.store.products.values()].find((one) => one.is_linkable && !one.is_deleted);
  return Array.from({ length: count }, () => ({
    product: `pipedrive:Product:${product?.id}`,
    unitPrice: '1',
    quantity: '1',
  }));
}

/** Ids of the lines of a new deal. */
async function lined(count: number): Promise<readonly string[]> {
  const input = { deal: await add('pipedrive'), products: drafts(count) };
  const added = await mutate(gateway, 'addDealProducts', input, { select: 'dealProducts { id }' });
  return (added.dealProducts ?? []).map(({ id }) => String(id));
}

const COSTS: Readonly<Record<CrmId, readonly Cost[]>> = {
  pipedrive: [
    {
      what: 'a title',
      mutation: 'addDeal',
      input: () => ({ crm: 'pipedrive', title: 'x' }),
      read: [2, 5 + 1],
      unread: [1, 5],
    },
    {
      what: 'a stage, a pipeline and an owner, which are kept',
      mutation: 'addDeal',
      input: () => {
        const { openStages, pipelines, owners } = accounts.pipedrive;
        return { crm: 'pipedrive', title: 'x', stage: openStages[1], pipeline: pipelines[0], owner: owners[1] };
      },
      read: [2, 5 + 1],
      unread: [1, 5],
    },
    {
      what: 'a person and an organization, which are looked up',
      mutation: 'addDeal',
      input: () => {
        const { people, organizations } = accounts.pipedrive;
        return { crm: 'pipedrive', title: 'x', person: people[0], organization: organizations[0] };
      },
      read: [4, 1 + 1 + 5 + 1],
      unread: [3, 1 + 1 + 5],
    },
    {
      what: 'four lines of one product',
      mutation: 'addDeal',
      input: () => ({ crm: 'pipedrive', title: 'x', products: drafts(4) }),
      read: [4, 1 + 5 + 25 + 1],
      unread: [3, 1 + 5 + 25],
    },
    {
      what: 'a title of a deal, which is read before',
      mutation: 'updateDeal',
      input: () => ({ id: accounts.pipedrive.deal(), title: 'x' }),
      read: [3, 1 + 5 + 1],
      unread: [2, 1 + 5],
    },
    {
      what: 'a status',
      mutation: 'updateDeal',
      input: () => ({ id: accounts.pipedrive.deal(), status: 'WON' }),
      read: [3, 1 + 5 + 1],
      unread: [2, 1 + 5],
    },
    {
      what: 'one deal',
      mutation: 'mergeDeals',
      input: async () => ({ keep: await add('pipedrive'), absorb: [await add('pipedrive')] }),
      read: [4, 2 + 40 + 1],
      unread: [3, 2 + 40],
    },
    {
      what: 'three deals',
      mutation: 'mergeDeals',
      input: async () => ({
        keep: await add('pipedrive'),
        absorb: [await add('pipedrive'), await add('pipedrive'), await add('pipedrive')],
      }),
      read: [5, 10 + 3 * 40 + 1],
      unread: [4, 10 + 3 * 40],
    },
    {
      what: 'a deal',
      mutation: 'duplicateDeal',
      input: () => ({ id: accounts.pipedrive.deal() }),
      read: [3, 1 + 10 + 1],
      unread: [2, 1 + 10],
    },
    {
      what: 'a deal, renamed',
      mutation: 'duplicateDeal',
      input: () => ({ id: accounts.pipedrive.deal(), title: 'x' }),
      read: [4, 1 + 10 + 5 + 1],
      unread: [3, 1 + 10 + 5],
    },
    {
      what: 'a deal, which is read before with its lines',
      mutation: 'deleteDeal',
      input: () => ({ id: accounts.pipedrive.deal() }),
      read: [3, 1 + 10 + 3],
      unread: [3, 1 + 10 + 3],
    },
    {
      what: 'three deals, which are read before with their lines',
      mutation: 'deleteDeals',
      input: () => ({ ids: [accounts.pipedrive.deal(), accounts.pipedrive.deal(), accounts.pipedrive.deal()] }),
      select: 'items { deal { title } }',
      read: [7, 3 + 10 + 3 * 3],
      unread: [7, 3 + 10 + 3 * 3],
    },
    {
      what: 'a line',
      mutation: 'addDealProducts',
      input: async () => ({ deal: await add('pipedrive'), products: drafts(1) }),
      read: [3, 1 + 5 + 1],
      unread: [2, 1 + 5],
    },
    {
      what: 'a hundred lines, read with their deal',
      mutation: 'addDealProducts',
      input: async () => ({ deal: await add('pipedrive'), products: drafts(100) }),
      select: 'deal { title products(first: 100) { nodes { id } } } dealProducts { name }',
      read: [4, 1 + 25 + 1 + 10],
      unread: [2, 1 + 25],
    },
    {
      what: 'a line, which is read before',
      mutation: 'updateDealProduct',
      input: async () => ({ id: (await lined(1))[0], quantity: '2' }),
      select: 'deal { title } dealProducts { quantity }',
      read: [4, 10 + 5 + 1 + 10],
      unread: [2, 10 + 5],
    },
    {
      what: 'one of two lines, which are read before',
      mutation: 'deleteDealProducts',
      input: async () => ({ ids: (await lined(2)).slice(1) }),
      select: 'deal { title } dealProducts { name }',
      read: [3, 10 + 3 + 1],
      unread: [2, 10 + 3],
    },
    {
      what: 'all hundred lines, which are read before, as installments are, which would forbid it',
      mutation: 'deleteDealProducts',
      input: async () => ({ ids: await lined(100) }),
      read: [4, 10 + 10 + 15 + 1],
      unread: [3, 10 + 10 + 15],
    },
  ],
  pipelinedeals: [
    {
      what: 'a title',
      mutation: 'addDeal',
      input: () => ({ crm: 'pipelinedeals', title: 'x' }),
      read: [2],
      unread: [1],
    },
    {
      what: 'a stage, a pipeline and an owner, which are kept',
      mutation: 'addDeal',
      input: () => {
        const { openStages, pipelines, owners } = accounts.pipelinedeals;
        return { crm: 'pipelinedeals', title: 'x', stage: openStages[1], pipeline: pipelines[0], owner: owners[1] };
      },
      read: [2],
      unread: [1],
    },
    {
      what: 'a title of a deal, which is read before',
      mutation: 'updateDeal',
      input: () => ({ id: accounts.pipelinedeals.deal(), title: 'x' }),
      read: [3],
      unread: [2],
    },
    {
      what: 'a status, which depends on how the deal stands',
      mutation: 'updateDeal',
      input: () => ({ id: accounts.pipelinedeals.deal(), status: 'WON' }),
      read: [4],
      unread: [3],
    },
    {
      // Both deals at once and each whole, then three lists of what is attached, then the deletion.
      what: 'one deal with nothing to move',
      mutation: 'mergeDeals',
      input: async () => ({ keep: await add('pipelinedeals'), absorb: [await add('pipelinedeals')] }),
      read: [1 + 2 + 3 + 1 + 1],
      unread: [1 + 2 + 3 + 1],
    },
    {
      what: 'a deal',
      mutation: 'duplicateDeal',
      input: () => ({ id: accounts.pipelinedeals.deal(), title: 'x' }),
      read: [4],
      unread: [3],
    },
    {
      what: 'a deal, which is read before',
      mutation: 'deleteDeal',
      input: () => ({ id: accounts.pipelinedeals.deal() }),
      read: [2],
      unread: [2],
    },
    {
      what: 'two deals, which are read before',
      mutation: 'deleteDeals',
      input: () => ({ ids: [accounts.pipelinedeals.deal(), accounts.pipelinedeals.deal()] }),
      select: 'items { deal { title } }',
      read: [3],
      unread: [3],
    },
  ],
};

describe.each(CRMS)('%s', (crm) => {
  it.each(COSTS[crm])('$mutation of $what', async ({ mutation, input, select = 'deal { id title }', read, unread }) => {
    const bare = mutation === 'deleteDeals' ? 'items { deal { id } }' : 'deal { id }';
    for (const { selection, cost } of [
      { selection: select, cost: read },
      { selection: bare, cost: unread },
    ]) {
      const written = await mutate(gateway, mutation, await input(), { select: selection });
      expect(written.outcome).toBe('APPLIED');
      const [requests, tokens] = cost;
      expect({ requests: written.upstream.requests, tokens: written.upstream.tokens }).toEqual({
        requests,
        tokens: tokens === undefined ? {} : { [crm]: tokens },
      });
      // What the gateway counts is what the CRM charges.
      const charged = written.sent[crm].reduce((sum, entry) => sum + (entry.tokens ?? 0), 0);
      expect(charged).toBe(tokens ?? 0);
    }
  });
});
