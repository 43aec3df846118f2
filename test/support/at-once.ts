import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { AnswerExtensions, GraphQLAnswer } from './graphql-client.ts';

type Sent = { readonly query: string; readonly headers?: Readonly<Record<string, string>> };

/**
 * Sends operations so that a gateway in this process has them in one turn of the event loop: over connections that are
 * open already, all written at once.
 */
export async function askAtOnce(url: string, operations: readonly Sent[]): Promise<readonly GraphQLAnswer[]> {
  const sockets = await Promise.all(operations.map(() => open(url)));
  const answers = sockets.map(read);
  for (const [index, { query, headers = {} }] of operations.entries()) {
    const body = JSON.stringify({ query });
    const lines = Object.entries({
      host: new URL(url).host,
      'content-type': 'application/json',
      accept: 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      connection: 'close',
      ...headers,
    }).map(([name, value]) => `${name}: ${value}`);
    sockets[index]?.write(`POST ${new URL(url).pathname} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
  }
  return Promise.all(answers);
}

/** A connection that the gateway has accepted: it has answered a request over it. */
async function open(url: string): Promise<Socket> {
  const { host, hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(`GET /health HTTP/1.1\r\nhost: ${host}\r\n\r\n`);
  await once(socket, 'data');
  return socket;
}

async function read(socket: Socket): Promise<GraphQLAnswer> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  const [head = '', body = ''] = Buffer.concat(chunks).toString().split('\r\n\r\n', 2);
  const { data, errors, extensions } = JSON.parse(body) as GraphQLAnswer & { extensions: AnswerExtensions };
  return { status: Number(head.split(' ')[1]), headers: new Headers(), data, errors, extensions };
}
