import Big from 'big.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimalOf, formatDecimal, isDecimal, parseDecimal } from '../../src/domain/decimal.ts';

describe('a decimal', () => {
  it.each([
    ['18450.5', '18450.5'],
    ['0', '0'],
    ['-0.10', '-0.1'],
    ['-0.00', '0'],
    ['+7', '7'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['1e3', '1000'],
    ['12345678901234567.89', '12345678901234567.89'],
  ])('%s is written %s', (text, written) => {
    expect(formatDecimal(parseDecimal(text))).toBe(written);
  });

  it.each(['', ' ', 'NaN', 'Infinity', '1,5', '0x10', '1e99999', '--1', '1'.repeat(101)])('is not %j', (text) => {
    expect(() => parseDecimal(text)).toThrow(RangeError);
  });

  it.each([0.1, 123456789012345, 1e21, -0.000001])('takes the number %d', (value) => {
    expect(parseDecimal(value).toNumber()).toBe(value);
  });

  it.each([0.1 + 0.2, 1234567890123456, Number.NaN, Number.POSITIVE_INFINITY])('refuses the number %d', (value) => {
    expect(() => parseDecimal(value)).toThrow(RangeError);
  });

  it('keeps every digit', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), fc.integer({ min: 0, max: 20 }), (n, scale) => {
        const digits = (n < 0n ? -n : n).toString().padStart(scale + 1, '0');
        const point = digits.length - scale;
        const text = `${n < 0n ? '-' : ''}${digits.slice(0, point)}${scale ? `.${digits.slice(point)}` : ''}`;
        const written = formatDecimal(parseDecimal(text));
        const [whole = '', fraction = ''] = written.replace('-', '').split('.');
        expect(BigInt(whole + fraction.padEnd(scale, '0'))).toBe(n < 0n ? -n : n);
        expect(written.startsWith('-')).toBe(n < 0n);
      }),
    );
  });
});

it('reads and writes every decimal as big.js does', () => {
  const text = fc.oneof(
    fc.stringMatching(/^-?[0-9]{1,9}(\.[0-9]{1,9})?$/),
    fc.stringMatching(/^[-+]?[0-9]{0,12}\.?[0-9]{0,12}([eE][-+]?[0-9]{1,2})?$/).filter((given) => /[0-9]/.test(given)),
  );
  fc.assert(
    fc.property(text, (given) => {
      let expected: Big;
      try {
        expected = new Big(given.replace(/^\+/, ''));
      } catch {
        return;
      }
      const decimal = parseDecimal(given);
      expect({ s: decimal.s, e: decimal.e, c: decimal.c, is: isDecimal(decimal) }).toEqual({
        s: decimal.c[0] === 0 ? decimal.s : expected.s,
        e: expected.e,
        c: expected.c,
        is: true,
      });
      expect(decimal.eq(expected)).toBe(true);
      expect(formatDecimal(decimal)).toBe(expected.eq(0) ? '0' : expected.toFixed());
      expect(formatDecimal(decimal.times('0.001'))).toBe(expected.eq(0) ? '0' : expected.times('0.001').toFixed());
    }),
    { numRuns: 2_000 },
  );
});

it('what was written as a number is the decimal of its text', () => {
  const value = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.constantFrom(0, -0, 1e-6),
  );
  fc.assert(
    fc.property(value, fc.integer({ min: 1, max: 99 }), (number, other) => {
      const [decimal, expected] = [decimalOf(number), new Big(String(number))];
      expect(isDecimal(decimal)).toBe(true);
      expect(formatDecimal(decimal)).toBe(expected.eq(0) ? '0' : expected.toFixed());
      expect(decimal.eq(expected)).toBe(true);
      expect(decimal.toFixed()).toBe(expected.toFixed());
      expect(decimal.toNumber()).toBe(expected.toNumber());
      for (const result of [decimal.times(other), new Big(other).plus(decimal), decimal.abs(), decimal.round(2)]) {
        expect(isDecimal(result)).toBe(true);
      }
      expect(decimal.times(other).eq(expected.times(other))).toBe(true);
      expect(new Big(other).plus(decimal).eq(expected.plus(other))).toBe(true);
      expect(decimal.cmp(other)).toBe(expected.cmp(other));
    }),
  );
});
