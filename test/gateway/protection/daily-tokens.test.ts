import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { ShiftedClock } from '../../support/shifted-clock.ts';

let gateway: TestGateway;
let clock: ShiftedClock;
beforeEach(async () => {
  clock = new ShiftedClock();
  gateway = await startTestGateway({
    clock,
    pipedrive: { deals: 5, dailyTokens: 100, now: () => clock.now() },
    pipelinedeals: { deals: 5 },
    env: { PIPEDRIVE_DAILY_RESERVE: '50' },
  });
});
afterEach(() => gateway.close());

const LIST = '{ deals(crms: ["pipedrive"], first: 3) { nodes { id } } }';
const ADD = `mutation ($title: String!) {
  addDeal(input: { crm: "pipedrive", title: $title }) { outcome deal { title } problems { code isRetryable } }
}`;

const codes = (answer: Awaited<ReturnType<TestGateway['query']>>) =>
  answer.errors?.map(({ extensions }) => extensions.code) ?? [];
const sent = () => gateway.pipedrive.log.map(({ method, path }) => `${method} ${path}`);

/** Five lists at 10 tokens leave what is kept. */
async function spendWhatReadsMay(): Promise<void> {
  for (let i = 0; i < 5; i += 1) expect(codes(await gateway.query(LIST))).toEqual([]);
  gateway.pipedrive.log.length = 0;
}

it('reads end where what is left is kept for writes, without a request', async () => {
  await spendWhatReadsMay();
  const answer = await gateway.query(LIST);
  expect(answer.errors).toMatchObject([
    {
      path: ['deals'],
      message: expect.stringContaining('until the CRM counts a new day'),
      extensions: { code: 'UPSTREAM_QUOTA', crm: 'pipedrive', retryable: false, retryAfterMs: expect.any(Number) },
    },
  ]);
  expect(sent()).toEqual([]);
  expect(codes(await gateway.query('{ deals(crms: ["pipelinedeals"], first: 3) { nodes { id } } }'))).toEqual([]);
});

it('writes go on, and so does finding out what they did', async () => {
  await spendWhatReadsMay();
  expect((await gateway.query(ADD, { title: 'Added' })).data).toMatchObject({
    addDeal: { outcome: 'APPLIED', deal: { title: 'Added' } },
  });
  gateway.pipedrive.faults.set({ kind: 'dropAfter', method: 'POST', times: 1 });
  expect((await gateway.query(ADD, { title: 'Lost' })).data).toMatchObject({
    addDeal: { outcome: 'APPLIED', deal: { title: 'Lost' } },
  });
  expect(codes(await gateway.query(LIST))).toEqual(['UPSTREAM_QUOTA']);
  expect(gateway.pipedrive.log.map(({ status }) => status)).not.toContain(429);
});

it('a day that is spent refuses writes as well, as not sent', async () => {
  await spendWhatReadsMay();
  const outcomes: string[] = [];
  for (let i = 0; i < 12; i += 1) {
    const { data } = await gateway.query<{ addDeal: { outcome: string } }>(ADD, { title: `Number ${i}` });
    outcomes.push(data?.addDeal.outcome ?? '');
    if (outcomes.at(-1) === 'REJECTED') break;
  }
  expect(outcomes.at(-1)).toBe('REJECTED');
  gateway.pipedrive.log.length = 0;
  expect((await gateway.query(ADD, { title: 'Too many' })).data).toMatchObject({
    addDeal: { outcome: 'REJECTED', problems: [{ code: 'UPSTREAM_QUOTA', isRetryable: false }] },
  });
  expect(codes(await gateway.query(LIST))).toEqual(['UPSTREAM_QUOTA']);
  expect(sent()).toEqual([]);
});

it('one read finds out that a new day has begun', async () => {
  await spendWhatReadsMay();
  expect(codes(await gateway.query(LIST))).toEqual(['UPSTREAM_QUOTA']);
  clock.putForward(86_400_000);
  expect(codes(await gateway.query(LIST))).toEqual([]);
  expect(codes(await gateway.query(LIST))).toEqual([]);
  expect(sent()).toHaveLength(2);
});
