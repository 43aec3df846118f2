import type { Deal } from '../domain/deal.ts';
import type { Feed } from '../domain/feed.ts';
import { type FeedConnection, readFeed } from '../loaders/feed-page.ts';
import { pageSize } from './connection.ts';
import type { GraphQLContext } from './context.ts';

interface PageArgs {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

/** A page of what hangs on a deal. */
export function feedPage<T, Options>(
  feed: Feed<T, Options>,
  deal: Deal,
  options: Options,
  args: PageArgs,
  { call }: GraphQLContext,
): Promise<FeedConnection<T>> {
  return readFeed(feed, deal.ref.id, options, { first: pageSize(args.first), after: args.after ?? null }, call);
}

/** The page of a list that nothing matches. */
export function emptyPage<T>({ first, after }: PageArgs): FeedConnection<T> {
  pageSize(first);
  return { edges: [], hasNextPage: false, hasPreviousPage: typeof after === 'string' };
}
