import type { GlobalPlace } from '../domain/order.ts';
import { type Progress, totalOf, type Walk } from './crm-walk.ts';
import { encodeCursor } from './cursor.ts';
import { writeIds } from './given-ids.ts';
import type { ListEdge, ListRequest } from './list-page.ts';
import type { SourceReader } from './source-reader.ts';
import type { SourceState } from './source-state.ts';

/** A page while it is put together. */
export interface Making<T> {
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
export class GivenEdge<T> implements ListEdge<T> {
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
