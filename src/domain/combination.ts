import { allHold, anyHolds, contrary, type Verdict } from './verdict.ts';

/** Conditions joined by and, or and not; those of `C` itself have to hold as well. */
export interface Combination<C> {
  readonly and?: readonly C[];
  /** Holds when one of them does; of none, none does. */
  readonly or?: readonly C[];
  readonly not?: C;
}

/** Whether a combination holds, given how a single set of conditions is judged. */
export function holds<C extends Combination<C>>({ and, or, not }: C, judge: (conditions: C) => Verdict): Verdict {
  return allHold(
    [
      () => (and === undefined ? true : allHold(and, judge)),
      () => (or === undefined ? true : anyHolds(or, judge)),
      () => (not === undefined ? true : contrary(judge(not))),
    ],
    (part) => part(),
  );
}
