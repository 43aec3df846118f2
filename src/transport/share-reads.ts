import type { Call } from '../domain/call.ts';
import type { CancelSignal } from '../domain/cancellation.ts';
import { GatewayError } from '../domain/errors.ts';
import { type Shareable, SharedReads } from '../domain/shared-reads.ts';
import type { Writes } from '../domain/writes.ts';
import type { Clock } from './clock.ts';
import { HttpError } from './errors.ts';
import type { HttpAnswer, HttpClient, HttpRequest } from './http-client.ts';
import { Patience } from './patience.ts';

/** What a request came to. */
type Settled = { readonly answer: HttpAnswer } | { readonly error: unknown };

export interface SharingParts {
  /** The CRM's id. */
  readonly crm: string;
  /** Those to this CRM. */
  readonly writes: Pick<Writes, 'lull'>;
  readonly clock: Clock;
}

/**
 * A client that sends identical reads in flight once, for all calls of the same scope and priority. Whoever joins one that was sent
 * for another pays nothing and counts it as coalesced, waits no longer than its own time, and asks again where the
 * other's time or ceiling ended it.
 */
export function shareReads(client: HttpClient, { crm, writes, clock }: SharingParts): HttpClient {
  const shared = new SharedReads<Settled>(writes);

  async function read(request: HttpRequest, call: Call, key: string): Promise<HttpAnswer> {
    let isOwn = false;
    const asked = shared.ask(key, call.signal, (abandoned) => {
      isOwn = true;
      return settle(client.send(request, { ...call, signal: abandoned }));
    });
    const patience = new Patience(call, clock);
    try {
      const { result, isJoined } = await inTime(asked, request, patience, isOwn ? call.signal : patience.signal);
      if (isJoined) call.receipt.coalesced(crm);
      if ('error' in result) throw result.error;
      return result.answer;
    } finally {
      patience.release();
    }
  }

  return {
    send: (request, call) => {
      const { scope } = call;
      const isShared = scope !== undefined && request.method === 'GET' && !call.signal.aborted;
      return isShared ? read(request, call, keyOf(request, `${scope}\n${call.priority}`)) : client.send(request, call);
    },
    budget: () => client.budget(),
    connection: () => client.connection(),
    close: () => client.close(),
  };
}

async function settle(sent: Promise<HttpAnswer>): Promise<Shareable<Settled>> {
  try {
    return { result: { answer: await sent }, isCutShort: false };
  } catch (error) {
    return { result: { error }, isCutShort: isOfItsCall(error) };
  }
}

/** Whether a request failed by the time, the patience or the ceiling of whom it was sent for. */
function isOfItsCall(error: unknown): boolean {
  if (!(error instanceof HttpError)) return error instanceof GatewayError && error.code === 'BUDGET_EXCEEDED';
  return error.status === null && ['TIMEOUT', 'ABORTED', 'RATE_LIMITED'].includes(error.failure);
}

/** The answer, unless the time of the one who waits is over before. */
function inTime<T>(answer: Promise<T>, request: HttpRequest, patience: Patience, over: CancelSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const give = () => {
      const message = `${request.method} ${request.template} was not answered: its time was over`;
      reject(new HttpError(patience.failure, message, { maybeApplied: false }));
    };
    over.addEventListener('abort', give, { once: true });
    answer.then(
      (value) => {
        over.removeEventListener('abort', give);
        resolve(value);
      },
      (error: unknown) => {
        over.removeEventListener('abort', give);
        reject(error);
      },
    );
  });
}

function keyOf({ path, query }: HttpRequest, scope: string): string {
  let key = `${scope}\n${path}`;
  for (const [name, value] of query ?? []) if (value !== undefined) key += `\n${name}=${value}`;
  return key;
}
