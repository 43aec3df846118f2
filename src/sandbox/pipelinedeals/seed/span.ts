import type { Instant } from '../zone.ts';

/** The moment after which nothing of the seed happened. */
export const SEEDED_UNTIL: Instant = Date.UTC(2026, 5, 30, 16, 0, 0);

/** Over how long the seed is spread: about eighteen months. */
const SEEDED_FOR = 548 * 86_400_000;

/** A second within the span of the seed; 0 is its start, 1 its end. */
export function momentAt(part: number): Instant {
  const moment = SEEDED_UNTIL - SEEDED_FOR * (1 - Math.min(part, 1));
  return Math.floor(moment / 1_000) * 1_000;
}
