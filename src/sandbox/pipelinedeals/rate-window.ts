/** How one request fared against the limit. */
export interface Admission {
  readonly admitted: boolean;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Counts requests in fixed windows of one clock second. As in recorded answers, `X-RateLimit-Remaining` is what was
 * left before the request itself is counted, and `X-RateLimit-Reset` is the next second.
 */
export class RateWindow {
  #second = 0;
  #count = 0;

  admit(limit: number | null, now: number): Admission {
    if (limit === null) return { admitted: true, headers: {} };
    const second = Math.floor(now / 1_000);
    if (second !== this.#second) {
      this.#second = second;
      this.#count = 0;
    }
    const remaining = Math.max(0, limit - this.#count);
    this.#count += 1;
    return {
      admitted: remaining > 0,
      headers: {
        'x-ratelimit-limit': String(limit),
        'x-ratelimit-remaining': String(remaining),
        'x-ratelimit-reset': String(second + 1),
      },
    };
  }
}
