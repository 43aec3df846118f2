import type { Call } from '../../domain/call.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { HttpAnswer, HttpClient, HttpRequest } from '../../transport/http-client.ts';
import type { CrmClock } from '../crm-clock.ts';
import { crmFailure } from '../crm-failure.ts';
import { eachOnce, isWire, type Wire } from '../wire.ts';

/** The largest page the API serves. */
export const MAX_PAGE_SIZE = 200;
/** Tables of an account that go on longer than this are not read to the end. */
export const MAX_PAGES = 50;

export type Query = NonNullable<HttpRequest['query']>;

/** A path below the base URL, with the same path without ids for logs. */
export type Endpoint = Pick<HttpRequest, 'path' | 'template'>;

/** `/deals.json`: the suffix is understood by both dialects of the API. */
export function collection(name: string): Endpoint {
  return { path: `/${name}.json`, template: `/${name}.json` };
}

/** `/deals/42.json` */
export function member(name: string, id: string): Endpoint {
  return { path: `/${name}/${id}.json`, template: `/${name}/{id}.json` };
}

/** `/companies/88/people.json` */
export function nested(owner: string, id: string, name: string): Endpoint {
  return { path: `/${owner}/${id}/${name}.json`, template: `/${owner}/{id}/${name}.json` };
}

/** One page of a list, whichever envelope it came in. */
export interface ListPage {
  readonly entries: readonly unknown[];
  readonly pages: number;
  /** How many entries all pages together have, where the answer says so. */
  readonly total: number | null;
}

export interface PageRequest {
  readonly page: number;
  readonly perPage: number;
}

/** PipelineDeals API v3 as this adapter speaks it: envelopes and refusals of both dialects. */
export class Api {
  readonly crm: string;
  /** The CRM's own, as its answers tell it. */
  readonly time: CrmClock;
  readonly #http: HttpClient;

  constructor(crm: string, http: HttpClient, time: CrmClock) {
    this.crm = crm;
    this.time = time;
    this.#http = http;
  }

  /** One exchange; a failed one throws a `GatewayError`, a refusal is an answer. */
  async send(request: Omit<HttpRequest, 'tokens'>, call: Call): Promise<HttpAnswer> {
    try {
      const answer = await this.#http.send({ ...request, tokens: null }, call);
      this.time.observe(answer);
      return answer;
    } catch (error) {
      throw crmFailure(this.crm, error);
    }
  }

  /** A single record; `null` when there is none: 404 today, 422 without a body in the older dialect. */
  async one(endpoint: Endpoint, call: Call): Promise<Wire | null> {
    const answer = await this.send({ method: 'GET', ...endpoint }, call);
    if (answer.status === 404 || (answer.status === 422 && isEmpty(answer.body))) return null;
    if (!isSuccess(answer)) throw this.#readRefused(endpoint, answer);
    if (!isWire(answer.body)) throw this.unreadable(endpoint, answer);
    return answer.body;
  }

  async page(endpoint: Endpoint, query: Query, request: PageRequest, call: Call): Promise<ListPage> {
    const answer = await this.#list(endpoint, query, request, call);
    if (!isSuccess(answer)) throw this.#readRefused(endpoint, answer);
    return this.#readPage(endpoint, request, answer);
  }

  /** A page, or `null` when the API does not accept these conditions. */
  async pageIfAccepted(endpoint: Endpoint, query: Query, request: PageRequest, call: Call): Promise<ListPage | null> {
    const answer = await this.#list(endpoint, query, request, call);
    if (answer.status === 400 || answer.status === 422) return null;
    if (!isSuccess(answer)) throw this.#readRefused(endpoint, answer);
    return this.#readPage(endpoint, request, answer);
  }

  /** A list's answer whole, with the least of its entries, for what stands beside them. */
  async totals(endpoint: Endpoint, query: Query, call: Call): Promise<unknown> {
    const answer = await this.#list(endpoint, query, { page: 1, perPage: 1 }, call);
    if (!isSuccess(answer)) throw this.#readRefused(endpoint, answer);
    return answer.body;
  }

  /** All pages of a list. */
  async all(endpoint: Endpoint, call: Call, query: Query = []): Promise<readonly unknown[]> {
    const first = await this.page(endpoint, query, { page: 1, perPage: MAX_PAGE_SIZE }, call);
    return this.#withFollowing(endpoint, query, first, call);
  }

  /** All pages of a list, or `null` where the account's API does not have it or does not show it to this key. */
  async allIfShown(endpoint: Endpoint, call: Call): Promise<readonly unknown[] | null> {
    const request = { page: 1, perPage: MAX_PAGE_SIZE };
    const answer = await this.#list(endpoint, [], request, call);
    if (answer.status === 403 || answer.status === 404) return null;
    if (!isSuccess(answer)) throw this.#readRefused(endpoint, answer);
    return this.#withFollowing(endpoint, [], this.#readPage(endpoint, request, answer), call);
  }

  unreadable(endpoint: Endpoint, answer: HttpAnswer, effect: 'NONE' | 'POSSIBLE' = 'NONE'): GatewayError {
    return new GatewayError(
      'UPSTREAM_INVALID_RESPONSE',
      `${this.crm} sent an unreadable answer (${endpoint.template})`,
      {
        crm: this.crm,
        effect,
        ...requestId(answer),
      },
    );
  }

  #list(endpoint: Endpoint, query: Query, { page, perPage }: PageRequest, call: Call): Promise<HttpAnswer> {
    return this.send(
      {
        method: 'GET',
        ...endpoint,
        query: [...query, ['page', page], ['per_page', perPage]],
      },
      call,
    );
  }

  async #withFollowing(endpoint: Endpoint, query: Query, first: ListPage, call: Call): Promise<readonly unknown[]> {
    if (first.pages > MAX_PAGES) {
      throw new GatewayError(
        'BUDGET_EXCEEDED',
        `${this.crm} lists more than ${MAX_PAGES} pages (${endpoint.template})`,
        {
          crm: this.crm,
        },
      );
    }
    const entries = [...first.entries];
    for (let page = 2; page <= first.pages; page += 1) {
      const next = await this.page(endpoint, query, { page, perPage: MAX_PAGE_SIZE }, call);
      if (next.entries.length === 0) break;
      entries.push(...next.entries);
    }
    return eachOnce(entries);
  }

  /** Lists come as `{entries, pagination}`, without `pagination`, or bare; older answers leave out `pages`. */
  #readPage(endpoint: Endpoint, request: PageRequest, answer: HttpAnswer): ListPage {
    const { body } = answer;
    if (Array.isArray(body)) return { entries: body, pages: 1, total: body.length };
    if (!isWire(body) || !Array.isArray(body.entries)) throw this.unreadable(endpoint, answer);
    const entries: readonly unknown[] = body.entries;
    if (!isWire(body.pagination)) return { entries, pages: 1, total: entries.length };
    const total = count(body.pagination.total);
    const perPage = count(body.pagination.per_page) || request.perPage;
    const pages = count(body.pagination.pages) ?? (total === null ? null : Math.ceil(total / perPage));
    const page = count(body.pagination.page);
    if (pages === null || (page !== null && page !== request.page)) throw this.unreadable(endpoint, answer);
    return { entries, pages: Math.max(pages, 1), total };
  }

  #readRefused(endpoint: Endpoint, answer: HttpAnswer): GatewayError {
    return new GatewayError(
      accessCode(answer.status) ?? 'UPSTREAM_INVALID_RESPONSE',
      `${this.crm} answered ${answer.status} to GET ${endpoint.template}`,
      { crm: this.crm, ...requestId(answer) },
    );
  }
}

export function isSuccess(answer: HttpAnswer): boolean {
  return answer.status >= 200 && answer.status < 300;
}

export function isEmpty(body: unknown): boolean {
  return body === undefined || body === null || body === '';
}

/** The code of a refusal that concerns our key, whatever was asked. */
export function accessCode(status: number): 'UPSTREAM_UNAUTHORIZED' | 'FORBIDDEN' | null {
  if (status === 401) return 'UPSTREAM_UNAUTHORIZED';
  return status === 403 ? 'FORBIDDEN' : null;
}

export function requestId(answer: HttpAnswer): { upstreamRequestId?: string } {
  return answer.requestId === null ? {} : { upstreamRequestId: answer.requestId };
}

/** A count of a `pagination`; some answers carry them as text. */
function count(value: unknown): number | null {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= 0 ? number : null;
}
