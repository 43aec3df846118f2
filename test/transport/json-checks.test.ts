import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_DEPTH, opensTooDeep } from '../../src/transport/depth.ts';
import { hasLongDigits } from '../../src/transport/long-digits.ts';
import { Found, lookThrough } from '../../src/transport/look-through.ts';

const { NOTHING, TOO_DEEP, HUGE, SMALL, PROTO } = Found;

describe('hasLongDigits', () => {
  it('finds every run that a look at each place finds', () => {
    const piece = fc.oneof(
      fc.stringMatching(/^[0-9]{1,18}$/),
      fc.constantFrom('.', '-', ',', ':', '[', ' ', '"', 'a', 'ř', 'e', '\\u0159'),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const text = pieces.join('');
        expect(hasLongDigits(Buffer.from(text))).toBe(/(?:^|[\s[:,ř])-?(?<![\d.])[\d.]{16}/.test(text));
      }),
      { numRuns: 5_000 },
    );
  });

  it.each(Array.from({ length: 40 }, (_, at) => at))('finds one %i bytes in', (at) => {
    const before = '['.padEnd(at, ' ');
    expect(hasLongDigits(Buffer.from(`${before}1234567.12345678,`))).toBe(true);
    expect(hasLongDigits(Buffer.from(`${before}1234567.1234567,`))).toBe(false);
  });
});

describe('lookThrough', () => {
  it.each<{ given: string; value: unknown; found: number }>([
    { given: 'what needs nothing', value: { a: [1, -2.5, 'x', true, null], b: {} }, found: NOTHING },
    { given: 'zero', value: [0], found: SMALL },
    { given: 'zero from below', value: { a: -0 }, found: SMALL },
    { given: 'the smallest number with all digits', value: 2 ** -1022, found: NOTHING },
    { given: 'a smaller one', value: -(2 ** -1023), found: SMALL },
    { given: 'the largest number', value: [[Number.MAX_VALUE]], found: NOTHING },
    { given: 'a larger one', value: JSON.parse('[{"a":-1e400}]'), found: HUGE },
    { given: 'the key __proto__', value: JSON.parse('[{"__proto__":1}]'), found: PROTO },
    { given: 'several things', value: JSON.parse('{"a":1e400,"b":[0],"__proto__":1}'), found: HUGE | SMALL | PROTO },
    { given: 'two levels of two', value: [{ a: 'x' }], found: NOTHING },
    { given: 'three levels of two', value: [1, { a: [] }], found: TOO_DEEP },
    { given: 'three levels of objects', value: { a: { b: {} } }, found: TOO_DEEP },
  ])('finds in $given what it has to', ({ value, found }) => {
    expect(lookThrough(value, 2)).toBe(found);
  });
});

describe('opensTooDeep', () => {
  const shallow = JSON.stringify(Array.from({ length: 100_000 }, () => []));

  it.each<{ given: string; text: string; isDeep: boolean }>([
    { given: 'much text without brackets', text: `["${'x'.repeat(1_000_000)}"]`, isDeep: false },
    { given: 'many values beside each other', text: shallow, isDeep: false },
    { given: 'many brackets in a string', text: JSON.stringify('\\"[{'.repeat(200_000)), isDeep: false },
    { given: 'as many levels as may be', text: `[${shallow},${nested(MAX_DEPTH - 1)}]`, isDeep: false },
    { given: 'one level more', text: `[${shallow},${nested(MAX_DEPTH)}]`, isDeep: true },
    { given: 'levels without end', text: '{"a":['.repeat(100_000), isDeep: true },
    // Not so many that they would have to be kept from the parser.
    { given: 'a text of few brackets', text: nested(1_000), isDeep: false },
  ])('$given: $isDeep', ({ text, isDeep }) => {
    expect(opensTooDeep(text)).toBe(isDeep);
  });
});

function nested(depth: number): string {
  return '['.repeat(depth) + ']'.repeat(depth);
}
