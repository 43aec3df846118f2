import type { Call } from '../domain/call.ts';
import { GatewayError } from '../domain/errors.ts';
import type { Feed } from '../domain/feed.ts';
import type { ListEdge } from './list-page.ts';
import { Progress } from './progress.ts';

/** A page of a feed as a connection shows it. */
export interface FeedConnection<T> {
  readonly edges: readonly ListEdge<T>[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

/** A place in a feed: behind the first `skip` items of the page that starts at `position`. */
interface FeedPlace {
  readonly position: string | null;
  readonly skip: number;
}

/** Reads one page of a feed, in as many calls as it takes to fill it. */
export async function readFeed<T, Options>(
  feed: Feed<T, Options>,
  deal: string,
  options: Options,
  page: { readonly first: number; readonly after: string | null },
  call: Call,
): Promise<FeedConnection<T>> {
  const start: FeedPlace = page.after === null ? { position: null, skip: 0 } : decode(page.after);
  const edges: ListEdge<T>[] = [];
  const progress = new Progress({ key: 'feed' });
  let place: FeedPlace | null = start;
  while (place !== null && edges.length < page.first) place = await readMore(place);
  return { edges, hasNextPage: place !== null, hasPreviousPage: page.after !== null };

  /** Takes up what the page at a place has, and answers the place behind it. */
  async function readMore({ position, skip }: FeedPlace): Promise<FeedPlace | null> {
    const wanted = page.first - edges.length;
    const { items, next } = await feed.read(deal, options, { position, limit: Math.min(500, skip + wanted + 1) }, call);
    const taken = items.slice(skip, skip + wanted);
    for (const [index, node] of taken.entries()) {
      edges.push({ node, cursor: () => encode({ position, skip: skip + index + 1 }) });
    }
    if (skip + taken.length < items.length) return { position, skip: skip + taken.length };
    if (next === null) return null;
    progress.made(taken.length > 0);
    return { position: next, skip: 0 };
  }
}

function encode({ position, skip }: FeedPlace): string {
  return Buffer.from(JSON.stringify([skip, position])).toString('base64url');
}

function decode(cursor: string): FeedPlace {
  try {
    const [skip, position] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown[];
    const isPlace = Number.isInteger(skip) && (skip as number) >= 0 && (skip as number) <= 500;
    if (isPlace && (position === null || typeof position === 'string')) return { skip: skip as number, position };
  } catch {
    // Falls through to the refusal.
  }
  throw new GatewayError('BAD_USER_INPUT', 'after: not a cursor of this list', { argument: 'after' });
}
