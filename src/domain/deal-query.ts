import { type Combination, holds } from './combination.ts';
import { type CustomFieldCondition, matchesCustomFields } from './custom-field-condition.ts';
import type { Deal, DealStatus } from './deal.ts';
import { probabilityOf } from './deal-probability.ts';
import type { Decimal } from './decimal.ts';
import type { IdCondition, InstantRange, Order, Range, SortKey, TextCondition } from './list.ts';
import type { Lookup } from './lookup.ts';
import {
  type Matchers,
  matchesAll,
  matchesAmount,
  matchesDate,
  matchesId,
  matchesInstant,
  matchesNumber,
  matchesText,
  textKey,
} from './match.ts';
import { judgeRelated, type RelatedCondition } from './related.ts';
import type { CalendarDate } from './time.ts';
import { allHold, type Verdict } from './verdict.ts';

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

/** The references of a deal behind which there is a record to ask for. */
export const DEAL_REFERENCES = ['stage', 'pipeline', 'owner', 'person', 'organization', 'source'] as const;
export type DealReference = (typeof DEAL_REFERENCES)[number];

/** Conditions on what a deal shows; all that are present must hold. */
export interface DealConditions extends Combination<DealConditions> {
  readonly id?: IdCondition;
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
  /** In percent, as the deal shows it. */
  readonly probability?: Range<number>;
  readonly customFields?: readonly CustomFieldCondition[];
  readonly related?: Readonly<Partial<Record<DealReference, RelatedCondition>>>;
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
export function judgeDeal(deal: Deal, where: DealWhere, lookup: Lookup): Verdict {
  return (
    (where.status !== undefined || deal.status !== 'DELETED') &&
    (where.archived === 'INCLUDE' || deal.isArchived === (where.archived === 'ONLY')) &&
    judgeConditions(deal, where, lookup)
  );
}

/** What the deal itself tells comes first: whatever it rules out, nothing beside it has to be read for. */
function judgeConditions(deal: Deal, where: DealConditions, lookup: Lookup): Verdict {
  if (!matchesAll(deal, where, MATCHERS)) return false;
  const { and, or, not, probability, related } = where;
  const isAll = !and && !or && !not && !probability && !related;
  return isAll || judgeFurther(deal, where, lookup);
}

function judgeFurther(deal: Deal, where: DealConditions, lookup: Lookup): Verdict {
  return allHold<() => Verdict>(
    [
      () => holds(where, (conditions) => judgeConditions(deal, conditions, lookup)),
      () => judgeProbability(deal, where.probability, lookup),
      ...DEAL_REFERENCES.map((name) => () => {
        const condition = where.related?.[name];
        return condition ? judgeRelated(deal[name], condition, lookup) : true;
      }),
    ],
    (judge) => judge(),
  );
}

const MATCHERS: Matchers<Deal, DealConditions> = {
  id: matchesId,
  status: ({ status }, condition) => condition.includes(status),
  stage: ({ stage }, condition) => matchesId(stage, condition),
  pipeline: ({ pipeline }, condition) => matchesId(pipeline, condition),
  owner: ({ owner }, condition) => matchesId(owner, condition),
  person: ({ person }, condition) => matchesId(person, condition),
  organization: ({ organization }, condition) => matchesId(organization, condition),
  source: ({ source }, condition) => matchesId(source, condition),
  title: ({ title }, condition) => matchesText(title, condition),
  value: ({ value }, condition) => matchesAmount(value?.amount ?? null, condition),
  expectedCloseDate: ({ expectedCloseDate }, condition) => matchesDate(expectedCloseDate, condition),
  createdAt: ({ createdAt }, condition) => matchesInstant(createdAt, condition),
  updatedAt: ({ updatedAt }, condition) => matchesInstant(updatedAt, condition),
  closedAt: ({ closedAt }, condition) => matchesInstant(closedAt, condition),
  currency: ({ value }, condition) => value?.currency === condition,
  customFields: ({ customValues }, condition) => matchesCustomFields(customValues, condition),
};

function judgeProbability(deal: Deal, range: Range<number> | undefined, lookup: Lookup): Verdict {
  if (!range) return true;
  const probability = probabilityOf(deal, lookup);
  return probability === undefined ? null : matchesNumber(probability, range);
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
