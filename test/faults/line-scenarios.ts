import type { Account } from './account.ts';
import { effect, missing, repeated } from './effect.ts';
import { remoteId } from './records.ts';
import { onPipedrive, type Prepared, type Scenario } from './scenario.ts';

/** More than one request of a hundred lines. */
const MANY_LINES = 102;

/** Writes on lines of deals. */
export const LINE_SCENARIOS: readonly Scenario[] = [
  onPipedrive('addDealProducts', async (account) => linesAdded(account, 1)),
  onPipedrive('addDealProducts in bulk', async (account) => linesAdded(account, MANY_LINES)),
  onPipedrive('updateDealProduct', async (account) => {
    const deal = await account.newDeal({ lines: 2 });
    const [id] = await lineIds(account, deal);
    return {
      mutation: 'updateDealProduct',
      input: { id, comments: 'changed' },
      named: () => [deal],
      effect: () => {
        const lines = account.parts('lines', deal);
        return effect([lines.includes('changed')], {
          duplicates: repeated(lines),
          losses: lines.length < 2 ? ['a line'] : missing(['line 1'], lines),
        });
      },
    };
  }),
  onPipedrive('deleteDealProducts', async (account) => linesDeleted(account, 1)),
  onPipedrive('deleteDealProducts, several', async (account) => linesDeleted(account, 2)),
  onPipedrive('deleteAllDealProducts', async (account) => {
    const deal = await account.newDeal({ lines: 3 });
    return {
      mutation: 'deleteAllDealProducts',
      input: { deal },
      named: () => [deal],
      effect: () => effect([account.parts('lines', deal).length === 0]),
    };
  }),
];

/** Lines that can be told apart. */
export function newLines(account: Account, count: number) {
  const products = account.ids('Product', 3);
  return Array.from({ length: count }, (_, index) => ({
    product: products[index % products.length],
    unitPrice: '3',
    quantity: '1',
    comments: `new ${index}`,
  }));
}

async function linesAdded(account: Account, count: number): Promise<Prepared> {
  const deal = await account.newDeal({ lines: 1 });
  const products = newLines(account, count);
  return {
    mutation: 'addDealProducts',
    input: { deal, products },
    named: () => [deal],
    effect() {
      const now = account.parts('lines', deal);
      return effect(
        products.map(({ comments }) => now.includes(comments)),
        { duplicates: repeated(now), losses: missing(['line 0'], now) },
      );
    },
  };
}

async function linesDeleted(account: Account, count: number): Promise<Prepared> {
  const deal = await account.newDeal({ lines: count + 1 });
  const ids = (await lineIds(account, deal)).slice(0, count);
  const doomed = account.parts('lines', deal).slice(0, count);
  return {
    mutation: 'deleteDealProducts',
    input: { ids },
    named: () => [deal],
    effect() {
      const now = account.parts('lines', deal);
      return effect(
        doomed.map((one) => !now.includes(one)),
        { losses: missing([`line ${count}`], now) },
      );
    },
  };
}

/** Global ids of the lines of a Pipedrive deal, in their order. */
async function lineIds(account: Account, deal: string): Promise<readonly string[]> {
  const found = await account.own('GET', `/api/v2/deals/${remoteId(deal)}/products`, {});
  return (found as { id: number }[]).map(({ id }) => `pipedrive:DealProduct:${remoteId(deal)}/${id}`);
}
