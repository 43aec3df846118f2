import { describe, expect, it } from 'vitest';
import { runsOver } from '../../src/domain/runs.ts';

const several = (count: number) => Array.from({ length: count }, (_, index) => String(index + 1));

describe('several values', () => {
  it.each([
    { given: 'none', dimensions: [], runs: [null] },
    { given: 'one', dimensions: [{ name: 'owner', values: ['1'] }], runs: [null] },
    {
      given: 'two',
      dimensions: [{ name: 'owner', values: ['1', '2', '1'] }],
      runs: [
        { name: 'owner', value: '1' },
        { name: 'owner', value: '2' },
      ],
    },
    {
      given: 'few of one and more of another',
      dimensions: [
        { name: 'owner', values: several(3) },
        { name: 'stage', values: ['7', '8'] },
      ],
      runs: [
        { name: 'stage', value: '7' },
        { name: 'stage', value: '8' },
      ],
    },
    { given: '"has none" among them', dimensions: [{ name: 'owner', values: ['1', null] }], runs: [null] },
    { given: 'more than pay', dimensions: [{ name: 'owner', values: several(5) }], runs: [null] },
  ])('$given are read in runs of $runs', ({ dimensions, runs }) => {
    expect(runsOver(dimensions, 4)).toEqual(runs);
  });
});
