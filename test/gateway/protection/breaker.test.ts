import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { recordingLogger } from '../../support/log-lines.ts';
import { ShiftedClock } from '../../support/shifted-clock.ts';

let gateway: TestGateway;
let clock: ShiftedClock;
let lines: readonly Record<string, unknown>[];
beforeEach(async () => {
  clock = new ShiftedClock();
  const recording = recordingLogger();
  lines = recording.lines;
  gateway = await startTestGateway({
    ...{ clock, logger: recording.logger, checksPrices: false },
    pipedrive: { deals: 5 },
    pipelinedeals: { deals: 5 },
    env: { DEALGRAPH_BREAKER_CALLS: '5' },
  });
});
afterEach(() => gateway.close());

const CRMS = [
  { crm: 'pipedrive', other: 'pipelinedeals' },
  { crm: 'pipelinedeals', other: 'pipedrive' },
] as const;

const list = (crm: string) => `{ deals(crms: ["${crm}"], first: 3) { nodes { id } } }`;
const add = (crm: string) =>
  `mutation { addDeal(input: { crm: "${crm}", title: "Held back" }) { outcome problems { code isRetryable retryAt } } }`;

async function breakerOf(crm: string): Promise<string[]> {
  const text = await (await fetch(new URL('/metrics', gateway.url))).text();
  return [...text.matchAll(/^dealgraph_upstream_breaker\{crm="([^"]*)",state="([^"]*)"\} 1$/gm)]
    .filter(([, of]) => of === crm)
    .map(([, , state = '']) => state);
}

/** Two reads, with as many retries as there may be. */
async function fail(crm: (typeof CRMS)[number]['crm']): Promise<void> {
  gateway[crm].faults.set({ kind: 'status', status: 503 });
  await gateway.query(list(crm));
  await gateway.query(list(crm));
  expect(gateway[crm].log).toHaveLength(5);
  expect(await breakerOf(crm)).toEqual(['open']);
}

describe.each(CRMS)('$crm, when it fails', ({ crm, other }) => {
  it('is left alone: reads and writes fail at once, and the other CRM goes on', async () => {
    await fail(crm);
    const read = await gateway.query(list(crm));
    expect(read.errors).toMatchObject([
      {
        path: ['deals'],
        extensions: { code: 'UPSTREAM_UNAVAILABLE', crm, retryable: true, retryAfterMs: expect.any(Number) },
      },
    ]);
    const retryAfterMs = Number(read.errors?.[0]?.extensions.retryAfterMs);
    expect(retryAfterMs).toBeGreaterThan(0);
    expect(retryAfterMs).toBeLessThanOrEqual(5_000);
    expect(read.extensions?.upstream.requests).toBe(0);

    const write = await gateway.query(add(crm));
    expect(write.data).toMatchObject({
      addDeal: {
        outcome: 'REJECTED',
        problems: [{ code: 'UPSTREAM_UNAVAILABLE', isRetryable: true, retryAt: expect.any(String) }],
      },
    });
    expect(gateway[crm].log).toHaveLength(5);
    expect((await gateway.query(list(other))).errors).toBeUndefined();
    expect(await breakerOf(other)).toEqual(['closed']);
  });

  it('is asked again by one read, which closes the breaker, and everything works', async () => {
    await fail(crm);
    gateway[crm].faults.set();
    expect((await gateway.query(list(crm))).errors).toHaveLength(1);
    clock.putForward(5_000);
    expect((await gateway.query(list(crm))).errors).toBeUndefined();
    expect(gateway[crm].log).toHaveLength(6);
    expect(await breakerOf(crm)).toEqual(['closed']);
    expect((await gateway.query(add(crm))).data).toMatchObject({ addDeal: { outcome: 'APPLIED' } });
    expect(lines.filter(({ breaker }) => breaker !== undefined)).toMatchObject([
      { level: 40, crm, breaker: 'OPEN', openMs: 5_000 },
      { level: 30, crm, breaker: 'PROBING' },
      { level: 30, crm, breaker: 'CLOSED' },
    ]);
  });

  it('is asked by a read before it is written to', async () => {
    await gateway.query(add(crm));
    clock.putForward(10_000);
    gateway[crm].log.length = 0;
    await fail(crm);
    gateway[crm].faults.set();
    clock.putForward(5_000);
    expect((await gateway.query(add(crm))).data).toMatchObject({ addDeal: { outcome: 'APPLIED' } });
    expect(gateway[crm].log[5]?.method).toBe('GET');
  });

  it('is not written to while it fails, and longer left alone', async () => {
    await fail(crm);
    clock.putForward(5_000);
    const { data } = await gateway.query(add(crm));
    expect(data).toMatchObject({ addDeal: { outcome: 'REJECTED', problems: [{ code: 'UPSTREAM_UNAVAILABLE' }] } });
    expect(gateway[crm].log.slice(5).map(({ method }) => method)).toEqual(['GET']);
    clock.putForward(5_000);
    await gateway.query(list(crm));
    expect(gateway[crm].log).toHaveLength(6);
    clock.putForward(5_000);
    await gateway.query(list(crm));
    expect(gateway[crm].log).toHaveLength(7);
  });
});

it('a CRM that blocks the account after a 429 is sent nothing, and says so wherever it shows', async () => {
  const { faults, log } = gateway.pipedrive;
  const html = { 'content-type': 'text/html' };
  faults.set(
    { kind: 'status', status: 429, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '0' }, times: 1 },
    { kind: 'status', status: 403, headers: html, body: '<h1>Sorry</h1>' },
  );
  expect((await gateway.query(list('pipedrive'))).errors).toMatchObject([
    { extensions: { code: 'UPSTREAM_UNAUTHORIZED', crm: 'pipedrive', retryable: false } },
  ]);
  expect(log.map(({ status }) => status)).toEqual([429, 403]);
  faults.set();
  const { errors } = await gateway.query(list('pipedrive'));
  expect(errors).toMatchObject([
    { message: expect.stringContaining('the CRM blocks the account'), extensions: { code: 'UPSTREAM_UNAUTHORIZED' } },
  ]);
  expect(Number(errors?.[0]?.extensions.retryAfterMs)).toBeGreaterThan(290_000);
  expect((await gateway.query(add('pipedrive'))).data).toMatchObject({
    addDeal: { outcome: 'REJECTED', problems: [{ code: 'UPSTREAM_UNAUTHORIZED' }] },
  });
  expect(log).toHaveLength(2);
  expect(await breakerOf('pipedrive')).toEqual(['blocked']);
  expect((await gateway.query('{ crms { connection { state } } }')).data).toEqual({
    crms: [{ connection: { state: 'BLOCKED' } }, { connection: { state: 'CONNECTED' } }],
  });
  expect(lines).toContainEqual(expect.objectContaining({ level: 50, crm: 'pipedrive', breaker: 'BLOCKED' }));
  clock.putForward(300_000);
  expect((await gateway.query(list('pipedrive'))).errors).toBeUndefined();
});
