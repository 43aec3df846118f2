import { Cancellation, type CancelSignal } from './cancellation.ts';
import type { Writes } from './writes.ts';

/** What a reading came to, and whether it is an answer for others as well. */
export interface Shareable<T> {
  readonly result: T;
  /** Says nothing about others, because it was cut short by the time of the one who asked first. */
  readonly isCutShort: boolean;
}

/** What became of a reading that was asked for. */
export interface Shared<T> {
  readonly result: T;
  /** Whether somebody else had asked the same, and this is the answer to both. */
  readonly isJoined: boolean;
}

interface Flight<T> {
  readonly lull: number;
  /** `null` once it has landed. A map that has grown goes on naming what it held when it was smaller. */
  answer: Promise<Shareable<T>> | null;
  readonly abandoned: Cancellation;
  waiting: number;
}

/**
 * Carries out identical readings that are in flight at the same time once: whole queries, or requests to a CRM. One
 * joins another that is under way when
 * - its key is the same, and the key holds all that decides the answer, the credentials and the caller included;
 * - no write was under way when either was asked for, and none was begun in between. So nobody is answered with what
 *   was read before a write that had finished when they asked.
 * A reading goes on as long as anybody waits for it. Nothing is kept once it has been answered.
 */
export class SharedReads<T> {
  readonly #writes: Pick<Writes, 'lull'>;
  readonly #flights = new Map<string, Flight<T>>();

  constructor(writes: Pick<Writes, 'lull'>) {
    this.#writes = writes;
  }

  /**
   * Answers by joining a flight or by beginning one; those who joined one that was cut short ask again. `gone` is
   * aborted when the one who asks waits no longer; what is given to `execute` when nobody does.
   */
  async ask(
    key: string,
    gone: CancelSignal,
    execute: (abandoned: CancelSignal) => Promise<Shareable<T>>,
  ): Promise<Shared<T>> {
    const { lull } = this.#writes;
    // What is read while something is written may be from before or after it.
    if (lull === null) return { result: (await execute(gone)).result, isJoined: false };
    const joined = this.#underWay(key, lull);
    const flight = joined ?? this.#begin(key, lull, execute);
    const leave = () => {
      flight.waiting -= 1;
      if (flight.waiting === 0) flight.abandoned.abort('nobody waits for it');
    };
    flight.waiting += 1;
    if (gone.aborted) leave();
    else gone.addEventListener('abort', leave, { once: true });
    try {
      const { result, isCutShort } = await (flight.answer as Promise<Shareable<T>>);
      if (joined === null || !isCutShort) return { result, isJoined: joined !== null };
    } finally {
      gone.removeEventListener('abort', leave);
    }
    return this.ask(key, gone, execute);
  }

  /** A flight that can be joined. */
  #underWay(key: string, lull: number): Flight<T> | null {
    const flight = this.#flights.get(key);
    return flight !== undefined && flight.lull === lull && !flight.abandoned.aborted ? flight : null;
  }

  #begin(key: string, lull: number, execute: (abandoned: CancelSignal) => Promise<Shareable<T>>): Flight<T> {
    const abandoned = new Cancellation();
    const land = () => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
      flight.answer = null;
    };
    const answer = execute(abandoned).then(
      (shareable) => {
        land();
        return shareable;
      },
      (error: unknown) => {
        land();
        throw error;
      },
    );
    const flight: Flight<T> = { lull, answer, abandoned, waiting: 0 };
    this.#flights.set(key, flight);
    return flight;
  }
}
