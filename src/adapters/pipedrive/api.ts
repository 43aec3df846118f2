import type { Call } from '../../domain/call.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { HttpAnswer, HttpClient, HttpRequest } from '../../transport/http-client.ts';
import { crmFailure } from '../crm-failure.ts';
import { id, isWire, list, object, objectOrNull, textOrNull, type Wire, WireError } from '../wire.ts';
import { type Endpoint, MAX_PAGE, pathOf } from './endpoints.ts';
import { readRefusal, type SentKeys, writeRefusal } from './refusal.ts';

export type Query = NonNullable<HttpRequest['query']>;

/** One page of a collection; `next` is Pipedrive's `additional_data.next_cursor`. */
export interface ApiPage {
  readonly values: readonly unknown[];
  readonly next: string | null;
}

/** What a write sends. */
export interface Sent {
  readonly query?: Query;
  readonly body?: unknown;
  /** Where a complaint about a key of the body belongs. */
  readonly keys?: SentKeys;
}

/** Pages one collection may have before its paging is taken for broken. */
const MAX_PAGES = 200;

/**
 * Pipedrive's envelopes: `{success, data, additional_data}` of both versions, cursors of v2, refusals. Everything it
 * throws is a `GatewayError` (or a bug).
 */
export class PipedriveApi {
  readonly crm: string;
  readonly #http: HttpClient;

  constructor(crm: string, http: HttpClient) {
    this.crm = crm;
    this.#http = http;
  }

  /** The data of a record's own endpoint, or `null` where Pipedrive does not have the record. */
  async one(endpoint: Endpoint, id: string, call: Call): Promise<Wire | null> {
    const answer = await this.#send(endpoint, { id }, {}, call);
    if (answer.status === 404) return null;
    return this.#readable(endpoint, answer, (envelope) => object(envelope.data, 'data'));
  }

  /** The data of an endpoint that always has an answer, such as the token's own user. */
  async singleton(endpoint: Endpoint, call: Call): Promise<Wire> {
    const answer = await this.#send(endpoint, {}, {}, call);
    return this.#readable(endpoint, answer, (envelope) => object(envelope.data, 'data'));
  }

  /** One page of a collection, from `cursor` on. */
  async page(endpoint: Endpoint, query: Query, limit: number, cursor: string | null, call: Call): Promise<ApiPage> {
    const paging: Query = [
      ['limit', limit],
      ['cursor', cursor ?? undefined],
    ];
    const answer = await this.#send(endpoint, {}, { query: [...query, ...paging] }, call);
    const page = this.#readable(endpoint, answer, readPage);
    if (page.next !== null && page.next === cursor) throw this.#broken(endpoint, 'its paging does not advance');
    return page;
  }

  /** All pages of a collection. */
  async all(endpoint: Endpoint, query: Query, call: Call): Promise<readonly unknown[]> {
    const values: unknown[] = [];
    const seen = new Set<string>();
    let cursor: string | null = null;
    do {
      const page: ApiPage = await this.page(endpoint, query, MAX_PAGE, cursor, call);
      values.push(...page.values);
      cursor = page.next;
      if (cursor !== null && (seen.has(cursor) || seen.size >= MAX_PAGES)) {
        throw this.#broken(endpoint, 'its paging does not end');
      }
      if (cursor !== null) seen.add(cursor);
    } while (cursor !== null);
    return values;
  }

  /** The whole of a v1 collection that has no pages. */
  async unpaged(endpoint: Endpoint, call: Call): Promise<readonly unknown[]> {
    const answer = await this.#send(endpoint, {}, {}, call);
    return this.#readable(endpoint, answer, readPage).values;
  }

  /**
   * Sends a write once and maps the data of its answer. An answer that cannot be read leaves the effect `POSSIBLE`;
   * a refusal leaves none.
   */
  async write<T>(
    endpoint: Endpoint,
    ids: Readonly<Record<string, string>>,
    sent: Sent,
    call: Call,
    map: (data: unknown) => T,
  ): Promise<T> {
    const answer = await this.#send(endpoint, ids, sent, call);
    if (answer.status >= 400) throw writeRefusal(this.crm, endpoint, answer, sent.keys ?? {});
    try {
      return map(readEnvelope(answer.body).data);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      throw this.#broken(endpoint, error.message, { answer, cause: error, effect: 'POSSIBLE' });
    }
  }

  close(): Promise<void> {
    return this.#http.close();
  }

  async #send(
    endpoint: Endpoint,
    ids: Readonly<Record<string, string>>,
    { query, body }: Sent,
    call: Call,
  ): Promise<HttpAnswer> {
    const { method, template, tokens } = endpoint;
    const request: HttpRequest = {
      method,
      template,
      tokens,
      path: pathOf(endpoint, ids),
      ...(query !== undefined && { query }),
      ...(body !== undefined && { body }),
    };
    try {
      return await this.#http.send(request, call);
    } catch (error) {
      const failure = crmFailure(this.crm, error);
      // A read that fails before a write must not make the write's outcome unknown.
      if (method !== 'GET' || !(failure instanceof GatewayError)) throw failure;
      throw new GatewayError(failure.code, failure.message, { ...failure.details, effect: 'NONE' });
    }
  }

  #readable<T>(endpoint: Endpoint, answer: HttpAnswer, map: (envelope: Wire) => T): T {
    if (answer.status >= 400) throw readRefusal(this.crm, endpoint, answer);
    try {
      return map(readEnvelope(answer.body));
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      throw this.#broken(endpoint, error.message, { answer, cause: error });
    }
  }

  #broken(
    { method, template }: Endpoint,
    why: string,
    facts: { answer?: HttpAnswer; cause?: unknown; effect?: 'POSSIBLE' } = {},
  ): GatewayError {
    const { answer, cause, effect } = facts;
    return new GatewayError(
      'UPSTREAM_INVALID_RESPONSE',
      `${this.crm} answered ${method} ${template} unreadably: ${why}`,
      {
        crm: this.crm,
        ...(answer?.requestId != null && { upstreamRequestId: answer.requestId }),
        ...(cause !== undefined && { cause }),
        ...(effect !== undefined && { effect }),
      },
    );
  }
}

/** Checks that the data of a write's answer is the record that was written. */
export function sameRecord(data: unknown, expected: string): string {
  const answered = id(object(data, 'data'));
  if (answered !== expected) throw new WireError('data is another record');
  return answered;
}

function readEnvelope(body: unknown): Wire {
  if (!isWire(body)) throw new WireError('the body is not an object');
  if (body.success !== true) throw new WireError('success is not true');
  return body;
}

/** v1 writes an empty collection as `null`. */
function readPage(envelope: Wire): ApiPage {
  const values = envelope.data === null ? [] : list(envelope.data, 'data');
  const more = objectOrNull(envelope, 'additional_data');
  return { values, next: (more && textOrNull(more, 'next_cursor')) || null };
}
