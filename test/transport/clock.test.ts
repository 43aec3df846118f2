import { expect, it } from 'vitest';
import { type Clock, systemClock } from '../../src/transport/clock.ts';
import { FakeClock } from '../support/fake-clock.ts';

const clocks: { name: string; clock: Clock }[] = [
  { name: 'the system', clock: systemClock },
  { name: 'the tests, jumping', clock: new FakeClock({ auto: true }) },
];

it.each(clocks)('the clock of $name wakes sleepers in the order of their times', async ({ clock }) => {
  const woken: string[] = [];
  const startedAt = clock.now();
  await Promise.all([
    clock.sleep(60).then(() => woken.push('late')),
    clock.sleep(5).then(() => woken.push('early')),
    clock.sleep(0).then(() => woken.push('at once')),
  ]);
  expect(woken).toEqual(['at once', 'early', 'late']);
  expect(clock.now()).toBeGreaterThan(startedAt);
});

it.each(clocks)('the clock of $name stops a sleep that is aborted', async ({ clock }) => {
  const controller = new AbortController();
  const sleep = clock.sleep(60_000, controller.signal);
  controller.abort(new Error('enough'));
  await expect(sleep).rejects.toThrow('enough');
  await expect(clock.sleep(0, controller.signal)).rejects.toThrow('enough');
});

it('a sleep longer than a timer can hold does not end at once', async () => {
  const controller = new AbortController();
  const sleep = systemClock.sleep(Number.MAX_SAFE_INTEGER, controller.signal);
  await systemClock.sleep(20);
  controller.abort(new Error('still asleep'));
  await expect(sleep).rejects.toThrow('still asleep');
});

it('the clock of the tests stands still until it is moved', async () => {
  const clock = new FakeClock({ now: 1_000 });
  const woken: number[] = [];
  void clock.sleep(100).then(async () => {
    woken.push(clock.now());
    await clock.sleep(100);
    woken.push(clock.now());
  });
  await clock.advance(99);
  expect(woken).toEqual([]);
  await clock.advance(500);
  expect(woken).toEqual([1_100, 1_200]);
  expect(clock.now()).toBe(1_599);
  expect(clock.slept).toEqual([100, 100]);
});
