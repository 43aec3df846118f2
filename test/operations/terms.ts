import { expect } from 'vitest';
import { plain } from '../gateway/reads/oracle.ts';
import { remoteId } from '../gateway/writes/support.ts';
import { byDeal } from './listed-part.ts';
import { type Operation, onlyOn, v2 } from './operation.ts';
import type { Place } from './place.ts';

/** A Pipedrive deal with some of these; any deal on the other CRM. */
function dealWith(place: Place, records: (place: Place) => Iterable<{ deal_id: number }>): string {
  if (place.crm === 'pipelinedeals') return place.sample().id;
  const deals = [...records(place)].map(({ deal_id }) => deal_id);
  return place.sample(({ remoteId: id }) => deals.includes(id)).id;
}
const discountsOf = ({ gateway }: Place) => gateway.pipedrive.store.discounts.values();
const installmentsOf = ({ gateway }: Place) => gateway.pipedrive.store.installments.values();

/** Discounts and installments of deals. */
export const TERMS_OF_DEALS: readonly Operation[] = [
  {
    name: 'deal: list its discounts',
    api: [v2('GET /deals/:id/discounts')],
    covers: ['DISCOUNT LIST', 'DISCOUNT READ'],
    document: byDeal('discounts { nodes { id description amount type } }'),
    variables: (place) => ({ id: dealWith(place, discountsOf) }),
    expected: onlyOn('pipedrive', (data, { gateway }, { id }) => {
      const wanted = gateway.pipedrive.store.discountsOf(remoteId(id)).map((own) => ({
        id: `pipedrive:DealDiscount:${remoteId(id)}/${own.id}`,
        description: own.description,
        amount: plain(own.amount),
        type: own.type.toUpperCase(),
      }));
      expect(data.deal.discounts.nodes).toEqual(wanted);
    }),
  },
  {
    name: 'deal: list its installments',
    api: [v2('GET /deals/installments')],
    covers: ['INSTALLMENT LIST', 'INSTALLMENT READ'],
    document: byDeal('installments { nodes { id description amount { amount } billingDate } }'),
    variables: (place) => ({ id: dealWith(place, installmentsOf) }),
    expected: onlyOn('pipedrive', (data, { gateway }, { id }) => {
      const wanted = gateway.pipedrive.store.installmentsOf(remoteId(id)).map((own) => ({
        id: `pipedrive:DealInstallment:${remoteId(id)}/${own.id}`,
        description: own.description,
        amount: { amount: plain(own.amount) },
        billingDate: own.billing_date,
      }));
      expect(data.deal.installments.nodes).toHaveLength(wanted.length);
      expect(data.deal.installments.nodes).toEqual(expect.arrayContaining(wanted));
    }),
  },
];
