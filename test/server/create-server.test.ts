import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { CancelSignal } from '../../src/domain/cancellation.ts';
import { createServer, type GatewayServer, type ServerParts } from '../../src/server/create-server.ts';
import type { Exchange } from '../../src/server/exchange.ts';
import type { Tracing } from '../../src/server/tracing.ts';
import { readAnswer, sendGraphQL } from '../support/graphql-client.ts';
import { recordingLogger } from '../support/log-lines.ts';
import { serverParts } from './server-parts.ts';
import { Gate, tinySchema } from './tiny-schema.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const servers: GatewayServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function start(gate?: Gate, parts: Partial<ServerParts> = {}) {
  const { logger, lines } = recordingLogger();
  const server = createServer(serverParts({ schema: tinySchema(gate), logger, ...parts }));
  const url = await server.listen(0, '127.0.0.1');
  servers.push(server);
  return { server, url, lines, origin: new URL(url).origin };
}

describe('routes', () => {
  it('answers where it listens', async () => {
    const { url } = await start();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/graphql$/);
  });

  it.each([
    { path: '/health', status: 200 },
    { path: '/ready', status: 200 },
    { path: '/nothing', status: 404 },
    { path: '//', status: 404 },
  ])('$path answers $status', async ({ path, status }) => {
    const { origin } = await start();
    expect((await fetch(origin + path)).status).toBe(status);
  });

  it('sends a browser that opens the origin to GraphiQL', async () => {
    const { origin } = await start();
    const response = await fetch(`${origin}/`, { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([302, '/graphql']);
  });

  it('serves GraphiQL compressed, to browsers only', async () => {
    const { url } = await start();
    const page = await fetch(url, { headers: { accept: 'text/html' } });
    expect(page.headers.get('content-encoding')).toBe('gzip');
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(await page.text()).toContain('<title>dealgraph</title>');
    const plain = await fetch(url, { headers: { accept: 'text/html', 'accept-encoding': 'identity' } });
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect((await plain.arrayBuffer()).byteLength).toBe(Number(plain.headers.get('content-length')));
  });
});

describe('operations', () => {
  it('answer with the receipt of what they cost upstream', async () => {
    const { url } = await start();
    const { data, extensions } = await sendGraphQL(url, '{ spend }');
    expect(data).toEqual({ spend: 'spent' });
    expect(extensions).toEqual({
      upstream: {
        requests: 3,
        tokens: { pipedrive: 30 },
        byCrm: {
          pipedrive: { requests: 2, coalesced: 0, cached: 1 },
          pipelinedeals: { requests: 1, coalesced: 1, cached: 0 },
        },
      },
    });
  });

  it('have a receipt of their own', async () => {
    const { url } = await start();
    await sendGraphQL(url, '{ spend }');
    const { extensions } = await sendGraphQL(url, '{ hello }');
    expect(extensions).toEqual({ upstream: { requests: 0, tokens: {}, byCrm: {} } });
  });

  it('carry a request id in the header, a new one each time', async () => {
    const { url } = await start();
    const ids = [await sendGraphQL(url, '{ hello }'), await sendGraphQL(url, '{ hello }')].map((answer) =>
      answer.headers.get('x-request-id'),
    );
    expect(ids[0]).toMatch(UUID);
    expect(ids[1]).toMatch(UUID);
    expect(ids[0]).not.toBe(ids[1]);
  });

  it('may be queries over GET', async () => {
    const { url } = await start();
    const answer = await readAnswer(await fetch(`${url}?query={hello}`));
    expect(answer.data).toEqual({ hello: 'world' });
  });

  it('are one line in the log, without document and variables', async () => {
    const { url, lines } = await start();
    const document = 'query Spender($n: Int) { spend takes(number: $n) unavailable }';
    const answer = await sendGraphQL(url, document, { n: 424_242 });
    const logged = lines.filter((line) => line.msg === 'operation');
    expect(logged).toEqual([
      expect.objectContaining({
        requestId: answer.headers.get('x-request-id'),
        operation: 'Spender',
        type: 'query',
        outcome: ['RATE_LIMITED'],
        upstream: { requests: 3, tokens: { pipedrive: 30 } },
      }),
    ]);
    expect(JSON.stringify(lines)).not.toMatch(/424242|takes/);
  });
});

describe('errors', () => {
  it.each([
    { of: 'a document that cannot be parsed', query: '{ hello', code: 'GRAPHQL_PARSE_FAILED' },
    { of: 'a document that is not valid', query: '{ nothing }', code: 'GRAPHQL_VALIDATION_FAILED' },
    { of: 'a variable of another type', query: 'query ($n: Int) { takes(number: $n) }', code: 'BAD_USER_INPUT' },
    { of: 'a variable a scalar refuses', query: 'query ($n: Even) { takes(even: $n) }', code: 'BAD_USER_INPUT' },
    { of: 'a variable that must not be null', query: 'query ($m: Int!) { takes(number: $m) }', code: 'BAD_USER_INPUT' },
    { of: 'a literal a scalar refuses', query: '{ takes(even: 3) }', code: 'BAD_USER_INPUT' },
    { of: 'an unknown operation', query: 'query A { hello } query B { hello }', code: 'BAD_REQUEST' },
  ])('$of is $code', async ({ query, code }) => {
    const { url } = await start();
    const answer = await sendGraphQL(url, query, { n: 'odd' });
    expect(answer.errors?.[0]?.extensions).toEqual({
      code,
      retryable: false,
      requestId: answer.headers.get('x-request-id'),
    });
    expect(answer.data ?? null).toBeNull();
  });

  it('refused requests are HTTP 400 for clients that know GraphQL over HTTP', async () => {
    const { url } = await start();
    const headers = { accept: 'application/graphql-response+json' };
    expect((await sendGraphQL(url, '{ hello', {}, { headers })).status).toBe(400);
    expect((await sendGraphQL(url, '{ nothing }', {}, { headers })).status).toBe(400);
  });

  it('of ours keep their message and tell what they know', async () => {
    const { url } = await start();
    const answer = await sendGraphQL(url, '{ hello unavailable refused }');
    const requestId = answer.headers.get('x-request-id');
    expect(answer.status).toBe(200);
    expect(answer.data).toEqual({ hello: 'world', unavailable: null, refused: null });
    expect(answer.errors).toEqual([
      {
        message: 'pipedrive: too many requests',
        locations: [{ line: 1, column: 9 }],
        path: ['unavailable'],
        extensions: {
          code: 'RATE_LIMITED',
          retryable: true,
          requestId,
          crm: 'pipedrive',
          upstreamRequestId: 'abc-1',
          retryAfterMs: 1_500,
        },
      },
      {
        message: 'id: not an id',
        locations: [{ line: 1, column: 21 }],
        path: ['refused'],
        extensions: { code: 'BAD_USER_INPUT', retryable: false, requestId, argument: 'id' },
      },
    ]);
  });

  it.each(['bug', 'wrongNumber', 'mustNotBeNull'])(
    'in "%s" are masked, and logged with the request id',
    async (field) => {
      const { url, lines } = await start();
      const answer = await sendGraphQL(url, `{ hello ${field} }`);
      const requestId = answer.headers.get('x-request-id');
      expect(answer.errors).toEqual([
        expect.objectContaining({
          message: 'Internal error',
          extensions: { code: 'INTERNAL_SERVER_ERROR', retryable: false, requestId },
        }),
      ]);
      expect(JSON.stringify(answer)).not.toContain('canary');
      expect(lines).toContainEqual(expect.objectContaining({ msg: 'internal error', requestId }));
    },
  );

  it('an argument that must not be null is the caller’s mistake', async () => {
    const { url } = await start();
    const answer = await sendGraphQL(url, 'query ($c: Color = RED) { takes(color: $c) }', { c: null });
    expect(answer.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });
});

describe('requests that are refused', () => {
  const mutation = encodeURIComponent('mutation { hello }');

  it.each<{ of: string; path?: string; init?: RequestInit; status: number; code: string }>([
    { of: 'a mutation over GET', path: `?query=${mutation}`, status: 405, code: 'BAD_REQUEST' },
    { of: 'parameters that are not JSON', path: '?query={hello}&variables={', status: 400, code: 'BAD_REQUEST' },
    { of: 'no document', init: { body: '{}' }, status: 400, code: 'BAD_REQUEST' },
    { of: 'a body that is not JSON', init: { body: '{' }, status: 400, code: 'BAD_REQUEST' },
    { of: 'a list of operations', init: { body: '[{"query":"{hello}"}]' }, status: 400, code: 'BAD_REQUEST' },
    { of: 'an unknown parameter', init: { body: '{"query":"{hello}","foo":1}' }, status: 400, code: 'BAD_REQUEST' },
    {
      of: 'a form',
      init: { body: `query=${mutation}`, headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      status: 415,
      code: 'BAD_REQUEST',
    },
    {
      of: 'plain text',
      init: { body: '{"query":"{hello}"}', headers: { 'content-type': 'text/plain' } },
      status: 415,
      code: 'BAD_REQUEST',
    },
    { of: 'a preflight', init: { method: 'OPTIONS' }, status: 405, code: 'BAD_REQUEST' },
    {
      of: 'a body of more than 256 KB',
      init: { body: JSON.stringify({ query: `{hello} #${'x'.repeat(256 * 1024)}` }) },
      status: 413,
      code: 'REQUEST_TOO_LARGE',
    },
    {
      of: 'a body of more than 256 KB that does not tell its size',
      init: { body: new Blob([JSON.stringify({ query: `{hello} #${'x'.repeat(256 * 1024)}` })]).stream() },
      status: 413,
      code: 'REQUEST_TOO_LARGE',
    },
  ])('$of: HTTP $status, $code', async ({ path = '', init, status, code }) => {
    const { url } = await start();
    const method = init ? 'POST' : 'GET';
    const response = await fetch(url + path, {
      method,
      headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
      ...(init?.body instanceof ReadableStream && { duplex: 'half' }),
      ...init,
    });
    const answer = await readAnswer(response);
    expect(answer.status).toBe(status);
    expect(answer.errors?.map((error) => error.extensions)).toEqual([
      { code, retryable: false, requestId: response.headers.get('x-request-id') },
    ]);
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('the call an operation makes', () => {
  it('is aborted when the client of a query hangs up', async () => {
    const gate = new Gate();
    const { url } = await start(gate);
    const client = new AbortController();
    const answer = sendGraphQL(url, '{ wait }', {}, { signal: client.signal }).catch(() => 'hung up');
    const { call } = await gate.reached;
    expect(call.signal.aborted).toBe(false);
    client.abort();
    expect(await answer).toBe('hung up');
    await aborted(call.signal);
    gate.open();
  });

  it('of a mutation goes on when its client hangs up', async () => {
    const gate = new Gate();
    const exchanges: Exchange[] = [];
    const tracing = () => ({ beginOperation: (exchange: Exchange) => exchanges.push(exchange) }) as unknown as Tracing;
    const { url, lines } = await start(gate, { tracing });
    const client = new AbortController();
    const answer = sendGraphQL(url, 'mutation { wait }', {}, { signal: client.signal }).catch(() => 'hung up');
    const { call } = await gate.reached;
    client.abort();
    await answer;
    await aborted((exchanges[0] as Exchange).disconnected);
    gate.open();
    await expect
      .poll(() => lines.find((line) => line.msg === 'operation'))
      .toMatchObject({
        type: 'mutation',
        outcome: 'ok',
        disconnected: true,
      });
    expect(call.signal.aborted).toBe(false);
  });

  it.each([
    { type: 'query', document: '{ wait }', timeouts: { queryTimeoutMs: 30 } },
    { type: 'mutation', document: 'mutation { wait }', timeouts: { mutationTimeoutMs: 30 } },
  ])('of a $type is aborted at its deadline', async ({ document, timeouts }) => {
    const gate = new Gate();
    const { url } = await start(gate, timeouts);
    const before = Date.now();
    const answer = sendGraphQL(url, document);
    const { call } = await gate.reached;
    expect(call.deadline).toBeGreaterThanOrEqual(before + 30);
    await aborted(call.signal);
    expect(Date.now()).toBeGreaterThanOrEqual(call.deadline - 2);
    gate.open();
    expect((await answer).data).toEqual({ wait: 'done' });
  });
});

describe('closing', () => {
  it('lets what is in flight finish, accepts nothing new, and then ends', async () => {
    const gate = new Gate();
    const { server, url, origin } = await start(gate);
    const slow = sendGraphQL(url, '{ wait }');
    await gate.reached;

    let closed = false;
    const closing = server.close().then(() => {
      closed = true;
    });
    await expect(fetch(`${origin}/health`)).rejects.toThrow();
    expect(closed).toBe(false);

    gate.open();
    expect((await slow).data).toEqual({ wait: 'done' });
    await closing;
  });

  it('does not wait for a connection that has sent nothing', async () => {
    const { server, url } = await start();
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    await once(socket, 'connect');
    // The server knows of the connection once it has answered a later one.
    await sendGraphQL(url, '{ hello }');
    await server.close();
    await expect.poll(() => socket.readyState).not.toBe('open');
  });

  it('answers 503 on connections that are still open', async () => {
    const gate = new Gate();
    const { server, url } = await start(gate);
    const answers = pipelined(new URL(url), gate, () => server.close());
    expect(await answers).toEqual([200, 503, 503]);
  });
});

/** Sends three requests over one connection: a held operation, and behind it one that closing overtakes, and /ready. */
async function pipelined(url: URL, gate: Gate, close: () => Promise<void>): Promise<number[]> {
  const socket = connect(Number(url.port), url.hostname);
  const body = JSON.stringify({ query: '{ wait }' });
  const head = `host: ${url.host}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}`;
  socket.write(`POST /graphql HTTP/1.1\r\n${head}\r\n\r\n${body}`);
  await gate.reached;
  const closed = close();
  socket.write(`GET /ready HTTP/1.1\r\nhost: ${url.host}\r\n\r\n`);
  socket.write(`POST /graphql HTTP/1.1\r\n${head}\r\n\r\n${body}`);
  let text = '';
  socket.on('data', (chunk) => {
    text += String(chunk);
  });
  // In the turn after, so that the server has read what was sent behind it.
  setTimeout(() => setImmediate(() => gate.open()), 50);
  await once(socket, 'close');
  await closed;
  return [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map((match) => Number(match[1]));
}

function aborted(signal: CancelSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
