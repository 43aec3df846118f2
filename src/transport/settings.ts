import type { BudgetUnit } from '../domain/budget.ts';
import type { Credentials } from './credentials.ts';

/** What answer headers say about limits, read by the adapter that knows their names and units. */
export interface LimitFacts {
  /** Requests the window allows. */
  readonly limit?: number;
  readonly remaining?: number;
  /** Milliseconds until the window starts afresh. */
  readonly resetMs?: number;
  /** What the CRM lets the account spend in the long run, in a unit of its own. */
  readonly quota?: { readonly limit?: number; readonly remaining?: number };
  /** The CRM's daily budget is spent: waiting for the window does not help. */
  readonly quotaSpent?: boolean;
}

/** Where a CRM is and how to behave towards it: data, declared by the adapter. */
export interface HttpSettings {
  /** The configured CRM's id, for logs and the receipt. */
  readonly crm: string;
  /** Requests go to this origin and below this path only. */
  readonly baseUrl: string;
  /** What is sent where the credentials of the account are fixed. */
  readonly credentials: Credentials;
  /** Requests in a rolling window; `null`: no limit. */
  readonly window: { readonly requests: number; readonly perMs: number } | null;
  /** Whether a limit seen in the headers replaces `window.requests`. */
  readonly believeLimit: boolean;
  readonly maxInFlight: number;
  /** The share of the day's tokens that reads leave for writes; without meaning on a CRM without tokens. */
  readonly dailyReserve: number;
  /** What limits are counted in: tokens over a day beside requests in a window, or requests in a window alone. */
  readonly budgetUnit: BudgetUnit;
  /** Reads limits out of headers (names in lower case) at a time in ms since the epoch. */
  limits(status: number, headers: Readonly<Record<string, string | undefined>>, now: number): LimitFacts;
  /** The header that carries the CRM's id of the exchange. */
  readonly requestIdHeader: string;
  /** A cheap read that finds out whether the CRM works again, where somebody wants to write. */
  readonly probe: { readonly path: string; readonly tokens: number | null };
}
