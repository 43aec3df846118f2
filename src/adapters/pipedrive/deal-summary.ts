import type { DealWhere } from '../../domain/deal-query.ts';
import type { CurrencyTotals, DealSummaries, DealsSummary } from '../../domain/deal-summary.ts';
import type { Decimal } from '../../domain/decimal.ts';
import { decimalOrNull, numberOrNull, object, type Wire, WireError } from '../wire.ts';
import type { PipedriveApi, Query } from './api.ts';
import { ENDPOINTS } from './endpoints.ts';
import { singleId } from './lists.ts';

/** The conditions v1 has for totals, each an equality; what is not archived is all it adds up. */
const CONDITIONS = { owner: 'user_id', pipeline: 'pipeline_id', stage: 'stage_id' } as const;
export type TotalsCondition = keyof typeof CONDITIONS;

/** Totals of deals that Pipedrive adds up itself (v1, GET /deals/summary). */
export function createDealSummaries(api: PipedriveApi): DealSummaries {
  return {
    async summarize(where, _needs, call) {
      const { status: statuses, ...others } = where;
      const [status, ...more] = statuses ?? [];
      const query = totalsQuery(others, ['owner', 'pipeline', 'stage']);
      if (query === null || more.length > 0 || status === 'DELETED' || statuses?.length === 0) return null;
      if (where.savedFilter !== undefined && status !== undefined) return null;
      const asked: Query = [...query, ['status', status?.toLowerCase()]];
      return api.read(ENDPOINTS.dealsSummary, asked, call, ({ data }) => toSummary(object(data, 'data')));
    },
  };
}

/**
 * A filter in the conditions that are named, or `null` where they cannot say it. A saved filter goes alone: it
 * silently takes the place of other conditions.
 */
export function totalsQuery(where: DealWhere, allowed: readonly TotalsCondition[]): Query | null {
  const { archived, savedFilter, ...others } = where;
  if (archived !== 'EXCLUDE') return null;
  const query: [string, string][] = savedFilter === undefined ? [] : [['filter_id', savedFilter]];
  for (const name of Object.keys(others)) {
    const condition = allowed.find((one) => one === name);
    const value = condition && singleId(where[condition]);
    if (value === undefined || savedFilter !== undefined) return null;
    query.push([CONDITIONS[condition as TotalsCondition], value]);
  }
  return query;
}

function toSummary(wire: Wire): DealsSummary {
  const weighted = byCurrency(wire, 'weighted_values_total');
  const values = byCurrency(wire, 'values_total');
  const currencies = currenciesOf(values).map((currency): CurrencyTotals => {
    const own = object(values[currency], 'values_total');
    return {
      currency,
      count: count(own, 'count'),
      value: decimal(own, 'value'),
      weightedValue: decimal(object(weighted[currency], 'weighted_values_total'), 'value'),
    };
  });
  return {
    count: count(wire, 'total_count'),
    currencies,
    converted: {
      value: decimal(wire, 'total_currency_converted_value'),
      weightedValue: decimal(wire, 'total_weighted_currency_converted_value'),
    },
  };
}

/** An object with a key for each currency; v1 may write an empty one as a list. */
export function byCurrency(wire: Wire, key: string): Wire {
  const value = wire[key];
  return Array.isArray(value) && value.length === 0 ? {} : object(value, key);
}

/** The currencies of an object with a key for each, in order. */
export function currenciesOf(totals: Wire): readonly string[] {
  return Object.keys(totals).sort();
}

export function count(wire: Wire, key: string): number {
  const value = numberOrNull(wire, key);
  if (value === null || !Number.isInteger(value) || value < 0) throw new WireError(`${key} is not a count`);
  return value;
}

export function decimal(wire: Wire, key: string): Decimal {
  const value = decimalOrNull(wire, key);
  if (value === null) throw new WireError(`${key} is missing`);
  return value;
}
