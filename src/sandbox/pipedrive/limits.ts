const BURST_WINDOW_MS = 2_000;
const DAY_MS = 24 * 60 * 60 * 1_000;

/** The requests of the last two seconds. */
export class BurstWindow {
  readonly size: number;
  #times: number[] = [];

  constructor(size: number) {
    this.size = size;
  }

  /** Counts a request, unless the window is full. */
  admit(now: number): { admitted: boolean; remaining: number; resetSeconds: number } {
    this.#times = this.#times.filter((time) => time > now - BURST_WINDOW_MS);
    const admitted = this.#times.length < this.size;
    if (admitted) this.#times.push(now);
    const freeAt = (this.#times[0] ?? now) + BURST_WINDOW_MS;
    return {
      admitted,
      remaining: this.size - this.#times.length,
      resetSeconds: Math.max(1, Math.ceil((freeAt - now) / 1_000)),
    };
  }
}

/** The tokens of a company for one day; they come back at midnight UTC. */
export class TokenBudget {
  readonly limit: number;
  #day = Number.NaN;
  #spentToday = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  remaining(now: number): number {
    const day = Math.floor(now / DAY_MS);
    if (day !== this.#day) {
      this.#day = day;
      this.#spentToday = 0;
    }
    return Math.max(0, this.limit - this.#spentToday);
  }

  charge(tokens: number): void {
    this.#spentToday += tokens;
  }
}
