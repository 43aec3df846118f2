import type { Call, Receipt } from '../domain/call.ts';
import { Cancellation } from '../domain/cancellation.ts';
import { GatewayError } from '../domain/errors.ts';
import type { Clock } from '../transport/clock.ts';
import { allowListeners } from '../transport/patience.ts';

/** Unknown ids make a table be read again, but not more often than this. */
const MIN_REREAD_MS = 5_000;
const READING_TIMEOUT_MS = 10_000;

/** One under way. */
interface Reading<T> {
  readonly content: Promise<T>;
  /** Aborted when nobody waits for it any more. */
  readonly abandoned: Cancellation;
  waiting: number;
}

/**
 * An answer that is read whole, once, and kept for a bounded time. Callers that come while it is being read share
 * the reading; a failed reading is not kept. No operation reads it twice.
 */
export class Kept<T> {
  readonly #crm: string;
  readonly #clock: Clock;
  readonly #maxAgeMs: number;
  readonly #read: (call: Call) => Promise<T>;
  /** The operations that have read it. */
  readonly #readers = new WeakSet<Receipt>();
  #value: { readonly at: number; readonly content: T } | null = null;
  #reading: Reading<T> | null = null;

  constructor(crm: string, clock: Clock, maxAgeMs: number, read: (call: Call) => Promise<T>) {
    this.#crm = crm;
    this.#clock = clock;
    this.#maxAgeMs = maxAgeMs;
    this.#read = read;
  }

  /** Whether the answer is at hand. */
  get isKept(): boolean {
    return this.#isYoungerThan(this.#maxAgeMs);
  }

  /** The answer, not older than the bound. */
  get(call: Call): Promise<T> {
    return this.#youngerThan(this.#maxAgeMs, call);
  }

  /** The answer for something the kept one does not contain: read again unless that was done a moment ago. */
  refreshed(call: Call): Promise<T> {
    return this.#youngerThan(Math.min(MIN_REREAD_MS, this.#maxAgeMs), call);
  }

  /** What is kept is that of another account now. */
  forget(): void {
    this.#value = null;
    this.#reading = null;
  }

  #isYoungerThan(ageMs: number): boolean {
    return this.#value !== null && this.#clock.now() - this.#value.at < ageMs;
  }

  async #youngerThan(ageMs: number, call: Call): Promise<T> {
    if (this.#value !== null && (this.#isYoungerThan(ageMs) || this.#readers.has(call.receipt))) {
      call.receipt.cached(this.#crm);
      return this.#value.content;
    }
    if (this.#reading !== null) {
      call.receipt.coalesced(this.#crm);
      try {
        return await this.#wait(this.#reading, call);
      } catch (error) {
        // It ended by the ceiling of the operation that began it, which says nothing of this one.
        if (error instanceof GatewayError && error.code === 'BUDGET_EXCEEDED') return this.#youngerThan(ageMs, call);
        throw error;
      }
    }
    return this.#start(call);
  }

  #start(call: Call): Promise<T> {
    const at = this.#clock.now();
    const abandoned = new Cancellation();
    // Others may come to wait for this reading, so it does not end with the caller who happened to be first.
    const shared: Call = { ...call, signal: abandoned, deadline: at + READING_TIMEOUT_MS };
    const content = this.#read(shared).then(
      (value) => {
        if (this.#reading === reading) {
          this.#value = { at, content: value };
          this.#reading = null;
          this.#readers.add(call.receipt);
        }
        return value;
      },
      (error: unknown) => {
        if (this.#reading === reading) this.#reading = null;
        throw error;
      },
    );
    const reading: Reading<T> = { content, abandoned, waiting: 0 };
    this.#reading = reading;
    return this.#wait(reading, call);
  }

  /** Waits no longer than the call is worth it. */
  async #wait(reading: Reading<T>, { signal }: Call): Promise<T> {
    reading.waiting += 1;
    allowListeners(signal);
    let giveUp = () => {};
    try {
      return await new Promise<T>((resolve, reject) => {
        giveUp = () => reject(tooLate(this.#crm));
        if (signal.aborted) giveUp();
        else signal.addEventListener('abort', giveUp, { once: true });
        reading.content.then(resolve, reject);
      });
    } finally {
      signal.removeEventListener('abort', giveUp);
      reading.waiting -= 1;
      if (reading.waiting === 0) this.#abandon(reading);
    }
  }

  #abandon(reading: Reading<T>): void {
    if (this.#reading === reading) this.#reading = null;
    reading.abandoned.abort('nobody waits for it');
  }
}

function tooLate(crm: string): GatewayError {
  return new GatewayError('UPSTREAM_TIMEOUT', `${crm}: a table was not read in time`, { crm, effect: 'NONE' });
}

/** Everything that is kept of one account, by the path it is read from. */
export class KeptAnswers {
  readonly #crm: string;
  readonly #clock: Clock;
  readonly #maxAgeMs: number;
  readonly #byPath = new Map<string, Kept<unknown>>();

  constructor(crm: string, clock: Clock, maxAgeMs: number) {
    this.#crm = crm;
    this.#clock = clock;
    this.#maxAgeMs = maxAgeMs;
  }

  /** An answer that is read whole and kept as long as all the others. */
  keep<T>(path: string, read: (call: Call) => Promise<T>): Kept<T> {
    const kept = new Kept<T>(this.#crm, this.#clock, this.#maxAgeMs, read);
    this.#byPath.set(path, kept);
    return kept;
  }

  /** All of it is that of another account now. */
  forget(): void {
    for (const kept of this.#byPath.values()) kept.forget();
  }

  /** Whether what is read from a path is at hand. */
  isKept(path: string): boolean {
    return this.#byPath.get(path)?.isKept ?? false;
  }
}
