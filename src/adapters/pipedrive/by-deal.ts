import { GatewayError } from '../../domain/errors.ts';
import type { Ref } from '../../domain/ref.ts';
import { answeredAnother, idOrNull, isWire, readRecord, type Wire, WireError } from '../wire.ts';

/** Parts of deals as one answer holds those of several deals. */
export interface PartKind<T> {
  /** What they are called in messages. */
  readonly what: string;
  map(crm: string, wire: Wire): T;
  /** Their order within a deal. */
  compare(a: T, b: T): number;
}

/**
 * Parts at the deals that were asked for, each deal's in order. One that cannot be read fails those of its deal. Where
 * all are of deals that were not asked for, this is no answer to the question.
 */
export function groupByDeal<T extends { readonly ref: Ref }>(
  crm: string,
  kind: PartKind<T>,
  deals: readonly string[],
  values: readonly unknown[],
): Map<string, readonly T[] | GatewayError> {
  const parts = new Map<string, T[]>();
  for (const deal of deals) parts.set(deal, []);
  const failed = new Map<string, GatewayError>();
  const map = (wire: Wire) => kind.map(crm, wire);
  let isAnother = false;
  for (const value of values) {
    const deal = dealOf(value);
    const own = deal === null ? undefined : parts.get(deal);
    if (deal !== null && own === undefined) {
      isAnother = true;
      continue;
    }
    try {
      const part = readRecord(crm, kind.what, value, map);
      own?.push(part);
    } catch (error) {
      if (!(error instanceof GatewayError) || deal === null) throw error;
      failed.set(deal, error);
    }
  }
  if (isAnother && failed.size === 0 && [...parts.values()].every((own) => own.length === 0)) {
    throw answeredAnother(crm, `each ${kind.what} of another deal`);
  }
  for (const own of parts.values()) if (!isInOrder(own, kind.compare)) own.sort(kind.compare);
  return failed.size === 0 ? parts : new Map<string, T[] | GatewayError>([...parts, ...failed]);
}

/** Most lists are, and sorting many short ones takes longer than to see that. */
function isInOrder<T>(parts: readonly T[], compare: (a: T, b: T) => number): boolean {
  for (let at = 1; at < parts.length; at += 1) if (compare(parts[at - 1] as T, parts[at] as T) > 0) return false;
  return true;
}

function dealOf(value: unknown): string | null {
  try {
    return isWire(value) ? idOrNull(value, 'deal_id') : null;
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return null;
  }
}
