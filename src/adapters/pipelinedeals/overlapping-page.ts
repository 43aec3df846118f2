import { MAX_PAGE_SIZE, type PageRequest } from './api.ts';

/** Below this, a page might find no size of which one begins early enough and still goes on. */
const MIN_SIZE = 25;

/**
 * The page that holds the entry at `index` (-1: the first page) and goes on furthest behind it. The API knows pages
 * only by number and size, so among the sizes up to about `size` the best one is taken.
 */
export function pageAround(index: number, size: number): PageRequest {
  if (index < 0) return { page: 1, perPage: Math.min(size, MAX_PAGE_SIZE) };
  const largest = Math.min(Math.max(size, MIN_SIZE), MAX_PAGE_SIZE);
  let best: PageRequest = { page: 1, perPage: largest };
  let furthest = -1;
  for (let perPage = largest; perPage > largest / 2; perPage -= 1) {
    const page = Math.floor(index / perPage) + 1;
    if (page * perPage <= furthest) continue;
    furthest = page * perPage;
    best = { page, perPage };
  }
  return best;
}

/** The index of a page's first entry. */
export function beginning({ page, perPage }: PageRequest): number {
  return (page - 1) * perPage;
}
