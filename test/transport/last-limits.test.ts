import { describe, expect, it } from 'vitest';
import { LastLimits } from '../../src/transport/last-limits.ts';

describe('a budget in tokens', () => {
  it('is nothing before an answer told of it', () => {
    const limits = new LastLimits('TOKENS');
    limits.observe({}, 0);
    expect(limits.budget()).toBeNull();
  });

  it('is the last word on each figure, and does not say when the day ends', () => {
    const limits = new LastLimits('TOKENS');
    limits.observe({ limit: 20, remaining: 19, resetMs: 2_000, quota: { limit: 1_000, remaining: 990 } }, 5);
    limits.observe({ quota: { remaining: 980 } }, 6);
    expect(limits.budget()).toEqual({
      unit: 'TOKENS',
      limit: 1_000,
      remaining: 980,
      resetsAt: null,
      window: { limit: 20, remaining: 19 },
    });
  });
});

it('a budget in requests is that of the window, until its end', () => {
  const limits = new LastLimits('REQUESTS');
  limits.observe({ limit: 10, remaining: 4, resetMs: 500 }, 1_000);
  expect(limits.budget()).toEqual({
    unit: 'REQUESTS',
    limit: 10,
    remaining: 4,
    resetsAt: 1_500,
    window: { limit: 10, remaining: 4 },
  });
});
