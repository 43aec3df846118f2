import type { Deal, DealStatus } from './deal.ts';
import type { Decimal } from './decimal.ts';
import type { IdCondition, InstantRange, Order, Range, SortKey, TextCondition } from './list.ts';
import { matchesId, matchesInstant, matchesText, textKey } from './match.ts';
import type { CalendarDate } from './time.ts';

export const DEAL_ORDER_FIELDS = ['CREATED_AT', 'UPDATED_AT', 'TITLE', 'VALUE', 'EXPECTED_CLOSE_DATE'] as const;
export type DealOrderField = (typeof DEAL_ORDER_FIELDS)[number];

export type Archived = 'EXCLUDE' | 'ONLY' | 'INCLUDE';

/** Conditions on a deal; all that are present must hold. Deleted deals match only where `status` names them. */
export interface DealWhere {
  readonly status?: readonly DealStatus[];
  readonly stage?: IdCondition;
  readonly pipeline?: IdCondition;
  readonly owner?: IdCondition;
  /** The primary contact. */
  readonly person?: IdCondition;
  readonly organization?: IdCondition;
  readonly title?: TextCondition;
  /** Compares bare amounts; `currency` narrows. */
  readonly value?: Range<Decimal>;
  readonly expectedCloseDate?: Range<CalendarDate>;
  readonly createdAt?: InstantRange;
  readonly updatedAt?: InstantRange;
  readonly archived: Archived;
  readonly currency?: string;
}

export interface DealQuery {
  readonly where: DealWhere;
  readonly order: Order<DealOrderField>;
}

/** Whether a deal is one the query asks for. */
export function matchesDeal(deal: Deal, where: DealWhere): boolean {
  return (
    (where.status ? where.status.includes(deal.status) : deal.status !== 'DELETED') &&
    (where.archived === 'INCLUDE' || deal.isArchived === (where.archived === 'ONLY')) &&
    matchesId(deal.stage, where.stage) &&
    matchesId(deal.pipeline, where.pipeline) &&
    matchesId(deal.owner, where.owner) &&
    matchesId(deal.person, where.person) &&
    matchesId(deal.organization, where.organization) &&
    matchesText(deal.title, where.title) &&
    matchesAmount(deal, where.value) &&
    matchesDate(deal.expectedCloseDate, where.expectedCloseDate) &&
    matchesInstant(deal.createdAt, where.createdAt) &&
    matchesInstant(deal.updatedAt, where.updatedAt) &&
    (where.currency === undefined || deal.value?.currency === where.currency)
  );
}

/** What a deal is ordered by. Amounts are compared without regard to currency, so their key is the amount itself. */
export function dealSortKey(deal: Deal, field: DealOrderField): SortKey {
  switch (field) {
    case 'CREATED_AT':
      return deal.createdAt;
    case 'UPDATED_AT':
      return deal.updatedAt;
    case 'TITLE':
      return textKey(deal.title);
    case 'VALUE':
      return deal.value?.amount.toFixed() ?? null;
    case 'EXPECTED_CLOSE_DATE':
      return deal.expectedCloseDate;
  }
}

function matchesAmount(deal: Deal, range: Range<Decimal> | undefined): boolean {
  if (!range) return true;
  const amount = deal.value?.amount;
  if (!amount) return false;
  return (range.gte === undefined || amount.gte(range.gte)) && (range.lte === undefined || amount.lte(range.lte));
}

function matchesDate(date: CalendarDate | null, range: Range<CalendarDate> | undefined): boolean {
  if (!range) return true;
  if (date === null) return false;
  return (range.gte === undefined || date >= range.gte) && (range.lte === undefined || date <= range.lte);
}
