import type { HttpFailure } from './errors.ts';
import type { Method } from './http-client.ts';

/** One failed try, and the circumstances that decide about another. */
export interface Attempt {
  /** 1 for the first try. */
  readonly number: number;
  readonly method: Method;
  readonly failure: HttpFailure;
  readonly status: number | null;
  /** The wait the CRM itself named. */
  readonly retryAfterMs: number | null;
  /** Milliseconds until the call's deadline. */
  readonly timeLeftMs: number;
  /** From 0 (included) to 1 (excluded). */
  readonly random: number;
}

export interface RetryPolicy {
  /** In total, the first included. */
  readonly maxTries: number;
  readonly baseMs: number;
  /** The base after a 429 that named no wait. */
  readonly throttledBaseMs: number;
  readonly capMs: number;
  /** What must be left of the deadline after the wait, so that the try has a chance. */
  readonly reserveMs: number;
}

export const RETRY_POLICY: RetryPolicy = {
  maxTries: 3,
  baseMs: 100,
  throttledBaseMs: 1_000,
  capMs: 5_000,
  reserveMs: 100,
};

const TRANSIENT: ReadonlySet<HttpFailure> = new Set<HttpFailure>(['UNREACHABLE', 'TIMEOUT', 'SERVER_ERROR']);
const MAX_STATED_WAIT_MS = 60_000;

/**
 * How long to wait before another try, or `null` for none. A read is tried again after whatever may pass; a write only
 * after a 429 that names a wait, because that one was refused and not executed.
 */
export function retryDelayMs(attempt: Attempt, policy: RetryPolicy): number | null {
  if (attempt.number >= policy.maxTries) return null;
  const delayMs = wantedDelayMs(attempt, policy);
  if (delayMs === null || delayMs + policy.reserveMs > attempt.timeLeftMs) return null;
  return delayMs;
}

function wantedDelayMs(attempt: Attempt, policy: RetryPolicy): number | null {
  const isRead = attempt.method === 'GET';
  if (attempt.failure === 'RATE_LIMITED' && attempt.status === 429) {
    return attempt.retryAfterMs ?? (isRead ? jitter(attempt, policy.throttledBaseMs, policy.capMs) : null);
  }
  return isRead && TRANSIENT.has(attempt.failure) ? jitter(attempt, policy.baseMs, policy.capMs) : null;
}

/** Full jitter: callers that failed together do not come back together. */
function jitter(attempt: Attempt, baseMs: number, capMs: number): number {
  return attempt.random * Math.min(capMs, baseMs * 2 ** (attempt.number - 1));
}

/** A wait named by a CRM, made usable: at most a minute, and nonsense is as good as none. */
export function statedWaitMs(ms: number | undefined): number | null {
  if (ms === undefined || !Number.isFinite(ms)) return null;
  return Math.min(Math.max(ms, 0), MAX_STATED_WAIT_MS);
}

/** What a `Retry-After` says, in seconds or as a date; `null` for nonsense. */
export function statedRetryMs(header: string | undefined, now: number): number | null {
  if (header === undefined) return null;
  if (/^\d{1,9}$/.test(header)) return statedWaitMs(Number(header) * 1_000);
  return HTTP_DATE.test(header) ? statedWaitMs(Date.parse(header) - now) : null;
}

const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;
