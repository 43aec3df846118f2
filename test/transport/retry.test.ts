import { expect, it } from 'vitest';
import {
  type Attempt,
  type RetryPolicy,
  retryDelayMs,
  statedRetryMs,
  statedWaitMs,
} from '../../src/transport/retry.ts';

const policy: RetryPolicy = { maxTries: 3, baseMs: 100, throttledBaseMs: 1_000, capMs: 5_000, reserveMs: 100 };

const attempt = (over: Partial<Attempt>): Attempt => ({
  number: 1,
  method: 'GET',
  failure: 'SERVER_ERROR',
  status: 503,
  retryAfterMs: null,
  timeLeftMs: 9_000,
  random: 0.5,
  ...over,
});

const throttled = { failure: 'RATE_LIMITED', status: 429 } as const;

it.each<{ given: string; with: Partial<Attempt>; waits: number | null }>([
  { given: 'a first 503', with: {}, waits: 50 },
  { given: 'a second 503', with: { number: 2 }, waits: 100 },
  { given: 'a 503 after the last try', with: { number: 3 }, waits: null },
  { given: 'the luckiest draw', with: { random: 0 }, waits: 0 },
  { given: 'a lost connection', with: { failure: 'UNREACHABLE', status: null }, waits: 50 },
  { given: 'a timeout with time left', with: { failure: 'TIMEOUT', status: null }, waits: 50 },
  { given: 'a timeout without time left', with: { failure: 'TIMEOUT', status: null, timeLeftMs: 0 }, waits: null },
  { given: 'too little time for a try after the wait', with: { timeLeftMs: 149 }, waits: null },
  { given: 'just enough time', with: { timeLeftMs: 150 }, waits: 50 },
  { given: 'an unreadable answer', with: { failure: 'INVALID_ANSWER', status: 200 }, waits: null },
  { given: 'a spent quota', with: { failure: 'QUOTA', status: 429 }, waits: null },
  { given: 'a block', with: { failure: 'BLOCKED', status: 403 }, waits: null },
  { given: 'a caller who left', with: { failure: 'ABORTED', status: null }, waits: null },
  { given: 'a 429 that names its own wait', with: { ...throttled, retryAfterMs: 1_500 }, waits: 1_500 },
  { given: 'a 429 that names no wait', with: throttled, waits: 500 },
  { given: 'a second 429 that names no wait', with: { ...throttled, number: 2 }, waits: 1_000 },
  { given: 'a 429 whose wait is too long', with: { ...throttled, retryAfterMs: 8_950 }, waits: null },
  { given: 'our own limiter', with: { failure: 'RATE_LIMITED', status: null, retryAfterMs: 10 }, waits: null },
  { given: 'a write that got a 503', with: { method: 'POST' }, waits: null },
  { given: 'a write not connected', with: { method: 'PUT', failure: 'UNREACHABLE', status: null }, waits: null },
  { given: 'a write that got a 429', with: { ...throttled, method: 'POST', retryAfterMs: 700 }, waits: 700 },
  { given: 'a write that got a 429 without a wait', with: { ...throttled, method: 'DELETE' }, waits: null },
])('$given waits $waits', ({ with: over, waits }) => {
  expect(retryDelayMs(attempt(over), policy)).toBe(waits);
});

it('never waits longer than the cap', () => {
  const patient = { ...policy, maxTries: 20 };
  expect(retryDelayMs(attempt({ number: 12, random: 0.999 }), patient)).toBeCloseTo(4_995);
});

it.each<{ given: string; ms: number | undefined; waits: number | null }>([
  { given: 'none', ms: undefined, waits: null },
  { given: 'a moment that has passed', ms: -3_000, waits: 0 },
  { given: 'two seconds', ms: 2_000, waits: 2_000 },
  { given: 'an hour', ms: 3_600_000, waits: 60_000 },
  { given: 'not a number', ms: Number.NaN, waits: null },
  { given: 'for ever', ms: Number.POSITIVE_INFINITY, waits: null },
])('a stated wait of $given is $waits', ({ ms, waits }) => {
  expect(statedWaitMs(ms)).toBe(waits);
});

it.each([
  { header: '5', ms: 5_000 },
  { header: '0', ms: 0 },
  { header: '86400', ms: 60_000 },
  { header: 'Fri, 20 Nov 2026 12:00:30 GMT', ms: 30_000 },
  { header: 'Fri, 20 Nov 2026 11:00:00 GMT', ms: 0 },
  { header: '-5', ms: null },
  { header: '1e9', ms: null },
  { header: '99999999999999999999', ms: null },
  { header: 'soon', ms: null },
  { header: '', ms: null },
  { header: undefined, ms: null },
])('Retry-After: $header is a wait of $ms', ({ header, ms }) => {
  expect(statedRetryMs(header, Date.parse('2026-11-20T12:00:00Z'))).toBe(ms);
});
