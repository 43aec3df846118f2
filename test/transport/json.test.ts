import Big from 'big.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatJson, parseJson } from '../../src/transport/json.ts';

describe('parseJson', () => {
  it.each<{ given: string; text: string; value: unknown }>([
    { given: 'a small integer', text: '42', value: 42 },
    { given: '15 digits', text: '999999999999999', value: 999_999_999_999_999 },
    { given: '16 digits', text: '9007199254740993', value: '9007199254740993' },
    { given: 'a negative of 16 digits', text: '-9007199254740993', value: '-9007199254740993' },
    { given: '16 digits around a point', text: '12345678.12345678', value: '12345678.12345678' },
    { given: 'a long fraction', text: '0.1234567890123456', value: '0.1234567890123456' },
    { given: 'a long fraction in an exponent form', text: '1.234567890123456e5', value: '1.234567890123456e5' },
    { given: 'zeros before the digits', text: '0.00000000000000000012', value: 1.2e-19 },
    { given: 'nothing but zeros', text: '0.00000000000000000000', value: 0 },
    { given: 'beyond the largest double', text: '1e400', value: '1e400' },
    { given: 'below the smallest double', text: '-1E-400', value: '-1E-400' },
    { given: 'where a double loses digits', text: '1.23e-310', value: '1.23e-310' },
    { given: 'a large exponent in range', text: '1e+300', value: 1e300 },
    { given: 'many digits in a string', text: '{"a":"12345678901234567890"}', value: { a: '12345678901234567890' } },
    { given: 'such digits after a colon in a string', text: '": 12345678901234567"', value: ': 12345678901234567' },
    { given: 'many digits in a key', text: '{"a0123456789012345678":1.5}', value: { a0123456789012345678: 1.5 } },
    {
      given: 'a big number behind others',
      text: '[123456789012345,1,1234567890123456]',
      value: [123456789012345, 1, '1234567890123456'],
    },
    { given: 'a text like an exponent', text: '["1e400 ","1e400"]', value: ['1e400 ', '1e400'] },
    { given: 'an exponent beyond a double in a list', text: '[1e400 , 2]', value: ['1e400', 2] },
    { given: 'big and small together', text: '[1,12345678901234567890,2.5]', value: [1, '12345678901234567890', 2.5] },
    {
      given: 'an escape beside a big number',
      text: '["\\u00e9\\"",1234567890123456]',
      value: ['é"', '1234567890123456'],
    },
    { given: 'a key twice', text: '{"a":1,"a":2}', value: { a: 2 } },
    {
      given: 'a key twice beside a big number',
      text: '{"a":1,"a":1234567890123456}',
      value: { a: '1234567890123456' },
    },
  ])('$given: $text', ({ text, value }) => {
    expect(parseJson(text)).toEqual(value);
  });

  it.each(['', '{', '01', '1.', '.5', '[1234567890123456,]', '<html>', '{"a":1234567890123456'])(
    'refuses %j',
    (text) => {
      expect(() => parseJson(text)).toThrow();
    },
  );

  it.each([
    '{"a":{"__proto__":{"isAdmin":true},"b":1}}',
    '{"a":{"\\u005f_pro\\u0074o_\\u005F":{"isAdmin":true},"b":1}}',
    '{"a":{"__proto__":{"isAdmin":true},"b":1},"n":1234567890123456}',
  ])('leaves out the key __proto__ of %s', (text) => {
    const { a } = parseJson(text) as { a: object };
    expect(Object.getOwnPropertyNames(a)).toEqual(['b']);
    expect(Object.getPrototypeOf(a)).toBe(Object.prototype);
    expect('isAdmin' in Object.assign({}, a)).toBe(false);
  });

  it('loses nothing, whatever is around a number', () => {
    fc.assert(
      fc.property(json(), ({ text, value }) => {
        expect(parseJson(text)).toEqual(value);
      }),
      { numRuns: 500 },
    );
  });
});

describe('formatJson', () => {
  it.each<{ given: string; value: unknown; text: string | undefined }>([
    { given: 'no decimals', value: { a: 1, b: [null, 'x'] }, text: '{"a":1,"b":[null,"x"]}' },
    { given: 'absent and null', value: { a: undefined, b: null }, text: '{"b":null}' },
    {
      given: 'absent and null beside a decimal',
      value: { a: undefined, b: null, c: new Big(1) },
      text: '{"b":null,"c":1}',
    },
    {
      given: 'a long decimal',
      value: { v: new Big('12345678901234567890.123') },
      text: '{"v":12345678901234567890.123}',
    },
    { given: 'a tiny decimal', value: [new Big('1e-20')], text: '[0.00000000000000000001]' },
    { given: 'a huge decimal', value: new Big('1e25'), text: '10000000000000000000000000' },
    { given: 'text beside a decimal', value: { t: 'é"\n', v: new Big('0.10') }, text: '{"t":"é\\"\\n","v":0.1}' },
  ])('$given', ({ value, text }) => {
    expect(formatJson(value)).toBe(text);
  });

  it('writes decimals that are read back with every digit', () => {
    fc.assert(
      fc.property(numberText(), (text) => {
        const decimal = new Big(text);
        const back = parseJson(formatJson({ decimal }) ?? '') as { decimal: string | number };
        expect(new Big(back.decimal).eq(decimal)).toBe(true);
      }),
    );
  });
});

interface Sample {
  readonly text: string;
  readonly value: unknown;
}

/** JSON with the value it should be read as, put together without a parser. */
function json(): fc.Arbitrary<Sample> {
  const space = fc.constantFrom('', ' ', '\n\t');
  const leaf: fc.Arbitrary<Sample> = fc.oneof(
    numberText().map((text) => ({ text, value: expected(text) })),
    fc.oneof(fc.string(), numberText()).map((value) => ({ text: JSON.stringify(value), value })),
    fc.constantFrom<unknown>(true, false, null).map((value) => ({ text: String(value), value })),
  );
  const { node } = fc.letrec<{ node: Sample }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.tuple(fc.array(tie('node'), { maxLength: 4 }), space).map(([items, gap]) => ({
        text: `[${gap}${items.map(({ text }) => text).join(`${gap},${gap}`)}${gap}]`,
        value: items.map(({ value }) => value),
      })),
      fc
        .tuple(fc.dictionary(key(), tie('node'), { maxKeys: 4, noNullPrototype: true }), space)
        .map(([object, gap]) => ({
          text: `{${Object.entries(object)
            .map(([name, { text }]) => `${gap}${JSON.stringify(name)}${gap}:${gap}${text}`)
            .join(',')}${gap}}`,
          value: Object.fromEntries(Object.entries(object).map(([name, { value }]) => [name, value])),
        })),
    ),
  }));
  return node;
}

function key(): fc.Arbitrary<string> {
  return fc.oneof(fc.string(), fc.stringMatching(/^[0-9a-f]{40}$/)).filter((name) => name !== '__proto__');
}

function numberText(): fc.Arbitrary<string> {
  return fc.stringMatching(/^-?(0|[1-9][0-9]{0,24})(\.[0-9]{1,24})?([eE][+-]?[0-9]{1,2})?$/);
}

/** Counts digits by hand: what stands before the first other than zero does not count. */
function expected(text: string): number | string {
  let digits = 0;
  for (const char of text) {
    if (char === 'e' || char === 'E') break;
    if (char >= '1' && char <= '9') digits += 1;
    else if (char === '0' && digits > 0) digits += 1;
  }
  return digits > 15 ? text : Number(text);
}
