import type { BreakerState, Sign } from './breaker.ts';
import { HttpError, type HttpFailure } from './errors.ts';
import type { NoTurnError } from './governor.ts';
import type { HttpRequest } from './http-client.ts';

/** What is known of a failure beside what failed. */
type Facts = Omit<ConstructorParameters<typeof HttpError>[2], 'maybeApplied'> & { readonly maybeApplied?: boolean };

/** That a request failed, in words that name its method and template and nothing it holds. */
export function failed(request: HttpRequest, failure: HttpFailure, what: string, facts: Facts = {}): HttpError {
  return new HttpError(failure, `${request.method} ${request.template} ${what}`, { maybeApplied: false, ...facts });
}

/** That a request was not sent because its turn would come too late. */
export function throttled(request: HttpRequest, retryAfterMs: number): HttpError {
  return failed(request, 'RATE_LIMITED', 'was not sent: too many requests wait for the rate limit', { retryAfterMs });
}

/** That a request was not sent because of the day's tokens. */
export function spent(request: HttpRequest, { reason, waitMs: retryAfterMs }: NoTurnError): HttpError {
  const why = reason === 'SPENT' ? "the day's tokens are spent" : "what is left of the day's tokens is kept for writes";
  return failed(request, 'QUOTA', `was not sent: ${why}, until the CRM counts a new day`, { retryAfterMs });
}

const WHY_LEFT_ALONE: Readonly<Record<BreakerState, string>> = {
  BLOCKED: 'the CRM blocks the account and is left alone',
  PROBING: 'whether the CRM works again is being found out',
  OPEN: 'the CRM fails too often and is left alone',
  CLOSED: 'the CRM was left alone',
};

/** That a request was not sent because its CRM is left alone. */
export function leftAlone(
  request: HttpRequest,
  { state, waitMs: retryAfterMs }: { readonly state: BreakerState; readonly waitMs: number },
): HttpError {
  const failure = state === 'BLOCKED' ? 'BLOCKED' : 'LEFT_ALONE';
  return failed(request, failure, `was not sent: ${WHY_LEFT_ALONE[state]}`, { retryAfterMs });
}

/** What a failed exchange says of the CRM; `null`: nothing. */
export function signOf(failure: HttpFailure): Sign | null {
  switch (failure) {
    case 'UNREACHABLE':
    case 'TIMEOUT':
    case 'SERVER_ERROR':
    case 'INVALID_ANSWER':
      return 'FAILS';
    case 'RATE_LIMITED':
    case 'QUOTA':
      return 'THROTTLED';
    case 'BLOCKED':
      return 'BLOCKED';
    case 'ABORTED':
    case 'LEFT_ALONE':
    case 'NOT_CONNECTED':
      return null;
  }
}
