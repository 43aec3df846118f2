import type { Call } from '../../domain/call.ts';
import type { Feed } from '../../domain/feed.ts';

/** A feed of a list that is read whole; its position is how many items are before it. */
export function wholeFeed<T, Options>(
  read: (deal: string, options: Options, call: Call) => Promise<readonly T[]>,
): Feed<T, Options> {
  return {
    async read(deal, options, { position, limit }, call) {
      const items = await read(deal, options, call);
      const start = /^\d{1,9}$/.test(position ?? '') ? Number(position) : 0;
      const end = start + limit;
      return { items: items.slice(start, end), next: end < items.length ? String(end) : null };
    },
  };
}
