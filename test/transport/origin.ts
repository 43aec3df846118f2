import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';

/** A request that reached the server. */
export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Origin {
  readonly url: string;
  readonly received: Received[];
  /** How many connections were made. */
  readonly connections: number;
  close(): Promise<void>;
}

export type Responder = (response: ServerResponse, request: Received, number: number) => unknown;

/** A real HTTP server on loopback. `respond` gets each request with its number, from 1. */
export async function listen(respond: Responder): Promise<Origin> {
  const received: Received[] = [];
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const { method = '', url = '', headers } = incoming;
    const request = { method, url, headers, body: Buffer.concat(chunks).toString() };
    await respond(response, request, received.push(request));
  });
  return open(server, received);
}

/** A TCP server on loopback that speaks no HTTP of its own accord. `onData` gets what a client first sends. */
export async function listenTcp(onData: (socket: Socket, text: string) => void): Promise<Origin> {
  const server = createTcpServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (data) => onData(socket, data.toString()));
  });
  return open(server, []);
}

/** An address where nobody listens. */
export async function nowhere(): Promise<string> {
  const origin = await listen(() => undefined);
  await origin.close();
  return origin.url;
}

/** Answers with JSON. */
export function json(
  response: ServerResponse,
  value: unknown,
  status = 200,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof value === 'string' ? value : JSON.stringify(value));
}

async function open(server: ReturnType<typeof createTcpServer>, received: Received[]): Promise<Origin> {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    get connections() {
      return connections;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
