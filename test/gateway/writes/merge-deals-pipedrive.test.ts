import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { type Account, accountsOf } from './account.ts';
import { mutate, nodesOf, remoteId, writesOf } from './support.ts';

let gateway: TestGateway;
let account: Account;

beforeAll(async () => {
  gateway = await startTestGateway();
  account = accountsOf(gateway).pipedrive;
});
afterAll(() => gateway.close());

/** A new deal with these attributes and nothing else. */
async function add(attributes: Record<string, unknown> = {}): Promise<string> {
  const added = await mutate(gateway, 'addDeal', { crm: 'pipedrive', title: 'To be merged', ...attributes });
  expect(added.outcome).toBe('APPLIED');
  return String(added.deal?.id);
}

describe('a merge on Pipedrive', () => {
  it('is told the deal that disappears in the path, one after the other', async () => {
    const [keep, first, second] = [await add(), await add(), await add()];
    const merged = await mutate(gateway, 'mergeDeals', { keep, absorb: [second, first] });
    expect(writesOf(merged.sent.pipedrive)).toMatchObject(
      [second, first].map((absorbed) => ({
        method: 'PUT',
        path: `/v1/deals/${remoteId(absorbed)}/merge`,
        body: { merge_with_id: remoteId(keep) },
      })),
    );
  });

  it('moves product lines, and the value follows', async () => {
    const product = [...gateway.pipedrive.store.products.values()].find((one) => one.is_linkable && !one.is_deleted);
    const line = (unitPrice: string) => [
      { product: `pipedrive:Product:${product?.id}`, unitPrice, quantity: '1', comments: unitPrice },
    ];
    const keep = await add({ products: line('1.10') });
    const absorbed = await add({ products: line('2.20') });
    const merged = await mutate(
      gateway,
      'mergeDeals',
      { keep, absorb: [absorbed] },
      { select: 'deal { value { amount } products { nodes { comments deal { id } } } }' },
    );
    expect(merged.deal?.value).toEqual({ amount: '3.3' });
    const moved = nodesOf(merged.deal, 'products').map(({ comments, deal }) => [comments, deal]);
    expect(moved.toSorted()).toEqual([
      ['1.10', { id: keep }],
      ['2.20', { id: keep }],
    ]);
  });

  it('refusing the second leaves it there, and what is merged stays merged', async () => {
    const [keep, first, archived, third] = [await add(), await add(), account.archivedDeal(), await add()];
    const merged = await mutate(gateway, 'mergeDeals', { keep, absorb: [first, archived, third] });
    expect(merged).toMatchObject({
      outcome: 'PARTIAL',
      problems: [{ code: 'REJECTED_BY_CRM', path: ['input', 'absorb', '1'] }],
      deal: { id: keep },
    });
    const { titleOf } = account;
    expect([titleOf(first) === null, titleOf(archived) === null, titleOf(third) === null]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('losing the second answer stops there, and what became of it is not known', async () => {
    const [keep, first, second, third] = [await add(), await add(), await add(), await add()];
    gateway.pipedrive.faults.set({ method: 'PUT', path: `/${remoteId(second)}/merge`, kind: 'drop' });
    const merged = await mutate(gateway, 'mergeDeals', { keep, absorb: [first, second, third] });
    gateway.pipedrive.faults.set();
    expect(merged).toMatchObject({
      outcome: 'PARTIAL',
      problems: [{ code: 'OUTCOME_UNKNOWN', path: ['input', 'absorb', '1'], isRetryable: false }],
      deal: { id: keep },
    });
    expect(writesOf(merged.sent.pipedrive)).toHaveLength(2);
    expect(account.titleOf(third)).not.toBeNull();
  });

  it('refusing the first merges nothing', async () => {
    const [keep, archived] = [await add(), account.archivedDeal()];
    const merged = await mutate(gateway, 'mergeDeals', { keep, absorb: [archived] });
    expect(merged).toMatchObject({
      outcome: 'REJECTED',
      problems: [{ code: 'REJECTED_BY_CRM', path: ['input', 'absorb', '0'] }],
      deal: null,
    });
  });
});
