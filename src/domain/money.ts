import type { Decimal } from './decimal.ts';

/** An amount in one currency. Codes are upper-case as the CRM has them; custom currencies exist beside ISO 4217. */
export interface Money {
  readonly amount: Decimal;
  readonly currency: string;
}

/** `value` weighted by a probability in percent (0 to 100). */
export function weighted(value: Money, percent: number): Money {
  return { amount: value.amount.times(percent).div(100), currency: value.currency };
}
