import { parseJson } from '../../../src/sandbox/kit/json.ts';
import { listen } from '../../../src/sandbox/kit/simulator.ts';
import {
  createPipelineDealsSandbox,
  type PipelineDealsSandbox,
  type PipelineDealsSandboxOptions,
} from '../../../src/sandbox/pipelinedeals/index.ts';

export type Json = Record<string, unknown>;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body; numbers that a double cannot hold stay exact. */
  readonly body: Json;
}

export interface Page {
  readonly entries: Json[];
  readonly pagination: Json;
}

/** A running sandbox and a client that sends its keys. */
export interface Running {
  readonly sandbox: PipelineDealsSandbox;
  readonly url: string;
  /** Sends a request below `/api/v3`; `query` is appended to the key as it is. */
  send(method: string, path: string, body?: unknown, query?: string): Promise<Answer>;
  get(path: string, query?: string): Promise<Answer>;
  page(path: string, query?: string): Promise<Page>;
  close(): Promise<void>;
}

export async function start(options: PipelineDealsSandboxOptions = {}): Promise<Running> {
  const sandbox = createPipelineDealsSandbox({ requestsPerSecond: null, ...options });
  const { url, close } = await listen(sandbox);
  const send: Running['send'] = async (method, path, body, query = '') => {
    const response = await fetch(`${url}/api/v3/${path}?api_key=${sandbox.secrets.apiKey}&${query}`, {
      method,
      ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: text === '' ? {} : (parseJson(text) as Json),
    };
  };
  return {
    sandbox,
    url,
    send,
    close,
    get: (path, query) => send('GET', path, undefined, query),
    page: async (path, query) => (await send('GET', path, undefined, query)).body as unknown as Page,
  };
}

export function idsOf(page: Page): number[] {
  return page.entries.map((entry) => entry.id as number);
}
