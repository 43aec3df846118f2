import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isShown, noteOf, textLikeness } from '../../src/adapters/shown.ts';
import { parseDecimal } from '../../src/domain/decimal.ts';

const never = () => false;

describe('what was sent is shown', () => {
  it.each<[shown: unknown, sent: unknown]>([
    ['a ', 'a'],
    [null, ''],
    [undefined, null],
    [[], null],
    ['10.50', parseDecimal('10.5')],
    [10.5, '10.50'],
    [true, true],
    [
      [2, 1],
      [1, 2],
    ],
    [{ a: 1, b: 2 }, { a: 1 }],
    [{ a: { value: '5.0', currency: 'EUR' } }, { a: { value: parseDecimal(5), currency: 'EUR' } }],
  ])('as %o of %o', (shown, sent) => {
    expect(isShown(shown, sent, never)).toBe(true);
    expect(isShown(shown, JSON.parse(JSON.stringify(noteOf(sent))), never)).toBe(true);
  });

  it.each<[shown: unknown, sent: unknown]>([
    ['a', 'b'],
    ['a', null],
    [false, true],
    [1, true],
    [null, 0],
    [
      [1, 2, 3],
      [1, 2],
    ],
    [[1], [1, 2]],
    [{ b: 1 }, { a: 1 }],
    [null, { a: 1 }],
    ['10.51', parseDecimal('10.5')],
  ])('but not as %o of %o', (shown, sent) => {
    expect(isShown(shown, sent, never)).toBe(false);
  });

  it('where texts are two forms of one value', () => {
    expect(isShown('2026/01/01', '2026-01-01', (a, b) => a.replaceAll('/', '-') === b)).toBe(true);
  });
});

it('texts that are shown for one another are alike, and others are not', () => {
  const text = fc.oneof(
    fc.constantFrom('10', '10.0', ' 10', '1e1', '\u00e9', 'e\u0301', ' a', 'a', 'A', ''),
    fc.string({ maxLength: 4 }),
  );
  fc.assert(
    fc.property(text, text, (a, b) => {
      fc.pre(a !== '' && b !== '');
      expect(textLikeness(a) === textLikeness(b)).toBe(isShown(a, b, never));
    }),
  );
});
