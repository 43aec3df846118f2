import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeJson } from '../../src/transport/decode-json.ts';

const strict = new TextDecoder('utf-8', { fatal: true });

describe('decodeJson', () => {
  it.each<{ given: string; text: string; narrow: string }>([
    { given: 'ASCII', text: '{"a":"plain"}', narrow: '{"a":"plain"}' },
    { given: 'what one byte holds', text: `"${'.'.repeat(200)}é"`, narrow: `"${'.'.repeat(200)}é"` },
    { given: 'a wide character', text: `"${'.'.repeat(200)}ř"`, narrow: `"${'.'.repeat(200)}\\u0159"` },
    { given: 'a pair of surrogates', text: `"${'.'.repeat(200)}😀"`, narrow: `"${'.'.repeat(200)}\\ud83d\\ude00"` },
    { given: 'a wide character behind a backslash', text: '"\\ř"', narrow: '"\\ř"' },
    { given: 'much wide text', text: '["ř","ř","ř"]', narrow: '["ř","ř","ř"]' },
    { given: 'a byte order mark', text: '\ufeff[1]', narrow: '[1]' },
  ])('decodes $given', ({ text, narrow }) => {
    expect(decodeJson(Buffer.from(text))).toBe(narrow);
  });

  it.each([[0x22, 0xe9, 0x22], [0xc5], [0x22, 0xed, 0xa0, 0x80, 0x22], [0x22, 0xc0, 0xaf, 0x22]])(
    'refuses the bytes %j',
    (...bytes) => {
      expect(decodeJson(Buffer.from(bytes))).toBeNull();
    },
  );

  it('decodes what is the same JSON as the text', () => {
    const value = fc.jsonValue({ stringUnit: 'grapheme' });
    fc.assert(
      fc.property(fc.array(value, { maxLength: 3 }), fc.nat({ max: 600 }), (values, padding) => {
        const text = JSON.stringify([' '.repeat(padding), ...values]);
        expect(JSON.parse(decodeJson(Buffer.from(text)) ?? '')).toEqual(JSON.parse(text));
      }),
      { numRuns: 500 },
    );
  });

  it('takes for JSON what is JSON, and nothing else', () => {
    const piece = fc.constantFrom('"', '\\', 'ř', 'é', '😀', '\\u0159', '\\n', 'a', ',', '1', '[', ']', '\ufeff', ' ');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const padding = ' '.repeat(2_000);
        const text = pieces.join('') + padding;
        expect(outcomeOf(decodeJson(Buffer.from(text)) ?? '')).toEqual(outcomeOf(text.replace(/^\ufeff/, '')));
      }),
      { numRuns: 2_000 },
    );
  });

  it('takes for UTF-8 what is UTF-8, and nothing else, wherever the bytes lie', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), fc.nat({ max: 5 }), (bytes, offset) => {
        const whole = Buffer.concat([Buffer.alloc(offset, 0xff), bytes, Buffer.alloc(3, 0xff)]);
        const text = decodeJson(whole.subarray(offset, offset + bytes.length));
        expect(text === null).toBe(!isStrict(bytes));
      }),
      { numRuns: 1_000 },
    );
  });
});

function outcomeOf(text: string): unknown {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return 'no JSON';
  }
}

function isStrict(bytes: Uint8Array): boolean {
  try {
    strict.decode(bytes);
    return true;
  } catch {
    return false;
  }
}
