import type { DealWhere } from '../../domain/deal-query.ts';
import type { DealSummaries, DealsSummary } from '../../domain/deal-summary.ts';
import { decimalOrNull, isWire, readRecord, WireError } from '../wire.ts';
import type { Account } from './account.ts';
import { collection, type Query } from './api.ts';
import { onlyId } from './conditions.ts';

/**
 * Count and sum as the server adds them up (PipelineDeals API v3, GET /deals with `totals=true`), where its conditions
 * say exactly what is asked. It knows neither weighted sums nor how many deals have no value.
 */
export function createDealSummaries(account: Account): DealSummaries {
  return {
    async summarize(where, needs, call) {
      const conditions = exactConditions(where);
      if (conditions === null || needs.weightedValue || needs.countByCurrency) return null;
      const query = [...conditions, ['totals', true]] as const;
      const [answer, currency] = await Promise.all([
        account.api.totals(collection('deals'), query, call),
        account.currency(call),
      ]);
      return toSummary(account.crm, answer, currency);
    },
  };
}

/** Conditions with exactly the meaning of the filter, or `null`. Archived deals are in every list. */
function exactConditions(where: DealWhere): Query | null {
  const { archived, owner, stage, ...others } = where;
  if (archived !== 'INCLUDE' || Object.keys(others).length > 0) return null;
  if ((owner && onlyId(owner) === null) || (stage && onlyId(stage) === null)) return null;
  return [
    ['conditions[deal_owner]', (owner && onlyId(owner)) ?? undefined],
    ['conditions[deal_stage]', (stage && onlyId(stage)) ?? undefined],
  ];
}

function toSummary(crm: string, answer: unknown, currency: string): DealsSummary {
  return readRecord(crm, 'summary', answer, (wire) => {
    const [totals, pagination] = [wire.totals, wire.pagination];
    if (!isWire(totals) || !isWire(pagination)) throw new WireError('totals or pagination is missing');
    const value = decimalOrNull(totals, 'deal_value');
    const count = decimalOrNull(pagination, 'total');
    if (value === null || count === null) throw new WireError('deal_value or total is missing');
    return {
      count: count.toNumber(),
      currencies: count.eq(0) ? [] : [{ currency, count: null, value, weightedValue: null }],
      converted: null,
    };
  });
}
