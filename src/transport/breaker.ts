import type { Clock } from './clock.ts';
import { Recent } from './recent.ts';

/**
 * `CLOSED`: everything passes. `OPEN`: nothing does, it fails at once. `PROBING`: one read finds out whether the CRM
 * works again, and everything else fails at once.
 */
export const BREAKER_STATES = ['CLOSED', 'OPEN', 'PROBING'] as const;
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
}

export const BREAKER_RULES: BreakerRules = { minCalls: 20, failures: 0.5, openMs: 5_000, maxOpenMs: 60_000 };

/** By how much of its length a wait is shortened by chance, so that gateways do not come back together. */
const JITTER = 0.2;
/** What others are told while a probe is under way. */
const PROBE_MS = 1_000;

/** Leave to find out whether a CRM works again. */
export class Probe {}

/** What a try is let in as, or in how many milliseconds it is worth another. */
export type Admission = 'CALL' | Probe | { readonly waitMs: number };

/** What one try says of a CRM. What was refused or held off says that it works. */
export type Sign = 'WORKS' | 'FAILS';

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
    if (as !== 'CALL') this.#probed(as, sign);
    else if (sign !== null && this.#state === 'CLOSED') this.#count(sign);
  }

  #probed(probe: Probe, sign: Sign | null): void {
    if (probe !== this.#probe) return;
    this.#probe = null;
    if (sign === 'FAILS') {
      this.#open();
    } else if (sign === 'WORKS') {
      this.#opened = 0;
      this.#calls.clear();
      this.#failures.clear();
      this.#become('CLOSED');
    } else {
      // It is for the next one to find out.
      this.#become('OPEN');
    }
  }

  #count(sign: Sign): void {
    const { minCalls, failures } = this.#rules;
    if (minCalls === 0) return;
    const now = this.#clock.now();
    this.#calls.add(now);
    if (sign === 'WORKS') return;
    this.#failures.add(now);
    const calls = this.#calls.count(now);
    if (calls >= minCalls && this.#failures.count(now) >= calls * failures) this.#open();
  }

  #open(): void {
    const { openMs, maxOpenMs } = this.#rules;
    const fullMs = Math.min(maxOpenMs, openMs * 2 ** this.#opened);
    const ms = Math.round(fullMs * (1 - JITTER * this.#clock.random()));
    this.#opened += 1;
    this.#openUntil = this.#clock.now() + ms;
    this.#become('OPEN');
  }

  #become(state: BreakerState): void {
    this.#state = state;
    this.#onChange(state, this.waitMs);
  }
}
