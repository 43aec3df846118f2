import { createHash, randomBytes } from 'node:crypto';
import type { Call } from '../domain/call.ts';
import type { Clock } from '../transport/clock.ts';
import { HttpError } from '../transport/errors.ts';
import type { HttpClient } from '../transport/http-client.ts';
import { type Identity, type OAuthApp, OAuthRefusal, TokenEndpoint, type Tokens } from '../transport/oauth.ts';
import { listenForCallback } from './callback.ts';
import { ConnectionError } from './connection-error.ts';
import type { StoredConnection, TokenStore } from './token-store.ts';

export interface ConnectParts {
  readonly crm: string;
  readonly app: OAuthApp;
  readonly store: TokenStore;
  readonly clock: Clock;
  /** Where the callback is listened for; `null`: on the port of the redirect URI. */
  readonly port: number | null;
  readonly timeoutMs: number;
  /** Aborted when the user gives up in the terminal. */
  readonly signal: AbortSignal;
  /** A client that uses these tokens. */
  clientOf(tokens: Tokens): HttpClient;
  /** Sends the user to the CRM. */
  onUrl(url: string): void;
  onMessage(message: string): void;
}

const IDENTIFY_MS = 15_000;

/**
 * Has a user let the gateway into a CRM: authorization code with state and PKCE (RFC 6749, 7636), over a callback on
 * loopback (RFC 8252). What it gets is stored; what it throws for people to read is a `ConnectionError`.
 */
export async function connect(parts: ConnectParts): Promise<Identity> {
  const { crm, app, store, onMessage } = parts;
  const [state, verifier] = [randomBytes(24).toString('base64url'), randomBytes(32).toString('base64url')];
  const before = await store.read(crm).catch(unreadable);
  const callback = await listenForCallback({ ...app, port: parts.port, state, onStranger: onMessage });
  const endpoint = new TokenEndpoint(app, parts.clock);
  try {
    parts.onUrl(authorizeUrl(app, state, verifier));
    const { decision, show } = await within(parts, callback.decided);
    try {
      if ('denied' in decision) throw new ConnectionError(`${crm}: access was denied; nothing was stored`);
      const stored = await redeem(parts, endpoint, decision.code, verifier, before);
      await store.write(crm, stored);
      const { company, user } = stored.identity;
      await show('Connected', `dealgraph is connected to ${company.label} as ${user.label}. You can close this page.`);
      return stored.identity;
    } catch (error) {
      await show('Not connected', 'Nothing was stored. The terminal says why.');
      throw error;
    }
  } finally {
    await callback.close();
    await endpoint.close();
  }
}

/** Ends a connection: the CRM is told, and the tokens are removed. Answers what was connected. */
export async function disconnect(
  { crm, app, store, clock }: Pick<ConnectParts, 'crm' | 'app' | 'store' | 'clock'>,
  isForced: boolean,
): Promise<{ readonly wasStored: boolean; readonly isRevoked: boolean }> {
  const stored = await store.read(crm).catch((error: unknown) => {
    if (isForced) return unreadable(error);
    throw error;
  });
  const isOurs = stored?.clientId === app.clientId && stored.tokenUrl === app.tokenUrl;
  let isRevoked = false;
  if (stored !== null && isOurs) {
    const endpoint = new TokenEndpoint(app, clock);
    try {
      await endpoint.revoke(stored.tokens);
      isRevoked = true;
    } catch (error) {
      if (!isForced) {
        throw new ConnectionError(
          `${crm}: the CRM could not be told: ${wordsOf(error)}; try again, or remove the tokens alone with --force`,
        );
      }
    } finally {
      await endpoint.close();
    }
  }
  return { wasStored: await store.remove(crm), isRevoked };
}

function authorizeUrl(app: OAuthApp, state: string, verifier: string): string {
  const url = new URL(app.authorizeUrl);
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: app.clientId,
    redirect_uri: app.redirectUri,
    state,
    // Servers that do not know it have to ignore it (RFC 6749, 3.1).
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }).toString();
  return url.href;
}

/** Tokens for the code, and whose they are. */
async function redeem(
  { crm, app, clock, clientOf }: ConnectParts,
  endpoint: TokenEndpoint,
  code: string,
  verifier: string,
  before: StoredConnection | null,
): Promise<StoredConnection> {
  let tokens: Tokens;
  try {
    tokens = await endpoint.exchangeCode(code, verifier);
  } catch (error) {
    throw new ConnectionError(`${crm}: no tokens were given: ${wordsOf(error)}`);
  }
  const http = clientOf(tokens);
  try {
    const identity = await app.identify(http, callOf(clock));
    if (before !== null && before.identity.company.id !== identity.company.id) {
      throw new ConnectionError(
        `${crm} is connected to ${before.identity.company.label}, and its ids and history are of that company: configure ${identity.company.label} under an id of its own, or disconnect ${crm} first`,
      );
    }
    return { clientId: app.clientId, tokenUrl: app.tokenUrl, identity, tokens, isRefused: false };
  } catch (error) {
    if (error instanceof ConnectionError) throw error;
    throw new ConnectionError(`${crm}: the CRM does not take the tokens it gave: ${wordsOf(error)}`);
  } finally {
    await http.close();
  }
}

/** Waits for the user, but not forever. */
async function within<T>({ crm, clock, timeoutMs, signal }: ConnectParts, decided: Promise<T>): Promise<T> {
  const done = new AbortController();
  const over = clock.sleep(timeoutMs, AbortSignal.any([done.signal, signal])).then(
    () => `nobody has decided within ${Math.round(timeoutMs / 1000)} seconds; nothing was stored`,
    () => 'given up; nothing was stored',
  );
  try {
    return await Promise.race([
      decided,
      over.then((why) => {
        throw new ConnectionError(`${crm}: ${why}`);
      }),
    ]);
  } finally {
    done.abort();
  }
}

function callOf(clock: Clock): Call {
  const receipt = { admit: () => () => {}, sent: () => {}, coalesced: () => {}, cached: () => {} };
  const { signal } = new AbortController();
  const deadline = clock.now() + IDENTIFY_MS;
  return { signal, deadline, receipt, priority: 'READ', policy: 'BALANCED', because: ['connect'], scanLimit: 1 };
}

/** What cannot be read any more is about to be replaced, or removed. */
function unreadable(error: unknown): null {
  if (error instanceof ConnectionError) return null;
  throw error;
}

/** What a failure says that is ours. */
function wordsOf(error: unknown): string {
  if (error instanceof OAuthRefusal || error instanceof HttpError) return error.message;
  throw error;
}
