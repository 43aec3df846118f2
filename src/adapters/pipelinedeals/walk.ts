import type { Call } from '../../domain/call.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { Direction, Place, SortKey, SourcePage, SourceStart } from '../../domain/list.ts';
import type { Ref } from '../../domain/ref.ts';
import { type CalendarDate, type Instant, isCalendarDate } from '../../domain/time.ts';
import type { Account } from './account.ts';
import { type Endpoint, type ListPage, MAX_PAGE_SIZE, type PageRequest, type Query } from './api.ts';
import { dayCondition } from './conditions.ts';
import { beginning, pageAround } from './overlapping-page.ts';
import type { Records } from './records.ts';
import { type DayRange, dayAfter, dayBefore, intersection } from './time.ts';

/** Room for the records around the place where reading goes on, which are given again. */
const OVERLAP = 25;
/** How many entries further back the first page begins that is read again; each next step is twice as long. */
const FIRST_STEP_BACK = 10;

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

/** A place in the list from a day on: behind the entries that were read of it, the last of which is known. */
interface Spot {
  readonly seek: CalendarDate | null;
  readonly perPage: number;
  /** How many entries were read. */
  readonly read: number;
  readonly last: { readonly key: Instant; readonly id: string } | null;
}

interface ReadPage<T> {
  readonly list: ListPage;
  readonly records: readonly T[];
  readonly unreadable: readonly GatewayError[];
}

/**
 * Reads a sorted list piece by piece. Page numbers shift while others write, so reading goes on from the last key
 * wherever that gets ahead. Through the days around one key only page numbers lead: there each page overlaps what was
 * read, and one that does not begin with it is stepped back from, for records before it are gone.
 */
export class Walk<T extends { readonly ref: Ref }> {
  readonly #account: Account;
  readonly #list: WalkedList<T>;
  /** The keys of the records that were read in the present operation. */
  readonly #keys = new Map<string, SortKey>();

  constructor(account: Account, list: WalkedList<T>) {
    this.#account = account;
    this.#list = list;
  }

  async read({ position, after }: SourceStart, limit: number, call: Call): Promise<SourcePage<T>> {
    const spot = this.#start(parseSpot(position), after, limit);
    let request = pageAround(spot.read - 1, spot.perPage);
    let page = await this.#page(spot, request, call);
    for (let back = FIRST_STEP_BACK; request.page > 1 && !this.#follows(page.records, spot); back *= 2) {
      request = pageAround(beginning(request) - back, spot.perPage);
      page = await this.#page(spot, request, call);
    }
    const { list, records, unreadable } = page;
    for (const record of records) this.#keys.set(record.ref.id, this.#list.key(record));
    const hasNext = list.entries.length > 0 && request.page < list.pages;
    return {
      records,
      unreadable,
      next: hasNext ? this.#next(spot, beginning(request) + list.entries.length, records) : null,
      total: spot.seek === null ? list.total : null,
    };
  }

  /** The given spot, unless the last record that was given leads further. */
  #start(given: Spot | null, after: Place | null, limit: number): Spot {
    const key = typeof after?.key === 'number' ? after.key : null;
    const seek = key === null ? null : this.#seekDay(key);
    if (given !== null && !this.#isAhead(seek, given.seek)) {
      return { ...given, perPage: Math.max(given.perPage, Math.min(limit, MAX_PAGE_SIZE)) };
    }
    const perPage = Math.min(limit + (seek === null ? 0 : OVERLAP), MAX_PAGE_SIZE);
    return { seek, perPage, read: 0, last: null };
  }

  /** The position after a page: from its last key on where that gets ahead, else behind what was read so far. */
  #next(spot: Spot, read: number, records: readonly T[]): string {
    const last = this.#lastOf(records) ?? spot.last;
    const seek = last === null ? null : this.#seekDay(last.key);
    const next: Spot = this.#isAhead(seek, spot.seek)
      ? { seek, perPage: Math.min(spot.perPage + (spot.seek === null ? OVERLAP : 0), MAX_PAGE_SIZE), read: 0, last }
      : { ...spot, read, last };
    return [next.seek ?? '', next.perPage, next.read, next.last?.key ?? '', next.last?.id ?? ''].join(',');
  }

  #lastOf(records: readonly T[]): Spot['last'] {
    const record = records.findLast((one) => typeof this.#list.key(one) === 'number');
    return record ? { key: this.#list.key(record) as Instant, id: record.ref.id } : null;
  }

  /**
   * Whether a page follows what was read without a gap: it begins before the last key that was read, or with a record
   * of that key that was read and stands where it stood.
   */
  #follows(records: readonly T[], { last }: Spot): boolean {
    const [first] = records;
    if (first === undefined || last === null) return false;
    const key = this.#list.key(first);
    if (key !== last.key) return this.#inOrder(key, last.key);
    return first.ref.id === last.id || this.#keys.get(first.ref.id) === key;
  }

  #seekDay(key: Instant): CalendarDate {
    return this.#list.direction === 'ASC' ? dayBefore(key) : dayAfter(key);
  }

  #isAhead(day: CalendarDate | null, of: CalendarDate | null): boolean {
    if (day === null || of === null) return day !== null;
    return this.#list.direction === 'ASC' ? day > of : day < of;
  }

  async #page(spot: Spot, request: PageRequest, call: Call): Promise<ReadPage<T>> {
    const { endpoint, query, sort, direction, condition, days, records } = this.#list;
    const seek = spot.seek === null ? {} : direction === 'ASC' ? { from: spot.seek } : { to: spot.seek };
    const narrowed = [...query, ...dayCondition(condition, intersection(days, seek))];
    const order = ['sort', direction === 'ASC' ? sort : `-${sort}`] as const;
    const list = await this.#account.api.page(endpoint, [...narrowed, order], request, call);
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

  #inOrder(a: SortKey, b: SortKey): boolean {
    if (a === null || b === null) return b === null;
    return this.#list.direction === 'ASC' ? a <= b : a >= b;
  }
}

const POSITION = /^(\d{4}-\d\d-\d\d)?,([1-9]\d{0,2}),(\d{1,9}),(?:(-?\d{1,16}),(\d{1,16})|,)$/;

/** A position that is not ours is none: the last record that was given says where to go on. */
function parseSpot(position: string | null): Spot | null {
  const match = POSITION.exec(position ?? '');
  if (match === null) return null;
  const [, seek, perPage, read, key, id] = match;
  if (seek !== undefined && !isCalendarDate(seek)) return null;
  return {
    seek: seek ?? null,
    perPage: Math.min(Number(perPage), MAX_PAGE_SIZE),
    read: Number(read),
    last: key === undefined || id === undefined ? null : { key: Number(key), id },
  };
}
