import { schemaViolation } from './failure.ts';
import { limit, oneOf, type Rule, string } from './schema.ts';

export type SortDirection = 'asc' | 'desc';

/** The paging and sorting parameters of a v2 list that sorts by these fields. */
export function pageRules<const S extends string>(...sortable: readonly S[]) {
  const sort_direction: Rule<SortDirection> = oneOf('asc', 'desc');
  return { sort_by: oneOf(...sortable), sort_direction, limit, cursor: string };
}

export interface PageQuery {
  readonly sort_by?: string;
  readonly sort_direction?: SortDirection;
  readonly limit?: number;
  readonly cursor?: string;
}

export interface Page<T> {
  readonly rows: readonly T[];
  readonly nextCursor: string | null;
}

type Key = string | number | null;

/** Where a page ends: the keyset position of its last row, as the cursors of the documentation hold it. */
interface Position {
  readonly field: string;
  readonly fieldValue: Key;
  readonly sortDirection: SortDirection;
  readonly id: number;
}

/**
 * One page of `rows`, sorted by one field (default: ascending id, 100 rows). Equal values come by ascending id and
 * rows without a value last, whatever the direction. Throws 400 for a cursor that is none of this list in this order.
 */
export function paginate<T extends { readonly id: number }>(rows: Iterable<T>, query: PageQuery): Page<T> {
  const field = query.sort_by ?? 'id';
  const direction = query.sort_direction ?? 'asc';
  const after = query.cursor === undefined ? null : decode(query.cursor, field, direction);
  const size = query.limit ?? 100;
  const key = (row: T) => (row as Record<string, unknown>)[field] as Key;
  const order = (a: readonly [Key, number], b: readonly [Key, number]) => compare(a[0], b[0], direction) || a[1] - b[1];
  const left = [...rows]
    .filter((row) => after === null || order([key(row), row.id], [after.fieldValue, after.id]) > 0)
    .sort((a, b) => order([key(a), a.id], [key(b), b.id]));
  const page = left.slice(0, size);
  const last = page.at(-1);
  const more = left.length > size && last !== undefined;
  return {
    rows: page,
    nextCursor: more ? encode({ field, fieldValue: key(last), sortDirection: direction, id: last.id }) : null,
  };
}

function compare(a: Key, b: Key, direction: SortDirection): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return a < b === (direction === 'asc') ? -1 : 1;
}

function encode(position: Position): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

function decode(cursor: string, field: string, direction: SortDirection): Position {
  try {
    const position = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as Position;
    if (position.field === field && position.sortDirection === direction && Number.isSafeInteger(position.id)) {
      return position;
    }
  } catch {
    // Not one of our cursors: answered below like one of another order.
  }
  throw schemaViolation([{ path: 'cursor', message: 'is invalid' }]);
}
