import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { disconnectCommand } from '../../../src/connect-command.ts';
import { TokenStore } from '../../../src/connections/token-store.ts';
import type { Fault } from '../../../src/sandbox/kit/faults.ts';
import { SecretKeys } from '../../../src/secrets/secret-keys.ts';
import { codesOf } from '../../support/callers.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { recordingLogger } from '../../support/log-lines.ts';
import { type ConnectedGateway, connectAs, connectionOf, startConnectedGateway } from './support.ts';

const open: ConnectedGateway[] = [];
afterEach(async () => {
  for (const gateway of open.splice(0)) await gateway.close();
});

async function start(options: Parameters<typeof startConnectedGateway>[0] = {}): Promise<ConnectedGateway> {
  const gateway = await startConnectedGateway(options);
  open.push(gateway);
  return gateway;
}

const READ = '{ deal(id: "pipedrive:Deal:1") { id title } }';
const NOT_CONNECTED = /run "dealgraph connect pipedrive"$/;

/** Requests to the API, with what proved who asked. */
function apiRequests({ pipedrive }: ConnectedGateway): number {
  return pipedrive.log.filter(({ path }) => !path.startsWith('/oauth/') && path !== '/v1/users/me').length;
}

it('reads and writes as the user who connected it, over a restart, without asking for tokens again', async () => {
  const gateway = await start();
  expect(gateway.pipedrive.oauth.requests).toEqual({ authorize: 1, exchange: 1, refresh: 0, revoke: 0 });
  const { data, errors, extensions } = await gateway.query(READ);
  expect(errors).toBeUndefined();
  expect(data).toMatchObject({ deal: { id: 'pipedrive:Deal:1' } });
  expect(extensions?.upstream).toMatchObject({ requests: 1, tokens: { pipedrive: 1 } });
  const { state, expiresAt } = await connectionOf(gateway);
  expect(state).toBe('CONNECTED');
  expect(Date.parse(expiresAt ?? '') - Date.now()).toBeGreaterThan(3_400_000);
  const write = await gateway.query(
    'mutation { addDeal(input: { crm: "pipedrive", title: "By OAuth" }) { outcome deal { title } } }',
  );
  expect(write.data).toEqual({ addDeal: { outcome: 'APPLIED', deal: { title: 'By OAuth' } } });
  await gateway.restart();
  expect((await gateway.query(READ)).data).toEqual(data);
  expect(gateway.pipedrive.oauth.requests).toEqual({ authorize: 1, exchange: 1, refresh: 0, revoke: 0 });
});

it('is not connected at first, sends nothing then, and takes tokens up while it runs', async () => {
  const { logger, lines } = recordingLogger();
  const gateway = await start({ isConnected: false, logger });
  expect(lines.map(({ msg }) => msg)).toContain('it is not connected: run "dealgraph connect pipedrive"');
  expect(await connectionOf(gateway)).toEqual({ state: 'NOT_CONNECTED', expiresAt: null });
  const { errors, extensions } = await gateway.query(READ);
  expect(codesOf({ errors })).toEqual(['UPSTREAM_UNAUTHORIZED']);
  expect(errors?.[0]?.message).toMatch(NOT_CONNECTED);
  expect(extensions?.upstream.requests).toBe(0);
  expect(gateway.pipedrive.log).toHaveLength(0);
  const write = await gateway.query(
    'mutation { addDeal(input: { crm: "pipedrive", title: "No" }) { outcome problems { code } } }',
  );
  expect(write.data).toEqual({ addDeal: { outcome: 'REJECTED', problems: [{ code: 'UPSTREAM_UNAUTHORIZED' }] } });
  expect((await gateway.query('{ deals(crms: ["pipelinedeals"], first: 1) { nodes { id } } }')).errors).toBeUndefined();

  await connectAs(gateway.env);
  expect((await gateway.query(READ)).errors).toBeUndefined();
  expect((await connectionOf(gateway)).state).toBe('CONNECTED');
});

it('50 operations at once on tokens that are over: one renewal, and each its own answer', async () => {
  const gateway = await start();
  gateway.pipedrive.oauth.expireAccessTokens();
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) => gateway.query(`{ deal(id: "pipedrive:Deal:${index + 1}") { id } }`)),
  );
  expect(answers.flatMap(({ errors }) => errors ?? [])).toEqual([]);
  const ids = answers.map(({ data }) => (data as { deal: { id: string } | null }).deal?.id);
  expect(ids.filter((id, index) => id !== undefined && id !== `pipedrive:Deal:${index + 1}`)).toEqual([]);
  expect(ids.filter(Boolean).length).toBeGreaterThan(40);
  expect(gateway.pipedrive.oauth.requests.refresh).toBe(1);
  const refused = gateway.pipedrive.log.filter(({ status }) => status === 401).length;
  expect(apiRequests(gateway)).toBe(50 + refused);
});

it('50 operations at once on tokens that are known to be over ask for new ones first', async () => {
  const clock = new FakeClock({ now: Date.now() });
  const gateway = await start({ clock, pipedrive: { now: () => clock.now() } });
  await clock.advance(3_600_000);
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) => gateway.query(`{ deal(id: "pipedrive:Deal:${index + 1}") { id } }`)),
  );
  expect(answers.flatMap(({ errors }) => errors ?? [])).toEqual([]);
  expect(gateway.pipedrive.oauth.requests.refresh).toBe(1);
  expect(apiRequests(gateway)).toBe(50);
});

it('a write that meets an old token is sent once more, and happens once', async () => {
  const gateway = await start();
  gateway.pipedrive.oauth.expireAccessTokens();
  const before = gateway.pipedrive.store.deals.size;
  const { data } = await gateway.query('mutation { addDeal(input: { crm: "pipedrive", title: "Once" }) { outcome } }');
  expect(data).toEqual({ addDeal: { outcome: 'APPLIED' } });
  expect(gateway.pipedrive.store.deals.size).toBe(before + 1);
});

it('rotated tokens survive a crash right after the renewal', async () => {
  const gateway = await start();
  gateway.pipedrive.oauth.rotatesRefreshTokens = true;
  for (let times = 1; times <= 3; times += 1) {
    gateway.pipedrive.oauth.expireAccessTokens();
    expect((await gateway.query(READ)).errors).toBeUndefined();
    await gateway.crash();
    expect((await gateway.query(READ)).errors).toBeUndefined();
    expect(gateway.pipedrive.oauth.requests.refresh).toBe(times);
  }
});

it('an app that was removed at the CRM is asked for no more tokens until somebody connects again', async () => {
  const { logger, lines } = recordingLogger();
  const gateway = await start({ logger });
  gateway.pipedrive.oauth.uninstall();
  for (let times = 0; times < 10; times += 1) {
    const { errors } = await gateway.query(READ);
    expect(codesOf({ errors })).toEqual(['UPSTREAM_UNAUTHORIZED']);
    expect(errors?.[0]?.message).toMatch(NOT_CONNECTED);
  }
  expect(gateway.pipedrive.oauth.requests.refresh).toBe(1);
  expect(apiRequests(gateway)).toBe(1);
  expect((await connectionOf(gateway)).state).toBe('REFUSED');
  expect(lines.filter(({ level }) => level === 40)).toHaveLength(1);
  const metrics = await (await fetch(new URL('/metrics', gateway.url))).text();
  expect(metrics).toContain('dealgraph_upstream_connection{crm="pipedrive",state="refused"} 1');
  expect(metrics).toContain('dealgraph_upstream_connection{crm="pipelinedeals",state="connected"} 1');
  expect(metrics).toContain('dealgraph_upstream_token_requests_total{crm="pipedrive",result="refused"} 1');
  await gateway.restart();
  await gateway.query(READ);
  expect(gateway.pipedrive.oauth.requests.refresh).toBe(1);
  expect((await connectionOf(gateway)).state).toBe('REFUSED');
  await connectAs(gateway.env);
  expect((await gateway.query(READ)).errors).toBeUndefined();
  expect((await connectionOf(gateway)).state).toBe('CONNECTED');
});

it('a token endpoint that is down costs two tries, and its state passes', async () => {
  const clock = new FakeClock({ now: Date.now(), auto: false, chance: 0 });
  const gateway = await start({ clock, pipedrive: { now: () => clock.now() } });
  gateway.pipedrive.faults.set({ kind: 'status', status: 503, path: '/oauth/token' });
  await clock.advance(3_600_000);
  const waiting = Promise.all(Array.from({ length: 20 }, () => gateway.query(READ)));
  const settle = setInterval(() => void clock.advance(1), 5);
  const answers = await waiting;
  clearInterval(settle);
  expect(new Set(answers.flatMap(codesOf))).toEqual(new Set(['UPSTREAM_UNAVAILABLE']));
  expect(gateway.pipedrive.oauth.requests.refresh).toBe(2);
  expect((await connectionOf(gateway)).state).toBe('EXPIRED');
  gateway.pipedrive.faults.set();
  await clock.advance(5_000);
  expect((await gateway.query(READ)).errors).toBeUndefined();
  expect((await connectionOf(gateway)).state).toBe('CONNECTED');
});

const BLOCK: Fault = { kind: 'status', status: 403, headers: { 'content-type': 'text/html' }, body: '<p>blocked</p>' };

it.each<{ fault: Fault; rotates?: boolean; code: string | null; asked: number; state: string }>([
  { fault: { kind: 'drop' }, code: 'UPSTREAM_UNAVAILABLE', asked: 2, state: 'CONNECTED' },
  { fault: { kind: 'drop', times: 1 }, code: null, asked: 2, state: 'CONNECTED' },
  { fault: { kind: 'dropAfter', times: 1 }, code: null, asked: 2, state: 'CONNECTED' },
  // The CRM has put another refresh token in place of the one that is known, and nobody was told which.
  { fault: { kind: 'dropAfter', times: 1 }, rotates: true, code: 'UPSTREAM_UNAUTHORIZED', asked: 2, state: 'REFUSED' },
  { fault: { kind: 'html' }, code: 'UPSTREAM_INVALID_RESPONSE', asked: 1, state: 'CONNECTED' },
  { fault: { kind: 'garbage' }, code: 'UPSTREAM_INVALID_RESPONSE', asked: 1, state: 'CONNECTED' },
  { fault: { kind: 'status', status: 302 }, code: 'UPSTREAM_INVALID_RESPONSE', asked: 1, state: 'CONNECTED' },
  { fault: BLOCK, code: 'UPSTREAM_UNAUTHORIZED', asked: 1, state: 'CONNECTED' },
  {
    fault: { kind: 'status', status: 429, headers: { 'retry-after': '40' } },
    code: 'RATE_LIMITED',
    asked: 1,
    state: 'CONNECTED',
  },
])(
  'a renewal that meets $fault (rotating: $rotates) is answered $code',
  async ({ fault, rotates, code, asked, state }) => {
    const gateway = await start();
    const { oauth, faults } = gateway.pipedrive;
    oauth.rotatesRefreshTokens = rotates === true;
    oauth.expireAccessTokens();
    faults.set({ path: '/oauth/token', headers: { location: 'http://127.0.0.1:1/' }, ...fault });
    const { errors } = await gateway.query(READ);
    expect(codesOf({ errors })).toEqual(code === null ? [] : [code]);
    expect(oauth.requests.refresh).toBe(asked);
    expect((await connectionOf(gateway)).state).toBe(state);
  },
);

it('tokens go only where the CRM may say they are valid', async () => {
  const gateway = await start({ isConnected: false });
  gateway.pipedrive.oauth.apiDomain = 'https://evil.example';
  await expect(connectAs(gateway.env)).rejects.toThrow(/no tokens were given: .* without a place of the CRM's/);
  expect((await connectionOf(gateway)).state).toBe('NOT_CONNECTED');
  expect(gateway.pipedrive.log.map(({ path }) => path)).toEqual(['/oauth/authorize', '/oauth/token']);
});

it('another user of the company may take over, and what was kept of the former one is forgotten', async () => {
  const gateway = await start();
  const WHO = '{ deals(first: 1, crms: ["pipedrive"], ownedByMe: true) { nodes { owner { id } } } }';
  const ownerOf = async () => JSON.stringify((await gateway.query(WHO)).data).match(/pipedrive:User:\d+/)?.[0];
  const { signedIn } = gateway.pipedrive.oauth;
  expect(await ownerOf()).toBe(`pipedrive:User:${signedIn}`);
  const other = [...gateway.pipedrive.store.users.values()].find(
    ({ id, active_flag }) => active_flag && id !== signedIn,
  );
  gateway.pipedrive.oauth.signedIn = other?.id ?? 0;
  await connectAs(gateway.env);
  gateway.pipedrive.oauth.expireAccessTokens(signedIn);
  await gateway.query(READ);
  expect(await ownerOf()).toBe(`pipedrive:User:${other?.id}`);
});

it('each account of a config file has tokens of its own', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'dealgraph-accounts-'));
  const gateway = await start({ isConnected: false });
  const { oauth } = gateway.pipedrive;
  const account = (id: string) => ({
    ...{ id, kind: 'pipedrive', clientId: oauth.app.clientId, clientSecret: { env: 'APP_SECRET' } },
    ...{ oauthUrl: { env: 'OAUTH_URL' }, apiUrl: { env: 'OAUTH_URL' }, redirectUri: { env: 'REDIRECT' } },
  });
  const file = path.join(directory, 'config.json');
  await writeFile(file, JSON.stringify({ crms: [account('north'), account('south')] }));
  const { PIPEDRIVE_OAUTH_URL, PIPEDRIVE_REDIRECT_URI } = gateway.env;
  const env = {
    ...{ DEALGRAPH_CONFIG: file, DEALGRAPH_DATA_DIR: directory, APP_SECRET: oauth.app.clientSecret },
    ...{ OAUTH_URL: PIPEDRIVE_OAUTH_URL, REDIRECT: PIPEDRIVE_REDIRECT_URI },
  };
  const own = oauth.signedIn;
  const other = [...gateway.pipedrive.store.users.values()].find(({ id, active_flag }) => active_flag && id !== own);
  await connectAs(env, 'north');
  oauth.signedIn = other?.id ?? 0;
  await connectAs(env, 'south');
  const store = new TokenStore(directory, new SecretKeys(directory, null));
  const [north, south] = [await store.read('north'), await store.read('south')];
  expect([north?.identity.user.id, south?.identity.user.id]).toEqual([String(own), String(other?.id)]);
  expect(north?.tokens.accessToken).not.toBe(south?.tokens.accessToken);
  await rm(directory, { recursive: true });
});

it('is disconnected: the CRM is told, the tokens are gone, and nothing more is sent', async () => {
  const gateway = await start();
  const said: string[] = [];
  const { signal } = new AbortController();
  const say = (line: string) => void said.push(line);
  const terminal = { env: gateway.env, directory: import.meta.dirname, say, signal };
  gateway.pipedrive.faults.set({ kind: 'status', status: 503, path: '/oauth/revoke' });
  await expect(disconnectCommand(['pipedrive'], terminal)).rejects.toThrow(/the CRM could not be told/);
  expect((await gateway.query(READ)).errors).toBeUndefined();
  gateway.pipedrive.faults.set();
  await disconnectCommand(['pipedrive'], terminal);
  await disconnectCommand(['pipedrive'], terminal);
  expect(said).toEqual([
    'pipedrive is disconnected: the CRM has ended the connection, and the tokens are removed.',
    'pipedrive was not connected.',
  ]);
  expect(gateway.pipedrive.oauth.requests.revoke).toBe(2);
  const { errors } = await gateway.query(READ);
  expect(errors?.[0]?.message).toMatch(NOT_CONNECTED);
  expect(gateway.pipedrive.oauth.requests.refresh).toBe(0);
  expect((await connectionOf(gateway)).state).toBe('NOT_CONNECTED');
});
