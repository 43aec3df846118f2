import { afterAll, describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../../src/config/limits.ts';
import { createServer as createGatewayServer } from '../../../src/server/create-server.ts';
import { serverParts } from '../../server/server-parts.ts';
import { tinySchema } from '../../server/tiny-schema.ts';
import { aCaller, codesOf, configOf, queryAs } from '../../support/callers.ts';
import { startTestGateway } from '../../support/gateway.ts';
import { sendGraphQL } from '../../support/graphql-client.ts';
import { recordingLogger } from '../../support/log-lines.ts';
import { sendBytes } from '../../support/raw-http.ts';

const open: { close(): Promise<void> }[] = [];
afterAll(() => Promise.all(open.map((one) => one.close())));

async function start(env: Record<string, string>) {
  const gateway = await startTestGateway({ env });
  open.push(gateway);
  return gateway;
}

describe('limits are configured', () => {
  it.each([
    { env: { DEALGRAPH_MAX_TOKENS: '9' }, within: '{ crms { id kind } }', beyond: '{ crms { id kind label x: id } }' },
    { env: { DEALGRAPH_MAX_DEPTH: '2' }, within: '{ crms { id } }', beyond: '{ crms { capabilities { note } } }' },
    { env: { DEALGRAPH_MAX_ALIASES: '1' }, within: '{ a: crms { id } }', beyond: '{ a: crms { b: id } }' },
    {
      env: { DEALGRAPH_MAX_DIRECTIVES: '1' },
      within: '{ crms { id @include(if: true) } }',
      beyond: '{ crms @skip(if: false) { id @include(if: true) } }',
    },
    {
      env: { DEALGRAPH_MAX_MUTATIONS: '1' },
      within: 'mutation { deleteDeals(input: { ids: [] }) { outcome } }',
      beyond:
        'mutation { a: deleteDeals(input: { ids: [] }) { outcome } b: deleteDeals(input: { ids: [] }) { outcome } }',
    },
    {
      env: { DEALGRAPH_MAX_NODES: '40' },
      within: '{ deals(first: 10) { nodes { id stage { id } products(first: 2) { nodes { name } } } } }',
      beyond: '{ deals(first: 10) { nodes { id stage { id } products(first: 3) { nodes { name } } } } }',
    },
  ])('$env', async ({ env, within, beyond }) => {
    const gateway = await start(env as unknown as Record<string, string>);
    expect(codesOf(await sendGraphQL(gateway.url, within))).toEqual([]);
    expect(codesOf(await sendGraphQL(gateway.url, beyond))).toEqual(['QUERY_TOO_COMPLEX']);
  });

  it('for bodies', async () => {
    const gateway = await start({ DEALGRAPH_MAX_BODY_BYTES: '100' });
    expect(codesOf(await sendGraphQL(gateway.url, '{ crms { id } }'))).toEqual([]);
    const answer = await sendGraphQL(gateway.url, `{ crms { id } } #${'x'.repeat(100)}`);
    expect([answer.status, ...codesOf(answer)]).toEqual([413, 'REQUEST_TOO_LARGE']);
  });
});

it('the rate of one caller is limited, and not that of another', async () => {
  const [fast, slow] = [aCaller('fast', ['read']), aCaller('slow', ['read'])];
  const gateway = await start({ ...configOf([fast, slow]), DEALGRAPH_CALLER_RATE_LIMIT: '3' });
  const answers = [];
  for (let n = 0; n < 5; n += 1) answers.push(await queryAs(gateway, fast, '{ crms { id } }'));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429, 429]);
  const refused = answers[4];
  expect(refused?.errors?.[0]?.extensions).toMatchObject({
    code: 'CLIENT_RATE_LIMITED',
    retryable: true,
    retryAfterMs: expect.any(Number),
  });
  expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  expect(Number(refused?.headers.get('retry-after'))).toBeLessThanOrEqual(10);
  expect((await queryAs(gateway, slow, '{ crms { id } }')).status).toBe(200);
});

describe('under pressure', () => {
  async function startTiny(loopDelayMs: number, oldestWaitMs: readonly number[] = []) {
    const queue = (ms: number) => () => ({ inFlight: 1, waiting: 1, oldestWaitMs: ms });
    const parts = serverParts({
      schema: tinySchema(),
      logger: recordingLogger().logger,
      limits: { ...DEFAULT_LIMITS, loopDelayMs: 100, queueAgeMs: 1_000 },
      pressure: { loopDelayMs: () => loopDelayMs, start: () => undefined, stop: () => undefined },
      queues: new Map(oldestWaitMs.map((ms, index) => [`crm-${index}`, queue(ms)])),
    });
    const server = createGatewayServer(parts);
    open.push(server);
    const url = await server.listen(0, '127.0.0.1');
    return {
      url,
      statuses: async () => [
        (await sendGraphQL(url, '{ hello }')).status,
        (await fetch(`${url}?query={hello}`)).status,
        (await sendGraphQL(url, 'mutation { hello }')).status,
        (await fetch(new URL('/health', url))).status,
      ],
    };
  }

  it.each([
    { loopDelayMs: 90, oldestWaitMs: [0, 0], reads: 200, writes: 200 },
    { loopDelayMs: 110, oldestWaitMs: [0, 0], reads: 503, writes: 200 },
    { loopDelayMs: 410, oldestWaitMs: [0, 0], reads: 503, writes: 503 },
    { loopDelayMs: 0, oldestWaitMs: [1_100, 0], reads: 200, writes: 200 },
    { loopDelayMs: 0, oldestWaitMs: [1_100, 1_100], reads: 503, writes: 200 },
  ])('of $loopDelayMs ms in the loop and $oldestWaitMs in queues: reads $reads, writes $writes', async (pressure) => {
    const tiny = await startTiny(pressure.loopDelayMs, pressure.oldestWaitMs);
    expect(await tiny.statuses()).toEqual([pressure.reads, pressure.reads, pressure.writes, 200]);
  });

  it('refusals are OVERLOADED, and say when to come back', async () => {
    const { url } = await startTiny(110);
    const answer = await sendGraphQL(url, '{ hello }');
    expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'OVERLOADED', retryable: true, retryAfterMs: 1_000 });
    expect(answer.headers.get('retry-after')).toBe('1');
  });

  it('slow headers and bodies are ended', async () => {
    const parts = { headersMs: 50, requestMs: 100, keepAliveMs: 1_000, checkMs: 20 };
    const server = createGatewayServer(
      serverParts({
        schema: tinySchema(),
        logger: recordingLogger().logger,
        timeouts: parts,
      }),
    );
    open.push(server);
    const url = await server.listen(0, '127.0.0.1');
    const slowHeaders = await sendBytes(url, 'POST /graphql HTTP/1.1\r\nhost: localhost\r\n');
    expect(slowHeaders).toMatch(/^HTTP\/1\.1 408 [\s\S]*"BAD_REQUEST"/);
    const slowBody = await sendBytes(
      url,
      'POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"query"',
    );
    expect(slowBody).toMatch(/^HTTP\/1\.1 408 [\s\S]*"BAD_REQUEST"/);
    expect((await sendGraphQL(url, '{ hello }')).data).toEqual({ hello: 'world' });
  });
});
