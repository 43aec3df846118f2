import type { Route, SimRequest, SimResponse } from '../kit/simulator.ts';
import type { Amount } from './amount.ts';
import { positive } from './deal-discounts.ts';
import type { Installment } from './deal-records.ts';
import { readEditableDeal } from './deals.ts';
import { deletionReply, listReply, success } from './entity.ts';
import { notFound, ruleViolation } from './failure.ts';
import { pageRules } from './paging.ts';
import type { Deal } from './records.ts';
import { date, filled, ids, readBody, readPathId, readQuery, toTime } from './schema.ts';
import type { Account, Store } from './store.ts';

const installmentRules = { description: filled, amount: positive, billing_date: date };

/** The installments that deals are billed in. */
export function dealInstallmentRoutes(account: Account): Route[] {
  const all = '/api/v2/deals/:id/installments';
  const one = `${all}/:installment`;
  return [
    { method: 'GET', path: '/api/v2/deals/installments', tokens: 10, handler: (request) => list(account, request) },
    { method: 'POST', path: all, tokens: 5, handler: (request) => addInstallment(account, request) },
    { method: 'PATCH', path: one, tokens: 5, handler: (request) => updateInstallment(account, request) },
    { method: 'DELETE', path: one, tokens: 3, handler: (request) => deleteInstallment(account, request) },
  ];
}

function list({ store }: Account, request: SimRequest): SimResponse {
  const query = readQuery(request, { deal_ids: ids, ...pageRules('id', 'billing_date', 'deal_id') }, ['deal_ids']);
  const wanted = new Set(query.deal_ids);
  const rows = [...store.installments.values()].filter(({ deal_id }) => wanted.has(deal_id));
  return listReply(rows, query, (installment) => installment);
}

function addInstallment({ store, now }: Account, request: SimRequest): SimResponse {
  readQuery(request, {});
  const deal = readEditableDeal(store, request);
  const input = readBody(request, installmentRules, ['description', 'amount', 'billing_date']);
  const lines = store.productsOf(deal.id);
  if (lines.some((line) => line.billing_frequency !== 'one-time')) {
    throw ruleViolation('Installments cannot be added to a deal with recurring products.');
  }
  if (lines.length === 0) {
    throw ruleViolation('Installments can only be added to a deal with at least one one-time product.');
  }
  const installment: Installment = {
    id: store.nextId(store.installments),
    deal_id: deal.id,
    description: input.description as string,
    amount: input.amount as Amount,
    billing_date: input.billing_date as string,
  };
  store.installments.set(installment.id, installment);
  deal.update_time = toTime(now());
  return success(installment);
}

function updateInstallment({ store, now }: Account, request: SimRequest): SimResponse {
  readQuery(request, {});
  const deal = readEditableDeal(store, request);
  const installment = { ...readInstallment(store, deal, request), ...readBody(request, installmentRules) };
  store.installments.set(installment.id, installment);
  deal.update_time = toTime(now());
  return success(installment);
}

function deleteInstallment({ store, now }: Account, request: SimRequest): SimResponse {
  readQuery(request, {});
  const deal = readEditableDeal(store, request);
  const { id } = readInstallment(store, deal, request);
  store.installments.delete(id);
  deal.update_time = toTime(now());
  return deletionReply(id, false);
}

function readInstallment(store: Store, deal: Deal, request: SimRequest): Installment {
  const installment = store.installments.get(readPathId(request, 'installment'));
  if (installment?.deal_id !== deal.id) throw notFound('Installment');
  return installment;
}
