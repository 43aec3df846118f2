/** What a CRM's account shows of a write. */
export interface Effect {
  /** Of the pieces the write consists of, how many are there. */
  readonly done: number;
  readonly of: number;
  /** What is there more than once. */
  readonly duplicates: readonly string[];
  /** What was there before and is not any more, though it should be. */
  readonly losses: readonly string[];
}

/** An effect of so many pieces. */
export function effect(pieces: readonly boolean[], harm: Partial<Pick<Effect, 'duplicates' | 'losses'>> = {}): Effect {
  const done = pieces.filter(Boolean).length;
  return { done, of: pieces.length, duplicates: harm.duplicates ?? [], losses: harm.losses ?? [] };
}

/** What is in a list more than once. */
export function repeated(values: readonly string[]): readonly string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}

/** What is wanted and not there. */
export function missing(wanted: readonly string[], there: readonly string[]): readonly string[] {
  return wanted.filter((value) => !there.includes(value));
}
