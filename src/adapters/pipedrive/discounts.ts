import type { Call } from '../../domain/call.ts';
import type { DiscountType } from '../../domain/deal.ts';
import type { DealParts } from '../../domain/deal-parts.ts';
import type { DealDiscount, DealDiscountDraft } from '../../domain/discount.ts';
import { isUuid, partOfDeal } from '../../domain/ref.ts';
import type { User } from '../../domain/user.ts';
import { decimal, id, instantOrNull, oneOf, readRecord, text, textOrNull, type Wire, WireError } from '../wire.ts';
import type { PipedriveApi } from './api.ts';
import { ENDPOINTS } from './endpoints.ts';
import { linkOrNull } from './links.ts';
import { parseTime } from './times.ts';
import { attempt } from './write-problems.ts';

const TYPE: Readonly<Record<string, DiscountType>> = { percentage: 'PERCENTAGE', amount: 'AMOUNT' };

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
export function discountsOfDeals(api: PipedriveApi): DealParts<DealDiscount, DealDiscountDraft>['ofDeals'] {
  return async (deals, call) => {
    const read = async (deal: string): Promise<readonly DealDiscount[]> => {
      const values = await discountsOf(api, deal, call);
      return values
        .map((value) => readRecord(api.crm, 'discount', value, (wire) => toDealDiscount(api.crm, wire)))
        .toSorted(oldestFirst);
    };
    const found = await Promise.all(deals.map(async (deal) => [deal, await attempt(read(deal))] as const));
    return new Map(found);
  };
}

/** The discounts of a deal as Pipedrive shows them. */
export function discountsOf(api: PipedriveApi, deal: string, call: Call): Promise<readonly unknown[]> {
  return api.unpaged(ENDPOINTS.discounts, call, { id: deal });
}

export function discountId(wire: Wire): string {
  const value = text(wire, 'id');
  if (!isUuid(value)) throw new WireError('id is not a UUID');
  return value;
}

function oldestFirst(a: DealDiscount, b: DealDiscount): number {
  const [first, second] = [partOfDeal(a.ref.id).part, partOfDeal(b.ref.id).part];
  return (a.createdAt ?? 0) - (b.createdAt ?? 0) || (first < second ? -1 : 1);
}
