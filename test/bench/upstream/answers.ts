import {
  allStages,
  dealIds,
  dealText,
  linesText,
  organizationText,
  PAGE_SIZE,
  PAGES,
  personText,
  type RecordText,
} from './records.ts';

/** How many bodies are kept, most of them of 100 records: those of all pages, with and without all custom fields. */
const MAX_KEPT = 9 * PAGES;

const kept = new Map<string, Buffer>();

/**
 * The body Pipedrive API v2 would answer a GET with, or `null` where there is nothing. Lists are made once and kept,
 * so that what is measured is not the stub. `total` is how many deals the account lists.
 */
export function answerTo(target: string, total: number): Buffer | null {
  const [path = '', search = ''] = target.split('?', 2);
  const query = new URLSearchParams(search);
  switch (path) {
    case '/api/v2/deals':
      return deals(query, total);
    case '/api/v2/persons':
      return byIds(path, personText, query, 'ids');
    case '/api/v2/organizations':
      return byIds(path, organizationText, query, 'ids');
    case '/api/v2/deals/products':
      return byIds(path, linesText, query, 'deal_ids');
    case '/api/v2/stages':
      return keep(path, () => list(allStages));
    default:
      return single(path, query);
  }
}

/**
 * A page of the list, from a cursor or else from a place that `updated_since` chooses: every second of it lists other
 * deals than the second before. All deals were updated later than any such moment.
 */
function deals(query: URLSearchParams, total: number): Buffer {
  if (query.has('ids')) return byIds('/api/v2/deals', dealText, query, 'ids');
  const field = query.get('custom_fields');
  const size = Number(query.get('limit') ?? PAGE_SIZE);
  const since = query.get('updated_since');
  const firstPage = since === null ? 0 : (Date.parse(since) / 1_000) % PAGES;
  const start = Number(query.get('cursor') ?? firstPage * PAGE_SIZE);
  const end = start + size;
  return keep(`/api/v2/deals?${start}+${size}/${total} ${field}`, () => {
    const listed = dealIds(start, Math.min(size, total - start)).map((id) => dealText(id, field));
    return list(listed, end < total ? String(end) : null);
  });
}

function byIds(path: string, text: RecordText, query: URLSearchParams, name: string): Buffer {
  const ids = query.get(name) ?? '';
  const field = query.get('custom_fields');
  const make = () => list(ids.split(',').map((id) => text(Number(id), field)));
  return ids.includes(',') ? keep(`${path}?${ids} ${field}`, make) : make();
}

const SINGLES: Readonly<Record<string, RecordText>> = {
  deals: dealText,
  persons: personText,
  organizations: organizationText,
};

function single(path: string, query: URLSearchParams): Buffer | null {
  const [, kind, id] = /^\/api\/v2\/(\w+)\/(\d+)$/.exec(path) ?? [];
  const text = kind === undefined ? undefined : SINGLES[kind];
  if (text === undefined) return null;
  return Buffer.from(`{"success":true,"data":${text(Number(id), query.get('custom_fields'))}}`);
}

function list(records: readonly string[], next: string | null = null): Buffer {
  const more = JSON.stringify({ next_cursor: next });
  return Buffer.from(`{"success":true,"data":[${records.join(',')}],"additional_data":${more}}`);
}

function keep(key: string, make: () => Buffer): Buffer {
  const known = kept.get(key);
  if (known !== undefined) return known;
  if (kept.size >= MAX_KEPT) kept.clear();
  const body = make();
  kept.set(key, body);
  return body;
}
