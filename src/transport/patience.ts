import { setMaxListeners } from 'node:events';
import type { Call } from '../domain/call.ts';
import { type Clock, MAX_TIMER_MS } from './clock.ts';

/**
 * How long one call is worth waiting for: until its caller gives up or its deadline comes. Runs in real time, because
 * what it cuts short are waits imposed on us (a socket, a slot); waits of our own choosing go through the clock.
 */
export class Patience {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #caller: AbortSignal;
  readonly #onAbort = () => this.#controller.abort();

  constructor(call: Call, clock: Clock) {
    this.#caller = call.signal;
    const leftMs = call.deadline - clock.now();
    this.#timer = setTimeout(this.#onAbort, Math.min(Math.max(leftMs, 0), MAX_TIMER_MS));
    // One operation may have any number of requests; Node would take their listeners for a leak.
    setMaxListeners(0, this.#caller);
    this.#caller.addEventListener('abort', this.#onAbort, { once: true });
    if (this.#caller.aborted || leftMs <= 0) this.#controller.abort();
  }

  /** Aborted once it is no longer worth waiting. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Why it ended. */
  get failure(): 'ABORTED' | 'TIMEOUT' {
    return this.#caller.aborted ? 'ABORTED' : 'TIMEOUT';
  }

  /** To be called when the call is over. */
  release(): void {
    clearTimeout(this.#timer);
    this.#caller.removeEventListener('abort', this.#onAbort);
  }
}
