import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cheapestCover, costOf } from '../../src/domain/cover.ts';
import { POLICIES } from '../../src/domain/policy.ts';
import type { ReadOperation } from '../../src/domain/tariff.ts';
import { priceById, priceOfDeals } from '../../src/plan/prices.ts';

const read = (over: Partial<ReadOperation>): ReadOperation => ({
  subject: 'PERSON',
  way: 'BY_ID',
  path: '/people/{id}',
  tokens: 1,
  limit: null,
  maxRequests: 1,
  ...over,
});

const asked = fc.tuple(fc.nat({ max: 40 }), fc.nat({ max: 40 }), fc.nat({ max: 100 })).map(([a, b, share]) => {
  const [min, max] = [Math.min(a, b), Math.max(a, b)];
  return { min, max, expected: (min + max) / 2, actual: Math.round(min + ((max - min) * share) / 100) };
});

const world = fc.record({
  places: fc.array(fc.tuple(asked, fc.nat({ max: 3 })), { minLength: 1, maxLength: 5 }),
  one: fc.nat({ max: 3 }),
  many: fc.nat({ max: 12 }),
  limit: fc.integer({ min: 2, max: 12 }),
  policy: fc.constantFrom(...POLICIES),
});

it('whatever places share a batch, the cost lies between the least and the most', () => {
  fc.assert(
    fc.property(world, ({ places, one, many, limit, policy }) => {
      const costs = { one, many, limit };
      const batches = new Map<number, number>();
      for (const [{ actual }, batch] of places) batches.set(batch, (batches.get(batch) ?? 0) + actual);
      let [requests, tokens] = [0, 0];
      for (const count of batches.values()) {
        const cost = costOf(cheapestCover(count, costs, policy), costs);
        requests += cost.requests;
        tokens += cost.tokens;
      }
      const price = priceById(
        { one: read({ tokens: one }), many: read({ way: 'BY_IDS', tokens: many, limit }) },
        places.map(([place]) => place),
        policy,
      );
      expect(requests).toBeGreaterThanOrEqual(price.requests.min);
      expect(requests).toBeLessThanOrEqual(price.requests.max);
      expect(tokens).toBeGreaterThanOrEqual(price.tokens.min);
      expect(tokens).toBeLessThanOrEqual(price.tokens.max);
    }),
    { numRuns: 500 },
  );
});

describe('what hangs on deals', () => {
  const deals = (min: number, max: number, expected: number) => [{ min, max, expected }];

  it.each([
    {
      way: 'OF_DEALS',
      limit: 100,
      maxRequests: 20,
      of: deals(0, 250, 130),
      requests: { min: 0, max: 60, expected: 2 },
    },
    { way: 'OF_DEAL', limit: null, maxRequests: 1, of: deals(1, 3, 2), requests: { min: 1, max: 3, expected: 2 } },
    {
      way: 'OF_DEAL',
      limit: 500,
      maxRequests: null,
      of: deals(0, 1, 1),
      requests: { min: 0, max: Infinity, expected: 1 },
    },
    { way: 'OF_DEAL', limit: 500, maxRequests: null, of: deals(0, 0, 0), requests: { min: 0, max: 0, expected: 0 } },
  ] as const)('$way, up to $limit, in $maxRequests pages', ({ of, requests, ...operation }) => {
    expect(priceOfDeals(read(operation), of).requests).toEqual(requests);
  });
});
