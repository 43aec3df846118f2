import { expect, it } from 'vitest';
import type { Journal } from '../../src/journal/journal.ts';
import { Reconciler } from '../../src/writes/reconciler.ts';
import { FakeClock } from '../support/fake-clock.ts';

const RULES = { firstMs: 50, maxMs: 50, forMs: 1_000_000, sweepMs: 1_000_000 };
const LOOK_MS = 80;

/** Looks into operations that are never over, each look taking its time, and notes them in order. */
function start(clock: FakeClock): { readonly reconciler: Reconciler; readonly looked: readonly string[] } {
  const looked: string[] = [];
  const journal = { find: async () => null } as unknown as Journal;
  const fail = (error: unknown) => {
    throw error;
  };
  const reconciler = new Reconciler({ journal, clock, onTrouble: fail }, RULES, async (id) => {
    looked.push(id);
    await clock.sleep(LOOK_MS);
    return false;
  });
  return { reconciler, looked };
}

it('looks first into what has been due longest, so that none waits for ever behind others', async () => {
  const clock = new FakeClock();
  const { reconciler, looked } = start(clock);
  const ids = Array.from({ length: 12 }, (_, index) => `operation ${index}`);
  for (const id of ids) void reconciler.add(id, 0);
  reconciler.start();
  // By when the third four are looked into, the first four are due again.
  await clock.advance(6 * LOOK_MS);
  expect(looked.slice(0, 24)).toEqual([...ids, ...ids]);
  const closed = reconciler.close();
  await clock.advance(LOOK_MS);
  await closed;
});

it('looks into what is due now before what was added first and is due later', async () => {
  const clock = new FakeClock();
  const { reconciler, looked } = start(clock);
  for (const id of ['a', 'b', 'c', 'd', 'e']) void reconciler.add(id);
  const first = reconciler.add('now', 0);
  reconciler.start();
  await clock.advance(1);
  // The others are due before this look is over.
  expect(looked[0]).toBe('now');
  await clock.advance(LOOK_MS);
  await first;
  const closed = reconciler.close();
  await clock.advance(LOOK_MS);
  await closed;
});
