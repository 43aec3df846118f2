import type { Route, SimRequest, SimResponse } from '../kit/simulator.ts';
import { toBig } from './amount.ts';
import { presentLine, recalculate } from './deal-value.ts';
import { readEditableDeal } from './deals.ts';
import { deletionReply, listReply, readRecord, success } from './entity.ts';
import { notFound, ruleViolation } from './failure.ts';
import { pageRules } from './paging.ts';
import type { Deal, DealProduct } from './records.ts';
import {
  boolean,
  date,
  ids,
  integer,
  listOf,
  nullable,
  number,
  objectOf,
  oneOf,
  type Rule,
  readBody,
  readPathId,
  readQuery,
  string,
  toTime,
  type Values,
} from './schema.ts';
import type { Account, Store } from './store.ts';

/** How many lines one bulk request adds or deletes, and how many recurring lines a deal can have. */
const MAX_BULK = 100;
const MAX_RECURRING = 20;
const MAX_CYCLES = 208;
const MAX_YEARS_FROM_NOW = 10;

const lineRules = {
  product_id: integer,
  item_price: number,
  quantity: number,
  tax: number,
  comments: string,
  discount: number,
  is_enabled: boolean,
  tax_method: oneOf('exclusive', 'inclusive', 'none'),
  discount_type: oneOf('percentage', 'amount'),
  product_variation_id: nullable(integer),
  billing_frequency: oneOf('one-time', 'annually', 'semi-annually', 'quarterly', 'monthly', 'weekly'),
  billing_frequency_cycles: nullable(integer),
  billing_start_date: nullable(date),
};
const required = ['product_id', 'item_price', 'quantity'] as const;

type LineInput = Values<typeof lineRules>;

const newLine: Rule<LineInput> = objectOf(lineRules, required);

/** Up to 100 ids; an empty list is no list, as if the parameter had not been sent. */
const idsOrNothing: Rule<number[] | undefined> = (value) => (value === '' ? undefined : ids(value));

/** The products attached to deals. */
export function dealProductRoutes(account: Account): Route[] {
  const ofDeal = '/api/v2/deals/:id/products';
  const one = `${ofDeal}/:attachment`;
  return [
    { method: 'GET', path: '/api/v2/deals/products', tokens: 10, handler: (request) => listOfDeals(account, request) },
    { method: 'GET', path: ofDeal, tokens: 10, handler: (request) => listOfDeal(account, request) },
    { method: 'POST', path: ofDeal, tokens: 5, handler: (request) => addOne(account, request) },
    { method: 'POST', path: `${ofDeal}/bulk`, tokens: 25, handler: (request) => addMany(account, request) },
    { method: 'DELETE', path: ofDeal, tokens: 15, handler: (request) => deleteMany(account, request) },
    { method: 'PATCH', path: one, tokens: 5, handler: (request) => updateOne(account, request) },
    { method: 'DELETE', path: one, tokens: 3, handler: (request) => deleteOne(account, request) },
  ];
}

function listOfDeals({ store }: Account, request: SimRequest): SimResponse {
  const rules = { deal_ids: ids, ...pageRules('id', 'deal_id', 'add_time', 'update_time', 'order_nr') };
  const query = readQuery(request, rules, ['deal_ids']);
  const wanted = new Set(query.deal_ids);
  const lines = [...store.dealProducts.values()].filter((line) => wanted.has(line.deal_id));
  return listReply(lines, query, (line) => presentLine(store, line));
}

function listOfDeal({ store }: Account, request: SimRequest): SimResponse {
  const query = readQuery(request, pageRules('id', 'add_time', 'update_time', 'order_nr'));
  const deal = readRecord(store.deals, request, 'Deal');
  return listReply(store.productsOf(deal.id), query, (line) => presentLine(store, line));
}

function addOne(account: Account, request: SimRequest): SimResponse {
  readQuery(request, {});
  const deal = readEditableDeal(account.store, request);
  const [line] = attach(account, deal, [readBody(request, lineRules, required)]);
  return success(presentLine(account.store, line as DealProduct), 201);
}

function addMany(account: Account, request: SimRequest): SimResponse {
  readQuery(request, {});
  const deal = readEditableDeal(account.store, request);
  const { data } = readBody(request, { data: listOf(newLine, { min: 1, max: MAX_BULK }) }, ['data']);
  const lines = attach(account, deal, data as LineInput[]);
  return success(
    lines.map((line) => presentLine(account.store, line)),
    201,
  );
}

/** Attaches all or, where one of them breaks a rule, none. */
function attach(account: Account, deal: Deal, inputs: readonly LineInput[]): DealProduct[] {
  const { store, now } = account;
  const before = store.productsOf(deal.id);
  const time = toTime(now());
  const lastOrder = Math.max(0, ...before.map((line) => line.order_nr));
  const lines = inputs.map((input, index): DealProduct => {
    const line: DealProduct = {
      id: 0,
      deal_id: deal.id,
      product_id: input.product_id as number,
      product_variation_id: null,
      item_price: 0,
      quantity: 0,
      discount: 0,
      discount_type: 'percentage',
      tax: 0,
      tax_method: before[0]?.tax_method ?? 'exclusive',
      order_nr: lastOrder + (index + 1) * 10,
      comments: '',
      is_enabled: true,
      billing_frequency: 'one-time',
      billing_frequency_cycles: null,
      billing_start_date: null,
      add_time: time,
      update_time: time,
      ...input,
    };
    requireRules(account, line);
    requireProduct(store, line);
    return line;
  });
  save(account, deal, [...before, ...lines], inputs.findLast((input) => input.tax_method)?.tax_method);
  return lines;
}

function updateOne(account: Account, request: SimRequest): SimResponse {
  const { store, now } = account;
  readQuery(request, {});
  const deal = readEditableDeal(store, request);
  const before = readLine(store, deal, request);
  const input = readBody(request, lineRules);
  const line: DealProduct = { ...before, ...input, update_time: toTime(now()) };
  requireRules(account, line);
  if (line.product_id !== before.product_id || input.product_variation_id) requireProduct(store, line);
  const lines = store.productsOf(deal.id).map((one) => (one.id === line.id ? line : one));
  save(account, deal, lines, input.tax_method);
  return success(presentLine(store, line));
}

function deleteOne(account: Account, request: SimRequest): SimResponse {
  const { store } = account;
  readQuery(request, {});
  const deal = readEditableDeal(store, request);
  const line = readLine(store, deal, request);
  detach(account, deal, [line]);
  return deletionReply(line.id, false);
}

/** Deletes the lines of the deal that `ids` names; without ids the first hundred it has. */
function deleteMany(account: Account, request: SimRequest): SimResponse {
  const { store } = account;
  const query = readQuery(request, { ids: idsOrNothing });
  const deal = readEditableDeal(store, request);
  const lines = store.productsOf(deal.id);
  const doomed = query.ids ? lines.filter(({ id }) => query.ids?.includes(id)) : lines.slice(0, MAX_BULK);
  detach(account, deal, doomed);
  return {
    status: 200,
    body: {
      success: true,
      data: { ids: doomed.map(({ id }) => id) },
      additional_data: { more_items_in_collection: !query.ids && doomed.length < lines.length },
    },
  };
}

function readLine(store: Store, deal: Deal, request: SimRequest): DealProduct {
  const line = store.dealProducts.get(readPathId(request, 'attachment'));
  if (line?.deal_id !== deal.id) throw notFound('Deal product');
  return line;
}

/** Puts these lines on the deal, new ones included; one tax method holds for all lines of a deal. */
function save(
  { store, now }: Account,
  deal: Deal,
  lines: readonly DealProduct[],
  taxMethod = lines[0]?.tax_method,
): void {
  if (lines.filter((line) => line.billing_frequency !== 'one-time').length > MAX_RECURRING) {
    throw ruleViolation(`A deal can have at most ${MAX_RECURRING} recurring products.`);
  }
  requireInstallable(store, deal, lines);
  for (const line of lines) {
    if (line.id === 0) line.id = store.nextId(store.dealProducts);
    if (taxMethod) line.tax_method = taxMethod;
    store.dealProducts.set(line.id, line);
  }
  touch(store, deal, now());
}

function detach({ store, now }: Account, deal: Deal, lines: readonly DealProduct[]): void {
  if (lines.length === 0) return;
  requireInstallable(
    store,
    deal,
    store.productsOf(deal.id).filter((line) => !lines.includes(line)),
  );
  for (const line of lines) store.dealProducts.delete(line.id);
  touch(store, deal, now());
}

/** The deal follows its lines. */
function touch(store: Store, deal: Deal, now: number): void {
  recalculate(deal, store.productsOf(deal.id), store.discountsOf(deal.id));
  deal.update_time = toTime(now);
}

/** A deal with installments keeps an enabled line and has no recurring ones. */
function requireInstallable(store: Store, deal: Deal, lines: readonly DealProduct[]): void {
  if (store.installmentsOf(deal.id).length === 0) return;
  if (lines.some((line) => line.billing_frequency !== 'one-time')) {
    throw ruleViolation('Recurring products cannot be added to a deal with installments.');
  }
  if (!lines.some((line) => line.is_enabled)) {
    throw ruleViolation('The last enabled product of a deal with installments can be neither disabled nor deleted.');
  }
}

function requireProduct(store: Store, line: DealProduct): void {
  const product = store.products.get(line.product_id);
  if (!product || product.is_deleted) throw ruleViolation(`Product with id ${line.product_id} does not exist.`);
  if (!product.is_linkable) throw ruleViolation(`Product with id ${line.product_id} cannot be added to deals.`);
  const variation = line.product_variation_id;
  if (variation !== null && store.variations.get(variation)?.product_id !== line.product_id) {
    throw ruleViolation(`Product variation with id ${variation} does not exist.`);
  }
}

function requireRules({ now }: Account, line: DealProduct): void {
  const { billing_frequency: frequency, billing_frequency_cycles: cycles, billing_start_date: start } = line;
  if (frequency === 'one-time' && cycles !== null) {
    throw ruleViolation('billing_frequency_cycles must be null for one-time products.');
  }
  if (frequency === 'weekly' && cycles === null) {
    throw ruleViolation('billing_frequency_cycles must be given for weekly products.');
  }
  if (cycles !== null && (cycles < 1 || cycles > MAX_CYCLES)) {
    throw ruleViolation(`billing_frequency_cycles must be from 1 to ${MAX_CYCLES}.`);
  }
  if (start !== null && !isWithinYears(start, now())) {
    throw ruleViolation(`billing_start_date must be within ${MAX_YEARS_FROM_NOW} years.`);
  }
  if (line.discount_type === 'percentage' && toBig(line.discount).gt(100)) {
    throw ruleViolation('discount must be at most 100 percent.');
  }
}

function isWithinYears(day: string, now: number): boolean {
  const bound = (years: number) => {
    const edge = new Date(now);
    edge.setUTCFullYear(edge.getUTCFullYear() + years);
    return edge.toISOString().slice(0, 10);
  };
  return day >= bound(-MAX_YEARS_FROM_NOW) && day <= bound(MAX_YEARS_FROM_NOW);
}
