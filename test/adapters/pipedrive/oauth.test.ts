import { expect, it } from 'vitest';
import { oauthApp } from '../../../src/adapters/pipedrive/oauth.ts';

const SETTINGS = {
  clientId: 'id',
  clientSecret: 'secret',
  oauthUrl: 'https://oauth.pipedrive.com',
  redirectUri: 'http://localhost:4180/callback',
  apiUrl: 'https://api.pipedrive.com',
};

it('is an app where id and secret of one are set', () => {
  expect(oauthApp({ ...SETTINGS, clientId: undefined, clientSecret: undefined })).toBeNull();
  expect(oauthApp(SETTINGS)).toMatchObject({
    authorizeUrl: 'https://oauth.pipedrive.com/oauth/authorize',
    tokenUrl: 'https://oauth.pipedrive.com/oauth/token',
    revokeUrl: 'https://oauth.pipedrive.com/oauth/revoke',
  });
});

const SANDBOX = { oauthUrl: 'http://127.0.0.1:4101', apiUrl: 'http://127.0.0.1:4103' };

it.each([
  { told: undefined, goes: 'https://api.pipedrive.com' },
  { told: 'https://northwind-demo.pipedrive.com', goes: 'https://northwind-demo.pipedrive.com' },
  { told: 'https://northwind-demo.pipedrive.com/', goes: 'https://northwind-demo.pipedrive.com' },
  { told: 'http://northwind-demo.pipedrive.com', goes: null },
  { told: 'https://northwind-demo.pipedrive.com:8443', goes: null },
  { told: 'https://northwind-demo.pipedrive.com/api', goes: null },
  { told: 'https://x@northwind-demo.pipedrive.com', goes: null },
  { told: 'https://pipedrive.com.evil.example', goes: null },
  { told: 'https://evilpipedrive.com', goes: null },
  { told: 'https://127.0.0.1', goes: null },
  { told: 'northwind-demo', goes: null },
  { told: 42, goes: null },
  { told: 'http://127.0.0.1:4101', goes: null },
  { settings: SANDBOX, told: undefined, goes: 'http://127.0.0.1:4103' },
  { settings: SANDBOX, told: 'http://127.0.0.1:4101', goes: 'http://127.0.0.1:4101' },
  { settings: SANDBOX, told: 'http://127.0.0.1:4103', goes: 'http://127.0.0.1:4103' },
  { settings: SANDBOX, told: 'http://127.0.0.1:4102', goes: null },
  { settings: SANDBOX, told: 'https://northwind-demo.pipedrive.com', goes: null },
])('a token that is told to be valid at $told goes to $goes', ({ settings, told, goes }) => {
  expect(oauthApp({ ...SETTINGS, ...settings })?.baseUrlOf({ api_domain: told })).toBe(goes);
});
