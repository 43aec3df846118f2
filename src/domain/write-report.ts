import type { Problem } from './errors.ts';

/**
 * What a write achieved. No problems: all of it. Problems beside an effect: part of it, one problem a piece; the
 * path of a problem leads into the write's own arguments (`['products', '3']`, `['absorb', '1']`).
 *
 * A write without any effect throws a `GatewayError` instead, whose `details.effect` tells a refusal from a
 * request whose outcome is unknown.
 */
export interface DealWriteReport {
  /** The remote id of the deal that was added, changed, kept, copied to or deleted. */
  readonly deal: string;
  readonly problems: readonly Problem[];
}

export interface LinesWriteReport {
  /** Remote ids of the lines written, in input order (without the deal's id). */
  readonly lines: readonly string[];
  readonly problems: readonly Problem[];
}
