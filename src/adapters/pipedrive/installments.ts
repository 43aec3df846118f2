import type { Call } from '../../domain/call.ts';
import type { DealParts } from '../../domain/deal-parts.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { DealInstallment, DealInstallmentDraft } from '../../domain/installment.ts';
import { compareRemoteIds, partOfDeal } from '../../domain/ref.ts';
import { dateOrNull, decimal, id, textOrNull, type Wire, WireError } from '../wire.ts';
import type { PipedriveApi } from './api.ts';
import { groupByDeal, type PartKind } from './by-deal.ts';
import { ENDPOINTS, MAX_PAGE } from './endpoints.ts';
import { lotOfDeals } from './records.ts';

const INSTALLMENT: PartKind<DealInstallment> = {
  what: 'installment',
  map: toDealInstallment,
  compare: byBillingDate,
};

/** Maps an installment of a deal (v2, GET /deals/installments). Its amount is in the deal's currency. */
export function toDealInstallment(crm: string, wire: Wire): DealInstallment {
  const billingDate = dateOrNull(wire, 'billing_date');
  if (billingDate === null) throw new WireError('billing_date is missing');
  return {
    ref: { crm, type: 'DealInstallment', id: `${id(wire, 'deal_id')}/${id(wire)}` },
    description: textOrNull(wire, 'description') ?? '',
    amount: decimal(wire, 'amount'),
    billingDate,
  };
}

/** Installments of deals by `deal_ids`, each deal's by billing date. They need a plan that has them. */
export function installmentsOfDeals(api: PipedriveApi): DealParts<DealInstallment, DealInstallmentDraft>['ofDeals'] {
  const installments = lotOfDeals(ENDPOINTS.installmentsOfDeals, INSTALLMENT.what, async (deals, call) =>
    groupByDeal(api.crm, INSTALLMENT, deals, await readInstallments(api, deals, call)),
  );
  return (deals, call) => api.loads.read(installments, deals, call);
}

/**
 * The endpoint takes a cursor, but its documented answer names none: after a full page that names no next one there
 * may be more, so the deals are asked for again in halves.
 */
export async function readInstallments(
  api: PipedriveApi,
  deals: readonly string[],
  call: Call,
): Promise<readonly unknown[]> {
  const values = await api.all(ENDPOINTS.installmentsOfDeals, [['deal_ids', deals.join(',')]], call);
  if (values.length !== MAX_PAGE) return values;
  if (deals.length === 1) {
    throw new GatewayError(
      'UPSTREAM_INVALID_RESPONSE',
      `${api.crm} does not tell whether deal ${deals[0]} has more than ${MAX_PAGE} installments`,
      { crm: api.crm },
    );
  }
  const middle = Math.ceil(deals.length / 2);
  const halves = [deals.slice(0, middle), deals.slice(middle)];
  return (await Promise.all(halves.map((half) => readInstallments(api, half, call)))).flat();
}

function byBillingDate(a: DealInstallment, b: DealInstallment): number {
  if (a.billingDate !== b.billingDate) return a.billingDate < b.billingDate ? -1 : 1;
  return compareRemoteIds(partOfDeal(a.ref.id).part, partOfDeal(b.ref.id).part);
}
