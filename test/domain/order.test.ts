import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareCodePoints, compareKeys, comparePlaces } from '../../src/domain/order.ts';

describe('keys', () => {
  it.each<{
    kind: 'plain' | 'amount';
    direction: 'ASC' | 'DESC';
    given: (number | string | null)[];
    sorted: unknown[];
  }>([
    { kind: 'plain', direction: 'ASC', given: [3, null, 1], sorted: [1, 3, null] },
    { kind: 'plain', direction: 'DESC', given: [null, 1, 3], sorted: [3, 1, null] },
    { kind: 'amount', direction: 'ASC', given: ['10', '9.5', null, '-1'], sorted: ['-1', '9.5', '10', null] },
    { kind: 'amount', direction: 'DESC', given: ['9.5', '10'], sorted: ['10', '9.5'] },
    { kind: 'plain', direction: 'ASC', given: ['b', 'B', 'a'], sorted: ['B', 'a', 'b'] },
  ])('$kind $direction: $given', ({ kind, direction, given, sorted }) => {
    expect([...given].sort(compareKeys(kind, direction))).toEqual(sorted);
  });

  it('puts texts in order of code points', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        const points = (text: string) => Array.from(text, (c) => c.codePointAt(0) as number);
        const [x, y] = [points(a), points(b)];
        const at = x.findIndex((point, index) => point !== y[index]);
        const expected = at === -1 ? x.length - y.length : (x[at] as number) - (y[at] ?? -1);
        expect(Math.sign(compareCodePoints(a, b))).toBe(Math.sign(expected));
      }),
    );
    expect(compareCodePoints('\u{1f600}', '\u{ff5e}')).toBeGreaterThan(0);
  });
});

it('ties go by CRM in configured order, then by id as a number, in both directions', () => {
  const places = [
    { key: 1, crm: 1, id: '2' },
    { key: 1, crm: 0, id: '10' },
    { key: 1, crm: 0, id: '9' },
    { key: 2, crm: 1, id: '1' },
  ];
  const ids = (direction: 'ASC' | 'DESC') =>
    [...places].sort(comparePlaces(compareKeys('plain', direction))).map((p) => p.id);
  expect(ids('ASC')).toEqual(['9', '10', '2', '1']);
  expect(ids('DESC')).toEqual(['1', '9', '10', '2']);
});
