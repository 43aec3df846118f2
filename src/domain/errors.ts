import type { Instant } from './time.ts';

interface CodeFacts {
  readonly retryable: boolean;
  /** The code a mutation reports it under; `null` where it can only be a GraphQL error. */
  readonly problem: string | null;
}

/** Every failure a caller can act on. The spelling is API; messages are for people. */
export const ERROR_CODES = {
  BAD_USER_INPUT: { retryable: false, problem: 'INVALID_INPUT' },
  INVALID_INPUT: { retryable: false, problem: 'INVALID_INPUT' },
  NOT_FOUND: { retryable: false, problem: 'NOT_FOUND' },
  CONFLICT: { retryable: false, problem: 'CONFLICT' },
  UNAUTHENTICATED: { retryable: false, problem: null },
  FORBIDDEN: { retryable: false, problem: 'FORBIDDEN' },
  UNSUPPORTED: { retryable: false, problem: 'UNSUPPORTED' },
  RATE_LIMITED: { retryable: true, problem: 'RATE_LIMITED' },
  BUDGET_EXCEEDED: { retryable: false, problem: 'BUDGET_EXCEEDED' },
  REJECTED_BY_CRM: { retryable: false, problem: 'REJECTED_BY_CRM' },
  KEY_REUSED: { retryable: false, problem: 'KEY_REUSED' },
  IN_PROGRESS: { retryable: true, problem: 'IN_PROGRESS' },
  JOURNAL_UNAVAILABLE: { retryable: true, problem: 'JOURNAL_UNAVAILABLE' },
  OUTCOME_UNKNOWN: { retryable: false, problem: 'OUTCOME_UNKNOWN' },
  UPSTREAM_UNAUTHORIZED: { retryable: false, problem: 'UPSTREAM_UNAUTHORIZED' },
  UPSTREAM_UNAVAILABLE: { retryable: true, problem: 'UPSTREAM_UNAVAILABLE' },
  UPSTREAM_TIMEOUT: { retryable: true, problem: 'UPSTREAM_TIMEOUT' },
  UPSTREAM_QUOTA: { retryable: false, problem: 'UPSTREAM_QUOTA' },
  UPSTREAM_INVALID_RESPONSE: { retryable: false, problem: 'UPSTREAM_INVALID_RESPONSE' },
  INTERNAL_SERVER_ERROR: { retryable: false, problem: null },
} as const satisfies Record<string, CodeFacts>;

export type ErrorCode = keyof typeof ERROR_CODES;
export type ProblemCode = NonNullable<(typeof ERROR_CODES)[ErrorCode]['problem']>;

export interface ErrorDetails {
  /** The configured CRM that failed. */
  readonly crm?: string;
  /** The id the CRM gave the failed exchange, for its support. */
  readonly upstreamRequestId?: string;
  readonly retryAfterMs?: number;
  /** The GraphQL argument a read was refused for. */
  readonly argument?: string;
  /** Where in a mutation's input the problem is, without the leading `input`. */
  readonly path?: readonly string[];
  /**
   * For writes: `NONE` when nothing reached the CRM or it refused, `POSSIBLE` when the request was sent and its
   * effect could not be established. Absent means `NONE`.
   */
  readonly effect?: 'NONE' | 'POSSIBLE';
  /** What an operation may cost and what it would, in tokens. */
  readonly budget?: { readonly maxTokens: number; readonly tokens: number };
  readonly cause?: unknown;
}

/** A failure with a stable code. Its message is ours: it repeats neither a CRM's text nor a secret. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.details = details;
  }
}

/** What went wrong with a write, or was left out of a read: data, not an exception. */
export interface Problem {
  readonly code: ProblemCode;
  readonly message: string;
  /** Where in the mutation's arguments, for example `['input', 'title']`. */
  readonly path: readonly string[] | null;
  readonly crm: string | null;
  readonly isRetryable: boolean;
  readonly retryAt: Instant | null;
}

/** An error as a problem. `now` turns a wait into a time. Errors that are not ours are rethrown: they are bugs. */
export function toProblem(error: unknown, now: Instant, prefix: readonly string[] = []): Problem {
  if (!(error instanceof GatewayError)) throw error;
  const { problem, retryable } = ERROR_CODES[error.code];
  if (problem === null) throw error;
  const { path, crm, retryAfterMs } = error.details;
  return {
    code: problem,
    message: error.message,
    path: path ? [...prefix, ...path] : null,
    crm: crm ?? null,
    isRetryable: retryable,
    retryAt: retryAfterMs === undefined ? null : now + retryAfterMs,
  };
}

/** What was thrown, as an error. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error('something that is no error was thrown', { cause: thrown });
}
