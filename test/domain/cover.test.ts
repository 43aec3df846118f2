import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ByIdCosts, cheapestCover, costOf, runsOf } from '../../src/domain/cover.ts';
import { type Cost, compareCosts, POLICIES, type Policy } from '../../src/domain/policy.ts';

/** Pipedrive's: a record for one token, up to a hundred for ten. */
const PIPEDRIVE: ByIdCosts = { one: 1, many: 10, limit: 100 };

describe('records by id, balanced', () => {
  it.each<{ count: number; singles: number; batches: number }>([
    { count: 0, singles: 0, batches: 0 },
    { count: 1, singles: 1, batches: 0 },
    { count: 3, singles: 3, batches: 0 },
    // Twelve either way: one request is better than four.
    { count: 4, singles: 0, batches: 1 },
    { count: 10, singles: 0, batches: 1 },
    { count: 11, singles: 0, batches: 1 },
    { count: 100, singles: 0, batches: 1 },
    { count: 101, singles: 1, batches: 1 },
    { count: 103, singles: 3, batches: 1 },
    { count: 104, singles: 0, batches: 2 },
  ])('$count are $singles alone and $batches batches', ({ count, ...cover }) => {
    expect(cheapestCover(count, PIPEDRIVE, 'BALANCED')).toEqual(cover);
  });
});

it.each<{ policy: Policy; count: number; singles: number; batches: number }>([
  { policy: 'TOKENS', count: 9, singles: 9, batches: 0 },
  { policy: 'TOKENS', count: 10, singles: 0, batches: 1 },
  { policy: 'TOKENS', count: 109, singles: 9, batches: 1 },
  { policy: 'REQUESTS', count: 1, singles: 1, batches: 0 },
  { policy: 'REQUESTS', count: 2, singles: 0, batches: 1 },
  { policy: 'REQUESTS', count: 101, singles: 1, batches: 1 },
])('$policy reads $count as $singles alone and $batches batches', ({ policy, count, ...cover }) => {
  expect(cheapestCover(count, PIPEDRIVE, policy)).toEqual(cover);
});

/** What every division of `count` ids into requests costs. */
function* everyPlan(count: number, costs: ByIdCosts, largest = costs.limit): Generator<Cost> {
  if (count === 0) {
    yield { requests: 0, tokens: 0 };
    return;
  }
  for (let size = Math.min(count, largest); size >= 1; size -= 1) {
    for (const { requests, tokens } of everyPlan(count - size, costs, size)) {
      yield { requests: requests + 1, tokens: tokens + costs.many };
      if (size === 1) yield { requests: requests + 1, tokens: tokens + costs.one };
    }
  }
}

const small = fc.record({
  count: fc.nat({ max: 11 }),
  one: fc.nat({ max: 4 }),
  many: fc.nat({ max: 12 }),
  limit: fc.integer({ min: 1, max: 6 }),
  policy: fc.constantFrom(...POLICIES),
});

it('is the cheapest of all plans, and of those the one with the fewest requests', () => {
  fc.assert(
    fc.property(small, ({ count, policy, ...costs }) => {
      const best = [...everyPlan(count, costs)].reduce((a, b) => (compareCosts(a, b, policy) <= 0 ? a : b));
      expect(costOf(cheapestCover(count, costs, policy), costs)).toEqual(best);
    }),
  );
});

it('divides the ids into the requests of the cover', () => {
  fc.assert(
    fc.property(small, ({ count, policy, ...costs }) => {
      const ids = Array.from({ length: count }, (_, index) => index);
      const cover = cheapestCover(count, costs, policy);
      const runs = runsOf(ids, cover, costs.limit);
      expect(runs.flat()).toEqual(ids);
      expect(runs).toHaveLength(cover.singles + cover.batches);
      expect(runs.every(({ length }) => length >= 1 && length <= costs.limit)).toBe(true);
    }),
  );
});
