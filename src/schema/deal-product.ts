import type { BillingFrequency, DealProduct, DiscountType, ProductBilling, TaxMethod } from '../domain/deal.ts';
import { globalId } from '../domain/ref.ts';
import { builder } from './builder.ts';
import { sliceConnection } from './connection.ts';
import { follow, linkTo } from './link.ts';
import { MoneyType } from './money.ts';
import { NodeInterface } from './node-interface.ts';
import { ProductType } from './product.ts';
import { ProductVariationType } from './product-variation.ts';

export const DiscountTypeType = builder.enumType('DiscountType', {
  description: 'What a discount is measured in.',
  values: {
    PERCENTAGE: { description: 'Percent of the line.' },
    AMOUNT: { description: 'An amount off the line.' },
  } satisfies Record<DiscountType, { description: string }>,
});

export const TaxMethodType = builder.enumType('TaxMethod', {
  description: 'How tax relates to the price; one method for all lines of a deal.',
  values: {
    EXCLUSIVE: { description: 'Tax comes on top.' },
    INCLUSIVE: { description: 'Tax is in the price.' },
    NONE: { description: 'No tax.' },
  } satisfies Record<TaxMethod, { description: string }>,
});

export const BillingFrequencyType = builder.enumType('BillingFrequency', {
  description: 'How often a line is billed.',
  values: {
    ONE_TIME: { description: 'Once.' },
    ANNUALLY: { description: 'Every year.' },
    SEMI_ANNUALLY: { description: 'Every half year.' },
    QUARTERLY: { description: 'Every quarter.' },
    MONTHLY: { description: 'Every month.' },
    WEEKLY: { description: 'Every week.' },
  } satisfies Record<BillingFrequency, { description: string }>,
});

const ProductBillingType = builder.objectRef<ProductBilling>('ProductBilling').implement({
  description: 'How a line is billed.',
  fields: (t) => ({
    frequency: t.expose('frequency', { type: BillingFrequencyType, nullable: false, description: 'How often.' }),
    cycles: t.exposeInt('cycles', { description: 'How many times; null: until further notice.' }),
    startDate: t.expose('startDate', { type: 'Date', description: 'From when.' }),
  }),
});

export const DealProductType = builder.objectRef<DealProduct>('DealProduct').implement({
  description: 'A line of a deal: a product with its price and quantity.',
  interfaces: [NodeInterface],
  fields: (t) => ({
    id: t.id({
      nullable: false,
      description: 'Global id; it carries the deal: `pipedrive:DealProduct:42/9301`.',
      resolve: (line) => globalId(line.ref),
    }),
    product: t.field({
      type: ProductType,
      description: 'The product in the catalogue.',
      ...linkTo('Product'),
      resolve: (line, _args, context, info) => follow('Product', line.product, context, info),
    }),
    variation: t.field({
      type: ProductVariationType,
      description: 'The variation of the product, where it is one. More than its ids may cost a call per product.',
      ...linkTo('ProductVariation'),
      resolve: (line, _args, context, info) => follow('ProductVariation', line.variation, context, info),
    }),
    name: t.exposeString('name', { nullable: false, description: 'What is sold.' }),
    unitPrice: t.field({ type: MoneyType, description: 'Price of one.', resolve: (line) => line.unitPrice }),
    quantity: t.expose('quantity', { type: 'Decimal', description: 'How many.' }),
    discount: t.expose('discount', { type: 'Decimal', description: 'Discount, in what `discountType` says.' }),
    discountType: t.expose('discountType', {
      type: DiscountTypeType,
      description: 'What the discount is measured in.',
    }),
    tax: t.expose('tax', { type: 'Decimal', description: 'Tax in percent.' }),
    taxMethod: t.expose('taxMethod', { type: TaxMethodType, description: 'How tax relates to the price.' }),
    total: t.field({
      type: MoneyType,
      description: 'Price times quantity less discount, as the CRM computes it.',
      resolve: (line) => line.total,
    }),
    comments: t.exposeString('comments', { description: 'Remarks.' }),
    isEnabled: t.exposeBoolean('isEnabled', {
      nullable: false,
      description: "Whether the line counts towards the deal's value.",
    }),
    position: t.exposeInt('position', { description: "The CRM's own number for its place; lines come in its order." }),
    billing: t.field({ type: ProductBillingType, description: 'How it is billed.', resolve: (line) => line.billing }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was added.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it was last changed.' }),
  }),
});

export const DealProductConnection = sliceConnection<DealProduct>('DealProduct', DealProductType, 'lines of a deal');
