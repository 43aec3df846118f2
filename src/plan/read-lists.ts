import type { CrmAdapter } from '../domain/crm-adapter.ts';
import { type Amount, exactly, times, upTo } from './amount.ts';
import { waysOf } from './ledger.ts';
import { type Place, PRIOR, type WalkParts } from './place.ts';
import type { Args, ListReads, Reads } from './reads.ts';
import { SUBJECTS } from './subjects.ts';

/** A page of a list over several CRMs, or of one for each record of the place. */
export function readLists(
  reads: Extract<Reads, { kind: 'list' }>,
  because: string,
  key: string,
  args: Args,
  place: Place,
  parts: WalkParts,
): Place {
  const first: number = args.first ?? 50;
  const records = new Map<string, Amount>();
  const parents: readonly (readonly [string | null, Amount])[] =
    place.key === '' ? [[null, exactly(1)]] : [...place.counts];
  for (const [parent, count] of parents) {
    if (count.max === 0) continue;
    const lists = reads.lists(args, parts.context, parent);
    for (const list of lists) {
      const { adapter } = list;
      const crm = adapter.crm.id;
      readPages(list, first, count, because, parts);
      readAhead(list, `${key} ${because} ahead`, count, because, parts);
      readRelated(list, first, key, count, because, parts);
      const fill = parts.seen.ratio(`${because} fill`, crm, PRIOR.page / lists.length);
      const given = times(count, upTo(first, first * fill));
      records.set(crm, given);
      if (reads.leadsTo) {
        const found = times(count, upTo((first + parts.scanLimit) * 2, first * fill));
        parts.ledger.records(SUBJECTS[reads.leadsTo], key, found, { adapter, because });
      }
    }
  }
  return { key, counts: place.counts, page: records };
}

/** The pages of a list: one at least, and as many as it takes to fill a page or to give up. */
function readPages(list: ListReads, first: number, parents: Amount, because: string, parts: WalkParts): void {
  const { adapter, pageSize } = list;
  const asking = { adapter, because };
  // What is read by id was counted with it.
  const seen = parts.seen.ratio(`${because} requests`, adapter.crm.id, 0) - list.ahead;
  for (const subject of list.mayNeed) parts.ledger.table(subject, asking, false, 0);
  const sources = [...(list.attempt ?? []), ...list.sources];
  const begun = (list.attempt ?? list.sources).filter(({ onlyNullKeys }) => !onlyNullKeys);
  const expected = Math.max(seen, begun.length);
  // Where one list of everything may be tried, a filter whose values are not known yet may have it tried as well.
  const runs = list.maxRuns > 1 ? list.maxRuns + 1 : 1;
  for (const [index, source] of sources.entries()) {
    const { operation, isUnordered } = source;
    if (!operation) continue;
    const size = Math.min(isUnordered ? 500 : pageSize, operation.limit ?? 500);
    const most = operation.maxRequests ?? mostPages(isUnordered === true, first, size, adapter, parts.scanLimit) * runs;
    const isBegun = begun.includes(source);
    const isCertain = list.isCertain && isBegun;
    const share = index === 0 ? expected - (begun.length - 1) : isBegun ? 1 : 0;
    const pages = { min: isCertain ? 1 : 0, max: most, expected: Math.min(most, Math.max(isCertain ? 1 : 0, share)) };
    parts.ledger.requests(operation, times(parents, pages), asking);
  }
}

/** What the page before left over is read by id. */
function readAhead(
  { adapter, sources, ahead }: ListReads,
  key: string,
  parents: Amount,
  because: string,
  parts: WalkParts,
): void {
  const subject = sources.find(({ operation }) => operation)?.operation?.subject;
  if (ahead === 0 || subject === undefined) return;
  parts.ledger.records(subject, key, times(parents, upTo(ahead, ahead)), { adapter, because });
}

/** What a filter looks at beside the records of the list: those of each page at once, page after page. */
function readRelated(
  { adapter, related, sources, attempt = [] }: ListReads,
  first: number,
  key: string,
  parents: Amount,
  because: string,
  parts: WalkParts,
): void {
  const most = first + 2 * parts.scanLimit;
  const pages = (sources.length + attempt.length) * mostPages(true, 0, 500, adapter, parts.scanLimit);
  for (const type of related) {
    for (let page = 0; page < pages; page += 1) {
      const count = times(parents, upTo(Math.ceil(most / pages), 0));
      parts.ledger.records(SUBJECTS[type], `${key} ${type} ${page}`, count, { adapter, because });
    }
  }
}

/** What the CRM adds up itself, or else a list that is read whole. */
export function readTotals(
  reads: Extract<Reads, { kind: 'totals' }>,
  list: ListReads,
  because: string,
  parts: WalkParts,
): void {
  const { adapter } = list;
  const asking = { adapter, because };
  const native = reads.isNative(adapter) ? waysOf(adapter, reads.subject).LIST : undefined;
  for (const subject of reads.tables) parts.ledger.table(subject, asking, false, native ? 0 : 1);
  for (const subject of list.mayNeed) parts.ledger.table(subject, asking, false, 0);
  if (native) {
    const isOnly = list.isCertain && list.sources.length === 0;
    parts.ledger.requests(native, { min: isOnly ? 1 : 0, max: 1, expected: 1 }, asking);
  }
  for (const { operation: page } of list.sources) {
    if (!page) continue;
    const most = mostPages(true, 0, page.limit ?? 500, adapter, parts.scanLimit) * list.maxRuns;
    parts.ledger.requests(page, upTo(most, native ? 0 : 1), asking);
  }
  readRelated(list, 0, because, exactly(1), because, parts);
}

/**
 * The most pages a list is read in: the records of the page, as many that do not match as are read before the list is
 * refused, and as many again of one key. A list whose pages overlap reads some twice.
 */
function mostPages(isUnordered: boolean, first: number, size: number, adapter: CrmAdapter, scanLimit: number): number {
  const records = isUnordered ? scanLimit : first + 2 * scanLimit;
  const overlap = adapter.crm.tariff.reads.some(({ tokens }) => tokens !== null) ? 1 : 3;
  return overlap * (Math.ceil(records / size) + 2);
}
