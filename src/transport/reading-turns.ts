import { PRIORITIES, type Priority } from '../domain/priority.ts';

/** Answers of fewer bytes are read at once: reading them takes less than waiting for a turn saves. */
const LARGE_BYTES = 16 * 1024;

/** For whom an answer is read. */
export interface Reader {
  readonly priority: Priority;
  /** By when its operation has to be answered: those that began first have to be first. */
  readonly deadline: number;
}

interface Waiting extends Reader {
  readonly start: () => void;
}

/**
 * Has large answers read one in each turn of the event loop: those of urgent operations first, then those of operations
 * that began first. Read as they come in, they would leave many operations half done, each with all its records in
 * memory; an answer that waits is nothing but bytes.
 */
export class ReadingTurns {
  /** The next one is the last. */
  readonly #waiting: Waiting[] = [];

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Resolves when an answer of so many bytes may be read; `null` where that is at once. */
  turn(bytes: number, { priority, deadline }: Reader): Promise<void> | null {
    if (bytes < LARGE_BYTES) return null;
    return new Promise((start) => this.#push({ priority, deadline, start }));
  }

  #push(waiting: Waiting): void {
    let place = this.#waiting.length;
    while (place > 0 && !isBefore(waiting, this.#waiting[place - 1] as Waiting)) place -= 1;
    this.#waiting.splice(place, 0, waiting);
    if (this.#waiting.length === 1) setImmediate(this.#next);
  }

  /** What has come in meanwhile is looked at before the next one is read. */
  readonly #next = (): void => {
    this.#waiting.pop()?.start();
    if (this.#waiting.length > 0) setImmediate(this.#next);
  };
}

function isBefore(one: Reader, other: Reader): boolean {
  const urgency = PRIORITIES.indexOf(one.priority) - PRIORITIES.indexOf(other.priority);
  return urgency === 0 ? one.deadline < other.deadline : urgency < 0;
}
