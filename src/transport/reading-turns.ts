import { PRIORITIES, type Priority } from '../domain/priority.ts';

/** Answers of fewer bytes are read at once: reading them takes less than waiting for a turn saves. */
const LARGE_BYTES = 16 * 1024;

/** For whom an answer is read. */
export interface Reader {
  readonly priority: Priority;
  /** By when its operation has to be answered: those that began first have to be first. */
  readonly deadline: number;
  /** By which its operation is known: all requests of one have the same. */
  readonly receipt: object;
}

interface Waiting extends Reader {
  readonly start: () => void;
}

/** How much of the mean a single count is. */
const SMOOTHING = 0.01;
/** A little less than the mean, so that it comes down to what keeps the process busy. */
const FEWER = 0.9;

/**
 * Has large answers read one in each turn of the event loop: those of urgent operations first, then those of operations
 * that began first. Read as they come in, they would leave many operations half done, each with all its records in
 * memory; an answer that waits is nothing but bytes.
 *
 * Nor are all operations begun at once and then all ended at once, with nothing to do in between: while fewer than
 * usual are half done, one that is not begins before those that are go on.
 */
export class ReadingTurns {
  /** The next one is the last, unless its operation is to wait for others. */
  readonly #waiting: Waiting[] = [];
  /** How many requests of each operation are under way. */
  readonly #requests = new Map<object, number>();
  /** Operations for which an answer has been read. */
  readonly #begun = new WeakSet<object>();
  /** How many of them wait for more. */
  #halfDone = 0;
  /** The mean of how many have done so lately. */
  #usual = 0;

  get waiting(): number {
    return this.#waiting.length;
  }

  /** A request of an operation is under way. */
  sent(receipt: object): void {
    const requests = this.#requests.get(receipt) ?? 0;
    this.#requests.set(receipt, requests + 1);
    if (requests === 0 && this.#begun.has(receipt)) this.#halfDone += 1;
  }

  /** It is over, and whatever it came to has been read. */
  over(receipt: object): void {
    const requests = this.#requests.get(receipt) ?? 0;
    if (requests > 1) {
      this.#requests.set(receipt, requests - 1);
    } else if (this.#requests.delete(receipt) && this.#begun.has(receipt)) {
      this.#halfDone -= 1;
    }
  }

  /** Resolves when an answer of so many bytes may be read; `null` where that is at once. */
  turn(bytes: number, { priority, deadline, receipt }: Reader): Promise<void> | null {
    if (bytes < LARGE_BYTES) return null;
    return new Promise((start) => this.#push({ priority, deadline, receipt, start }));
  }

  #push(waiting: Waiting): void {
    let place = this.#waiting.length;
    while (place > 0 && !isBefore(waiting, this.#waiting[place - 1] as Waiting)) place -= 1;
    this.#waiting.splice(place, 0, waiting);
    if (this.#waiting.length === 1) setImmediate(this.#next);
  }

  /** What has come in meanwhile is looked at before the next one is read. */
  readonly #next = (): void => {
    this.#usual += (this.#halfDone - this.#usual) * SMOOTHING;
    const [next] = this.#waiting.splice(this.#placeOfNext(), 1);
    if (next !== undefined) this.#start(next);
    if (this.#waiting.length > 0) setImmediate(this.#next);
  };

  #start({ receipt, start }: Waiting): void {
    if (!this.#begun.has(receipt)) {
      this.#begun.add(receipt);
      if (this.#requests.has(receipt)) this.#halfDone += 1;
    }
    start();
  }

  /** The last of those as urgent as the last whose operation may go on, or begin; else the last. */
  #placeOfNext(): number {
    const last = this.#waiting.length - 1;
    const goesOn = this.#halfDone >= this.#usual * FEWER;
    const urgency = this.#waiting[last]?.priority;
    for (let place = last; place >= 0; place -= 1) {
      const { priority, receipt } = this.#waiting[place] as Waiting;
      if (priority !== urgency) break;
      if (this.#begun.has(receipt) === goesOn) return place;
    }
    return last;
  }
}

function isBefore(one: Reader, other: Reader): boolean {
  const urgency = PRIORITIES.indexOf(one.priority) - PRIORITIES.indexOf(other.priority);
  return urgency === 0 ? one.deadline < other.deadline : urgency < 0;
}
