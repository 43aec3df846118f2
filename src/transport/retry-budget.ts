import type { Clock } from './clock.ts';

const WINDOW_MS = 10_000;
const PARTS = 1_000;
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

/** How often something happened in the last ten seconds: one number for each thousandth of them. */
class Recent {
  readonly #counts: { readonly at: number; times: number }[] = [];

  add(now: number): void {
    const last = this.#counts.at(-1);
    if (last !== undefined && now - last.at < WINDOW_MS / PARTS) last.times += 1;
    else this.#counts.push({ at: now, times: 1 });
    if (this.#counts.length > 2 * PARTS) this.#forget(now);
  }

  count(now: number): number {
    this.#forget(now);
    return this.#counts.reduce((sum, { times }) => sum + times, 0);
  }

  #forget(now: number): void {
    const first = this.#counts.findIndex(({ at }) => at > now - WINDOW_MS);
    this.#counts.splice(0, first === -1 ? this.#counts.length : first);
  }
}
