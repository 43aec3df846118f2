import type { DiscountType } from '../../domain/deal.ts';
import type { DealParts } from '../../domain/deal-parts.ts';
import type { DealDiscount, DealDiscountDraft } from '../../domain/discount.ts';
import { isUuid, partOfDeal } from '../../domain/ref.ts';
import type { User } from '../../domain/user.ts';
import {
  decimal,
  id,
  instantOrNull,
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
import { linkOrNull } from './links.ts';
import type { SentKeys } from './refusal.ts';
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
export function createDealDiscounts(api: PipedriveApi): DealParts<DealDiscount, DealDiscountDraft> {
  return {
    async ofDeals(deals, call) {
      const read = async (deal: string): Promise<readonly DealDiscount[]> => {
        const values = await api.unpaged(ENDPOINTS.discounts, call, { id: deal });
        return values
          .map((value) => readRecord(api.crm, 'discount', value, (wire) => toDealDiscount(api.crm, wire)))
          .toSorted(oldestFirst);
      };
      const found = await Promise.all(deals.map(async (deal) => [deal, await attempt(read(deal))] as const));
      return new Map(found);
    },

    async add(deal, draft, call) {
      const sent = { body: discountBody(draft), keys: KEYS };
      const part = await api.write(ENDPOINTS.addDiscount, { id: deal }, sent, call, (data) =>
        discountId(object(data, 'data')),
      );
      return { part, problems: [] };
    },

    async update(deal, discount, patch, call) {
      const sent = { body: discountBody(patch), keys: KEYS };
      await api.write(ENDPOINTS.updateDiscount, { id: deal, discount }, sent, call, (data) => {
        if (discountId(object(data, 'data')) !== discount) throw new WireError('data is another record');
      });
      return { part: discount, problems: [] };
    },

    async delete(deal, discount, call) {
      // The documented answer names a number where the discount's id is a UUID, so it is not compared.
      await api.write(ENDPOINTS.deleteDiscount, { id: deal, discount }, {}, call, (data) => object(data, 'data'));
      return { part: discount, problems: [] };
    },
  };
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
