import { expect, it } from 'vitest';
import type { Priority } from '../../src/domain/priority.ts';
import { forPage } from '../../src/loaders/for-page.ts';
import { readAll } from '../../src/loaders/read-all.ts';
import { aCall } from '../support/call.ts';

it.each<{ given: string; priority: Priority; position: string | null; limit: number; becomes: Priority }>([
  { given: 'the first page of a list', priority: 'READ', position: null, limit: 500, becomes: 'READ' },
  { given: 'the next screen', priority: 'READ', position: '2', limit: 125, becomes: 'READ' },
  { given: 'a page of an export', priority: 'READ', position: '2', limit: 126, becomes: 'BULK' },
  { given: 'what a write looks for', priority: 'MUTATION', position: '2', limit: 500, becomes: 'MUTATION' },
  { given: 'what settles a write', priority: 'SETTLING', position: '2', limit: 500, becomes: 'SETTLING' },
])('$given is $becomes', ({ priority, position, limit, becomes }) => {
  expect(forPage(aCall({ priority }), position, limit).priority).toBe(becomes);
});

it('a list that is read whole makes way from its second page on', async () => {
  const priorities: Priority[] = [];
  const source = {
    key: 'all',
    async read({ position }: { position: string | null }, _limit: number, { priority }: { priority: Priority }) {
      priorities.push(priority);
      const page = Number(position ?? 0);
      return { records: [page], next: page < 2 ? String(page + 1) : null, unreadable: [], total: null };
    },
  };
  const rules = { id: String, matches: async (all: readonly number[]) => all.map(() => true), advice: '' };
  expect((await readAll([source], rules, aCall())).records).toEqual([0, 1, 2]);
  expect(priorities).toEqual(['READ', 'BULK', 'BULK']);
});
