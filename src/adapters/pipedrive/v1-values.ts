import type { Link } from '../../domain/ref.ts';
import type { User } from '../../domain/user.ts';
import { idOrNull, isWire, type Wire, WireError } from '../wire.ts';
import { linkTo } from './links.ts';

/** A flag of v1: `true`, `1` or `"1"`; `null` where there is none. */
export function flagOrNull(wire: Wire, key: string): boolean | null {
  const value = wire[key];
  if (value === undefined || value === null || value === '') return null;
  if (value === true || value === 1 || value === '1') return true;
  if (value === false || value === 0 || value === '0') return false;
  throw new WireError(`${key} is neither true nor false`);
}

/** A reference of v1: an id, or an object whose `value` is the id. */
export function v1IdOrNull(wire: Wire, key: string): string | null {
  const value = wire[key];
  if (value === '' || value === 0) return null;
  return isWire(value) ? idOrNull(value, 'value') : idOrNull(wire, key);
}

/** The first user that one of these keys refers to. */
export function v1User(crm: string, wire: Wire, ...keys: readonly string[]): Link<User> | null {
  for (const key of keys) {
    const id = v1IdOrNull(wire, key);
    if (id !== null) return linkTo<User>(crm, 'User', id);
  }
  return null;
}
