import { SCOPES, type Scope } from '../domain/caller.ts';
import { parseKeyHash } from './caller-key.ts';
import { DEFAULT_ALGORITHMS, type JwtSettings, type KeyCaller } from './caller-settings.ts';
import type { Environment, Report } from './environment.ts';
import { checkUrl } from './setting-values.ts';

export const CALLER_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** What each scope is called in a token, unless the configuration says otherwise: by its own name. */
export const OWN_NAMES: ReadonlyMap<string, readonly Scope[]> = new Map(SCOPES.map((scope) => [scope, [scope]]));

/** `DEALGRAPH_CALLERS`: `<id>:<scope>+<scope>:sha256:<hash>`, several divided by spaces or commas. */
export function keyCallersFromEnvironment(env: Environment, report: Report): KeyCaller[] {
  const entries = env.list('DEALGRAPH_CALLERS');
  return entries.flatMap((entry, index) => {
    const [id = '', scopes = '', ...hash] = entry.split(':');
    const keyDigest = parseKeyHash(hash.join(':'));
    const given = scopes.split('+');
    if (!CALLER_ID.test(id) || !keyDigest || !given.every(isScope)) {
      report(
        `DEALGRAPH_CALLERS: entry ${index + 1} must be <id>:<scopes joined by +>:sha256:<hash>, as "dealgraph key create" prints it`,
      );
      return [];
    }
    return [{ id, keyDigests: [keyDigest], scopes: new Set(given), crms: null }];
  });
}

/** `DEALGRAPH_JWT_ISSUER` and those beside it, for tokens whose claims have the usual names. */
export function jwtFromEnvironment(env: Environment, report: Report): JwtSettings | null {
  const issuer = env.text('DEALGRAPH_JWT_ISSUER');
  const audience = env.text('DEALGRAPH_JWT_AUDIENCE');
  const jwksUrl = env.text('DEALGRAPH_JWT_JWKS_URL');
  if (issuer === undefined && audience === undefined && jwksUrl === undefined) return null;
  if (issuer === undefined) report('DEALGRAPH_JWT_ISSUER: is required beside the other settings of tokens');
  if (audience === undefined) report('DEALGRAPH_JWT_AUDIENCE: is required beside the other settings of tokens');
  const checked = checkUrl(jwksUrl ?? defaultJwksUrl(issuer ?? ''));
  if ('problem' in checked && issuer !== undefined) report(`DEALGRAPH_JWT_JWKS_URL: ${checked.problem}`);
  if (issuer === undefined || audience === undefined || 'problem' in checked) return null;
  return {
    issuer,
    audience,
    jwksUrl: checked.value,
    algorithms: DEFAULT_ALGORITHMS,
    callerClaim: 'sub',
    scopesClaim: 'scope',
    scopes: OWN_NAMES,
    crmsClaim: null,
  };
}

/** Where most issuers publish their keys. */
export function defaultJwksUrl(issuer: string): string {
  return `${issuer.replace(/\/$/, '')}/.well-known/jwks.json`;
}

export function isScope(text: unknown): text is Scope {
  return (SCOPES as readonly unknown[]).includes(text);
}
