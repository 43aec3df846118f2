import Big from 'big.js';
import { LosslessNumber } from 'lossless-json';

/** A JSON number kept digit by digit where a double could not hold it. */
export type Amount = number | LosslessNumber;

/** The exact decimal behind a JSON number. */
export function toBig(amount: Amount): Big {
  return new Big(typeof amount === 'number' ? amount : amount.value);
}

/** A decimal as a JSON number without loss. */
export function toAmount(value: Big): Amount {
  return value.c.length > 15 ? new LosslessNumber(value.toFixed()) : value.toNumber();
}
