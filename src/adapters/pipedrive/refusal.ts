import { type ErrorCode, GatewayError } from '../../domain/errors.ts';
import type { HttpAnswer } from '../../transport/http-client.ts';
import { isWire } from '../wire.ts';
import type { Endpoint } from './endpoints.ts';

/** Which argument of a write each key of its body came from. */
export type SentKeys = Readonly<Record<string, readonly string[]>>;

/** The 4xx answer to a read, other than a 404 that says a record is not there. */
export function readRefusal(crm: string, endpoint: Endpoint, answer: HttpAnswer): GatewayError {
  const [code, why] = credentialFault(answer.status) ?? ['UPSTREAM_INVALID_RESPONSE', 'refused the request'];
  return refusal(crm, endpoint, answer, code, why);
}

/**
 * The 4xx answer to a write: nothing was written. Pipedrive's own text is read for the key it complains about, and
 * not repeated.
 */
export function writeRefusal(crm: string, endpoint: Endpoint, answer: HttpAnswer, sent: SentKeys): GatewayError {
  if (answer.status === 404 || answer.status === 410) {
    return refusal(crm, endpoint, answer, 'NOT_FOUND', 'does not have the record');
  }
  if (answer.status === 403 && planLimit(answer.body)) {
    return refusal(crm, endpoint, answer, 'REJECTED_BY_CRM', 'has reached a limit of its plan');
  }
  const fault = credentialFault(answer.status);
  if (fault) return refusal(crm, endpoint, answer, ...fault);
  const path = complainedAbout(answer.body, sent);
  const what = path ? `does not accept ${path.join('.')}` : 'does not accept the write';
  return refusal(crm, endpoint, answer, 'REJECTED_BY_CRM', what, path);
}

function credentialFault(status: number): [ErrorCode, string] | null {
  switch (status) {
    case 401:
      return ['UPSTREAM_UNAUTHORIZED', 'does not accept the credentials'];
    case 402:
      return ['UPSTREAM_UNAUTHORIZED', 'has closed the account'];
    case 403:
      return ['FORBIDDEN', 'does not permit this to the user of the credentials'];
    case 415:
      return ['FORBIDDEN', 'does not offer this feature in the account'];
    default:
      return null;
  }
}

function refusal(
  crm: string,
  { method, template }: Endpoint,
  answer: HttpAnswer,
  code: ErrorCode,
  what: string,
  path: readonly string[] | null = null,
): GatewayError {
  return new GatewayError(code, `${crm} ${what} (${method} ${template}: ${answer.status})`, {
    crm,
    effect: 'NONE',
    ...(path !== null && { path }),
    ...(answer.requestId !== null && { upstreamRequestId: answer.requestId }),
  });
}

/** Plan limits come as a 403 with a code such as `feature_capping_deals_limit`. */
function planLimit(body: unknown): boolean {
  return isWire(body) && typeof body.code === 'string' && body.code.startsWith('feature_capping');
}

/**
 * The argument behind a message such as `Validation failed: probability: must be number`. A key that could be an
 * ordinary word counts only where a colon follows it.
 */
function complainedAbout(body: unknown, sent: SentKeys): readonly string[] | null {
  if (!isWire(body) || typeof body.error !== 'string') return null;
  const message = body.error;
  for (const [key, path] of Object.entries(sent)) {
    const end = /[_\d]/.test(key) ? '(?!\\w)' : ':';
    if (new RegExp(`(?<!\\w)${key.replace(/\W/g, '\\$&')}${end}`).test(message)) return path;
  }
  return null;
}
