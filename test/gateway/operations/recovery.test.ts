import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { openJournal } from '../../../src/journal/open-journal.ts';
import { eventually } from '../../support/eventually.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { accountsOf } from '../writes/account.ts';
import { CRMS, type CrmId, send, writesOf } from '../writes/support.ts';

let gateway: TestGateway;
afterEach(() => gateway.close());

const QUICK = { firstMs: 20, maxMs: 40, forMs: 60_000, sweepMs: 60_000 };

async function start(options: Parameters<typeof startTestGateway>[0] = {}) {
  gateway = await startTestGateway({ pipedrive: { deals: 60 }, pipelinedeals: { deals: 60 }, ...options });
  return accountsOf(gateway);
}

interface SeenOperation {
  readonly id: string;
  readonly state: string;
  readonly outcome: string | null;
  readonly problems: readonly { readonly code: string; readonly message: string }[];
  readonly deals: readonly ({ readonly id: string; readonly title: string } | null)[];
}

async function operations(filter: object = {}): Promise<readonly SeenOperation[]> {
  const answer = await gateway.query<{ operations: { nodes: readonly SeenOperation[] } }>(
    'query ($filter: OperationFilter) { operations(filter: $filter) { nodes { id state outcome problems { code message } deals { id title } } } }',
    { filter },
  );
  expect(answer.errors).toBeUndefined();
  return answer.data?.operations.nodes ?? [];
}

/** Waits until a condition holds. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  await eventually(async () => expect(await holds()).toBe(true));
}

const isDone = async () => (await operations()).every(({ state }) => state === 'DONE');

describe.each(CRMS)('a lost answer on %s', (crm) => {
  it('is found out later, and the operation tells', async () => {
    const accounts = await start({ reconciler: QUICK });
    const before = accounts[crm].countDeals();
    // Neither the write is answered nor the first looks at what came of it.
    gateway[crm].faults.set(
      { method: 'POST', kind: 'dropAfter', times: 1 },
      { method: 'GET', kind: 'status', status: 500 },
    );
    const how = { control: { idempotencyKey: randomUUID() }, select: 'deal { id } operation { id state }' };
    const written = await send(gateway, 'addDeal', { crm, title: 'Lost and found' }, how);
    expect(written).toMatchObject({
      outcome: 'UNKNOWN',
      problems: [{ code: 'OUTCOME_UNKNOWN', path: ['input'] }],
      deal: null,
      operation: { state: 'SETTLING' },
    });
    const { id } = (written as unknown as { operation: { id: string } }).operation;
    expect(written.problems[0]?.message).toContain(id);
    expect((await operations())[0]).toMatchObject({ id, state: 'SETTLING', outcome: 'UNKNOWN' });

    gateway[crm].faults.set();
    await until(isDone);
    expect((await operations())[0]).toMatchObject({
      id,
      state: 'DONE',
      outcome: 'APPLIED',
      problems: [],
      deals: [{ title: 'Lost and found' }],
    });
    expect(await send(gateway, 'addDeal', { crm, title: 'Lost and found' }, how)).toMatchObject({
      outcome: 'REPLAYED',
      problems: [],
      deal: { id: expect.any(String) },
    });
    expect(accounts[crm].countDeals()).toBe(before + 1);
    expect(writesOf(gateway[crm].log)).toHaveLength(1);
  });

  it('of two writes alike is left to nobody', async () => {
    const accounts = await start({ reconciler: QUICK });
    const before = accounts[crm].countDeals();
    gateway[crm].faults.set(
      { method: 'POST', kind: 'drop', times: 1 },
      { method: 'POST', kind: 'dropAfter', times: 1 },
    );
    const write = () => send(gateway, 'addDeal', { crm, title: 'Twin' }, { select: 'deal { id }' });
    const both = await Promise.all([write(), write()]);
    expect(both.map(({ outcome }) => outcome)).toEqual(['UNKNOWN', 'UNKNOWN']);
    expect(accounts[crm].countDeals()).toBe(before + 1);
    expect(writesOf(gateway[crm].log)).toHaveLength(2);
  });

  it.each([
    ['the same', {}],
    ['another that shows as much', { value: '5' }],
  ])('is not taken for %s, sent while it is looked into', async (_what, more) => {
    const accounts = await start({ reconciler: QUICK });
    const before = accounts[crm].countDeals();
    gateway[crm].faults.set(
      { method: 'POST', kind: 'drop', times: 1 },
      { method: 'POST', kind: 'dropAfter', times: 1 },
      { method: 'GET', path: 'deals', kind: 'latency', ms: 500, times: 1 },
    );
    const write = (input: object) =>
      send(gateway, 'addDeal', { crm, title: 'Twin', ...input }, { select: 'deal { id }' });
    const first = write({});
    await until(() => gateway[crm].log.some(({ method, path }) => method === 'GET' && path.includes('deals')));
    const second = write(more);
    expect((await first).outcome).toBe('UNKNOWN');
    expect((await second).outcome).toBe('UNKNOWN');
    expect(accounts[crm].countDeals()).toBe(before + 1);
  });

  it('is not taken for the copy of another deal that goes by the same title', async () => {
    const accounts = await start({ reconciler: QUICK });
    const id = accounts[crm].deal();
    const known = await gateway.query<{ deal: { title: string } }>('query ($id: ID!) { deal(id: $id) { title } }', {
      id,
    });
    gateway[crm].faults.set({ method: 'POST', kind: 'drop', times: 1 });
    expect((await send(gateway, 'duplicateDeal', { id })).outcome).toBe('UNKNOWN');
    gateway[crm].faults.set({ method: 'POST', kind: 'dropAfter', times: 1 });
    const title = `${known.data?.deal.title} (copy)`;
    expect((await send(gateway, 'addDeal', { crm, title })).outcome).toBe('UNKNOWN');
  });

  it('is given up after a while, and kept', async () => {
    await start({ reconciler: { ...QUICK, forMs: 100 } });
    gateway[crm].faults.set({ method: 'POST', kind: 'drop', times: 1 });
    expect((await send(gateway, 'addDeal', { crm, title: 'Never' })).outcome).toBe('UNKNOWN');
    await until(async () => (await operations())[0]?.state === 'UNSETTLED');
    await gateway.restart();
    expect((await operations())[0]).toMatchObject({ state: 'UNSETTLED', outcome: 'UNKNOWN' });
  });
});

it('lost lines of pipedrive are not taken for others that the same deal was sent', async () => {
  const accounts = await start({ reconciler: QUICK });
  const deal = accounts.pipedrive.deal();
  const product = [...gateway.pipedrive.store.products.values()].find((one) => one.is_linkable && !one.is_deleted);
  const write = (more: object) => {
    const line = { product: `pipedrive:Product:${product?.id}`, unitPrice: '3', quantity: '2', ...more };
    return send(gateway, 'addDealProducts', { deal, products: [line] }, { select: 'dealProducts { id }' });
  };
  gateway.pipedrive.faults.set({ method: 'POST', kind: 'drop', times: 1 });
  expect((await write({})).outcome).toBe('UNKNOWN');
  gateway.pipedrive.faults.set(
    { method: 'POST', kind: 'dropAfter', times: 1 },
    { method: 'GET', path: 'deals/products', kind: 'status', status: 500 },
  );
  expect((await write({ comments: 'as seen' })).outcome).toBe('UNKNOWN');
  gateway.pipedrive.faults.set();
  const read = gateway.pipedrive.log.length;
  await until(() => gateway.pipedrive.log.slice(read).filter(({ path }) => path.includes('deals/products')).length > 3);
  expect((await operations()).map(({ outcome }) => outcome)).toEqual(['UNKNOWN', 'UNKNOWN']);
});

it.each(CRMS)('while the journal cannot be written, %s is sent no writes and still read', async (crm) => {
  const accounts = await start({
    async openJournal(dataDir, rules, keys) {
      const journal = await openJournal(dataDir, rules, keys);
      await journal.close();
      return journal;
    },
  });
  const id = accounts[crm].deal();
  expect(await send(gateway, 'deleteDeal', { id })).toMatchObject({
    outcome: 'REJECTED',
    problems: [{ code: 'JOURNAL_UNAVAILABLE', isRetryable: true }],
    deal: null,
  });
  expect(gateway[crm].log).toEqual([]);
  const read = await gateway.query('query ($id: ID!) { deal(id: $id) { id } }', { id });
  expect(read.data).toEqual({ deal: { id } });
});

/** A crash while the CRM has a write of `method` and has not answered, with the state the journal has then. */
async function crashDuring(crm: CrmId, { fault, mutation, input }: { fault: object; mutation: string; input: object }) {
  gateway[crm].faults.set(fault as never);
  const logged = gateway[crm].log.length;
  const writing = send(gateway, mutation, { ...input }, { select: 'outcome' }).catch(() => null);
  await until(() => writesOf(gateway[crm].log.slice(logged)).length > 0);
  await gateway.crash();
  gateway[crm].faults.set();
  return writing;
}

describe.each(CRMS)('after a crash on %s', (crm) => {
  it('what nobody knows of is looked into, and never sent again', async () => {
    const accounts = await start({ reconciler: QUICK, env: { DEALGRAPH_MUTATION_TIMEOUT_MS: '2000' } });
    const id = accounts[crm].deal();
    const fault = { method: 'DELETE', kind: 'latency', ms: 400 };
    const writing = await crashDuring(crm, { fault, mutation: 'deleteDeal', input: { id } });
    expect(writing).toMatchObject({ outcome: 'APPLIED' });
    await until(isDone);
    expect((await operations())[0]).toMatchObject({ state: 'DONE', outcome: 'APPLIED', deals: [null] });
    expect(writesOf(gateway[crm].log)).toHaveLength(1);
  });

  it('deletions of several deals go on where they were', async () => {
    const accounts = await start({ reconciler: QUICK, env: { DEALGRAPH_MUTATION_TIMEOUT_MS: '2000' } });
    const ids = [accounts[crm].deal(), accounts[crm].deal(), accounts[crm].deal()];
    // The second request is the one that is under way: the first took effect.
    const fault = { method: 'DELETE', path: `/${ids[1]?.split(':')[2]}`, kind: 'hang' };
    gateway[crm].faults.set(fault as never);
    const control = { idempotencyKey: randomUUID() };
    const writing = send(gateway, 'deleteDeals', { ids }, { select: 'items { outcome }', control }).catch(() => null);
    await until(() => writesOf(gateway[crm].log).length === 2);
    await gateway.crash();
    gateway[crm].faults.set();
    await until(() => accounts[crm].titleOf(String(ids[2])) === null);
    await writing;
    // The one whose answer was lost is still there, and nobody sends it again.
    expect(ids.map((id) => accounts[crm].titleOf(id) === null)).toEqual([true, false, true]);
    const again = await send(gateway, 'deleteDeals', { ids }, { select: 'items { outcome }', control });
    expect(again).toMatchObject({
      outcome: 'REPLAYED',
      items: [{ outcome: 'APPLIED' }, { outcome: 'UNKNOWN' }, { outcome: 'APPLIED' }],
    });
    const paths = writesOf(gateway[crm].log).map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
  });

  it('a key whose write was never sent is free', async () => {
    const accounts = await start({ reconciler: QUICK, env: { DEALGRAPH_MUTATION_TIMEOUT_MS: '1000' } });
    const id = accounts[crm].deal();
    gateway[crm].faults.set({ method: 'GET', kind: 'hang' });
    const how = { control: { idempotencyKey: randomUUID() }, select: 'deal { id }' };
    const input = { id, title: 'Free again' };
    const writing = send(gateway, 'updateDeal', input, how).catch(() => null);
    await until(() => gateway[crm].log.length > 0);
    await gateway.crash();
    gateway[crm].faults.set();
    const [interrupted] = await operations();
    expect(interrupted).toMatchObject({ state: 'DONE', outcome: 'REJECTED' });
    expect(interrupted?.problems[0]?.message).toContain('before anything was sent');
    expect((await send(gateway, 'updateDeal', input, how)).outcome).toBe('APPLIED');
    await writing;
  });
});
