import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTime, parseV1Time } from '../../../src/adapters/pipedrive/times.ts';
import { isCalendarDate } from '../../../src/domain/time.ts';

const two = (max: number) => fc.integer({ min: 0, max }).map((part) => String(part).padStart(2, '0'));
const year = fc.integer({ min: 0, max: 9_999 }).map((part) => String(part).padStart(4, '0'));
const day = fc.tuple(year, two(14), two(33)).map((parts) => parts.join('-'));

describe('times of v2', () => {
  it('are what Date makes of them, on days there are', () => {
    const zone = fc.constantFrom('Z', 'Z', '+02:00', '-11:30');
    const fraction = fc.constantFrom('', '', '.5', '.123456');
    const time = fc.tuple(day, two(25), two(61), two(61), fraction, zone);
    fc.assert(
      fc.property(time, ([date, h, m, s, f, z]) => {
        const text = `${date}T${h}:${m}:${s}${f}${z}`;
        expect(parseTime(text)).toBe(isCalendarDate(date) ? Date.parse(text) : Number.NaN);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    '',
    '2026-02-11',
    '2026-02-11 08:15:42',
    '2026-02-11T08:15:42',
    '2026-02-11t08:15:42Z',
    '2026-02-11T0a:15:42Z',
    '2026-02-30T08:15:42Z',
    '2026-02-29T08:15:42.5+02:00',
  ])('are not %j', (text) => {
    expect(parseTime(text)).toBeNaN();
  });
});

describe('times of v1', () => {
  it.each([
    ['2024-02-29 08:15:42', Date.UTC(2024, 1, 29, 8, 15, 42)],
    ['2024-02-30 08:15:42', Number.NaN],
    ['2024-02-29 25:15:42', Number.NaN],
    ['2024-02-29T08:15:42Z', Number.NaN],
    ['', Number.NaN],
  ])('%j', (text, instant) => {
    expect(parseV1Time(text)).toBe(instant);
  });
});

it('days are those of the calendar', () => {
  fc.assert(
    fc.property(day, (text) => {
      const exists = !Number.isNaN(Date.parse(`${text}T00:00:00Z`));
      expect(isCalendarDate(text)).toBe(
        exists && new Date(Date.parse(`${text}T00:00:00Z`)).toISOString().startsWith(text),
      );
    }),
    { numRuns: 2_000 },
  );
});
