import { expect, it } from 'vitest';
import { CrmClock, isWithin } from '../../src/adapters/crm-clock.ts';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const clock = { now: () => NOW, sleep: async () => {}, random: () => 0 };

it('a request takes effect by the CRM’s clock, as its answers tell it', () => {
  const time = new CrmClock(clock);
  time.observe({ headers: { date: 'Fri, 20 Nov 2026 09:00:00 GMT' } });
  const span = time.spanOf(NOW - 5_000);
  const of = (text: string) => isWithin(span, Date.parse(text));
  expect(of('2026-11-20T08:59:55Z')).toBe(true);
  expect(of('2026-11-20T08:59:50Z')).toBe(false);
  expect(of('2026-11-20T09:05:00Z')).toBe(true);
  expect(of('2026-11-20T12:00:00Z')).toBe(false);
  expect(isWithin(span, null)).toBe(false);
});

it.each([{}, { date: 'yesterday' }])('a CRM that does not tell the time may be a minute off: %o', (headers) => {
  const time = new CrmClock(clock);
  time.observe({ headers });
  expect(isWithin(time.spanOf(NOW), NOW - 59_000)).toBe(true);
  expect(isWithin(time.spanOf(NOW), NOW - 61_000)).toBe(false);
});
