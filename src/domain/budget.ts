import type { Instant } from './time.ts';

export type BudgetUnit = 'TOKENS' | 'REQUESTS';

/** What a CRM lets its account spend, as its last answers said. What they did not say is `null`. */
export interface CrmBudget {
  readonly unit: BudgetUnit;
  readonly limit: number | null;
  readonly remaining: number | null;
  readonly resetsAt: Instant | null;
  /** Requests in the short window that holds off bursts. */
  readonly window: { readonly limit: number | null; readonly remaining: number | null } | null;
}
