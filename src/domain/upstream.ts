import type { HttpMethod } from './api-request.ts';
import type { SentRequest } from './call.ts';

/** A request of an operation, and the fields it was sent for. */
export interface SentCall {
  readonly crm: string;
  readonly request: SentRequest;
  readonly because: readonly string[];
  /** It was sent for another operation, and this one paid a share of its tokens. */
  readonly isShare?: true;
}

/** How much of something an operation takes: at least, at most (`null`: without bound) and most likely. */
export interface Span {
  readonly min: number;
  readonly max: number | null;
  readonly expected: number;
}

/** Requests of one kind, as a receipt or a plan lists them. */
export interface UpstreamCall {
  readonly crm: string;
  readonly method: HttpMethod;
  /** With its query in a receipt, with placeholders for ids in a plan; never with credentials. */
  readonly path: string;
  readonly requests: number;
  /** Of all its requests; `null` on a CRM without tokens. */
  readonly tokens: number | null;
  readonly because: readonly string[];
}

/** What an operation costs the CRMs, before or after it. */
export interface UpstreamCost {
  readonly requests: Span;
  readonly tokens: Span;
  readonly calls: readonly UpstreamCall[];
}

/** The cost of what was sent. */
export function costOfCalls(sent: readonly SentCall[]): UpstreamCost {
  const tokens = sent.reduce((sum, { request }) => sum + (request.tokens ?? 0), 0);
  return {
    requests: exactly(requestsOf(sent)),
    tokens: exactly(tokens),
    calls: sent.map(({ crm, request, because, isShare }) => ({
      crm,
      method: request.method,
      path: pathOf(request),
      requests: isShare ? 0 : 1,
      tokens: request.tokens,
      because,
    })),
  };
}

/** How many of these were requests of the operation itself. */
export function requestsOf(sent: readonly SentCall[]): number {
  return sent.filter(({ isShare }) => !isShare).length;
}

function exactly(amount: number): Span {
  return { min: amount, max: amount, expected: amount };
}

function pathOf({ path, query }: SentRequest): string {
  const parameters = (query ?? []).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(String(value)).replaceAll('%2C', ',')}`],
  );
  return parameters.length === 0 ? path : `${path}?${parameters.join('&')}`;
}
