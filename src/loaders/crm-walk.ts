import type { Call } from '../domain/call.ts';
import type { CrmAdapter } from '../domain/crm-adapter.ts';
import { GatewayError, toProblem } from '../domain/errors.ts';
import type { Source } from '../domain/list.ts';
import type { GlobalPlace } from '../domain/order.ts';
import type { ListCursor } from './cursor.ts';
import { readIds } from './given-ids.ts';
import type { CrmOutcome, ListPart, ListRequest } from './list-page.ts';
import type { LeftOut, ListRules } from './list-rules.ts';
import { MAX_PAGE, withLookahead } from './page-size.ts';
import { ScanBudgetError, SourceReader } from './source-reader.ts';
import type { SourceState } from './source-state.ts';
import { withCrm } from './with-crm.ts';

/** The state of one CRM while a page is put together. */
export interface Walk<T> {
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
export interface Progress {
  /** The last record that was given. */
  boundary: GlobalPlace | null;
  /** By each CRM's clock, until when changes are part of the walk: known once its first page was read. */
  until: Readonly<Record<string, number>>;
}

/** Where a list begins in one CRM, or goes on. */
export function startWalk<T>(
  part: ListPart<T>,
  cursor: ListCursor | null,
  request: ListRequest<T>,
  call: Call,
): Walk<T> {
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

/** The record behind which a cursor goes on. */
export function boundaryOf<T>(cursor: ListCursor, parts: readonly ListPart<T>[]): GlobalPlace {
  const part = parts.find(({ adapter }) => adapter.crm.id === cursor.boundary.crm);
  return { key: cursor.boundary.key, id: cursor.boundary.id, crm: part?.index ?? 0 };
}

/** Reads what one CRM's next record takes, from the attempt's sources as long as they have enough. */
export async function fillWalk<T>(
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

/** Until when changes are part of the walk, by the CRM's clock. */
export function untilOf<T>({ part, leftOut }: Walk<T>): readonly [crm: string, until: number] {
  return [part.adapter.crm.id, leftOut.until ?? part.adapter.now().to];
}

/** What became of one CRM. */
export function outcome<T>(walk: Walk<T>, now: number): CrmOutcome {
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
export function totalOf<T>(walk: Walk<T>): number | null {
  if (walk.countedBefore !== null) return walk.countedBefore;
  return sum(walk.readers.map((reader) => (reader.source.countsExactly ? reader.total : null)));
}

/** `null` where one of them is not known. */
export function sum(numbers: readonly (number | null)[]): number | null {
  let total = 0;
  for (const number of numbers) {
    if (number === null) return null;
    total += number;
  }
  return total;
}
