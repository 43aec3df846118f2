import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Fault, Faults } from './faults.ts';
import { formatJson, parseJson } from './json.ts';

/** A request as a simulated CRM sees it. */
export interface SimRequest {
  readonly method: string;
  /** Decoded, without query. */
  readonly path: string;
  /** Named parts of the route's path. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Parsed where the content type is JSON and the text parses; form fields as an object; else `undefined`. */
  readonly body: unknown;
  /** The text of the body could not be parsed as the JSON it claims to be. */
  readonly malformed: boolean;
}

export interface SimResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; `undefined` sends an empty body. */
  readonly body?: unknown;
  /** Sent as it is, with the content type given in `headers`. */
  readonly text?: string;
}

/** One exchange a simulator has had. */
export interface LogEntry {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  /** `null` while it is being answered, and where it never is. */
  readonly status: number | null;
  /** What the CRM charged, on CRMs with tokens. */
  readonly tokens: number | null;
  /** The parsed request body. */
  readonly body: unknown;
}

/** A simulated CRM: state, faults, a log, and an answer to every request. */
export interface Simulator {
  readonly name: string;
  readonly faults: Faults;
  readonly log: LogEntry[];
  /** Answers one request. `params` is empty: routing is the simulator's. */
  handle(request: SimRequest): SimResponse | Promise<SimResponse>;
  /** What a request costs in the CRM's tokens; `null` on CRMs without. */
  tokens(request: SimRequest): number | null;
  /** The settings that point a gateway at the simulator at `url`, as environment variables. */
  env(url: string): Record<string, string>;
}

export interface RunningSimulator {
  readonly url: string;
  close(): Promise<void>;
}

export type Handler = (request: SimRequest) => SimResponse | Promise<SimResponse>;

export interface Route {
  readonly method: string;
  /** Constant parts and `:name` for one part: `/api/v2/deals/:id`. */
  readonly path: string;
  readonly handler: Handler;
  /** The published cost, on CRMs with tokens. */
  readonly tokens?: number;
}

/** Finds the route of a request and the values of its named parts. Constant parts win over named ones. */
export function findRoute(
  routes: readonly Route[],
  method: string,
  path: string,
): { route: Route; params: Record<string, string> } | { allowed: string[] } {
  const parts = path.split('/');
  const allowed: string[] = [];
  const fitting = routes
    .map((route) => ({ route, params: matchPath(route.path.split('/'), parts) }))
    .filter((hit): hit is { route: Route; params: Record<string, string> } => hit.params !== null)
    .sort((a, b) => Object.keys(a.params).length - Object.keys(b.params).length);
  for (const hit of fitting) {
    if (hit.route.method === method) return hit;
    allowed.push(hit.route.method);
  }
  return { allowed };
}

function matchPath(pattern: readonly string[], parts: readonly string[]): Record<string, string> | null {
  if (pattern.length !== parts.length) return null;
  const params: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const part = parts[index] as string;
    if (expected.startsWith(':')) {
      if (part === '') return null;
      params[expected.slice(1)] = part;
    } else if (expected !== part) return null;
  }
  return params;
}

/** Starts a simulator on a loopback port (0: any). */
export async function listen(simulator: Simulator, port = 0): Promise<RunningSimulator> {
  const sockets = new Set<Socket>();
  const server = createServer((incoming, outgoing) => {
    answer(simulator, incoming, outgoing).catch((error: unknown) => {
      process.stderr.write(`${simulator.name}: ${error instanceof Error ? error.stack : String(error)}\n`);
      if (!outgoing.headersSent) outgoing.writeHead(500);
      outgoing.end();
    });
  });
  server.keepAliveTimeout = 60_000;
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

async function answer(simulator: Simulator, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const request = await readRequest(incoming);
  if (request.path === '/__sandbox/faults' && request.method === 'PUT') {
    simulator.faults.set(...((request.body ?? []) as Fault[]));
    send(outgoing, { status: 204 });
    return;
  }
  if (request.path === '/__sandbox/log' && request.method === 'GET') {
    send(outgoing, { status: 200, body: simulator.log });
    return;
  }
  const fault = simulator.faults.take(request.method, request.path);
  // Logged when it arrives, so that the log is in that order and complete while answers are still awaited.
  const entry: { -readonly [Key in keyof LogEntry]: LogEntry[Key] } = {
    method: request.method,
    path: request.path,
    query: incoming.url?.split('?')[1] ?? '',
    status: null,
    tokens: simulator.tokens(request),
    body: request.body,
  };
  simulator.log.push(entry);
  const reply = (response: SimResponse) => {
    entry.status = response.status;
    send(outgoing, response);
  };
  const act = () => simulator.handle(request);
  switch (fault?.kind) {
    case 'drop':
      incoming.socket.destroy();
      return;
    case 'dropAfter':
      await act();
      incoming.socket.destroy();
      return;
    case 'late':
      incoming.socket.destroy();
      await passed(fault.ms);
      await act();
      return;
    case 'hang':
      return;
    case 'hangAfter':
      await act();
      return;
    case 'status':
      reply(stated(fault));
      return;
    case 'statusAfter':
      await act();
      reply(stated(fault));
      return;
    case 'html':
      reply({
        status: 200,
        headers: { 'content-type': 'text/html' },
        text: '<!doctype html><title>Sorry</title>',
      });
      return;
    case 'garbage':
      reply(GARBAGE);
      return;
    case 'garbageAfter':
      await act();
      reply(GARBAGE);
      return;
    case 'latency':
      await passed(fault.ms);
      break;
    default:
  }
  reply(await act());
}

const GARBAGE: SimResponse = { status: 200, body: { unexpected: [1, 2, 3] } };

/** What a fault answers instead of the CRM. */
function stated({ status = 503, headers, body = '' }: Fault): SimResponse {
  return { status, headers: { 'content-type': 'application/json', ...headers }, text: body };
}

function passed(ms = 1_000): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function readRequest(incoming: IncomingMessage): Promise<SimRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  const url = new URL(incoming.url ?? '/', 'http://sandbox');
  const headers = Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
  const type = headers['content-type'] ?? '';
  let body: unknown;
  let malformed = false;
  if (text !== '' && type.includes('json')) {
    try {
      body = parseJson(text);
    } catch {
      malformed = true;
    }
  } else if (type.includes('x-www-form-urlencoded')) {
    body = Object.fromEntries(new URLSearchParams(text));
  }
  return {
    method: incoming.method ?? 'GET',
    path: decodeURIComponent(url.pathname),
    params: {},
    query: url.searchParams,
    headers,
    body,
    malformed,
  };
}

function send(outgoing: ServerResponse, response: SimResponse): void {
  const text = response.text ?? (response.body === undefined ? '' : formatJson(response.body));
  const headers: Record<string, string | number> = { ...response.headers, 'content-length': Buffer.byteLength(text) };
  if (response.text === undefined && response.body !== undefined && headers['content-type'] === undefined) {
    headers['content-type'] = 'application/json; charset=utf-8';
  }
  outgoing.writeHead(response.status, response.status === 204 ? response.headers : headers);
  outgoing.end(response.status === 204 ? undefined : text);
}
