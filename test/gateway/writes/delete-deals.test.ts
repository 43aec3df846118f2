import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { type Account, accountsOf } from './account.ts';
import { CRMS, type CrmId, expectRefused, lines, mutate, readDeal, remoteId, writesOf } from './support.ts';

let gateway: TestGateway;
let accounts: Readonly<Record<CrmId, Account>>;

beforeAll(async () => {
  gateway = await startTestGateway({ pipedrive: { deals: 900 }, pipelinedeals: { deals: 900 } });
  accounts = accountsOf(gateway);
});
afterAll(() => gateway.close());

const BEFORE = 'id title value { amount currency } stage { id name } owner { name } person { id } organization { id }';
const ITEMS =
  'items { outcome problems { code message path isRetryable retryAt crm { id } } deal { id status title } }';

function unknownDeal(): string {
  return accounts.pipelinedeals.unknown('Deal');
}

/** Deals that are shown and of which nothing else is known. */
function anyDeals(crm: CrmId, count: number): string[] {
  const { store } = gateway[crm];
  const shown = [...store.deals.values()].filter((deal) => !('is_deleted' in deal && deal.is_deleted));
  return shown.slice(-count).map(({ id }) => `${crm}:Deal:${id}`);
}

describe.each(CRMS)('deleteDeal on %s', (crm) => {
  it('answers the deal as it was, deleted', async () => {
    const id = accounts[crm].deal();
    const before = await readDeal(gateway, id, `${BEFORE} status`);
    const deleted = await mutate(gateway, 'deleteDeal', { id }, { select: `deal { ${BEFORE} status }` });
    expect(deleted).toMatchObject({ outcome: 'APPLIED', problems: [] });
    expect(deleted.deal).toEqual({ ...before, status: 'DELETED' });
    expect(accounts[crm].titleOf(id)).toBeNull();
    expect(await readDeal(gateway, id, 'id')).toBeNull();
  });

  it('twice is not found the second time', async () => {
    const id = accounts[crm].deal();
    await mutate(gateway, 'deleteDeal', { id });
    const again = await mutate(gateway, 'deleteDeal', { id });
    expect(again).toMatchObject({
      outcome: 'REJECTED',
      problems: [{ code: 'NOT_FOUND', path: ['input', 'id'] }],
      deal: null,
    });
    expect(writesOf(again.sent[crm])).toEqual([]);
  });

  it('of an archived deal works as well', async () => {
    const id = accounts[crm].archivedDeal();
    const deleted = await mutate(gateway, 'deleteDeal', { id }, { select: 'deal { isArchived status }' });
    expect(deleted).toMatchObject({ outcome: 'APPLIED', deal: { isArchived: true, status: 'DELETED' } });
    expect(accounts[crm].titleOf(id)).toBeNull();
  });

  it('of a deal it never had is not found', async () => {
    const deleted = await mutate(gateway, 'deleteDeal', { id: accounts[crm].unknown('Deal') });
    expect(deleted).toMatchObject({ outcome: 'REJECTED', problems: [{ code: 'NOT_FOUND', path: ['input', 'id'] }] });
    expect(writesOf(deleted.sent[crm])).toEqual([]);
  });

  it.each([
    { given: 'an id of another type', id: `${crm}:Person:1` },
    { given: 'an unknown CRM', id: 'elsewhere:Deal:1' },
    { given: 'no id at all', id: 'all' },
  ])('refuses $given', async ({ id }) => {
    expectRefused(await mutate(gateway, 'deleteDeal', { id }), { code: 'INVALID_INPUT', path: ['input', 'id'] });
  });

  it('that somebody else has deleted meanwhile is not found', async () => {
    const id = accounts[crm].deal();
    gateway[crm].faults.set({ method: 'DELETE', path: '/deals/', kind: 'status', status: 404 });
    const deleted = await mutate(gateway, 'deleteDeal', { id });
    gateway[crm].faults.set();
    expect(deleted).toMatchObject({ outcome: 'REJECTED', problems: [{ code: 'NOT_FOUND', path: ['input', 'id'] }] });
  });
});

describe('deleteDeals', () => {
  it.each(CRMS.flatMap((crm) => [1, 100, 101].map((count) => ({ crm, count }))))(
    '$count of $crm, each once',
    async ({ crm, count }) => {
      const ids = anyDeals(crm, count);
      const deleted = await mutate(gateway, 'deleteDeals', { ids }, { select: ITEMS });
      expect(deleted).toMatchObject({ outcome: 'APPLIED', problems: [] });
      expect(deleted.items?.map((item) => [item.outcome, item.deal?.id, item.deal?.status])).toEqual(
        ids.map((id) => ['APPLIED', id, 'DELETED']),
      );
      expect(ids.filter((id) => accounts[crm].titleOf(id) !== null)).toEqual([]);
      const paths = { pipedrive: '/api/v2/deals/{id}', pipelinedeals: '/api/v3/deals/{id}.json' };
      expect(lines(writesOf(deleted.sent[crm]))).toEqual(
        ids.map((id) => `DELETE ${paths[crm].replace('{id}', String(remoteId(id)))}`),
      );
    },
  );

  it('of both CRMs in one call, in input order', async () => {
    const ids = [accounts.pipedrive.deal(), accounts.pipelinedeals.deal(), accounts.pipedrive.deal()];
    const deleted = await mutate(gateway, 'deleteDeals', { ids }, { select: ITEMS });
    expect(deleted.outcome).toBe('APPLIED');
    expect(deleted.items?.map((item) => item.deal?.id)).toEqual(ids);
  });

  it('known and unknown ones: every deal has its own outcome', async () => {
    const { pipedrive, pipelinedeals } = accounts;
    const ids = [pipedrive.deal(), pipelinedeals.unknown('Deal'), pipelinedeals.deal(), pipedrive.unknown('Deal')];
    const deleted = await mutate(gateway, 'deleteDeals', { ids }, { select: ITEMS });
    expect(deleted.outcome).toBe('PARTIAL');
    expect(deleted.items?.map(({ outcome }) => outcome)).toEqual(['APPLIED', 'REJECTED', 'APPLIED', 'REJECTED']);
    expect(deleted.problems).toMatchObject([
      { code: 'NOT_FOUND', path: ['input', 'ids', '1'], crm: { id: 'pipelinedeals' } },
      { code: 'NOT_FOUND', path: ['input', 'ids', '3'], crm: { id: 'pipedrive' } },
    ]);
    expect(deleted.items?.[1]?.problems).toEqual([deleted.problems[0]]);
  });

  it('of which none is known are rejected', async () => {
    const ids = [accounts.pipedrive.unknown('Deal'), accounts.pipelinedeals.unknown('Deal')];
    const deleted = await mutate(gateway, 'deleteDeals', { ids }, { select: ITEMS });
    expect(deleted.outcome).toBe('REJECTED');
    expect([...writesOf(deleted.sent.pipedrive), ...writesOf(deleted.sent.pipelinedeals)]).toEqual([]);
  });

  it('one CRM failing costs only its own', async () => {
    const ids = [accounts.pipedrive.deal(), accounts.pipelinedeals.deal()];
    gateway.pipelinedeals.faults.set({ method: 'DELETE', kind: 'status', status: 403 });
    const deleted = await mutate(gateway, 'deleteDeals', { ids }, { select: ITEMS });
    gateway.pipelinedeals.faults.set();
    expect(deleted.outcome).toBe('PARTIAL');
    expect(deleted.items?.map(({ outcome }) => outcome)).toEqual(['APPLIED', 'REJECTED']);
    expect(deleted.problems).toMatchObject([{ code: 'FORBIDDEN', crm: { id: 'pipelinedeals' } }]);
    expect(accounts.pipelinedeals.titleOf(String(ids[1]))).not.toBeNull();
  });

  it.each([
    { given: 'a deletion', others: ['APPLIED'], outcome: 'PARTIAL' },
    { given: 'a refusal', others: ['REJECTED'], outcome: 'UNKNOWN' },
    { given: 'nothing', others: [], outcome: 'UNKNOWN' },
  ])('a lost answer beside $given is $outcome', async ({ others, outcome }) => {
    const beside = others.map((other) => (other === 'APPLIED' ? accounts.pipelinedeals.deal() : unknownDeal()));
    gateway.pipedrive.faults.set({ method: 'DELETE', kind: 'drop' });
    const ids = [accounts.pipedrive.deal(), ...beside];
    const deleted = await mutate(gateway, 'deleteDeals', { ids }, { select: ITEMS });
    gateway.pipedrive.faults.set();
    expect(deleted.outcome).toBe(outcome);
    expect(deleted.items?.map((item) => item.outcome)).toEqual(['UNKNOWN', ...others]);
    expect(deleted.problems[0]).toMatchObject({ code: 'OUTCOME_UNKNOWN', path: ['input', 'ids', '0'] });
    expect(writesOf(deleted.sent.pipedrive)).toHaveLength(1);
  });

  it('an empty list is refused', async () => {
    const deleted = await mutate(gateway, 'deleteDeals', { ids: [] }, { select: ITEMS });
    expectRefused(deleted, { code: 'INVALID_INPUT', path: ['input', 'ids'] });
    expect(deleted.items).toEqual([]);
  });

  it('the same deal twice is refused', async () => {
    const [some, twice] = [accounts.pipedrive.deal(), accounts.pipedrive.deal()];
    const deleted = await mutate(gateway, 'deleteDeals', { ids: [twice, some, twice] }, { select: ITEMS });
    expectRefused(deleted, { code: 'INVALID_INPUT', path: ['input', 'ids', '2'] });
    expect(accounts.pipedrive.titleOf(twice)).not.toBeNull();
  });
});
