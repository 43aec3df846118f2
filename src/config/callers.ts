import type { CallerSettings, JwtSettings, KeyCaller } from './caller-settings.ts';
import { jwtFromEnvironment, keyCallersFromEnvironment } from './callers-from-environment.ts';
import { jwtFromFile, keyCallersFromFile } from './callers-from-file.ts';
import type { ConfigFile } from './config-file.ts';
import type { Environment, Report } from './environment.ts';
import { isObject } from './file-values.ts';
import { isLoopback } from './loopback.ts';

/** Who may call, from the environment and the config file; `null` where neither says anything of it. */
export function readCallers(
  env: Environment,
  file: ConfigFile | null,
  isCrm: (id: string) => boolean,
  report: Report,
): CallerSettings | null {
  const content = file && isObject(file.content) ? file.content : {};
  const keys = [
    ...keyCallersFromEnvironment(env, report),
    ...keyCallersFromFile(content.callers, `${file?.name}: callers`, env, report),
  ];
  const ofFile = jwtFromFile(content.jwt, `${file?.name}: jwt`, env, report);
  const ofEnvironment = jwtFromEnvironment(env, report);
  if (ofFile && ofEnvironment) report(`DEALGRAPH_JWT_ISSUER: tokens are configured in ${file?.name} too`);
  const jwt = ofFile ?? ofEnvironment;
  checkKeys(keys, isCrm, report);
  if (jwt) checkTransport(jwt, report);
  return keys.length === 0 && jwt === null ? null : { keys, jwt };
}

function checkKeys(keys: readonly KeyCaller[], isCrm: (id: string) => boolean, report: Report): void {
  const owners = new Map<string, string>();
  for (const { id, keyDigests, crms } of keys) {
    if (keys.find((other) => other.id === id)?.keyDigests !== keyDigests) report(`${id}: two callers have this id`);
    for (const digest of keyDigests.map((bytes) => bytes.toString('hex'))) {
      if (owners.has(digest)) report(`${id}: has the same key as ${owners.get(digest)}`);
      owners.set(digest, id);
    }
    for (const crm of crms ?? []) if (!isCrm(crm)) report(`${id}: there is no CRM ${crm} it could be let see`);
  }
}

/** Whoever could exchange the keys on their way could make tokens. */
function checkTransport({ jwksUrl }: JwtSettings, report: Report): void {
  const { protocol, hostname } = new URL(jwksUrl);
  if (protocol !== 'https:' && !isLoopback(hostname.replace(/^\[|\]$/g, ''))) {
    report('the URL of the JWKS (jwt.jwksUrl, DEALGRAPH_JWT_JWKS_URL) must be https');
  }
}
