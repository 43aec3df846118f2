import type { CrmRecord } from '../../domain/record.ts';
import type { Link } from '../../domain/ref.ts';
import { id, idOrNull, isWire, objectOrNull, textOrNull, type Wire } from '../wire.ts';

/** A reference in a record: the id beside the embedded object, such as `user_id` beside `user`. */
export interface Embedded {
  readonly id: string;
  /** The embedded object; empty where there is none, or where it belongs to another id: writes can answer stale ones. */
  readonly stub: Wire;
}

export function embedded(wire: Wire, idKey: string, objectKey: string): Embedded | null {
  const stub = objectOrNull(wire, objectKey);
  const stubId = stub === null ? null : idOrNull(stub, 'id');
  const referred = wire[idKey] === undefined ? stubId : idOrNull(wire, idKey);
  if (referred === null) return null;
  return { id: referred, stub: stub !== null && stubId === referred ? stub : {} };
}

/** A link that carries what the embedded object tells. */
export function link<T extends CrmRecord>(crm: string, type: T['ref']['type'], id: string, known: Partial<T>): Link<T> {
  return { ref: { crm, type, id } as T['ref'], known };
}

/** A link to something with a name, or `null` where the record refers to nothing. */
export function namedLink<T extends CrmRecord & { readonly name: string }>(
  crm: string,
  type: T['ref']['type'],
  reference: Embedded | null,
): Link<T> | null {
  if (reference === null) return null;
  const name = textOrNull(reference.stub, 'name') ?? fullName(reference.stub);
  return link<T>(crm, type, reference.id, name === null ? {} : ({ name } as Partial<T>));
}

/** The name of a person or user: `full_name` where told, else first and last name. `null` where neither is told. */
export function fullName(wire: Wire): string | null {
  const full = textOrNull(wire, 'full_name');
  if (full !== null) return full.trim();
  if (wire.first_name === undefined && wire.last_name === undefined) return null;
  return [textOrNull(wire, 'first_name'), textOrNull(wire, 'last_name')]
    .filter((part) => part !== null)
    .join(' ')
    .trim();
}

/** Objects of an embedded list by their id. */
export function byId(wires: readonly unknown[]): ReadonlyMap<string, Wire> {
  return new Map(wires.filter(isWire).map((wire) => [id(wire), wire]));
}
