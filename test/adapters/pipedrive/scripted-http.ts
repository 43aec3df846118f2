import type { Call } from '../../../src/domain/call.ts';
import type { HttpAnswer, HttpClient, HttpRequest } from '../../../src/transport/http-client.ts';

/** What a request is answered with: data in an envelope, another status or body, or an error to throw. */
export type Reply =
  | { readonly data: unknown; readonly next?: string | null }
  | { readonly status: number; readonly body?: unknown }
  | Error;

type Script = Readonly<Record<string, Reply | ((request: ScriptedRequest) => Reply)>>;

/** A request as it was sent, its query by name. */
export interface ScriptedRequest extends HttpRequest {
  readonly params: Readonly<Record<string, string>>;
}

/** An `HttpClient` that answers from a table by `METHOD path`, and remembers what it was asked. */
export class ScriptedHttp implements HttpClient {
  readonly requests: ScriptedRequest[] = [];
  readonly #script: Script;

  constructor(script: Script) {
    this.#script = script;
  }

  /** `METHOD path`, and the sum of what was spent. */
  get lines(): readonly string[] {
    return this.requests.map(({ method, path }) => `${method} ${path}`);
  }

  get tokens(): number {
    return this.requests.reduce((sum, { tokens }) => sum + (tokens ?? 0), 0);
  }

  budget(): null {
    return null;
  }

  connection() {
    return { state: 'CONNECTED', expiresAt: null } as const;
  }

  async send(request: HttpRequest, call: Call): Promise<HttpAnswer> {
    call.receipt.sent('crm', request, call.because);
    const params = Object.fromEntries(
      (request.query ?? []).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
    );
    const sent = { ...request, params };
    this.requests.push(sent);
    const scripted = this.#script[`${request.method} ${request.path}`];
    if (scripted === undefined) throw new Error(`unexpected ${request.method} ${request.path}`);
    const reply = typeof scripted === 'function' ? scripted(sent) : scripted;
    if (reply instanceof Error) throw reply;
    const [status, body] =
      'status' in reply
        ? [reply.status, reply.body]
        : [200, { success: true, data: reply.data, additional_data: { next_cursor: reply.next ?? null } }];
    return { status, headers: {}, body, requestId: 'correlation-1' };
  }

  async close(): Promise<void> {}
}
