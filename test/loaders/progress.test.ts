import { expect, it } from 'vitest';
import type { Source } from '../../src/domain/list.ts';
import { readAll } from '../../src/loaders/read-all.ts';
import { aCall } from '../support/call.ts';

interface Item {
  readonly id: string;
}

/** A list of as many pages as it is asked for, each with what `page` says. */
function endless(page: (number: number) => readonly Item[]): { source: Source<Item>; readonly read: () => number } {
  let pages = 0;
  const source: Source<Item> = {
    key: 'endless',
    async read() {
      pages += 1;
      return { records: page(pages), next: `cursor-${pages}`, unreadable: [], total: null };
    },
  };
  return { source, read: () => pages };
}

const rules = {
  id: ({ id }: Item) => id,
  matches: async (records: readonly Item[]) => records.map(() => true),
  advice: 'narrow it',
};

it.each([
  ['the same page', () => [{ id: '1' }]],
  ['empty pages', () => []],
])('a list that goes on with %s is read 20 pages further, and no more', async (_what, page) => {
  const { source, read } = endless(page);
  await expect(readAll([source], rules, aCall())).rejects.toMatchObject({ code: 'UPSTREAM_INVALID_RESPONSE' });
  expect(read()).toBeLessThanOrEqual(21);
});

it('pages without anything new may stand between others', async () => {
  const { source, read } = endless((number) => (number % 15 === 0 ? [{ id: String(number) }] : []));
  await expect(readAll([source], rules, aCall({ scanLimit: 3 }))).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED' });
  expect(read()).toBe(60);
});
