import type { CrmAdapter } from '../../domain/crm-adapter.ts';
import type { BillingFrequency, DealProduct, DiscountType, ProductBilling, TaxMethod } from '../../domain/deal.ts';
import type { Money } from '../../domain/money.ts';
import type { Product, ProductVariation } from '../../domain/product.ts';
import { compareRemoteIds, type Link, partOfDeal } from '../../domain/ref.ts';
import {
  boolean,
  dateOrNull,
  decimalOrNull,
  id,
  idOrNull,
  instantOrNull,
  numberOrNull,
  oneOf,
  textOrNull,
  type Wire,
} from '../wire.ts';
import type { PipedriveApi } from './api.ts';
import { groupByDeal, type PartKind } from './by-deal.ts';
import { ENDPOINTS } from './endpoints.ts';
import { linkOrNull } from './links.ts';
import { lotOfDeals } from './records.ts';
import { parseTime } from './times.ts';

const DISCOUNT_TYPE: Readonly<Record<string, DiscountType>> = { percentage: 'PERCENTAGE', amount: 'AMOUNT' };
const TAX_METHOD: Readonly<Record<string, TaxMethod>> = {
  exclusive: 'EXCLUSIVE',
  inclusive: 'INCLUSIVE',
  none: 'NONE',
};
const FREQUENCY: Readonly<Record<string, BillingFrequency>> = {
  'one-time': 'ONE_TIME',
  annually: 'ANNUALLY',
  'semi-annually': 'SEMI_ANNUALLY',
  quarterly: 'QUARTERLY',
  monthly: 'MONTHLY',
  weekly: 'WEEKLY',
};

/** Maps a line of a deal (v2, GET /deals/products). `sum` is the line's total as Pipedrive computes it. */
export function toDealProduct(crm: string, wire: Wire): DealProduct {
  const currency = textOrNull(wire, 'currency');
  const money = (key: string): Money | null => {
    const amount = decimalOrNull(wire, key);
    return amount === null || currency === null ? null : { amount, currency };
  };
  return {
    ref: { crm, type: 'DealProduct', id: `${id(wire, 'deal_id')}/${id(wire)}` },
    product: linkOrNull<Product>(crm, 'Product', wire, 'product_id'),
    variation: toVariation(crm, wire),
    // A product that was removed for good leaves a line without its name.
    name: textOrNull(wire, 'name') ?? '',
    unitPrice: money('item_price'),
    quantity: decimalOrNull(wire, 'quantity'),
    discount: decimalOrNull(wire, 'discount'),
    discountType: oneOfOrNull(wire, 'discount_type', DISCOUNT_TYPE),
    tax: decimalOrNull(wire, 'tax'),
    taxMethod: oneOfOrNull(wire, 'tax_method', TAX_METHOD),
    total: money('sum'),
    comments: textOrNull(wire, 'comments') || null,
    isEnabled: boolean(wire, 'is_enabled', true),
    position: numberOrNull(wire, 'order_nr'),
    billing: toBilling(wire),
    createdAt: instantOrNull(wire, 'add_time', parseTime),
    updatedAt: instantOrNull(wire, 'update_time', parseTime),
  };
}

const LINE: PartKind<DealProduct> = { what: 'deal product', map: toDealProduct, compare: byPosition };

/** Lines of deals by `deal_ids`. A line that cannot be read fails the lines of its deal. */
export function createDealProducts(api: PipedriveApi): CrmAdapter['dealProducts'] {
  const lines = lotOfDeals(ENDPOINTS.linesOfDeals, LINE.what, async (deals, call) => {
    const values = await api.all(ENDPOINTS.linesOfDeals, [['deal_ids', deals.join(',')]], call);
    return groupByDeal(api.crm, LINE, deals, values);
  });
  return { ofDeals: (deals, call) => api.loads.read(lines, deals, call) };
}

function byPosition(a: DealProduct, b: DealProduct): number {
  if (a.position !== b.position) {
    if (a.position === null) return 1;
    if (b.position === null) return -1;
    return a.position - b.position;
  }
  return compareRemoteIds(partOfDeal(a.ref.id).part, partOfDeal(b.ref.id).part);
}

function toVariation(crm: string, wire: Wire): Link<ProductVariation> | null {
  const product = idOrNull(wire, 'product_id');
  const variation = idOrNull(wire, 'product_variation_id');
  if (product === null || variation === null) return null;
  return { ref: { crm, type: 'ProductVariation', id: `${product}/${variation}` }, known: {} };
}

function toBilling(wire: Wire): ProductBilling | null {
  const frequency = oneOfOrNull(wire, 'billing_frequency', FREQUENCY);
  return (
    frequency && {
      frequency,
      cycles: numberOrNull(wire, 'billing_frequency_cycles'),
      startDate: dateOrNull(wire, 'billing_start_date'),
    }
  );
}

function oneOfOrNull<T>(wire: Wire, key: string, table: Readonly<Record<string, T>>): T | null {
  return textOrNull(wire, key) === null ? null : oneOf(wire, key, table);
}
