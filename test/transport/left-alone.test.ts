import { afterEach, describe, expect, it } from 'vitest';
import { BREAKER_RULES } from '../../src/transport/breaker.ts';
import { settled } from '../support/fake-clock.ts';
import { callOf, clientOf, failureOf, get, post, type TestedClient } from './client-under-test.ts';
import { json, listen, nowhere, type Origin, type Responder } from './origin.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

const RULES = { ...BREAKER_RULES, minCalls: 4 };

async function setUp(respond: Responder, totalMs = 10_000): Promise<TestedClient & { origin: Origin }> {
  const origin = await listen(respond);
  const timeouts = { connectMs: 10_000, headersMs: 10_000, totalMs };
  const tested = clientOf(origin.url, {}, { breaker: RULES, timeouts });
  tested.clock.chance = 0;
  open.push(tested.client, origin);
  return { ...tested, origin };
}

/** Has writes fail, each sent once, until the CRM is left alone. */
async function failFour({ client, clock }: TestedClient): Promise<void> {
  for (let i = 0; i < 4; i += 1) await failureOf(client.send(post(), callOf(clock)));
  expect(client.queue().breaker).toBe('OPEN');
}

describe('a CRM that fails is left alone', () => {
  it.each<{ given: string; respond: Responder; totalMs?: number }>([
    { given: 'a 503', respond: (response) => json(response, {}, 503) },
    { given: 'a redirect', respond: (response) => response.writeHead(302, { location: '/' }).end() },
    { given: 'HTML', respond: (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<p>') },
    { given: 'a broken connection', respond: (response) => response.destroy() },
    { given: 'no answer', respond: () => undefined, totalMs: 100 },
  ])('after $given', async ({ respond, totalMs }) => {
    const tested = await setUp(respond, totalMs);
    await failFour(tested);
    for (const request of [get(), post()]) {
      const error = await failureOf(tested.client.send(request, callOf(tested.clock)));
      expect(error).toMatchObject({ failure: 'LEFT_ALONE', status: null, maybeApplied: false, retryAfterMs: 5_000 });
    }
    expect(tested.origin.received).toHaveLength(4);
    expect(tested.told).toEqual([{ crm: 'acme', breaker: 'OPEN', openMs: 5_000 }]);
  });

  it('where nobody listens', async () => {
    const tested = clientOf(await nowhere(), {}, { breaker: RULES });
    open.push(tested.client);
    await failFour(tested);
  });

  it('within the retries of a read, which fails with what it met', async () => {
    const { client, clock, origin } = await setUp((response) => json(response, {}, 503));
    await failureOf(client.send(get(), callOf(clock)));
    expect(await failureOf(client.send(get(), callOf(clock)))).toMatchObject({ failure: 'SERVER_ERROR' });
    expect(origin.received).toHaveLength(4);
  });
});

it.each<{ given: string; respond: Responder }>([
  { given: 'refuses', respond: (response) => json(response, {}, 422) },
  { given: 'holds off', respond: (response) => json(response, {}, 429) },
  { given: 'has spent its day', respond: (response) => json(response, {}, 429, { 'x-quota': 'spent' }) },
])('a CRM that $given is not', async ({ respond }) => {
  const { client, clock } = await setUp(respond);
  for (let i = 0; i < 8; i += 1) await client.send(post(), callOf(clock)).catch(() => undefined);
  expect(client.queue().breaker).toBe('CLOSED');
});

it('callers who leave say nothing of it', async () => {
  const { client, clock, origin } = await setUp(() => undefined);
  for (let i = 1; i <= 8; i += 1) {
    const call = callOf(clock);
    const answer = failureOf(client.send(get(), call));
    while (origin.received.length < i) await settled();
    call.abort();
    expect(await answer).toMatchObject({ failure: 'ABORTED' });
  }
  expect(client.queue().breaker).toBe('CLOSED');
});

describe('whether it works again', () => {
  /** Fails four times, and then as it is told. */
  async function recovering(then: Responder) {
    const tested = await setUp((response, request, number) =>
      number <= 4 ? json(response, {}, 503) : then(response, request, number),
    );
    await failFour(tested);
    await tested.clock.advance(5_000);
    return tested;
  }

  it('is found out by the next read, while all others fail at once', async () => {
    let answer: () => void = () => undefined;
    const { client, clock, origin, told } = await recovering((response) => {
      answer = () => json(response, { ok: true });
    });
    const first = client.send(get(), callOf(clock));
    while (origin.received.length < 5) await settled();
    for (const request of [get(), post()]) {
      const error = await failureOf(client.send(request, callOf(clock)));
      expect(error).toMatchObject({ failure: 'LEFT_ALONE', retryAfterMs: 1_000, maybeApplied: false });
    }
    answer();
    expect((await first).body).toEqual({ ok: true });
    expect(client.queue().breaker).toBe('CLOSED');
    expect(told.map(({ breaker }) => breaker)).toEqual(['OPEN', 'PROBING', 'CLOSED']);
    expect(origin.received).toHaveLength(5);
  });

  it('is found out by a read before a write', async () => {
    const { client, clock, origin } = await recovering((response, { method }) =>
      json(response, method === 'GET' ? { me: 1 } : { id: 7 }),
    );
    const call = callOf(clock);
    expect((await client.send(post(), call)).body).toEqual({ id: 7 });
    expect(origin.received.slice(4).map(({ method, url }) => `${method} ${url.split('?')[0]}`)).toEqual([
      'GET /profile',
      'POST /deals',
    ]);
    expect(call.sent).toEqual([null, 5]);
  });

  it('keeps a write back where that read fails', async () => {
    const { client, clock, origin } = await recovering((response) => json(response, {}, 503));
    const error = await failureOf(client.send(post(), callOf(clock)));
    expect(error).toMatchObject({ failure: 'LEFT_ALONE', retryAfterMs: 10_000, maybeApplied: false });
    expect(origin.received.filter(({ method }) => method === 'POST')).toHaveLength(4);
    expect(origin.received).toHaveLength(5);
  });

  it('is found out once, without further tries', async () => {
    const { client, clock, origin } = await recovering((response) => json(response, {}, 503));
    expect(await failureOf(client.send(get(), callOf(clock)))).toMatchObject({ failure: 'SERVER_ERROR' });
    expect(origin.received).toHaveLength(5);
  });

  it('is for the next to find out where the first one leaves', async () => {
    const { client, clock, origin } = await recovering((response, _request, number) =>
      number === 5 ? undefined : json(response, { ok: true }),
    );
    const call = callOf(clock);
    const answer = failureOf(client.send(get(), call));
    while (origin.received.length < 5) await settled();
    call.abort();
    await answer;
    expect((await client.send(get(), callOf(clock))).body).toEqual({ ok: true });
  });

  it('is told by a refusal as well', async () => {
    const { client, clock } = await recovering((response) => json(response, {}, 404));
    expect((await client.send(get(), callOf(clock))).status).toBe(404);
    expect(client.queue().breaker).toBe('CLOSED');
  });
});

describe('a CRM that blocks the account', () => {
  const HTML = { 'content-type': 'text/html' };
  const blocking: Responder = (response, _request, number) =>
    number === 1 ? json(response, {}, 429) : response.writeHead(403, HTML).end('<h1>Blocked</h1>');

  it('after a 429 is sent nothing for a while', async () => {
    const { client, clock, origin, told } = await setUp(blocking);
    await failureOf(client.send(post(), callOf(clock)));
    await clock.advance(1_000);
    const first = await failureOf(client.send(get(), callOf(clock)));
    expect(first).toMatchObject({ failure: 'BLOCKED', status: 403, maybeApplied: false });
    for (const request of [get(), post()]) {
      const error = await failureOf(client.send(request, callOf(clock)));
      expect(error).toMatchObject({ failure: 'BLOCKED', status: null, retryAfterMs: 300_000, maybeApplied: false });
    }
    expect(origin.received).toHaveLength(2);
    expect(told).toEqual([{ crm: 'acme', breaker: 'BLOCKED', openMs: 300_000 }]);
    expect(await client.connection()).toMatchObject({ state: 'BLOCKED' });
  });

  it('is asked again by one read', async () => {
    const { client, clock, origin } = await setUp((response, request, number) =>
      number <= 2 ? blocking(response, request, number) : json(response, { ok: true }),
    );
    await failureOf(client.send(post(), callOf(clock)));
    await clock.advance(1_000);
    await failureOf(client.send(get(), callOf(clock)));
    await clock.advance(300_000);
    expect((await client.send(post(), callOf(clock))).body).toEqual({ ok: true });
    expect(origin.received.map(({ method }) => method)).toEqual(['POST', 'GET', 'GET', 'POST']);
    expect(await client.connection()).toMatchObject({ state: 'CONNECTED' });
  });

  it('for what one request holds goes on with others', async () => {
    const { client, clock } = await setUp((response, { url }) =>
      url.includes('odd') ? response.writeHead(403, HTML).end('<h1>?</h1>') : json(response, {}),
    );
    for (let i = 0; i < 5; i += 1) {
      await failureOf(client.send(get({ query: [['term', 'odd']] }), callOf(clock)));
      expect((await client.send(get(), callOf(clock))).status).toBe(200);
    }
  });
});
