import type { Call } from '../domain/call.ts';
import type { Clock } from '../transport/clock.ts';

/** Unknown ids make a table be read again, but not more often than this. */
const MIN_REREAD_MS = 5_000;
const READING_TIMEOUT_MS = 10_000;

/**
 * An answer that is read whole, once, and kept for a bounded time. Callers that come while it is being read share
 * the reading; a failed reading is not kept.
 */
export class Kept<T> {
  readonly #crm: string;
  readonly #clock: Clock;
  readonly #maxAgeMs: number;
  readonly #read: (call: Call) => Promise<T>;
  #value: { readonly at: number; readonly content: T } | null = null;
  #reading: Promise<T> | null = null;

  constructor(crm: string, clock: Clock, maxAgeMs: number, read: (call: Call) => Promise<T>) {
    this.#crm = crm;
    this.#clock = clock;
    this.#maxAgeMs = maxAgeMs;
    this.#read = read;
  }

  /** The answer, not older than the bound. */
  get(call: Call): Promise<T> {
    return this.#youngerThan(this.#maxAgeMs, call);
  }

  /** The answer for something the kept one does not contain: read again unless that was done a moment ago. */
  refreshed(call: Call): Promise<T> {
    return this.#youngerThan(Math.min(MIN_REREAD_MS, this.#maxAgeMs), call);
  }

  async #youngerThan(ageMs: number, call: Call): Promise<T> {
    if (this.#value !== null && this.#clock.now() - this.#value.at < ageMs) {
      call.receipt.cached(this.#crm);
      return this.#value.content;
    }
    if (this.#reading !== null) {
      call.receipt.coalesced(this.#crm);
      return this.#reading;
    }
    return this.#start(call);
  }

  #start(call: Call): Promise<T> {
    const at = this.#clock.now();
    // Others may come to wait for this reading, so it does not end with the caller who happened to be first.
    const shared: Call = { ...call, signal: new AbortController().signal, deadline: at + READING_TIMEOUT_MS };
    const reading = this.#read(shared).then(
      (content) => {
        this.#value = { at, content };
        this.#reading = null;
        return content;
      },
      (error: unknown) => {
        this.#reading = null;
        throw error;
      },
    );
    this.#reading = reading;
    return reading;
  }
}
