import { parseDecimal } from './decimal.ts';
import type { Direction, Place, SortKey } from './list.ts';
import { compareRemoteIds } from './ref.ts';

/** A record's place among those of several CRMs. */
export interface GlobalPlace extends Place {
  /** Index of the CRM in configured order. */
  readonly crm: number;
}

export type CompareKeys = (a: SortKey, b: SortKey) => number;

/** Compares keys of one order: instants as numbers, texts by code point, amounts (as texts) by value; null last. */
export function compareKeys(kind: 'plain' | 'amount', direction: Direction): CompareKeys {
  const sign = direction === 'ASC' ? 1 : -1;
  const compare = kind === 'amount' ? compareAmounts : comparePlain;
  return (a, b) => {
    if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
    return sign * compare(a, b);
  };
}

/** The total order of a list: the key, then the CRM in configured order, then the remote id as a number. */
export function comparePlaces(keys: CompareKeys): (a: GlobalPlace, b: GlobalPlace) => number {
  return (a, b) => keys(a.key, b.key) || a.crm - b.crm || compareRemoteIds(a.id, b.id);
}

function comparePlain(a: number | string, b: number | string): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return compareCodePoints(String(a), String(b));
}

function compareAmounts(a: number | string, b: number | string): number {
  return parseDecimal(a).cmp(parseDecimal(b));
}

/** `<` on strings compares UTF-16 units, which puts U+1F600 before U+FF5E; code points are the other way round. */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i += 1) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return isSurrogate(x) === isSurrogate(y) ? x - y : isSurrogate(x) ? 1 : -1;
  }
  return a.length - b.length;
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}
