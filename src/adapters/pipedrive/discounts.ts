import type { Call } from '../../domain/call.ts';
import type { DiscountType } from '../../domain/deal.ts';
import type { DealParts } from '../../domain/deal-parts.ts';
import type { DealDiscount, DealDiscountDraft } from '../../domain/discount.ts';
import { isUuid, partOfDeal } from '../../domain/ref.ts';
import type { User } from '../../domain/user.ts';
import type { Settlement, Settling } from '../../domain/write-step.ts';
import { isWithin } from '../crm-clock.ts';
import { STAND_IN_UUID } from '../prepared-step.ts';
import { appliedIf, theOnly } from '../settling.ts';
import {
  decimal,
  id,
  instantOrNull,
  isWire,
  object,
  oneOf,
  readRecord,
  text,
  textOrNull,
  type Wire,
  WireError,
} from '../wire.ts';
import type { PipedriveApi } from './api.ts';
import { type Body, present } from './bodies.ts';
import { ENDPOINTS } from './endpoints.ts';
import { addTime, isMadeBy, settleUpdate, shows } from './evidence.ts';
import { linkOrNull } from './links.ts';
import { currentUserId, type Me } from './me.ts';
import type { SentKeys } from './refusal.ts';
import { takeStep } from './steps.ts';
import { parseTime } from './times.ts';
import { attempt } from './write-problems.ts';

const TYPE: Readonly<Record<string, DiscountType>> = { percentage: 'PERCENTAGE', amount: 'AMOUNT' };

/** Where a complaint about a key of the body belongs. */
const KEYS: SentKeys = { description: ['description'], amount: ['amount'], type: ['type'] };

/** Maps a discount of a deal (v2, GET /deals/{id}/discounts). Unlike anything else its id is a UUID. */
export function toDealDiscount(crm: string, wire: Wire): DealDiscount {
  return {
    ref: { crm, type: 'DealDiscount', id: `${id(wire, 'deal_id')}/${discountId(wire)}` },
    description: textOrNull(wire, 'description') ?? '',
    amount: decimal(wire, 'amount'),
    type: oneOf(wire, 'type', TYPE),
    createdAt: instantOrNull(wire, 'created_at', parseTime),
    createdBy: linkOrNull<User>(crm, 'User', wire, 'created_by'),
    updatedAt: instantOrNull(wire, 'updated_at', parseTime),
    updatedBy: linkOrNull<User>(crm, 'User', wire, 'updated_by'),
  };
}

/**
 * Discounts on deals as a whole. v2 lists those of one deal, all of them at once, so several deals are as many calls
 * beside each other, and what fails costs its own deal.
 */
export function createDealDiscounts(api: PipedriveApi, me: Me): DealParts<DealDiscount, DealDiscountDraft> {
  return {
    async ofDeals(deals, call) {
      const read = async (deal: string): Promise<readonly DealDiscount[]> => {
        const values = await wiresOf(api, deal, call);
        return values
          .map((value) => readRecord(api.crm, 'discount', value, (wire) => toDealDiscount(api.crm, wire)))
          .toSorted(oldestFirst);
      };
      const found = await Promise.all(deals.map(async (deal) => [deal, await attempt(read(deal))] as const));
      return new Map(found);
    },

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

function wiresOf(api: PipedriveApi, deal: string, call: Call): Promise<readonly unknown[]> {
  return api.unpaged(ENDPOINTS.discounts, call, { id: deal });
}

async function wireOf(api: PipedriveApi, deal: string, discount: string, call: Call): Promise<Wire | null> {
  const wires = (await wiresOf(api, deal, call)).filter(isWire);
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
  const [own, values] = await Promise.all([currentUserId(api.crm, me, call), wiresOf(api, deal, call)]);
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

function discountId(wire: Wire): string {
  const value = text(wire, 'id');
  if (!isUuid(value)) throw new WireError('id is not a UUID');
  return value;
}

function oldestFirst(a: DealDiscount, b: DealDiscount): number {
  const [first, second] = [partOfDeal(a.ref.id).part, partOfDeal(b.ref.id).part];
  return (a.createdAt ?? 0) - (b.createdAt ?? 0) || (first < second ? -1 : 1);
}
