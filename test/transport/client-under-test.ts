import type { Call } from '../../src/domain/call.ts';
import { createHttpClient, type HttpClientParts } from '../../src/transport/create-http-client.ts';
import { HttpError } from '../../src/transport/errors.ts';
import type { HttpAnswer, HttpRequest, QueueingHttpClient } from '../../src/transport/http-client.ts';
import type { HttpSettings } from '../../src/transport/settings.ts';
import { FakeClock } from '../support/fake-clock.ts';

/** A value that must never be seen outside the request itself. */
export const SECRET = 'canary-5c2f9b';

const number = (text: string | undefined) => (text === undefined ? undefined : Number(text));

/** Settings of an account whose limit headers are in milliseconds. */
export function settings(baseUrl: string, over: Partial<HttpSettings> = {}): HttpSettings {
  return {
    crm: 'acme',
    baseUrl,
    credentials: { headers: { 'x-api-token': SECRET }, query: [['api_key', SECRET]] },
    window: null,
    believeLimit: false,
    maxInFlight: 4,
    dailyReserve: 0,
    limits: (_status, headers) => {
      const limit = number(headers['x-limit']);
      const remaining = number(headers['x-remaining']);
      const resetMs = number(headers['x-reset-ms']);
      return {
        ...(limit !== undefined && { limit }),
        ...(remaining !== undefined && { remaining }),
        ...(resetMs !== undefined && { resetMs }),
        quotaSpent: headers['x-quota'] === 'spent',
      };
    },
    budgetUnit: 'REQUESTS',
    requestIdHeader: 'X-Request-Id',
    probe: { path: '/profile', tokens: null },
    ...over,
  };
}

export interface TestedClient {
  readonly client: QueueingHttpClient;
  readonly clock: FakeClock;
  /** Every exchange. */
  readonly logged: Readonly<Record<string, unknown>>[];
  /** What is said of the CRM. */
  readonly told: Readonly<Record<string, unknown>>[];
}

/** A client whose own waits pass at once. */
export function clientOf(
  baseUrl: string,
  over: Partial<HttpSettings> = {},
  parts: Partial<HttpClientParts> & { readonly clock?: FakeClock } = {},
): TestedClient {
  const clock = parts.clock ?? new FakeClock({ auto: true });
  const logged: Readonly<Record<string, unknown>>[] = [];
  const told: Readonly<Record<string, unknown>>[] = [];
  const logger = {
    debug: (fields: Readonly<Record<string, unknown>>) => logged.push(fields),
    info: (fields: Readonly<Record<string, unknown>>) => told.push(fields),
    warn: (fields: Readonly<Record<string, unknown>>) => told.push(fields),
    error: (fields: Readonly<Record<string, unknown>>) => told.push(fields),
  };
  return { client: createHttpClient(settings(baseUrl, over), { logger, ...parts, clock }), clock, logged, told };
}

export interface TestedCall extends Call {
  /** The tokens of every request sent. */
  readonly sent: (number | null)[];
  abort(): void;
}

/** A call with `leftMs` until its deadline. */
export function callOf(clock: FakeClock, leftMs = 8_000): TestedCall {
  const controller = new AbortController();
  const sent: (number | null)[] = [];
  return {
    signal: controller.signal,
    deadline: clock.now() + leftMs,
    receipt: {
      admit: () => () => undefined,
      sent: (_crm, { tokens }) => sent.push(tokens),
      coalesced: () => undefined,
      cached: () => undefined,
    },
    priority: 'READ',
    policy: 'BALANCED',
    because: [],
    scanLimit: 2_000,
    sent,
    abort: () => controller.abort(),
  };
}

export const get = (over: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'GET',
  path: '/deals/42',
  template: '/deals/{id}',
  tokens: 2,
  ...over,
});

export const post = (over: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'POST',
  path: '/deals',
  template: '/deals',
  body: { title: 'Fleet renewal' },
  tokens: 5,
  ...over,
});

/** The failure of an exchange that is expected to fail. */
export async function failureOf(answer: Promise<HttpAnswer>): Promise<HttpError> {
  try {
    await answer;
  } catch (error) {
    if (error instanceof HttpError) return error;
    throw error;
  }
  throw new Error('the exchange did not fail');
}
