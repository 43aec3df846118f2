import fc from 'fast-check';
import { expect, it } from 'vitest';
import { beginning, pageAround } from '../../../src/adapters/pipelinedeals/overlapping-page.ts';

it('a page holds the entry it is to begin around, and goes on behind it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: 1, max: 300 }), (index, size) => {
      const request = pageAround(index, size);
      expect(beginning(request)).toBeLessThanOrEqual(index);
      expect(beginning(request) + request.perPage).toBeGreaterThan(index + 1);
      expect(request.perPage).toBeLessThanOrEqual(200);
    }),
  );
});

it('the last page of a large list is hardly read twice', () => {
  expect(pageAround(-1, 50)).toEqual({ page: 1, perPage: 50 });
  expect(pageAround(199, 200)).toEqual({ page: 2, perPage: 199 });
  expect(pageAround(397, 200)).toEqual({ page: 3, perPage: 198 });
});
