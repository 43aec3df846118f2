import type { IncomingMessage, ServerResponse } from 'node:http';
import { isLoopback } from '../config/loopback.ts';
import { Refusal } from './refusal.ts';

const ALLOWED_HEADERS = ['authorization', 'content-type', 'x-api-key', 'x-upstream-policy', 'x-max-upstream-tokens'];

/** Who may call from a browser: pages of the gateway's own origin, and of origins that are configured. */
export class Origins {
  readonly #allowed: ReadonlySet<string>;
  readonly #hosts: ReadonlySet<string>;
  readonly #loopbackOnly: boolean;
  readonly #preflight: Readonly<Record<string, string>>;

  /**
   * `loopbackOnly`: callers are not told apart, so that being on this machine is all that lets them in. `headers`: those
   * that pages may send beside the usual ones.
   */
  constructor(allowed: readonly string[], loopbackOnly: boolean, headers: readonly string[] = []) {
    this.#preflight = {
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': [...ALLOWED_HEADERS, ...headers].join(', '),
      'access-control-max-age': '600',
    };
    this.#allowed = new Set(allowed);
    this.#hosts = new Set(allowed.map((origin) => new URL(origin).host));
    this.#loopbackOnly = loopbackOnly;
  }

  /**
   * Refuses what a page of another origin sends, whatever it is. Without callers it also refuses names that are not
   * this machine's: another site's name may be made to lead here, and its page would pass for one of ours.
   */
  check({ headers }: IncomingMessage): void {
    const { host = '', origin } = headers;
    if (this.#loopbackOnly && !isLoopback(hostnameOf(host)) && !this.#hosts.has(host)) {
      throw rejected('the gateway is called by the name of this machine (localhost) while no callers are configured');
    }
    if (origin !== undefined) {
      if (!this.#isOwn(origin, host) && !this.#allowed.has(origin)) throw rejected(NOT_ALLOWED);
    } else if (headers['sec-fetch-site'] === 'cross-site' || headers['sec-fetch-site'] === 'same-site') {
      throw rejected(NOT_ALLOWED);
    }
  }

  /** Lets pages of a configured origin read the answer. Says whether the request was a preflight, and is answered. */
  share(request: IncomingMessage, response: ServerResponse): boolean {
    if (this.#allowed.size === 0) return false;
    response.setHeader('vary', 'origin');
    const { origin } = request.headers;
    if (origin === undefined || !this.#allowed.has(origin)) return false;
    response.setHeader('access-control-allow-origin', origin);
    response.setHeader('access-control-expose-headers', 'retry-after, x-request-id');
    if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return false;
    response.writeHead(204, this.#preflight).end();
    return true;
  }

  /** TLS may end before the gateway, so that it cannot know its own scheme. */
  #isOwn(origin: string, host: string): boolean {
    return URL.canParse(origin) && new URL(origin).host === host;
  }
}

const NOT_ALLOWED = 'pages of other origins may call only if they are configured (DEALGRAPH_CORS_ORIGINS)';

function rejected(message: string): Refusal {
  return new Refusal('CSRF_REJECTED', message, { status: 403 });
}

function hostnameOf(host: string): string {
  return host.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
}
