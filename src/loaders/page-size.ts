/** The largest page a source is asked for. */
export const MAX_PAGE = 500;
/**
 * Read beyond the page, so that a run of equal keys at its end is usually complete, and a few records that do not match
 * (archived deals, where the CRM lists them with the others) do not cost another request.
 */
const LOOKAHEAD = { atLeast: 10, share: 0.25 };

/** How many records are asked for to give so many. */
export function withLookahead(count: number): number {
  return Math.min(MAX_PAGE, count + Math.max(LOOKAHEAD.atLeast, Math.ceil(count * LOOKAHEAD.share)));
}
