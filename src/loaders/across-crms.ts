import type { Call } from '../domain/call.ts';
import type { CrmAdapter } from '../domain/crm-adapter.ts';
import { GatewayError, type Problem, toProblem } from '../domain/errors.ts';
import type { Source } from '../domain/list.ts';
import type { GlobalPlace } from '../domain/order.ts';
import { decodeCursor, encodeCursor, type ListCursor } from './cursor.ts';
import { readIds, writeIds } from './given-ids.ts';
import { MAX_PAGE, withLookahead } from './page-size.ts';
import { type LeftOut, type ListRules, ScanBudgetError, SourceReader, type SourceState } from './source-reader.ts';
import { withCrm } from './with-crm.ts';

/** Of the time there is, what a list that may be partial leaves to what hangs on its records. */
const TIME_LEFT = 0.25;

/** One CRM's share of a list. */
export interface ListPart<T> {
  readonly adapter: CrmAdapter;
  /** The CRM's place in configured order. */
  readonly index: number;
  /** What to read; empty when nothing of this CRM can match. A refusal counts as this CRM's failure. */
  readonly sources: readonly Source<T>[] | GatewayError;
  /**
   * Fewer sources that hold more than is asked for. Where enough of the records on their first pages match, they cost
   * less than `sources`, which are read instead where not. `found` is told which it was.
   */
  readonly attempt?: { readonly sources: readonly Source<T>[]; found(isEnough: boolean): void };
  /** Whether few of the sources' records may match, so that larger pages save requests. */
  readonly selective: boolean;
  /** What to do where too much would have to be read. */
  advice?(): string;
}

export interface ListRequest<T> {
  readonly parts: readonly ListPart<T>[];
  readonly rules: ListRules<T>;
  readonly first: number;
  readonly after: string | null;
  /** Identifies CRMs, filter and order; a cursor fits no other list. */
  readonly query: string;
  /** The moment a filter with relative times counts from, which later pages have to keep. */
  readonly countsFrom?: number | null;
  readonly onCrmFailure: 'FAIL' | 'PARTIAL';
  /** Whether the caller wants to know if there is more, which may cost another read. */
  readonly wantsNext: boolean;
}

export interface ListEdge<T> {
  readonly node: T;
  /** Made when asked for. */
  cursor(): string;
}

export interface CrmOutcome {
  readonly adapter: CrmAdapter;
  readonly state: 'COMPLETE' | 'INCOMPLETE' | 'FAILED';
  readonly problems: readonly Problem[];
  readonly totalCount: number | null;
}

export interface ListPage<T> {
  readonly edges: readonly ListEdge<T>[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  readonly totalCount: number | null;
  readonly crms: readonly CrmOutcome[];
}

/** The state of one CRM while a page is put together. */
interface Walk<T> {
  readonly part: ListPart<T>;
  readers: readonly SourceReader<T>[];
  /** The readers are those of the part's attempt, and of its first page or of a later one. */
  attempting: 'FIRST' | 'FURTHER' | null;
  failure: GatewayError | null;
  /** It failed on an earlier page of the same walk. */
  readonly failedBefore: boolean;
  /** How many records the CRM counted when the walk began. */
  readonly countedBefore: number | null;
  readonly leftOut: LeftOut;
  /** Whether what is given could come again, so that the cursor has to tell. */
  readonly remembers: boolean;
  /** The ids of what was given on this page, in that order. */
  readonly given: Set<number>;
}

/** How far a walk has come. */
interface Progress {
  /** The last record that was given. */
  boundary: GlobalPlace | null;
  /** By each CRM's clock, until when changes are part of the walk: known once its first page was read. */
  until: Readonly<Record<string, number>>;
}

/** One page of the list that all CRMs' records form together in one total order. */
export async function listAcrossCrms<T>(request: ListRequest<T>, within: Call, now: number): Promise<ListPage<T>> {
  const call = request.onCrmFailure === 'PARTIAL' ? sooner(within, now) : within;
  const cursor = request.after === null ? null : decodeCursor(request.after, request.query);
  const walks = request.parts.map((part) => startWalk(part, cursor, request, call));
  const progress: Progress = { boundary: cursor && boundaryOf(cursor, request.parts), until: {} };
  const edges: ListEdge<T>[] = [];
  const page: Making<T> = { walks, request, progress };

  while (edges.length < request.first) {
    const next: Head<T> | null = headAtOnce(walks, request) ?? (await nextHead(walks, request, progress, call));
    if (!next) break;
    const { record, place } = next.reader.take();
    const { given } = next.walk;
    const id = Number(place.id);
    if (given.has(id)) continue;
    given.add(id);
    progress.boundary = place;
    edges.push(new GivenEdge(record, place, page));
  }
  const hasNextPage =
    request.wantsNext && (holdsMore(walks) || (await nextHead(walks, request, progress, call)) !== null);

  if (request.rules.moves === 'TO_THE_END') progress.until = Object.fromEntries(walks.map(untilOf));
  for (const walk of walks) if (walk.attempting === 'FIRST' && !walk.failure) walk.part.attempt?.found(true);
  const outcomes = walks.map((walk) => outcome(walk, now));
  return {
    edges,
    hasNextPage,
    hasPreviousPage: cursor !== null,
    totalCount: sum(outcomes.map((o) => o.totalCount)),
    crms: outcomes,
  };
}

/** A CRM that does not answer is waited for, but not until there is no time to read more of those that do. */
function sooner(call: Call, now: number): Call {
  return { ...call, deadline: call.deadline - Math.max(0, call.deadline - now) * TIME_LEFT };
}

function startWalk<T>(part: ListPart<T>, cursor: ListCursor | null, request: ListRequest<T>, call: Call): Walk<T> {
  const { crm } = part.adapter;
  const before = {
    failedBefore: cursor?.failed.includes(crm.id) ?? false,
    countedBefore: cursor?.totals[crm.id] ?? null,
    ...whatMoves(part.adapter, request.rules.moves, cursor),
  };
  const idle: Walk<T> = { part, readers: [], attempting: null, failure: null, ...before, given: new Set() };
  if (part.sources instanceof GatewayError) return { ...idle, failure: part.sources };
  if (before.failedBefore) return idle;
  const states = cursor?.sources[crm.id] ?? {};
  const attempting = part.attempt && attemptOf(part.attempt.sources, cursor && states);
  const sources = attempting ? (part.attempt?.sources ?? []) : part.sources;
  const start = { boundary: cursor && boundaryOf(cursor, request.parts), leftOut: before.leftOut };
  const readers = readersOf(part, sources, states, start, request, call, attempting === 'FIRST' ? 1 : undefined);
  return { ...idle, readers, attempting: attempting ?? null };
}

/** A walk goes on with the sources it began with. */
function attemptOf<T>(
  sources: readonly Source<T>[],
  states: Readonly<Record<string, SourceState>> | null,
): Walk<T>['attempting'] {
  if (states === null) return 'FIRST';
  return sources.some(({ key }) => states[key] !== undefined) ? 'FURTHER' : null;
}

function sourcesOf<T>({ sources }: ListPart<T>): readonly Source<T>[] {
  return sources instanceof GatewayError ? [] : sources;
}

function readersOf<T>(
  part: ListPart<T>,
  sources: readonly Source<T>[],
  states: Readonly<Record<string, SourceState>>,
  start: { readonly boundary: GlobalPlace | null; readonly leftOut: LeftOut },
  request: ListRequest<T>,
  call: Call,
  pages = Number.POSITIVE_INFINITY,
): readonly SourceReader<T>[] {
  const isAttempt = sources === part.attempt?.sources;
  const limits = {
    page: part.selective || isAttempt ? MAX_PAGE : withLookahead(request.first),
    first: part.selective || isAttempt ? Number.POSITIVE_INFINITY : request.first,
    scan: { limit: call.scanLimit, pages, skipped: 0 },
    advice: part.advice ?? (() => 'narrow it by what the CRM filters itself'),
  };
  return sources.map((source) => {
    const state: SourceState = states[source.key] ?? { position: null };
    return new SourceReader(part.index, source, request.rules, { state, ...start }, limits);
  });
}

/**
 * A record that changes may move from the part of the list that was given to the one that was not. Where it can move
 * anywhere, all ids that were given are kept. Where it moves to the end, whatever changes after the first page is left
 * out, and ids are kept only as long as the CRM's clock may still show a moment before that.
 */
function whatMoves<T>(
  { crm, now }: CrmAdapter,
  moves: ListRules<T>['moves'],
  cursor: ListCursor | null,
): Pick<Walk<T>, 'leftOut' | 'remembers'> {
  const until = cursor?.until[crm.id] ?? null;
  return {
    leftOut: { given: readIds(cursor?.given[crm.id] ?? ''), until },
    remembers: moves === 'ANYWHERE' || (moves === 'TO_THE_END' && (until === null || now().from <= until)),
  };
}

function boundaryOf<T>(cursor: ListCursor, parts: readonly ListPart<T>[]): GlobalPlace {
  const part = parts.find(({ adapter }) => adapter.crm.id === cursor.boundary.crm);
  return { key: cursor.boundary.key, id: cursor.boundary.id, crm: part?.index ?? 0 };
}

function holdsMore<T>(walks: readonly Walk<T>[]): boolean {
  return walks.some((walk) => !walk.failure && walk.readers.some((reader) => reader.holdsMore));
}

/** A reader whose next record is the first of all. */
interface Head<T> {
  readonly walk: Walk<T>;
  readonly reader: SourceReader<T>;
}

/** The reader with the first record of all. Reads whatever is needed to tell, all CRMs at once. */
async function nextHead<T>(
  walks: readonly Walk<T>[],
  request: ListRequest<T>,
  progress: Progress,
  call: Call,
): Promise<Head<T> | null> {
  await fill(walks, (reader) => !reader.source.onlyNullKeys, request, progress, call);
  const best = firstHead(walks, request);
  if (best) return best;
  await fill(walks, () => true, request, progress, call);
  return firstHead(walks, request);
}

/** The same where nothing has to be read to tell; `null` where something may have to be. */
function headAtOnce<T>(walks: readonly Walk<T>[], request: ListRequest<T>): Head<T> | null {
  for (const { failure, readers } of walks) {
    if (failure) continue;
    for (const reader of readers) if (reader.needsReading && !reader.source.onlyNullKeys) return null;
  }
  return firstHead(walks, request);
}

function firstHead<T>(walks: readonly Walk<T>[], request: ListRequest<T>): Head<T> | null {
  let best: Head<T> | null = null;
  let first: GlobalPlace | null = null;
  for (const walk of walks) {
    if (walk.failure) continue;
    for (const reader of walk.readers) {
      const place = reader.head?.place;
      if (!place || (first !== null && request.rules.comparePlaces(place, first) >= 0)) continue;
      first = place;
      best = { walk, reader };
    }
  }
  return best;
}

async function fill<T>(
  walks: readonly Walk<T>[],
  include: (reader: SourceReader<T>) => boolean,
  request: ListRequest<T>,
  progress: Progress,
  call: Call,
): Promise<void> {
  const failed = walks.find(({ failure }) => failure !== null);
  if (failed?.failure && request.onCrmFailure === 'FAIL') throw failed.failure;
  const reads: Promise<void>[] = [];
  for (const walk of walks) {
    if (walk.failure) continue;
    if (walk.readers.some((reader) => reader.needsReading && include(reader))) {
      reads.push(fillWalk(walk, include, request, progress, call));
    }
  }
  if (reads.length > 0) await Promise.all(reads);
}

/** Reads what one CRM's next record takes, from the attempt's sources as long as they have enough. */
async function fillWalk<T>(
  walk: Walk<T>,
  include: (reader: SourceReader<T>) => boolean,
  request: ListRequest<T>,
  progress: Progress,
  call: Call,
): Promise<void> {
  const readAll = () =>
    walk.readers
      .filter((reader) => reader.needsReading && include(reader))
      .map((reader) => fillReader(walk, reader, request, call));
  await Promise.all(readAll());
  if (walk.attempting === null || !(walk.failure instanceof ScanBudgetError)) return;
  if (walk.attempting === 'FIRST') walk.part.attempt?.found(false);
  const { boundary } = progress;
  Object.assign(walk, { failure: null, attempting: null });
  walk.readers = readersOf(walk.part, sourcesOf(walk.part), {}, { boundary, leftOut: walk.leftOut }, request, call);
  await Promise.all(readAll());
}

async function fillReader<T>(
  walk: Walk<T>,
  reader: SourceReader<T>,
  request: ListRequest<T>,
  call: Call,
): Promise<void> {
  try {
    await reader.fill(call);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    if (walk.attempting !== null && error instanceof ScanBudgetError) {
      walk.failure = error;
      return;
    }
    walk.failure ??= withCrm(error, walk.part.adapter.crm.id);
  }
  if (request.onCrmFailure === 'FAIL') {
    const reason = walk.failure ?? reader.unreadable[0];
    if (reason) throw reason;
  }
}

/** A page while it is put together. */
interface Making<T> {
  readonly walks: readonly Walk<T>[];
  readonly request: ListRequest<T>;
  readonly progress: Progress;
}

/** How far one CRM had come when a record was given. */
interface Mark<T> {
  readonly readers: readonly SourceReader<T>[];
  readonly states: readonly SourceState[];
  readonly given: number;
}

/** A record that was given, and from where its cursor goes on. */
class GivenEdge<T> implements ListEdge<T> {
  readonly node: T;
  readonly #place: GlobalPlace;
  readonly #page: Making<T>;
  readonly #marks: readonly Mark<T>[];

  constructor(node: T, place: GlobalPlace, page: Making<T>) {
    this.node = node;
    this.#place = place;
    this.#page = page;
    this.#marks = page.walks.map(({ readers, given }) => ({
      readers,
      states: readers.map(({ state }) => state),
      given: given.size,
    }));
  }

  cursor(): string {
    const { walks, request, progress } = this.#page;
    const { key, crm, id } = this.#place;
    const byCrm = <V>(partOf: (walk: Walk<T>, mark: Mark<T>) => V | null): Record<string, V> =>
      Object.fromEntries(
        walks.flatMap((walk, index) => {
          const value = partOf(walk, this.#marks[index] as Mark<T>);
          return value === null ? [] : [[walk.part.adapter.crm.id, value]];
        }),
      );
    const given = ({ leftOut, remembers, given: ids }: Walk<T>, mark: Mark<T>) => {
      const all = remembers ? [...leftOut.given, ...[...ids].slice(0, mark.given)] : [...leftOut.given];
      return all.length === 0 ? null : writeIds(all);
    };
    return encodeCursor(
      {
        boundary: { key, crm: walks.find(({ part }) => part.index === crm)?.part.adapter.crm.id ?? '', id },
        sources: byCrm((_walk, { readers, states }) =>
          Object.fromEntries(readers.map(({ source }, index) => [source.key, states[index] as SourceState])),
        ),
        failed: walks
          .filter((walk) => walk.failure !== null || walk.failedBefore)
          .map((walk) => walk.part.adapter.crm.id),
        totals: byCrm((walk) => (walk.readers.length === 0 ? null : totalOf(walk))),
        now: request.countsFrom ?? null,
        given: byCrm(given),
        until: progress.until,
      },
      request.query,
    );
  }
}

function untilOf<T>({ part, leftOut }: Walk<T>): readonly [crm: string, until: number] {
  return [part.adapter.crm.id, leftOut.until ?? part.adapter.now().to];
}

function outcome<T>(walk: Walk<T>, now: number): CrmOutcome {
  const { adapter } = walk.part;
  const unreadable = walk.readers.flatMap((reader) => reader.unreadable);
  const problems = [
    ...(walk.failedBefore ? [failedBefore(adapter.crm.id)] : []),
    ...(walk.failure ? [walk.failure] : []),
    ...unreadable,
  ].map((error) => toProblem(error, now));
  const failed = walk.failedBefore || (walk.failure !== null && walk.given.size === 0);
  return {
    adapter,
    state: failed ? 'FAILED' : problems.length > 0 ? 'INCOMPLETE' : 'COMPLETE',
    problems,
    totalCount: failed ? null : totalOf(walk),
  };
}

function failedBefore(crm: string): GatewayError {
  return new GatewayError(
    'UPSTREAM_UNAVAILABLE',
    `${crm} failed on an earlier page and stays out of this list: start again without a cursor`,
    { crm },
  );
}

/** As counted when the walk began: later pages repeat it, since they no longer see the whole. */
function totalOf<T>(walk: Walk<T>): number | null {
  if (walk.countedBefore !== null) return walk.countedBefore;
  return sum(walk.readers.map((reader) => (reader.source.countsExactly ? reader.total : null)));
}

function sum(numbers: readonly (number | null)[]): number | null {
  let total = 0;
  for (const number of numbers) {
    if (number === null) return null;
    total += number;
  }
  return total;
}
