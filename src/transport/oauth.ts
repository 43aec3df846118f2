import { Pool } from 'undici';
import type { Call } from '../domain/call.ts';
import { ACCEPT_ENCODING, answerFailure, type Body, readBody } from './answer.ts';
import type { Clock } from './clock.ts';
import { HttpError } from './errors.ts';
import { exchange, type Outcome } from './exchange.ts';
import type { HttpClient } from './http-client.ts';
import { Patience } from './patience.ts';
import { statedWaitMs } from './retry.ts';

/** Who a connection acts as in a CRM. */
export interface Identity {
  readonly company: { readonly id: string; readonly label: string };
  readonly user: { readonly id: string; readonly label: string };
}

/** The gateway as an app of a CRM: where users let it in, and where it gets its tokens (RFC 6749). */
export interface OAuthApp {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly authorizeUrl: string;
  readonly tokenUrl: string;
  readonly revokeUrl: string;
  /** Where the CRM sends the browser of a user who has decided, as it is registered there. */
  readonly redirectUri: string;
  /** Where tokens are valid, by what an answer told with them; `null` where that is no place to send them to. */
  baseUrlOf(answer: Readonly<Record<string, unknown>>): string | null;
  /** Asks the CRM whose tokens a client uses. */
  identify(http: HttpClient, call: Call): Promise<Identity>;
}

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly issuedAt: number;
  /** Of the access token, in milliseconds since the epoch. */
  readonly expiresAt: number;
  readonly baseUrl: string;
}

/** The server refused: what was granted is not valid any more, or it does not know the app. */
export class OAuthRefusal extends Error {
  override readonly name = 'OAuthRefusal';
  readonly reason: 'GRANT' | 'CLIENT' | 'REQUEST';

  constructor(reason: OAuthRefusal['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}

const CONNECT_MS = 2_000;
const HEADERS_MS = 5_000;
const TOTAL_MS = 10_000;
const MAX_BYTES = 64 * 1024;
const MAX_TOKEN = 4_096;
const MAX_LIFETIME_S = 366 * 86_400;

/** Speaks to the token and revocation endpoints of an app's server, one try a call. Names no token in any message. */
export class TokenEndpoint {
  readonly #app: OAuthApp;
  readonly #clock: Clock;
  readonly #pools = new Map<string, Pool>();

  constructor(app: OAuthApp, clock: Clock) {
    this.#app = app;
    this.#clock = clock;
  }

  /** Tokens for the code that a user's browser brought. */
  async exchangeCode(code: string, verifier: string): Promise<Tokens> {
    const { redirectUri } = this.#app;
    return this.#tokens(
      { grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier },
      null,
    );
  }

  /** New tokens for those there are. */
  refresh(before: Tokens): Promise<Tokens> {
    return this.#tokens({ grant_type: 'refresh_token', refresh_token: before.refreshToken }, before);
  }

  /** Ends what the refresh token stands for. Answers also where it had ended already. */
  async revoke({ refreshToken }: Tokens): Promise<void> {
    const { revokeUrl } = this.#app;
    try {
      await this.#post(revokeUrl, { token: refreshToken, token_type_hint: 'refresh_token' });
    } catch (error) {
      if (!(error instanceof OAuthRefusal) || error.reason === 'CLIENT') throw error;
    }
  }

  async close(): Promise<void> {
    const pools = [...this.#pools.values()];
    this.#pools.clear();
    await Promise.all(pools.map((pool) => pool.close()));
  }

  async #tokens(form: Readonly<Record<string, string>>, before: Tokens | null): Promise<Tokens> {
    const issuedAt = this.#clock.now();
    const { tokenUrl } = this.#app;
    const body = await this.#post(tokenUrl, form);
    const unreadable = (why: string) =>
      new HttpError('INVALID_ANSWER', `POST ${pathOf(tokenUrl)} was answered without ${why}`, { maybeApplied: true });
    const answer = body.kind === 'json' && isObject(body.value) ? body.value : {};
    const accessToken = tokenOf(answer.access_token);
    const refreshToken = answer.refresh_token === undefined ? before?.refreshToken : tokenOf(answer.refresh_token);
    const seconds = Number(answer.expires_in);
    if (accessToken === null || !/^bearer$/i.test(String(answer.token_type ?? 'bearer'))) {
      throw unreadable('a bearer token');
    }
    if (refreshToken == null) throw unreadable('a refresh token');
    if (!(seconds > 0 && seconds <= MAX_LIFETIME_S)) throw unreadable('a lifetime of the token');
    const isTold = answer.api_domain != null || before === null;
    const baseUrl = isTold ? this.#app.baseUrlOf(answer) : before.baseUrl;
    if (baseUrl === null) throw unreadable("a place of the CRM's where the token is valid");
    return { accessToken, refreshToken, issuedAt, expiresAt: issuedAt + seconds * 1000, baseUrl };
  }

  async #post(url: string, form: Readonly<Record<string, string>>): Promise<Body> {
    const { origin, pathname } = new URL(url);
    const { clientId, clientSecret } = this.#app;
    const request = {
      method: 'POST',
      target: pathname,
      headers: {
        accept: 'application/json',
        'accept-encoding': ACCEPT_ENCODING,
        'user-agent': 'dealgraph',
        authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams(form).toString(),
    } as const;
    const { signal } = new AbortController();
    const patience = new Patience({ signal, deadline: this.#clock.now() + TOTAL_MS }, this.#clock);
    const outcome = await exchange(this.#poolOf(origin), request, {
      patience,
      timeoutMs: TOTAL_MS,
      headersMs: HEADERS_MS,
      maxBytes: MAX_BYTES,
      onSent: () => undefined,
    });
    patience.release();
    return this.#read(url, outcome);
  }

  async #read(url: string, outcome: Outcome): Promise<Body> {
    const what = `POST ${pathOf(url)}`;
    if (outcome.kind === 'failed') {
      const how =
        outcome.failure === 'TIMEOUT' ? 'was not answered in time' : `failed (${outcome.code ?? 'no answer'})`;
      throw new HttpError(outcome.failure, `${what} ${how}`, { maybeApplied: outcome.sent });
    }
    const { status, headers, bytes } = outcome;
    const body = await readBody(headers, bytes);
    const failure = answerFailure(status, body.kind, false);
    const isRefusal = (status === 400 || status === 401) && body.kind === 'json';
    if (isRefusal) throw refusalOf(what, status, body.value);
    if (failure !== null || status >= 400) {
      const retryAfterMs = status === 429 ? statedWaitMs(Number(headers['retry-after'] ?? Number.NaN) * 1000) : null;
      throw new HttpError(failure ?? 'INVALID_ANSWER', `${what} was answered ${status}`, {
        status,
        maybeApplied: status >= 500,
        retryAfterMs,
      });
    }
    return body;
  }

  #poolOf(origin: string): Pool {
    const known = this.#pools.get(origin);
    if (known) return known;
    const timeouts = { connect: { timeout: CONNECT_MS }, headersTimeout: 0, bodyTimeout: 0 };
    const pool = new Pool(origin, { connections: 1, pipelining: 1, ...timeouts });
    this.#pools.set(origin, pool);
    return pool;
  }
}

/** The server's own words decide what kind of refusal it is, and are not repeated. */
function refusalOf(what: string, status: number, answer: unknown): OAuthRefusal {
  const { error, error_description, message } = isObject(answer) ? answer : ({} as Record<string, unknown>);
  const words = [error, error_description, message].filter((one) => typeof one === 'string').join(' ');
  if (status === 401 || /invalid[ _]client|unauthorized[ _]client/i.test(words)) {
    return new OAuthRefusal('CLIENT', `${what} was answered ${status}: the client id and secret are not accepted`);
  }
  if (/invalid[ _]grant/i.test(words)) {
    return new OAuthRefusal('GRANT', `${what} was answered ${status}: what was granted is not valid any more`);
  }
  return new OAuthRefusal('REQUEST', `${what} was answered ${status}`);
}

function tokenOf(value: unknown): string | null {
  return typeof value === 'string' && value.length <= MAX_TOKEN && /^[\x21-\x7e]+$/.test(value) ? value : null;
}

function pathOf(url: string): string {
  return new URL(url).pathname;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
