import { randomBytes } from 'node:crypto';
import { COMPANY } from '../users.ts';
import { OAuthFailure } from './failure.ts';

/** How long a code can be exchanged: 5 minutes. */
const CODE_LIFE_MS = 5 * 60 * 1_000;

/** How long a refresh token lives without being used: 60 days. */
const REFRESH_TOKEN_LIFE_MS = 60 * 24 * 60 * 60 * 1_000;

/** What a user has agreed to. */
export interface Consent {
  readonly userId: number;
  readonly scopes: readonly string[];
}

/** What an exchange or a refresh hands out. */
export interface IssuedTokens extends Consent {
  readonly accessToken: string;
  readonly refreshToken: string;
}

interface Code extends Consent {
  readonly redirectUri: string;
  readonly issuedAt: number;
}

/** The codes and tokens that are out, and what they stand for. */
export class Grants {
  readonly #now: () => number;
  readonly #codes = new Map<string, Code>();
  readonly #refreshTokens = new Map<string, { readonly consent: Consent; usedAt: number }>();
  readonly #accessTokens = new Map<string, { readonly consent: Consent; expiresAt: number }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** A code for the browser of a user who has agreed. */
  issueCode(consent: Consent, redirectUri: string): string {
    const code = nameFor(consent, '.');
    this.#codes.set(code, { ...consent, redirectUri, issuedAt: this.#now() });
    return code;
  }

  /** Tokens for a code, once. Throws for codes that are unknown, used, too old, or were sent to another address. */
  exchange(code: string, redirectUri: string, lifeSeconds: number): IssuedTokens {
    const known = this.#codes.get(code);
    if (!known) throw new OAuthFailure('invalid_grant', 'Invalid grant: authorization code is invalid');
    if (this.#now() - known.issuedAt > CODE_LIFE_MS) {
      throw new OAuthFailure('invalid_grant', 'Invalid grant: authorization code has expired');
    }
    if (known.redirectUri !== redirectUri) {
      throw new OAuthFailure('invalid_request', 'Invalid request: `redirect_uri` is invalid');
    }
    this.#codes.delete(code);
    return this.issue({ userId: known.userId, scopes: known.scopes }, lifeSeconds);
  }

  /** Tokens without a code. */
  issue(consent: Consent, lifeSeconds: number): IssuedTokens {
    return this.#handOut(consent, nameFor(consent, ':'), lifeSeconds);
  }

  /** A new access token, and the same refresh token for 60 days more, or another one where they rotate. */
  refresh(refreshToken: string, lifeSeconds: number, rotates: boolean): IssuedTokens {
    const known = this.#refreshTokens.get(refreshToken);
    if (!known || this.#now() - known.usedAt > REFRESH_TOKEN_LIFE_MS) {
      throw new OAuthFailure('invalid_grant', 'Invalid grant: refresh token is invalid');
    }
    if (!rotates) return this.#handOut(known.consent, refreshToken, lifeSeconds);
    this.#refreshTokens.delete(refreshToken);
    return this.issue(known.consent, lifeSeconds);
  }

  /** Who an access token speaks for; `null` where it is unknown or has expired. */
  consentOf(accessToken: string): Consent | null {
    const known = this.#accessTokens.get(accessToken);
    return known && this.#now() < known.expiresAt ? known.consent : null;
  }

  /** An access token goes alone; with a refresh token everything goes that its user had granted. */
  revoke(token: string): void {
    const refresh = this.#refreshTokens.get(token);
    if (refresh) this.forget(refresh.consent.userId);
    else this.#accessTokens.delete(token);
  }

  /** The tokens of a user, or of all, as after uninstalling the app. */
  forget(userId?: number): void {
    this.expireAccessTokens(userId);
    this.killRefreshTokens(userId);
  }

  expireAccessTokens(userId?: number): void {
    removeOf(this.#accessTokens, userId);
  }

  killRefreshTokens(userId?: number): void {
    removeOf(this.#refreshTokens, userId);
  }

  #handOut(consent: Consent, refreshToken: string, lifeSeconds: number): IssuedTokens {
    // Real ones are long and hold every character of base64, which must survive headers and forms.
    const accessToken = `v1u:${randomBytes(102).toString('base64')}:+/${randomBytes(190).toString('base64')}`;
    this.#accessTokens.set(accessToken, { consent, expiresAt: this.#now() + lifeSeconds * 1_000 });
    this.#refreshTokens.set(refreshToken, { consent, usedAt: this.#now() });
    return { ...consent, accessToken, refreshToken };
  }
}

/** Codes and refresh tokens name the company and the user. */
function nameFor({ userId }: Consent, separator: string): string {
  return [COMPANY.company_id, userId, randomBytes(20).toString('hex')].join(separator);
}

function removeOf(tokens: Map<string, { readonly consent: Consent }>, userId: number | undefined): void {
  for (const [token, { consent }] of tokens) {
    if (userId === undefined || consent.userId === userId) tokens.delete(token);
  }
}
