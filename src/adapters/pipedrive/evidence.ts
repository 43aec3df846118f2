import { GatewayError } from '../../domain/errors.ts';
import type { Settlement, Settling } from '../../domain/write-step.ts';
import { isWithin } from '../crm-clock.ts';
import { applied, appliedIf, unknown } from '../settling.ts';
import { isShown } from '../shown.ts';
import { id, instantOrNull, isWire, type Wire, WireError } from '../wire.ts';
import type { PipedriveApi } from './api.ts';
import { ENDPOINTS } from './endpoints.ts';
import { isDeleted } from './records.ts';
import { parseTime, parseV1Time } from './times.ts';

/** How many pages of deals are gone back through to the time of a request. */
const MAX_PAGES_BACK = 20;
/** A page costs the same whatever its size; few deals are added within seconds. */
const PAGE = 100;

/** Whether Pipedrive shows what was sent. It takes some times in the form of v1 and shows all in that of v2. */
export function shows(shown: unknown, sent: unknown): boolean {
  return isShown(shown, sent, (a, b) => {
    const [first, second] = [timeOf(a), timeOf(b)];
    return !Number.isNaN(first) && first === second;
  });
}

function timeOf(text: string): number {
  const time = parseTime(text);
  return Number.isNaN(time) ? parseV1Time(text) : time;
}

/** A record that was changed: every key that was sent shows what was sent. */
export function settleUpdate<Result>(wire: Wire | null, sent: unknown, result: Result): Settlement<Result> {
  if (wire === null || isDeleted(wire)) return unknown('the record is not there any more');
  return appliedIf(shows(wire, sent), result, 'the record does not show what was sent');
}

/** A deal that was deleted is gone, or stays readable and says so. */
export async function settleDeletedDeal(
  api: PipedriveApi,
  deal: string,
  { call }: Pick<Settling<unknown>, 'call'>,
): Promise<Settlement<string>> {
  const wire = await api.one(ENDPOINTS.deal, deal, call);
  return wire === null || isDeleted(wire) ? applied(deal) : unknown(`the deal ${deal} is there`);
}

/** All deals that were added about when a request was sent, newest first. */
export async function dealsAddedWith(
  api: PipedriveApi,
  { sentAt, call }: Pick<Settling<unknown>, 'sentAt' | 'call'>,
  isArchived: boolean,
): Promise<readonly Wire[]> {
  const endpoint = isArchived ? ENDPOINTS.archivedDeals : ENDPOINTS.deals;
  const query = [
    ['sort_by', 'add_time'],
    ['sort_direction', 'desc'],
  ] as const;
  const found: Wire[] = [];
  let cursor: string | null = null;
  for (let page = 1; page <= MAX_PAGES_BACK; page += 1) {
    const { values, next } = await api.page(endpoint, query, PAGE, cursor, call);
    const deals = values.filter(isWire);
    const span = api.time.spanOf(sentAt);
    found.push(...deals.filter((deal) => isWithin(span, addTime(deal))));
    const [last] = deals.slice(-1);
    if (next === null || last === undefined || (addTime(last) ?? 0) < span.from) return found;
    cursor = next;
  }
  throw new GatewayError('BUDGET_EXCEEDED', `${api.crm} has had too many deals added since`, { crm: api.crm });
}

/** When a record of v2 was added; `null` where it does not tell. */
export function addTime(wire: Wire, key = 'add_time'): number | null {
  try {
    return instantOrNull(wire, key, timeOf);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return null;
  }
}

export function idsOf(wires: readonly Wire[]): readonly string[] {
  return wires.map((wire) => id(wire));
}

/** Whether the gateway's own user made a record. */
export function isMadeBy(wire: Wire, user: string, key: 'creator_user_id' | 'created_by'): boolean {
  return String(wire[key]) === user;
}
