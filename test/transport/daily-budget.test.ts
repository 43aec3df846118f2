import { describe, expect, it } from 'vitest';
import { DailyBudget } from '../../src/transport/daily-budget.ts';
import type { LimitFacts } from '../../src/transport/settings.ts';
import { FakeClock } from '../support/fake-clock.ts';

const NOON = Date.parse('2026-11-20T12:00:00Z');
const QUARTER_MS = 900_000;

function budget(reserve = 0.1) {
  const clock = new FakeClock({ now: NOON });
  const day = new DailyBudget(clock, reserve);
  const send = (tokens: number | null, facts: LimitFacts | null, priority: 'READ' | 'MUTATION' = 'READ') => {
    day.take(priority, tokens);
    day.ended(tokens, true, facts);
  };
  return { clock, day, send };
}

const told = (remaining: number, limit = 1_000): LimitFacts => ({ quota: { limit, remaining } });

describe('what is left', () => {
  it.each<{ left: number; tokens: number; allowed: string }>([
    { left: 160, tokens: 50, allowed: 'YES' },
    { left: 160, tokens: 51, allowed: 'KEPT' },
    { left: 0, tokens: 1, allowed: 'KEPT' },
    { left: 0, tokens: 0, allowed: 'YES' },
  ])('of $left before a request of 10 allows a read of $tokens: $allowed', ({ left, tokens, allowed }) => {
    const { day, send } = budget();
    send(10, told(left));
    expect(day.allows('READ', tokens)).toBe(allowed);
    expect(day.allows('BULK', tokens)).toBe(allowed);
    expect(day.allows('MUTATION', tokens)).toBe('YES');
    expect(day.allows('SETTLING', tokens)).toBe('YES');
  });

  it('is not known before an answer tells', () => {
    const { day, send } = budget();
    send(10, {});
    expect(day.allows('READ', 1_000_000)).toBe('YES');
    send(10, { quota: { remaining: 5 } });
    expect(day.allows('READ', 100)).toBe('YES');
  });

  it('counts what is under way, and what was not told of', () => {
    const { day, send } = budget();
    send(0, told(200));
    day.take('READ', 60);
    expect(day.allows('READ', 41)).toBe('KEPT');
    day.ended(60, false, null);
    expect(day.allows('READ', 41)).toBe('YES');
    day.take('READ', 60);
    day.ended(60, true, null);
    expect(day.allows('READ', 41)).toBe('KEPT');
  });

  it('is what the CRM says, when it says more again', () => {
    const { day, send } = budget();
    send(10, told(50));
    send(10, told(1_000), 'MUTATION');
    expect(day.allows('READ', 800)).toBe('YES');
  });

  it('is all there for reads where nothing is kept', () => {
    const { day, send } = budget(0);
    send(10, told(60));
    expect([day.allows('READ', 50), day.allows('READ', 51)]).toEqual(['YES', 'KEPT']);
  });
});

it('lets one read a quarter of an hour find out whether a day has begun', async () => {
  const { clock, day, send } = budget();
  send(10, told(50));
  expect(day.allows('READ', 10)).toBe('KEPT');
  expect(day.waitMs).toBe(QUARTER_MS + 5_000);
  await clock.advance(day.waitMs);
  expect(day.allows('READ', 10)).toBe('YES');
  day.take('READ', 10);
  expect(day.allows('READ', 10)).toBe('KEPT');
  expect(day.waitMs).toBe(QUARTER_MS);
  day.ended(10, true, told(1_000));
  expect(day.allows('READ', 10)).toBe('YES');
});

it('spent, refuses everything but one request a quarter of an hour', async () => {
  const { clock, day, send } = budget();
  send(10, { quotaSpent: true });
  expect(day.isSpent).toBe(true);
  for (const priority of ['SETTLING', 'MUTATION', 'READ', 'BULK'] as const) {
    expect(day.allows(priority, 1)).toBe('SPENT');
  }
  await clock.advance(day.waitMs);
  expect(day.allows('MUTATION', 5)).toBe('YES');
  day.take('MUTATION', 5);
  expect(day.allows('MUTATION', 5)).toBe('SPENT');
  day.ended(5, true, { quotaSpent: true });
  expect(day.allows('MUTATION', 5)).toBe('SPENT');
  await clock.advance(day.waitMs);
  day.take('READ', 5);
  day.ended(5, true, told(1_000));
  expect(day.allows('READ', 5)).toBe('YES');
});
