import { type Failure, gatewayRefusal } from './failure.ts';
import type { Caller } from './store.ts';

const BURST_WINDOW_MS = 2_000;
const DAY_MS = 24 * 60 * 60 * 1_000;

/** The requests of the last two seconds. */
class BurstWindow {
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

/** Searches allowed in any two seconds, on every plan; they count as requests too. */
const SEARCH_BURST = 10;

/** An app may send this many times what an API token may. */
const APP_FACTOR = 4;

/** How far a window is used; `admitted` is false where it was full. */
interface BurstState extends ReturnType<BurstWindow['admit']> {
  readonly size: number;
}

/** The burst windows of an account: every API token has its own, and so has the app with every user. */
class BurstWindows {
  readonly #size: number | null;
  readonly #windows = new Map<string, readonly [all: BurstWindow, searches: BurstWindow]>();

  /** `size` is what an API token may; `null` for no limit. */
  constructor(size: number | null) {
    this.#size = size;
  }

  /** Counts a request in each window, as far as they admit it; the state of the narrowest or of the one that does not. */
  admit({ userId, clientId }: Caller, isSearch: boolean, now: number): BurstState | null {
    if (this.#size === null) return null;
    const key = `${userId} ${clientId}`;
    const windows = this.#windows.get(key) ?? [
      new BurstWindow(clientId === null ? this.#size : this.#size * APP_FACTOR),
      new BurstWindow(SEARCH_BURST),
    ];
    this.#windows.set(key, windows);
    const [all, searches] = windows;
    const state = { ...all.admit(now), size: all.size };
    return isSearch && state.admitted ? { ...searches.admit(now), size: searches.size } : state;
  }
}

/** The tokens of a company for one day; they come back at midnight UTC. */
class TokenBudget {
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

/** What an account may ask for, and what it has. */
export class Limits {
  readonly #windows: BurstWindows;
  readonly #budget: TokenBudget;
  #spent = 0;

  /** `burst` is what an API token may in two seconds, `null` for no limit; `dailyTokens` what the company may in a day. */
  constructor(burst: number | null, dailyTokens: number) {
    this.#windows = new BurstWindows(burst);
    this.#budget = new TokenBudget(dailyTokens);
  }

  /** What all requests so far have cost. */
  get spent(): number {
    return this.#spent;
  }

  /** Counts a request against the limits; the refusal where one is used up. */
  admit(
    caller: Caller,
    tokens: number,
    isSearch: boolean,
    now: number,
  ): { headers: Record<string, string>; refusal: Failure | null } {
    const burst = this.#windows.admit(caller, isSearch, now);
    const left = this.#budget.remaining(now);
    const headers = {
      ...(burst && {
        'x-ratelimit-limit': String(burst.size),
        'x-ratelimit-remaining': String(burst.remaining),
        'x-ratelimit-reset': String(burst.resetSeconds),
      }),
      'x-daily-ratelimit-token-limit': String(this.#budget.limit),
      'x-daily-ratelimit-token-remaining': String(left),
    };
    if (burst?.admitted === false || left === 0) {
      return { headers, refusal: gatewayRefusal(429, 'request over limit') };
    }
    this.#budget.charge(tokens);
    this.#spent += tokens;
    return { headers, refusal: null };
  }
}
