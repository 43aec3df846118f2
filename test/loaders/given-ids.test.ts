import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readIds, writeIds } from '../../src/loaders/given-ids.ts';

it('reads the ids that were written', () => {
  const id = fc.oneof(fc.nat(300), fc.maxSafeNat());
  fc.assert(
    fc.property(fc.array(id), (ids) => {
      expect([...readIds(writeIds(ids))]).toEqual([...new Set(ids)].sort((a, b) => a - b));
    }),
  );
});

it('takes about a byte for an id where most ids are there', () => {
  const ids = Array.from({ length: 3_000 }, (_, index) => 40_000 + 2 * index);
  expect(writeIds(ids).length).toBeLessThan(4_100);
});
