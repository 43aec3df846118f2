import { GatewayError } from '../domain/errors.ts';
import type { Credentials } from './credentials.ts';
import type { HttpRequest } from './http-client.ts';
import { redactUrl } from './redact.ts';

/** Parts of unreserved characters only (RFC 3986), none of which is empty or starts with a dot. */
const PATH = /^(\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+$/;

/** Whether a path is built from plain parts, so that it leads where it says. */
export function isPlainPath(path: string): boolean {
  return PATH.test(path);
}

/** Checks a base URL: http or https, and nothing but origin and path. Throws an error without its secrets. */
export function parseBaseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url) throw new TypeError('the base URL is not a URL');
  if (!/^https?:$/.test(url.protocol)) throw new TypeError('the base URL is neither http nor https');
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new TypeError(`the base URL ${redactUrl(url)} has more than an origin and a path`);
  }
  return url;
}

/**
 * The path and query of a request, below the base URL's path and nowhere else. A path that is not built from plain
 * parts could reach another resource: `..` is resolved, in its encoded spelling too.
 */
export function requestTarget(base: URL, request: HttpRequest, credentials: Credentials): string {
  if (!isPlainPath(request.path)) {
    throw new TypeError(`${request.method} ${request.template} was built with a path that leads elsewhere`);
  }
  let target = base.pathname.replace(/\/$/, '') + request.path;
  let separator = '?';
  for (const parameters of [request.query, credentials.query]) {
    for (const [name, value] of parameters ?? []) {
      if (value === undefined) continue;
      target += `${separator}${encode(name)}=${encode(value)}`;
      separator = '&';
    }
  }
  return target;
}

/** Half of a character has no encoding: queries with it are refused, but what a mutation reads may still bring it. */
function encode(value: string | number | boolean): string {
  try {
    return encodeURIComponent(value);
  } catch (error) {
    throw new GatewayError('BAD_USER_INPUT', 'text has to be well-formed Unicode to be sent to a CRM', {
      cause: error,
    });
  }
}
