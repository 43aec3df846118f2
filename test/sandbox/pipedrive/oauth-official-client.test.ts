import * as v1 from 'pipedrive/v1';
import * as v2 from 'pipedrive/v2';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type AppUnderTest, CALLBACK, startApp, type Tokens } from './oauth-support.ts';

let app: AppUnderTest;
let oauth2: v2.OAuth2Configuration;
let updates: unknown[];

beforeEach(async () => {
  app = await startApp();
  const { clientId, clientSecret } = app.sandbox.oauth.app;
  oauth2 = new v2.OAuth2Configuration({ clientId, clientSecret, redirectUri: CALLBACK, host: app.url });
  updates = [];
  oauth2.onTokenUpdate = (token) => updates.push(token);
});
afterEach(() => app.close());

/** Follows the link of the client as a browser would, up to the app's own address. */
async function consent(link: string): Promise<string> {
  const response = await fetch(link, { redirect: 'manual' });
  const location = new URL(response.headers.get('location') as string);
  expect(location.href.startsWith(`${CALLBACK}?code=`)).toBe(true);
  return location.searchParams.get('code') as string;
}

const configured = () => new v2.Configuration({ accessToken: oauth2.getAccessToken, basePath: oauth2.basePath });

it('the official client is let in, and reads and writes deals', async () => {
  const tokens = (await oauth2.authorize(await consent(oauth2.authorizationUrl))) as unknown as Tokens;
  expect(updates).toEqual([tokens]);
  expect(oauth2.basePath).toBe(`${app.url}/api/v2`);
  const deals = new v2.DealsApi(configured());
  const { data = [] } = await deals.getDeals({ limit: 3 });
  expect(data).toHaveLength(3);
  const added = await deals.addDeal({ AddDealRequest: { title: 'Through OAuth' } });
  expect(added.data).toMatchObject({ title: 'Through OAuth', origin: 'Marketplace' });
});

it('the official client serves v1 with the same tokens', async () => {
  const { clientId, clientSecret } = app.sandbox.oauth.app;
  const first = new v1.OAuth2Configuration({ clientId, clientSecret, redirectUri: CALLBACK, host: app.url });
  await first.authorize(await consent(first.authorizationUrl));
  const { basePath } = first;
  const users = new v1.UsersApi(new v1.Configuration({ accessToken: first.getAccessToken, basePath }));
  expect((await users.getCurrentUser()).data).toMatchObject({ name: 'Ana Rebane', is_you: true });
});

it('the official client refreshes on demand, and by itself once its token is old', async () => {
  const before = (await oauth2.authorize(await consent(oauth2.authorizationUrl))) as unknown as Tokens;
  const after = (await oauth2.tokenRefresh()) as unknown as Tokens;
  expect(after.refresh_token).toBe(before.refresh_token);
  expect(after.access_token).not.toBe(before.access_token);
  oauth2.updateToken({ ...after, expires_in: -1 });
  const { data } = await new v2.DealsApi(configured()).getDeal({ id: 1 });
  expect(data?.id).toBe(1);
  expect(app.sandbox.oauth.requests).toMatchObject({ exchange: 1, refresh: 2 });
});

it('the official client is told when a code or a refresh token is dead', async () => {
  const code = await consent(oauth2.authorizationUrl);
  await oauth2.authorize(code);
  const invalid = (what: string) => ({
    success: false,
    message: `Invalid grant: ${what} is invalid`,
    error: 'invalid_grant',
  });
  await expect(oauth2.authorize(code)).rejects.toEqual(invalid('authorization code'));
  app.sandbox.oauth.killRefreshTokens();
  await expect(oauth2.tokenRefresh()).rejects.toEqual(invalid('refresh token'));
  app.sandbox.oauth.expireAccessTokens();
  await expect(new v2.DealsApi(configured()).getDeals()).rejects.toMatchObject({ errorCode: 401 });
});

it('the official client revokes either token', async () => {
  const read = () => new v2.DealsApi(configured()).getDeal({ id: 1 });
  await oauth2.authorize(await consent(oauth2.authorizationUrl));
  await oauth2.revokeToken('access_token');
  await expect(read()).rejects.toMatchObject({ errorCode: 401 });
  await oauth2.tokenRefresh();
  expect((await read()).data?.id).toBe(1);
  await oauth2.revokeToken('refresh_token');
  await expect(read()).rejects.toMatchObject({ errorCode: 401 });
  await expect(oauth2.tokenRefresh()).rejects.toMatchObject({ error: 'invalid_grant' });
});
