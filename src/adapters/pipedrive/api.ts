import type { Call } from '../../domain/call.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { Clock } from '../../transport/clock.ts';
import type { HttpAnswer, HttpClient, HttpRequest } from '../../transport/http-client.ts';
import { CrmClock } from '../crm-clock.ts';
import { crmFailure } from '../crm-failure.ts';
import { Gathering } from '../gathering.ts';
import {
  boolean,
  eachOnce,
  id,
  idOrNull,
  isWire,
  list,
  object,
  objectOrNull,
  textOrNull,
  type Wire,
  WireError,
} from '../wire.ts';
import { type Endpoint, MAX_PAGE, pathOf } from './endpoints.ts';
import { KnownKeys } from './known-keys.ts';
import { readRefusal, type SentKeys, writeRefusal } from './refusal.ts';

export type Query = NonNullable<HttpRequest['query']>;

/** The ids in a path, by the name they have in its template. */
export type Ids = Readonly<Record<string, string>>;

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
export const MAX_PAGES = 20;

/**
 * Pipedrive's envelopes: `{success, data, additional_data}` of both versions, cursors of v2, offsets of v1, refusals.
 * Everything it throws is a `GatewayError` (or a bug).
 */
export class PipedriveApi {
  readonly crm: string;
  /** Pipedrive's own, as its answers tell it. */
  readonly time: CrmClock;
  /** Reads by id, which operations may share. */
  readonly loads: Gathering;
  readonly customKeys = new KnownKeys();
  readonly #http: HttpClient;

  constructor(crm: string, http: HttpClient, clock: Clock) {
    this.crm = crm;
    this.time = new CrmClock(clock);
    this.loads = new Gathering(crm, clock);
    this.#http = http;
  }

  /** The data of a record's own endpoint, or `null` where Pipedrive does not have the record. */
  async one(endpoint: Endpoint, id: string, call: Call, query: Query = []): Promise<Wire | null> {
    const answer = await this.#send(endpoint, { id }, { query }, call);
    if (answer.status === 404) return null;
    return this.#readable(endpoint, answer, (envelope) => object(envelope.data, 'data'));
  }

  /** The data of an endpoint that always has an answer, such as the token's own user. */
  async singleton(endpoint: Endpoint, call: Call): Promise<Wire> {
    const answer = await this.#send(endpoint, {}, {}, call);
    return this.#readable(endpoint, answer, (envelope) => object(envelope.data, 'data'));
  }

  /** What `map` reads in the answer of an endpoint that is neither a record nor a collection of them. */
  async read<T>(endpoint: Endpoint, query: Query, call: Call, map: (envelope: Wire) => T): Promise<T> {
    const answer = await this.#send(endpoint, {}, { query }, call);
    return this.#readable(endpoint, answer, map);
  }

  /** One page of a collection, from `cursor` on. What hangs on a record (`ids`) that does not exist is empty. */
  async page(
    endpoint: Endpoint,
    query: Query,
    limit: number,
    cursor: string | null,
    call: Call,
    ids: Ids = {},
  ): Promise<ApiPage> {
    const paging: Query = [
      ['limit', limit],
      ['cursor', cursor ?? undefined],
    ];
    const page = await this.#collection(endpoint, ids, [...query, ...paging], call, readPage);
    if (page.next !== null && page.next === cursor) throw this.#broken(endpoint, 'its paging does not advance');
    return page;
  }

  /** One page of a v1 collection, from the offset `start` on, a number written as text. */
  async offsetPage(
    endpoint: Endpoint,
    query: Query,
    limit: number,
    start: string | null,
    call: Call,
    ids: Ids = {},
  ): Promise<ApiPage> {
    const paging: Query = [
      ['start', start ?? 0],
      ['limit', limit],
    ];
    const page = await this.#collection(endpoint, ids, [...query, ...paging], call, readOffsetPage);
    if (page.next !== null && Number(page.next) <= Number(start)) {
      throw this.#broken(endpoint, 'its paging does not advance');
    }
    return page;
  }

  /** All pages of a collection. */
  all(endpoint: Endpoint, query: Query, call: Call, ids: Ids = {}): Promise<readonly unknown[]> {
    return this.#allPages(endpoint, (cursor) => this.page(endpoint, query, MAX_PAGE, cursor, call, ids));
  }

  /** All pages of a v1 collection with offsets. */
  allByOffset(endpoint: Endpoint, query: Query, call: Call, ids: Ids = {}): Promise<readonly unknown[]> {
    return this.#allPages(endpoint, (start) => this.offsetPage(endpoint, query, MAX_PAGE, start, call, ids));
  }

  async #allPages(endpoint: Endpoint, read: (cursor: string | null) => Promise<ApiPage>): Promise<readonly unknown[]> {
    const { values, next } = await read(null);
    const all = [values];
    const seen = new Set<string>();
    for (let cursor = next; cursor !== null; ) {
      if (seen.has(cursor) || seen.size >= MAX_PAGES) throw this.#broken(endpoint, 'its paging does not end');
      seen.add(cursor);
      const page = await read(cursor);
      all.push(page.values);
      cursor = page.next;
    }
    return eachOnce(all.length === 1 ? values : all.flat());
  }

  /** The whole of a v1 collection that has no pages. */
  async unpaged(endpoint: Endpoint, call: Call, ids: Ids = {}): Promise<readonly unknown[]> {
    return (await this.#collection(endpoint, ids, [], call, readPage)).values;
  }

  async #collection(
    endpoint: Endpoint,
    ids: Ids,
    query: Query,
    call: Call,
    map: (envelope: Wire) => ApiPage,
  ): Promise<ApiPage> {
    const answer = await this.#send(endpoint, ids, { query }, call);
    if (answer.status === 404 && Object.keys(ids).length > 0) return { values: [], next: null };
    return this.#readable(endpoint, answer, map);
  }

  /**
   * Sends a write once and maps the data of its answer. An answer that cannot be read leaves the effect `POSSIBLE`;
   * a refusal leaves none.
   */
  async write<T>(endpoint: Endpoint, ids: Ids, sent: Sent, call: Call, map: (data: unknown) => T): Promise<T> {
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

  async #send(endpoint: Endpoint, ids: Ids, { query, body }: Sent, call: Call): Promise<HttpAnswer> {
    const { method, template, tokens } = endpoint;
    const request: HttpRequest = {
      method,
      template,
      tokens,
      path: pathOf(endpoint, ids),
      ...(query !== undefined && { query }),
      ...(body !== undefined && { body }),
    };
    const answer = await this.exchange(request, call);
    const instead = answer.status === 400 && query !== undefined ? this.customKeys.without(query) : null;
    return instead === null ? answer : this.#send(endpoint, ids, { query: instead, body }, call);
  }

  /** One exchange; a failed one throws, a refusal is an answer. */
  async exchange(request: HttpRequest, call: Call): Promise<HttpAnswer> {
    try {
      const answer = await this.#http.send(request, call);
      this.time.observe(answer);
      return answer;
    } catch (error) {
      const failure = crmFailure(this.crm, error);
      // A read that fails before a write must not make the write's outcome unknown.
      if (request.method !== 'GET' || !(failure instanceof GatewayError)) throw failure;
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

/** v1 says whether there is more, and where, in `additional_data.pagination`. */
function readOffsetPage(envelope: Wire): ApiPage {
  const { values } = readPage(envelope);
  const more = objectOrNull(envelope, 'additional_data');
  const pagination = more && objectOrNull(more, 'pagination');
  const hasMore = pagination !== null && boolean(pagination, 'more_items_in_collection', false);
  if (!hasMore) return { values, next: null };
  // Some examples of the documentation leave `next_start` out.
  const next = idOrNull(pagination, 'next_start') ?? String(Number(id(pagination, 'start')) + values.length);
  return { values, next };
}
