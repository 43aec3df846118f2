import type { Call } from './call.ts';
import type { Deal } from './deal.ts';
import type { DealWhere } from './deal-query.ts';
import { byCurrency } from './deal-summary.ts';
import { type Decimal, parseDecimal } from './decimal.ts';
import { type CalendarDate, type Instant, isCalendarDate } from './time.ts';

/** The times of a deal that can place it on a timeline. */
export const DEAL_TIMES = [
  'CREATED_AT',
  'UPDATED_AT',
  'STAGE_CHANGED_AT',
  'EXPECTED_CLOSE_DATE',
  'CLOSED_AT',
  'WON_AT',
] as const;
export type DealTime = (typeof DEAL_TIMES)[number];

/** What places a deal on a timeline: one of its own times, or a date that the account added, by the CRM's key. */
export type TimelineField = DealTime | { readonly customField: string };

export const TIMELINE_INTERVALS = ['DAY', 'WEEK', 'MONTH', 'QUARTER'] as const;
export type TimelineInterval = (typeof TIMELINE_INTERVALS)[number];

/** Days from `start` to `end`, both included, each from midnight to midnight UTC. */
export interface Period {
  readonly start: CalendarDate;
  readonly end: CalendarDate;
}

/** Which periods, and what is told of each. */
export interface Timeline {
  readonly field: TimelineField;
  readonly start: CalendarDate;
  readonly interval: TimelineInterval;
  /** How many intervals. */
  readonly amount: number;
  /** The currency to convert totals to, at the CRM's rates. */
  readonly convertTo: string | null;
  /** Whether the deals themselves are needed beside their totals. */
  readonly withDeals: boolean;
}

/** A timeline of the deals that match. */
export interface TimelineQuery extends Timeline {
  readonly where: DealWhere;
}

/** Sums in one currency. */
export interface TimelineTotals {
  readonly currency: string;
  readonly value: Decimal;
  readonly weightedValue: Decimal;
  readonly openValue: Decimal;
  readonly weightedOpenValue: Decimal;
  readonly wonValue: Decimal;
}

/** Open and won deals whose time lies in one period. */
export interface TimelineBucket extends Period {
  readonly count: number;
  readonly openCount: number;
  readonly wonCount: number;
  /** By currency code. */
  readonly currencies: readonly TimelineTotals[];
  /** Everything in the currency that was asked for; `null` where none was. */
  readonly converted: TimelineTotals | null;
  /** Remote ids; `null` where they were not asked for. */
  readonly deals: readonly string[] | null;
}

/** Timelines that a CRM makes itself. */
export interface DealTimelines {
  /** One bucket for each period, or `null` where the CRM cannot say it for this filter. */
  timeline(query: TimelineQuery, call: Call): Promise<readonly TimelineBucket[] | null>;
}

/** The periods of a timeline. A month or quarter that starts late in a month ends where a shorter month does. */
export function periodsOf({ start, interval, amount }: Pick<Timeline, 'start' | 'interval' | 'amount'>): Period[] {
  const starts = Array.from({ length: amount + 1 }, (_, index) => step(start, interval, index));
  return starts.slice(0, amount).map((first, index) => ({
    start: first,
    end: dayBefore(starts[index + 1] ?? first),
  }));
}

/** Groups deals that are open or won by one of their times. `weight` is in percent. */
export function groupByPeriod(
  deals: readonly Deal[],
  timeline: Timeline,
  weight: (deal: Deal) => number,
): readonly TimelineBucket[] {
  const periods = periodsOf(timeline);
  const groups = periods.map((): Deal[] => []);
  for (const deal of deals) {
    const day = dealDay(deal, timeline.field);
    const index = day === null ? -1 : periods.findIndex(({ start, end }) => day >= start && day <= end);
    if (deal.status === 'OPEN' || deal.status === 'WON') groups[index]?.push(deal);
  }
  return periods.map((period, index) => {
    const own = groups[index] ?? [];
    return {
      ...period,
      count: own.length,
      openCount: own.filter(({ status }) => status === 'OPEN').length,
      wonCount: own.filter(({ status }) => status === 'WON').length,
      currencies: totalsOf(own, weight),
      converted: null,
      deals: timeline.withDeals ? own.map(({ ref }) => ref.id) : null,
    };
  });
}

/** The conditions that narrow a list of deals to those on the timeline, as far as a filter can say them. */
export function withinTimeline({ where, ...query }: TimelineQuery): DealWhere {
  const periods = periodsOf(query);
  const [first, last] = [periods[0]?.start ?? query.start, periods.at(-1)?.end ?? query.start];
  const statuses = (where.status ?? ['OPEN', 'WON']).filter((status) => status === 'OPEN' || status === 'WON');
  const narrowed: DealWhere = { ...where, status: statuses };
  const instants = { gte: midnight(first), lt: midnight(last) + DAY_MS };
  const both = (given: DealWhere['createdAt']) => ({
    gte: Math.max(given?.gte ?? instants.gte, instants.gte),
    lt: Math.min(given?.lt ?? instants.lt, instants.lt),
  });
  if (typeof query.field === 'object') return narrowed;
  switch (query.field) {
    case 'CREATED_AT':
      return { ...narrowed, createdAt: both(where.createdAt) };
    case 'UPDATED_AT':
      return { ...narrowed, updatedAt: both(where.updatedAt) };
    case 'CLOSED_AT':
      return { ...narrowed, closedAt: both(where.closedAt) };
    case 'EXPECTED_CLOSE_DATE': {
      const { gte = first, lte = last } = where.expectedCloseDate ?? {};
      return {
        ...narrowed,
        expectedCloseDate: { gte: gte > first ? gte : first, lte: lte < last ? lte : last },
      };
    }
    case 'WON_AT':
    case 'STAGE_CHANGED_AT':
      return narrowed;
  }
}

/** Several timelines of the same periods as one; their deals stay apart. */
export function addBuckets(
  periods: readonly Period[],
  timelines: readonly (readonly TimelineBucket[])[],
): readonly Omit<TimelineBucket, 'deals'>[] {
  return periods.map((period, index) => {
    const buckets = timelines.flatMap((timeline) => timeline[index] ?? []);
    const sum = (count: (bucket: TimelineBucket) => number) => buckets.reduce((total, one) => total + count(one), 0);
    const converted = buckets.flatMap((bucket) => bucket.converted ?? []);
    return {
      ...period,
      count: sum((bucket) => bucket.count),
      openCount: sum((bucket) => bucket.openCount),
      wonCount: sum((bucket) => bucket.wonCount),
      currencies: addTotals(buckets.flatMap((bucket) => bucket.currencies)),
      converted: buckets.every((one) => one.converted || one.count === 0) ? (addTotals(converted)[0] ?? null) : null,
    };
  });
}

const DAY_MS = 86_400_000;
const MONTHS: Partial<Record<TimelineInterval, number>> = { MONTH: 1, QUARTER: 3 };

function step(start: CalendarDate, interval: TimelineInterval, count: number): CalendarDate {
  const months = MONTHS[interval];
  if (months === undefined) return dayOf(midnight(start) + count * (interval === 'WEEK' ? 7 : 1) * DAY_MS);
  const [year = 0, month = 0, day = 0] = start.split('-').map(Number);
  const target = month - 1 + count * months;
  const lastDay = new Date(Date.UTC(year, target + 1, 0)).getUTCDate();
  return dayOf(Date.UTC(year, target, Math.min(day, lastDay)));
}

function dayBefore(day: CalendarDate): CalendarDate {
  return dayOf(midnight(day) - DAY_MS);
}

function midnight(day: CalendarDate): Instant {
  return Date.parse(`${day}T00:00:00Z`);
}

function dayOf(instant: Instant): CalendarDate {
  return new Date(instant).toISOString().slice(0, 10);
}

function dealDay(deal: Deal, field: TimelineField): CalendarDate | null {
  if (typeof field === 'object') return customDay(deal.customValues[field.customField]);
  const time = {
    CREATED_AT: deal.createdAt,
    UPDATED_AT: deal.updatedAt,
    STAGE_CHANGED_AT: deal.stageChangedAt,
    EXPECTED_CLOSE_DATE: deal.expectedCloseDate,
    CLOSED_AT: deal.closedAt,
    WON_AT: deal.wonAt,
  }[field];
  return typeof time === 'number' ? dayOf(time) : time;
}

/** The day of a date as CRMs write it, or that a range of days starts with. */
function customDay(value: unknown): CalendarDate | null {
  const text = typeof value === 'object' && value !== null && 'value' in value ? value.value : value;
  if (typeof text !== 'string') return null;
  const day = text.slice(0, 10).replaceAll('/', '-');
  return isCalendarDate(day) ? day : null;
}

function totalsOf(deals: readonly Deal[], weight: (deal: Deal) => number): readonly TimelineTotals[] {
  const zero = parseDecimal(0);
  return addTotals(
    deals.flatMap((deal) => {
      if (deal.value === null) return [];
      const { amount: value, currency } = deal.value;
      const weightedValue = value.times(weight(deal)).div(100);
      const isOpen = deal.status === 'OPEN';
      return {
        currency,
        value,
        weightedValue,
        openValue: isOpen ? value : zero,
        weightedOpenValue: isOpen ? weightedValue : zero,
        wonValue: isOpen ? zero : value,
      };
    }),
  );
}

function addTotals(totals: readonly TimelineTotals[]): readonly TimelineTotals[] {
  const sums = new Map<string, Omit<TimelineTotals, 'currency'>>();
  for (const { currency, ...own } of totals) {
    const sum = sums.get(currency);
    sums.set(
      currency,
      sum
        ? {
            value: sum.value.plus(own.value),
            weightedValue: sum.weightedValue.plus(own.weightedValue),
            openValue: sum.openValue.plus(own.openValue),
            weightedOpenValue: sum.weightedOpenValue.plus(own.weightedOpenValue),
            wonValue: sum.wonValue.plus(own.wonValue),
          }
        : own,
    );
  }
  return byCurrency(sums);
}
