import { Big } from 'big.js';
import { LosslessNumber } from 'lossless-json';
import { isJsonNumber } from '../kit/json.ts';
import type { Dialect } from './settings.ts';

/** Exponents beyond this are nobody's amount of money and would only fill memory. */
const MAX_EXPONENT = 40;

/** An exact decimal in plain digits without needless zeros, from a JSON number or a text; `undefined` if neither. */
export function readAmount(value: unknown): string | undefined {
  if (!isJsonNumber(value) && typeof value !== 'string') return undefined;
  try {
    const amount = new Big(String(value).trim());
    return Math.abs(amount.e) > MAX_EXPONENT ? undefined : amount.toFixed();
  } catch {
    return undefined;
  }
}

/** An amount as the CRM writes it: today a string with at least one decimal, of old a number. */
export function formatAmount(amount: string | null, dialect: Dialect): string | LosslessNumber | null {
  if (amount === null) return null;
  if (dialect === 'seed') return new LosslessNumber(amount);
  return amount.includes('.') ? amount : `${amount}.0`;
}

/** An amount in cents: a JSON number, whatever its size. */
export function inCents(amount: string | null): LosslessNumber | null {
  return amount === null ? null : new LosslessNumber(new Big(amount).times(100).toFixed(0));
}

export function fromCents(cents: string): string {
  return new Big(cents).div(100).toFixed();
}

export function sumAmounts(amounts: Iterable<string | null>): string {
  let sum = new Big(0);
  for (const amount of amounts) if (amount !== null) sum = sum.plus(amount);
  return sum.toFixed();
}

export function compareAmounts(a: string, b: string): number {
  return new Big(a).cmp(b);
}
