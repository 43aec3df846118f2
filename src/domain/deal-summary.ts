import type { Call } from './call.ts';
import type { Deal } from './deal.ts';
import type { DealWhere } from './deal-query.ts';
import type { Decimal } from './decimal.ts';
import { compareCodePoints } from './order.ts';

/** What the deals of one currency add up to. */
export interface CurrencyTotals {
  readonly currency: string;
  /** `null` where it was not asked for. */
  readonly count: number | null;
  readonly value: Decimal;
  /** `null` where it was not asked for. */
  readonly weightedValue: Decimal | null;
}

/** Everything in the account's own currency, at the CRM's rates. The CRM does not name that currency. */
export interface ConvertedTotals {
  readonly value: Decimal;
  readonly weightedValue: Decimal;
}

export interface DealsSummary {
  /** Deals without a value included. */
  readonly count: number;
  /** By currency code. */
  readonly currencies: readonly CurrencyTotals[];
  /** `null` where the CRM did not add up itself. */
  readonly converted: ConvertedTotals | null;
}

/** What of a summary is needed beside counts and values; the rest may be left out. */
export interface SummaryNeeds {
  readonly weightedValue: boolean;
  readonly countByCurrency: boolean;
}

/** Summaries that a CRM makes itself. */
export interface DealSummaries {
  /** Exactly what the deals that match add up to, or `null` where the CRM cannot say it for this filter. */
  summarize(where: DealWhere, needs: SummaryNeeds, call: Call): Promise<DealsSummary | null>;
}

/** Adds up deals. `weight` is in percent. */
export function summarizeDeals(deals: readonly Deal[], weight: (deal: Deal) => number): DealsSummary {
  const sums = new Map<string, { count: number; value: Decimal; weightedValue: Decimal }>();
  for (const deal of deals) {
    if (deal.value === null) continue;
    const { amount, currency } = deal.value;
    const sum = sums.get(currency);
    const weighted = amount.times(weight(deal)).div(100);
    sums.set(currency, {
      count: (sum?.count ?? 0) + 1,
      value: sum?.value.plus(amount) ?? amount,
      weightedValue: sum?.weightedValue.plus(weighted) ?? weighted,
    });
  }
  return { count: deals.length, currencies: byCurrency(sums), converted: null };
}

/** Several summaries as one. What one of them was not asked for is not in the sum either. */
export function addSummaries(summaries: readonly DealsSummary[]): DealsSummary {
  const sums = new Map<string, Omit<CurrencyTotals, 'currency'>>();
  for (const { currency, ...own } of summaries.flatMap(({ currencies }) => currencies)) {
    const sum = sums.get(currency);
    sums.set(currency, sum ? plus(sum, own) : own);
  }
  return {
    count: summaries.reduce((count, summary) => count + summary.count, 0),
    currencies: byCurrency(sums),
    converted: null,
  };
}

function plus(a: Omit<CurrencyTotals, 'currency'>, b: Omit<CurrencyTotals, 'currency'>) {
  return {
    count: a.count === null || b.count === null ? null : a.count + b.count,
    value: a.value.plus(b.value),
    weightedValue: a.weightedValue === null || b.weightedValue === null ? null : a.weightedValue.plus(b.weightedValue),
  };
}

/** Puts what is kept by currency in the order of the codes. */
export function byCurrency<T>(sums: ReadonlyMap<string, T>): (T & { readonly currency: string })[] {
  return Array.from(sums, ([currency, sum]) => ({ currency, ...sum })).sort((a, b) =>
    compareCodePoints(a.currency, b.currency),
  );
}
