import { Pool } from 'undici';
import { ACCEPT_ENCODING } from './answer.ts';
import type { Credentials } from './credentials.ts';
import type { WireRequest } from './exchange.ts';
import type { HttpRequest } from './http-client.ts';
import { formatJson } from './json.ts';
import { parseBaseUrl, requestTarget } from './request-url.ts';
import type { HttpSettings } from './settings.ts';

/** How long one try may take, whatever time its call has left. */
export interface TryTimeouts {
  readonly connectMs: number;
  /** From the request to the answer's headers. */
  readonly headersMs: number;
  readonly totalMs: number;
}

/** A request with the connections it goes over. */
export interface AddressedRequest extends WireRequest {
  readonly pool: Pool;
}

/** Where requests go, and as whom: replaced as a whole when the credentials change. */
interface Access {
  readonly credentials: Credentials;
  readonly base: URL;
  readonly pool: Pool;
  readonly readHeaders: Readonly<Record<string, string>>;
  /** Of a request with a body. */
  readonly bodyHeaders: Readonly<Record<string, string>>;
}

/** Puts requests into the form they are sent in. Throws `TypeError` on an unusable base URL. */
export class Addressing {
  readonly #settings: Pick<HttpSettings, 'baseUrl' | 'maxInFlight'>;
  readonly #timeouts: TryTimeouts;
  #access: Access;

  constructor(settings: Pick<HttpSettings, 'baseUrl' | 'maxInFlight'>, timeouts: TryTimeouts) {
    this.#settings = settings;
    this.#timeouts = timeouts;
    this.#access = this.#accessAs({}, null);
  }

  /** A request as it is sent with these credentials, or with those of the last one. */
  address(request: HttpRequest, given: Credentials = this.#access.credentials): AddressedRequest {
    if (given !== this.#access.credentials) this.#access = this.#accessAs(given, this.#access);
    const { base, pool, readHeaders, bodyHeaders } = this.#access;
    const body = request.body === undefined ? null : (formatJson(request.body) ?? null);
    return {
      method: request.method,
      target: requestTarget(base, request, given),
      headers: body === null ? readHeaders : bodyHeaders,
      body,
      pool,
    };
  }

  close(): Promise<void> {
    return this.#access.pool.close();
  }

  /** Connections are kept as long as they lead to the same place; others are ended once nothing is in flight there. */
  #accessAs(credentials: Credentials, before: Access | null): Access {
    const base = parseBaseUrl(credentials.baseUrl ?? this.#settings.baseUrl);
    const isSame = before !== null && before.base.origin === base.origin;
    if (!isSame) void before?.pool.close();
    const readHeaders = {
      accept: 'application/json',
      'accept-encoding': ACCEPT_ENCODING,
      'user-agent': 'dealgraph',
      ...credentials.headers,
    };
    return {
      credentials,
      base,
      pool: isSame ? before.pool : this.#poolOf(base),
      readHeaders,
      bodyHeaders: { 'content-type': 'application/json', ...readHeaders },
    };
  }

  #poolOf({ origin }: URL): Pool {
    return new Pool(origin, {
      connections: this.#settings.maxInFlight,
      pipelining: 1,
      connect: { timeout: this.#timeouts.connectMs },
      // Every exchange keeps its own time.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }
}
