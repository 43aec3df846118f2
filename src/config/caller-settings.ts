import type { Scope } from '../domain/caller.ts';

/** A caller that proves itself with an API key. */
export interface KeyCaller {
  readonly id: string;
  /** SHA-256 of each of its keys; several while one replaces another. */
  readonly keyDigests: readonly Buffer[];
  readonly scopes: ReadonlySet<Scope>;
  /** The ids of the CRMs it may know of; `null`: all. */
  readonly crms: ReadonlySet<string> | null;
}

/** Whose JSON web tokens are believed, and what their claims mean. */
export interface JwtSettings {
  readonly issuer: string;
  readonly audience: string;
  /** Where the issuer publishes its keys. */
  readonly jwksUrl: string;
  readonly algorithms: readonly string[];
  /** The claim that tells callers apart. */
  readonly callerClaim: string;
  /** The claim that holds what a caller may do, as words in a text or as a list. */
  readonly scopesClaim: string;
  /** What each value of that claim allows. */
  readonly scopes: ReadonlyMap<string, readonly Scope[]>;
  /** The claim that holds the ids of the CRMs a caller may know of; `null`: every caller knows all. */
  readonly crmsClaim: string | null;
}

/** Who may call. */
export interface CallerSettings {
  readonly keys: readonly KeyCaller[];
  readonly jwt: JwtSettings | null;
}

/** Signatures that are checked with a public key: a shared secret would let whoever checks tokens make them. */
export const JWT_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
] as const;
export const DEFAULT_ALGORITHMS: readonly string[] = ['RS256', 'ES256', 'EdDSA'];
