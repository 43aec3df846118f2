import { afterEach, describe, expect, it } from 'vitest';
import { type CredentialSource, type Credentials, FixedCredentials } from '../../src/transport/credentials.ts';
import { HttpError } from '../../src/transport/errors.ts';
import { callOf, clientOf, failureOf, get, post, SECRET } from './client-under-test.ts';
import { json, listen, type Origin } from './origin.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

const bearer = (token: string): Credentials => ({ headers: { authorization: `Bearer ${token}` } });

/** Credentials that a test renews by hand. */
class ScriptedSource implements CredentialSource {
  now: Credentials | Promise<Credentials>;
  readonly told: string[] = [];
  onRefused: (given: Credentials, isSecond: boolean) => boolean | Promise<boolean> = () => false;

  constructor(now: Credentials) {
    this.now = now;
  }

  current() {
    return this.now;
  }

  refused(given: Credentials, isSecond: boolean) {
    this.told.push(`refused ${given.headers?.authorization}${isSecond ? ' again' : ''}`);
    return this.onRefused(given, isSecond);
  }

  accepted(given: Credentials) {
    this.told.push(`accepted ${given.headers?.authorization}`);
  }

  connection() {
    return { state: 'CONNECTED', expiresAt: null } as const;
  }

  async close() {}
}

/** A CRM that takes one token, and a client of it. */
async function setUp(good: string, source: ScriptedSource) {
  const origin = await listen((response, { headers }) =>
    headers.authorization === `Bearer ${good}` ? json(response, { ok: true }) : json(response, {}, 401),
  );
  const tested = clientOf(origin.url, { credentials: {}, maxInFlight: 1 }, { credentials: source });
  open.push(tested.client, origin);
  return { ...tested, origin, call: callOf(tested.clock) };
}

const sentTo = ({ received }: Origin) => received.map(({ headers }) => headers.authorization);

describe('credentials that are renewed', () => {
  it.each([get(), post()])(
    '$method is sent once more with what came after a 401, and not a third time',
    async (request) => {
      const source = new ScriptedSource(bearer('old'));
      source.onRefused = async () => {
        source.now = bearer('new');
        return true;
      };
      const { client, call, origin } = await setUp('new', source);
      expect((await client.send(request, call)).status).toBe(200);
      expect(sentTo(origin)).toEqual(['Bearer old', 'Bearer new']);
      expect(source.told).toEqual(['refused Bearer old', 'accepted Bearer new']);
      expect(call.sent).toHaveLength(2);
    },
  );

  it('a second 401 is the answer', async () => {
    const source = new ScriptedSource(bearer('old'));
    source.onRefused = () => true;
    const { client, call, origin } = await setUp('never', source);
    expect((await client.send(get(), call)).status).toBe(401);
    expect(origin.received).toHaveLength(2);
    expect(source.told).toEqual(['refused Bearer old', 'refused Bearer old again']);
  });

  it('nothing is sent where there are none, and a renewal that fails is the failure', async () => {
    const source = new ScriptedSource(bearer('old'));
    const { client, call, origin } = await setUp('new', source);
    const failure = new HttpError('NOT_CONNECTED', 'connect first', { maybeApplied: false });
    source.now = Promise.reject(failure);
    source.now.catch(() => undefined);
    expect(await failureOf(client.send(get(), call))).toBe(failure);
    expect(origin.received).toHaveLength(0);
    source.now = bearer('old');
    source.onRefused = () => Promise.reject(failure);
    expect(await failureOf(client.send(post(), call))).toBe(failure);
    expect(origin.received).toHaveLength(1);
  });

  it('nobody waits for them longer than for an answer', async () => {
    const source = new ScriptedSource(bearer('old'));
    source.now = new Promise(() => undefined);
    const { client, clock, call, origin } = await setUp('old', source);
    expect((await failureOf(client.send(get(), callOf(clock, 30)))).failure).toBe('TIMEOUT');
    const waiting = failureOf(client.send(get(), call));
    call.abort();
    expect((await waiting).failure).toBe('ABORTED');
    expect(origin.received).toHaveLength(0);
  });

  it('leads where it is valid, and connections stay as long as that is the same place', async () => {
    const source = new ScriptedSource(bearer('one'));
    const { client, clock, origin } = await setUp('one', source);
    const other = await listen((response) => json(response, {}));
    open.push(other);
    await client.send(get(), callOf(clock));
    source.now = { ...bearer('one') };
    await client.send(get(), callOf(clock));
    expect([origin.connections, origin.received.length]).toEqual([1, 2]);
    source.now = { ...bearer('two'), baseUrl: other.url };
    await client.send(get(), callOf(clock));
    expect([origin.received.length, sentTo(other)]).toEqual([2, ['Bearer two']]);
  });
});

it('fixed ones are refused until they are taken again', async () => {
  let status = 401;
  const origin = await listen((response) => json(response, {}, status));
  const { client, clock } = clientOf(origin.url);
  open.push(client, origin);
  expect(client.connection()).toEqual({ state: 'CONNECTED', expiresAt: null });
  expect((await client.send(get(), callOf(clock))).status).toBe(401);
  expect(origin.received).toHaveLength(1);
  expect(client.connection()).toEqual({ state: 'REFUSED', expiresAt: null });
  status = 403;
  await client.send(get(), callOf(clock));
  expect((await client.connection()).state).toBe('REFUSED');
  status = 200;
  await client.send(get(), callOf(clock));
  expect((await client.connection()).state).toBe('CONNECTED');
  expect(origin.received.at(-1)?.headers['x-api-token']).toBe(SECRET);
  await expect(new FixedCredentials({}).close()).resolves.toBeUndefined();
});
