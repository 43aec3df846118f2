import type { Call } from './call.ts';

/** A page of what hangs on one record. */
export interface FeedPage<T> {
  readonly items: readonly T[];
  /** Where the next page starts, or `null` after the last one. Opaque to everybody but the adapter. */
  readonly next: string | null;
}

/**
 * A list that hangs on one deal and can grow long: it is read page by page, one call per deal and page, since no CRM
 * reads it for several deals at once.
 */
export interface Feed<T, Options = object> {
  /** About `limit` items (1 to 500) from `position`, `null` being the start. A deal that does not exist has none. */
  read(
    deal: string,
    options: Options,
    page: { readonly position: string | null; readonly limit: number },
    call: Call,
  ): Promise<FeedPage<T>>;
}
