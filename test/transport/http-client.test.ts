import { gzipSync } from 'node:zlib';
import Big from 'big.js';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttpClient } from '../../src/transport/create-http-client.ts';
import type { HttpFailure } from '../../src/transport/errors.ts';
import type { HttpRequest } from '../../src/transport/http-client.ts';
import { FakeClock, settled } from '../support/fake-clock.ts';
import { callOf, clientOf, failureOf, get, post, SECRET, settings, type TestedClient } from './client-under-test.ts';
import { json, listen, listenTcp, nowhere, type Origin, type Responder } from './origin.ts';

const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

/** A server and a client of it, closed after the test. */
async function setUp(
  respond: Responder,
  ...rest: Parameters<typeof clientOf> extends [string, ...infer Rest] ? Rest : never
): Promise<TestedClient & { origin: Origin }> {
  return connect(await listen(respond), ...rest);
}

function connect(
  origin: Origin,
  ...rest: Parameters<typeof clientOf> extends [string, ...infer Rest] ? Rest : never
): TestedClient & { origin: Origin } {
  const tested = clientOf(origin.url, ...rest);
  open.push(tested.client, origin);
  return { ...tested, origin };
}

const ENDLESS = { connectMs: 60_000, headersMs: 60_000, totalMs: 60_000 };
const QUICK = { connectMs: 1_000, headersMs: 1_000, totalMs: 150 };

describe('an exchange', () => {
  it('sends method, path, query, credentials and body, and reads the answer', async () => {
    const { client, clock, origin, logged } = await setUp((response) =>
      json(response, '{"id":9007199254740993,"value":0.10}', 201, { 'x-request-id': 'r-1', 'x-two': 'b' }),
    );
    const call = callOf(clock);
    const body = { title: 'Flotte 🚚', value: new Big('12345678901234567.89'), owner: null, stage: undefined };
    const answer = await client.send(post({ query: [['v', 'a b']], body }), call);
    expect(answer).toMatchObject({
      status: 201,
      body: { id: '9007199254740993', value: 0.1 },
      requestId: 'r-1',
      headers: { 'x-two': 'b' },
    });
    expect(origin.received).toEqual([
      {
        method: 'POST',
        url: `/deals?v=a%20b&api_key=${SECRET}`,
        headers: expect.objectContaining({ 'x-api-token': SECRET, 'content-type': 'application/json' }),
        body: '{"title":"Flotte 🚚","value":12345678901234567.89,"owner":null}',
      },
    ]);
    expect(call.sent).toEqual([5]);
    expect(logged).toEqual([
      { crm: 'acme', method: 'POST', template: '/deals', status: 201, ms: expect.any(Number), try: 1 },
    ]);
  });

  it('sends no body and no content type where there is none', async () => {
    const { client, clock, origin } = await setUp((response) => json(response, {}));
    await client.send({ ...post(), method: 'DELETE', body: undefined }, callOf(clock));
    expect(origin.received[0]).toMatchObject({ method: 'DELETE', body: '' });
    expect(origin.received[0]?.headers).not.toHaveProperty('content-type');
  });

  it('reads gzip, which it asks for', async () => {
    const { client, clock, origin } = await setUp((response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(gzipSync('{"data":[1,2,3]}'));
    });
    expect((await client.send(get(), callOf(clock))).body).toEqual({ data: [1, 2, 3] });
    expect(origin.received[0]?.headers['accept-encoding']).toBe('gzip');
  });

  it('is not confused by an early hint', async () => {
    const { client, clock } = await setUp((response) => {
      response.writeEarlyHints({ link: '</style.css>; rel=preload' });
      json(response, { ok: true });
    });
    expect((await client.send(get(), callOf(clock))).status).toBe(200);
  });

  it('logs to pino', async () => {
    const lines: string[] = [];
    const { origin } = await setUp((response) => json(response, {}));
    const logger = pino({ level: 'debug' }, { write: (line) => lines.push(line) });
    const clock = new FakeClock();
    const client = createHttpClient(settings(origin.url), { clock, logger });
    open.push(client);
    await client.send(get(), callOf(clock));
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ msg: 'CRM exchange', template: '/deals/{id}' }]);
  });

  it('is one of its operation until it has been read, or has failed', async () => {
    const steps: [step: string, receipt: object][] = [];
    const readingTurns = {
      sent: (receipt: object) => void steps.push(['sent', receipt]),
      over: (receipt: object) => void steps.push(['over', receipt]),
      turn: (_bytes: number, { receipt }: { readonly receipt: object }) => {
        steps.push(['turn', receipt]);
        return Promise.resolve();
      },
    };
    const { client, clock } = await setUp((response) => json(response, {}), {}, { readingTurns });
    const call = callOf(clock);
    await client.send(get(), call);
    expect(steps).toEqual(['sent', 'turn', 'over'].map((step) => [step, call.receipt]));
    steps.length = 0;
    const late = { ...callOf(clock), deadline: clock.now() };
    await expect(client.send(get(), late)).rejects.toThrow();
    expect([steps.at(0), steps.at(-1)]).toEqual(['sent', 'over'].map((step) => [step, late.receipt]));
    expect(steps.filter(([step]) => step !== 'turn')).toHaveLength(2);
  });

  it('takes no base URL that carries credentials', () => {
    const clock = new FakeClock();
    expect(() => createHttpClient(settings(`https://u:${SECRET}@crm.example`), { clock })).toThrow(TypeError);
  });
});

describe('an answer for the adapter', () => {
  it.each<{ given: string; respond: Responder; status: number; body: unknown }>([
    { given: 'a 204', respond: (response) => response.writeHead(204).end(), status: 204, body: undefined },
    { given: 'an empty 200', respond: (response) => response.writeHead(200).end(), status: 200, body: undefined },
    { given: 'an empty 422', respond: (response) => response.writeHead(422).end(), status: 422, body: undefined },
    { given: 'a 400 with JSON', respond: (response) => json(response, { e: 1 }, 400), status: 400, body: { e: 1 } },
    { given: 'a 403 with JSON', respond: (response) => json(response, { e: 1 }, 403), status: 403, body: { e: 1 } },
    {
      given: 'a 404 with HTML',
      respond: (response) => response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>?</h1>'),
      status: 404,
      body: undefined,
    },
  ])('is $given', async ({ respond, status, body }) => {
    const { client, clock, origin } = await setUp(respond);
    const answer = await client.send(get(), callOf(clock));
    expect({ status: answer.status, body: answer.body }).toEqual({ status, body });
    expect(origin.received).toHaveLength(1);
  });
});

describe('a failed answer', () => {
  const html = (status: number): Responder => {
    return (response) => response.writeHead(status, { 'content-type': 'text/html' }).end('<h1>Sorry</h1>');
  };
  const big: Responder = (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    for (let i = 0; i < 10; i += 1) response.write(`${i === 0 ? '"' : ''}${'x'.repeat(1024 * 1024)}`);
    response.end('"');
  };
  const bomb: Responder = (response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
    response.end(gzipSync(`"${'x'.repeat(32 * 1024 * 1024)}"`));
  };
  const redirect: Responder = (response) => response.writeHead(302, { location: '/elsewhere' }).end();

  it.each<{ given: string; respond: Responder; failure: HttpFailure; status: number; reads: number; maybe: boolean }>([
    { given: 'HTML', respond: html(200), failure: 'INVALID_ANSWER', status: 200, reads: 1, maybe: true },
    { given: 'a redirect', respond: redirect, failure: 'INVALID_ANSWER', status: 302, reads: 1, maybe: true },
    {
      given: 'broken JSON',
      respond: (response) => json(response, '{"a":'),
      failure: 'INVALID_ANSWER',
      status: 200,
      reads: 1,
      maybe: true,
    },
    { given: 'too large a body', respond: big, failure: 'INVALID_ANSWER', status: 200, reads: 1, maybe: true },
    {
      given: 'JSON nested without end',
      respond: (response) => json(response, `${'['.repeat(10_000)}${']'.repeat(10_000)}`),
      failure: 'INVALID_ANSWER',
      status: 200,
      reads: 1,
      maybe: true,
    },
    { given: 'a gzip bomb', respond: bomb, failure: 'INVALID_ANSWER', status: 200, reads: 1, maybe: true },
    {
      given: 'a 500 with JSON',
      respond: (response) => json(response, {}, 500),
      failure: 'SERVER_ERROR',
      status: 500,
      reads: 3,
      maybe: true,
    },
    { given: 'a 503 with HTML', respond: html(503), failure: 'SERVER_ERROR', status: 503, reads: 3, maybe: true },
    { given: 'a 403 with HTML', respond: html(403), failure: 'BLOCKED', status: 403, reads: 1, maybe: false },
  ])('$given is $failure', async ({ respond, failure, status, reads, maybe }) => {
    const withId: Responder = (response, ...rest) => {
      response.setHeader('x-request-id', 'r-9');
      respond(response, ...rest);
    };
    const { client, clock, origin } = await setUp(withId);
    expect(await failureOf(client.send(get(), callOf(clock)))).toMatchObject({
      failure,
      status,
      maybeApplied: false,
      requestId: 'r-9',
    });
    expect(origin.received).toHaveLength(reads);
    expect(await failureOf(client.send(post(), callOf(clock)))).toMatchObject({ failure, status, maybeApplied: maybe });
    expect(origin.received).toHaveLength(reads + 1);
  });
});

it('an answer without end is cut off', async () => {
  let closed: Promise<void> | undefined;
  const { client, clock } = await setUp((response) => {
    closed = new Promise((resolve) => response.on('close', resolve));
    response.writeHead(200, { 'content-type': 'application/json' });
    const more = () => response.write('x'.repeat(1024 * 1024));
    response.on('drain', more);
    more();
  });
  expect(await failureOf(client.send(get(), callOf(clock)))).toMatchObject({ failure: 'INVALID_ANSWER', status: 200 });
  await closed;
});

describe('a failed connection', () => {
  it('that is refused is tried again for reads, and never counts as sent', async () => {
    const { client, clock, logged } = clientOf(await nowhere());
    open.push(client);
    const call = callOf(clock);
    const error = await failureOf(client.send(get(), call));
    expect(error).toMatchObject({ failure: 'UNREACHABLE', status: null, maybeApplied: false });
    expect(error.message).toBe('GET /deals/{id} was not sent (ECONNREFUSED)');
    expect(logged.map((line) => [line.status, line.failure, line.try])).toEqual([
      [null, 'UNREACHABLE', 1],
      [null, 'UNREACHABLE', 2],
      [null, 'UNREACHABLE', 3],
    ]);
    expect(await failureOf(client.send(post(), call))).toMatchObject({ failure: 'UNREACHABLE', maybeApplied: false });
    expect(logged).toHaveLength(4);
    expect(call.sent).toEqual([]);
  });

  it('to a name that does not exist was not sent', async () => {
    const { client, clock } = clientOf('http://crm.invalid');
    open.push(client);
    expect(await failureOf(client.send(post(), callOf(clock)))).toMatchObject({
      failure: 'UNREACHABLE',
      maybeApplied: false,
    });
  });

  it('that speaks no TLS was not sent', async () => {
    const origin = await listenTcp((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const { client, clock } = clientOf(origin.url.replace('http:', 'https:'));
    open.push(client, origin);
    const call = callOf(clock);
    expect(await failureOf(client.send(post(), call))).toMatchObject({ failure: 'UNREACHABLE', maybeApplied: false });
    expect(call.sent).toEqual([]);
  });

  it.each<{ given: string; answer: string; failure: HttpFailure }>([
    { given: 'before the answer', answer: '', failure: 'UNREACHABLE' },
    { given: 'within the headers', answer: 'HTTP/1.1 200 OK\r\ncontent-ty', failure: 'UNREACHABLE' },
    {
      given: 'within the body',
      answer: 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{"a":',
      failure: 'UNREACHABLE',
    },
    { given: 'after something that is not HTTP', answer: 'SSH-2.0-OpenSSH_9.2\r\n', failure: 'INVALID_ANSWER' },
  ])('that breaks $given leaves open what a write did', async ({ answer, failure }) => {
    const { client, clock, logged } = connect(await listenTcp((socket) => socket.end(answer)));
    const call = callOf(clock);
    expect(await failureOf(client.send(post(), call))).toMatchObject({ failure, status: null, maybeApplied: true });
    expect(call.sent).toEqual([5]);
    expect(logged).toHaveLength(1);
    expect(await failureOf(client.send(get(), call))).toMatchObject({ failure, maybeApplied: false });
    expect(logged).toHaveLength(failure === 'UNREACHABLE' ? 4 : 2);
  });

  it('that is reset leaves open what a write did', async () => {
    const { client, clock } = connect(await listenTcp((socket) => socket.resetAndDestroy()));
    const error = await failureOf(client.send(post(), callOf(clock)));
    expect(error).toMatchObject({ failure: 'UNREACHABLE', maybeApplied: true });
  });
});

describe('a read that fails and then works', () => {
  it.each<{ given: string; fail: Responder }>([
    { given: 'a 503', fail: (response) => json(response, {}, 503) },
    { given: 'a dropped connection', fail: (response) => response.destroy() },
    { given: 'a 429 without a wait', fail: (response) => json(response, {}, 429) },
  ])('gets through after $given', async ({ fail }) => {
    const { client, clock, origin } = await setUp((response, request, number) =>
      number < 3 ? fail(response, request, number) : json(response, { ok: true }),
    );
    const call = callOf(clock);
    expect((await client.send(get(), call)).body).toEqual({ ok: true });
    expect(origin.received).toHaveLength(3);
    expect(call.sent).toEqual([2, 2, 2]);
  });

  it('waits longer each time, up to what chance says', async () => {
    const { client, clock } = await setUp((response) => json(response, {}, 500));
    await failureOf(client.send(get(), callOf(clock)));
    expect(clock.slept).toEqual([50, 100]);
  });

  it('is given up when many fail', async () => {
    const { client, clock, origin } = await setUp((response) => json(response, {}, 500), { maxInFlight: 1 });
    for (let i = 0; i < 10; i += 1) await failureOf(client.send(get(), callOf(clock)));
    expect(origin.received).toHaveLength(14);
  });
});

describe('a 429', () => {
  const once = (headers: Record<string, string>): Responder => {
    return (response, _request, number) =>
      number === 1 ? json(response, {}, 429, headers) : json(response, { ok: true });
  };

  it.each<{ request: HttpRequest }>([{ request: get() }, { request: post() }])(
    'is waited out as long as the CRM says: $request.method',
    async ({ request }) => {
      const { client, clock, origin } = await setUp(once({ 'x-reset-ms': '1500' }));
      const startedAt = clock.now();
      expect((await client.send(request, callOf(clock))).body).toEqual({ ok: true });
      expect(clock.now() - startedAt).toBe(1_500);
      expect(origin.received).toHaveLength(2);
    },
  );

  it.each([
    { given: 'the standard header where its own says nothing', headers: { 'retry-after': '2' }, ms: 2_000 },
    { given: 'its own header where both do', headers: { 'retry-after': '5', 'x-reset-ms': '1500' }, ms: 1_500 },
  ])('is waited out as $given', async ({ headers, ms }) => {
    const { client, clock } = await setUp(once(headers));
    const startedAt = clock.now();
    expect((await client.send(post(), callOf(clock))).body).toEqual({ ok: true });
    expect(clock.now() - startedAt).toBe(ms);
  });

  it('is not waited out beyond the deadline', async () => {
    const { client, clock, origin } = await setUp(once({ 'x-reset-ms': '9000' }));
    const error = await failureOf(client.send(get(), callOf(clock, 8_000)));
    expect(error).toMatchObject({ failure: 'RATE_LIMITED', status: 429, retryAfterMs: 9_000, maybeApplied: false });
    expect(origin.received).toHaveLength(1);
    expect(clock.slept).toEqual([]);
  });

  it('without a wait is final for a write', async () => {
    const { client, clock, origin } = await setUp(once({}));
    const error = await failureOf(client.send(post(), callOf(clock)));
    expect(error).toMatchObject({ failure: 'RATE_LIMITED', status: 429, retryAfterMs: null, maybeApplied: false });
    expect(origin.received).toHaveLength(1);
  });

  it('stops everyone on the account', async () => {
    const { client, clock, origin } = await setUp(once({ 'x-reset-ms': '4000' }));
    await failureOf(client.send(get(), callOf(clock, 1_000)));
    const refused = await failureOf(client.send(post(), callOf(clock, 3_000)));
    expect(refused).toMatchObject({ failure: 'RATE_LIMITED', status: null, retryAfterMs: 4_000, maybeApplied: false });
    expect(origin.received).toHaveLength(1);
    const startedAt = clock.now();
    await client.send(get(), callOf(clock, 5_000));
    expect(clock.now() - startedAt).toBe(4_000);
  });
});

describe('the rate window', () => {
  const WINDOW = { window: { requests: 2, perMs: 1_000 }, maxInFlight: 10 };

  it('spreads requests', async () => {
    const { client, clock } = await setUp((response) => json(response, {}), WINDOW);
    const startedAt = clock.now();
    for (let i = 0; i < 5; i += 1) await client.send(get(), callOf(clock));
    expect(clock.now() - startedAt).toBe(2_150);
  });

  it('refuses at once what would come after the deadline', async () => {
    const { client, clock, origin } = await setUp((response) => json(response, {}), WINDOW, {
      clock: new FakeClock(),
    });
    await client.send(get(), callOf(clock));
    await client.send(get(), callOf(clock));
    const error = await failureOf(client.send(post(), callOf(clock, 500)));
    expect(error).toMatchObject({ failure: 'RATE_LIMITED', status: null, retryAfterMs: 1_075, maybeApplied: false });
    expect(origin.received).toHaveLength(2);
  });

  it('refuses at once, even while another request holds the only place', async () => {
    const window = { requests: 1, perMs: 1_000 };
    const { client, clock, origin } = await setUp(() => undefined, { window, maxInFlight: 1 }, { timeouts: ENDLESS });
    const first = failureOf(client.send(get(), callOf(clock, 900)));
    while (origin.received.length === 0) await settled();
    expect(await failureOf(client.send(get(), callOf(clock, 500)))).toMatchObject({ failure: 'RATE_LIMITED' });
    expect(await first).toMatchObject({ failure: 'TIMEOUT' });
  });

  it('does not count what was not sent', async () => {
    const { client, clock } = clientOf(await nowhere(), { window: { requests: 1, perMs: 1_000 } });
    open.push(client);
    const startedAt = clock.now();
    for (let i = 0; i < 3; i += 1) {
      expect(await failureOf(client.send(post(), callOf(clock)))).toMatchObject({ failure: 'UNREACHABLE' });
    }
    expect(clock.now()).toBe(startedAt);
  });

  it('believes what answers say', async () => {
    const { client, clock } = await setUp(
      (response, _request, number) =>
        json(response, {}, 200, number === 1 ? { 'x-remaining': '0', 'x-reset-ms': '700' } : {}),
      WINDOW,
    );
    const startedAt = clock.now();
    await client.send(get(), callOf(clock));
    await client.send(get(), callOf(clock));
    expect(clock.now() - startedAt).toBe(700);
  });
});

describe('time', () => {
  const hang: Responder = () => undefined;

  it('ends a try that hangs', async () => {
    const { client, clock, origin } = await setUp(hang, {}, { timeouts: QUICK });
    expect(await failureOf(client.send(post(), callOf(clock)))).toMatchObject({
      failure: 'TIMEOUT',
      maybeApplied: true,
    });
    expect(origin.received).toHaveLength(1);
    expect(await failureOf(client.send(get(), callOf(clock)))).toMatchObject({
      failure: 'TIMEOUT',
      maybeApplied: false,
    });
    expect(origin.received).toHaveLength(4);
  });

  it('ends a try whose body hangs', async () => {
    const { client, clock } = await setUp(
      (response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.write('{"a":');
      },
      {},
      { timeouts: QUICK },
    );
    expect(await failureOf(client.send(post(), callOf(clock)))).toMatchObject({
      failure: 'TIMEOUT',
      maybeApplied: true,
    });
  });

  it('ends a try whose headers hang', async () => {
    const { client, clock } = await setUp(hang, {}, { timeouts: { ...ENDLESS, headersMs: 50 } });
    const error = await failureOf(client.send(post(), callOf(clock)));
    expect(error).toMatchObject({ failure: 'TIMEOUT', maybeApplied: true });
  });

  it('waits for the rest of an answer that began in time', async () => {
    const { client, clock } = await setUp(
      (response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.write('{"a":');
        setTimeout(() => response.end('1}'), 200);
      },
      {},
      { timeouts: { ...ENDLESS, headersMs: 100 } },
    );
    expect(await client.send(post(), callOf(clock))).toMatchObject({ body: { a: 1 } });
  });

  it('takes an answer that came in time, however long the process was busy meanwhile', async () => {
    const { client, clock } = await setUp(
      (response) => {
        json(response, '{"a":1}');
        const until = performance.now() + 200;
        while (performance.now() < until);
      },
      {},
      { timeouts: { ...ENDLESS, headersMs: 100, totalMs: 100 } },
    );
    expect(await client.send(post(), callOf(clock))).toMatchObject({ body: { a: 1 } });
  });

  it.each<{ request: HttpRequest; maybe: boolean }>([
    { request: get(), maybe: false },
    { request: post(), maybe: true },
  ])('is over at the deadline: $request.method', async ({ request, maybe }) => {
    const { client, clock, origin } = await setUp(hang, {}, { timeouts: ENDLESS });
    const error = await failureOf(client.send(request, callOf(clock, 100)));
    expect(error).toMatchObject({ failure: 'TIMEOUT', maybeApplied: maybe });
    expect(origin.received).toHaveLength(1);
  });

  it('is over before it began when the deadline has passed', async () => {
    const { client, clock, origin } = await setUp((response) => json(response, {}));
    const call = callOf(clock, 0);
    expect(await failureOf(client.send(post(), call))).toMatchObject({ failure: 'TIMEOUT', maybeApplied: false });
    expect(origin.received).toHaveLength(0);
    expect(call.sent).toEqual([]);
  });

  it('is over for those who wait for a place', async () => {
    const { client, clock, origin } = await setUp(hang, { maxInFlight: 1 });
    const first = failureOf(client.send(post(), callOf(clock, 300)));
    const second = await failureOf(client.send(post(), callOf(clock, 100)));
    expect(second).toMatchObject({ failure: 'TIMEOUT', maybeApplied: false });
    expect(await first).toMatchObject({ failure: 'TIMEOUT', maybeApplied: true });
    expect(origin.received).toHaveLength(1);
  });
});

describe('a caller who leaves', () => {
  it('ends a read under way and its connection', async () => {
    let closed: Promise<void> | undefined;
    const call = callOf(new FakeClock());
    const { client } = await setUp((response) => {
      closed = new Promise((resolve) => response.on('close', resolve));
      call.abort();
    });
    expect(await failureOf(client.send(get(), call))).toMatchObject({ failure: 'ABORTED', maybeApplied: false });
    await closed;
  });

  it('does not take back a write that was sent', async () => {
    const clock = new FakeClock();
    const call = callOf(clock);
    const { client, origin } = await setUp(
      (response) => {
        call.abort();
        setTimeout(() => json(response, { id: 7 }, 201), 30);
      },
      {},
      { clock },
    );
    expect((await client.send(post(), call)).body).toEqual({ id: 7 });
    expect(origin.received).toHaveLength(1);
  });

  it.each<{ given: string; request: HttpRequest }>([
    { given: 'a read', request: get() },
    { given: 'a write', request: post() },
  ])('takes back $given that was not yet sent', async ({ request }) => {
    const { client, clock, origin } = await setUp((response) => json(response, {}), { maxInFlight: 1 });
    const before = callOf(clock);
    before.abort();
    expect(await failureOf(client.send(request, before))).toMatchObject({ failure: 'ABORTED', maybeApplied: false });
    const connecting = callOf(clock);
    const answer = failureOf(client.send(request, connecting));
    // Long enough to ask for a connection, and without a turn of the event loop in which it could be made.
    for (let i = 0; i < 50; i += 1) await Promise.resolve();
    connecting.abort();
    expect(await answer).toMatchObject({ failure: 'ABORTED', maybeApplied: false });
    await client.send(get(), callOf(clock));
    expect(origin.received).toHaveLength(1);
    expect([...before.sent, ...connecting.sent]).toEqual([]);
  });

  it('takes back what waits for its turn', async () => {
    const clock = new FakeClock();
    const { client, origin } = await setUp(
      (response) => json(response, {}),
      { window: { requests: 1, perMs: 1_000 } },
      { clock },
    );
    await client.send(get(), callOf(clock));
    const call = callOf(clock);
    const answer = failureOf(client.send(post(), call));
    await settled();
    call.abort();
    expect(await answer).toMatchObject({ failure: 'ABORTED', maybeApplied: false });
    expect(origin.received).toHaveLength(1);
  });

  it('ends the wait for another try', async () => {
    const clock = new FakeClock();
    const { client, origin } = await setUp((response) => json(response, {}, 503), {}, { clock });
    const call = callOf(clock);
    const answer = failureOf(client.send(get(), call));
    while (clock.sleeping === 0) await settled();
    call.abort();
    expect(await answer).toMatchObject({ failure: 'ABORTED', maybeApplied: false });
    expect(origin.received).toHaveLength(1);
  });
});

describe('connections', () => {
  it('are kept and used again', async () => {
    const { client, clock, origin } = await setUp((response) => json(response, {}), { maxInFlight: 1 });
    for (let i = 0; i < 5; i += 1) await client.send(i % 2 === 0 ? get() : post(), callOf(clock));
    expect(origin.received).toHaveLength(5);
    expect(origin.connections).toBe(1);
  });

  it('are never more than requests may be in flight', async () => {
    let now = 0;
    let most = 0;
    const { client, clock, origin } = await setUp(
      (response) => {
        now += 1;
        most = Math.max(most, now);
        setTimeout(() => {
          now -= 1;
          json(response, {});
        }, 5);
      },
      { maxInFlight: 3 },
    );
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => warnings.push(warning);
    process.on('warning', onWarning);
    const call = callOf(clock);
    await Promise.all(Array.from({ length: 20 }, () => client.send(get(), call)));
    process.off('warning', onWarning);
    expect(warnings).toEqual([]);
    expect(origin.received).toHaveLength(20);
    // One place is kept free for what is more urgent than reads.
    expect(most).toBe(2);
    expect(origin.connections).toBeLessThanOrEqual(3);
  });

  it('outlast a read that waits for another try', async () => {
    const clock = new FakeClock();
    const { client } = await setUp(
      (response, _request, number) => json(response, {}, number === 1 ? 503 : 200),
      {},
      { clock },
    );
    const answer = client.send(get(), callOf(clock));
    while (clock.sleeping === 0) await settled();
    const closing = client.close();
    await settled();
    await clock.advance(100);
    expect((await answer).status).toBe(200);
    await closing;
    open.splice(open.indexOf(client), 1);
  });

  it('end once what is under way is answered', async () => {
    let finish: (() => void) | undefined;
    const { client, clock, origin } = await setUp((response) => {
      finish = () => json(response, { ok: true });
    });
    const answer = client.send(get(), callOf(clock));
    while (finish === undefined) await settled();
    let isClosed = false;
    const closing = client.close().then(() => {
      isClosed = true;
    });
    expect(await failureOf(client.send(post(), callOf(clock)))).toMatchObject({
      failure: 'UNREACHABLE',
      maybeApplied: false,
    });
    await settled();
    expect(isClosed).toBe(false);
    finish();
    expect((await answer).body).toEqual({ ok: true });
    await closing;
    expect(origin.received).toHaveLength(1);
    open.splice(open.indexOf(client), 1);
  });
});
