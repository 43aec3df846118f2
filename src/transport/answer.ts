import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { HttpFailure } from './errors.ts';
import type { Method } from './http-client.ts';
import { JsonError, parseJson } from './json.ts';

/**
 * The most a body may hold unless it is said otherwise, both as transferred and decoded. A page of 500 deals with 16
 * custom fields each takes less than a sixth of it.
 */
export const MAX_BODY_BYTES = 5 * 1024 * 1024;

/** The content encodings read here, as asked of the CRM. */
export const ACCEPT_ENCODING = 'gzip';

/** An answer's body: JSON, nothing, or something that is not what an API answers. */
export type Body =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'empty' }
  | { readonly kind: 'other'; readonly what: string };

const JSON_TYPE = /^application\/(?:json|[\w.!#$&^-]+\+json)\s*(?:;|$)/i;
const inflate = promisify(gunzip);

/** Reads a body as its headers describe it, at once where it was not compressed. `bytes` is `null` when there were too many. */
export function readBody(
  headers: Readonly<Record<string, string | undefined>>,
  bytes: Buffer | null,
  maxBytes = MAX_BODY_BYTES,
): Body | Promise<Body> {
  if (bytes === null) return other('a body that is too large');
  if (isBlank(bytes)) return EMPTY;
  if (!JSON_TYPE.test(headers['content-type'] ?? '')) return other('a content type other than JSON');
  switch (headers['content-encoding']?.trim().toLowerCase()) {
    case undefined:
    case '':
    case 'identity':
      return readJson(bytes);
    case 'gzip':
      return inflate(bytes, { maxOutputLength: maxBytes }).then(readJson, () =>
        other('a body that is too large or not the gzip it claims to be'),
      );
    default:
      return other('a content encoding that was not asked for');
  }
}

/** What is wrong with an answer, or `null` when the adapter can read it. */
export function answerFailure(status: number, body: Body['kind'], quotaSpent: boolean): HttpFailure | null {
  if (status === 429) return quotaSpent ? 'QUOTA' : 'RATE_LIMITED';
  if (status === 403 && body === 'other') return 'BLOCKED';
  if (status >= 400 && status < 500) return null;
  if (status >= 500 && status < 600) return 'SERVER_ERROR';
  if (status >= 200 && status < 300 && body !== 'other') return null;
  return 'INVALID_ANSWER';
}

/** Whether a request that was answered like this may have been executed: a refusal says that it was not. */
export function maybeApplied(method: Method, failure: HttpFailure): boolean {
  return method !== 'GET' && (failure === 'SERVER_ERROR' || failure === 'INVALID_ANSWER');
}

function readJson(bytes: Buffer): Body {
  if (isBlank(bytes)) return EMPTY;
  try {
    return { kind: 'json', value: parseJson(bytes) };
  } catch (error) {
    if (error instanceof JsonError) return other(error.message);
    throw error;
  }
}

const EMPTY: Body = { kind: 'empty' };

/** Ruby on Rails before 5.0 answers a single space where it has nothing to say. */
function isBlank(bytes: Buffer): boolean {
  return bytes.length < 8 && bytes.toString('latin1').trim() === '';
}

function other(what: string): Body {
  return { kind: 'other', what };
}
