export const OUTCOMES = ['APPLIED', 'REPLAYED', 'PREVIEWED', 'REJECTED', 'PARTIAL', 'UNKNOWN'] as const;

/** How a write ended. */
export type Outcome = (typeof OUTCOMES)[number];
