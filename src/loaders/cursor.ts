import { createHash } from 'node:crypto';
import { GatewayError } from '../domain/errors.ts';
import type { GlobalPlace } from '../domain/order.ts';
import type { SourceState } from './source-state.ts';

/** What a cursor of a list over several CRMs carries. */
export interface ListCursor {
  /** The last record that was given. */
  readonly boundary: { readonly key: GlobalPlace['key']; readonly crm: string; readonly id: string };
  /** Where each source of each CRM goes on; a source that is missing starts at its beginning. */
  readonly sources: Readonly<Record<string, Readonly<Record<string, SourceState>>>>;
  /** CRMs that failed on an earlier page and stay out of this walk. */
  readonly failed: readonly string[];
  /** How many records each CRM counted when the walk began, where it said so. */
  readonly totals: Readonly<Record<string, number>>;
  /** When the walk began, where the filter counts from then. */
  readonly now: number | null;
  /** The ids of the records that were given and could come again, by CRM. */
  readonly given: Readonly<Record<string, string>>;
  /** By each CRM's clock, until when changes are part of the walk, where later ones are not. */
  readonly until: Readonly<Record<string, number>>;
}

/** A request with a longer one might be too large itself. */
const MAX_LENGTH = 131_072;

/**
 * Writes a cursor that only fits the list identified by `query`: its CRMs, filter and order. Throws `BUDGET_EXCEEDED`
 * where more was given than it can hold.
 */
export function encodeCursor(cursor: ListCursor, query: string): string {
  const content = JSON.stringify([
    [cursor.boundary.key, cursor.boundary.crm, cursor.boundary.id],
    cursor.sources,
    cursor.failed,
    cursor.totals,
    cursor.now,
    cursor.given,
    cursor.until,
  ]);
  const text = Buffer.from(`${checksum(content, query)}${content}`).toString('base64url');
  if (text.length <= MAX_LENGTH) return text;
  throw new GatewayError(
    'BUDGET_EXCEEDED',
    'the list is too long to go on in this order: narrow the filter, or order by CREATED_AT or UPDATED_AT',
  );
}

/** Reads a cursor, or refuses one that was changed or belongs to another list. */
export function decodeCursor(text: string, query: string, argument = 'after'): ListCursor {
  const decoded = text.length > MAX_LENGTH ? '' : Buffer.from(text, 'base64url').toString('utf8');
  const content = decoded.slice(CHECKSUM_LENGTH);
  if (decoded.length <= CHECKSUM_LENGTH || checksum(content, query) !== decoded.slice(0, CHECKSUM_LENGTH)) {
    throw new GatewayError(
      'BAD_USER_INPUT',
      `${argument}: not a cursor of this list: cursors are taken from an earlier page of the same CRMs, filter and order`,
      { argument },
    );
  }
  const [boundary, sources, failed, totals, now, given, until] = JSON.parse(content);
  return {
    ...{ boundary: { key: boundary[0], crm: boundary[1], id: boundary[2] }, sources, failed, totals, now },
    ...{ given, until },
  };
}

const CHECKSUM_LENGTH = 22;

/** Tells a cursor that was damaged, edited or moved to another list. It is no signature: a cursor grants nothing. */
function checksum(content: string, query: string): string {
  return createHash('sha256')
    .update(`${query.length}:${query}${content}`)
    .digest('base64url')
    .slice(0, CHECKSUM_LENGTH);
}
