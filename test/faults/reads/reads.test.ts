import { expect, it } from 'vitest';
import { inReadLanes } from './all-reads.ts';
import { share } from './cases.ts';

it('reads that something goes wrong with are right, or say what is missing', { timeout: 120_000 }, async () => {
  const results = await inReadLanes({ lanes: 2 }, share);
  expect(results.filter(({ violations }) => violations.length > 0)).toEqual([]);
  expect(results.length).toBeGreaterThan(90);
  expect(new Set(results.map(({ outcome }) => outcome)).size).toBeGreaterThan(1);
});
