import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import type { Limits } from '../config/limits.ts';
import type { QueueState } from '../transport/http-client.ts';
import { Refusal } from './refusal.ts';

const RESOLUTION_MS = 20;
const WINDOW_MS = 1_000;
/** A single long turn of the loop, or a moment without a processor, is no pressure. */
const WINDOWS = 3;
const RETRY_AFTER_MS = 1_000;
/** How much more pressure it takes to refuse writes than reads. */
const WRITES_LAST = 4;

/** How far the process is behind its work. */
export interface Pressure {
  /** The delay that the event loop has had for some seconds now, in milliseconds. */
  loopDelayMs(): number;
  start(): void;
  stop(): void;
}

export class EventLoopPressure implements Pressure {
  #histogram: IntervalHistogram | null = null;
  #timer: NodeJS.Timeout | null = null;
  /** The usual delay in each of the last seconds. */
  #delaysMs: readonly number[] = [0];

  loopDelayMs(): number {
    return Math.min(...this.#delaysMs);
  }

  start(): void {
    const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    histogram.enable();
    this.#histogram = histogram;
    this.#timer = setInterval(() => {
      const delayMs = histogram.count === 0 ? 0 : Math.max(0, histogram.percentile(50) / 1e6 - RESOLUTION_MS);
      this.#delaysMs = [...this.#delaysMs, delayMs].slice(-WINDOWS);
      histogram.reset();
    }, WINDOW_MS);
    this.#timer.unref();
  }

  stop(): void {
    this.#histogram?.disable();
    if (this.#timer) clearInterval(this.#timer);
  }
}

/** Refuses requests while there is more work than can be done, reads first and writes last. */
export class LoadShedding {
  readonly #limits: Limits;
  readonly #pressure: Pressure;
  readonly #queues: ReadonlyMap<string, () => Pick<QueueState, 'oldestWaitMs'>>;

  constructor(limits: Limits, pressure: Pressure, queues: ReadonlyMap<string, () => Pick<QueueState, 'oldestWaitMs'>>) {
    this.#limits = limits;
    this.#pressure = pressure;
    this.#queues = queues;
  }

  /** Before anything of a request is read. */
  checkAny(): void {
    if (this.#isLoopBehind(WRITES_LAST)) throw overloaded();
  }

  /** `crms`: the ids of those the caller may know of; `null`: all. */
  checkRead(crms: ReadonlySet<string> | null): void {
    if (this.#isLoopBehind(1) || this.#areQueuesOld(crms)) throw overloaded();
  }

  #isLoopBehind(times: number): boolean {
    const { loopDelayMs } = this.#limits;
    return loopDelayMs > 0 && this.#pressure.loopDelayMs() > loopDelayMs * times;
  }

  /** Whether requests wait too long for every CRM: what is asked of one that answers is not refused for another. */
  #areQueuesOld(crms: ReadonlySet<string> | null): boolean {
    const { queueAgeMs } = this.#limits;
    if (queueAgeMs === 0) return false;
    let areOld = false;
    for (const [crm, queue] of this.#queues) {
      if (crms !== null && !crms.has(crm)) continue;
      if (queue().oldestWaitMs <= queueAgeMs) return false;
      areOld = true;
    }
    return areOld;
  }
}

function overloaded(): Refusal {
  return new Refusal('OVERLOADED', 'too much to do at the moment', { status: 503 }, RETRY_AFTER_MS);
}
