import type { LogEntry } from '../../kit/simulator.ts';
import { isObject } from '../schema.ts';
import { type RegisteredApp, sandboxApp } from './app.ts';
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
  readonly #options: OAuthServerOptions;
  #grants!: Grants;

  constructor(options: OAuthServerOptions) {
    this.#options = options;
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

  /** The codes and tokens that are out. */
  get grants(): Grants {
    return this.#grants;
  }

  /** Tokens of a user, as if they had agreed in a browser. */
  issue(userId = this.signedIn): IssuedTokens {
    return this.#grants.issue(this.consentBy(userId), this.accessTokenLife);
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

  /** What a user agrees to who lets the app in. */
  consentBy(userId: number): Consent {
    return { userId, scopes: [...new Set(['base', ...this.app.scopes])] };
  }
}
