import { toTime } from '../schema.ts';

/** No record of the seed is younger than this. */
export const SEED_END = '2026-10-31T18:00:00Z';

/** The deals of the seed were added in this long before `SEED_END`: 18 months of 30 days. */
export const SEED_HOURS = 18 * 30 * 24;

export function hoursAfter(time: string, hours: number): string {
  return toTime(Date.parse(time) + Math.round(hours * 3_600) * 1_000);
}

/** The earlier of two times. */
export function earlier(a: string, b: string): string {
  return a < b ? a : b;
}
