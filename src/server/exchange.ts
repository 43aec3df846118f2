import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { ANONYMOUS, type Caller } from '../domain/caller.ts';
import { Cancellation, type CancelSignal } from '../domain/cancellation.ts';
import type { CrmAdapter } from '../domain/crm-adapter.ts';
import { OperationReceipt } from './receipt.ts';

/** One HTTP request to the gateway and what became of it. */
export interface Exchange {
  /** Told in the header `x-request-id`, in every error and in the log. */
  readonly requestId: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** How long its operation waited to be let in, in milliseconds. */
  waitedMs: number;
  /** Aborted when the client hangs up before it has its answer. */
  readonly disconnected: CancelSignal;
  /** Aborted when nobody waits for the operation any more: its client, or all that were to share its answer. */
  abandoned: CancelSignal;
  readonly receipt: OperationReceipt;
  /** Nobody in particular until somebody has proved to be more. */
  caller: Caller;
  /** Accounts as the caller has them, with credentials of its own. */
  adapters: readonly CrmAdapter[];
  /** What tracing knows the operation by, while it does. */
  trace: object | null;
  /** Of the request, names in lower case. */
  readonly headers: IncomingHttpHeaders;
  /** The operation that is executed, once it is known. */
  operation: { readonly name: string | null; readonly type: 'query' | 'mutation' } | null;
}

/** What the HTTP layer hands to the GraphQL engine with each request. */
export interface ServerContext extends Record<string, unknown> {
  readonly exchange: Exchange;
}

export function openExchange(request: IncomingMessage, response: ServerResponse, now: number): Exchange {
  const requestId = randomUUID();
  response.setHeader('x-request-id', requestId);
  const connection = new Cancellation();
  response.on('close', () => {
    if (!response.writableFinished) connection.abort('the client hung up');
  });
  return {
    requestId,
    startedAt: now,
    waitedMs: 0,
    disconnected: connection,
    abandoned: connection,
    headers: request.headers,
    receipt: new OperationReceipt(),
    caller: ANONYMOUS,
    adapters: [],
    trace: null,
    operation: null,
  };
}
