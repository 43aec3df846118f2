import { describe, expect, it } from 'vitest';
import { RelativeTime } from '../../src/domain/relative-time.ts';

const NOW = Date.parse('2024-03-31T10:20:30.500Z');

describe('a relative time', () => {
  it.each([
    ['P0D', '2024-03-31T10:20:30.500Z'],
    ['-P30D', '2024-03-01T10:20:30.500Z'],
    ['P2W', '2024-04-14T10:20:30.500Z'],
    ['-PT12H', '2024-03-30T22:20:30.500Z'],
    ['PT90M', '2024-03-31T11:50:30.500Z'],
    ['-P1DT1H30M5S', '2024-03-30T08:50:25.500Z'],
    ['-P1M', '2024-02-29T10:20:30.500Z'],
    ['P1M', '2024-04-30T10:20:30.500Z'],
    ['-P1Y1M', '2023-02-28T10:20:30.500Z'],
    ['P11M', '2025-02-28T10:20:30.500Z'],
  ])('%s counts from now', (text, moment) => {
    expect(new Date(RelativeTime.parse(text)?.from(NOW) ?? 0).toISOString()).toBe(moment);
  });

  it('counts days from that of now in UTC', () => {
    expect(RelativeTime.parse('-P1D')?.dayFrom(Date.parse('2026-01-01T00:00:00Z'))).toBe('2025-12-31');
    expect(RelativeTime.parse('P0D')?.dayFrom(Date.parse('2026-01-01T23:59:59.999Z'))).toBe('2026-01-01');
  });

  it('is as it was written', () => {
    expect(JSON.stringify({ gte: RelativeTime.parse('-P7D') })).toBe('{"gte":"-P7D"}');
  });

  it.each(['', 'P', '-P', 'PT', 'P1DT', '1D', 'P1.5D', 'P-1D', '--P1D', 'P7000Y', '-P2000Y', '2024-03-31'])(
    'is not %j',
    (text) => expect(RelativeTime.parse(text)).toBeUndefined(),
  );
});
