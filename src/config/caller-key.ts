import { createHash, randomBytes } from 'node:crypto';

const PREFIX = 'dg_';
const HASH = /^sha256:[0-9a-f]{64}$/;

/** What an API key looks like, wherever it may turn up. */
export const API_KEY = /\bdg_[A-Za-z0-9_-]{43}/;

/** A new API key: 256 bits of chance, which need no slow hash to be safe from guessing. */
export function createApiKey(): string {
  return PREFIX + randomBytes(32).toString('base64url');
}

/** All the gateway knows of a key: `sha256:` and 64 hexadecimal digits. */
export function hashApiKey(key: string): string {
  return `sha256:${digestOf(key).toString('hex')}`;
}

export function digestOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

/** The digest a configured hash stands for, or `null` when it is none. */
export function parseKeyHash(text: string): Buffer | null {
  return HASH.test(text) ? Buffer.from(text.slice('sha256:'.length), 'hex') : null;
}
