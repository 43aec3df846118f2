import type { Ref } from './ref.ts';

/** The records beside the one that is matched, as far as they have been read. */
export interface Lookup {
  /** `null`: the CRM has none; `undefined`: not read yet. */
  get(ref: Ref): object | null | undefined;
}

/** For conditions that need nothing but the record itself. */
export const NOTHING_READ: Lookup = { get: () => undefined };
