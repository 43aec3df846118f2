import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { digestOf } from '../config/caller-key.ts';
import type { CallerSettings, KeyCaller } from '../config/caller-settings.ts';
import { ANONYMOUS, type Caller } from '../domain/caller.ts';
import type { Clock } from '../transport/clock.ts';
import { createTokenReader } from './read-token.ts';
import { unauthenticated } from './refusal.ts';

/** Finds out who sends a request. Throws a `Refusal` when the credentials are missing or wrong. */
export type Authenticate = (request: IncomingMessage) => Caller | Promise<Caller>;

const TOKEN = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;

/** By API key or JSON web token, whichever are configured. Where neither is, everybody is the same caller. */
export function createAuthenticate(settings: CallerSettings | null, clock: Clock): Authenticate {
  if (settings === null) return () => ANONYMOUS;
  const readToken = settings.jwt && createTokenReader(settings.jwt, clock);
  return (request) => {
    const credential = credentialOf(request);
    if (credential === null) throw unauthenticated('give an API key or token as "Authorization: Bearer …"');
    if (readToken && TOKEN.test(credential)) return readToken(credential);
    const caller = callerOfKey(settings.keys, credential);
    if (caller === null) throw unauthenticated('the API key or token is not valid');
    return caller;
  };
}

function credentialOf({ headers }: IncomingMessage): string | null {
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  const key = headers['x-api-key'];
  return bearer ?? (typeof key === 'string' && headers.authorization === undefined ? key : null);
}

/** Compares with every key there is, in a time that tells nothing of how much of one was right. */
function callerOfKey(callers: readonly KeyCaller[], key: string): Caller | null {
  const digest = digestOf(key);
  let found: KeyCaller | null = null;
  for (const caller of callers) {
    for (const expected of caller.keyDigests) if (timingSafeEqual(digest, expected)) found = caller;
  }
  return found;
}
