import type { Call } from '../../domain/call.ts';
import type { DealParts } from '../../domain/deal-parts.ts';
import type { DealDiscount, DealDiscountDraft } from '../../domain/discount.ts';
import type { Settlement, Settling } from '../../domain/write-step.ts';
import { isWithin } from '../crm-clock.ts';
import { STAND_IN_UUID } from '../prepared-step.ts';
import { appliedIf, theOnly } from '../settling.ts';
import { isWire, object, type Wire, WireError } from '../wire.ts';
import type { PipedriveApi } from './api.ts';
import { type Body, present } from './bodies.ts';
import { discountId, discountsOf } from './discounts.ts';
import { ENDPOINTS } from './endpoints.ts';
import { addTime, isMadeBy, settleUpdate, shows } from './evidence.ts';
import { currentUserId, type Me } from './me.ts';
import type { SentKeys } from './refusal.ts';
import { takeStep } from './steps.ts';

/** Where a complaint about a key of the body belongs. */
const KEYS: SentKeys = { description: ['description'], amount: ['amount'], type: ['type'] };

export function discountWrites(api: PipedriveApi, me: Me): Omit<DealParts<DealDiscount, DealDiscountDraft>, 'ofDeals'> {
  return {
    async add(deal, draft, call) {
      const body = discountBody(draft);
      const part = await takeStep(
        api,
        {
          name: 'add',
          endpoint: ENDPOINTS.addDiscount,
          ids: { id: deal },
          sent: { body, keys: KEYS },
          read: (data) => discountId(object(data, 'data')),
          settle: (settling) => settleAddition(api, me, deal, body, settling),
          likeness: deal,
          previewed: STAND_IN_UUID,
        },
        call,
      );
      return { part, problems: [] };
    },

    async update(deal, discount, patch, call) {
      const body = discountBody(patch);
      await takeStep(
        api,
        {
          name: 'update',
          endpoint: ENDPOINTS.updateDiscount,
          ids: { id: deal, discount },
          sent: { body, keys: KEYS },
          read: (data) => {
            if (discountId(object(data, 'data')) !== discount) throw new WireError('data is another record');
            return discount;
          },
          settle: async ({ call: reading }) => settleUpdate(await wireOf(api, deal, discount, reading), body, discount),
          previewed: discount,
        },
        call,
      );
      return { part: discount, problems: [] };
    },

    async delete(deal, discount, call) {
      await takeStep(
        api,
        {
          name: 'delete',
          endpoint: ENDPOINTS.deleteDiscount,
          ids: { id: deal, discount },
          read: (data) => {
            // The documented answer names a number where the discount's id is a UUID, so it is not compared.
            object(data, 'data');
            return discount;
          },
          settle: async ({ call: reading }) =>
            appliedIf((await wireOf(api, deal, discount, reading)) === null, discount, 'the discount is there'),
          previewed: discount,
        },
        call,
      );
      return { part: discount, problems: [] };
    },
  };
}

async function wireOf(api: PipedriveApi, deal: string, discount: string, call: Call): Promise<Wire | null> {
  const wires = (await discountsOf(api, deal, call)).filter(isWire);
  return wires.find((wire) => wire.id === discount) ?? null;
}

/** The discount that an addition whose answer was lost made: made since by our own user, with what was sent. */
async function settleAddition(
  api: PipedriveApi,
  me: Me,
  deal: string,
  body: Body,
  settling: Settling<unknown>,
): Promise<Settlement<string>> {
  const { sentAt, call } = settling;
  const [own, values] = await Promise.all([currentUserId(api.crm, me, call), discountsOf(api, deal, call)]);
  const span = api.time.spanOf(sentAt);
  const found = values
    .filter(isWire)
    .filter((wire) => isWithin(span, addTime(wire, 'created_at')) && isMadeBy(wire, own, 'created_by'))
    .filter((wire) => shows(wire, body));
  return theOnly('discount', found.map(discountId), settling);
}

function discountBody({ description, amount, type }: Partial<DealDiscountDraft>): Body {
  return present({ description, amount, type: type?.toLowerCase() });
}
