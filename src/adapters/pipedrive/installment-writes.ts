import type { Call } from '../../domain/call.ts';
import type { DealParts } from '../../domain/deal-parts.ts';
import type { DealInstallment, DealInstallmentDraft } from '../../domain/installment.ts';
import { STAND_IN_ID } from '../prepared-step.ts';
import { appliedIf, theOnly } from '../settling.ts';
import { id, idOf, isWire, object, type Wire } from '../wire.ts';
import { type PipedriveApi, sameRecord } from './api.ts';
import { type Body, present } from './bodies.ts';
import { ENDPOINTS } from './endpoints.ts';
import { idsOf, settleUpdate, shows } from './evidence.ts';
import { readInstallments } from './installments.ts';
import { checkInstallable } from './line-rules.ts';
import type { SentKeys } from './refusal.ts';
import { takePreparedStep, takeStep } from './steps.ts';

/** Where a complaint about a key of the body belongs. */
const KEYS: SentKeys = { description: ['description'], amount: ['amount'], billing_date: ['billingDate'] };

export function installmentWrites(
  api: PipedriveApi,
): Omit<DealParts<DealInstallment, DealInstallmentDraft>, 'ofDeals'> {
  return {
    /** Installments tell no time, so the ones there are noted before one is added. */
    async add(deal, draft, call) {
      const body = installmentBody(draft);
      const part = await takePreparedStep<string, readonly string[]>(
        api,
        {
          name: 'add',
          endpoint: ENDPOINTS.addInstallment,
          ids: { id: deal },
          async prepare() {
            const [before] = await Promise.all([installmentsOf(api, deal, call), checkInstallable(api, deal, call)]);
            return { sent: { body, keys: KEYS }, note: before.map((wire) => id(wire)) };
          },
          read: (data) => id(object(data, 'data')),
          async settle(before, settling) {
            const wires = await installmentsOf(api, deal, settling.call);
            const found = wires.filter((wire) => !before.includes(id(wire)) && shows(wire, body));
            return theOnly('installment', idsOf(found), settling);
          },
          likeness: () => deal,
          previewed: STAND_IN_ID,
        },
        call,
      );
      return { part, problems: [] };
    },

    async update(deal, installment, patch, call) {
      const body = installmentBody(patch);
      await takeStep(
        api,
        {
          name: 'update',
          endpoint: ENDPOINTS.updateInstallment,
          ids: { id: deal, installment },
          sent: { body, keys: KEYS },
          read: (data) => sameRecord(data, installment),
          settle: async (settling) => {
            const wires = await installmentsOf(api, deal, settling.call);
            return settleUpdate(wires.find((wire) => idOf(wire) === installment) ?? null, body, installment);
          },
          previewed: installment,
        },
        call,
      );
      return { part: installment, problems: [] };
    },

    async delete(deal, installment, call) {
      await takeStep(
        api,
        {
          name: 'delete',
          endpoint: ENDPOINTS.deleteInstallment,
          ids: { id: deal, installment },
          read: (data) => sameRecord(data, installment),
          settle: async (settling) => {
            const wires = await installmentsOf(api, deal, settling.call);
            const isThere = wires.some((wire) => idOf(wire) === installment);
            return appliedIf(!isThere, installment, 'the installment is there');
          },
          previewed: installment,
        },
        call,
      );
      return { part: installment, problems: [] };
    },
  };
}

async function installmentsOf(api: PipedriveApi, deal: string, call: Call): Promise<readonly Wire[]> {
  return (await readInstallments(api, [deal], call)).filter(isWire);
}

function installmentBody({ description, amount, billingDate }: Partial<DealInstallmentDraft>): Body {
  return present({ description, amount, billing_date: billingDate });
}
