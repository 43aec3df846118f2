import type { DealParts } from '../../domain/deal-parts.ts';
import type { DealInstallment, DealInstallmentDraft } from '../../domain/installment.ts';
import { id, object } from '../wire.ts';
import { type PipedriveApi, sameRecord } from './api.ts';
import { type Body, present } from './bodies.ts';
import { ENDPOINTS } from './endpoints.ts';
import { checkInstallable } from './line-rules.ts';
import type { SentKeys } from './refusal.ts';

/** Where a complaint about a key of the body belongs. */
const KEYS: SentKeys = { description: ['description'], amount: ['amount'], billing_date: ['billingDate'] };

export function installmentWrites(
  api: PipedriveApi,
): Omit<DealParts<DealInstallment, DealInstallmentDraft>, 'ofDeals'> {
  return {
    async add(deal, draft, call) {
      await checkInstallable(api, deal, call);
      const sent = { body: installmentBody(draft), keys: KEYS };
      const part = await api.write(ENDPOINTS.addInstallment, { id: deal }, sent, call, (data) =>
        id(object(data, 'data')),
      );
      return { part, problems: [] };
    },

    async update(deal, installment, patch, call) {
      const ids = { id: deal, installment };
      const sent = { body: installmentBody(patch), keys: KEYS };
      await api.write(ENDPOINTS.updateInstallment, ids, sent, call, (data) => sameRecord(data, installment));
      return { part: installment, problems: [] };
    },

    async delete(deal, installment, call) {
      const ids = { id: deal, installment };
      await api.write(ENDPOINTS.deleteInstallment, ids, {}, call, (data) => sameRecord(data, installment));
      return { part: installment, problems: [] };
    },
  };
}

function installmentBody({ description, amount, billingDate }: Partial<DealInstallmentDraft>): Body {
  return present({ description, amount, billing_date: billingDate });
}
