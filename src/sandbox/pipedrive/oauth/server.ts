import { findRoute, type LogEntry, type Route, type SimRequest, type SimResponse } from '../../kit/simulator.ts';
import { isObject } from '../schema.ts';
import { type RegisteredApp, requireRedirectUri, sandboxApp } from './app.ts';
import { OAuthFailure } from './failure.ts';
import { type Consent, Grants, type IssuedTokens } from './grants.ts';

/** What the access tokens of Pipedrive live, in seconds. */
const ACCESS_TOKEN_LIFE = 3_599;

export interface OAuthServerOptions {
  readonly app: Partial<RegisteredApp>;
  /** The user whose browser it is until `signedIn` says otherwise. */
  readonly user: number;
  now(): number;
  readonly log: readonly LogEntry[];
}

/** How often each endpoint was asked. */
export interface OAuthRequests {
  readonly authorize: number;
  /** The token endpoint: codes exchanged, and refreshes. */
  readonly exchange: number;
  readonly refresh: number;
  readonly revoke: number;
}

/**
 * Pipedrive's OAuth server (`oauth.pipedrive.com`), which the sandbox serves at its own address. What it answers can be
 * set here; how it fails, with the faults of the sandbox.
 * https://pipedrive.readme.io/docs/marketplace-oauth-authorization
 */
export class OAuthServer {
  /** The registered app. May be changed: who knows an old secret is refused from then on. */
  app!: RegisteredApp;
  /** The user whose browser opens the consent page. */
  signedIn!: number;
  /** Whether the user presses "Cancel" on the consent page. */
  deniesConsent!: boolean;
  /** Seconds that access tokens issued from now on live. */
  accessTokenLife!: number;
  /** Whether a refresh answers another refresh token and kills the old one. Pipedrive's documentation says it does not. */
  rotatesRefreshTokens!: boolean;
  /** What token answers say the API's address is; `null` for the address they were asked at. */
  apiDomain!: string | null;
  #grants!: Grants;
  readonly #options: OAuthServerOptions;
  readonly #routes: readonly Route[];

  constructor(options: OAuthServerOptions) {
    this.#options = options;
    this.#routes = [
      { method: 'GET', path: '/oauth/authorize', handler: (request) => this.#authorize(request) },
      { method: 'POST', path: '/oauth/token', handler: (request) => this.#token(request) },
      { method: 'POST', path: '/oauth/revoke', handler: (request) => this.#revoke(request) },
    ];
    this.reset();
  }

  /** Forgets all codes, tokens and settings. */
  reset(): void {
    this.app = sandboxApp(this.#options.app);
    this.signedIn = this.#options.user;
    this.deniesConsent = false;
    this.accessTokenLife = ACCESS_TOKEN_LIFE;
    this.rotatesRefreshTokens = false;
    this.apiDomain = null;
    this.#grants = new Grants(this.#options.now);
  }

  /** The settings that point a gateway at this server, as environment variables. */
  env(url: string): Record<string, string> {
    const { clientId, clientSecret } = this.app;
    return { PIPEDRIVE_CLIENT_ID: clientId, PIPEDRIVE_CLIENT_SECRET: clientSecret, PIPEDRIVE_OAUTH_URL: url };
  }

  /** Whether a path belongs to this server and not to the API. */
  serves(path: string): boolean {
    return path === '/oauth' || path.startsWith('/oauth/');
  }

  async handle(request: SimRequest): Promise<SimResponse> {
    // The published API description has the token endpoint with and without a slash at the end.
    const hit = findRoute(this.#routes, request.method, request.path.replace(/\/$/, ''));
    if (!('route' in hit)) {
      return hit.allowed.length > 0 ? { status: 405, headers: { allow: hit.allowed.join(', ') } } : { status: 404 };
    }
    try {
      return await hit.route.handler(request);
    } catch (error) {
      if (error instanceof OAuthFailure) return error.response;
      throw error;
    }
  }

  /** Who an access token speaks for; `null` where it is unknown or has expired. */
  consentOf(accessToken: string): Consent | null {
    return this.#grants.consentOf(accessToken);
  }

  /** Tokens of a user, as if they had agreed in a browser. */
  issue(userId = this.signedIn): IssuedTokens {
    return this.#grants.issue(this.#consentOf(userId), this.accessTokenLife);
  }

  /** Access tokens of a user, or all, stop working now. */
  expireAccessTokens(userId?: number): void {
    this.#grants.expireAccessTokens(userId);
  }

  /** Refresh tokens of a user, or all, are `invalid_grant` from now on; access tokens live on. */
  killRefreshTokens(userId?: number): void {
    this.#grants.killRefreshTokens(userId);
  }

  /** A user, or everybody, uninstalls the app: all their tokens die. */
  uninstall(userId?: number): void {
    this.#grants.forget(userId);
  }

  /** How often each endpoint was asked since the start or the last reset, faults included. */
  get requests(): OAuthRequests {
    const asked = (path: string) => this.#options.log.filter((entry) => entry.path.replace(/\/$/, '') === path);
    const tokens = asked('/oauth/token');
    const refresh = tokens.filter(({ body }) => isObject(body) && body.grant_type === 'refresh_token').length;
    return {
      authorize: asked('/oauth/authorize').length,
      exchange: tokens.length - refresh,
      refresh,
      revoke: asked('/oauth/revoke').length,
    };
  }

  #consentOf(userId: number): Consent {
    return { userId, scopes: [...new Set(['base', ...this.app.scopes])] };
  }

  /** The consent page, answered at once. Wrong clients and addresses are never redirected to. */
  #authorize({ query }: SimRequest): SimResponse {
    const clientId = query.get('client_id');
    if (!clientId) throw new OAuthFailure('invalid_request', 'Missing parameter: `client_id`');
    if (clientId !== this.app.clientId) throw new OAuthFailure('invalid_client', 'Invalid client: client is invalid');
    const redirectUri = requireRedirectUri(this.app, query.get('redirect_uri'));
    const target = new URL(redirectUri);
    if (this.deniesConsent) target.searchParams.set('error', 'user_denied');
    else {
      target.searchParams.set('code', this.#grants.issueCode(this.#consentOf(this.signedIn), redirectUri));
    }
    const state = query.get('state');
    if (state !== null) target.searchParams.set('state', state);
    return { status: 302, headers: { location: target.href } };
  }

  #token(request: SimRequest): SimResponse {
    const form = this.#readForm(request);
    switch (required(form, 'grant_type')) {
      case 'authorization_code': {
        const code = required(form, 'code');
        const redirectUri = requireRedirectUri(this.app, form.redirect_uri);
        return this.#reply(request, this.#grants.exchange(code, redirectUri, this.accessTokenLife));
      }
      case 'refresh_token': {
        const token = required(form, 'refresh_token');
        return this.#reply(request, this.#grants.refresh(token, this.accessTokenLife, this.rotatesRefreshTokens));
      }
      default:
        throw new OAuthFailure('unsupported_grant_type', 'Unsupported grant type: `grant_type` is invalid');
    }
  }

  /** RFC 7009: 200 whether or not the token was known. */
  #revoke(request: SimRequest): SimResponse {
    const token = required(this.#readForm(request), 'token');
    this.#grants.revoke(token);
    // The official client encodes access tokens once more than the form does.
    if (/%[0-9A-Fa-f]{2}/.test(token)) this.#grants.revoke(decodeURIComponent(token));
    return { status: 200 };
  }

  #reply({ headers }: SimRequest, { accessToken, refreshToken, scopes }: IssuedTokens): SimResponse {
    return {
      status: 200,
      headers: { 'cache-control': 'no-store' },
      body: {
        access_token: accessToken,
        token_type: 'Bearer',
        refresh_token: refreshToken,
        scope: scopes.join(','),
        expires_in: this.accessTokenLife,
        api_domain: this.apiDomain ?? `http://${headers.host}`,
      },
    };
  }

  /** The form of a client that has shown its secret: with HTTP Basic, or in the form itself. */
  #readForm({ headers, body }: SimRequest): Form {
    if (!(headers['content-type'] ?? '').includes('application/x-www-form-urlencoded') || !isObject(body)) {
      throw new OAuthFailure('invalid_request', 'Invalid request: content must be application/x-www-form-urlencoded');
    }
    const form = body as Form;
    const [id, secret] = basicCredentials(headers.authorization) ?? [form.client_id, form.client_secret];
    if (!id || !secret) {
      throw new OAuthFailure('invalid_client', 'Invalid client: cannot retrieve client credentials');
    }
    if (id !== this.app.clientId || secret !== this.app.clientSecret) {
      throw new OAuthFailure('invalid_client', 'Invalid client: client is invalid');
    }
    return form;
  }
}

type Form = Readonly<Record<string, string | undefined>>;

function required(form: Form, name: string): string {
  const value = form[name];
  if (!value) throw new OAuthFailure('invalid_request', `Missing parameter: \`${name}\``);
  return value;
}

function basicCredentials(header: string | undefined): [id: string, secret: string] | null {
  const encoded = /^basic ([A-Za-z0-9+/=]+)$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return null;
  const [id = '', ...secret] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return [id, secret.join(':')];
}
