import { expect, it } from 'vitest';
import type { Feed } from '../../src/domain/feed.ts';
import { readFeed } from '../../src/loaders/feed-page.ts';
import { aCall } from '../support/call.ts';

/** A feed of pages that lead on without end; what each brings is up to `items`. */
function endless(items: (page: number) => readonly string[]) {
  const asked: (string | null)[] = [];
  const feed: Feed<string> = {
    async read(_deal, _options, { position }) {
      asked.push(position);
      const page = Number(position ?? 0);
      return { items: items(page), next: String(page + 1) };
    },
  };
  return { feed, asked };
}

const page = { first: 3, after: null };

it('a feed that goes on without anything is given up', async () => {
  const { feed, asked } = endless(() => []);
  await expect(readFeed(feed, '1', undefined, page, aCall())).rejects.toMatchObject({
    code: 'UPSTREAM_INVALID_RESPONSE',
  });
  expect(asked).toHaveLength(20);
});

it('a feed with a little on each tenth page is read on', async () => {
  const { feed } = endless((number) => (number % 10 === 9 ? [`item ${number}`] : []));
  const { edges, hasNextPage } = await readFeed(feed, '1', undefined, page, aCall());
  expect(edges.map(({ node }) => node)).toEqual(['item 9', 'item 19', 'item 29']);
  expect(hasNextPage).toBe(true);
});
