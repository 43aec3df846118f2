import type Big from 'big.js';
import type { Route, SimRequest, SimResponse } from '../kit/simulator.ts';
import { toAmount, toBig } from './amount.ts';
import { lastActivityOf, nextActivityOf } from './deal-columns.ts';
import { flatDeal, weightedValue } from './deal-flat.ts';
import { requireCurrency, success } from './entity.ts';
import { ruleViolation } from './failure.ts';
import { customTexts } from './history.ts';
import { convert, formatMoney, Totals } from './rates.ts';
import type { Deal } from './records.ts';
import { savedFilter } from './saved-filters.ts';
import { date, integerText, Mismatch, oneOf, type Rule, string } from './schema.ts';
import type { Account, Store } from './store.ts';
import { flag, readV1Query } from './v1.ts';

/** The dates of a deal that a timeline can go by, besides its custom fields of the types `date` and `daterange`. */
const DATES: Readonly<Record<string, (store: Store, deal: Deal) => unknown>> = {
  ...Object.fromEntries(
    (['add_time', 'update_time', 'stage_change_time', 'won_time', 'lost_time', 'close_time'] as const).map((key) => [
      key,
      (_store: Store, deal: Deal) => deal[key],
    ]),
  ),
  expected_close_date: (_store, deal) => deal.expected_close_date,
  first_won_time: (_store, deal) => deal.won_time,
  next_activity_date: (store, deal) => nextActivityOf(store, deal.id)?.due_date,
  last_activity_date: (store, deal) => lastActivityOf(store, deal.id)?.due_date,
};

/** Pipedrive states no bound; this one keeps answers finite. */
const MAX_INTERVALS = 1_000;

const summaryQuery = {
  status: oneOf('open', 'won', 'lost'),
  filter_id: integerText,
  user_id: integerText,
  pipeline_id: integerText,
  stage_id: integerText,
};

const amountOfIntervals: Rule<number> = (value) => {
  const amount = integerText(value);
  if (amount < 1 || amount > MAX_INTERVALS) throw new Mismatch(`must be from 1 to ${MAX_INTERVALS}`);
  return amount;
};

const timelineQuery = {
  start_date: date,
  interval: oneOf('day', 'week', 'month', 'quarter'),
  amount: amountOfIntervals,
  field_key: string,
  user_id: integerText,
  pipeline_id: integerText,
  filter_id: integerText,
  exclude_deals: flag,
  totals_convert_currency: string,
};

/** Summary and timeline of deals (v1): of those not archived, and, deprecated, of the archived ones. */
export function dealTotalsRoutes(account: Account): Route[] {
  const summary = (archived: boolean) => (request: SimRequest) => summarize(account, request, archived);
  const timeline = (archived: boolean) => (request: SimRequest) => layOut(account, request, archived);
  return [
    { method: 'GET', path: '/v1/deals/summary', tokens: 40, handler: summary(false) },
    { method: 'GET', path: '/v1/deals/summary/archived', tokens: 80, handler: summary(true) },
    { method: 'GET', path: '/v1/deals/timeline', tokens: 20, handler: timeline(false) },
    { method: 'GET', path: '/v1/deals/timeline/archived', tokens: 40, handler: timeline(true) },
  ];
}

function summarize({ store }: Account, request: SimRequest, archived: boolean): SimResponse {
  const query = readV1Query(request, summaryQuery);
  const passes = savedFilter(store, query.filter_id);
  const deals = dealsOf(store, archived).filter(
    (deal) =>
      passes(deal) &&
      (query.status === undefined || deal.status === query.status) &&
      (query.filter_id !== undefined || query.user_id === undefined || deal.owner_id === query.user_id) &&
      (query.pipeline_id === undefined || deal.pipeline_id === query.pipeline_id) &&
      (query.stage_id === undefined || deal.stage_id === query.stage_id),
  );
  const { default_currency: home } = store.caller;
  const values = new Totals();
  const weighted = new Totals();
  for (const deal of deals) {
    values.add(deal.value, deal.currency);
    weighted.add(weightedValue(store, deal), deal.currency);
  }
  const count = (currency: string) => deals.filter((deal) => deal.currency === currency).length;
  const [total, totalWeighted] = [values.convertedTo(home), weighted.convertedTo(home)];
  return success({
    values_total: Object.fromEntries(
      values.entries.map(([currency, sum]) => {
        const converted = convert(sum, currency, home);
        const figures = {
          value: toAmount(sum),
          count: count(currency),
          value_converted: toAmount(converted),
          value_formatted: formatMoney(sum, currency),
          value_converted_formatted: formatMoney(converted, home),
        };
        return [currency, figures];
      }),
    ),
    weighted_values_total: Object.fromEntries(
      weighted.entries.map(([currency, sum]) => [
        currency,
        { value: toAmount(sum), count: count(currency), value_formatted: formatMoney(sum, currency) },
      ]),
    ),
    total_count: deals.length,
    total_currency_converted_value: toAmount(total),
    total_weighted_currency_converted_value: toAmount(totalWeighted),
    total_currency_converted_value_formatted: formatMoney(total, home),
    total_weighted_currency_converted_value_formatted: formatMoney(totalWeighted, home),
  });
}

function layOut({ store }: Account, request: SimRequest, archived: boolean): SimResponse {
  const query = readV1Query(request, timelineQuery, ['start_date', 'interval', 'amount', 'field_key']);
  const dayOf = dateReader(store, query.field_key as string);
  const currency =
    query.totals_convert_currency === 'default_currency'
      ? store.caller.default_currency
      : query.totals_convert_currency;
  requireCurrency(store, currency);
  const passes = savedFilter(store, query.filter_id);
  const chosen = dealsOf(store, archived).filter(
    (deal) =>
      deal.status !== 'lost' &&
      passes(deal) &&
      (query.user_id === undefined || deal.owner_id === query.user_id) &&
      (query.pipeline_id === undefined || deal.pipeline_id === query.pipeline_id),
  );
  const dated = chosen.map((deal) => ({ deal, day: dayOf(deal) }));
  const start = query.start_date as string;
  const edge = (place: number) => addIntervals(start, place, query.interval as Interval);
  const periods = Array.from({ length: query.amount as number }, (_, place) => {
    const [from, until] = [edge(place), edge(place + 1)];
    const inside = dated.filter(({ day }) => day !== null && day >= from && day < until).map(({ deal }) => deal);
    return {
      period_start: `${from} 00:00:00`,
      period_end: `${addDays(until, -1)} 23:59:59`,
      ...(!query.exclude_deals && { deals: inside.map((deal) => flatDeal(store, deal)) }),
      totals: totalsOf(store, inside, null),
      ...(currency !== undefined && { totals_converted: totalsOf(store, inside, currency) }),
    };
  });
  return success(periods);
}

function dealsOf(store: Store, archived: boolean): Deal[] {
  return [...store.deals.values()].filter((deal) => !deal.is_deleted && deal.is_archived === archived);
}

/** Reads the day of a deal in a date field. Throws 400 for fields that are none. */
function dateReader(store: Store, key: string): (deal: Deal) => string | null {
  const builtIn = Object.hasOwn(DATES, key) ? DATES[key] : undefined;
  if (builtIn) return (deal) => (builtIn(store, deal) as string | null | undefined)?.slice(0, 10) ?? null;
  const field = store.fields.deal.find(({ field_code }) => field_code === key);
  if (!field || !['date', 'daterange'].includes(field.field_type))
    throw ruleViolation('field_key is not a date field.');
  return (deal) => customTexts(field, deal.custom_fields[key])[0]?.[1] ?? null;
}

/** Counts and values of the deals of a period, by their currencies or all in one. */
function totalsOf(store: Store, deals: readonly Deal[], currency: string | null): object {
  const sum = (chosen: readonly Deal[], read: (deal: Deal) => Big) => {
    const totals = new Totals();
    for (const deal of chosen) {
      if (currency === null) totals.add(read(deal), deal.currency);
      else totals.add(convert(read(deal), deal.currency, currency), currency);
    }
    return totals.toObject();
  };
  const value = (deal: Deal) => toBig(deal.value);
  const weighted = (deal: Deal) => weightedValue(store, deal);
  const open = deals.filter((deal) => deal.status === 'open');
  const won = deals.filter((deal) => deal.status === 'won');
  return {
    count: deals.length,
    values: sum(deals, value),
    weighted_values: sum(deals, weighted),
    open_count: open.length,
    open_values: sum(open, value),
    weighted_open_values: sum(open, weighted),
    won_count: won.length,
    won_values: sum(won, value),
  };
}

type Interval = 'day' | 'week' | 'month' | 'quarter';

/** The first day of an interval; months are as long as they are, and begin on their last day at the latest. */
function addIntervals(start: string, count: number, interval: Interval): string {
  if (interval === 'day') return addDays(start, count);
  if (interval === 'week') return addDays(start, count * 7);
  const [year = 0, month = 0, day = 0] = start.split('-').map(Number);
  const months = count * (interval === 'quarter' ? 3 : 1);
  const lastDay = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  return isoDay(Date.UTC(year, month - 1 + months, Math.min(day, lastDay)));
}

function addDays(day: string, count: number): string {
  return isoDay(Date.parse(`${day}T00:00:00Z`) + count * 24 * 60 * 60 * 1_000);
}

function isoDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
