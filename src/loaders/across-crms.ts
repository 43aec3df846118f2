import type { Call } from '../domain/call.ts';
import type { GlobalPlace } from '../domain/order.ts';
import { boundaryOf, fillWalk, outcome, type Progress, startWalk, sum, untilOf, type Walk } from './crm-walk.ts';
import { decodeCursor } from './cursor.ts';
import { GivenEdge, type Making } from './given-edge.ts';
import type { ListEdge, ListPage, ListRequest } from './list-page.ts';
import type { SourceReader } from './source-reader.ts';

/** Of the time there is, what a list that may be partial leaves to what hangs on its records. */
const TIME_LEFT = 0.25;

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
