import { type Dispatcher, errors } from 'undici';
import type { HttpFailure } from './errors.ts';
import type { Method } from './http-client.ts';
import { type Patience, TIMER_ERROR_MS } from './patience.ts';
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

/** On what terms a request is sent. */
export interface Terms {
  readonly patience: Patience;
  /** For the whole answer; not beyond the deadline. */
  readonly timeoutMs: number;
  /** By when the answer has to begin. */
  readonly headersMs: number;
  readonly maxBytes: number;
  /** Called when the request is handed to a connected socket. */
  readonly onSent: () => void;
}

/**
 * Sends one request and collects the answer, for at most `timeoutMs`. A read ends as soon as its caller gives up; a write that was sent is waited for, because what it did is only learned from its
 * answer. Never rejects.
 */
export function exchange(dispatcher: Dispatcher, request: WireRequest, terms: Terms): Promise<Outcome> {
  return new Promise((resolve) => new Exchange(request, terms, resolve).start(dispatcher));
}

/** One exchange under way: the handler of its answer, and of the caller's giving up. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #request: WireRequest;
  readonly #terms: Terms;
  readonly #resolve: (outcome: Outcome) => void;
  #timer: NodeJS.Timeout | undefined;
  #startedAt = 0;
  #controller: Dispatcher.DispatchController | null = null;
  #settled = false;
  #status = 0;
  #headers: Readonly<Record<string, string | undefined>> = {};
  #size = 0;
  readonly #chunks: Buffer[] = [];

  constructor(request: WireRequest, terms: Terms, resolve: (outcome: Outcome) => void) {
    this.#request = request;
    this.#terms = terms;
    this.#resolve = resolve;
  }

  start(dispatcher: Dispatcher): void {
    const { patience, timeoutMs, headersMs } = this.#terms;
    if (patience.ended || timeoutMs <= 0) {
      this.#fail(patience.failure);
      return;
    }
    this.#startedAt = performance.now();
    this.#wait(Math.min(timeoutMs, headersMs));
    patience.caller.addEventListener('abort', this, ONCE);
    const { method, target, headers, body } = this.#request;
    dispatcher.dispatch({ method, path: target, headers, body }, this);
  }

  /** The caller has given up. */
  handleEvent(): void {
    if (this.#controller === null || this.#request.method === 'GET') this.giveUp(this.#terms.patience.failure);
  }

  /**
   * A process that was busy for long finds its timers due before it has read what came in meanwhile, and an answer that
   * waits in the socket is in time: it is read first.
   */
  #wait(ms: number): void {
    this.#timer = setTimeout(onTimer, ms, this);
  }

  /** Goes on waiting for the rest of an answer that has begun. */
  timeIsUp(): void {
    if (this.#settled) return;
    const leftMs = this.#startedAt + this.#terms.timeoutMs - performance.now();
    if (this.#status === 0 || leftMs < TIMER_ERROR_MS) this.giveUp('TIMEOUT');
    else this.#wait(leftMs);
  }

  giveUp(failure: HttpFailure): void {
    this.#fail(failure);
    this.#controller?.abort(new Error('nobody waits for the answer'));
  }

  /** Called with a connected socket, before the first byte is written. */
  onRequestStart(started: Dispatcher.DispatchController): void {
    if (this.#settled) {
      started.abort(new Error('given up before it was sent'));
      return;
    }
    this.#controller = started;
    this.#terms.onSent();
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    received: Record<string, string | string[] | undefined>,
  ): void {
    this.#status = status;
    for (const name in received) {
      const value = received[name];
      if (Array.isArray(value)) received[name] = value.join(', ');
    }
    this.#headers = received as Record<string, string | undefined>;
  }

  onResponseData(receiving: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#size <= this.#terms.maxBytes) {
      this.#chunks.push(chunk);
      return;
    }
    this.#settle({ kind: 'answered', status: this.#status, headers: this.#headers, bytes: null });
    receiving.abort(new Error('the answer is too large'));
  }

  onResponseEnd(): void {
    const [first] = this.#chunks;
    const bytes = this.#chunks.length === 1 && first ? first : Buffer.concat(this.#chunks, this.#size);
    this.#settle({ kind: 'answered', status: this.#status, headers: this.#headers, bytes });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#fail(failureOf(error), failureCode(error));
  }

  #fail(failure: HttpFailure, code: string | null = null): void {
    this.#settle({ kind: 'failed', failure, sent: this.#controller !== null, code });
  }

  #settle(outcome: Outcome): void {
    if (this.#settled) return;
    this.#settled = true;
    clearTimeout(this.#timer);
    this.#terms.patience.caller.removeEventListener('abort', this);
    this.#resolve(outcome);
  }
}

const ONCE = { once: true } as const;

function onTimer(exchange: Exchange): void {
  setImmediate(onTimeout, exchange);
}

function onTimeout(exchange: Exchange): void {
  exchange.timeIsUp();
}

/**
 * What a Node or undici error means. A connection that takes too long to make was not made, and one that ends amid an
 * answer has broken, which says nothing of the answer.
 */
export function failureOf(error: unknown): HttpFailure {
  const code = failureCode(error);
  if (code === 'UND_ERR_HEADERS_OVERFLOW') return 'INVALID_ANSWER';
  if (!(error instanceof errors.HTTPParserError)) return 'UNREACHABLE';
  return /\bEOF\b/.test(error.message) ? 'UNREACHABLE' : 'INVALID_ANSWER';
}
