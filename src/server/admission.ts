import { performance } from 'node:perf_hooks';
import type { CancelSignal } from '../domain/cancellation.ts';
import { FairQueue, type Queued } from '../transport/fair-queue.ts';

/** How many are let in at first, and so many at least. */
const AT_FIRST = 32;
const FEWEST = 6;
/** How often it is looked how busy the process is, while more run than the fewest, or somebody waits. */
const LOOK_MS = 100;
/** The share of its time that the process is to be at work: not quite all of it, to see that it is not too much. */
const WANTED = 0.98;
const TOO_MUCH = 0.996;
/** What it changes by at most at a time. */
const UP = 2;
const DOWN = 0.95;

/** The share of the time since it was last asked that the process was at work, from 0 to 1. */
export type Utilization = () => number;

interface Waiting extends Queued {
  start(): void;
}

/**
 * Lets in no more operations than keep the process busy. With more of them none would be answered sooner, and all would
 * hold what they have read so far, which costs more time to keep than it took to read. How many are enough depends on
 * how long the CRMs take to answer, so it is found out.
 */
export class Admission {
  readonly #utilization: Utilization;
  readonly #queue = new FairQueue<Waiting>();
  #limit = AT_FIRST;
  #running = 0;
  #timer: NodeJS.Timeout | null = null;
  /** Whether nothing has been seen yet but the beginning, when all that was let in waits for its first answer. */
  #isBeginning = true;

  constructor(utilization: Utilization = loopUtilization()) {
    this.#utilization = utilization;
  }

  /** How many may run at the same time. */
  get limit(): number {
    return this.#limit;
  }

  get waiting(): number {
    return this.#queue.size;
  }

  /** Runs an operation once it is let in, scopes taking turns; at once where nobody waits for it any more. */
  run<T>(scope: string, gone: CancelSignal, execute: () => Promise<T>): Promise<T> {
    if (gone.aborted) return execute();
    if (this.#running < this.#limit && this.#queue.size === 0) return this.#run(execute);
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#queue.remove(waiting);
        execute().then(resolve, reject);
      };
      const start = () => {
        gone.removeEventListener('abort', leave);
        this.#run(execute).then(resolve, reject);
      };
      const waiting: Waiting = { priority: 'READ', scope, start };
      gone.addEventListener('abort', leave, { once: true });
      this.#queue.push(waiting);
      this.#watch();
    });
  }

  async #run<T>(execute: () => Promise<T>): Promise<T> {
    this.#running += 1;
    if (this.#running > FEWEST) this.#watch();
    try {
      return await execute();
    } finally {
      this.#running -= 1;
      this.#letIn();
    }
  }

  #letIn(): void {
    while (this.#running < this.#limit && this.#queue.size > 0) this.#queue.shift(everybody)?.start();
  }

  #watch(): void {
    if (this.#timer !== null) return;
    this.#isBeginning = true;
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
    this.#timer.unref();
  }

  #look(): void {
    const utilization = this.#utilization();
    if (!this.#isBeginning) this.#adjust(utilization);
    this.#isBeginning = false;
    this.#letIn();
    if (this.#running > FEWEST || this.#queue.size > 0 || this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }

  #adjust(utilization: number): void {
    // Of more than are there nothing is learned; and what was let in before it was less may not have ended yet.
    if (utilization < WANTED ? this.#queue.size === 0 : this.#running >= this.#limit + 1) return;
    // One look tells little, so it goes only half the way.
    const change = utilization > TOO_MUCH ? DOWN : Math.min(UP, Math.sqrt(WANTED / utilization));
    this.#limit = Math.max(FEWEST, this.#limit * change);
  }
}

function everybody(): boolean {
  return true;
}

/** That of the event loop, which is at work while it does not wait for anything to come in. */
function loopUtilization(): Utilization {
  let last = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, last);
    last = now;
    return utilization;
  };
}
