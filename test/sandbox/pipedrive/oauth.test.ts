import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AppUnderTest, basic, CALLBACK, startApp, type Tokens } from './oauth-support.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

let app: AppUnderTest;
let now: number;

beforeEach(async () => {
  now = Date.parse('2026-11-10T12:00:00Z');
  app = await startApp({ now: () => now });
});
afterEach(() => app.close());

function refusal(error: string, message: string) {
  return { status: 400, body: { success: false, error, message } };
}

const INVALID_REFRESH_TOKEN = refusal('invalid_grant', 'Invalid grant: refresh token is invalid');

async function codeOf(query: Record<string, string> = {}): Promise<string> {
  return (await app.authorize(query)).location?.searchParams.get('code') as string;
}

function exchange(code: string, over: Record<string, string> = {}) {
  return app.post('/oauth/token', { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, ...over });
}

describe('the authorize endpoint', () => {
  it('sends the browser back with a code and the state as it was', async () => {
    const state = 'a b&c=d/é';
    const { status, location } = await app.authorize({ state });
    expect(status).toBe(302);
    expect(`${location?.origin}${location?.pathname}`).toBe(CALLBACK);
    expect([...(location as URL).searchParams.keys()]).toEqual(['code', 'state']);
    expect(location?.searchParams.get('state')).toBe(state);
    expect(location?.searchParams.get('code')).toMatch(/^\d+\.\d+\.[0-9a-f]{40}$/);
  });

  it('says nothing of a state where there was none', async () => {
    expect([...((await app.authorize()).location as URL).searchParams.keys()]).toEqual(['code']);
  });

  it('keeps the query of the address', async () => {
    app.sandbox.oauth.app.redirectUris = [`${CALLBACK}?tenant=7`];
    const { location } = await app.authorize({ redirect_uri: `${CALLBACK}?tenant=7` });
    expect([...(location as URL).searchParams.keys()]).toEqual(['tenant', 'code']);
  });

  it('tells the app when the user denies', async () => {
    app.sandbox.oauth.deniesConsent = true;
    const { status, location } = await app.authorize({ state: 's' });
    expect(status).toBe(302);
    expect(Object.fromEntries((location as URL).searchParams)).toEqual({ error: 'user_denied', state: 's' });
  });

  it.each([
    { query: { client_id: '' }, answer: refusal('invalid_request', 'Missing parameter: `client_id`') },
    { query: { client_id: 'other' }, answer: refusal('invalid_client', 'Invalid client: client is invalid') },
    {
      query: { redirect_uri: '' },
      answer: refusal('invalid_request', 'Invalid request: `redirect_uri` is not a valid URI'),
    },
    {
      query: { redirect_uri: 'connected' },
      answer: refusal('invalid_request', 'Invalid request: `redirect_uri` is not a valid URI'),
    },
    ...[`${CALLBACK}/`, `${CALLBACK}?x=1`, 'http://127.0.0.1:4001/connected', 'https://127.0.0.1:4000/connected'].map(
      (redirect_uri) => ({
        query: { redirect_uri },
        answer: refusal('invalid_request', 'Invalid request: `redirect_uri` is invalid'),
      }),
    ),
  ])('sends nobody anywhere for $query', async ({ query, answer }) => {
    const { status, body, location } = await app.authorize({ state: 's', ...query });
    expect({ status, body }).toEqual(answer);
    expect(location).toBeNull();
  });

  it('sends users back to any address of this computer where none is registered', async () => {
    app.sandbox.oauth.app.redirectUris = [];
    for (const redirect_uri of ['http://127.0.0.1:1/a', 'http://localhost:2/b', 'http://[::1]:3/c']) {
      const code = await codeOf({ redirect_uri });
      expect((await exchange(code, { redirect_uri })).status).toBe(200);
    }
    for (const redirect_uri of ['http://127.0.0.2/a', 'https://example.com/127.0.0.1', 'ftp://localhost/c']) {
      expect((await app.authorize({ redirect_uri })).location).toBeNull();
    }
  });
});

describe('the token endpoint', () => {
  it('exchanges a code for tokens of the documented shape', async () => {
    const { status, headers, body } = await exchange(await codeOf());
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toEqual({
      access_token: expect.stringMatching(/^v1u:[A-Za-z0-9+/=:]{300,764}$/),
      token_type: 'Bearer',
      expires_in: 3599,
      refresh_token: expect.stringMatching(/^\d+:\d+:[0-9a-f]{40}$/),
      scope: expect.stringMatching(/^[a-z:,-]+$/),
      api_domain: app.url,
    });
    expect((body.scope as string).split(',')).toEqual(expect.arrayContaining(['base', 'deals:full', 'users:read']));
  });

  it('takes the secret in the form too, and the address with a slash at the end', async () => {
    const { clientId: client_id, clientSecret: client_secret } = app.sandbox.oauth.app;
    const form = { grant_type: 'authorization_code', code: await codeOf(), redirect_uri: CALLBACK };
    expect((await app.post('/oauth/token/', { ...form, client_id, client_secret }, {})).status).toBe(200);
  });

  it('exchanges a code once', async () => {
    const code = await codeOf();
    expect((await exchange(code)).status).toBe(200);
    expect(await exchange(code)).toMatchObject(
      refusal('invalid_grant', 'Invalid grant: authorization code is invalid'),
    );
  });

  it('exchanges a code for five minutes', async () => {
    const [first, second] = [await codeOf(), await codeOf()];
    now += 5 * MINUTE;
    expect((await exchange(first)).status).toBe(200);
    now += 1;
    expect(await exchange(second)).toMatchObject(
      refusal('invalid_grant', 'Invalid grant: authorization code has expired'),
    );
  });

  it('exchanges a code for the address it was sent to, and keeps it through a mistake', async () => {
    app.sandbox.oauth.app.redirectUris = [CALLBACK, `${CALLBACK}/too`];
    const code = await codeOf();
    expect(await exchange(code, { redirect_uri: `${CALLBACK}/too` })).toMatchObject(
      refusal('invalid_request', 'Invalid request: `redirect_uri` is invalid'),
    );
    expect((await exchange(code)).status).toBe(200);
  });

  it('takes no notice of PKCE, which the documentation does not know', async () => {
    const code = await codeOf({ code_challenge: 'x'.repeat(43), code_challenge_method: 'S256' });
    expect((await exchange(code)).status).toBe(200);
  });

  it('refreshes with the same refresh token, and leaves the old access token as it was', async () => {
    const before = await app.connect();
    const { status, body } = await app.refresh(before.refresh_token);
    const after = body as unknown as Tokens;
    expect(status).toBe(200);
    expect(Object.keys(after).sort()).toEqual(Object.keys(before).sort());
    expect(after).toMatchObject({ refresh_token: before.refresh_token, scope: before.scope, expires_in: 3599 });
    expect(after.access_token).not.toBe(before.access_token);
    expect((await app.api(before.access_token, '/v1/users/me')).status).toBe(200);
    expect((await app.api(after.access_token, '/v1/users/me')).status).toBe(200);
  });

  it('answers another refresh token where they rotate', async () => {
    app.sandbox.oauth.rotatesRefreshTokens = true;
    const { refresh_token } = await app.connect();
    const second = (await app.refresh(refresh_token)).body.refresh_token as string;
    expect(second).not.toBe(refresh_token);
    expect(await app.refresh(refresh_token)).toMatchObject(INVALID_REFRESH_TOKEN);
    expect((await app.refresh(second)).status).toBe(200);
  });

  it('forgets a refresh token that was not used for 60 days', async () => {
    const { refresh_token } = await app.connect();
    now += 60 * DAY;
    expect((await app.refresh(refresh_token)).status).toBe(200);
    now += 60 * DAY;
    expect((await app.refresh(refresh_token)).status).toBe(200);
    now += 60 * DAY + 1;
    expect(await app.refresh(refresh_token)).toMatchObject(INVALID_REFRESH_TOKEN);
  });

  it('answers `invalid_grant` for a refresh token that was killed', async () => {
    const { refresh_token, access_token } = await app.connect();
    app.sandbox.oauth.killRefreshTokens();
    expect(await app.refresh(refresh_token)).toMatchObject(INVALID_REFRESH_TOKEN);
    expect((await app.api(access_token, '/v1/users/me')).status).toBe(200);
  });

  it.each([
    { form: {}, answer: refusal('invalid_request', 'Missing parameter: `grant_type`') },
    {
      form: { grant_type: 'password' },
      answer: refusal('unsupported_grant_type', 'Unsupported grant type: `grant_type` is invalid'),
    },
    { form: { grant_type: 'authorization_code' }, answer: refusal('invalid_request', 'Missing parameter: `code`') },
    {
      form: { grant_type: 'authorization_code', code: 'x' },
      answer: refusal('invalid_request', 'Invalid request: `redirect_uri` is not a valid URI'),
    },
    {
      form: { grant_type: 'authorization_code', code: 'x', redirect_uri: 'http://127.0.0.1:4000/other' },
      answer: refusal('invalid_request', 'Invalid request: `redirect_uri` is invalid'),
    },
    {
      form: { grant_type: 'authorization_code', code: 'x', redirect_uri: CALLBACK },
      answer: refusal('invalid_grant', 'Invalid grant: authorization code is invalid'),
    },
    { form: { grant_type: 'refresh_token' }, answer: refusal('invalid_request', 'Missing parameter: `refresh_token`') },
    { form: { grant_type: 'refresh_token', refresh_token: 'x' }, answer: INVALID_REFRESH_TOKEN },
  ])('refuses $form', async ({ form, answer }) => {
    const { status, body } = await app.post('/oauth/token', form as Record<string, string>);
    expect({ status, body }).toEqual(answer);
  });

  it('wants a form', async () => {
    const { refresh_token } = await app.connect();
    const { clientId, clientSecret } = app.sandbox.oauth.app;
    const response = await fetch(`${app.url}/oauth/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: basic(clientId, clientSecret) },
      body: JSON.stringify({ grant_type: 'refresh_token', refresh_token }),
    });
    expect({ status: response.status, body: await response.json() }).toEqual(
      refusal('invalid_request', 'Invalid request: content must be application/x-www-form-urlencoded'),
    );
  });

  it.each(['/oauth/token', '/oauth/revoke'])('%s wants the secret of the app', async (path) => {
    const { refresh_token } = await app.connect();
    const form = { grant_type: 'refresh_token', refresh_token, token: refresh_token };
    const { clientId, clientSecret } = app.sandbox.oauth.app;
    const none = refusal('invalid_client', 'Invalid client: cannot retrieve client credentials');
    const wrong = refusal('invalid_client', 'Invalid client: client is invalid');
    expect(await app.post(path, form, {})).toMatchObject(none);
    expect(await app.post(path, form, { authorization: basic(clientId, '') })).toMatchObject(none);
    expect(await app.post(path, form, { authorization: `Bearer ${clientSecret}` })).toMatchObject(none);
    expect(await app.post(path, form, { authorization: basic(clientId, `${clientSecret}0`) })).toMatchObject(wrong);
    expect(await app.post(path, form, { authorization: basic('other', clientSecret) })).toMatchObject(wrong);
    expect((await app.refresh(refresh_token)).status).toBe(200);
  });

  it('knows no old secret', async () => {
    const { refresh_token } = await app.connect();
    const { clientId, clientSecret } = app.sandbox.oauth.app;
    app.sandbox.oauth.app.clientSecret = 'f'.repeat(40);
    const form = { grant_type: 'refresh_token', refresh_token };
    expect((await app.post('/oauth/token', form, { authorization: basic(clientId, clientSecret) })).status).toBe(400);
    expect((await app.refresh(refresh_token)).status).toBe(200);
  });

  it('names another address of the API where told', async () => {
    app.sandbox.oauth.apiDomain = 'https://northwind-sandbox.pipedrive.com';
    expect((await app.connect()).api_domain).toBe('https://northwind-sandbox.pipedrive.com');
  });
});

describe('the revoke endpoint', () => {
  it('takes away everything with the refresh token', async () => {
    const tokens = await app.connect();
    const { status, text } = await app.post('/oauth/revoke', { token: tokens.refresh_token });
    expect({ status, text }).toEqual({ status: 200, text: '' });
    expect(await app.refresh(tokens.refresh_token)).toMatchObject(INVALID_REFRESH_TOKEN);
    expect((await app.api(tokens.access_token, '/v1/users/me')).status).toBe(401);
  });

  it.each(['access_token', 'refresh_token'])('takes away an access token alone, hinted as %s', async (hint) => {
    const tokens = await app.connect();
    await app.post('/oauth/revoke', { token: tokens.access_token, token_type_hint: hint });
    expect((await app.api(tokens.access_token, '/v1/users/me')).status).toBe(401);
    expect((await app.refresh(tokens.refresh_token)).status).toBe(200);
  });

  it('is content with tokens it does not know, but wants one', async () => {
    expect((await app.post('/oauth/revoke', { token: 'unknown%2%41%FF' })).status).toBe(200);
    expect(await app.post('/oauth/revoke', {})).toMatchObject(refusal('invalid_request', 'Missing parameter: `token`'));
  });
});

it('has nothing else', async () => {
  const ask = async (method: string, path: string) => {
    const response = await fetch(`${app.url}${path}`, { method });
    return [response.status, response.headers.get('allow')];
  };
  expect(await ask('POST', '/oauth/authorize')).toEqual([405, 'GET']);
  expect(await ask('GET', '/oauth/token')).toEqual([405, 'POST']);
  expect(await ask('GET', '/oauth/userinfo')).toEqual([404, null]);
});
