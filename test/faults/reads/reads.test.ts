import { expect, it } from 'vitest';
import { inReadLanes } from './all-reads.ts';
import { share } from './cases.ts';
import type { ReadResult } from './run-reads.ts';

/** None of the share is about running out of time, which on a busy machine comes early. */
const TIMEOUT_MS = 20_000;

/** How long after its time an answer comes depends on the machine: `npm run faults` looks at that. */
function isHarmed({ violations }: ReadResult): boolean {
  return violations.some(({ kind }) => kind !== 'OVERDUE');
}

it('reads that something goes wrong with are right, or say what is missing', async () => {
  const results = await inReadLanes({ lanes: 2, timeoutMs: TIMEOUT_MS }, share);
  expect(results.filter(isHarmed)).toEqual([]);
  expect(results.length).toBeGreaterThan(90);
  expect(new Set(results.map(({ outcome }) => outcome)).size).toBeGreaterThan(1);
});
