import type { Clock } from '../../src/transport/clock.ts';

interface Sleeper {
  readonly wakesAt: number;
  readonly wake: () => void;
}

/**
 * A clock that stands still until it is told to move. With `auto` it jumps to the next sleeper's time as soon as
 * nothing else is to be done in this turn of the event loop, so that waits pass at once and in order.
 */
export class FakeClock implements Clock {
  /** The length of every sleep begun so far, in order. */
  readonly slept: number[] = [];
  /** What `random` answers. */
  chance: number;
  readonly #auto: boolean;
  #now: number;
  #sleepers: Sleeper[] = [];
  #jumping = false;

  constructor(options: { readonly now?: number; readonly auto?: boolean; readonly chance?: number } = {}) {
    this.#now = options.now ?? Date.parse('2026-11-20T12:00:00Z');
    this.#auto = options.auto ?? false;
    this.chance = options.chance ?? 0.5;
  }

  now(): number {
    return this.#now;
  }

  random(): number {
    return this.chance;
  }

  /** How many sleep now. */
  get sleeping(): number {
    return this.#sleepers.length;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.slept.push(ms);
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const onAbort = () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        reject(signal?.reason);
      };
      const sleeper: Sleeper = {
        wakesAt: this.#now + Math.max(ms, 0),
        wake: () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#sleepers.push(sleeper);
      if (this.#auto) this.#jumpSoon();
    });
  }

  /** Moves time on, waking everyone whose time comes, those included who fall asleep again on the way. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    await settled();
    while (this.#wakeNext(until)) await settled();
    this.#now = until;
  }

  #jumpSoon(): void {
    if (this.#jumping) return;
    this.#jumping = true;
    setImmediate(() => {
      this.#jumping = false;
      if (this.#wakeNext(Number.POSITIVE_INFINITY) && this.#sleepers.length > 0) this.#jumpSoon();
    });
  }

  #wakeNext(until: number): boolean {
    const next = this.#sleepers.reduce<Sleeper | null>(
      (first, sleeper) => (first === null || sleeper.wakesAt < first.wakesAt ? sleeper : first),
      null,
    );
    if (next === null || next.wakesAt > until) return false;
    this.#sleepers = this.#sleepers.filter((sleeper) => sleeper !== next);
    this.#now = Math.max(this.#now, next.wakesAt);
    next.wake();
    return true;
  }
}

/** Resolves once everything that can go on without time or I/O has gone on. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
