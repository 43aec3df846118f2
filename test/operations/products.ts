import { expect } from 'vitest';
import { toBig } from '../../src/sandbox/pipedrive/amount.ts';
import { plain } from '../gateway/reads/oracle.ts';
import { remoteId } from '../gateway/writes/support.ts';
import { byDeal, ofDealWithMost, sortedIds } from './listed-part.ts';
import { type Operation, onBoth, onlyOn, v2, v3, withdrawn } from './operation.ts';
import type { Place } from './place.ts';

const LINES = [
  v2('GET /deals/products'),
  v3('GET /deals/:id'),
  withdrawn('GET /deals/:id/products', 'v2 lists the products of deals'),
];

/** A line of a Pipedrive deal by its global id. */
function line({ gateway }: Place, id: string) {
  const found = gateway.pipedrive.store.dealProducts.get(Number(id.split('/')[1]));
  if (!found) throw new Error(`Pipedrive has no ${id}`);
  return found;
}
type Line = ReturnType<typeof line>;

const LINE_FIELDS: readonly (readonly [field: string, select: string, read: (own: Line) => unknown])[] = [
  ['unitPrice', '{ amount }', ({ item_price }) => ({ amount: plain(item_price) })],
  ['quantity', '', ({ quantity }) => plain(quantity)],
  ['discount', '', ({ discount }) => plain(discount)],
  ['discountType', '', ({ discount_type }) => discount_type.toUpperCase()],
  ['tax', '', ({ tax }) => plain(tax)],
  ['taxMethod', '', ({ tax_method }) => tax_method.toUpperCase()],
  ['total', '{ amount }', (own) => ({ amount: totalOf(own) })],
  [
    'comments',
    '',
    ({ comments }) => (comments === '' ? expect.toSatisfy((read) => read === '' || read === null) : comments),
  ],
  ['billing', '{ frequency cycles startDate }', billingOf],
  [
    'variation',
    '{ id }',
    ({ product_variation_id: id }) => (id === null ? null : { id: expect.stringContaining(`${id}`) }),
  ],
];

/** Price times quantity less the discount, which is for the whole line. */
function totalOf({ item_price, quantity, discount, discount_type }: Line): string {
  const full = toBig(item_price).times(toBig(quantity));
  const less = discount_type === 'percentage' ? full.times(toBig(discount)).div(100) : toBig(discount);
  return full.minus(less).toFixed();
}

function billingOf({ billing_frequency, billing_frequency_cycles, billing_start_date }: Line): unknown {
  const frequency = billing_frequency.toUpperCase().replace('-', '_');
  return { frequency, cycles: billing_frequency_cycles, startDate: billing_start_date };
}

const numberOf = (id: string) => Number(id.split('/')[1]);
const lineIds = (nodes: readonly { id: string }[]) => nodes.map(({ id }) => numberOf(id));

/** By one of the times or the place, ties by id. */
const LINE_ORDERS: Readonly<Record<string, (own: Line) => string>> = {
  ID: () => '',
  CREATED_AT: ({ add_time }) => add_time,
  UPDATED_AT: ({ update_time }) => update_time,
  POSITION: ({ order_nr }) => String(order_nr).padStart(9, '0'),
};

/** Products of deals. */
export const PRODUCTS_OF_DEALS: readonly Operation[] = [
  {
    name: 'deal: list its products',
    api: LINES,
    covers: ['DEAL_PRODUCT LIST', 'DEAL_PRODUCT READ'],
    document: byDeal('products(first: 500) { totalCount nodes { id name product { id name } } }'),
    variables: ofDealWithMost('products'),
    expected: onBoth((data, place, { id }) => {
      const own = place.part('products', String(id));
      expect(data.deal.products.totalCount).toBe(own.length);
      expect(sortedIds(lineIds(data.deal.products.nodes))).toEqual(sortedIds(own));
      for (const { id: own, name, product } of data.deal.products.nodes) {
        const { pipedrive, pipelinedeals } = place.gateway;
        const wanted =
          place.crm === 'pipedrive'
            ? pipedrive.store.products.get(line(place, own).product_id)
            : pipelinedeals.store.configuration.productLines.find((one) => one.id === numberOf(own));
        expect([name, product.name, remoteId(product.id)]).toEqual([wanted?.name, wanted?.name, wanted?.id]);
      }
    }),
  },
  ...Object.entries(LINE_ORDERS).flatMap(([field, key]) =>
    (['ASC', 'DESC'] as const).map(
      (direction): Operation => ({
        name: `deal: list its products in order of ${field}, ${direction}`,
        api: LINES,
        covers: ['DEAL_PRODUCT LIST', 'DEAL_PRODUCT SORT'],
        document: byDeal('products(first: 500, orderBy: $orderBy) { nodes { id } }', ', $orderBy: DealProductOrder'),
        variables: (place) => ({ id: place.dealWithMost('products'), orderBy: { field, direction } }),
        expected: onBoth((data, place, { id }) => {
          const read = lineIds(data.deal.products.nodes);
          const own = place.part('products', String(id));
          expect(sortedIds(read)).toEqual(sortedIds(own));
          if (place.crm === 'pipelinedeals' && field !== 'ID') return;
          const sign = direction === 'ASC' ? 1 : -1;
          const value = (one: number) => (field === 'ID' ? '' : key(line(place, `/${one}`)));
          const compare = (a: number, b: number) =>
            value(a) === value(b) ? (field === 'ID' ? sign : 1) * (a - b) : sign * (value(a) < value(b) ? -1 : 1);
          expect(read).toEqual(own.toSorted(compare));
        }),
      }),
    ),
  ),
  {
    name: 'deal products: list of several deals with sort and paging',
    api: [v2('GET /deals/products'), v3('GET /deals')],
    covers: ['DEAL_PRODUCT LIST', 'DEAL_PRODUCT SORT'],
    document: `query ($crms: [ID!]) { deals(first: 50, crms: $crms) { nodes {
      id products(first: 1, orderBy: { field: ID, direction: DESC }) { nodes { id } pageInfo { hasNextPage } }
    } } }`,
    variables: ({ crm }) => ({ crms: [crm] }),
    expected: onBoth((data, place) => {
      let more = 0;
      for (const { id, products: read } of data.deals.nodes) {
        const own = place.part('products', id).toSorted((a, b) => b - a);
        expect(lineIds(read.nodes)).toEqual(own.slice(0, 1));
        expect(read.pageInfo.hasNextPage).toBe(own.length > 1);
        if (own.length > 1) more += 1;
      }
      expect(more).toBeGreaterThan(0);
    }),
  },
  ...LINE_FIELDS.map(
    ([field, select, read]): Operation => ({
      name: `deal: read ${field} of its products`,
      api: LINES.slice(0, 1),
      covers: [`DEAL_PRODUCT READ ${field}`],
      document: byDeal(`products(first: 500) { nodes { id ${field} ${select} } }`),
      variables: (place) => {
        const isVaried = (id: string) =>
          place.part('products', id).some((one) => line(place, `/${one}`).product_variation_id !== null);
        const id =
          field === 'variation' && place.crm === 'pipedrive'
            ? place.listed().find((deal) => isVaried(deal.id))?.id
            : undefined;
        return { id: id ?? place.dealWithMost('products') };
      },
      expected: onlyOn(
        'pipedrive',
        (data, place) => {
          expect(data.deal.products.nodes.length).toBeGreaterThan(0);
          for (const { id, [field]: own } of data.deal.products.nodes) expect(own).toEqual(read(line(place, id)));
        },
        'ABSENT',
      ),
    }),
  ),
];
