import type { DealDiscount } from '../domain/discount.ts';
import { type DealPartResult, discountMutations } from '../writes/deal-parts.ts';
import type { Answered } from '../writes/mutation.ts';
import { builder } from './builder.ts';
import { ControlInput } from './control.ts';
import { DealType } from './deal.ts';
import { DiscountTypeType } from './deal-product.ts';
import { DealDiscountType } from './discount.ts';
import { follow, linkTo } from './link.ts';
import { writing } from './reads.ts';
import { MutationResult } from './write-results.ts';

const AddDealDiscountInput = builder.inputType('AddDealDiscountInput', {
  description: 'A discount to add to a deal.',
  fields: (t) => ({
    deal: t.id({ required: true, description: 'The deal.' }),
    description: t.string({ required: true, description: 'What it is called.' }),
    amount: t.field({
      type: 'Decimal',
      required: true,
      description: "More than 0: in percent, or in the deal's currency, as `type` says.",
    }),
    type: t.field({ type: DiscountTypeType, required: true, description: 'What it is measured in.' }),
  }),
});

const UpdateDealDiscountInput = builder.inputType('UpdateDealDiscountInput', {
  description: 'Changes to a discount on a deal. What is left out stays as it is.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The discount.' }),
    description: t.string({ description: 'What it is called.' }),
    amount: t.field({ type: 'Decimal', description: 'More than 0, in what `type` says.' }),
    type: t.field({ type: DiscountTypeType, description: 'What it is measured in.' }),
  }),
});

const DeleteDealDiscountInput = builder.inputType('DeleteDealDiscountInput', {
  description: 'A discount on a deal to delete.',
  fields: (t) => ({ id: t.id({ required: true, description: 'The discount.' }) }),
});

const DealDiscountResultType = builder
  .objectRef<Answered<DealPartResult<DealDiscount>>>('DealDiscountResult')
  .implement({
    description: 'How a write on a discount of a deal ended.',
    interfaces: [MutationResult],
    fields: (t) => ({
      deal: t.field({
        type: DealType,
        description: 'The deal as read after the write: its value may follow. Null when nothing was written.',
        ...linkTo('Deal', true),
        resolve: (result, _args, context, info) => follow('Deal', result.deal, context, info),
      }),
      dealDiscount: t.field({
        type: DealDiscountType,
        description:
          'The discount as read after the write; a deleted one as read just before. Null when nothing was written.',
        ...linkTo('DealDiscount'),
        resolve: (result, _args, context, info) => follow('DealDiscount', result.part, context, info),
      }),
    }),
  });

const control = builder.args((t) => ({
  control: t.field({ type: ControlInput, description: 'How the write is to be carried out.' }),
}));

builder.mutationFields((t) => ({
  addDealDiscount: t.field({
    type: DealDiscountResultType,
    description: 'Adds a discount to a deal as a whole.',
    args: { input: t.arg({ type: AddDealDiscountInput, required: true, description: 'The discount.' }), ...control },
    ...writing('DISCOUNT', 'ADD', (input) => [input.deal], false),
    resolve: (_root, args, context) => context.operations.run(discountMutations.add, args.input, args.control, context),
  }),
  updateDealDiscount: t.field({
    type: DealDiscountResultType,
    description: 'Changes what is given of a discount on a deal, and nothing else.',
    args: { input: t.arg({ type: UpdateDealDiscountInput, required: true, description: 'The changes.' }), ...control },
    ...writing('DISCOUNT', 'UPDATE', (input) => [input.id], false),
    resolve: (_root, args, context) =>
      context.operations.run(discountMutations.update, args.input, args.control, context),
  }),
  deleteDealDiscount: t.field({
    type: DealDiscountResultType,
    description: 'Deletes a discount on a deal, and answers it as it was.',
    args: {
      input: t.arg({ type: DeleteDealDiscountInput, required: true, description: 'The discount.' }),
      ...control,
    },
    ...writing('DISCOUNT', 'DELETE', (input) => [input.id], false),
    resolve: (_root, args, context) =>
      context.operations.run(discountMutations.delete, args.input, args.control, context),
  }),
}));
