import { once } from 'node:events';
import { Agent, createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What goes wrong on the way between the gateway and a CRM. */
export type WireFault =
  /** The connection is reset once the request has come, which is not passed on. */
  | { readonly kind: 'resetBefore' }
  /** The request is passed on, and the connection reset once it is answered. */
  | { readonly kind: 'resetAfter' }
  /** The request is passed on, and its answer kept. */
  | { readonly kind: 'swallow' }
  /** The request is neither passed on nor answered. */
  | { readonly kind: 'hang' }
  /** The CRM's answer, or that to the request for another `target`, comes as something else. */
  | { readonly kind: 'answer'; readonly of: (real: WireAnswer) => WireAnswer; readonly target?: string }
  /** Bytes come in place of the CRM's answer, for as long as somebody reads them; then the connection is `left`. */
  | {
      readonly kind: 'bytes';
      readonly of: (real: WireAnswer) => Iterable<Buffer> | AsyncIterable<Buffer>;
      readonly left: 'ended' | 'reset' | 'open';
    }
  /** Half of the answer comes, then the connection ends. */
  | { readonly kind: 'cut' }
  /** The answer comes `ms` late. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** The answer comes in pieces, over `ms`. */
  | { readonly kind: 'throttle'; readonly ms: number }
  /**
   * `run` is called when the request has come (and is not passed on), when the CRM has answered it (and the answer
   * is kept), or when the answer has been passed back.
   */
  | { readonly kind: 'call'; readonly at: 'ARRIVED' | 'DONE' | 'ANSWERED'; readonly run: () => void };

/** Which request is struck: the n-th one or the n-th that may write, from 1, counted from when the fault was set. */
export interface Aim {
  readonly of: 'request' | 'write';
  readonly nth: number;
}

/** What a CRM answered, or seems to. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer;
}

/** A request that has come to the proxy. */
export interface Passing {
  readonly method: string;
  /** With the query. */
  readonly target: string;
  readonly body: string;
  /** What the CRM answered; `null` while it has not, and where it was never asked. */
  status: number | null;
}

/** Stands between the gateway and one CRM, and has things go wrong on the wire. */
export interface FaultProxy {
  readonly url: string;
  /** Every request that has come, in order. */
  readonly passed: readonly Passing[];
  /** Has one request struck. */
  strike(fault: WireFault, aim: Aim): void;
  /** Has any request struck that this names a fault for, until it is replaced or healed. */
  meddle(faultOf: (request: Passing) => WireFault | null): void;
  /** Lets so many requests through and then refuses every connection, each request having one of its own. */
  refuseAfter(requests: number): Promise<void>;
  /** Everything works again. */
  heal(): Promise<void>;
  close(): Promise<void>;
}

interface Armed {
  readonly fault: WireFault;
  readonly of: Aim['of'];
  left: number;
}

/** Starts a proxy on a loopback port in front of `upstream`, an origin. */
export async function startFaultProxy(upstream: string): Promise<FaultProxy> {
  const proxy = new WireProxy(upstream);
  await proxy.listen();
  return proxy;
}

class WireProxy implements FaultProxy {
  readonly passed: Passing[] = [];
  readonly #upstream: URL;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer((incoming, outgoing) => {
    // What breaks here is broken on purpose, or by a peer that has gone; either way the connection ends.
    this.#pass(incoming, outgoing).catch(() => incoming.socket.destroy());
  });
  #port = 0;
  #armed: Armed | null = null;
  #meddler: ((request: Passing) => WireFault | null) | null = null;
  /** How many requests are let through before connections are refused; `null`: all. */
  #untilRefused: number | null = null;

  constructor(upstream: string) {
    this.#upstream = new URL(upstream);
    this.#server.keepAliveTimeout = 60_000;
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async listen(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  strike(fault: WireFault, { of, nth }: Aim): void {
    this.#armed = { fault, of, left: nth };
  }

  meddle(faultOf: (request: Passing) => WireFault | null): void {
    this.#meddler = faultOf;
  }

  async refuseAfter(requests: number): Promise<void> {
    this.#untilRefused = requests;
    if (requests === 0) this.#server.close();
    this.#dropConnections();
    // The gateway needs a moment to see that its idle connections have ended.
    await sleep(20);
  }

  async heal(): Promise<void> {
    this.#armed = null;
    this.#meddler = null;
    this.#untilRefused = null;
    if (!this.#server.listening) await this.listen();
  }

  async close(): Promise<void> {
    if (this.#server.listening) this.#server.close();
    this.#dropConnections();
    this.#agent.destroy();
  }

  #dropConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async #pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { socket } = incoming;
    const passing = { method: incoming.method ?? '', target: incoming.url ?? '', body: await textOf(incoming) };
    const entry: Passing = { ...passing, status: null };
    this.passed.push(entry);
    const isLast = this.#countDown();
    const fault = this.#faultFor(entry);
    if (fault?.kind === 'hang') return;
    if (fault?.kind === 'resetBefore' || (fault?.kind === 'call' && fault.at === 'ARRIVED')) {
      if (fault.kind === 'call') fault.run();
      socket.resetAndDestroy();
      return;
    }

    const target = (fault?.kind === 'answer' ? fault.target : undefined) ?? passing.target;
    const real = await this.#forward(incoming, target, passing.body);
    entry.status = real.status;
    const answer = fault?.kind === 'answer' ? fault.of(real) : real;
    if (fault?.kind === 'swallow') return;
    if (fault?.kind === 'resetAfter' || (fault?.kind === 'call' && fault.at === 'DONE')) {
      if (fault.kind === 'call') fault.run();
      socket.resetAndDestroy();
      return;
    }
    if (fault?.kind === 'bytes') return sendBytes(socket, fault.of(real), fault.left);
    if (fault?.kind === 'delay') await sleep(fault.ms);
    const headers = { ...answer.headers, 'content-length': String(answer.body.length) };
    if (fault?.kind === 'cut' || fault?.kind === 'throttle') {
      const bytes = asSent(answer.status, headers, answer.body);
      if (fault.kind === 'cut') socket.end(bytes.subarray(0, Math.floor(bytes.length / 2)));
      else await trickle(socket, bytes, fault.ms);
      return;
    }
    const ended = once(outgoing, 'finish');
    outgoing.writeHead(answer.status, toSend(isLast === null ? headers : { ...headers, connection: 'close' }));
    outgoing.end(answer.body);
    if (fault?.kind !== 'call') return;
    await ended;
    fault.run();
  }

  /** Whether a request counts against `refuseAfter`; the last one closes the door behind it. */
  #countDown(): true | null {
    if (this.#untilRefused === null) return null;
    this.#untilRefused -= 1;
    if (this.#untilRefused <= 0 && this.#server.listening) this.#server.close();
    return true;
  }

  #faultFor(request: Passing): WireFault | null {
    const armed = this.#armed;
    if (armed === null) return this.#meddler?.(request) ?? null;
    if (armed.of === 'write' && request.method === 'GET') return null;
    armed.left -= 1;
    return armed.left === 0 ? armed.fault : null;
  }

  async #forward(incoming: IncomingMessage, target: string, body: string): Promise<WireAnswer> {
    const sent = forward(new URL(target, this.#upstream), {
      method: incoming.method,
      headers: { ...incoming.headers, host: this.#upstream.host },
      agent: this.#agent,
    });
    sent.end(body);
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    const { connection: _, 'keep-alive': __, 'transfer-encoding': ___, ...headers } = answer.headers;
    return { status: answer.statusCode ?? 0, headers, body: await bytesOf(answer) };
  }
}

/** Headers that are there. */
function toSend(headers: WireAnswer['headers']): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, typeof value === 'string' ? value : [...value]]],
    ),
  );
}

async function bytesOf(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function textOf(stream: IncomingMessage): Promise<string> {
  return (await bytesOf(stream)).toString();
}

/** An answer as it goes over the wire, so that it can be cut anywhere. */
export function asSent(status: number, headers: WireAnswer['headers'], body: Buffer): Buffer {
  const lines = Object.entries(toSend({ connection: 'close', ...headers })).map(([name, value]) => `${name}: ${value}`);
  return Buffer.concat([Buffer.from([`HTTP/1.1 ${status} `, ...lines, '', ''].join('\r\n')), body]);
}

async function sendBytes(
  socket: Socket,
  pieces: Iterable<Buffer> | AsyncIterable<Buffer>,
  left: 'ended' | 'reset' | 'open',
): Promise<void> {
  for await (const piece of pieces) {
    if (socket.destroyed) return;
    if (!socket.write(piece)) await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
  }
  if (left === 'ended') socket.end();
  if (left === 'reset') socket.resetAndDestroy();
}

async function trickle(socket: Socket, bytes: Buffer, ms: number): Promise<void> {
  const pieces = 10;
  const size = Math.ceil(bytes.length / pieces);
  for (let at = 0; at < bytes.length; at += size) {
    socket.write(bytes.subarray(at, at + size));
    await sleep(ms / pieces);
  }
  socket.end();
}
