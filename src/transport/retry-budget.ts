import type { Clock } from './clock.ts';

const WINDOW_MS = 10_000;
const SHARE = 0.1;
const IN_HAND = 3;

/** Keeps retries from multiplying the load on a CRM in trouble: a tenth of recent requests, and a few in hand. */
export class RetryBudget {
  readonly #clock: Clock;
  #requests: number[] = [];
  #retries: number[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts a request, not its retries. */
  request(): void {
    this.#forget();
    this.#requests.push(this.#clock.now());
  }

  /** Whether a retry is within the budget; if so it is counted. */
  spend(): boolean {
    this.#forget();
    if (this.#retries.length + 1 > this.#requests.length * SHARE + IN_HAND) return false;
    this.#retries.push(this.#clock.now());
    return true;
  }

  #forget(): void {
    const since = this.#clock.now() - WINDOW_MS;
    this.#requests = afterwards(this.#requests, since);
    this.#retries = afterwards(this.#retries, since);
  }
}

function afterwards(instants: number[], since: number): number[] {
  if ((instants[0] ?? Number.POSITIVE_INFINITY) > since) return instants;
  return instants.filter((instant) => instant > since);
}
