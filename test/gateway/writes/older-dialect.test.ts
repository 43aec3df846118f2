import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { type Account, accountsOf } from './account.ts';
import { mutate, readDeal, remoteId, writesOf } from './support.ts';

/** PipelineDeals as it was documented in 2012–2018: one pipeline, and answers that say less. */
describe('on PipelineDeals of old', () => {
  let gateway: TestGateway;
  let account: Account;

  beforeAll(async () => {
    gateway = await startTestGateway({ pipelinedeals: { dialect: 'seed' } });
    account = accountsOf(gateway).pipelinedeals;
  });
  afterAll(() => gateway.close());

  it('a deal is added', async () => {
    const { openStages, owners, people } = account;
    const input = {
      crm: 'pipelinedeals',
      title: 'New',
      value: '12.50',
      stage: openStages[1],
      owner: owners[1],
      person: people[2],
      expectedCloseDate: '2027-05-06',
    };
    const added = await mutate(gateway, 'addDeal', input, {
      select: 'deal { title value { amount currency } stage { id } owner { id } person { id } expectedCloseDate }',
    });
    expect(added).toMatchObject({
      outcome: 'APPLIED',
      deal: {
        title: 'New',
        value: { amount: '12.5', currency: 'USD' },
        stage: { id: openStages[1] },
        owner: { id: owners[1] },
        person: { id: people[2] },
        expectedCloseDate: '2027-05-06',
      },
    });
  });

  it.each(['WON', 'LOST'] as const)('a deal becomes %s, and open again', async (status) => {
    const id = account.deal();
    for (const to of [status, 'OPEN']) {
      const updated = await mutate(gateway, 'updateDeal', { id, status: to }, { select: 'deal { status }' });
      expect(updated).toMatchObject({ outcome: 'APPLIED', problems: [], deal: { status: to } });
    }
  });

  it('the only pipeline has no id to send', async () => {
    const id = account.deal();
    const pipeline = (await readDeal(gateway, id, 'pipeline { id }'))?.pipeline as { id: string };
    const updated = await mutate(
      gateway,
      'updateDeal',
      { id, title: 'Stays', pipeline: pipeline.id },
      { select: 'deal { title pipeline { id } }' },
    );
    expect(updated).toMatchObject({ outcome: 'APPLIED', deal: { title: 'Stays', pipeline } });
    expect(writesOf(updated.sent.pipelinedeals)[0]?.body).toEqual({ deal: { name: 'Stays' } });
  });

  it('a deal is copied', async () => {
    const id = account.deal();
    const read = 'value { amount } status stage { id } owner { id } person { id }';
    const before = await readDeal(gateway, id, read);
    const copied = await mutate(gateway, 'duplicateDeal', { id, title: 'Copy' }, { select: `deal { title ${read} }` });
    expect(copied).toMatchObject({ outcome: 'APPLIED', deal: { ...before, title: 'Copy' } });
  });

  it('deals are merged', async () => {
    const [keep, absorbed] = [account.deal(), account.deal()];
    const { store } = gateway.pipelinedeals;
    const notes = [...store.notes.values()].filter((note) => note.deal_id === remoteId(absorbed));
    const merged = await mutate(gateway, 'mergeDeals', { keep, absorb: [absorbed] });
    expect(merged).toMatchObject({ outcome: 'APPLIED', problems: [], deal: { id: keep } });
    expect(account.titleOf(absorbed)).toBeNull();
    expect(notes.every((note) => store.notes.get(note.id)?.deal_id === remoteId(keep))).toBe(true);
  });

  it('a deal is deleted once', async () => {
    const id = account.deal();
    const deleted = await mutate(gateway, 'deleteDeal', { id }, { select: 'deal { status }' });
    expect(deleted).toMatchObject({ outcome: 'APPLIED', deal: { status: 'DELETED' } });
    expect(await mutate(gateway, 'deleteDeal', { id })).toMatchObject({
      outcome: 'REJECTED',
      problems: [{ code: 'NOT_FOUND', path: ['input', 'id'] }],
    });
  });

  it('what is not there is not found', async () => {
    const updated = await mutate(gateway, 'updateDeal', { id: account.unknown('Deal'), title: 'x' });
    expect(updated).toMatchObject({ outcome: 'REJECTED', problems: [{ code: 'NOT_FOUND', path: ['input', 'id'] }] });
  });
});
