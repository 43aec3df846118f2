import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * The open connections of a server and how many requests each has in flight. Node alone counts a connection that has
 * not sent anything yet, as browsers open them in advance, as busy, and would wait for it.
 */
export class Connections {
  readonly #inFlight = new Map<Socket, number>();
  #draining = false;

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      this.#inFlight.set(socket, 0);
      socket.once('close', () => this.#inFlight.delete(socket));
    });
    server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
      this.#add(socket, 1);
      response.once('close', () => this.#add(socket, -1));
    });
  }

  /** Ends every connection as soon as nothing is in flight on it. */
  drain(): void {
    this.#draining = true;
    for (const socket of this.#inFlight.keys()) this.#add(socket, 0);
  }

  /** Ends all connections at once. */
  destroy(): void {
    for (const socket of this.#inFlight.keys()) socket.destroy();
  }

  #add(socket: Socket, change: number): void {
    const inFlight = this.#inFlight.get(socket);
    if (inFlight === undefined) return;
    this.#inFlight.set(socket, inFlight + change);
    if (this.#draining && inFlight + change === 0) socket.destroySoon();
  }
}
