import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { type Account, accountsOf } from '../writes/account.ts';
import { CRMS, type CrmId, lines, mutate, send, writesOf } from '../writes/support.ts';

let gateway: TestGateway;
let accounts: Readonly<Record<CrmId, Account>>;

beforeAll(async () => {
  gateway = await startTestGateway({ pipedrive: { deals: 60 }, pipelinedeals: { deals: 60 } });
  accounts = accountsOf(gateway);
});
afterEach(() => {
  for (const crm of CRMS) gateway[crm].faults.set();
});
afterAll(() => gateway.close());

const SELECT = 'deal { id title status } operation { id outcome }';

function keyed(idempotencyKey: string = randomUUID()) {
  return { control: { idempotencyKey }, select: SELECT };
}

describe.each(CRMS)('on %s the same key', (crm) => {
  it('with the same input is carried out once, and read again', async () => {
    const how = keyed();
    const first = await mutate(gateway, 'addDeal', { crm, title: 'Once', value: '10.50' }, how);
    expect(first.outcome).toBe('APPLIED');
    await mutate(gateway, 'updateDeal', { id: first.deal?.id, title: 'Renamed since' });
    // Written differently, and still the same.
    const again = await mutate(gateway, 'addDeal', { value: 10.5, title: 'Once', crm }, how);
    expect(again).toMatchObject({
      outcome: 'REPLAYED',
      problems: [],
      deal: { id: first.deal?.id, title: 'Renamed since' },
      operation: { outcome: 'APPLIED' },
    });
    expect(writesOf(again.sent[crm])).toEqual([]);
  });

  it('with another input is refused', async () => {
    const how = keyed();
    await mutate(gateway, 'addDeal', { crm, title: 'One' }, how);
    const other = await mutate(gateway, 'addDeal', { crm, title: 'Another' }, how);
    expect(other).toMatchObject({
      outcome: 'REJECTED',
      problems: [{ code: 'KEY_REUSED', path: ['control', 'idempotencyKey'] }],
      deal: null,
      operation: null,
    });
    expect(writesOf(other.sent[crm])).toEqual([]);
  });

  it('of another mutation is another key', async () => {
    const how = keyed();
    const added = await mutate(gateway, 'addDeal', { crm, title: 'Mine' }, how);
    const copied = await mutate(gateway, 'duplicateDeal', { id: added.deal?.id }, how);
    expect(copied.outcome).toBe('APPLIED');
  });

  it('shows a deleted deal as it was, and nothing of one that is gone since', async () => {
    const [add, remove] = [keyed(), keyed()];
    const added = await mutate(gateway, 'addDeal', { crm, title: 'Short-lived' }, add);
    const id = added.deal?.id;
    await mutate(gateway, 'deleteDeal', { id }, remove);
    expect(await mutate(gateway, 'deleteDeal', { id }, remove)).toMatchObject({
      outcome: 'REPLAYED',
      deal: { id, title: 'Short-lived', status: 'DELETED' },
    });
    expect(await mutate(gateway, 'addDeal', { crm, title: 'Short-lived' }, add)).toMatchObject({
      outcome: 'REPLAYED',
      deal: null,
    });
  });

  it('is free again when nothing was sent, and when the CRM was too busy', async () => {
    const how = keyed();
    const id = accounts[crm].deal();
    gateway[crm].faults.set({ method: 'GET', kind: 'status', status: 403, body: '{}' });
    expect((await mutate(gateway, 'updateDeal', { id, title: 'Twice' }, how)).outcome).toBe('REJECTED');
    gateway[crm].faults.set();
    expect((await mutate(gateway, 'updateDeal', { id, title: 'Twice' }, how)).outcome).toBe('APPLIED');
    expect((await mutate(gateway, 'updateDeal', { id, title: 'Twice' }, how)).outcome).toBe('REPLAYED');
  });

  it('answers with the refusal of the CRM again', async () => {
    const how = keyed();
    gateway[crm].faults.set({ method: 'POST', kind: 'status', status: 403, body: '{}' });
    const first = await mutate(gateway, 'addDeal', { crm, title: 'Refused' }, how);
    gateway[crm].faults.set();
    const again = await mutate(gateway, 'addDeal', { crm, title: 'Refused' }, how);
    expect(first.outcome).toBe('REJECTED');
    expect(again).toMatchObject({ outcome: 'REPLAYED', problems: first.problems, operation: { outcome: 'REJECTED' } });
    expect(writesOf(again.sent[crm])).toEqual([]);
  });

  it('waits for the first, and gives up at its deadline', async () => {
    const impatient = await startTestGateway({
      pipedrive: { deals: 5 },
      pipelinedeals: { deals: 5 },
      env: { DEALGRAPH_MUTATION_TIMEOUT_MS: '1500' },
    });
    const how = keyed();
    impatient[crm].faults.set({ method: 'POST', kind: 'hang', times: 1 });
    const write = () => send(impatient, 'addDeal', { crm, title: 'Slow' }, how);
    const first = write();
    await eventually(() => expect(writesOf(impatient[crm].log)).toHaveLength(1));
    const waiting = await Promise.all([write(), write()]);
    expect((await first).outcome).toBe('UNKNOWN');
    // The first is told that nobody knows shortly before the others have waited long enough.
    for (const { outcome, problems } of waiting) {
      expect(['REPLAYED', 'REJECTED']).toContain(outcome);
      expect(['OUTCOME_UNKNOWN', 'IN_PROGRESS']).toContain(problems[0]?.code);
    }
    expect(writesOf(impatient[crm].log)).toHaveLength(1);
    await impatient.close();
  });

  it('holds across a restart', async () => {
    const how = keyed();
    const first = await mutate(gateway, 'addDeal', { crm, title: 'Before' }, how);
    await gateway.restart();
    const again = await mutate(gateway, 'addDeal', { crm, title: 'Before' }, how);
    expect(again).toMatchObject({ outcome: 'REPLAYED', deal: { id: first.deal?.id } });
    expect(writesOf(again.sent[crm])).toEqual([]);
  });
});

// A thousand, and after a crash too, are sent in test/faults/keys.test.ts.
it.each(CRMS)('300 writes at once with 30 keys on %s have 30 effects', async (crm) => {
  const before = accounts[crm].countDeals();
  const logged = gateway[crm].log.length;
  const keys = Array.from({ length: 30 }, () => randomUUID());
  const written = await Promise.all(
    Array.from({ length: 300 }, (_, index) => {
      const number = index % 30;
      const input = { crm, title: `Number ${number}` };
      return send(gateway, 'addDeal', input, { ...keyed(keys[number]), select: 'deal { id }' });
    }),
  );
  expect(accounts[crm].countDeals() - before).toBe(30);
  expect(lines(writesOf(gateway[crm].log.slice(logged)))).toHaveLength(30);
  const count = (wanted: string) => written.filter(({ outcome }) => outcome === wanted).length;
  expect([count('APPLIED'), count('REPLAYED')]).toEqual([30, 270]);
  expect(new Set(written.map(({ deal }) => deal?.id)).size).toBe(30);
});
