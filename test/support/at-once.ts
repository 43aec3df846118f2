import { once } from 'node:events';
import { connect } from 'node:net';
import type { GraphQLAnswer } from './graphql-client.ts';

type Sent = { readonly query: string; readonly headers?: Readonly<Record<string, string>> };

/**
 * Sends operations so that a gateway in this process has them in one turn of the event loop: one behind the other over
 * one connection, in one write.
 */
export async function askAtOnce(url: string, operations: readonly Sent[]): Promise<readonly GraphQLAnswer[]> {
  const { host, hostname, port, pathname } = new URL(url);
  const requests = operations.map(({ query, headers = {} }, index) => {
    const body = JSON.stringify({ query });
    const lines = Object.entries({
      host,
      'content-type': 'application/json',
      accept: 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      connection: index === operations.length - 1 ? 'close' : 'keep-alive',
      ...headers,
    }).map(([name, value]) => `${name}: ${value}`);
    return `POST ${pathname} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`;
  });
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.write(requests.join(''));
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return answersIn(Buffer.concat(chunks));
}

/** Answers one behind the other, each of the length that it says. */
function answersIn(bytes: Buffer): readonly GraphQLAnswer[] {
  const answers: GraphQLAnswer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const from = bytes.indexOf('\r\n\r\n', at) + 4;
    const head = bytes.toString('latin1', at, from);
    const length = Number(/^content-length: (\d+)/im.exec(head)?.[1]);
    const { data, errors, extensions } = JSON.parse(bytes.toString('utf8', from, from + length)) as GraphQLAnswer;
    answers.push({ status: Number(head.split(' ')[1]), headers: new Headers(), data, errors, extensions });
    at = from + length;
  }
  return answers;
}
