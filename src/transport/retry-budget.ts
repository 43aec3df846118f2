import type { Clock } from './clock.ts';
import { Recent } from './recent.ts';

const SHARE = 0.1;
const IN_HAND = 3;

/** Keeps retries from multiplying the load on a CRM in trouble: a tenth of recent requests, and a few in hand. */
export class RetryBudget {
  readonly #clock: Clock;
  readonly #requests = new Recent();
  readonly #retries = new Recent();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts a request, not its retries. */
  request(): void {
    this.#requests.add(this.#clock.now());
  }

  /** Whether a retry is within the budget; if so it is counted. */
  spend(): boolean {
    const now = this.#clock.now();
    if (this.#retries.count(now) + 1 > this.#requests.count(now) * SHARE + IN_HAND) return false;
    this.#retries.add(now);
    return true;
  }
}
