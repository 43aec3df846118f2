import Big from 'big.js';
import { type Amount, toAmount, toBig } from './amount.ts';

/** How much of a currency one euro is; the same every day. */
export const RATES: Readonly<Record<string, string>> = {
  EUR: '1',
  USD: '1.1',
  GBP: '0.85',
  SEK: '11.5',
  JPY: '160',
  XTK: '3.3',
};

const SIGNS: Readonly<Record<string, string>> = { EUR: '€', USD: 'US$', GBP: '£', JPY: '¥' };

/** An amount in another currency, to two decimals. */
export function convert(amount: Big, from: string, to: string): Big {
  return from === to ? amount : amount.div(rate(from)).times(rate(to)).round(2);
}

function rate(currency: string): string {
  const known = RATES[currency];
  if (known === undefined) throw new Error(`no rate of ${currency}`);
  return known;
}

/** An amount as v1 prints it: sign, thousands, and two decimals where there are any (`€5,200`, `US$5,650.10`). */
export function formatMoney(amount: Amount | Big, currency: string): string {
  const value = amount instanceof Big ? amount : toBig(amount);
  const rounded = value.abs().round(2);
  const [whole = '0', decimals] = rounded.toFixed(rounded.eq(rounded.round(0)) ? 0 : 2).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return `${value.lt(0) ? '-' : ''}${SIGNS[currency] ?? currency}${grouped}${decimals ? `.${decimals}` : ''}`;
}

/** Sums of amounts by currency. */
export class Totals {
  readonly #sums = new Map<string, Big>();

  add(amount: Amount | Big, currency: string): void {
    const value = amount instanceof Big ? amount : toBig(amount);
    this.#sums.set(currency, (this.#sums.get(currency) ?? new Big(0)).plus(value));
  }

  get entries(): [currency: string, sum: Big][] {
    return [...this.#sums].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  /** The sums as a JSON object. */
  toObject(): Record<string, Amount> {
    return Object.fromEntries(this.entries.map(([currency, sum]) => [currency, toAmount(sum)]));
  }

  /** Everything in one currency. */
  convertedTo(currency: string): Big {
    return this.entries.reduce((total, [from, sum]) => total.plus(convert(sum, from, currency)), new Big(0));
  }
}
