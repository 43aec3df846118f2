/** Why an exchange did not give an answer to read. */
export type HttpFailure =
  /** The connection could not be made, or broke. */
  | 'UNREACHABLE'
  /** Not sent: the CRM fails so often that it is left alone for a while. */
  | 'LEFT_ALONE'
  | 'TIMEOUT'
  /** Nobody waits for the answer any more. */
  | 'ABORTED'
  /** 5xx. */
  | 'SERVER_ERROR'
  /** 429, or our own window could not let the request pass before the deadline. */
  | 'RATE_LIMITED'
  /** The CRM's daily budget is spent. */
  | 'QUOTA'
  /** The CRM blocks us altogether. */
  | 'BLOCKED'
  /** There are no credentials to send, or the CRM is known to refuse them. */
  | 'NOT_CONNECTED'
  /** A redirect, another content type, unreadable JSON, too large. */
  | 'INVALID_ANSWER';

/** An exchange that failed. Its message names method, path template and status, never a URL, key or body. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly failure: HttpFailure;
  readonly status: number | null;
  /** Whether the CRM may have acted on the request: `true` once bytes went out and no refusal came back. */
  readonly maybeApplied: boolean;
  readonly retryAfterMs: number | null;
  readonly requestId: string | null;

  constructor(
    failure: HttpFailure,
    message: string,
    facts: {
      readonly status?: number | null;
      readonly maybeApplied: boolean;
      readonly retryAfterMs?: number | null;
      readonly requestId?: string | null;
      readonly cause?: unknown;
    },
  ) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.failure = failure;
    this.status = facts.status ?? null;
    this.maybeApplied = facts.maybeApplied;
    this.retryAfterMs = facts.retryAfterMs ?? null;
    this.requestId = facts.requestId ?? null;
  }
}
