import {
  type DealTime,
  type DealTimelines,
  type Period,
  periodsOf,
  type TimelineBucket,
  type TimelineQuery,
  type TimelineTotals,
} from '../../domain/deal-timeline.ts';
import { type Decimal, parseDecimal } from '../../domain/decimal.ts';
import { dateOrNull, id, isWire, list, object, type Wire, WireError } from '../wire.ts';
import type { PipedriveApi } from './api.ts';
import { byCurrency, count, currenciesOf, decimal, totalsQuery } from './deal-summary.ts';
import { ENDPOINTS } from './endpoints.ts';

const FIELD_KEYS: Record<DealTime, string> = {
  CREATED_AT: 'add_time',
  UPDATED_AT: 'update_time',
  STAGE_CHANGED_AT: 'stage_change_time',
  EXPECTED_CLOSE_DATE: 'expected_close_date',
  CLOSED_AT: 'close_time',
  WON_AT: 'won_time',
};

/** Open and won deals by time, as Pipedrive groups and adds them up itself (v1, GET /deals/timeline). */
export function createDealTimelines(api: PipedriveApi): DealTimelines {
  return {
    async timeline(query, call) {
      const conditions = totalsQuery(query.where, ['owner', 'pipeline']);
      if (conditions === null) return null;
      const asked = [
        ['start_date', query.start],
        ['interval', query.interval.toLowerCase()],
        ['amount', query.amount],
        ['field_key', typeof query.field === 'object' ? query.field.customField : FIELD_KEYS[query.field]],
        ['exclude_deals', query.withDeals ? 0 : 1],
        ['totals_convert_currency', query.convertTo ?? undefined],
        ...conditions,
      ] as const;
      return api.read(ENDPOINTS.dealsTimeline, asked, call, ({ data }) => toBuckets(data, query));
    },
  };
}

/** The documentation shows a single period where a list of them is answered. */
function toBuckets(data: unknown, query: TimelineQuery): readonly TimelineBucket[] {
  const answered = isWire(data) ? [data] : list(data, 'data');
  const periods = periodsOf(query);
  if (answered.length !== periods.length) throw new WireError('there are not as many periods as asked');
  return periods.map((period, index) => toBucket(object(answered[index], 'period'), period, query));
}

function toBucket(wire: Wire, period: Period, { convertTo, withDeals }: TimelineQuery): TimelineBucket {
  if (dateOrNull(wire, 'period_start') !== period.start || dateOrNull(wire, 'period_end') !== period.end) {
    throw new WireError('a period begins or ends on another day than asked');
  }
  const totals = object(wire.totals, 'totals');
  return {
    ...period,
    count: count(totals, 'count'),
    openCount: count(totals, 'open_count'),
    wonCount: count(totals, 'won_count'),
    currencies: currenciesOf(byCurrency(totals, 'values')).map((currency) => totalsIn(currency, totals)),
    converted: convertTo === null ? null : toConverted(object(wire.totals_converted, 'totals_converted'), convertTo),
    deals: withDeals ? list(wire.deals, 'deals').map((deal) => id(object(deal, 'deal'))) : null,
  };
}

/** A currency without open, or without won, deals is missing among theirs. */
function totalsIn(currency: string, totals: Wire): TimelineTotals {
  const sum = (key: string): Decimal => {
    const sums = byCurrency(totals, key);
    return currency in sums ? decimal(sums, currency) : parseDecimal(0);
  };
  return {
    currency,
    value: sum('values'),
    weightedValue: sum('weighted_values'),
    openValue: sum('open_values'),
    weightedOpenValue: sum('weighted_open_values'),
    wonValue: sum('won_values'),
  };
}

/** Answers that are on record carry one number each (`value`, `won_value`), others the form of `totals`. */
function toConverted(totals: Wire, currency: string): TimelineTotals {
  if (totals.values !== undefined) return totalsIn(currency, totals);
  return {
    currency,
    value: decimal(totals, 'value'),
    weightedValue: decimal(totals, 'weighted_value'),
    openValue: decimal(totals, 'open_value'),
    weightedOpenValue: decimal(totals, 'weighted_open_value'),
    wonValue: decimal(totals, 'won_value'),
  };
}
