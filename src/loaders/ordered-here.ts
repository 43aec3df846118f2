import type { Source } from '../domain/list.ts';
import type { ListRules } from './list-rules.ts';
import { readAll } from './read-all.ts';

/**
 * One CRM's sources that come in no order as one that does: all that matches is read at once, for each page again, and
 * put in the total order.
 */
export function orderedHere<T>(
  sources: readonly Source<T>[],
  crm: number,
  rules: ListRules<T>,
  id: (record: T) => string,
  advice: string,
): Source<T> {
  return {
    key: 'ordered-here',
    async read(_start, _limit, call) {
      const matches = (records: readonly T[]) => rules.matches(records, crm);
      const { records, unreadable } = await readAll(sources, { id, matches, advice }, call);
      await rules.prepare?.(records);
      const placed = records.map((record) => ({ record, place: rules.place(record, crm) }));
      placed.sort((a, b) => rules.comparePlaces(a.place, b.place));
      return { records: placed.map(({ record }) => record), next: null, unreadable, total: null };
    },
  };
}
