import { type Combination, holds } from './combination.ts';
import type { Deal, DealStatus } from './deal.ts';
import type { Decimal } from './decimal.ts';
import type { IdCondition, InstantRange, Order, Range, SortKey, TextCondition } from './list.ts';
import { matchesId, matchesInstant, matchesText, textKey } from './match.ts';
import type { CalendarDate } from './time.ts';

export const DEAL_ORDER_FIELDS = [
  'CREATED_AT',
  'UPDATED_AT',
  'TITLE',
  'VALUE',
  'EXPECTED_CLOSE_DATE',
  'OWNER',
  'SOURCE',
  'PROBABILITY',
  'CLOSED_AT',
] as const;
export type DealOrderField = (typeof DEAL_ORDER_FIELDS)[number];

export type Archived = 'EXCLUDE' | 'ONLY' | 'INCLUDE';

/** Conditions on what a deal shows; all that are present must hold. */
export interface DealConditions extends Combination<DealConditions> {
  readonly status?: readonly DealStatus[];
  readonly stage?: IdCondition;
  readonly pipeline?: IdCondition;
  readonly owner?: IdCondition;
  /** The primary contact. */
  readonly person?: IdCondition;
  readonly organization?: IdCondition;
  readonly source?: IdCondition;
  readonly title?: TextCondition;
  /** Compares bare amounts; `currency` narrows. */
  readonly value?: Range<Decimal>;
  readonly expectedCloseDate?: Range<CalendarDate>;
  readonly createdAt?: InstantRange;
  readonly updatedAt?: InstantRange;
  readonly closedAt?: InstantRange;
  readonly currency?: string;
}

/** Which deals are asked for. Deleted ones match only where `status` names them. */
export interface DealWhere extends DealConditions {
  readonly archived: Archived;
  /** Remote id of a filter saved in the CRM. Only the CRM can tell which deals it holds. */
  readonly savedFilter?: string;
}

export interface DealQuery {
  readonly where: DealWhere;
  /** `null`: any order, whichever costs least. */
  readonly order: Order<DealOrderField> | null;
}

/** Whether a deal is one the query asks for, as far as that shows on the deal: `savedFilter` does not. */
export function matchesDeal(deal: Deal, where: DealWhere): boolean {
  return (
    (where.status !== undefined || deal.status !== 'DELETED') &&
    (where.archived === 'INCLUDE' || deal.isArchived === (where.archived === 'ONLY')) &&
    matchesConditions(deal, where)
  );
}

function matchesConditions(deal: Deal, where: DealConditions): boolean {
  return (
    (where.status === undefined || where.status.includes(deal.status)) &&
    matchesId(deal.stage, where.stage) &&
    matchesId(deal.pipeline, where.pipeline) &&
    matchesId(deal.owner, where.owner) &&
    matchesId(deal.person, where.person) &&
    matchesId(deal.organization, where.organization) &&
    matchesId(deal.source, where.source) &&
    matchesText(deal.title, where.title) &&
    matchesAmount(deal, where.value) &&
    matchesDate(deal.expectedCloseDate, where.expectedCloseDate) &&
    matchesInstant(deal.createdAt, where.createdAt) &&
    matchesInstant(deal.updatedAt, where.updatedAt) &&
    matchesInstant(deal.closedAt, where.closedAt) &&
    (where.currency === undefined || deal.value?.currency === where.currency) &&
    holds(where, (conditions) => matchesConditions(deal, conditions))
  );
}

/**
 * What a deal is ordered by. Amounts are compared without regard to currency, so their key is the amount itself. The
 * probability is the deal's own: one that comes from the stage is for the caller to find out.
 */
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
    case 'OWNER':
      return deal.owner && Number(deal.owner.ref.id);
    case 'SOURCE':
      return deal.source ? Number(deal.source.ref.id) : null;
    case 'PROBABILITY':
      return deal.probability;
    case 'CLOSED_AT':
      return deal.closedAt;
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
