import { randomUUID } from 'node:crypto';
import type { Route, SimRequest, SimResponse } from '../kit/simulator.ts';
import { type Amount, toBig } from './amount.ts';
import type { Discount } from './deal-records.ts';
import { recalculate } from './deal-value.ts';
import { readEditableDeal } from './deals.ts';
import { readRecord, success } from './entity.ts';
import { notFound, ruleViolation } from './failure.ts';
import type { Deal } from './records.ts';
import { filled, Mismatch, number, oneOf, type Rule, readBody, readQuery, toTime } from './schema.ts';
import type { Account, Store } from './store.ts';

/** An amount above zero. */
export const positive: Rule<Amount> = (value) => {
  const amount = number(value) as Amount;
  if (toBig(amount).lte(0)) throw new Mismatch('must be > 0');
  return amount;
};

const discountRules = { description: filled, amount: positive, type: oneOf('percentage', 'amount') };

/** The discounts on a deal as a whole. */
export function dealDiscountRoutes(account: Account): Route[] {
  const all = '/api/v2/deals/:id/discounts';
  const one = `${all}/:discount`;
  return [
    { method: 'GET', path: all, tokens: 10, handler: (request) => listDiscounts(account, request) },
    { method: 'POST', path: all, tokens: 5, handler: (request) => addDiscount(account, request) },
    { method: 'PATCH', path: one, tokens: 5, handler: (request) => updateDiscount(account, request) },
    { method: 'DELETE', path: one, tokens: 3, handler: (request) => deleteDiscount(account, request) },
  ];
}

function listDiscounts({ store }: Account, request: SimRequest): SimResponse {
  readQuery(request, {});
  return success(store.discountsOf(readRecord(store.deals, request, 'Deal').id));
}

function addDiscount(account: Account, request: SimRequest): SimResponse {
  const { store, now } = account;
  readQuery(request, {});
  const deal = readEditableDeal(store, request);
  const { description, amount, type } = readBody(request, discountRules, ['description', 'amount', 'type']);
  const time = toTime(now());
  const discount: Discount = {
    id: randomUUID(),
    description: description as string,
    amount: amount as Amount,
    type: type as Discount['type'],
    deal_id: deal.id,
    created_at: time,
    created_by: store.caller.id,
    updated_at: time,
    updated_by: store.caller.id,
  };
  requireFraction(discount);
  store.discounts.set(discount.id, discount);
  apply(account, deal);
  return success(discount, 201);
}

function updateDiscount(account: Account, request: SimRequest): SimResponse {
  const { store, now } = account;
  readQuery(request, {});
  const deal = readEditableDeal(store, request);
  const before = readDiscount(store, deal, request);
  const input = readBody(request, discountRules);
  const discount: Discount = { ...before, ...input, updated_at: toTime(now()), updated_by: store.caller.id };
  requireFraction(discount);
  store.discounts.set(discount.id, discount);
  apply(account, deal);
  return success(discount);
}

function deleteDiscount(account: Account, request: SimRequest): SimResponse {
  const { store } = account;
  readQuery(request, {});
  const deal = readEditableDeal(store, request);
  const { id } = readDiscount(store, deal, request);
  store.discounts.delete(id);
  apply(account, deal);
  return success({ id });
}

function readDiscount(store: Store, deal: Deal, request: SimRequest): Discount {
  const discount = store.discounts.get(request.params.discount as string);
  if (discount?.deal_id !== deal.id) throw notFound('Discount');
  return discount;
}

function requireFraction({ type, amount }: Discount): void {
  if (type === 'percentage' && toBig(amount).gt(100)) throw ruleViolation('amount must be at most 100 percent.');
}

/** A deal that is worth what its products are follows its discounts. */
function apply({ store, now }: Account, deal: Deal): void {
  const lines = store.productsOf(deal.id);
  if (lines.length > 0) recalculate(deal, lines, store.discountsOf(deal.id));
  deal.update_time = toTime(now());
}
