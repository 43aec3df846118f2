import type { CompareKeys, GlobalPlace } from '../domain/order.ts';

/**
 * How a record that was given may move in a list, so that it could come again: `NEVER`, or never to a place that is
 * still to come; to the end, since keys are times of change and the oldest come first; `ANYWHERE`.
 */
export type Moves = 'NEVER' | 'TO_THE_END' | 'ANYWHERE';

/** What a list needs to know of its records. */
export interface ListRules<T> {
  readonly moves: Moves;
  readonly compareKeys: CompareKeys;
  readonly comparePlaces: (a: GlobalPlace, b: GlobalPlace) => number;
  /** Finds out what `place` needs to know of these records beside themselves. */
  prepare?(records: readonly T[]): Promise<void>;
  /** A record's place, given its CRM's index. */
  place(record: T, crm: number): GlobalPlace;
  /** Which of these records the list asks for, in the terms of their CRM. */
  matches(records: readonly T[], crm: number): readonly boolean[] | Promise<readonly boolean[]>;
}

/** What a walk that goes on leaves out of one CRM's records. */
export interface LeftOut {
  /** Given before. */
  readonly given: ReadonlySet<number>;
  /** Whatever has a larger key changed since the walk began; `null`: nothing is left out for that. */
  readonly until: number | null;
}
