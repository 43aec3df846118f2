import type { Call } from './call.ts';
import type { Problem } from './errors.ts';
import type { Found } from './repository.ts';
import type { WriteCall } from './write-step.ts';

/** What a write on a part of a deal achieved; see `DealWriteReport` for problems and failures. */
export interface PartWriteReport {
  /** The part's own remote id, without the deal's. */
  readonly part: string;
  readonly problems: readonly Problem[];
}

/**
 * What hangs on a deal, belongs to it alone, and is little enough to be read whole. Writes check what only the
 * adapter knows before they send anything, as those of `DealWrites` do.
 */
export interface DealParts<T, Draft> {
  /** Of several deals at once, in their order; a deal without any may be absent. */
  ofDeals(deals: readonly string[], call: Call): Promise<Found<readonly T[]>>;
  add(deal: string, draft: Draft, call: WriteCall): Promise<PartWriteReport>;
  /** Writes what is given and keeps what is absent. */
  update(deal: string, part: string, patch: Partial<Draft>, call: WriteCall): Promise<PartWriteReport>;
  delete(deal: string, part: string, call: WriteCall): Promise<PartWriteReport>;
}
