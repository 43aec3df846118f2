import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { type Account, accountsOf } from './account.ts';
import { CRMS, type CrmId, mutate } from './support.ts';

let gateway: TestGateway;
let accounts: Readonly<Record<CrmId, Account>>;

beforeAll(async () => {
  gateway = await startTestGateway();
  accounts = accountsOf(gateway);
});
afterAll(() => gateway.close());

describe.each(CRMS)('on %s', (crm) => {
  it('each of several mutations answers what it left behind', async () => {
    const id = accounts[crm].deal();
    const answer = await gateway.query(
      `mutation ($first: UpdateDealInput!, $second: UpdateDealInput!, $last: DeleteDealInput!) {
        first: updateDeal(input: $first) { deal { title status } }
        second: updateDeal(input: $second) { deal { title status } }
        last: deleteDeal(input: $last) { deal { title status } }
        none: updateDeal(input: $first) { outcome deal { title } problems { code } }
      }`,
      { first: { id, title: 'First' }, second: { id, title: 'Second' }, last: { id } },
    );
    expect(answer.errors).toBeUndefined();
    expect(answer.data).toEqual({
      first: { deal: { title: 'First', status: 'OPEN' } },
      second: { deal: { title: 'Second', status: 'OPEN' } },
      last: { deal: { title: 'Second', status: 'DELETED' } },
      none: { outcome: 'REJECTED', deal: null, problems: [{ code: 'NOT_FOUND' }] },
    });
  });

  it('what the CRM made of it is told, not what was sent', async () => {
    const id = accounts[crm].deal();
    const before = Date.now();
    const updated = await mutate(gateway, 'updateDeal', { id, status: 'WON' }, { select: 'deal { wonAt updatedAt }' });
    // The CRMs keep whole seconds.
    const second = Math.floor(before / 1_000) * 1_000;
    expect(Date.parse(String(updated.deal?.wonAt))).toBeGreaterThanOrEqual(second);
    expect(Date.parse(String(updated.deal?.updatedAt))).toBeGreaterThanOrEqual(second);
  });

  it("the CRM's own object comes whole, without its secrets", async () => {
    const updated = await mutate(
      gateway,
      'updateDeal',
      { id: accounts[crm].deal(), title: 'Raw', owner: accounts[crm].owners[0] },
      { select: 'deal { raw owner { raw } }' },
    );
    expect(updated.deal).toMatchObject({
      raw: { [crm === 'pipedrive' ? 'title' : 'name']: 'Raw' },
      owner: { raw: { id: expect.any(Number) } },
    });
  });
});
