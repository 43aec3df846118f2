import Big from 'big.js';
import { type Amount, toAmount, toBig } from './amount.ts';
import type { BillingFrequency, Deal, DealProduct } from './records.ts';
import type { Store } from './store.ts';

/** How often a year a line is billed. */
const PER_YEAR: Readonly<Record<Exclude<BillingFrequency, 'one-time'>, number>> = {
  annually: 1,
  'semi-annually': 2,
  quarterly: 4,
  monthly: 12,
  weekly: 52,
};

/** Price times quantity less the discount. Tax is not added. */
function sumOf(line: DealProduct): Big {
  const gross = toBig(line.item_price).times(toBig(line.quantity));
  const discount = toBig(line.discount);
  return gross.minus(line.discount_type === 'percentage' ? gross.times(discount).times('0.01') : discount);
}

/** A deal product as it is answered. */
export function presentLine(store: Store, line: DealProduct): Record<string, unknown> {
  return {
    ...line,
    name: store.products.get(line.product_id)?.name ?? null,
    currency: store.deals.get(line.deal_id)?.currency ?? null,
    sum: toAmount(sumOf(line)),
  };
}

/**
 * Sets what a deal is worth from its enabled product lines: `value` is their sum; `mrr` and `arr` are its recurring
 * part by month and by year; `acv` is the first year, one-time lines included. Without lines the latter are null.
 */
export function recalculate(deal: Deal, lines: readonly DealProduct[]): void {
  const enabled = lines.filter((line) => line.is_enabled);
  deal.value = total(enabled.map(sumOf));
  if (lines.length === 0) {
    deal.acv = deal.arr = deal.mrr = null;
    return;
  }
  const yearly = enabled.map((line) => {
    const sum = sumOf(line);
    if (line.billing_frequency === 'one-time') return { first: sum, recurring: new Big(0) };
    const times = PER_YEAR[line.billing_frequency];
    return {
      first: sum.times(Math.min(times, line.billing_frequency_cycles ?? times)),
      recurring: sum.times(times),
    };
  });
  deal.acv = total(yearly.map(({ first }) => first));
  deal.arr = total(yearly.map(({ recurring }) => recurring));
  deal.mrr = toAmount(toBig(deal.arr).div(12).round(2));
}

function total(amounts: readonly Big[]): Amount {
  return toAmount(amounts.reduce((sum, amount) => sum.plus(amount), new Big(0)));
}
