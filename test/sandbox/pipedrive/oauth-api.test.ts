import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AppUnderTest, startApp } from './oauth-support.ts';

let app: AppUnderTest;
let now: number;

beforeEach(async () => {
  now = Date.parse('2026-11-10T12:00:00Z');
  app = await startApp({ now: () => now });
});
afterEach(() => app.close());

/** The second user of the account. */
const tom = () => [...app.sandbox.store.users.values()][1]?.id as number;

const INVALID_TOKEN = {
  status: 401,
  body: {
    success: false,
    error: 'Invalid token: access token is invalid',
    errorCode: 401,
    error_info: 'Please check developers.pipedrive.com',
  },
};

describe('an access token', () => {
  it('opens both versions of the API', async () => {
    const { access_token } = await app.connect();
    for (const path of ['/api/v2/deals/1', '/v1/users/me', '/api/v1/users/me']) {
      expect((await app.api(access_token, path)).body.success).toBe(true);
    }
  });

  it('lives as long as it was said to', async () => {
    app.sandbox.oauth.accessTokenLife = 90;
    const { access_token, expires_in } = await app.connect();
    expect(expires_in).toBe(90);
    now += 89_999;
    expect((await app.api(access_token, '/v1/users/me')).status).toBe(200);
    now += 1;
    const expired = await app.api(access_token, '/v1/users/me');
    expect(expired).toMatchObject(INVALID_TOKEN);
    expect(expired.headers.get('x-401-by-gw')).toBe('true');
    expect(expired.headers.get('x-correlation-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('can be made to expire', async () => {
    const { access_token, refresh_token } = await app.connect();
    app.sandbox.oauth.expireAccessTokens();
    expect(await app.api(access_token, '/v1/users/me')).toMatchObject(INVALID_TOKEN);
    const { body } = await app.refresh(refresh_token);
    expect((await app.api(body.access_token as string, '/v1/users/me')).status).toBe(200);
  });

  it('costs nothing where it is refused', async () => {
    await app.api('unknown', '/api/v2/deals');
    expect(app.sandbox.tokensSpent).toBe(0);
  });

  it.each(['Basic abc', 'Bearer', 'Bearer a b', 'v1u:abc'])('is not in the header `%s`', async (authorization) => {
    const response = await fetch(`${app.url}/v1/users/me`, { headers: { authorization } });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: 'Invalid request: malformed authorization header' });
  });

  it('is not asked for beside an API token', async () => {
    const headers = { authorization: 'Bearer unknown' };
    expect((await app.call('GET', '/v1/users/me', undefined, headers)).status).toBe(200);
    const { access_token } = await app.connect();
    const both = { authorization: `Bearer ${access_token}`, 'x-api-token': 'wrong' };
    expect((await app.call('GET', '/v1/users/me', undefined, both)).body.error).toBe('unauthorized access');
  });

  it('may send four times what an API token may, counted apart for each user', async () => {
    await app.close();
    app = await startApp({ now: () => now, burst: 3 });
    const left = async (token: string) =>
      Number((await app.api(token, '/v1/users/me')).headers.get('x-ratelimit-remaining'));
    const ana = (await app.connect()).access_token;
    const other = app.sandbox.oauth.issue(tom()).accessToken;
    expect([await left(ana), await left(ana), await left(other)]).toEqual([11, 10, 11]);
    expect((await app.call('GET', '/v1/users/me')).headers.get('x-ratelimit-remaining')).toBe('2');
    const toms = await app.call('GET', '/v1/users/me', undefined, { 'x-api-token': app.sandbox.tokenOf(tom()) });
    expect(toms.headers.get('x-ratelimit-remaining')).toBe('2');
  });

  it('adds deals that say where they come from', async () => {
    const { access_token } = await app.connect();
    const { body } = await app.api(access_token, '/api/v2/deals', { method: 'POST', body: { title: 'By the app' } });
    expect(body.data).toMatchObject({ origin: 'Marketplace', origin_id: app.sandbox.oauth.app.clientId });
    const { record } = await app.call('POST', '/api/v2/deals', { title: 'By the token' });
    expect(record).toMatchObject({ origin: 'API', origin_id: null });
  });
});

describe('scopes', () => {
  const OUT_OF_SCOPE = {
    status: 403,
    body: {
      success: false,
      error: 'Scope and URL mismatch',
      errorCode: 403,
      error_info: 'Please check developers.pipedrive.com',
    },
  };

  it.each([
    { scopes: ['deals:read'], method: 'GET', path: '/api/v2/deals', allowed: true },
    { scopes: ['deals:full'], method: 'GET', path: '/api/v2/deals', allowed: true },
    { scopes: ['deals:read'], method: 'POST', path: '/api/v2/deals', allowed: false },
    { scopes: ['deals:read'], method: 'PUT', path: '/v1/deals/1/merge', allowed: false },
    { scopes: ['deals:full'], method: 'GET', path: '/v1/deals/1/changelog', allowed: false },
    { scopes: ['recents:read'], method: 'GET', path: '/v1/deals/1/changelog', allowed: true },
    { scopes: ['contacts:full'], method: 'GET', path: '/api/v2/deals', allowed: false },
    { scopes: ['contacts:read'], method: 'GET', path: '/api/v2/persons/101', allowed: true },
    { scopes: ['deals:full'], method: 'GET', path: '/v1/users', allowed: false },
    { scopes: ['deals:full'], method: 'GET', path: '/api/v1/users', allowed: false },
    { scopes: ['users:read'], method: 'GET', path: '/v1/users', allowed: true },
    { scopes: [], method: 'GET', path: '/v1/users/me', allowed: true },
    { scopes: [], method: 'GET', path: '/v1/currencies', allowed: true },
    { scopes: [], method: 'GET', path: '/api/v2/products', allowed: false },
    { scopes: ['deals:full'], method: 'GET', path: '/v1/deals', allowed: false },
    { scopes: ['users:read'], method: 'GET', path: '/api/v2/users/1', allowed: false },
  ])('$scopes: $method $path $allowed', async ({ scopes, method, path, allowed }) => {
    app.sandbox.oauth.app.scopes = scopes;
    const { access_token, scope } = await app.connect();
    expect(scope).toBe(['base', ...scopes].join(','));
    const answer = await app.api(access_token, path, { method });
    if (allowed) expect(answer.status).toBe(200);
    else expect(answer).toMatchObject(OUT_OF_SCOPE);
  });

  it('are those that the user granted, also after a refresh', async () => {
    app.sandbox.oauth.app.scopes = ['deals:read'];
    const { refresh_token } = await app.connect();
    app.sandbox.oauth.app.scopes = ['deals:read', 'users:read'];
    const { body } = await app.refresh(refresh_token);
    expect(body.scope).toBe('base,deals:read');
    expect(await app.api(body.access_token as string, '/v1/users')).toMatchObject(OUT_OF_SCOPE);
  });

  it('the app of the sandbox has all that its operations ask for', async () => {
    const { access_token } = await app.connect();
    for (const path of ['/api/v2/deals', '/v1/deals/1/flow', '/v1/deals/1/mailMessages', '/v1/users', '/v1/notes']) {
      expect((await app.api(access_token, path)).status).toBe(200);
    }
  });
});

describe('the users of the account', () => {
  it('let the app in one by one', async () => {
    const ana = await app.connect();
    app.sandbox.oauth.signedIn = tom();
    const second = await app.connect();
    const me = async (token: string) => (await app.api(token, '/v1/users/me')).body.data as Record<string, unknown>;
    expect(await me(ana.access_token)).toMatchObject({ name: 'Ana Rebane', is_you: true });
    expect(await me(second.access_token)).toMatchObject({ id: tom(), name: 'Tom Põder', is_you: true });
    const listed = (await app.api(second.access_token, '/v1/users')).body.data as { id: number; is_you: boolean }[];
    expect(listed.filter(({ is_you }) => is_you).map(({ id }) => id)).toEqual([tom()]);
  });

  it('own what they add, however much goes on at once', async () => {
    const people = [...app.sandbox.store.users.values()].filter((user) => user.active_flag);
    const added = await Promise.all(
      people.map(async ({ id }) => {
        const { accessToken } = app.sandbox.oauth.issue(id);
        const { body } = await app.api(accessToken, '/api/v2/deals', { method: 'POST', body: { title: `Of ${id}` } });
        return body.data as { id: number; owner_id: number; creator_user_id: number };
      }),
    );
    expect(added.map(({ owner_id }) => owner_id)).toEqual(people.map(({ id }) => id));
    const changes = [...app.sandbox.store.fieldChanges.values()];
    for (const { id, owner_id } of added) {
      expect(changes.filter(({ deal_id }) => deal_id === id).map(({ actor_user_id }) => actor_user_id)).toEqual([
        owner_id,
      ]);
    }
  });

  it('have an API token each, but for the one who left', async () => {
    const [ana, , , , , gone] = [...app.sandbox.store.users.values()].map(({ id }) => id) as number[];
    expect(app.sandbox.tokenOf(ana as number)).toBe(app.sandbox.token);
    const headers = { 'x-api-token': app.sandbox.tokenOf(tom()) };
    expect(headers['x-api-token']).toMatch(/^[0-9a-f]{40}$/);
    expect((await app.call('GET', '/v1/users/me', undefined, headers)).record).toMatchObject({ id: tom() });
    expect(() => app.sandbox.tokenOf(gone as number)).toThrow();
    expect(() => app.sandbox.tokenOf(1)).toThrow();
  });

  it('lose their tokens one by one', async () => {
    const { oauth } = app.sandbox;
    const [ana, second] = [oauth.issue(), oauth.issue(tom())];
    const works = async (token: string) => (await app.api(token, '/v1/users/me')).status === 200;
    oauth.expireAccessTokens(tom());
    expect([await works(ana.accessToken), await works(second.accessToken)]).toEqual([true, false]);
    oauth.killRefreshTokens(ana.userId);
    expect((await app.refresh(ana.refreshToken)).status).toBe(400);
    expect((await app.refresh(second.refreshToken)).status).toBe(200);
    oauth.uninstall(ana.userId);
    expect(await works(ana.accessToken)).toBe(false);
    oauth.uninstall();
    expect((await app.refresh(second.refreshToken)).status).toBe(400);
  });
});

describe('the sandbox', () => {
  it('counts what each endpoint was asked', async () => {
    const { refresh_token, access_token } = await app.connect();
    await app.refresh(refresh_token);
    app.sandbox.faults.set({ path: '/oauth/token', kind: 'status', status: 503, times: 1 });
    await app.post('/oauth/token/', { grant_type: 'refresh_token', refresh_token }).catch(() => null);
    await app.post('/oauth/revoke', { token: access_token });
    expect(app.sandbox.oauth.requests).toEqual({ authorize: 1, exchange: 1, refresh: 2, revoke: 1 });
    app.sandbox.reset();
    expect(app.sandbox.oauth.requests).toEqual({ authorize: 0, exchange: 0, refresh: 0, revoke: 0 });
  });

  it('charges nothing for OAuth, and limits it in no way', async () => {
    await app.close();
    app = await startApp({ burst: 1, dailyTokens: 0 });
    const { refresh_token } = await app.connect();
    for (const _ of [1, 2, 3]) expect((await app.refresh(refresh_token)).status).toBe(200);
    expect(app.sandbox.tokensSpent).toBe(0);
  });

  it('fails before and after a refresh', async () => {
    const { oauth, faults } = app.sandbox;
    oauth.rotatesRefreshTokens = true;
    const { refresh_token } = await app.connect();
    const ask = () => app.refresh(refresh_token).then(({ status }) => status);
    faults.set({ method: 'POST', path: '/oauth/token', kind: 'status', status: 500, times: 1 });
    expect(await ask()).toBe(500);
    faults.set({ method: 'POST', path: '/oauth/token', kind: 'dropAfter', times: 1 });
    await expect(ask()).rejects.toThrow('fetch failed');
    expect(await ask()).toBe(400);
  });

  it('puts everything back to the start', async () => {
    const { oauth } = app.sandbox;
    const { access_token, refresh_token } = await app.connect();
    oauth.deniesConsent = true;
    oauth.rotatesRefreshTokens = true;
    oauth.accessTokenLife = 1;
    oauth.apiDomain = 'https://elsewhere.example';
    oauth.signedIn = tom();
    oauth.app.scopes = [];
    app.sandbox.reset();
    expect((await app.api(access_token, '/v1/users/me')).status).toBe(401);
    expect((await app.refresh(refresh_token)).status).toBe(400);
    const again = await app.connect();
    expect(again).toMatchObject({ expires_in: 3599, api_domain: app.url });
    expect((await app.refresh(again.refresh_token)).body.refresh_token).toBe(again.refresh_token);
    expect((await app.api(again.access_token, '/v1/users/me')).body.data).toMatchObject({ name: 'Ana Rebane' });
  });

  it('says how a gateway finds it', () => {
    expect(app.sandbox.oauth.env('http://127.0.0.1:1')).toEqual({
      PIPEDRIVE_CLIENT_ID: expect.stringMatching(/^[0-9a-f]{16}$/),
      PIPEDRIVE_CLIENT_SECRET: expect.stringMatching(/^[0-9a-f]{40}$/),
      PIPEDRIVE_OAUTH_URL: 'http://127.0.0.1:1',
    });
  });
});
