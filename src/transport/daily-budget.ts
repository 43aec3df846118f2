import type { Priority } from '../domain/priority.ts';
import type { Clock } from './clock.ts';
import type { LimitFacts } from './settings.ts';

/** A day begins at midnight somewhere: on a quarter of an hour, and a little later by a clock that is behind. */
const QUARTER_MS = 15 * 60_000;
const CLOCKS_MS = 5_000;

/** What may be spent of a CRM's day. */
export type Allowance =
  | 'YES'
  /** What is left is kept for writes, and for finding out what became of them. */
  | 'KEPT'
  /** The CRM has said that nothing is left. */
  | 'SPENT';

/**
 * What a CRM's answers say of the tokens of its day. Their figures are believed; what has been sent since the last one
 * is counted at its published cost. They do not say when a day begins, so while something is refused one request is
 * let through each quarter of an hour to find out.
 */
export class DailyBudget {
  readonly #clock: Clock;
  /** The share of the day that reads may not touch. */
  readonly #reserve: number;
  #limit: number | null = null;
  #left: number | null = null;
  /** The cost of what is under way. */
  #pending = 0;
  #isSpent = false;
  #askAt = 0;

  constructor(clock: Clock, reserve: number) {
    this.#clock = clock;
    this.#reserve = reserve;
  }

  /** How long until the CRM is asked again although it may refuse. */
  get waitMs(): number {
    return Math.max(0, this.#askAt - this.#clock.now());
  }

  get isSpent(): boolean {
    return this.#isSpent;
  }

  allows(priority: Priority, tokens: number | null): Allowance {
    if (!this.#isSpent && this.#left === null) return 'YES';
    const refusal = this.#refusal(priority, tokens ?? 0);
    return refusal !== 'YES' && this.waitMs > 0 ? refusal : 'YES';
  }

  /** A request goes, that is allowed to. */
  take(priority: Priority, tokens: number | null): void {
    if (this.#refusal(priority, tokens ?? 0) !== 'YES') this.#askLater();
    this.#pending += tokens ?? 0;
  }

  /** A request is over; `facts` is what its answer says, `null` where there was none and it may have been charged. */
  ended(tokens: number | null, isSent: boolean, facts: LimitFacts | null): void {
    const cost = tokens ?? 0;
    this.#pending -= cost;
    if (facts) this.#isSpent = facts.quotaSpent === true;
    const { limit, remaining } = facts?.quota ?? {};
    if (limit !== undefined) this.#limit = limit;
    if (remaining !== undefined) this.#left = remaining - cost;
    else if (this.#left !== null && isSent) this.#left -= cost;
    if (remaining !== undefined || this.#isSpent) this.#askLater();
  }

  #refusal(priority: Priority, tokens: number): Allowance {
    if (this.#isSpent) return 'SPENT';
    if (this.#left === null || this.#limit === null || tokens === 0) return 'YES';
    if (priority === 'SETTLING' || priority === 'MUTATION') return 'YES';
    return this.#left - this.#pending - tokens < this.#limit * this.#reserve ? 'KEPT' : 'YES';
  }

  #askLater(): void {
    const now = this.#clock.now();
    this.#askAt = (Math.floor(now / QUARTER_MS) + 1) * QUARTER_MS + CLOCKS_MS;
  }
}
