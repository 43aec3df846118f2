import type { Scope } from '../domain/caller.ts';
import { parseKeyHash } from './caller-key.ts';
import { DEFAULT_ALGORITHMS, JWT_ALGORITHMS, type JwtSettings, type KeyCaller } from './caller-settings.ts';
import { CALLER_ID, defaultJwksUrl, isScope, OWN_NAMES } from './callers-from-environment.ts';
import type { Environment, Report } from './environment.ts';
import { isObject, knownKeysOnly, textOf } from './file-values.ts';
import { checkUrl } from './setting-values.ts';

/** `"callers": [{ "id", "keys": ["sha256:…" | { "env": "NAME" }], "scopes": [], "crms"?: [] }]` */
export function keyCallersFromFile(value: unknown, place: string, env: Environment, report: Report): KeyCaller[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) {
    report(`${place}: must be a list`);
    return [];
  }
  return value.flatMap((entry: unknown, index) => readCaller(entry, `${place}[${index}]`, env, report) ?? []);
}

function readCaller(entry: unknown, place: string, env: Environment, report: Report): KeyCaller | null {
  if (!isObject(entry)) {
    report(`${place}: must be an object`);
    return null;
  }
  knownKeysOnly(entry, ['id', 'keys', 'scopes', 'crms'], place, report);
  const { id } = entry;
  if (typeof id !== 'string' || !CALLER_ID.test(id)) {
    report(`${place}.id: must be letters, digits, dots, dashes and underscores, 64 at most`);
    return null;
  }
  const scopes = readScopes(entry.scopes, `${place}.scopes`, report);
  const crms = entry.crms === undefined ? null : new Set(readTexts(entry.crms, `${place}.crms`, report));
  if (!Array.isArray(entry.keys) || entry.keys.length === 0) {
    report(`${place}.keys: must be a list of hashes of keys, as "dealgraph key create" prints them`);
    return null;
  }
  const keyDigests = entry.keys.flatMap((value: unknown, index) => {
    const key = `${place}.keys[${index}]`;
    const text = textOf(value, key, env, report);
    if (text === null) return [];
    const digest = parseKeyHash(text);
    // A key itself may stand there by mistake, so what was given is not repeated.
    if (!digest) report(`${key}: must be the hash of a key, "sha256:" and 64 hexadecimal digits`);
    return digest ?? [];
  });
  return { id, keyDigests, scopes: new Set(scopes), crms };
}

/** `"jwt": { "issuer", "audience", "jwksUrl"?, "algorithms"?, "callerClaim"?, "scopesClaim"?, "scopes"?, "crmsClaim"? }` */
export function jwtFromFile(value: unknown, place: string, env: Environment, report: Report): JwtSettings | null {
  if (value === undefined) return null;
  if (!isObject(value)) {
    report(`${place}: must be an object`);
    return null;
  }
  knownKeysOnly(
    value,
    ['issuer', 'audience', 'jwksUrl', 'algorithms', 'callerClaim', 'scopesClaim', 'scopes', 'crmsClaim'],
    place,
    report,
  );
  const text = (name: string, absent?: string): string | null => {
    if (value[name] !== undefined) return textOf(value[name], `${place}.${name}`, env, report);
    if (absent === undefined) report(`${place}.${name}: is required`);
    return absent ?? null;
  };
  const issuer = text('issuer');
  const audience = text('audience');
  const jwksUrl = issuer === null ? null : checkUrl(text('jwksUrl', defaultJwksUrl(issuer)) ?? '');
  if (jwksUrl && 'problem' in jwksUrl) report(`${place}.jwksUrl: ${jwksUrl.problem}`);
  const algorithms = readAlgorithms(value.algorithms, `${place}.algorithms`, report);
  const callerClaim = text('callerClaim', 'sub');
  const scopesClaim = text('scopesClaim', 'scope');
  const scopes = readScopeMap(value.scopes, `${place}.scopes`, report);
  const crmsClaim = value.crmsClaim === undefined ? null : text('crmsClaim');
  if (issuer === null || audience === null || callerClaim === null || scopesClaim === null) return null;
  if (!jwksUrl || 'problem' in jwksUrl) return null;
  return { issuer, audience, jwksUrl: jwksUrl.value, algorithms, callerClaim, scopesClaim, scopes, crmsClaim };
}

function readAlgorithms(value: unknown, place: string, report: Report): readonly string[] {
  if (value === undefined) return DEFAULT_ALGORITHMS;
  const known: readonly string[] = JWT_ALGORITHMS;
  const given = readTexts(value, place, report);
  if (given.length === 0 || !given.every((algorithm) => known.includes(algorithm))) {
    report(`${place}: must be some of ${known.join(', ')}`);
  }
  return given;
}

function readScopeMap(value: unknown, place: string, report: Report): ReadonlyMap<string, readonly Scope[]> {
  if (value === undefined) return OWN_NAMES;
  if (!isObject(value)) {
    report(`${place}: must be an object of lists of scopes by the value of the claim`);
    return OWN_NAMES;
  }
  return new Map(Object.entries(value).map(([name, scopes]) => [name, readScopes(scopes, `${place}.${name}`, report)]));
}

function readScopes(value: unknown, place: string, report: Report): readonly Scope[] {
  if (Array.isArray(value) && value.every(isScope)) return value;
  report(`${place}: must be a list of read, write, raw and admin`);
  return [];
}

function readTexts(value: unknown, place: string, report: Report): readonly string[] {
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  report(`${place}: must be a list of texts`);
  return [];
}
