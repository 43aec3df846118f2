import {
  addDealProducts,
  deleteAllDealProducts,
  deleteDealProducts,
  updateDealProduct,
} from '../writes/deal-products.ts';
import { builder } from './builder.ts';
import { ControlInput, GUARD } from './control.ts';
import { BillingFrequencyType, DiscountTypeType, TaxMethodType } from './deal-product.ts';
import { writing } from './reads.ts';
import { DealProductsResultType } from './write-results.ts';

const ProductBillingInput = builder.inputType('ProductBillingInput', {
  description: 'How a line is billed.',
  fields: (t) => ({
    frequency: t.field({ type: BillingFrequencyType, required: true, description: 'How often.' }),
    cycles: t.int({ description: 'How many times; null: until further notice.' }),
    startDate: t.field({ type: 'Date', description: 'From when.' }),
  }),
});

export const DealProductInput = builder.inputType('DealProductInput', {
  description: 'A line to add to a deal.',
  fields: (t) => ({
    product: t.id({ required: true, description: 'The product.' }),
    unitPrice: t.field({ type: 'Decimal', required: true, description: "Price of one, in the deal's currency." }),
    quantity: t.field({ type: 'Decimal', required: true, description: 'How many.' }),
    discount: t.field({ type: 'Decimal', description: 'Discount, in what `discountType` says.' }),
    discountType: t.field({
      type: DiscountTypeType,
      description: 'What the discount is measured in; percent by default.',
    }),
    tax: t.field({ type: 'Decimal', description: 'Tax in percent.' }),
    taxMethod: t.field({
      type: TaxMethodType,
      description: 'How tax relates to the price, for all lines of the deal.',
    }),
    comments: t.string({ description: 'Remarks.' }),
    isEnabled: t.boolean({ description: "Whether the line counts towards the deal's value; it does by default." }),
    variation: t.id({ description: "A variation of the product, by global id or the CRM's own." }),
    billing: t.field({ type: ProductBillingInput, description: 'How it is billed; once by default.' }),
  }),
});

const AddDealProductsInput = builder.inputType('AddDealProductsInput', {
  description: 'Lines to add to a deal.',
  fields: (t) => ({
    deal: t.id({ required: true, description: 'The deal.' }),
    products: t.field({ type: [DealProductInput], required: true, description: 'The lines in order, at least one.' }),
  }),
});

const UpdateDealProductInput = builder.inputType('UpdateDealProductInput', {
  description: 'Changes to a line of a deal. What is left out stays as it is.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The line.' }),
    ifUpdatedAt: t.field({
      type: 'DateTime',
      description: GUARD,
    }),
    product: t.id({ description: 'Another product.' }),
    unitPrice: t.field({ type: 'Decimal', description: 'Price of one.' }),
    quantity: t.field({ type: 'Decimal', description: 'How many.' }),
    discount: t.field({ type: 'Decimal', description: 'Discount, in what `discountType` says.' }),
    discountType: t.field({ type: DiscountTypeType, description: 'What the discount is measured in.' }),
    tax: t.field({ type: 'Decimal', description: 'Tax in percent.' }),
    taxMethod: t.field({
      type: TaxMethodType,
      description: 'How tax relates to the price, for all lines of the deal.',
    }),
    comments: t.string({ description: 'Remarks.' }),
    isEnabled: t.boolean({ description: "Whether the line counts towards the deal's value." }),
    variation: t.id({ description: "A variation of the product, by global id or the CRM's own." }),
    billing: t.field({ type: ProductBillingInput, description: 'How it is billed.' }),
  }),
});

const DeleteDealProductsInput = builder.inputType('DeleteDealProductsInput', {
  description: 'Lines of one deal to delete.',
  fields: (t) => ({ ids: t.idList({ required: true, description: 'The lines, at least one, all of one deal.' }) }),
});

const DeleteAllDealProductsInput = builder.inputType('DeleteAllDealProductsInput', {
  description: 'A deal whose lines are to be deleted.',
  fields: (t) => ({ deal: t.id({ required: true, description: 'The deal.' }) }),
});

const control = builder.args((t) => ({
  control: t.field({ type: ControlInput, description: 'How the write is to be carried out.' }),
}));

builder.mutationFields((t) => ({
  addDealProducts: t.field({
    type: DealProductsResultType,
    description: 'Adds lines to a deal.',
    args: { input: t.arg({ type: AddDealProductsInput, required: true, description: 'The lines.' }), ...control },
    ...writing('DEAL_PRODUCT', 'ADD', (input) => [input.deal]),
    resolve: (_root, args, context) => context.operations.run(addDealProducts, args.input, args.control, context),
  }),
  updateDealProduct: t.field({
    type: DealProductsResultType,
    description: 'Changes what is given of a line, and nothing else.',
    args: { input: t.arg({ type: UpdateDealProductInput, required: true, description: 'The changes.' }), ...control },
    ...writing('DEAL_PRODUCT', 'UPDATE', (input) => [input.id]),
    resolve: (_root, args, context) => context.operations.run(updateDealProduct, args.input, args.control, context),
  }),
  deleteDealProducts: t.field({
    type: DealProductsResultType,
    description: 'Deletes lines of one deal, and answers them as they were.',
    args: { input: t.arg({ type: DeleteDealProductsInput, required: true, description: 'The lines.' }), ...control },
    ...writing('DEAL_PRODUCT', 'DELETE', (input) => input.ids.slice(0, 1)),
    resolve: (_root, args, context) => context.operations.run(deleteDealProducts, args.input, args.control, context),
  }),
  deleteAllDealProducts: t.field({
    type: DealProductsResultType,
    description: 'Deletes all lines of a deal, and answers them as they were.',
    args: { input: t.arg({ type: DeleteAllDealProductsInput, required: true, description: 'The deal.' }), ...control },
    ...writing('DEAL_PRODUCT', 'DELETE', (input) => [input.deal], false),
    resolve: (_root, args, context) => context.operations.run(deleteAllDealProducts, args.input, args.control, context),
  }),
}));
