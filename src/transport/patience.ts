import { setMaxListeners } from 'node:events';
import type { Call } from '../domain/call.ts';
import { Cancellation, type CancelSignal } from '../domain/cancellation.ts';
import { type Clock, MAX_TIMER_MS } from './clock.ts';

/** Timers may fire so much too early. */
export const TIMER_ERROR_MS = 1;
/** Whoever gives up this close to the deadline gives up because of it. */
const NEARLY_MS = 20;
const OVER = 'it is not worth waiting any longer';

/**
 * How long one call is worth waiting for: until its caller gives up or its deadline comes. Runs in real time, because
 * what it cuts short are waits imposed on us (a socket, a slot); waits of our own choosing go through the clock. Most
 * calls wait for nothing but their answer, so the signal is made when it is first asked for.
 */
export class Patience {
  /** Aborted when the caller gives up. */
  readonly caller: CancelSignal;
  /** On Node's monotonic clock. */
  readonly #endsAt: number;
  #wait: { readonly over: Cancellation; readonly timer: NodeJS.Timeout; readonly onAbort: () => void } | null = null;

  constructor(call: Pick<Call, 'signal' | 'deadline'>, clock: Clock) {
    this.caller = call.signal;
    this.#endsAt = performance.now() + call.deadline - clock.now();
    allowListeners(this.caller);
  }

  /** Whether it is over. */
  get ended(): boolean {
    return this.caller.aborted || this.#wait?.over.aborted === true || this.#leftMs < TIMER_ERROR_MS;
  }

  /** Aborted once it is no longer worth waiting. */
  get signal(): CancelSignal {
    this.#wait ??= this.#begin();
    return this.#wait.over;
  }

  /** Why it ended. */
  get failure(): 'ABORTED' | 'TIMEOUT' {
    return this.caller.aborted && this.#leftMs > NEARLY_MS ? 'ABORTED' : 'TIMEOUT';
  }

  /** To be called when the call is over. */
  release(): void {
    if (this.#wait === null) return;
    clearTimeout(this.#wait.timer);
    this.caller.removeEventListener('abort', this.#wait.onAbort);
  }

  get #leftMs(): number {
    return this.#endsAt - performance.now();
  }

  #begin() {
    const over = new Cancellation();
    const onAbort = () => over.abort(OVER);
    const timer = setTimeout(onAbort, Math.min(Math.max(this.#leftMs, 0), MAX_TIMER_MS));
    this.caller.addEventListener('abort', onAbort, { once: true });
    if (this.ended) onAbort();
    return { over, timer, onAbort };
  }
}

const allowed = new WeakSet<EventTarget>();

/** One operation may have any number of requests; Node would take their listeners for a leak. */
export function allowListeners(signal: CancelSignal): void {
  if (!(signal instanceof EventTarget) || allowed.has(signal)) return;
  allowed.add(signal);
  setMaxListeners(0, signal);
}
