import { chmod, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { HttpError } from '../../src/transport/errors.ts';
import { eventually } from '../support/eventually.ts';
import { settled } from '../support/fake-clock.ts';
import { HOUR_MS, startTokens, stored, tokenAnswer, tokenOf } from './support.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

async function setUp(...args: Parameters<typeof startTokens>) {
  const started = await startTokens(...args);
  open.push(started);
  return started;
}

async function failure(work: unknown): Promise<HttpError> {
  try {
    await work;
  } catch (error) {
    return error as HttpError;
  }
  throw new Error('it did not fail');
}

/** Lets what runs in the background come to its end. */
async function until(condition: () => boolean): Promise<void> {
  await eventually(() => expect(condition()).toBe(true));
}

const INVALID_GRANT = {
  status: 400,
  body: { error: 'invalid_grant', message: 'Invalid grant: refresh_token is invalid' },
};

describe('tokens', () => {
  it('are at hand without waiting, and the same object as long as they are the same', async () => {
    const { tokens, server } = await setUp();
    const first = tokens.current();
    expect(first).not.toBeInstanceOf(Promise);
    expect(tokens.current()).toBe(first);
    expect(first).toEqual({ headers: { authorization: 'Bearer canary-access-0' }, baseUrl: 'https://api.example' });
    expect(server.forms).toHaveLength(0);
    expect(await tokens.connection()).toEqual({ state: 'CONNECTED', expiresAt: Date.parse('2026-11-20T13:00:00Z') });
  });

  it('are renewed in the background before they end, once, while the old ones serve', async () => {
    const { tokens, server, clock, store } = await setUp();
    await clock.advance(HOUR_MS - 300_000);
    for (let times = 0; times < 10; times += 1) expect(tokens.current()).not.toBeInstanceOf(Promise);
    await until(() => (tokens.current() as { headers: object }).headers !== undefined && server.forms.length > 0);
    await until(() => JSON.stringify(tokens.current()).includes('canary-access-1'));
    expect(server.forms.map((form) => form.toString())).toEqual([
      'grant_type=refresh_token&refresh_token=canary-refresh-0',
    ]);
    expect((await store.read('acme'))?.tokens).toMatchObject({
      accessToken: 'canary-access-1',
      refreshToken: 'canary-refresh-1',
      expiresAt: clock.now() + 3_599_000,
    });
  });

  it('that are over are renewed once for all who need them', async () => {
    const { tokens, server, clock } = await setUp();
    await clock.advance(HOUR_MS);
    const given = await Promise.all(Array.from({ length: 50 }, () => tokenOf(tokens)));
    expect(new Set(given)).toEqual(new Set(['canary-access-1']));
    expect(server.forms).toHaveLength(1);
  });

  it('keep their refresh token and their place where the answer tells of no other', async () => {
    const { tokens, server, clock, store } = await setUp();
    server.answer = () => ({ body: tokenAnswer(7, { refresh_token: undefined }) });
    await clock.advance(HOUR_MS);
    expect(await tokenOf(tokens)).toBe('canary-access-7');
    expect((await store.read('acme'))?.tokens).toMatchObject({
      refreshToken: 'canary-refresh-0',
      baseUrl: 'https://api.example',
    });
  });

  it('are on the disk before they are used, and what could not be written is not asked for again', async () => {
    const { tokens, server, clock, directory, store, newSource } = await setUp();
    await clock.advance(HOUR_MS);
    const connections = path.join(directory, 'connections');
    await chmod(connections, 0o500);
    const isRoot = process.getuid?.() === 0;
    if (isRoot) await replaceByFile(connections);
    const { failure: kind, message } = await failure(tokens.current());
    expect([kind, message]).toEqual(['UNREACHABLE', 'its renewed tokens could not be stored']);
    await failure(tokens.current());
    expect(server.forms).toHaveLength(1);
    if (isRoot) await restore(connections);
    await chmod(connections, 0o700);
    await clock.advance(2_000);
    expect(await tokenOf(tokens)).toBe('canary-access-1');
    expect(server.forms).toHaveLength(1);
    expect((await store.read('acme'))?.tokens.refreshToken).toBe('canary-refresh-1');
    const restarted = newSource();
    open.push(restarted);
    expect(await tokenOf(restarted)).toBe('canary-access-1');
    expect(server.forms).toHaveLength(1);
  });

  it('that another process has stored meanwhile are taken in place of a renewal', async () => {
    const { tokens, server, clock, store, app } = await setUp();
    await clock.advance(HOUR_MS);
    await store.write('acme', stored(app, { accessToken: 'canary-other', expiresAt: clock.now() + HOUR_MS }));
    expect(await tokenOf(tokens)).toBe('canary-other');
    expect(server.forms).toHaveLength(0);
  });

  it('stored by another process are noticed within seconds, and so is that there are none any more', async () => {
    const { tokens, clock, store, app } = await setUp();
    await store.write('acme', stored(app, { accessToken: 'canary-other' }));
    await clock.advance(6_000);
    expect(tokens.current()).not.toBeInstanceOf(Promise);
    await until(() => JSON.stringify(tokens.current()).includes('canary-other'));
    await store.remove('acme');
    await clock.advance(6_000);
    tokens.current();
    expect((await tokens.connection()).state).toBe('NOT_CONNECTED');
    expect((await failure(tokens.current())).message).toBe('it is not connected: run "dealgraph connect acme"');
    await store.write('acme', stored(app));
    expect(await tokenOf(tokens)).toBe('canary-access-0');
  });

  it('of another user make the account forget what it kept', async () => {
    let times = 0;
    const { tokens, clock, store, app } = await setUp({ onOtherIdentity: () => (times += 1) });
    await store.write('acme', stored(app, { accessToken: 'canary-other' }));
    await clock.advance(6_000);
    tokens.current();
    await until(() => JSON.stringify(tokens.current()).includes('canary-other'));
    expect(times).toBe(0);
    const identity = { company: { id: '1', label: 'Northwind' }, user: { id: '3', label: 'Bob' } };
    await store.write('acme', stored(app, { accessToken: 'canary-bob' }, { identity }));
    await clock.advance(6_000);
    tokens.current();
    await until(() => times === 1);
  });
});

describe('a 401', () => {
  it('of a token that was replaced meanwhile is answered with the new one, without asking', async () => {
    const { tokens, server, clock } = await setUp();
    const old = await tokens.current();
    await clock.advance(HOUR_MS);
    await tokens.current();
    expect(await tokens.refused(old, false)).toBe(true);
    expect(server.forms).toHaveLength(1);
  });

  it('of the token in use reads the store, then renews it, once for all', async () => {
    const { tokens, server, store, app } = await setUp();
    const old = await tokens.current();
    await store.write('acme', stored(app, { accessToken: 'canary-other' }));
    expect(await tokens.refused(old, false)).toBe(true);
    expect([await tokenOf(tokens), server.forms.length]).toEqual(['canary-other', 0]);
    const other = await tokens.current();
    expect(await Promise.all(Array.from({ length: 50 }, () => tokens.refused(other, false)))).not.toContain(false);
    expect([await tokenOf(tokens), server.forms.length]).toEqual(['canary-access-1', 1]);
  });

  it('of new tokens too is the end for a while, and not of those that are taken again', async () => {
    const { tokens, server, clock } = await setUp();
    const old = await tokens.current();
    expect(await tokens.refused(old, false)).toBe(true);
    const fresh = await tokens.current();
    expect(await tokens.refused(fresh, true)).toBe(false);
    expect((await tokens.connection()).state).toBe('REFUSED');
    for (let times = 0; times < 5; times += 1) expect(await tokens.refused(fresh, false)).toBe(false);
    expect(server.forms).toHaveLength(1);
    tokens.accepted(fresh);
    expect((await tokens.connection()).state).toBe('CONNECTED');
    expect(await tokens.refused(fresh, false)).toBe(true);
    expect(server.forms).toHaveLength(2);
    expect(await tokens.refused(await tokens.current(), true)).toBe(false);
    await clock.advance(60_000);
    expect(await tokens.refused(await tokens.current(), false)).toBe(true);
    expect(server.forms).toHaveLength(3);
  });
});

describe('a renewal', () => {
  it('that is refused is not asked for again, not after a restart either, until other tokens are stored', async () => {
    const { tokens, server, clock, store, app, newSource, troubles } = await setUp();
    server.answer = () => INVALID_GRANT;
    await clock.advance(HOUR_MS);
    for (let times = 0; times < 20; times += 1) {
      const { failure: kind, message } = await failure(tokens.current());
      expect(kind).toBe('NOT_CONNECTED');
      expect(message).toBe('the connection was ended or has run out: run "dealgraph connect acme"');
    }
    expect((await tokens.connection()).state).toBe('REFUSED');
    const restarted = newSource();
    open.push(restarted);
    await restarted.open();
    expect((await restarted.connection()).state).toBe('REFUSED');
    await failure(restarted.current());
    expect(server.forms).toHaveLength(1);
    expect(troubles.join()).not.toMatch(/canary/);
    await store.write('acme', stored(app, { accessToken: 'canary-anew', expiresAt: clock.now() + HOUR_MS }));
    expect([await tokenOf(tokens), await tokenOf(restarted)]).toEqual(['canary-anew', 'canary-anew']);
    expect(server.forms).toHaveLength(1);
  });

  it('fails all who wait for it at once when it is refused after a 401', async () => {
    const { tokens, server } = await setUp();
    server.answer = () => INVALID_GRANT;
    const old = await tokens.current();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 50 }, async () => (await tokens.refused(old, false)) && tokens.current()),
    );
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['rejected']));
    expect(server.forms).toHaveLength(1);
  });

  it('of a wrong client says so, and is asked for again once that is configured anew', async () => {
    const { tokens, server, clock, newSource } = await setUp();
    server.answer = () => ({ status: 401, body: { error: 'invalid_client' } });
    await clock.advance(HOUR_MS);
    for (let times = 0; times < 5; times += 1) {
      expect((await failure(tokens.current())).message).toMatch(/does not accept the client id and secret of the app/);
    }
    expect(server.forms).toHaveLength(1);
    server.answer = (_form, number) => ({ body: tokenAnswer(number) });
    const restarted = newSource();
    open.push(restarted);
    expect(await tokenOf(restarted)).toBe('canary-access-2');
  });

  it('that is refused does not undo what another process stored meanwhile', async () => {
    const { tokens, server, clock, store, app } = await setUp();
    await clock.advance(HOUR_MS);
    const other = stored(app, { accessToken: 'canary-other', expiresAt: clock.now() + HOUR_MS });
    server.answer = async () => {
      await store.write('acme', other);
      return INVALID_GRANT;
    };
    expect(await tokenOf(tokens)).toBe('canary-other');
    expect(await store.read('acme')).toEqual(other);
  });

  it('ends with the gateway', async () => {
    const { tokens, server, clock } = await setUp();
    server.answer = () => ({ status: 503, body: {} });
    clock.chance = 0.9;
    await clock.advance(HOUR_MS);
    const waiting = failure(tokens.current());
    await until(() => clock.sleeping > 0);
    await tokens.close();
    expect((await waiting).failure).toBe('SERVER_ERROR');
    expect(server.forms).toHaveLength(1);
  });

  it('is tried twice where the server fails, then rests, and the state stays', async () => {
    const { tokens, server, clock, troubles } = await setUp();
    server.answer = () => ({ status: 503, body: {} });
    await clock.advance(HOUR_MS - 60_000);
    expect(tokens.current()).not.toBeInstanceOf(Promise);
    await until(() => clock.sleeping > 0);
    await clock.advance(0);
    await until(() => troubles.length === 1);
    expect(server.forms).toHaveLength(2);
    for (let times = 0; times < 20; times += 1) expect(tokens.current()).not.toBeInstanceOf(Promise);
    await settled();
    expect([(await tokens.connection()).state, server.forms.length]).toEqual(['CONNECTED', 2]);

    await clock.advance(60_000);
    const waiting = failure(tokens.current());
    await until(() => clock.sleeping > 0);
    await clock.advance(0);
    expect((await waiting).failure).toBe('SERVER_ERROR');
    const failures = await Promise.all(Array.from({ length: 20 }, () => failure(tokens.current())));
    expect(new Set(failures.map(({ failure: kind }) => kind))).toEqual(new Set(['SERVER_ERROR']));
    expect([(await tokens.connection()).state, server.forms.length]).toEqual(['EXPIRED', 4]);

    server.answer = (_form, number) => ({ body: tokenAnswer(number) });
    await clock.advance(2_000);
    expect(await tokenOf(tokens)).toBe('canary-access-5');
    expect((await tokens.connection()).state).toBe('CONNECTED');
  });

  it.each([
    { given: 'no access token', body: tokenAnswer(1, { access_token: undefined }) },
    { given: 'another type of token', body: tokenAnswer(1, { token_type: 'mac' }) },
    { given: 'a lifetime of nonsense', body: tokenAnswer(1, { expires_in: 'soon' }) },
    { given: 'a place elsewhere', body: tokenAnswer(1, { api_domain: 'https://evil.example' }) },
    { given: 'line breaks in the token', body: tokenAnswer(1, { access_token: 'a\r\nx: y' }) },
    { given: 'a list', body: [] },
  ])('that is answered with $given is none', async ({ body }) => {
    const { tokens, server, clock, store } = await setUp();
    server.answer = () => ({ body });
    await clock.advance(HOUR_MS);
    const { failure: kind, message } = await failure(tokens.current());
    expect(kind).toBe('INVALID_ANSWER');
    expect(message).not.toMatch(/canary|evil/);
    expect((await store.read('acme'))?.tokens.accessToken).toBe('canary-access-0');
  });

  it('whose answer was lost takes what another process got', async () => {
    const { tokens, server, clock, store, app } = await setUp();
    await clock.advance(HOUR_MS);
    const other = stored(app, { accessToken: 'canary-other', expiresAt: clock.now() + HOUR_MS });
    server.answer = async () => {
      await store.write('acme', other);
      return { status: 500, body: {} };
    };
    expect(await tokenOf(tokens)).toBe('canary-other');
    expect(server.forms).toHaveLength(1);
  });
});

async function replaceByFile(directory: string): Promise<void> {
  const { rename, writeFile } = await import('node:fs/promises');
  await rename(directory, `${directory}.kept`);
  await writeFile(directory, '');
}

async function restore(directory: string): Promise<void> {
  const { rename, rm } = await import('node:fs/promises');
  await rm(directory);
  await rename(`${directory}.kept`, directory);
  expect(await readFile(path.join(directory, 'acme.json'), 'utf8')).not.toMatch(/canary/);
}
