import type { Call } from '../../domain/call.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { Direction, Place, Source, SourcePage } from '../../domain/list.ts';
import { compareRemoteIds, type Ref } from '../../domain/ref.ts';
import type { Instant } from '../../domain/time.ts';
import { idOf } from '../wire.ts';
import type { Account } from './account.ts';
import { type Endpoint, MAX_PAGE_SIZE, type Query } from './api.ts';
import { beginning, pageAround } from './overlapping-page.ts';
import type { Records } from './records.ts';
import { listing } from './tariff.ts';

/** A list that changes while it is read is read again, but not for ever. */
const MAX_TRIES = 3;

interface Created {
  readonly ref: Ref;
  readonly createdAt: Instant | null;
}

export interface UnsortedList<T> {
  readonly key: string;
  readonly endpoint: Endpoint;
  readonly query: Query;
  readonly direction: Direction;
  readonly records: Records<T>;
  /** No condition narrows the list, so that its length is the query's. */
  readonly isWhole?: boolean;
}

/** A source in order of creation, made of a list in any order. */
export function wholeList<T extends Created>(account: Account, list: UnsortedList<T>): Source<T> {
  let sorting: Promise<Sorted<T>> | null = null;
  return {
    key: list.key,
    operation: listing(list.endpoint.template),
    ...(list.isWhole && { countsExactly: true }),
    read: async (start, limit, call) => {
      sorting ??= readSorted(account, list, call);
      return slice(await sorting, list.direction, start.position, limit);
    },
  };
}

interface Sorted<T> {
  readonly records: readonly T[];
  readonly unreadable: readonly GatewayError[];
}

/** A list in whichever order the server gives it. */
export type EndpointList<T> = Pick<UnsortedList<T>, 'endpoint' | 'query' | 'records'>;

/** All records of a list, once each. A list that is too long is refused. */
export async function readWholeList<T>(
  account: Account,
  list: EndpointList<T>,
  call: Call,
): Promise<{ readonly records: readonly T[]; readonly unreadable: readonly GatewayError[] }> {
  return list.records.read(await readEntries(account, list, call), call);
}

async function readSorted<T extends Created>(account: Account, list: UnsortedList<T>, call: Call): Promise<Sorted<T>> {
  const { records, unreadable } = await readWholeList(account, list, call);
  return { records: records.toSorted((a, b) => comparePlaces(place(a), place(b), list.direction)), unreadable };
}

/**
 * All entries, once each. Nothing but page numbers leads through such a list, so each page begins with the last entry of
 * the one before it; where it does not, entries have moved meanwhile, one may have been missed, and all is read again.
 */
async function readEntries<T>(account: Account, list: EndpointList<T>, call: Call): Promise<readonly unknown[]> {
  for (let tries = 1; tries <= MAX_TRIES; tries += 1) {
    const entries = await readOnce(account, list, call);
    if (entries !== null) return entries;
  }
  throw changedMeanwhile(account.crm);
}

async function readOnce<T>(account: Account, list: EndpointList<T>, call: Call): Promise<readonly unknown[] | null> {
  const entries: unknown[] = [];
  for (;;) {
    const request = pageAround(entries.length - 1, MAX_PAGE_SIZE);
    const answer = await account.api.page(list.endpoint, list.query, request, call);
    const total = answer.total ?? answer.pages * request.perPage;
    if (total > call.scanLimit) throw tooMany(account.crm, total, call.scanLimit);
    const known = entries.length - beginning(request);
    if (known > 0 && idOf(answer.entries[known - 1]) !== idOf(entries.at(-1))) return null;
    entries.push(...answer.entries.slice(Math.max(known, 0)));
    // There may be more than it counts.
    if (entries.length > call.scanLimit) throw tooMany(account.crm, entries.length, call.scanLimit);
    if (answer.entries.length <= known || request.page >= answer.pages) {
      const ids = entries.map(idOf).filter((id) => id !== null);
      return new Set(ids).size === ids.length ? entries : null;
    }
  }
}

/** Goes on behind the place that a position names; without one, or with one of another kind, from the beginning. */
function slice<T extends Created>(
  sorted: Sorted<T>,
  direction: Direction,
  position: string | null,
  limit: number,
): SourcePage<T> {
  const behind = parsePlace(position);
  const rest =
    behind === null
      ? sorted.records
      : sorted.records.filter((record) => comparePlaces(place(record), behind, direction) > 0);
  const records = rest.slice(0, limit);
  const last = records.at(-1);
  return {
    records,
    next: last !== undefined && rest.length > limit ? `${last.createdAt ?? ''}:${last.ref.id}` : null,
    unreadable: behind === null ? sorted.unreadable : [],
    total: sorted.records.length + sorted.unreadable.length,
  };
}

function place(record: Created): Place {
  return { key: record.createdAt, id: record.ref.id };
}

function parsePlace(position: string | null): Place | null {
  const [, key = '', id = ''] = /^(-?\d*):(\d+)$/.exec(position ?? '') ?? [];
  return id === '' ? null : { key: key === '' ? null : Number(key), id };
}

/** By key, nulls last, then by remote id. */
function comparePlaces(a: Place, b: Place, direction: Direction): number {
  if (a.key === b.key) return compareRemoteIds(a.id, b.id);
  if (a.key === null || b.key === null) return a.key === null ? 1 : -1;
  return a.key < b.key === (direction === 'ASC') ? -1 : 1;
}

function tooMany(crm: string, total: number, limit: number): GatewayError {
  return new GatewayError(
    'BUDGET_EXCEEDED',
    `${crm} does not sort this list, and its ${total} records are more than the ${limit} that are read whole: narrow the filter`,
    { crm },
  );
}

function changedMeanwhile(crm: string): GatewayError {
  return new GatewayError('UPSTREAM_UNAVAILABLE', `${crm} changed a list while it was read`, { crm });
}
