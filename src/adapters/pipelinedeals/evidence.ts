import { GatewayError } from '../../domain/errors.ts';
import type { TimeSpan } from '../../domain/time.ts';
import type { JsonValue, Settlement, Settling } from '../../domain/write-step.ts';
import { isWithin } from '../crm-clock.ts';
import { appliedIf, theOnly, unknown } from '../settling.ts';
import { isShown } from '../shown.ts';
import { idOf, isWire, type Wire } from '../wire.ts';
import type { Account } from './account.ts';
import { collection, MAX_PAGE_SIZE, type Query } from './api.ts';
import { dayCondition } from './conditions.ts';
import type { Deals } from './deals.ts';
import { dayAfter, dayBefore, parseTime } from './time.ts';

/** How many pages of deals are gone back through to the time of a request. */
const MAX_PAGES_BACK = 20;

/**
 * Whether a deal shows what was sent; days and times are shown in another form than they are sent in, and a company
 * that was sent by its name inside it.
 */
export function shows(deal: Wire, sent: JsonValue): boolean {
  if (!isWire(sent)) return false;
  const shown = { ...withPrimaryContact(deal, deal), company_name: isWire(deal.company) ? deal.company.name : null };
  return isShown(shown, withPrimaryContact(deal, sent), (a, b) => {
    const [first, second] = [parseTime(a), parseTime(b)];
    return !Number.isNaN(first) && first === second;
  });
}

/** The server adds the primary contact to the people of a deal, whether or not they were sent. */
function withPrimaryContact({ primary_contact_id: primary }: Wire, of: Wire): Wire {
  if (!Array.isArray(of.person_ids) || primary === null || primary === undefined) return of;
  return { ...of, person_ids: [...new Set([...of.person_ids, primary])] };
}

/** A deal that was changed: every key that was sent shows what was sent. */
export async function settleUpdate(
  deals: Deals,
  id: string,
  sent: JsonValue,
  { call }: Pick<Settling<unknown>, 'call'>,
): Promise<Settlement<string>> {
  const deal = await deals.wire(id, call);
  return appliedIf(deal !== null && shows(deal, sent), id, 'the deal does not show what was sent');
}

/** The deals that have all that is to be sent already, where that tells when they were created. */
export async function backdatedLike(
  account: Account,
  sent: JsonValue,
  call: Settling<unknown>['call'],
): Promise<readonly string[]> {
  const time = ownTime(sent);
  if (time === null) return [];
  const deals = await dealsCreated(account, () => ({ from: time, to: time }), call);
  return deals.filter((deal) => shows(deal, sent)).flatMap((deal) => idOf(deal) ?? []);
}

/**
 * The deal that an addition whose answer was lost made: created since by our own user, with all that was sent. One
 * with a time of its own choice is looked for at that time, beside those that were there `before`.
 */
export async function settleAddition(
  account: Account,
  sent: JsonValue,
  before: readonly string[],
  own: string,
  settling: Settling<unknown>,
): Promise<Settlement<string>> {
  const time = ownTime(sent);
  const spanOf = () => (time === null ? account.api.time.spanOf(settling.sentAt) : { from: time, to: time });
  const deals = await dealsCreated(account, spanOf, settling.call);
  const alike = deals.filter((deal) => shows(deal, sent));
  if (alike.some((deal) => deal.created_by_user_id === undefined)) {
    return unknown(`${account.crm} does not tell who created a deal`);
  }
  const found = alike.filter((deal) => String(deal.created_by_user_id) === own).map(idOf);
  if (found.includes(null)) return unknown(`${account.crm} lists a deal whose id cannot be read`);
  return theOnly(
    'deal',
    found.filter((id) => id !== null).filter((id) => !before.includes(id)),
    settling,
  );
}

/** The time of creation that was sent, which deals may be given. */
function ownTime(sent: JsonValue): number | null {
  return isWire(sent) && typeof sent.created_at === 'string' ? parseTime(sent.created_at) : null;
}

/** All deals created in a span of the server's time. */
async function dealsCreated(
  account: Account,
  spanOf: () => TimeSpan,
  call: Settling<unknown>['call'],
): Promise<readonly Wire[]> {
  const { from, to } = spanOf();
  const days = { from: dayBefore(from), to: dayAfter(to) };
  const query: Query = [...dayCondition('deal_created', days), ['sort', '-deals.created_at']];
  // While pages are read, new deals push others to the next one.
  const found = new Map<string | null, Wire>();
  for (let page = 1; page <= MAX_PAGES_BACK; page += 1) {
    const list = await account.api.page(collection('deals'), query, { page, perPage: MAX_PAGE_SIZE }, call);
    const deals = list.entries.filter(isWire);
    const span = spanOf();
    for (const deal of deals) if (isWithin(span, createdAt(deal))) found.set(idOf(deal), deal);
    if (page >= list.pages || deals.length === 0 || endsBefore(span, deals)) return [...found.values()];
  }
  throw new GatewayError('BUDGET_EXCEEDED', `${account.crm} lists too many deals created since`, { crm: account.crm });
}

/** Whether a page of a list with the newest first goes back beyond a span. */
function endsBefore({ from }: TimeSpan, deals: readonly Wire[]): boolean {
  const times = deals.map((deal) => createdAt(deal) ?? 0);
  const isInOrder = times.every((time, index) => index === 0 || time <= (times[index - 1] ?? 0));
  return isInOrder && (times.at(-1) ?? 0) < from;
}

function createdAt(deal: Wire): number | null {
  const time = typeof deal.created_at === 'string' ? parseTime(deal.created_at) : Number.NaN;
  return Number.isNaN(time) ? null : time;
}
