import type { Call } from './call.ts';
import type { CustomFieldKeys } from './custom-field-wants.ts';
import type { GatewayError } from './errors.ts';
import type { Found } from './repository.ts';
import type { ReadOperation } from './tariff.ts';
import type { Instant } from './time.ts';

export type Direction = 'ASC' | 'DESC';

export interface Order<Field extends string> {
  readonly field: Field;
  readonly direction: Direction;
}

/** What a record is ordered by: an instant, a text, or nothing, which comes last in both directions. */
export type SortKey = number | string | null;

/** A record's place in an order: its key, then its remote id as a number. */
export interface Place {
  readonly key: SortKey;
  readonly id: string;
}

/** Remote ids of the CRM that is asked; `null` stands for "has none". Never empty. */
export interface IdCondition {
  readonly anyOf: readonly (string | null)[];
}

/** `eq` is exact, the others ignore case; `eq: null` means "has none". All that are given must hold. */
export interface TextCondition {
  readonly eq?: string | null;
  readonly contains?: string;
  readonly startsWith?: string;
}

/** Both ends included. */
export interface Range<T> {
  readonly gte?: T;
  readonly lte?: T;
}

/** From `gte`, included, until `lt`, excluded. */
export interface InstantRange {
  readonly gte?: Instant;
  readonly lt?: Instant;
}

/** Where reading a source goes on: the CRM's own position, and the last record that was already given. */
export interface SourceStart {
  readonly position: string | null;
  readonly after: Place | null;
}

export interface SourcePage<T> {
  /** In the order asked for; records with equal keys may come in any order. */
  readonly records: readonly T[];
  /** Where the next page is, or `null` after the last one. Opaque to everybody but the adapter. */
  readonly next: string | null;
  /** Records that could not be read. They are left out of `records`. */
  readonly unreadable: readonly GatewayError[];
  /** How many records the CRM counts in the whole source, where it says so for nothing. */
  readonly total: number | null;
}

/**
 * One run of records a CRM can serve, in the order asked for unless it says otherwise. A query's records are those of
 * all its sources together, once each; sources may hold more than was asked for, since every record is matched against
 * the query again.
 */
export interface Source<T> {
  /** What reading it costs, for the plan of an operation. */
  readonly operation?: ReadOperation;
  /** Names the source in a cursor: the same for the same query, whenever it is planned. */
  readonly key: string;
  /** The source holds only records whose sort key is null, so it is read after all others. */
  readonly onlyNullKeys?: boolean;
  /**
   * The records come in no order: whoever needs one reads the source to its end. All sources of a query are so, or
   * none of them.
   */
  readonly isUnordered?: boolean;
  /** A page begins where the one before it ended, whatever their sizes. */
  readonly isSeamless?: boolean;
  /** `total` of this source counts exactly the query's records. */
  readonly countsExactly?: boolean;
  /** Reads about `limit` records (1 to 500) from `start`. Records up to `start.after` may be repeated. */
  read(start: SourceStart, limit: number, call: Call): Promise<SourcePage<T>>;
  /** Those of these records that are still in the source, by id, where that costs less than a page for a few of them. */
  readMany?(ids: readonly string[], call: Call): Promise<Found<T>>;
}

/**
 * How a condition with several values is read of a CRM that filters by one: a list for each value, which hold nothing
 * else, or one list of everything.
 */
export type SeveralValues = 'APART' | 'TOGETHER';

/** Records that can be listed by a query. */
export interface Listable<T, Query> {
  /**
   * Where `customFields` names keys, the records may lack all other custom fields, and their `raw()`. `several` is
   * `APART` unless it is given.
   */
  sources(query: Query, customFields?: CustomFieldKeys, several?: SeveralValues): readonly Source<T>[];
}
