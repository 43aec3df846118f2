import type { ProductBillingDraft } from '../../domain/deal-writes.ts';
import { type Instant, isCalendarDate } from '../../domain/time.ts';
import { invalidInput } from './write-problems.ts';

const MAX_CYCLES = 208;
const MAX_YEARS = 10;

/**
 * Refuses billing that Pipedrive documents as impossible (v2, POST and PATCH of a deal's products): cycles with a
 * one-time frequency, a weekly one without, more than 208, a start more than ten years away.
 *
 * @param path leads to the line's `billing`
 * @param isNew a new line has no cycles it could keep
 */
export function checkBilling(
  crm: string,
  billing: ProductBillingDraft,
  path: readonly string[],
  isNew: boolean,
  now: Instant,
): void {
  const { frequency, cycles, startDate } = billing;
  const cyclesPath = [...path, 'cycles'];
  if (frequency === 'ONE_TIME' && cycles != null) {
    throw invalidInput(crm, cyclesPath, 'what is billed one time has no cycles');
  }
  if (frequency === 'WEEKLY' && (isNew ? cycles == null : cycles === null)) {
    throw invalidInput(crm, cyclesPath, 'weekly billing needs a number of cycles');
  }
  if (cycles != null && (!Number.isInteger(cycles) || cycles < 1 || cycles > MAX_CYCLES)) {
    throw invalidInput(crm, cyclesPath, `cycles are whole numbers from 1 to ${MAX_CYCLES}`);
  }
  if (startDate != null && !isWithinYears(startDate, now)) {
    throw invalidInput(crm, [...path, 'startDate'], `a start is a day within ${MAX_YEARS} years from today`);
  }
}

function isWithinYears(date: string, now: Instant): boolean {
  return isCalendarDate(date) && date >= dayYearsAway(now, -MAX_YEARS) && date <= dayYearsAway(now, MAX_YEARS);
}

function dayYearsAway(now: Instant, years: number): string {
  const day = new Date(now);
  day.setUTCFullYear(day.getUTCFullYear() + years);
  return day.toISOString().slice(0, 10);
}
