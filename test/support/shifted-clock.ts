import { type Clock, systemClock } from '../../src/transport/clock.ts';

/** The machine's clock, which can be put forward. Waits take as long as they take. */
export class ShiftedClock implements Clock {
  #aheadMs = 0;

  now(): number {
    return systemClock.now() + this.#aheadMs;
  }

  /** Nothing is shortened or spread by chance. */
  random(): number {
    return 0;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return systemClock.sleep(ms, signal);
  }

  putForward(ms: number): void {
    this.#aheadMs += ms;
  }
}
