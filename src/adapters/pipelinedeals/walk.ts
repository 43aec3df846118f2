import type { Call } from '../../domain/call.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { Direction, Place, SortKey, SourcePage, SourceStart } from '../../domain/list.ts';
import { type CalendarDate, type Instant, isCalendarDate } from '../../domain/time.ts';
import type { Account } from './account.ts';
import { type Endpoint, type ListPage, MAX_PAGE_SIZE, type Query } from './api.ts';
import { dayCondition } from './conditions.ts';
import type { Records } from './records.ts';
import { type DayRange, dayAfter, dayBefore, intersection } from './time.ts';

/** Room for the records around the place where reading goes on, which are given again. */
const OVERLAP = 25;

/** A list that the server sorts by a time, and how to go on in it from a time. */
export interface WalkedList<T> {
  readonly endpoint: Endpoint;
  readonly query: Query;
  /** The key to sort by, `deals.created_at`. */
  readonly sort: string;
  readonly direction: Direction;
  /** The date range condition on the sort key, `deal_created`, and the days the query itself asks for. */
  readonly condition: string;
  readonly days: DayRange;
  readonly records: Records<T>;
  key(record: T): SortKey;
}

/** A page of the list from a day on, and the last key that was read before it. */
interface Spot {
  readonly seek: CalendarDate | null;
  readonly perPage: number;
  readonly page: number;
  readonly behind: Instant | null;
}

interface ReadPage<T> {
  readonly list: ListPage;
  readonly records: readonly T[];
  readonly unreadable: readonly GatewayError[];
}

/**
 * Reads a sorted list piece by piece. Page numbers shift while others write, so reading goes on from the last key
 * wherever that gets ahead; page numbers lead through the days around one key only, and one that comes from an earlier
 * request is checked to follow what was read then.
 */
export class Walk<T> {
  readonly #account: Account;
  readonly #list: WalkedList<T>;
  readonly #handedOut = new Set<string>();

  constructor(account: Account, list: WalkedList<T>) {
    this.#account = account;
    this.#list = list;
  }

  async read({ position, after }: SourceStart, limit: number, call: Call): Promise<SourcePage<T>> {
    const spot = this.#start(parseSpot(position), after, limit);
    const isTrusted = spot.page === 1 || (position !== null && this.#handedOut.has(position));
    const pages = isTrusted ? [await this.#page(spot, call)] : await this.#pagesUpTo(spot, call);
    const last = pages.at(-1)?.list;
    const records = pages.flatMap((page) => page.records);
    const hasNext = last !== undefined && last.entries.length > 0 && spot.page < last.pages;
    return {
      records,
      unreadable: pages.flatMap((page) => page.unreadable),
      next: hasNext ? this.#next(spot, records) : null,
      total: spot.seek === null ? (last?.total ?? null) : null,
    };
  }

  /** The pages from the last one that begins before what was read, so that nothing between is missed. */
  async #pagesUpTo(spot: Spot, call: Call): Promise<readonly ReadPage<T>[]> {
    let number = spot.page;
    let page = await this.#page(spot, call);
    while (number > 1 && !this.#startsBefore(page.records, spot.behind)) {
      number = spot.behind === null ? 1 : number - 1;
      page = await this.#page({ ...spot, page: number }, call);
    }
    const pages = [page];
    while (number < Math.min(spot.page, page.list.pages)) {
      number += 1;
      page = await this.#page({ ...spot, page: number }, call);
      pages.push(page);
    }
    return pages;
  }

  /** The given spot, unless the last record that was given leads further. */
  #start(given: Spot | null, after: Place | null, limit: number): Spot {
    const key = typeof after?.key === 'number' ? after.key : null;
    const seek = key === null ? null : this.#seekDay(key);
    if (given !== null && !this.#isAhead(seek, given.seek)) return given;
    const perPage = Math.min(limit + (seek === null ? 0 : OVERLAP), MAX_PAGE_SIZE);
    return { seek, perPage, page: 1, behind: null };
  }

  /** The position after a page: from its last key on where that gets ahead, else its next page. */
  #next(spot: Spot, records: readonly T[]): string {
    const key = records.map((record) => this.#list.key(record)).findLast((one) => typeof one === 'number');
    const behind = typeof key === 'number' ? key : spot.behind;
    const seek = behind === null ? null : this.#seekDay(behind);
    const next = this.#isAhead(seek, spot.seek)
      ? { seek, perPage: Math.min(spot.perPage + (spot.seek === null ? OVERLAP : 0), MAX_PAGE_SIZE), page: 1, behind }
      : { ...spot, page: spot.page + 1, behind };
    const position = [next.seek ?? '', next.perPage, next.page, next.behind ?? ''].join(',');
    this.#handedOut.add(position);
    return position;
  }

  #seekDay(key: Instant): CalendarDate {
    return this.#list.direction === 'ASC' ? dayBefore(key) : dayAfter(key);
  }

  #isAhead(day: CalendarDate | null, of: CalendarDate | null): boolean {
    if (day === null || of === null) return day !== null;
    return this.#list.direction === 'ASC' ? day > of : day < of;
  }

  async #page(spot: Spot, call: Call): Promise<ReadPage<T>> {
    const { endpoint, query, sort, direction, condition, days, records } = this.#list;
    const seek = spot.seek === null ? {} : direction === 'ASC' ? { from: spot.seek } : { to: spot.seek };
    const narrowed = [...query, ...dayCondition(condition, intersection(days, seek))];
    const order = ['sort', direction === 'ASC' ? sort : `-${sort}`] as const;
    const list = await this.#account.api.page(endpoint, [...narrowed, order], spot, call);
    const read = await records.read(list.entries, call);
    this.#assertOrder(read.records);
    return { list, ...read };
  }

  #assertOrder(records: readonly T[]): void {
    const keys = records.map((record) => this.#list.key(record));
    if (keys.every((key, index) => index === 0 || this.#inOrder(keys[index - 1] ?? null, key))) return;
    throw new GatewayError(
      'UPSTREAM_INVALID_RESPONSE',
      `${this.#account.crm} sent a list in another order than asked`,
      { crm: this.#account.crm },
    );
  }

  /** A list that goes on at a page number has lost nothing if that page begins before the last key that was read. */
  #startsBefore(records: readonly T[], behind: Instant | null): boolean {
    const [first] = records;
    if (first === undefined || behind === null) return false;
    const key = this.#list.key(first);
    return key !== behind && this.#inOrder(key, behind);
  }

  #inOrder(a: SortKey, b: SortKey): boolean {
    if (a === null || b === null) return b === null;
    return this.#list.direction === 'ASC' ? a <= b : a >= b;
  }
}

const POSITION = /^(\d{4}-\d\d-\d\d)?,([1-9]\d{0,2}),([1-9]\d{0,6}),(-?\d{1,16})?$/;

/** A position that is not ours is none: the last record that was given says where to go on. */
function parseSpot(position: string | null): Spot | null {
  const match = POSITION.exec(position ?? '');
  if (match === null) return null;
  const [, seek, perPage, page, behind] = match;
  if (seek !== undefined && !isCalendarDate(seek)) return null;
  return {
    seek: seek ?? null,
    perPage: Math.min(Number(perPage), MAX_PAGE_SIZE),
    page: Number(page),
    behind: behind === undefined ? null : Number(behind),
  };
}
