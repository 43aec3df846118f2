import { listen } from '../../../src/sandbox/kit/simulator.ts';
import {
  createPipedriveSandbox,
  type PipedriveSandbox,
  type PipedriveSandboxOptions,
} from '../../../src/sandbox/pipedrive/index.ts';

export type Fields = Readonly<Record<string, unknown>>;

export interface Envelope {
  readonly success: boolean;
  readonly error?: string;
  readonly data?: unknown;
  readonly additional_data?: { readonly next_cursor?: string | null; readonly more_items_in_collection?: boolean };
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Envelope;
  /** `data` of an answer about one record. */
  readonly record: Fields;
  /** `data` of a list. */
  readonly rows: readonly Fields[];
}

export interface Started {
  readonly sandbox: PipedriveSandbox;
  readonly url: string;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  close(): Promise<void>;
}

/** A sandbox on a loopback port, and a way to call it with its token. Texts are sent as they are, the rest as JSON. */
export async function start(options: PipedriveSandboxOptions = {}): Promise<Started> {
  const sandbox = createPipedriveSandbox({ burst: null, ...options });
  const running = await listen(sandbox);
  return {
    sandbox,
    url: running.url,
    close: () => running.close(),
    async call(method, path, body, headers = {}) {
      const response = await fetch(`${running.url}${path}`, {
        method,
        headers: { 'x-api-token': sandbox.token, 'content-type': 'application/json', ...headers },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      const parsed = JSON.parse(text) as Envelope;
      return {
        status: response.status,
        headers: response.headers,
        text,
        body: parsed,
        record: parsed.data as Fields,
        rows: parsed.data as readonly Fields[],
      };
    },
  };
}
