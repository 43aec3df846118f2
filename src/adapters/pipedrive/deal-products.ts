import type { CrmAdapter } from '../../domain/crm-adapter.ts';
import type { CustomFieldKeys } from '../../domain/custom-field-wants.ts';
import type { BillingFrequency, DealProduct, DiscountType, ProductBilling, TaxMethod } from '../../domain/deal.ts';
import type { Product, ProductVariation } from '../../domain/product.ts';
import { compareRemoteIds, type Link, partOfDeal } from '../../domain/ref.ts';
import type { CalendarDate } from '../../domain/time.ts';
import { mapperOf } from '../mapped-record.ts';
import {
  asBoolean,
  asDateOrNull,
  asDecimalOrNull,
  asIdOrNull,
  asNumberOrNull,
  asOneOfOrNull,
  asTextOrNull,
  type Wire,
  type WireDecimal,
  type WireId,
} from '../values.ts';
import { id } from '../wire.ts';
import type { PipedriveApi } from './api.ts';
import { decimal, link, money, time } from './attributes.ts';
import { groupByDeal, type PartKind } from './by-deal.ts';
import { ENDPOINTS } from './endpoints.ts';
import { lotOfDeals } from './records.ts';

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

const mapLine = mapperOf<DealProduct>(['position'], {
  product: link<Product>('Product', ({ product_id }) => asIdOrNull(product_id, 'product_id')),
  variation: {
    told: ({ product_variation_id }) => asIdOrNull(product_variation_id, 'product_variation_id'),
    make: (variation: WireId | null, crm, { product_id }) => toVariation(crm, product_id, variation),
  },
  // A product that was removed for good leaves a line without its name.
  name: ({ name }) => asTextOrNull(name, 'name') ?? '',
  unitPrice: money((wire) => amount(wire.item_price, 'item_price', wire)),
  quantity: decimal(({ quantity }) => asDecimalOrNull(quantity, 'quantity')),
  discount: decimal(({ discount }) => asDecimalOrNull(discount, 'discount')),
  discountType: ({ discount_type }) => asOneOfOrNull(discount_type, 'discount_type', DISCOUNT_TYPE),
  tax: decimal(({ tax }) => asDecimalOrNull(tax, 'tax')),
  taxMethod: ({ tax_method }) => asOneOfOrNull(tax_method, 'tax_method', TAX_METHOD),
  // The line's total as Pipedrive computes it.
  total: money((wire) => amount(wire.sum, 'sum', wire)),
  comments: ({ comments }) => asTextOrNull(comments, 'comments') || null,
  isEnabled: ({ is_enabled }) => asBoolean(is_enabled, 'is_enabled', true),
  position: ({ order_nr }) => asNumberOrNull(order_nr, 'order_nr'),
  billing: {
    told: toldBilling,
    make: (frequency: BillingFrequency | null, _crm, wire): ProductBilling | null =>
      frequency && { frequency, cycles: cyclesOf(wire), startDate: startOf(wire) },
  },
  createdAt: ({ add_time }) => time(add_time, 'add_time'),
  updatedAt: ({ update_time }) => time(update_time, 'update_time'),
});

/** Maps a line of a deal (v2, GET /deals/products). */
export function toDealProduct(crm: string, wire: Wire, customFields: CustomFieldKeys = null): DealProduct {
  return mapLine({ crm, type: 'DealProduct', id: `${id(wire, 'deal_id')}/${id(wire)}` }, wire, customFields);
}

const LINE: PartKind<DealProduct> = {
  what: 'deal product',
  map: (crm, wire) => toDealProduct(crm, wire, NONE),
  compare: byPosition,
};
const NONE: CustomFieldKeys = [];

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

function toVariation(crm: string, product: unknown, variation: WireId | null): Link<ProductVariation> | null {
  if (variation === null || product === undefined || product === null) return null;
  return { ref: { crm, type: 'ProductVariation', id: `${product}/${variation}` }, known: {} };
}

/** What is told of how a line is billed, as far as there is a frequency. */
function toldBilling(wire: Wire): BillingFrequency | null {
  const frequency = asOneOfOrNull(wire.billing_frequency, 'billing_frequency', FREQUENCY);
  if (frequency !== null) {
    cyclesOf(wire);
    startOf(wire);
  }
  return frequency;
}

function cyclesOf({ billing_frequency_cycles }: Wire): number | null {
  return asNumberOrNull(billing_frequency_cycles, 'billing_frequency_cycles');
}

function startOf({ billing_start_date }: Wire): CalendarDate | null {
  return asDateOrNull(billing_start_date, 'billing_start_date');
}

/** An amount, which is in no currency where the line tells of none. */
function amount(value: unknown, key: string, { currency }: Wire): WireDecimal | null {
  asTextOrNull(currency, 'currency');
  return asDecimalOrNull(value, key);
}
