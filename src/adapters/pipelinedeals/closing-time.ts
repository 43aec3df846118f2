import type { Deal } from '../../domain/deal.ts';
import type { DealPatch } from '../../domain/deal-writes.ts';
import { formatTime } from './time.ts';
import { invalid } from './write-errors.ts';

/** Which deals have each of the times that the CRM keeps as one, `closed_time`. */
const CLOSED_AS = {
  closedAt: ['WON', 'LOST'],
  wonAt: ['WON'],
  lostAt: ['LOST'],
} as const satisfies Partial<Record<keyof DealPatch, readonly string[]>>;

type Closing = keyof typeof CLOSED_AS;

const NAMES = Object.keys(CLOSED_AS) as Closing[];

/** Whether what to send depends on whether the deal is won or lost. */
export function dependsOnStatus(given: DealPatch): boolean {
  return NAMES.some((name) => given[name] !== undefined);
}

/**
 * The closing time to write. It alone would close a deal without saying whether it is won, so it is written only on a
 * deal that is closed, or becomes so by a status beside it; `deal` is the deal as it is, where there is one.
 */
export function closingTimeToWrite(
  crm: string,
  given: DealPatch,
  deal: Deal | null,
): { readonly closed_time?: string } {
  const moves = given.stage !== undefined || given.pipeline !== undefined || given.probability !== undefined;
  const status = given.status ?? (moves ? 'OPEN' : (deal?.status ?? 'OPEN'));
  let time: number | undefined;
  for (const name of NAMES) {
    const instant = given[name];
    if (instant === undefined) continue;
    if (!CLOSED_AS[name].some((closed) => closed === status)) {
      throw invalid(crm, `only a deal that is ${CLOSED_AS[name].join(' or ')} has it: give the status with it`, [name]);
    }
    if (time !== undefined && time !== instant) throw invalid(crm, 'a deal has one closing time only', [name]);
    time = instant;
  }
  return time === undefined ? {} : { closed_time: formatTime(time) };
}
