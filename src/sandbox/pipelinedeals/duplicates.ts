import type { Call } from './account.ts';
import { type Issue, issue } from './answers.ts';

/** With `check_for_duplicates=true` a create refuses a record whose name, but for case, is one there is. */
export function refuseDuplicate<T>(
  call: Call,
  known: Iterable<T>,
  nameOf: (record: T) => string,
  name: string,
  field: string,
): Issue[] {
  if (call.request.query.get('check_for_duplicates') !== 'true') return [];
  const wanted = name.trim().toLowerCase();
  const taken = [...known].some((record) => nameOf(record).trim().toLowerCase() === wanted);
  return taken ? [issue(field, 'has already been taken')] : [];
}
