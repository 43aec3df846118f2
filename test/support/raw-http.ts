import { connect } from 'node:net';

/** Sends bytes as they are and answers all that comes back until the connection ends. */
export async function sendBytes(url: string, ...parts: readonly (string | Buffer)[]): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  for (const part of parts) socket.write(part);
  let text = '';
  try {
    for await (const chunk of socket) text += String(chunk);
  } catch {
    // The server may end a connection whose rest it does not want while it is still being sent.
  }
  return text;
}

/** A request with headers that `fetch` would not send. */
export function sendRaw(
  url: string,
  method: string,
  target: string,
  headers: Readonly<Record<string, string>>,
  body = '',
): Promise<string> {
  const all = {
    host: new URL(url).host,
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return sendBytes(url, `${method} ${target} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
}
