import { describe, expect, it } from 'vitest';
import { type Figures, type Measured, QUICK_CELLS } from './measure.ts';
import { readOptions } from './options.ts';
import { report, withReport } from './report.ts';
import { isMet, type Results, type Target, targetsOf } from './targets.ts';

const figures = (over: Partial<Figures> = {}): Figures => ({
  answersPerSecond: 100,
  p50Ms: 10,
  p99Ms: 20,
  cpuMs: 2,
  residentMb: 100,
  upstream: 4,
  ...over,
});

const results = (gateway: Partial<Figures>, over: Partial<Results> = {}): Results => ({
  cells: QUICK_CELLS.map(
    (cell): Measured => ({ cell, of: { join: figures(), gateway: figures(gateway), usual: figures({ cpuMs: 8 }) } }),
  ),
  firstAnswerMs: 900,
  exports: null,
  soakMb: null,
  ...over,
});

const find = (targets: readonly Target[], about: string, measure: string) => {
  const found = targets.find((target) => target.about === about && target.measure === measure);
  if (!found) throw new Error(`there is no target for ${measure} of ${about}`);
  return found;
};

describe('targets', () => {
  it.each([
    { cpuMs: 2.8, value: 1.4, met: true },
    { cpuMs: 3, value: 1.5, met: false },
  ])('compare $cpuMs ms with the 2 ms of the join', ({ cpuMs, value, met }) => {
    const target = find(targetsOf(results({ cpuMs })), 'nested page, 32 connections', 'CPU, gateway / join');
    expect(target.value).toBeCloseTo(value);
    expect(isMet(target)).toBe(met);
  });

  it.each([
    { answersPerSecond: 2_000, met: true },
    { answersPerSecond: 1_990, met: false },
  ])('take $answersPerSecond answers/s for met: $met', ({ answersPerSecond, met }) => {
    const targets = targetsOf(results({ answersPerSecond }));
    expect(isMet(find(targets, 'identical page, 128 connections', 'answers/s, gateway / join'))).toBe(met);
  });

  it('are not met by what a run did not measure', () => {
    const targets = targetsOf(results({}));
    expect(isMet(find(targets, 'export of 100,000 deals', 'most resident'))).toBeNull();
    expect(isMet(find(targets, 'one deal by id, 128 connections', 'answers/s, gateway / join'))).toBeNull();
  });

  it('compare a large export with a small one, deal by deal', () => {
    const small = { deals: 10_000, cpuMsPerDeal: 0.1, tokensPerDeal: 0.2, residentMb: 150 };
    const large = { ...small, cpuMsPerDeal: 0.12, residentMb: 200 };
    const targets = targetsOf(results({}, { exports: { small, large } }));
    expect(isMet(find(targets, 'export of 100,000 deals', 'CPU per deal, to that of 1,000'))).toBe(false);
    expect(isMet(find(targets, 'export of 100,000 deals', 'tokens per deal, to those of 1,000'))).toBe(true);
    expect(isMet(find(targets, 'export of 100,000 deals', 'most resident'))).toBe(true);
  });

  it('take memory for flat that does not grow in the second half', () => {
    const soaked = (soakMb: number[]) =>
      isMet(find(targetsOf(results({}, { soakMb })), 'a minute at 128 connections', 'resident, end / middle'));
    expect(soaked([100, 200, 300, 300, 310])).toBe(true);
    expect(soaked([100, 200, 300, 330, 340])).toBe(false);
  });
});

describe('the report', () => {
  const text = report(results({ cpuMs: 3 }), {
    date: '2026-01-02',
    machine: '2 × Processor',
    node: '20.0.0',
    nodeFlags: ['--flag'],
    isPinned: true,
    windowMs: 1_400,
    passes: { least: 3, most: 6, turns: 2 },
    versions: { graphql: '16.0.0' },
  });

  it('has a row per cell, and the figures of the three servers in each', () => {
    expect(text.match(/^\| nested page \| 0 ms \| 32 \|.*$/m)?.[0]).toContain('| 2 / 3 / 8 |');
  });

  it('says which targets are missed', () => {
    expect(text).toContain('| nested page, 32 connections | CPU, gateway / join | at most 1.4× | 1.5× | **no** |');
  });

  it('goes between the marks of the README and leaves the rest', () => {
    const readme = 'before\n<!-- bench: written by npm run bench -->\nold\n<!-- /bench -->\nafter\n';
    const once = withReport(readme, 'new');
    expect(once).toBe('before\n<!-- bench: written by npm run bench -->\n\nnew\n\n<!-- /bench -->\nafter\n');
    expect(withReport(once, 'new')).toBe(once);
    expect(() => withReport('no marks', 'new')).toThrow('the README has no place');
  });
});

describe('options', () => {
  it('are read', () => {
    expect(readOptions(['--window', '3', '--soak'])).toEqual({
      quick: false,
      soak: true,
      write: false,
      workload: null,
      windowMs: 3_000,
    });
  });

  it.each([[['--window', 'long']], [['--quick', '--write']], [['--workload', 'two']], [['--fast']]])(
    'refuse %j',
    (args) => {
      expect(() => readOptions(args)).toThrow(TypeError);
    },
  );
});
