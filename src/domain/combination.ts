/** Conditions joined by and, or and not; those of `C` itself have to hold as well. */
export interface Combination<C> {
  readonly and?: readonly C[];
  /** Holds when one of them does; of none, none does. */
  readonly or?: readonly C[];
  readonly not?: C;
}

/** Whether a combination holds, given how a single set of conditions is matched. */
export function holds<C extends Combination<C>>(conditions: C, matches: (conditions: C) => boolean): boolean {
  const { and, or, not } = conditions;
  return (
    (and === undefined || and.every(matches)) &&
    (or === undefined || or.some(matches)) &&
    (not === undefined || !matches(not))
  );
}
