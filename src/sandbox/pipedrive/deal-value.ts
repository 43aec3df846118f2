import Big from 'big.js';
import { toAmount, toBig } from './amount.ts';
import type { Discount } from './deal-records.ts';
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
 * Sets what a deal is worth from its enabled product lines: `value` is their sum less the discounts on the deal, which
 * come off its one-time lines; `mrr` and `arr` are its recurring part by month and by year; `acv` is the first year,
 * one-time lines included. Without lines the latter are null and discounts have no effect.
 */
export function recalculate(deal: Deal, lines: readonly DealProduct[], discounts: readonly Discount[] = []): void {
  const enabled = lines.filter((line) => line.is_enabled);
  const oneTime = plus(enabled.filter(isOneTime).map(sumOf));
  const off = discountOn(oneTime, discounts);
  deal.value = toAmount(plus(enabled.map(sumOf)).minus(off));
  if (lines.length === 0) {
    deal.acv = deal.arr = deal.mrr = null;
    return;
  }
  const recurring = enabled.flatMap((line) => {
    if (line.billing_frequency === 'one-time') return [];
    const sum = sumOf(line);
    const times = PER_YEAR[line.billing_frequency];
    return { first: sum.times(Math.min(times, line.billing_frequency_cycles ?? times)), yearly: sum.times(times) };
  });
  deal.acv = toAmount(plus([oneTime, ...recurring.map(({ first }) => first)]).minus(off));
  deal.arr = toAmount(plus(recurring.map(({ yearly }) => yearly)));
  deal.mrr = toAmount(toBig(deal.arr).div(12).round(2));
}

/** All discounts together, each on the undiscounted amount; at most all of it. */
function discountOn(amount: Big, discounts: readonly Discount[]): Big {
  const all = plus(
    discounts.map((one) => (one.type === 'amount' ? toBig(one.amount) : amount.times(toBig(one.amount)).times('0.01'))),
  );
  return all.gt(amount) ? amount : all;
}

function isOneTime(line: DealProduct): boolean {
  return line.billing_frequency === 'one-time';
}

function plus(amounts: readonly Big[]): Big {
  return amounts.reduce((sum, amount) => sum.plus(amount), new Big(0));
}
