import type { Call } from '../../../src/domain/call.ts';
import type { HttpAnswer, HttpClient, HttpRequest } from '../../../src/transport/http-client.ts';

/** A request as it was sent, its query by name; a name given several times has its values joined. */
export interface ScriptedRequest extends HttpRequest {
  readonly params: Readonly<Record<string, string>>;
}

/** What a request is answered with: a body with 200, another status, or an error to throw. */
export type Reply = { readonly body: unknown } | { readonly status: number; readonly body?: unknown } | Error;

export type Script = Readonly<Record<string, Reply | ((request: ScriptedRequest) => Reply)>>;

/** An `HttpClient` that answers from a table by `METHOD path`, and remembers what it was asked. */
export class ScriptedHttp implements HttpClient {
  readonly requests: ScriptedRequest[] = [];
  readonly #script: Script;

  constructor(script: Script) {
    this.#script = script;
  }

  /** `METHOD path` of every request, in order. */
  get lines(): readonly string[] {
    return this.requests.map(({ method, path }) => `${method} ${path}`);
  }

  /** The requests that write. */
  get writes(): readonly ScriptedRequest[] {
    return this.requests.filter(({ method }) => method !== 'GET');
  }

  budget(): null {
    return null;
  }

  connection() {
    return { state: 'CONNECTED', expiresAt: null } as const;
  }

  async send(request: HttpRequest, call: Call): Promise<HttpAnswer> {
    call.receipt.sent('pipelinedeals', request, call.because);
    const params: Record<string, string> = {};
    for (const [name, value] of request.query ?? []) {
      if (value !== undefined) params[name] = name in params ? `${params[name]},${value}` : String(value);
    }
    const sent = { ...request, params };
    this.requests.push(sent);
    const scripted = this.#script[`${request.method} ${request.path}`];
    if (scripted === undefined) throw new Error(`unexpected ${request.method} ${request.path}`);
    const reply = typeof scripted === 'function' ? scripted(sent) : scripted;
    if (reply instanceof Error) throw reply;
    const status = 'status' in reply ? reply.status : 200;
    return { status, headers: {}, body: reply.body, requestId: 'request-1' };
  }

  async close(): Promise<void> {}
}

/** A list as today's server wraps it, the page that was asked for. */
export function paged(entries: readonly unknown[], { params }: ScriptedRequest): Reply {
  const page = Number(params.page ?? 1);
  const perPage = Number(params.per_page ?? 200);
  return {
    body: {
      entries: entries.slice((page - 1) * perPage, page * perPage),
      pagination: {
        page,
        page_var: 'page',
        per_page: perPage,
        pages: Math.max(1, Math.ceil(entries.length / perPage)),
        total: entries.length,
      },
    },
  };
}

/** A list that is the same whatever page is asked for. */
export function listOf(...entries: readonly unknown[]): (request: ScriptedRequest) => Reply {
  return (request) => paged(entries, request);
}
