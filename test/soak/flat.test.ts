import { expect, it } from 'vitest';
import { growing, growth, type Sample } from './flat.ts';

function samples(of: (minute: number) => Partial<Sample>): readonly Sample[] {
  return Array.from({ length: 40 }, (_, index) => {
    const minute = index / 4;
    return { minute, rssMb: 120, heapMb: 40, handles: 20, files: 30, ...of(minute) };
  });
}

it('what stays the same is flat, however it began', () => {
  expect(
    growing(samples((minute) => ({ rssMb: minute < 4 ? 60 + 20 * minute : 140, heapMb: 40 + (minute % 1) }))),
  ).toEqual([]);
});

it.each([
  ['rssMb', 4],
  ['heapMb', 1],
  ['handles', 3],
  ['files', 3],
] as const)('%s that grows by %s a minute is told', (name, by) => {
  const grown = samples((minute) => ({ [name]: 100 + by * minute }));
  expect(growing(grown)).toEqual([name]);
  expect(growth(grown)[name]).toBeCloseTo(by);
});

it('nothing measured is not flat', () => {
  expect(growing([])).toHaveLength(4);
});
