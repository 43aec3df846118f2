import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { OAuthTokens, type OAuthTokensParts } from '../../src/connections/oauth-tokens.ts';
import { type StoredConnection, TokenStore } from '../../src/connections/token-store.ts';
import { SecretKeys } from '../../src/secrets/secret-keys.ts';
import type { OAuthApp, Tokens } from '../../src/transport/oauth.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { json, listen, type Origin, type Received } from '../transport/origin.ts';

export const HOUR_MS = 3_600_000;
export const CLIENT = { clientId: 'app-1', clientSecret: 'canary-client-secret' };

interface Answer {
  readonly status?: number;
  readonly body: unknown;
}

/** An OAuth server whose answers a test gives; by default it renews tokens and counts them. */
export interface TestServer extends Origin {
  answer: (form: URLSearchParams, number: number) => Answer | Promise<Answer>;
  readonly forms: readonly URLSearchParams[];
}

export async function startServer(): Promise<TestServer> {
  const forms: URLSearchParams[] = [];
  const origin = await listen(async (response, { body }: Received) => {
    const form = new URLSearchParams(body);
    const { status, body: answer } = await server.answer(form, forms.push(form));
    json(response, answer as object, status ?? 200);
  });
  const server: TestServer = Object.assign(Object.create(origin) as Origin, {
    forms,
    answer: (_form: URLSearchParams, number: number) => ({ body: tokenAnswer(number) }),
  });
  return server;
}

export function tokenAnswer(number: number, over: object = {}) {
  return {
    access_token: `canary-access-${number}`,
    refresh_token: `canary-refresh-${number}`,
    token_type: 'Bearer',
    expires_in: 3599,
    ...over,
  };
}

export function appOf(url: string): OAuthApp {
  return {
    ...CLIENT,
    authorizeUrl: `${url}/oauth/authorize`,
    tokenUrl: `${url}/oauth/token`,
    revokeUrl: `${url}/oauth/revoke`,
    redirectUri: 'http://127.0.0.1:1/callback',
    baseUrlOf: ({ api_domain: told }) => (told == null ? 'https://api.example' : told === url ? url : null),
    identify: () => Promise.reject(new Error('not asked')),
  };
}

export async function newDirectory(): Promise<{ readonly directory: string; close(): Promise<void> }> {
  const directory = await mkdtemp(path.join(tmpdir(), 'dealgraph-connections-'));
  return { directory, close: () => rm(directory, { recursive: true, force: true }) };
}

export function storeIn(directory: string, key: Buffer | null = null): TokenStore {
  return new TokenStore(directory, new SecretKeys(directory, key));
}

export function stored(app: OAuthApp, tokens: Partial<Tokens> = {}, over: Partial<StoredConnection> = {}) {
  const issuedAt = Date.parse('2026-11-20T12:00:00Z');
  const connection: StoredConnection = {
    clientId: app.clientId,
    tokenUrl: app.tokenUrl,
    identity: { company: { id: '1', label: 'Northwind' }, user: { id: '2', label: 'Ada' } },
    isRefused: false,
    ...over,
    tokens: {
      accessToken: 'canary-access-0',
      refreshToken: 'canary-refresh-0',
      issuedAt,
      expiresAt: issuedAt + HOUR_MS,
      baseUrl: 'https://api.example',
      ...tokens,
    },
  };
  return connection;
}

/** An account whose tokens are stored, at the moment they were given. */
export async function startTokens(over: Partial<OAuthTokensParts> = {}) {
  const [server, { directory, close }] = await Promise.all([startServer(), newDirectory()]);
  const [app, store, clock] = [appOf(server.url), storeIn(directory), new FakeClock({ chance: 0 })];
  await store.write('acme', stored(app));
  const troubles: string[] = [];
  const newSource = (more: Partial<OAuthTokensParts> = {}) =>
    new OAuthTokens({ crm: 'acme', app, store, clock, onTrouble: (one) => troubles.push(one), ...over, ...more });
  const tokens = newSource();
  await tokens.open();
  return {
    ...{ server, app, store, clock, tokens, troubles, directory, newSource },
    async close() {
      await tokens.close();
      await server.close();
      await close();
    },
  };
}

/** The access token a source gives now. */
export async function tokenOf(source: OAuthTokens): Promise<string> {
  const { headers } = await source.current();
  return String(headers?.authorization).replace('Bearer ', '');
}
