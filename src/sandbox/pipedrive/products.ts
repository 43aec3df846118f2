import type { Route, SimRequest, SimResponse } from '../kit/simulator.ts';
import { customFields, mergeCustomFields, readCustomFields } from './custom-fields.ts';
import {
  customFieldsParameter,
  deletionReply,
  fits,
  listReply,
  present,
  readLiveRecord,
  readRecord,
  refuseFilter,
  requireCurrency,
  requireReference,
  success,
} from './entity.ts';
import { ruleViolation } from './failure.ts';
import { pageRules } from './paging.ts';
import type { Price, Product } from './records.ts';
import {
  boolean,
  dateTime,
  filled,
  ids,
  integer,
  integerText,
  limit,
  listOf,
  nullable,
  number,
  objectOf,
  oneOf,
  readBody,
  readQuery,
  string,
  toTime,
  type Values,
  visibleTo,
} from './schema.ts';
import type { Account, Store } from './store.ts';

const listQuery = {
  filter_id: integerText,
  ids,
  owner_id: integerText,
  updated_since: dateTime,
  custom_fields: customFieldsParameter,
  ...pageRules('id', 'name', 'add_time', 'update_time'),
};

const price = objectOf({ currency: string, price: number, cost: number, direct_cost: number, notes: string }, [
  'currency',
  'price',
]);

const productRules = {
  name: filled,
  code: nullable(string),
  description: nullable(string),
  unit: nullable(string),
  tax: number,
  category: number,
  owner_id: integer,
  is_linkable: boolean,
  visible_to: visibleTo,
  prices: listOf(price),
  billing_frequency: oneOf('one-time', 'annually', 'semi-annually', 'quarterly', 'monthly', 'weekly'),
  billing_frequency_cycles: nullable(integer),
  custom_fields: customFields,
};

/** Products: list, and the operations on one. */
export function productRoutes(account: Account): Route[] {
  const all = '/api/v2/products';
  const one = `${all}/:id`;
  return [
    { method: 'GET', path: `${one}/variations`, tokens: 10, handler: (request) => listVariations(account, request) },
    { method: 'GET', path: all, tokens: 10, handler: (request) => listProducts(account, request) },
    { method: 'POST', path: all, tokens: 5, handler: (request) => addProduct(account, request) },
    { method: 'GET', path: one, tokens: 1, handler: (request) => getProduct(account, request) },
    { method: 'PATCH', path: one, tokens: 5, handler: (request) => updateProduct(account, request) },
    { method: 'DELETE', path: one, tokens: 3, handler: (request) => deleteProduct(account, request) },
  ];
}

function listProducts({ store }: Account, request: SimRequest): SimResponse {
  const query = readQuery(request, listQuery);
  refuseFilter(query.filter_id);
  const rows = [...store.products.values()].filter((product) => fits(product, query));
  return listReply(rows, query, (product) => present(store, 'product', product, query));
}

function getProduct({ store }: Account, request: SimRequest): SimResponse {
  readQuery(request, {});
  return success(present(store, 'product', readRecord(store.products, request, 'Product')));
}

function listVariations({ store }: Account, request: SimRequest): SimResponse {
  const query = readQuery(request, { limit, cursor: string });
  const { id } = readRecord(store.products, request, 'Product');
  const rows = [...store.variations.values()].filter(({ product_id }) => product_id === id);
  return listReply(rows, query, (variation) => variation);
}

function addProduct({ store, now }: Account, request: SimRequest): SimResponse {
  readQuery(request, {});
  const input = readBody(request, productRules, ['name']);
  const id = store.nextId(store.products);
  const product = changeProduct(store, blankProduct(store, id, toTime(now())), input);
  store.products.set(id, product);
  return success(present(store, 'product', product), 201);
}

function updateProduct({ store, now }: Account, request: SimRequest): SimResponse {
  readQuery(request, {});
  const before = readLiveRecord(store.products, request, 'Product');
  const product = { ...changeProduct(store, before, readBody(request, productRules)), update_time: toTime(now()) };
  store.products.set(product.id, product);
  return success(present(store, 'product', product));
}

function deleteProduct({ store, now }: Account, request: SimRequest): SimResponse {
  readQuery(request, {});
  const product = readRecord(store.products, request, 'Product');
  const { is_deleted: before } = product;
  if (!before) Object.assign(product, { is_deleted: true, update_time: toTime(now()) });
  return deletionReply(product.id, before);
}

function changeProduct(store: Store, before: Product, input: Values<typeof productRules>): Product {
  requireReference(store.users, input.owner_id, 'User');
  const { custom_fields, prices, category, ...plain } = input;
  const update = readCustomFields(store, 'product', custom_fields ?? {});
  return {
    ...before,
    ...plain,
    ...(category !== undefined && { category: String(category) }),
    ...(prices && { prices: toPrices(store, before.id, prices) }),
    custom_fields: mergeCustomFields(before.custom_fields, update),
  };
}

/** All prices of a product, one per currency. */
function toPrices(store: Store, product_id: number, given: readonly ReturnType<typeof price>[]): Price[] {
  if (new Set(given.map(({ currency }) => currency)).size < given.length) {
    throw ruleViolation('A product can have only one price per currency.');
  }
  return given.map((one) => {
    requireCurrency(store, one.currency);
    return {
      product_id,
      price: one.price ?? 0,
      currency: one.currency as string,
      cost: one.cost ?? 0,
      direct_cost: one.direct_cost ?? 0,
      notes: one.notes ?? '',
    };
  });
}

function blankProduct(store: Store, id: number, add_time: string): Product {
  const { caller } = store;
  return {
    id,
    name: '',
    code: null,
    description: null,
    unit: null,
    tax: 0,
    category: null,
    is_linkable: true,
    is_deleted: false,
    visible_to: 3,
    owner_id: caller.id,
    add_time,
    update_time: null,
    billing_frequency: 'one-time',
    billing_frequency_cycles: null,
    prices: [{ product_id: id, price: 0, currency: caller.default_currency, cost: 0, direct_cost: 0, notes: '' }],
    custom_fields: {},
  };
}
