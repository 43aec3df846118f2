import type { CancelSignal } from '../domain/cancellation.ts';

/** Has operations on the same record go one after the other, in the order in which they came. */
export class Locks {
  /** Settles when the last operation on a record so far is over. */
  readonly #tails = new Map<string, Promise<void>>();

  /** Which of the records is being written to. */
  busy(keys: readonly string[]): string | null {
    return keys.find((key) => this.#tails.has(key)) ?? null;
  }

  /**
   * Waits until all operations are over that came before on one of the records, and answers how to let the next go on.
   * Rejects with the signal's reason when it is aborted before.
   */
  async take(keys: readonly string[], signal: CancelSignal): Promise<() => void> {
    // All places in line are taken at once, so that no two operations can wait for each other.
    const before = Promise.all(keys.map((key) => this.#tails.get(key)));
    let end = () => {};
    const over = new Promise<void>((resolve) => {
      end = resolve;
    });
    const tail = Promise.all([before, over]).then(() => {
      for (const key of keys) if (this.#tails.get(key) === tail) this.#tails.delete(key);
    });
    for (const key of keys) this.#tails.set(key, tail);
    try {
      await abortable(before, signal);
      return end;
    } catch (error) {
      end();
      throw error;
    }
  }
}

/** Settles as the promise does, or rejects when the signal is aborted before. */
export function abortable<T>(promise: Promise<T>, signal: CancelSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) return onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
