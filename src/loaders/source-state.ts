import type { SortKey } from '../domain/list.ts';
import { MAX_PAGE } from './page-size.ts';

/** Where a source goes on. */
export interface SourcePosition {
  /** The page to start from; `null`: the first. */
  readonly position: string | null;
  /** How many records of it were taken up before. */
  readonly before?: number;
  /** What is left of what was read, where that is little. */
  readonly ahead?: Ahead;
}

/** A few records that come next, and what comes behind them. */
export interface Ahead {
  readonly ids: readonly string[];
  /** The key of the last of them. */
  readonly key: SortKey;
  /** The page behind them; `null`: there is none. */
  readonly next: string | null;
}

/** Where a source stands in a cursor: `done` when nothing is left. */
export type SourceState = SourcePosition | 'done';

/**
 * The records that a page of `first` reads by id, going on behind them: where they and the page cannot be read again in
 * one request, or there is no page behind them.
 */
export function readAgain({ before = 0, ahead }: SourcePosition, first: number): Ahead | null {
  if (ahead === undefined) return null;
  return ahead.next === null || before + first + 1 > MAX_PAGE ? ahead : null;
}
