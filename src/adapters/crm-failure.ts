import { type ErrorCode, GatewayError } from '../domain/errors.ts';
import { HttpError, type HttpFailure } from '../transport/errors.ts';

const CODES: Record<HttpFailure, ErrorCode> = {
  UNREACHABLE: 'UPSTREAM_UNAVAILABLE',
  LEFT_ALONE: 'UPSTREAM_UNAVAILABLE',
  TIMEOUT: 'UPSTREAM_TIMEOUT',
  ABORTED: 'UPSTREAM_TIMEOUT',
  SERVER_ERROR: 'UPSTREAM_UNAVAILABLE',
  RATE_LIMITED: 'RATE_LIMITED',
  QUOTA: 'UPSTREAM_QUOTA',
  BLOCKED: 'UPSTREAM_UNAUTHORIZED',
  NOT_CONNECTED: 'UPSTREAM_UNAUTHORIZED',
  INVALID_ANSWER: 'UPSTREAM_INVALID_RESPONSE',
};

/** A failed exchange in the domain's words. Errors of other kinds pass through: they are bugs or already translated. */
export function crmFailure(crm: string, error: unknown): unknown {
  if (!(error instanceof HttpError)) return error;
  return new GatewayError(CODES[error.failure], `${crm}: ${error.message}`, {
    crm,
    effect: error.maybeApplied ? 'POSSIBLE' : 'NONE',
    cause: error,
    ...(error.retryAfterMs !== null && { retryAfterMs: error.retryAfterMs }),
    ...(error.requestId !== null && { upstreamRequestId: error.requestId }),
  });
}
