import { describe, expect, it } from 'vitest';
import { SlidingLog } from '../../src/transport/sliding-log.ts';

/** A log of `capacity` per 1000 ms with requests that went at the given moments; `null` is one on its way. */
function logOf(capacity: number, sentAt: (number | null)[]): SlidingLog {
  const log = new SlidingLog(capacity, 1_000);
  for (const at of sentAt) log.take().sentAt = at;
  return log;
}

describe('turns', () => {
  it.each<{ given: string; capacity: number; sent: (number | null)[]; now: number; turns: number[] }>([
    { given: 'an empty log', capacity: 2, sent: [], now: 5_000, turns: [5_000, 5_000, 6_000] },
    { given: 'one place left', capacity: 2, sent: [4_500], now: 5_000, turns: [5_000, 5_500, 6_000] },
    { given: 'a full log', capacity: 2, sent: [4_500, 4_800], now: 5_000, turns: [5_500, 5_800, 6_500] },
    { given: 'places just free again', capacity: 2, sent: [3_000, 4_000], now: 5_000, turns: [5_000, 5_000, 6_000] },
    { given: 'places used out of order', capacity: 2, sent: [4_800, 4_500], now: 5_000, turns: [5_500, 5_800, 6_500] },
    { given: 'one on its way', capacity: 1, sent: [null], now: 5_000, turns: [6_000, 7_000, 8_000] },
    { given: 'more than it may hold', capacity: 1, sent: [4_500, 4_800], now: 5_000, turns: [5_800, 6_800, 7_800] },
    { given: 'no limit', capacity: Number.POSITIVE_INFINITY, sent: [5_000], now: 5_000, turns: [5_000, 5_000, 5_000] },
  ])('$given', ({ capacity, sent, now, turns }) => {
    const log = logOf(capacity, sent);
    expect([0, 1, 2].map((ahead) => log.turnAfter(now, ahead))).toEqual(turns);
    expect(log.turns(now, 3)).toEqual(turns);
  });

  it('wait for the end of a pause, which only grows', () => {
    const log = logOf(2, [4_500, 4_800]);
    log.closeUntil(7_000);
    log.closeUntil(6_000);
    expect(log.turns(5_000, 3)).toEqual([7_000, 7_000, 8_000]);
  });
});

describe('opensAt', () => {
  it.each<{ given: string; capacity: number; sent: (number | null)[]; opens: number | null }>([
    { given: 'an empty log', capacity: 1, sent: [], opens: 5_000 },
    { given: 'a full log', capacity: 1, sent: [4_500], opens: 5_500 },
    { given: 'room beside one on its way', capacity: 2, sent: [null], opens: 5_000 },
    { given: 'a place that is free before one on its way', capacity: 2, sent: [null, 4_500], opens: 5_500 },
    { given: 'all on their way', capacity: 1, sent: [null], opens: null },
  ])('$given', ({ capacity, sent, opens }) => {
    expect(logOf(capacity, sent).opensAt(5_000)).toBe(opens);
  });

  it('has room again when a place is given back', () => {
    const log = new SlidingLog(1, 1_000);
    const place = log.take();
    expect(log.opensAt(5_000)).toBe(null);
    log.giveBack(place);
    expect(log.opensAt(5_000)).toBe(5_000);
  });
});
