import type { DealStatus } from '../../domain/deal.ts';
import { type Decimal, parseDecimal } from '../../domain/decimal.ts';
import type { Instant } from '../../domain/time.ts';
import { decimalOrNull, instantOrNull, isWire, numberOrNull, objectOrNull, textOrNull, type Wire } from '../wire.ts';
import { parseTime } from './time.ts';

/** When a deal was closed; the documentation shows a day, the server sends a time. */
export function closedTime(deal: Wire): Instant | null {
  return instantOrNull(deal, 'closed_time', parseTime);
}

/**
 * What a deal is. The API has no such attribute (`status` is a light of red, yellow and green): a deal is closed when
 * it has a closing time or stands on a stage of 0 or 100 %, and a closed one is won at 100 %, by stage or by its own
 * probability. A probability of 0 alone does not close.
 */
export function dealStatus(deal: Wire, stagePercent: number | null): Exclude<DealStatus, 'DELETED'> {
  const isClosed = closedTime(deal) !== null || stagePercent === 0 || stagePercent === 100;
  if (!isClosed) return 'OPEN';
  return stagePercent === 100 || numberOrNull(deal, 'probability') === 100 ? 'WON' : 'LOST';
}

/** The percentage of the embedded stage; stages may be left out of a deal, or tell no percentage. */
export function embeddedPercent(deal: Wire): number | null {
  return isWire(deal.deal_stage) ? numberOrNull(deal.deal_stage, 'percent') : null;
}

/** The amount of a deal, from its cents where an older answer has nothing else. */
export function amount(deal: Wire): Decimal | null {
  if (deal.value !== undefined) return decimalOrNull(deal, 'value');
  return decimalOrNull(deal, 'value_in_cents')?.times(parseDecimal('0.01')) ?? null;
}

/** The chosen reason of a lost or a won deal, else the words beside it. */
export function reason(deal: Wire, key: 'deal_loss_reason' | 'deal_won_reason'): string | null {
  const chosen = objectOrNull(deal, key);
  return (chosen && textOrNull(chosen, 'name')) || textOrNull(deal, `${key}_notes`) || null;
}
