import type { Call } from './account.ts';
import { formatAmount, sumAmounts } from './amounts.ts';
import type { DealRecord } from './records.ts';

/** What a person's or company's deals add up to: a plain 0 where there are none, else an amount. */
export function dealTotals(call: Call, deals: readonly DealRecord[]): Record<string, unknown> {
  const sum = (wanted: (probability: number | null) => boolean) => {
    if (deals.length === 0) return 0;
    const values = deals.filter((deal) => wanted(deal.probability)).map((deal) => deal.value);
    return formatAmount(sumAmounts(values), call.dialect);
  };
  return {
    total_pipeline: sum((probability) => probability !== 0 && probability !== 100),
    won_deals_total: sum((probability) => probability === 100),
  };
}
