import { describe, expect, it } from 'vitest';
import { dayAfter, dayBefore, intersection, parseTime } from '../../../src/adapters/pipelinedeals/time.ts';

describe('parseTime', () => {
  it.each([
    ['2026/08/05 09:41:30 -0400', '2026-08-05T13:41:30.000Z'],
    ['2012/02/07 15:26:10 +0530', '2012-02-07T09:56:10.000Z'],
    ['2026-08-05T09:41:30.125Z', '2026-08-05T09:41:30.125Z'],
    ['2011-01-01', '2011-01-01T00:00:00.000Z'],
  ])('reads %s', (text, iso) => {
    expect(parseTime(text)).toBe(Date.parse(iso));
  });

  it.each([
    '',
    'yesterday',
    '2026/13/01 00:00:00 +0000',
    '2026/02/30 00:00:00 +0000',
    '2026/08/05 09:41:30',
    '2026/08/05 29:41:30 -0400',
  ])('does not read "%s"', (text) => {
    expect(parseTime(text)).toBeNaN();
  });
});

describe('days of a condition', () => {
  it.each([-12, 14])('hold the instant in the zone of UTC%i, an end taken as its midnight', (hours) => {
    for (const text of ['2026-03-01T00:00:00Z', '2026-03-01T23:59:59Z']) {
      const instant = Date.parse(text);
      const midnight = (day: string) => Date.parse(day) - hours * 3_600_000;
      expect(midnight(dayBefore(instant))).toBeLessThanOrEqual(instant);
      expect(midnight(dayAfter(instant))).toBeGreaterThanOrEqual(instant);
    }
  });

  it('of two ranges are those in both', () => {
    const range = { from: '2026-01-02', to: '2026-01-09' };
    expect(intersection(range, { from: '2026-01-05' })).toEqual({ from: '2026-01-05', to: '2026-01-09' });
    expect(intersection({}, range)).toEqual(range);
    expect(intersection(range, { to: '2026-02-01' })).toEqual(range);
  });
});
