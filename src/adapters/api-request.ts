import type { ApiAnswer, ApiRequest } from '../domain/api-request.ts';
import { GatewayError } from '../domain/errors.ts';
import type { HttpAnswer } from '../transport/http-client.ts';
import { isPlainPath } from '../transport/request-url.ts';
import { isSecretKey, isWire, withoutSecrets } from './wire.ts';

/**
 * Refuses a request that a caller wrote if it could reach anything but the CRM's API, or names credentials in its
 * query. `prefixes`: one of these the path begins with.
 */
export function checkApiRequest(crm: string, { path, query }: ApiRequest, prefixes: readonly string[]): void {
  const refusal = (at: string, why: string) => new GatewayError('INVALID_INPUT', `${crm}: ${why}`, { crm, path: [at] });
  if (!isPlainPath(path)) {
    throw refusal('path', 'a path is made of letters, digits and "-", "_", "~", "." between single slashes');
  }
  if (!prefixes.some((prefix) => path.startsWith(prefix) && path.length > prefix.length)) {
    throw refusal('path', `a path of its API begins with ${prefixes.join(' or ')}`);
  }
  if (query.some(([name]) => isSecretKey(name))) throw refusal('query', 'the credentials are those of the gateway');
}

/** The path without what names a record, for logs. */
export function templateOf(path: string): string {
  return path
    .split('/')
    .map((part) => {
      const [, name = '', suffix = ''] = /^(.*?)(\.json)?$/.exec(part) ?? [];
      return /^(v\d|[A-Za-z_]*)$/.test(name) ? part : `{id}${suffix}`;
    })
    .join('/');
}

/** The answer for the caller: without keys that hold credentials, and without the gateway's own in any text. */
export function toApiAnswer({ status, body }: HttpAnswer, secrets: readonly string[]): ApiAnswer {
  return { status, body: covered(withoutSecrets(body ?? null), secrets) };
}

function covered(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === 'string') return secrets.reduce((text, secret) => text.replaceAll(secret, '…'), value);
  if (Array.isArray(value)) return value.map((one) => covered(one, secrets));
  if (!isWire(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, covered(inner, secrets)]));
}
