import { type Dispatcher, errors } from 'undici';
import type { HttpFailure } from './errors.ts';
import type { Method } from './http-client.ts';
import type { Patience } from './patience.ts';
import { failureCode } from './redact.ts';

/** What goes over the wire. */
export interface WireRequest {
  readonly method: Method;
  /** Path and query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** What came of one try. */
export type Outcome =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly headers: Readonly<Record<string, string | undefined>>;
      /** As transferred; `null` when there was more than allowed. */
      readonly bytes: Buffer | null;
    }
  | {
      readonly kind: 'failed';
      readonly failure: HttpFailure;
      /** Whether the request was handed to a connected socket. */
      readonly sent: boolean;
      /** The underlying error's code, such as `ECONNREFUSED`. */
      readonly code: string | null;
    };

/**
 * Sends one request and collects the answer, for at most `timeoutMs`. A read ends as soon as patience does; a write
 * that was sent is waited for, because what it did is only learned from its answer. Never rejects.
 */
export function exchange(
  dispatcher: Dispatcher,
  request: WireRequest,
  terms: {
    readonly patience: Patience;
    readonly timeoutMs: number;
    readonly maxBytes: number;
    /** Called when the request is handed to a connected socket. */
    readonly onSent: () => void;
  },
): Promise<Outcome> {
  const { patience, timeoutMs, maxBytes, onSent } = terms;
  return new Promise((resolve) => {
    let controller: Dispatcher.DispatchController | null = null;
    let settled = false;
    let status = 0;
    let headers: Readonly<Record<string, string | undefined>> = {};
    let size = 0;
    const chunks: Buffer[] = [];

    const settle = (outcome: Outcome) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      patience.signal.removeEventListener('abort', onImpatience);
      resolve(outcome);
    };
    const fail = (failure: HttpFailure, code: string | null = null) =>
      settle({ kind: 'failed', failure, sent: controller !== null, code });
    const giveUp = (failure: HttpFailure) => {
      fail(failure);
      controller?.abort(new Error('nobody waits for the answer'));
    };
    const onImpatience = () => {
      if (controller === null || request.method === 'GET') giveUp(patience.failure);
    };
    const timer = setTimeout(() => giveUp('TIMEOUT'), timeoutMs);
    patience.signal.addEventListener('abort', onImpatience, { once: true });
    if (patience.signal.aborted || timeoutMs <= 0) {
      giveUp(patience.failure);
      return;
    }

    dispatcher.dispatch(
      { method: request.method, path: request.target, headers: request.headers, body: request.body },
      {
        // Called with a connected socket, before the first byte is written.
        onRequestStart(started) {
          if (settled) {
            started.abort(new Error('given up before it was sent'));
            return;
          }
          controller = started;
          onSent();
        },
        onResponseStart(_controller, statusCode, received) {
          status = statusCode;
          headers = Object.fromEntries(
            Object.entries(received).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
          );
        },
        onResponseData(receiving, chunk) {
          size += chunk.length;
          if (size <= maxBytes) {
            chunks.push(chunk);
            return;
          }
          settle({ kind: 'answered', status, headers, bytes: null });
          receiving.abort(new Error('the answer is too large'));
        },
        onResponseEnd() {
          settle({ kind: 'answered', status, headers, bytes: Buffer.concat(chunks) });
        },
        onResponseError(_controller, error) {
          fail(failureOf(error), failureCode(error));
        },
      },
    );
  });
}

/** What a Node or undici error means. A connection that takes too long to make was not made. */
export function failureOf(error: unknown): HttpFailure {
  const code = failureCode(error);
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') return 'TIMEOUT';
  if (code === 'UND_ERR_HEADERS_OVERFLOW' || code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH') return 'INVALID_ANSWER';
  return error instanceof errors.HTTPParserError ? 'INVALID_ANSWER' : 'UNREACHABLE';
}
