import type { BudgetUnit, CrmBudget } from '../domain/budget.ts';
import type { LimitFacts } from './settings.ts';

/** Remembers what a CRM's answers last said of its limits. */
export class LastLimits {
  readonly #unit: BudgetUnit;
  #budget: CrmBudget | null = null;

  constructor(unit: BudgetUnit) {
    this.#unit = unit;
  }

  observe({ limit, remaining, resetMs, quota }: LimitFacts, now: number): void {
    const before = this.#budget;
    const window =
      limit === undefined && remaining === undefined
        ? (before?.window ?? null)
        : { limit: limit ?? before?.window?.limit ?? null, remaining: remaining ?? null };
    if (this.#unit === 'TOKENS') {
      if (quota === undefined && window === null) return;
      this.#budget = {
        unit: 'TOKENS',
        limit: quota?.limit ?? before?.limit ?? null,
        remaining: quota?.remaining ?? before?.remaining ?? null,
        // The headers do not say when the day ends.
        resetsAt: null,
        window,
      };
    } else if (window !== null) {
      const resetsAt = resetMs === undefined ? (before?.resetsAt ?? null) : now + resetMs;
      this.#budget = { unit: 'REQUESTS', ...window, resetsAt, window };
    }
  }

  budget(): CrmBudget | null {
    return this.#budget;
  }
}
