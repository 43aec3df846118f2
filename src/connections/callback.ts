import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ConnectionError } from './connection-error.ts';

/** What a user decided, as their browser brings it back. */
export type Decision = { readonly code: string } | { readonly denied: true };

export interface Callback {
  /** Of the listener, which need not be that of the redirect URI. */
  readonly port: number;
  /** Resolves with the decision and how to show in the browser what came of it. */
  readonly decided: Promise<{ readonly decision: Decision; show(title: string, text: string): Promise<void> }>;
  close(): Promise<void>;
}

export interface CallbackParts {
  readonly redirectUri: string;
  /** Where to listen; by default on the port of the redirect URI, which then has to be of this machine. */
  readonly port: number | null;
  readonly state: string;
  /** Told of what comes and is not the answer that is waited for. */
  onStranger(message: string): void;
}

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  connection: 'close',
};

/** Waits on loopback for the browser that a CRM sends back. What does not bring the state of this run is turned away. */
export async function listenForCallback({ redirectUri, port, state, onStranger }: CallbackParts): Promise<Callback> {
  const { pathname, hostname, protocol, port: ownPort } = new URL(redirectUri);
  const isOwn = protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  if (port === null && !isOwn) {
    throw new ConnectionError('the redirect URI does not lead to this machine: say with --port where it is led to');
  }
  const host = hostname === '[::1]' && port === null ? '::1' : '127.0.0.1';
  let decide: (made: Awaited<Callback['decided']>) => void = () => undefined;
  const decided = new Promise<Awaited<Callback['decided']>>((resolve) => {
    decide = resolve;
  });

  const handle = (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://callback');
    if (request.method !== 'GET' || url.pathname !== pathname) return void page(response, 404, 'Nothing here', '');
    const { code, error, state: given } = Object.fromEntries(url.searchParams);
    const strange = (why: string) => {
      onStranger(why);
      return void page(response, 400, 'Not connected', `${why}. Go back to the terminal.`);
    };
    if (given !== undefined && given !== state) return strange('This answer belongs to another run of connect');
    const show = (title: string, text: string) => page(response, 200, title, text);
    // A refusal need not bring the state along; all it can do is end this run.
    if (error !== undefined) return decide({ decision: { denied: true }, show });
    if (given === undefined) return strange('This answer does not say which run of connect it belongs to');
    if (code === undefined || code === '') return strange('This answer has no code');
    decide({ decision: { code }, show });
  };

  const first = await listen(handle, host, port ?? Number(ownPort || 80));
  const { port: chosen } = first.address() as AddressInfo;
  const servers = [first];
  // Browsers may take this name for either address.
  if (hostname === 'localhost') servers.push(...(await listen(handle, '::1', chosen).then(one, none)));
  return {
    port: chosen,
    decided,
    async close() {
      const closed = servers.map((server) => new Promise((resolve) => server.close(resolve)));
      for (const server of servers) server.closeAllConnections();
      await Promise.all(closed);
    },
  };
}

const one = (server: Server) => [server];
const none = () => [];

async function listen(
  handle: (request: IncomingMessage, response: ServerResponse) => void,
  host: string,
  port: number,
): Promise<Server> {
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5_000 }, handle);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new ConnectionError(`port ${port}, which the redirect URI leads to, is already in use`)
          : new ConnectionError(`port ${port} cannot be listened on (${error.code})`),
      ),
    );
    server.listen(port, host, resolve);
  });
  return server;
}

function page(response: ServerResponse, status: number, title: string, text: string): Promise<void> {
  const [safeTitle, safeText] = [title, text].map(asHtml);
  const style = 'font:16px system-ui;max-width:32em;margin:4em auto;padding:0 1em';
  return new Promise((resolve) => {
    response.once('close', resolve);
    response.writeHead(status, HEADERS);
    response.end(
      `<!doctype html><meta charset="utf-8"><title>${safeTitle}</title><body style="${style}"><h1>${safeTitle}</h1><p>${safeText}</p>`,
    );
  });
}

function asHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
