import Big from 'big.js';

/** An exact decimal number. Amounts and quantities never pass through a binary float. */
export type Decimal = Big;

const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$/;
const MAX_LENGTH = 100;
/** A binary double keeps 15 significant decimal digits; a number that shows more has already been rounded. */
const SAFE_DIGITS = 15;

/**
 * Reads a decimal from text, or from a number that is short enough to have kept its decimal value.
 * Throws `RangeError` for anything else.
 */
export function parseDecimal(value: string | number): Decimal {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new RangeError('not a finite number');
    const text = String(value);
    if (significantDigits(text) > SAFE_DIGITS) {
      throw new RangeError('a number of more than 15 digits loses precision: send it as a string');
    }
    return new Big(text);
  }
  const text = value.trim();
  if (text.length > MAX_LENGTH || !DECIMAL.test(text)) throw new RangeError('not a decimal number');
  return new Big(text.replace(/^\+/, ''));
}

/** The exact value in plain notation: `18450.5`, never `1.84505e4`. */
export function formatDecimal(value: Decimal): string {
  return value.eq(0) ? '0' : value.toFixed();
}

export function compareDecimals(a: Decimal, b: Decimal): number {
  return a.cmp(b);
}

export function isDecimal(value: unknown): value is Decimal {
  return value instanceof Big;
}

/** Digits that carry value: without sign, point, exponent and surrounding zeros. */
function significantDigits(text: string): number {
  const mantissa = text.replace(/[eE].*$/, '').replace(/[-+.]/g, '');
  return mantissa.replace(/^0+/, '').replace(/0+$/, '').length;
}
