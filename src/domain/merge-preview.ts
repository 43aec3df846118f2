import type { JsonValue } from './write-step.ts';

/** What a merge would do, read without writing anything. Deals are remote ids, fields have the schema's names. */
export interface MergePreview {
  /** What goes over to the deal that is kept, by the deal it is on now. */
  readonly moves: readonly { readonly deal: string; readonly kind: string; readonly count: number }[];
  /** Fields both have with different values: the deal that is kept keeps its own, and the absorbed one's is gone. */
  readonly conflicts: readonly {
    readonly field: string;
    readonly kept: JsonValue;
    readonly absorbed: JsonValue;
    readonly deal: string;
  }[];
  /** What cannot be carried over, in words. */
  readonly losses: readonly { readonly deal: string; readonly what: string }[];
}
