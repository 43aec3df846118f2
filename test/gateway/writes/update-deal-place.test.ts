import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { type Account, accountsOf } from './account.ts';
import { CRMS, type CrmId, mutate, remoteId, sentAttributes, writesOf } from './support.ts';

let gateway: TestGateway;
let accounts: Readonly<Record<CrmId, Account>>;

beforeAll(async () => {
  gateway = await startTestGateway({ pipedrive: { deals: 480 }, pipelinedeals: { deals: 480 } });
  accounts = accountsOf(gateway);
});
afterAll(() => gateway.close());

describe.each(CRMS)('on %s', (crm) => {
  describe('status', () => {
    const read = 'status stage { probability } wonAt lostAt closedAt lossReason';

    it.each(
      (['OPEN', 'WON', 'LOST'] as const).flatMap((from) =>
        (['OPEN', 'WON', 'LOST'] as const).filter((to) => to !== from).map((to) => ({ from, to })),
      ),
    )('from $from to $to', async ({ from, to }) => {
      const deal = accounts[crm].deal(from);
      const updated = await mutate(gateway, 'updateDeal', { id: deal, status: to }, { select: `deal { ${read} }` });
      expect(updated).toMatchObject({ outcome: 'APPLIED', deal: { status: to } });
      const { wonAt, lostAt, closedAt } = updated.deal ?? {};
      expect([wonAt !== null, lostAt !== null, closedAt !== null]).toEqual([
        to === 'WON',
        to === 'LOST',
        to !== 'OPEN',
      ]);
      expect(writesOf(updated.sent[crm])).toHaveLength(1);
    });

    it('LOST together with its reason', async () => {
      const input = { id: accounts[crm].deal(), status: 'LOST', lossReason: 'Our own words' };
      const updated = await mutate(gateway, 'updateDeal', input, { select: `deal { ${read} }` });
      expect(updated).toMatchObject({ outcome: 'APPLIED', deal: { status: 'LOST', lossReason: 'Our own words' } });
    });
  });

  describe('place', () => {
    it('follows a stage of another pipeline', async () => {
      const { stageElsewhere, pipelines } = accounts[crm];
      const updated = await mutate(
        gateway,
        'updateDeal',
        { id: accounts[crm].deal(), stage: stageElsewhere },
        { select: 'deal { status stage { id } pipeline { id } }' },
      );
      expect(updated).toMatchObject({
        outcome: 'APPLIED',
        deal: { status: 'OPEN', stage: { id: stageElsewhere }, pipeline: { id: pipelines[1] } },
      });
    });

    it.each(['OPEN', 'WON', 'LOST'] as const)(
      'follows another pipeline alone, and an %s deal stays so',
      async (status) => {
        const { pipelines } = accounts[crm];
        const updated = await mutate(
          gateway,
          'updateDeal',
          { id: accounts[crm].deal(status), pipeline: pipelines[1] },
          { select: 'deal { status stage { pipeline { id } } pipeline { id } }' },
        );
        const there = { id: pipelines[1] };
        expect(updated).toMatchObject({ outcome: 'APPLIED', problems: [] });
        expect(updated.deal).toEqual({ status, stage: { pipeline: there }, pipeline: there });
      },
    );

    it('of contradicting stage and pipeline is refused', async () => {
      const { stageElsewhere, pipelines } = accounts[crm];
      const input = { id: accounts[crm].deal(), stage: stageElsewhere, pipeline: pipelines[0] };
      const updated = await mutate(gateway, 'updateDeal', input);
      expect(updated).toMatchObject({
        outcome: 'REJECTED',
        problems: [{ code: 'INVALID_INPUT', path: ['input', 'stage'] }],
      });
      expect(writesOf(updated.sent[crm])).toEqual([]);
    });
  });
});

describe('what PipelineDeals says by stage and probability', () => {
  const stageOf = (percent: number) => {
    const { stages, pipelines } = gateway.pipelinedeals.store.configuration;
    const found = stages.find((one) => one.percent === percent && one.deal_pipeline_id === pipelines[0]?.id);
    return `pipelinedeals:Stage:${found?.id}`;
  };

  it('closes with the stage and the probability together', async () => {
    const deal = accounts.pipelinedeals.deal();
    const won = await mutate(gateway, 'updateDeal', { id: deal, status: 'WON' });
    expect(sentAttributes('pipelinedeals', won)).toEqual({
      deal_stage_id: String(remoteId(stageOf(100))),
      probability: '100',
    });
  });

  it('reopens in the lowest open stage of the pipeline', async () => {
    const { openStages } = accounts.pipelinedeals;
    const deal = accounts.pipelinedeals.deal('LOST');
    const select = 'deal { status stage { id } probability }';
    const opened = await mutate(gateway, 'updateDeal', { id: deal, status: 'OPEN' }, { select });
    expect(opened.deal).toEqual({ status: 'OPEN', stage: { id: openStages[0] }, probability: 10 });
  });

  it.each([
    { input: { probability: 12.5 }, why: 'not a whole number' },
    { input: { status: 'WON', probability: 90 }, why: 'a chance of something that is certain' },
    { input: { status: 'OPEN', probability: 100 }, why: 'what would close it' },
  ])('a probability is refused that is $why', async ({ input }) => {
    const updated = await mutate(gateway, 'updateDeal', { id: accounts.pipelinedeals.deal(), ...input });
    expect(updated).toMatchObject({
      outcome: 'REJECTED',
      problems: [{ code: 'INVALID_INPUT', path: ['input', 'probability'] }],
    });
    expect(writesOf(updated.sent.pipelinedeals)).toEqual([]);
  });

  it.each([
    { status: 'WON', percent: 0 },
    { status: 'WON', percent: 50 },
    { status: 'LOST', percent: 100 },
    { status: 'OPEN', percent: 100 },
  ])('$status contradicts a stage of $percent %', async ({ status, percent }) => {
    const input = { id: accounts.pipelinedeals.deal(), status, stage: stageOf(percent) };
    const updated = await mutate(gateway, 'updateDeal', input);
    expect(updated).toMatchObject({
      outcome: 'REJECTED',
      problems: [{ code: 'INVALID_INPUT', path: ['input', 'stage'] }],
    });
    expect(writesOf(updated.sent.pipelinedeals)).toEqual([]);
  });
});
