import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { type Account, accountsOf } from '../writes/account.ts';
import { CRMS, type CrmId, lines, mutate, readDeal, send, writesOf } from '../writes/support.ts';

let gateway: TestGateway;
let accounts: Readonly<Record<CrmId, Account>>;

beforeAll(async () => {
  gateway = await startTestGateway({ pipedrive: { deals: 200 }, pipelinedeals: { deals: 200 } });
  accounts = accountsOf(gateway);
});
afterAll(() => gateway.close());

const STALE = '2001-01-01T00:00:00Z';

/** When the deal was changed last, as a guard takes it. */
async function changedAt(id: string): Promise<string> {
  const deal = await readDeal(gateway, id, 'updatedAt createdAt');
  return String(deal?.updatedAt ?? deal?.createdAt);
}

describe.each(CRMS)('ifUpdatedAt on %s', (crm) => {
  it('lets a write through on a deal that was not changed since', async () => {
    const id = accounts[crm].deal();
    const written = await mutate(gateway, 'updateDeal', { id, title: 'Fresh', ifUpdatedAt: await changedAt(id) });
    expect(written).toMatchObject({ outcome: 'APPLIED', deal: { title: 'Fresh' } });
  });

  it('compares whole seconds', async () => {
    const id = accounts[crm].deal();
    const ifUpdatedAt = (await changedAt(id)).replace(/(\.\d+)?Z$/, '.987Z');
    expect((await mutate(gateway, 'updateDeal', { id, title: 'Fresh', ifUpdatedAt })).outcome).toBe('APPLIED');
  });

  it('refuses an update, saying what each field is now', async () => {
    const id = accounts[crm].deal();
    const title = accounts[crm].titleOf(id);
    const value = (await readDeal(gateway, id, 'value { amount }'))?.value as { amount: string } | null;
    const input = { id, title: 'Lost', value: '1', ifUpdatedAt: STALE };
    const written = await mutate(gateway, 'updateDeal', input, { select: 'deal { id title } changes { field }' });
    expect(written).toMatchObject({
      outcome: 'REJECTED',
      problems: [
        { code: 'CONFLICT', path: ['input', 'ifUpdatedAt'], isRetryable: false, crm: { id: crm } },
        { code: 'CONFLICT', path: ['input', 'title'], message: `it is ${JSON.stringify(title)} now` },
        { code: 'CONFLICT', path: ['input', 'value'], message: `it is ${JSON.stringify(value?.amount ?? null)} now` },
      ],
      deal: { id, title },
      changes: [],
    });
    expect(writesOf(written.sent[crm])).toEqual([]);
    // The deal of the answer is the one that was read for the guard.
    expect(lines(written.sent[crm])).toHaveLength(1);
  });

  it('refuses a deletion and a merge', async () => {
    const [id, other] = [accounts[crm].deal(), accounts[crm].deal()];
    for (const [mutation, input] of [
      ['deleteDeal', { id }],
      ['mergeDeals', { keep: id, absorb: [other] }],
    ] as const) {
      const written = await mutate(gateway, mutation, { ...input, ifUpdatedAt: STALE });
      expect(written).toMatchObject({
        outcome: 'REJECTED',
        problems: [{ code: 'CONFLICT', path: ['input', 'ifUpdatedAt'] }],
        deal: { id, title: accounts[crm].titleOf(id) },
      });
      expect(writesOf(written.sent[crm])).toEqual([]);
    }
    const ifUpdatedAt = await changedAt(id);
    expect((await mutate(gateway, 'mergeDeals', { keep: id, absorb: [other], ifUpdatedAt })).outcome).toBe('APPLIED');
    const deleted = await mutate(gateway, 'deleteDeal', { id, ifUpdatedAt: await changedAt(id) });
    expect(deleted.outcome).toBe('APPLIED');
  });

  it('of two writers at once lets one through, where their writes are seconds apart', async () => {
    const id = accounts[crm].deal();
    const ifUpdatedAt = await changedAt(id);
    const write = (title: string) => send(gateway, 'updateDeal', { id, title, ifUpdatedAt });
    const both = await Promise.all([write('First'), write('Second')]);
    expect(both.map(({ outcome }) => outcome)).toEqual(['APPLIED', 'REJECTED']);
    expect(both[1]?.deal).toMatchObject({ title: 'First' });
    expect(accounts[crm].titleOf(id)).toBe('First');
  });
});

describe('ifUpdatedAt of a line', () => {
  it('is compared where the CRM tells it', async () => {
    const deal = accounts.pipedrive.deal();
    const [product] = [...gateway.pipedrive.store.products.values()].filter(
      (one) => one.is_linkable && !one.is_deleted,
    );
    const products = [{ product: `pipedrive:Product:${product?.id}`, unitPrice: '5', quantity: '1' }];
    const select = 'dealProducts { id quantity }';
    const added = await mutate(gateway, 'addDealProducts', { deal, products }, { select });
    const id = added.dealProducts?.[0]?.id;
    const stale = await mutate(gateway, 'updateDealProduct', { id, quantity: '2', ifUpdatedAt: STALE }, { select });
    expect(stale).toMatchObject({
      outcome: 'REJECTED',
      problems: [
        { code: 'CONFLICT', path: ['input', 'ifUpdatedAt'] },
        { code: 'CONFLICT', path: ['input', 'quantity'], message: 'it is "1" now' },
      ],
      dealProducts: [{ id, quantity: '1' }],
    });
    expect(writesOf(stale.sent.pipedrive)).toEqual([]);
  });
});
