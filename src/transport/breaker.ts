import type { Clock } from './clock.ts';
import { Recent } from './recent.ts';

/**
 * `CLOSED`: everything passes. `OPEN`: nothing does, it fails at once. `BLOCKED`: the same, because the CRM lets nothing
 * of the account through. `PROBING`: one read finds out whether it works again, and everything else fails at once.
 */
export const BREAKER_STATES = ['CLOSED', 'OPEN', 'BLOCKED', 'PROBING'] as const;
export type BreakerState = (typeof BREAKER_STATES)[number];

/** When a CRM is left alone, and for how long. */
export interface BreakerRules {
  /** How many tries in ten seconds it takes for their failures to say something; 0: they never do. */
  readonly minCalls: number;
  /** The share of failures among them from which nothing is sent any more. */
  readonly failures: number;
  /** How long it is left alone at first; doubled from time to time. */
  readonly openMs: number;
  readonly maxOpenMs: number;
  /** How long it is left alone where it blocks the account. */
  readonly blockedMs: number;
}

export const BREAKER_RULES: BreakerRules = {
  minCalls: 20,
  failures: 0.5,
  openMs: 5_000,
  maxOpenMs: 60_000,
  blockedMs: 300_000,
};

/** By how much of its length a wait is shortened by chance, so that gateways do not come back together. */
const JITTER = 0.2;
/** What others are told while a probe is under way. */
const PROBE_MS = 1_000;
/** How long after a 429 a block is taken for what comes of it. */
const THROTTLED_MS = 600_000;
/** One request may be blocked for what it holds; so many in a row are not. */
const BLOCKS_IN_A_ROW = 3;

/** Leave to find out whether a CRM works again. */
export class Probe {}

/** What a try is let in as, or in how many milliseconds it is worth another. */
export type Admission = 'CALL' | Probe | { readonly waitMs: number };

/** What one try says of a CRM. What was refused says that it works, and so does a 429, even where a block comes of it. */
export type Sign = 'WORKS' | 'FAILS' | 'THROTTLED' | 'BLOCKED';

/** Leaves a CRM alone that fails, so that nobody waits for it and it can recover. Decides; sending is for others. */
export class Breaker {
  readonly #clock: Clock;
  readonly #rules: BreakerRules;
  readonly #onChange: (state: BreakerState, openMs: number) => void;
  readonly #calls = new Recent();
  readonly #failures = new Recent();
  #state: BreakerState = 'CLOSED';
  #probe: Probe | null = null;
  #openUntil = 0;
  /** How often it was opened since it was last closed. */
  #opened = 0;
  #throttledAt = Number.NEGATIVE_INFINITY;
  #blocksInARow = 0;

  constructor(clock: Clock, rules: BreakerRules, onChange: (state: BreakerState, openMs: number) => void) {
    this.#clock = clock;
    this.#rules = rules;
    this.#onChange = onChange;
  }

  get state(): BreakerState {
    return this.#state;
  }

  /** In how many milliseconds it is worth asking again. */
  get waitMs(): number {
    if (this.#state === 'CLOSED') return 0;
    return this.#state === 'PROBING' ? PROBE_MS : Math.max(0, this.#openUntil - this.#clock.now());
  }

  /** Asks for leave to send. Whoever gets a probe has to say how it ended, whatever became of it. */
  enter(): Admission {
    if (this.#state === 'CLOSED') return 'CALL';
    const { waitMs } = this;
    if (waitMs > 0) return { waitMs };
    this.#probe = new Probe();
    this.#become('PROBING');
    return this.#probe;
  }

  /** A try ended; `null`: it was never sent, or nobody waited for what would have come of it. */
  ended(as: 'CALL' | Probe, sign: Sign | null): void {
    if (as === 'CALL' ? this.#state !== 'CLOSED' : as !== this.#probe) return;
    this.#probe = null;
    if (sign !== null && this.#isBlocked(sign, as)) this.#leaveAlone('BLOCKED', this.#rules.blockedMs);
    else if (as !== 'CALL') this.#probed(sign);
    else if (sign !== null) this.#count(sign);
  }

  #isBlocked(sign: Sign, as: 'CALL' | Probe): boolean {
    const now = this.#clock.now();
    if (sign === 'THROTTLED') this.#throttledAt = now;
    this.#blocksInARow = sign === 'BLOCKED' ? this.#blocksInARow + 1 : 0;
    if (sign !== 'BLOCKED') return false;
    return as !== 'CALL' || now - this.#throttledAt < THROTTLED_MS || this.#blocksInARow >= BLOCKS_IN_A_ROW;
  }

  #probed(sign: Sign | null): void {
    if (sign === 'FAILS') {
      this.#open();
    } else if (sign === null) {
      // It is for the next one to find out.
      this.#become('OPEN');
    } else {
      this.#opened = 0;
      this.#calls.clear();
      this.#failures.clear();
      this.#become('CLOSED');
    }
  }

  #count(sign: Sign): void {
    const { minCalls, failures } = this.#rules;
    if (minCalls === 0) return;
    const now = this.#clock.now();
    this.#calls.add(now);
    if (sign !== 'FAILS') return;
    this.#failures.add(now);
    const calls = this.#calls.count(now);
    if (calls >= minCalls && this.#failures.count(now) >= calls * failures) this.#open();
  }

  #open(): void {
    const { openMs, maxOpenMs } = this.#rules;
    const fullMs = Math.min(maxOpenMs, openMs * 2 ** this.#opened);
    const ms = Math.round(fullMs * (1 - JITTER * this.#clock.random()));
    this.#opened += 1;
    this.#leaveAlone('OPEN', ms);
  }

  #leaveAlone(state: 'OPEN' | 'BLOCKED', ms: number): void {
    this.#openUntil = this.#clock.now() + ms;
    this.#become(state);
  }

  #become(state: BreakerState): void {
    this.#state = state;
    this.#onChange(state, this.waitMs);
  }
}
