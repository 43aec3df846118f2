import Big from 'big.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatJson, JsonError, parseJson } from '../../src/transport/json.ts';

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
    { given: 'a number just too small for all digits', text: '2.2250738585072e-308', value: '2.2250738585072e-308' },
    { given: 'a small exponent in range', text: '1e-300', value: 1e-300 },
    { given: 'an exponent with zeros before it', text: '[1e-0400,1e0400]', value: ['1e-0400', '1e0400'] },
    { given: 'a small number beside a zero', text: '[0,0.0,-0,0e-400,1e-400]', value: [0, 0, -0, 0, '1e-400'] },
    { given: 'big and small beyond a double', text: '{"a":1e400,"b":[1e-400]}', value: { a: '1e400', b: ['1e-400'] } },
    { given: '16 digits behind a byte order mark', text: '\ufeff1234567890123456', value: '1234567890123456' },
    { given: '16 digits beside wide text', text: '["Dvořák",1234567890123456]', value: ['Dvořák', '1234567890123456'] },
    { given: 'wide text between digits', text: '["123456789ř0123456789"]', value: ['123456789ř0123456789'] },
    { given: 'a wide key', text: '{"ключ é":1,"鍵😀":2}', value: { 'ключ é': 1, '鍵😀': 2 } },
    { given: 'escapes beside wide text', text: '"\\\\ř\\"😀\\u0159\\n"', value: '\\ř"😀ř\n' },
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
    expect(read(text)).toEqual(value);
  });

  it.each([
    '',
    '{',
    '01',
    '1.',
    '.5',
    '[1234567890123456,]',
    '<html>',
    '{"a":1234567890123456',
    '"\\ř"',
    '"\\é"',
    'ř',
    '[1,é]',
    '1\ufeff',
    '\u00a01',
  ])('refuses %j', (text) => {
    expect(() => read(text)).toThrow(JsonError);
  });

  it.each([
    '{"a":{"__proto__":{"isAdmin":true},"b":1}}',
    '{"a":{"\\u005f_pro\\u0074o_\\u005F":{"isAdmin":true},"b":1}}',
    '{"a":{"__proto__":{"isAdmin":true},"b":1},"n":1234567890123456}',
  ])('leaves out the key __proto__ of %s', (text) => {
    const { a } = read(text) as { a: object };
    expect(Object.getOwnPropertyNames(a)).toEqual(['b']);
    expect(Object.getPrototypeOf(a)).toBe(Object.prototype);
    expect('isAdmin' in Object.assign({}, a)).toBe(false);
  });

  it('leaves out the key __proto__ beside numbers beyond a double', () => {
    const value = read('{"a":{"__proto__":{"isAdmin":true},"b":1e400,"c":1e-400}}') as { a: object };
    expect(Object.entries(value.a)).toEqual([
      ['b', '1e400'],
      ['c', '1e-400'],
    ]);
    expect(Object.getPrototypeOf(value.a)).toBe(Object.prototype);
  });

  it('never quotes what it could not read', () => {
    for (const text of ['{"a":s3cret', '[1234567890123456,s3cret']) {
      expect(() => read(text)).toThrow(/^unreadable JSON$/);
    }
  });

  it('loses nothing, whatever is around a number', () => {
    fc.assert(
      fc.property(json(), ({ text, value }) => {
        expect(read(text)).toEqual(value);
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
        const back = read(formatJson({ decimal }) ?? '') as { decimal: string | number };
        expect(new Big(back.decimal).eq(decimal)).toBe(true);
      }),
    );
  });
});

function read(text: string): unknown {
  return parseJson(Buffer.from(text));
}

interface Sample {
  readonly text: string;
  readonly value: unknown;
}

/** JSON with the value it should be read as, put together without a parser. */
function json(): fc.Arbitrary<Sample> {
  const space = fc.constantFrom('', ' ', '\n\t');
  const leaf: fc.Arbitrary<Sample> = fc.oneof(
    numberText().map((text) => ({ text, value: expected(text) })),
    fc.oneof(someText(), numberText()).map((value) => ({ text: JSON.stringify(value), value })),
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
  return fc.oneof(someText(), fc.stringMatching(/^[0-9a-f]{40}$/)).filter((name) => name !== '__proto__');
}

function someText(): fc.Arbitrary<string> {
  return fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }));
}

/** Numbers that a double can hold or cannot, and none in between, where all digits have to be looked at. */
function numberText(): fc.Arbitrary<string> {
  return fc.stringMatching(
    /^-?(0|[1-9][0-9]{0,24})(\.[0-9]{1,24})?([eE][+-]?(0?[0-9]{1,2}|1[0-9]{2}|2[0-7][0-9]|[4-9][0-9]{2}))?$/,
  );
}

/** Counts digits by hand: what stands before the first other than zero does not count. */
function expected(text: string): number | string {
  const [mantissa = '', exponent = '0'] = text.replace('-', '').toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const significant = (whole + fraction).replace(/^0+/, '');
  if (significant === '') return Number(text);
  const power = significant.length - 1 - fraction.length + Number(exponent);
  return significant.length > 15 || Math.abs(power) > 307 ? text : Number(text);
}
