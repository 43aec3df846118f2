import { expect, it } from 'vitest';
import { RetryBudget } from '../../src/transport/retry-budget.ts';
import { FakeClock } from '../support/fake-clock.ts';

const granted = (budget: RetryBudget) => {
  let count = 0;
  while (count < 100 && budget.spend()) count += 1;
  return count;
};

it.each([
  { requests: 0, retries: 3 },
  { requests: 9, retries: 3 },
  { requests: 10, retries: 4 },
  { requests: 50, retries: 8 },
])('$requests requests allow $retries retries', ({ requests, retries }) => {
  const budget = new RetryBudget(new FakeClock());
  for (let i = 0; i < requests; i += 1) budget.request();
  expect(granted(budget)).toBe(retries);
});

it('looks ten seconds back', async () => {
  const clock = new FakeClock();
  const budget = new RetryBudget(clock);
  for (let i = 0; i < 20; i += 1) budget.request();
  expect(granted(budget)).toBe(5);
  await clock.advance(9_999);
  expect(granted(budget)).toBe(0);
  await clock.advance(1);
  expect(granted(budget)).toBe(3);
});
