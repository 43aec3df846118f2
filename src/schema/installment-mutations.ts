import type { DealInstallment } from '../domain/installment.ts';
import { type DealPartResult, installmentMutations } from '../writes/deal-parts.ts';
import type { Answered } from '../writes/mutation.ts';
import { builder } from './builder.ts';
import { ControlInput } from './control.ts';
import { DealType } from './deal.ts';
import { DealInstallmentType } from './installment.ts';
import { follow, linkTo } from './link.ts';
import { writing } from './reads.ts';
import { MutationResult } from './write-results.ts';

const AddDealInstallmentInput = builder.inputType('AddDealInstallmentInput', {
  description: 'An installment to add to a deal.',
  fields: (t) => ({
    deal: t.id({ required: true, description: 'The deal.' }),
    description: t.string({ required: true, description: 'What it is called.' }),
    amount: t.field({ type: 'Decimal', required: true, description: "More than 0, in the deal's currency." }),
    billingDate: t.field({ type: 'Date', required: true, description: 'When it is to be paid.' }),
  }),
});

const UpdateDealInstallmentInput = builder.inputType('UpdateDealInstallmentInput', {
  description: 'Changes to an installment of a deal. What is left out stays as it is.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The installment.' }),
    description: t.string({ description: 'What it is called.' }),
    amount: t.field({ type: 'Decimal', description: "More than 0, in the deal's currency." }),
    billingDate: t.field({ type: 'Date', description: 'When it is to be paid.' }),
  }),
});

const DeleteDealInstallmentInput = builder.inputType('DeleteDealInstallmentInput', {
  description: 'An installment of a deal to delete.',
  fields: (t) => ({ id: t.id({ required: true, description: 'The installment.' }) }),
});

const DealInstallmentResultType = builder
  .objectRef<Answered<DealPartResult<DealInstallment>>>('DealInstallmentResult')
  .implement({
    description: 'How a write on an installment of a deal ended.',
    interfaces: [MutationResult],
    fields: (t) => ({
      deal: t.field({
        type: DealType,
        description: 'The deal as read after the write. Null when nothing was written.',
        ...linkTo('Deal', true),
        resolve: (result, _args, context, info) => follow('Deal', result.deal, context, info),
      }),
      dealInstallment: t.field({
        type: DealInstallmentType,
        description:
          'The installment as read after the write; a deleted one as read just before. Null when nothing was written.',
        ...linkTo('DealInstallment'),
        resolve: (result, _args, context, info) => follow('DealInstallment', result.part, context, info),
      }),
    }),
  });

const control = builder.args((t) => ({
  control: t.field({ type: ControlInput, description: 'How the write is to be carried out.' }),
}));

builder.mutationFields((t) => ({
  addDealInstallment: t.field({
    type: DealInstallmentResultType,
    description: 'Adds an installment to a deal whose lines are all billed one time, one at least.',
    args: {
      input: t.arg({ type: AddDealInstallmentInput, required: true, description: 'The installment.' }),
      ...control,
    },
    ...writing('INSTALLMENT', 'ADD', (input) => [input.deal], false),
    resolve: (_root, args, context) =>
      context.operations.run(installmentMutations.add, args.input, args.control, context),
  }),
  updateDealInstallment: t.field({
    type: DealInstallmentResultType,
    description: 'Changes what is given of an installment of a deal, and nothing else.',
    args: {
      input: t.arg({ type: UpdateDealInstallmentInput, required: true, description: 'The changes.' }),
      ...control,
    },
    ...writing('INSTALLMENT', 'UPDATE', (input) => [input.id], false),
    resolve: (_root, args, context) =>
      context.operations.run(installmentMutations.update, args.input, args.control, context),
  }),
  deleteDealInstallment: t.field({
    type: DealInstallmentResultType,
    description: 'Deletes an installment of a deal, and answers it as it was.',
    args: {
      input: t.arg({ type: DeleteDealInstallmentInput, required: true, description: 'The installment.' }),
      ...control,
    },
    ...writing('INSTALLMENT', 'DELETE', (input) => [input.id], false),
    resolve: (_root, args, context) =>
      context.operations.run(installmentMutations.delete, args.input, args.control, context),
  }),
}));
