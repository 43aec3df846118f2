import { describe, expect, it } from 'vitest';
import { agree, type Counted, figuresOf } from './measure.ts';

/** A turn of a second and 100 answers. */
const turn = (over: Partial<Counted>): Counted => ({
  answers: 100,
  elapsedMs: 1_000,
  p50Ms: 10,
  p99Ms: 20,
  cpuMs: 500,
  residentMb: 100,
  requests: 400,
  ...over,
});

describe('the turns of a server', () => {
  it.each([
    { cpuMs: [500], enough: false },
    { cpuMs: [500, 900], enough: false },
    { cpuMs: [900, 524, 800, 500], enough: true },
    { cpuMs: [900, 530, 900, 500], enough: false },
  ])('of $cpuMs ms are enough: $enough', ({ cpuMs, enough }) => {
    expect(agree(cpuMs.map((ms) => turn({ cpuMs: ms })))).toBe(enough);
  });

  it('are counted by the answer', () => {
    expect(agree([turn({ cpuMs: 500 }), turn({ cpuMs: 1_000, answers: 200 })])).toBe(true);
  });

  it('count by their two best, but tails, requests and memory by all', () => {
    const quiet = { cpuMs: 400, p50Ms: 8, p99Ms: 12, elapsedMs: 800, residentMb: 90 };
    const middling = { cpuMs: 420, p50Ms: 8.4, p99Ms: 30, elapsedMs: 1_000, requests: 500, residentMb: 95 };
    const disturbed = { cpuMs: 900, p50Ms: 20, p99Ms: 80, elapsedMs: 2_000, requests: 600, residentMb: 110 };
    const figures = figuresOf([turn(quiet), turn(middling), turn(disturbed)]);
    expect(figures).toMatchObject({ answersPerSecond: 112.5, p99Ms: 30, residentMb: 110, upstream: 5 });
    expect(figures.cpuMs).toBeCloseTo(4.1);
    expect(figures.p50Ms).toBeCloseTo(8.2);
  });
});
