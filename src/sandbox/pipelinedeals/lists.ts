import type { Dialect } from './settings.ts';

const MAX_PER_PAGE = 200;

/** What a record is sorted by; empty values come first. */
export type SortKey<T> = (record: T) => string | number | null;

/** Sort keys by the name a request gives them. */
export type Sorts<T> = Readonly<Record<string, SortKey<T>>>;

/** The page a request asks for, at most 200 at a time; what cannot be read counts as not sent. */
export function readPaging(query: URLSearchParams): { page: number; perPage: number } {
  const positive = (name: string) => {
    const number = Number(query.get(name));
    return Number.isSafeInteger(number) && number > 0 ? number : null;
  };
  return { page: positive('page') ?? 1, perPage: Math.min(positive('per_page') ?? MAX_PER_PAGE, MAX_PER_PAGE) };
}

/** One page in the envelope of lists. A page past the end is empty. */
export function page<T>(
  records: readonly T[],
  query: URLSearchParams,
  dialect: Dialect,
  view: (record: T) => unknown,
): { entries: unknown[]; pagination: Record<string, unknown> } {
  const { page, perPage } = readPaging(query);
  const total = records.length;
  const entries = records.slice((page - 1) * perPage, page * perPage).map(view);
  if (dialect === 'seed') return { entries, pagination: { page, per_page: perPage, total } };
  const pages = Math.max(1, Math.ceil(total / perPage));
  return { entries, pagination: { page, page_var: 'page', per_page: perPage, pages, total } };
}

/** Records in the order of a sort name such as `-deals.created_at`; ties by id. `null` for a name not documented. */
export function sorted<T extends { id: number }>(
  records: readonly T[],
  name: string,
  sorts: Sorts<T>,
): readonly T[] | null {
  const descending = name.startsWith('-');
  const field = descending ? name.slice(1) : name;
  const key = Object.hasOwn(sorts, field) ? sorts[field] : undefined;
  if (!key) return null;
  const direction = descending ? -1 : 1;
  return records.toSorted((a, b) => direction * compareKeys(key(a), key(b)) || a.id - b.id);
}

function compareKeys(a: string | number | null, b: string | number | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b), 'en', { sensitivity: 'base' });
}
