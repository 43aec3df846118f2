import type { PipedriveSandboxOptions } from '../../../src/sandbox/pipedrive/index.ts';
import { type Fields, type Started, start } from './start.ts';

/** An answer of the OAuth server, or of the API to an access token. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Fields;
}

/** What an app has after a user has let it in. */
export interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly token_type: string;
  readonly scope: string;
  readonly expires_in: number;
  readonly api_domain: string;
}

export const CALLBACK = 'http://127.0.0.1:4000/connected';

/** A sandbox seen by an app that is registered with it. */
export interface AppUnderTest extends Started {
  /** What a browser is sent to, of the answer to the authorize endpoint. */
  authorize(query?: Readonly<Record<string, string>>): Promise<Reply & { readonly location: URL | null }>;
  /** A form posted with the app's secret, or with other headers. */
  post(path: string, form: Readonly<Record<string, string>>, headers?: Record<string, string>): Promise<Reply>;
  /** Lets the app in. */
  connect(): Promise<Tokens>;
  refresh(refresh_token: string): Promise<Reply>;
  /** A request of the API with an access token. */
  api(accessToken: string, path: string, init?: { method?: string; body?: Fields }): Promise<Reply>;
}

export function basic(id: string, secret: string): string {
  return `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
}

export async function startApp(options: PipedriveSandboxOptions = {}): Promise<AppUnderTest> {
  const started = await start({ deals: 12, app: { redirectUris: [CALLBACK] }, ...options });
  const { sandbox, url } = started;
  const reply = async (response: Response): Promise<Reply> => {
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: text === '' ? {} : JSON.parse(text) };
  };
  const app: AppUnderTest = {
    ...started,
    async authorize(query = {}) {
      const parameters = { client_id: sandbox.oauth.app.clientId, redirect_uri: CALLBACK, ...query };
      const given = Object.entries(parameters).filter(([, value]) => value !== '');
      const response = await fetch(`${url}/oauth/authorize?${new URLSearchParams(given)}`, { redirect: 'manual' });
      const location = response.headers.get('location');
      return { ...(await reply(response)), location: location === null ? null : new URL(location) };
    },
    async post(path, form, headers) {
      const { clientId, clientSecret } = sandbox.oauth.app;
      return reply(
        await fetch(`${url}${path}`, {
          method: 'POST',
          headers: headers ?? { authorization: basic(clientId, clientSecret) },
          body: new URLSearchParams(form),
        }),
      );
    },
    async connect() {
      const { location } = await app.authorize();
      const code = location?.searchParams.get('code') as string;
      const answer = await app.post('/oauth/token', {
        grant_type: 'authorization_code',
        code,
        redirect_uri: CALLBACK,
      });
      return answer.body as unknown as Tokens;
    },
    refresh: (refresh_token) => app.post('/oauth/token', { grant_type: 'refresh_token', refresh_token }),
    async api(accessToken, path, { method = 'GET', body } = {}) {
      return reply(
        await fetch(`${url}${path}`, {
          method,
          headers: {
            authorization: `Bearer ${accessToken}`,
            ...(body && { 'content-type': 'application/json' }),
          },
          ...(body && { body: JSON.stringify(body) }),
        }),
      );
    },
  };
  return app;
}
