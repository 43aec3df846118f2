import type { Connection } from '../domain/connection.ts';
import type { Clock } from '../transport/clock.ts';
import type { CredentialSource, Credentials } from '../transport/credentials.ts';
import { HttpError } from '../transport/errors.ts';
import { type OAuthApp, OAuthRefusal, TokenEndpoint, type Tokens } from '../transport/oauth.ts';
import { RETRY_POLICY, retryDelayMs } from '../transport/retry.ts';
import { ConnectionError } from './connection-error.ts';
import type { StoredConnection, TokenStore } from './token-store.ts';

/** Tokens are not sent any more so long before their end: requests wait for their turn, and clocks differ. */
const SPARE = { ms: 30_000, share: 0.05 };
/** They are renewed in the background so long before their end, or in that share of their time if it is less. */
const EARLY = { ms: 300_000, share: 0.2 };
/** How often the store is looked at for what another process has put there. */
const LOOK_MS = 5_000;
/** How long a renewal that failed is not tried again, so that the server is not stormed while it is down. */
const REST_MS = 2_000;
/** The same where the server blocks us altogether. */
const BLOCKED_MS = 60_000;
/** How long new tokens are not asked for again after the CRM took neither the old nor the new ones. */
const REFUSED_MS = 60_000;
const RENEWAL_POLICY = { ...RETRY_POLICY, maxTries: 2 };
const RENEWAL_MS = 30_000;

export interface OAuthTokensParts {
  readonly crm: string;
  readonly app: OAuthApp;
  readonly store: TokenStore;
  readonly clock: Clock;
  /** Told of what came of each request for new tokens: `renewed`, `refused`, or how it failed. */
  onRenewal?(result: string): void;
  /** Told of what a person should know. */
  onTrouble?(message: string): void;
  /** Told of tokens as soon as they are known, for them to be kept out of every output. */
  onSecrets?(secrets: readonly string[]): void;
  /** Told that the connection is that of another user or company than before. */
  onOtherIdentity?(): void;
}

/** Tokens that are used, with what goes to the CRM for them. */
interface Held {
  readonly stored: StoredConnection;
  readonly credentials: Credentials;
  readonly renewAt: number;
  readonly goodUntil: number;
}

/**
 * The tokens of an account that let the gateway in by OAuth. Reads them from the store, and again when another process
 * has put others there; renews them early and once for everybody; writes renewed ones down before they are used.
 */
export class OAuthTokens implements CredentialSource {
  readonly #parts: OAuthTokensParts;
  readonly #endpoint: TokenEndpoint;
  #held: Held | null = null;
  /** Why there are none. */
  #problem: string | null = null;
  #stamp: string | null = null;
  #lookAt = Number.NEGATIVE_INFINITY;
  #looking: Promise<void> | null = null;
  #renewing: Promise<void> | null = null;
  /** Renewed tokens that could not be written down yet. */
  #unsaved: StoredConnection | null = null;
  readonly #closing = new AbortController();
  #failure: { readonly error: HttpError; readonly until: number } | null = null;
  /** The access token that was refused though it was new. */
  #refused: { readonly credentials: Credentials; readonly until: number } | null = null;

  constructor(parts: OAuthTokensParts) {
    this.#parts = parts;
    this.#endpoint = new TokenEndpoint(parts.app, parts.clock);
  }

  /** Reads what is stored, so that it is at hand; says in the log what is wrong with it. */
  async open(): Promise<void> {
    await this.#look();
    if (this.#held === null || this.#held.stored.isRefused) this.#parts.onTrouble?.(this.#notConnected().message);
  }

  current(): Credentials | Promise<Credentials> {
    const held = this.#held;
    const now = this.#parts.clock.now();
    if (held === null || !isGood(held, now)) return this.#fresh();
    if (now >= held.renewAt) this.#inBackground(this.#renew());
    else if (now >= this.#lookAt) this.#inBackground(this.#look());
    return held.credentials;
  }

  async refused(given: Credentials, isSecond: boolean): Promise<boolean> {
    const now = this.#parts.clock.now();
    if (isSecond) {
      if (this.#held?.credentials === given) this.#refused = { credentials: given, until: now + REFUSED_MS };
      return false;
    }
    if (this.#held?.credentials === given) await this.#look();
    if (this.#held === null) throw this.#notConnected();
    if (this.#held.credentials !== given) return true;
    if (this.#isRefusedAnew(now)) return false;
    await this.#renew();
    return true;
  }

  accepted(given: Credentials): void {
    if (this.#refused?.credentials === given) this.#refused = null;
  }

  async connection(): Promise<Connection> {
    await this.#look();
    if (this.#held === null) return { state: 'NOT_CONNECTED', expiresAt: null };
    const { isRefused, tokens } = this.#held.stored;
    const now = this.#parts.clock.now();
    const isOver = now >= tokens.expiresAt && this.#failure !== null;
    const state = isRefused || this.#isRefusedAnew(now) ? 'REFUSED' : isOver ? 'EXPIRED' : 'CONNECTED';
    return { state, expiresAt: tokens.expiresAt };
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled([this.#looking, this.#renewing]);
    await this.#endpoint.close();
  }

  #isRefusedAnew(now: number): boolean {
    return this.#refused !== null && this.#refused.credentials === this.#held?.credentials && now < this.#refused.until;
  }

  /** Tokens that are good, read or renewed first. */
  async #fresh(): Promise<Credentials> {
    await this.#look();
    const { clock } = this.#parts;
    if (this.#held !== null && !isGood(this.#held, clock.now())) await this.#renew();
    if (this.#held === null || this.#held.stored.isRefused) throw this.#notConnected();
    return this.#held.credentials;
  }

  /** What nobody waits for may fail: whoever needs it finds out. */
  #inBackground(work: Promise<void>): void {
    work.catch(() => undefined);
  }

  /** Takes what is in the store where that is something else than before. */
  #look(): Promise<void> {
    this.#looking ??= this.#read().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  async #read(): Promise<void> {
    const { crm, store, clock, app } = this.#parts;
    this.#lookAt = clock.now() + LOOK_MS;
    if (this.#unsaved !== null) return;
    try {
      const stamp = await store.stamp(crm);
      if (stamp !== null && stamp === this.#stamp) return;
      const stored = stamp === null ? null : await store.read(crm);
      this.#stamp = stamp;
      const isOurs = stored?.clientId === app.clientId && stored.tokenUrl === app.tokenUrl;
      this.#problem = stored !== null && !isOurs ? 'its tokens were made for another app' : null;
      this.#hold(isOurs ? stored : null);
    } catch (error) {
      if (!(error instanceof ConnectionError)) throw error;
      // What is in use stays in use: it is good, whatever has become of the file.
      this.#problem = error.message;
    }
  }

  #hold(stored: StoredConnection | null): void {
    const before = this.#held?.stored ?? null;
    this.#held = stored === null ? null : heldOf(stored);
    this.#failure = null;
    if (stored === null) return;
    this.#parts.onSecrets?.([stored.tokens.accessToken, stored.tokens.refreshToken]);
    if (before !== null && keyOf(before) !== keyOf(stored)) this.#parts.onOtherIdentity?.();
  }

  /** Renews the tokens, once for all who need it meanwhile. */
  #renew(): Promise<void> {
    this.#renewing ??= this.#renewOnce().finally(() => {
      this.#renewing = null;
    });
    return this.#renewing;
  }

  async #renewOnce(): Promise<void> {
    const { clock } = this.#parts;
    if (this.#failure !== null && clock.now() < this.#failure.until) throw this.#failure.error;
    if (this.#unsaved !== null) return this.#save(this.#unsaved);
    const before = this.#held;
    await this.#look();
    const held = this.#held;
    if (held === null || held.stored.isRefused) throw this.#notConnected();
    if (held !== before) return;
    const tokens = await this.#ask(held);
    if (tokens !== null) await this.#save({ ...held.stored, tokens });
  }

  /** Asks for new tokens; `null` where others were stored meanwhile. */
  async #ask(held: Held): Promise<Tokens | null> {
    const { clock } = this.#parts;
    const endsAt = clock.now() + RENEWAL_MS;
    for (let number = 1; ; number += 1) {
      try {
        const tokens = await this.#endpoint.refresh(held.stored.tokens);
        this.#parts.onRenewal?.('renewed');
        return tokens;
      } catch (error) {
        this.#parts.onRenewal?.(error instanceof HttpError ? error.failure.toLowerCase() : 'refused');
        // Another process may have been quicker, or the answer that was lost may have been its.
        await this.#look();
        if (this.#held !== held) return null;
        if (error instanceof OAuthRefusal) return this.#refuse(held, error);
        if (!(error instanceof HttpError)) throw error;
        const { failure, status, retryAfterMs, message } = error;
        const chance = { timeLeftMs: endsAt - clock.now(), random: clock.random() };
        const delayMs = retryDelayMs(
          { number, method: 'GET', failure, status, retryAfterMs, ...chance },
          RENEWAL_POLICY,
        );
        if (delayMs === null) {
          const facts = { status, maybeApplied: false, retryAfterMs };
          const failed = new HttpError(failure, `its access token could not be renewed: ${message}`, facts);
          throw this.#rest(failed, failure === 'BLOCKED' ? BLOCKED_MS : (retryAfterMs ?? 0), failed.message);
        }
        await clock.sleep(delayMs, this.#closing.signal).catch(() => {
          throw error;
        });
      }
    }
  }

  /** What failed is not tried again for a while. */
  #rest(error: HttpError, waitMs: number, told: string): HttpError {
    this.#failure = { error, until: this.#parts.clock.now() + Math.max(REST_MS, waitMs) };
    this.#parts.onTrouble?.(`${this.#parts.crm}: ${told}`);
    return error;
  }

  /**
   * From now on the CRM is not asked again until other tokens are stored: not even after a restart, unless it was the
   * app that was refused, which is configured anew by then.
   */
  async #refuse(held: Held, { reason, message }: OAuthRefusal): Promise<never> {
    const { crm, store } = this.#parts;
    const stored = { ...held.stored, isRefused: true };
    this.#hold(stored);
    if (reason === 'CLIENT') this.#problem = 'the CRM does not accept the client id and secret of the app';
    this.#parts.onTrouble?.(`${crm}: ${message}; ${this.#notConnected().message}`);
    try {
      if (reason !== 'CLIENT' && (await store.stamp(crm)) === this.#stamp) {
        await store.write(crm, stored);
        this.#stamp = await store.stamp(crm);
      }
    } catch (error) {
      if (!(error instanceof ConnectionError)) throw error;
    }
    throw this.#notConnected();
  }

  /** Writes renewed tokens down, then uses them. Those that another process has stored meanwhile win. */
  async #save(stored: StoredConnection): Promise<void> {
    const { crm, store } = this.#parts;
    this.#parts.onSecrets?.([stored.tokens.accessToken, stored.tokens.refreshToken]);
    this.#unsaved = stored;
    try {
      if ((await store.stamp(crm)) === this.#stamp) {
        await store.write(crm, stored);
        this.#stamp = await store.stamp(crm);
        this.#hold(stored);
      }
    } catch (error) {
      if (!(error instanceof ConnectionError)) throw error;
      const failed = new HttpError('UNREACHABLE', 'its renewed tokens could not be stored', { maybeApplied: false });
      throw this.#rest(failed, 0, `${failed.message}: ${error.message}`);
    }
    this.#unsaved = null;
    if (this.#held?.stored !== stored) await this.#look();
  }

  #notConnected(): HttpError {
    const { crm } = this.#parts;
    const why = this.#held?.stored.isRefused
      ? (this.#problem ?? 'the connection was ended or has run out')
      : (this.#problem ?? 'it is not connected');
    return new HttpError('NOT_CONNECTED', `${why}: run "dealgraph connect ${crm}"`, { maybeApplied: false });
  }
}

function isGood({ stored, goodUntil }: Held, now: number): boolean {
  return !stored.isRefused && now < goodUntil;
}

function heldOf(stored: StoredConnection): Held {
  const { accessToken, baseUrl, issuedAt, expiresAt } = stored.tokens;
  const before = ({ ms, share }: typeof SPARE) => expiresAt - Math.min(ms, (expiresAt - issuedAt) * share);
  return {
    stored,
    credentials: { headers: { authorization: `Bearer ${accessToken}` }, baseUrl },
    renewAt: before(EARLY),
    goodUntil: before(SPARE),
  };
}

function keyOf({ identity, tokens }: StoredConnection): string {
  return JSON.stringify([identity.company.id, identity.user.id, tokens.baseUrl]);
}
