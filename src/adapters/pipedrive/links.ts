import type { Link, Ref } from '../../domain/ref.ts';
import { idOrNull, type Wire } from '../wire.ts';

const NOTHING = {};

/** A reference to a record of which Pipedrive told the id only. */
export function linkTo<T extends { readonly ref: Ref }>(crm: string, type: T['ref']['type'], id: string): Link<T> {
  const ref: Ref = { crm, type, id };
  return { ref: ref as T['ref'], known: NOTHING };
}

/** The reference under `key`, or `null` where there is none. v2 writes references as plain ids. */
export function linkOrNull<T extends { readonly ref: Ref }>(
  crm: string,
  type: T['ref']['type'],
  wire: Wire,
  key: string,
): Link<T> | null {
  const id = idOrNull(wire, key);
  return id === null ? null : linkTo<T>(crm, type, id);
}
