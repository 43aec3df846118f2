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
  const plain = plainDecimal(value);
  if (plain !== null) return plain;
  const text = value.trim();
  if (text.length > MAX_LENGTH || !DECIMAL.test(text)) throw new RangeError('not a decimal number');
  return new Big(text.replace(/^\+/, ''));
}

/** What a CRM wrote as a number: its shortest form is what was sent, whatever its length. */
export function decimalOf(value: number): Decimal {
  return isPlain(value) ? (new NumberDecimal(value) as unknown as Decimal) : parseDecimal(String(value));
}

/** Whether the shortest form of a number has no exponent. */
function isPlain(value: number): boolean {
  const magnitude = Math.abs(value);
  return value === 0 || (magnitude >= 1e-6 && magnitude < 1e21);
}

/** A decimal written as a number. Most are only written again, so that the digits are made when they are asked for. */
class NumberDecimal {
  readonly number: number;

  constructor(number: number) {
    this.number = number;
  }

  static {
    Object.setPrototypeOf(NumberDecimal.prototype, Big.prototype);
    // What big.js makes other decimals with.
    Object.defineProperty(NumberDecimal.prototype, 'constructor', { value: Big });
  }

  get s(): number {
    return digitsOf(this).s;
  }

  get e(): number {
    return digitsOf(this).e;
  }

  get c(): number[] {
    return digitsOf(this).c;
  }
}

/** Those made last: whoever asks for sign, exponent or digits asks for all of them. */
let latest = { number: 0, digits: new Big(0) };

function digitsOf({ number }: NumberDecimal): Decimal {
  if (number !== latest.number) latest = { number, digits: parseDecimal(String(number)) };
  return latest.digits;
}

/** The exact value in plain notation: `18450.5`, never `1.84505e4`. */
export function formatDecimal(decimal: Decimal): string {
  if (decimal instanceof NumberDecimal) return String(decimal.number);
  const { s: sign, e: exponent, c: digits } = decimal;
  if (digits[0] === 0) return '0';
  // The shortest form of a double has the digits it was made of, if they are few, and no exponent in this range.
  if (digits.length <= SAFE_DIGITS && exponent > -7 && exponent < 21) return String(toDouble(sign, exponent, digits));
  const text = digits.join('');
  const wholes = exponent + 1;
  const minus = sign < 0 ? '-' : '';
  if (wholes <= 0) return `${minus}0.${'0'.repeat(-wholes)}${text}`;
  if (wholes >= text.length) return minus + text + '0'.repeat(wholes - text.length);
  return `${minus}${text.slice(0, wholes)}.${text.slice(wholes)}`;
}

/** The double nearest to what few digits mean: one operation on two exact numbers. */
function toDouble(sign: number, exponent: number, digits: readonly number[]): number {
  let whole = 0;
  for (const digit of digits) whole = whole * 10 + digit;
  const shift = exponent + 1 - digits.length;
  return sign * (shift < 0 ? whole / (POWERS[-shift] as number) : whole * (POWERS[shift] as number));
}

/** Of ten, as many as a double holds exactly. */
const POWERS = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

const ZERO = new Big(0);
const MAX_PLAIN = 16;

/** What `new Big(text)` makes of a few digits with at most one point among them, several times as fast; else `null`. */
function plainDecimal(text: string): Decimal | null {
  const { length } = text;
  const start = text.charCodeAt(0) === MINUS ? 1 : 0;
  if (length === start || length > MAX_PLAIN) return null;
  const digits: number[] = [];
  let wholes = 0;
  let point = -1;
  for (let at = start; at < length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === POINT && point === -1 && at > start && at < length - 1) {
      point = at;
      continue;
    }
    const digit = code - DIGIT_0;
    if (!(digit >= 0 && digit <= 9)) return null;
    // Zeros before the first other digit are not kept; those behind the point make the exponent smaller.
    if (digits.length > 0 || digit > 0) digits.push(digit);
    if (point === -1) wholes = digits.length;
    else if (digits.length === 0) wholes -= 1;
  }
  if (digits.length === 0) return null;
  while (digits[digits.length - 1] === 0) digits.pop();
  const decimal = new Big(ZERO);
  decimal.s = start === 1 ? -1 : 1;
  decimal.e = wholes - 1;
  decimal.c = digits;
  return decimal;
}

const MINUS = 45;
const POINT = 46;
const DIGIT_0 = 48;

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
