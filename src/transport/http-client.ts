import type { CrmBudget } from '../domain/budget.ts';
import type { Call } from '../domain/call.ts';
import type { Connection } from '../domain/connection.ts';
import type { BreakerState } from './breaker.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One exchange with a CRM, described by the adapter. */
export interface HttpRequest {
  readonly method: Method;
  /** Appended to the base URL, built from constants and checked ids: `/api/v2/deals/42`. */
  readonly path: string;
  /** The path without ids, for logs and metrics: `/api/v2/deals/{id}`. */
  readonly template: string;
  /** The path was written by a caller, so that there is no end of templates. */
  readonly isCallersOwn?: boolean;
  /** Sent in this order; `undefined` values are left out. */
  readonly query?: readonly (readonly [name: string, value: string | number | boolean | undefined])[];
  /** Sent as JSON. Decimals inside are written as exact JSON numbers. */
  readonly body?: unknown;
  /** The published cost in the CRM's tokens; `null` on a CRM without tokens. */
  readonly tokens: number | null;
}

/** What the CRM answered: a success, or a refusal (4xx) for the adapter to explain. */
export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /**
   * The JSON body; `undefined` when it is empty, or when a refusal came with something that is not JSON. Numbers of
   * more than 15 significant digits are strings, so that nothing is lost.
   */
  readonly body: unknown;
  /** The CRM's own id of the exchange, when it sent one. */
  readonly requestId: string | null;
}

/** What a client has to do at the moment. */
export interface QueueState {
  readonly inFlight: number;
  /** Requests that wait for their turn. */
  readonly waiting: number;
  /** How long the first of them has waited. */
  readonly oldestWaitMs: number;
  /** Whether the CRM is left alone because it fails. */
  readonly breaker: BreakerState;
}

/**
 * Talks to one CRM account over HTTP: credentials, keep-alive, deadline, rate window, requests in flight, retry of
 * reads, and leaving alone a CRM that fails. Knows no deals.
 */
export interface HttpClient {
  /**
   * Answers with any complete JSON (or empty) success and any 4xx except 429, for the adapter to read. Throws an
   * `HttpError` for everything else, after the retries a read is allowed.
   */
  send(request: HttpRequest, call: Call): Promise<HttpAnswer>;
  /** What the answers so far said of limits, the last word on each; `null` where none did. */
  budget(): CrmBudget | null;
  /** How the gateway stands with the CRM, as far as it is known without asking. */
  connection(): Connection | Promise<Connection>;
  /** Takes no new requests, waits for those under way, then ends the connections. */
  close(): Promise<void>;
}

/** A client that says what it has to do. */
export interface QueueingHttpClient extends HttpClient {
  queue(): QueueState;
}
