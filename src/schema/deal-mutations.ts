import { addDeal } from '../writes/add-deal.ts';
import { deleteDeal, deleteDeals } from '../writes/delete-deals.ts';
import { duplicateDeal } from '../writes/duplicate-deal.ts';
import { mergeDeals } from '../writes/merge-deals.ts';
import { updateDeal } from '../writes/update-deal.ts';
import { builder } from './builder.ts';
import { ControlInput, GUARD } from './control.ts';
import { dealAttributeInputs } from './deal-attribute-inputs.ts';
import { DealProductInput } from './deal-product-mutations.ts';
import { writing } from './reads.ts';
import { DealResultType, DealsResultType } from './write-results.ts';

const DealStatusInput = builder.enumType('DealStatusInput', {
  description: 'The status a deal can be given.',
  values: {
    OPEN: { description: 'In progress; reopens a closed deal.' },
    WON: { description: 'Closed, and won.' },
    LOST: { description: 'Closed, and lost.' },
  } as const,
});

const CustomFieldInput = builder.inputType('CustomFieldInput', {
  description: 'A value for a field the account added.',
  fields: (t) => ({
    key: t.string({
      required: true,
      description: "The CRM's key, as `customFields` shows it, or the exact label if no other field has the same.",
    }),
    value: t.field({
      type: 'JSON',
      description: 'The value as `customFields` shows it: options by id or exact label. Null clears it.',
    }),
  }),
});

const AddDealInput = builder.inputType('AddDealInput', {
  description: 'A deal to create. What is left out is left to the CRM.',
  fields: (t) => ({
    crm: t.id({ required: true, description: 'The CRM to create it in.' }),
    title: t.string({ required: true, description: 'What the deal is called.' }),
    summary: t.string({ description: 'A description.' }),
    value: t.field({ type: 'Decimal', description: 'What it is worth. Lines of a deal may decide its value instead.' }),
    currency: t.field({ type: 'CurrencyCode', description: 'The currency of the value.' }),
    status: t.field({ type: DealStatusInput, description: 'Its status; a new deal is open by default.' }),
    stage: t.id({ description: 'The stage it starts in; the pipeline follows.' }),
    pipeline: t.id({ description: 'The pipeline it goes through.' }),
    owner: t.id({ description: 'The user responsible.' }),
    person: t.id({ description: 'The primary contact.' }),
    organization: t.id({ description: 'The organization it is made with.' }),
    probability: t.float({ description: 'How likely it is won, 0 to 100.' }),
    expectedCloseDate: t.field({ type: 'Date', description: 'When it is expected to close.' }),
    lossReason: t.string({ description: 'Why it was lost.' }),
    health: t.string({ description: 'The status light, by its name.' }),
    ...dealAttributeInputs(t),
    customFields: t.field({ type: [CustomFieldInput], description: 'Values of fields the account added.' }),
    products: t.field({ type: [DealProductInput], description: 'Its lines, in order.' }),
  }),
});

const UpdateDealInput = builder.inputType('UpdateDealInput', {
  description:
    'Changes to a deal. What is left out stays as it is; null clears person, organization, expectedCloseDate, probability, lossReason, lossReasonNotes, wonReason, wonReasonNotes, summary, health, source, address and custom fields, and is refused elsewhere.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The deal.' }),
    ifUpdatedAt: t.field({ type: 'DateTime', description: GUARD }),
    title: t.string({ description: 'What the deal is called.' }),
    summary: t.string({ description: 'A description; null clears it.' }),
    value: t.field({ type: 'Decimal', description: 'What it is worth.' }),
    currency: t.field({ type: 'CurrencyCode', description: 'The currency of the value.' }),
    status: t.field({ type: DealStatusInput, description: 'Closes or reopens it.' }),
    stage: t.id({ description: 'The stage to move it to; the pipeline follows.' }),
    pipeline: t.id({ description: 'The pipeline to move it to.' }),
    owner: t.id({ description: 'The user responsible.' }),
    person: t.id({ description: 'The primary contact; null for none.' }),
    organization: t.id({ description: 'The organization it is made with; null for none.' }),
    probability: t.float({ description: 'How likely it is won, 0 to 100; null for none of its own.' }),
    expectedCloseDate: t.field({ type: 'Date', description: 'When it is expected to close; null for not known.' }),
    lossReason: t.string({ description: 'Why it was lost; null clears it.' }),
    health: t.string({ description: 'The status light, by its name; null for none.' }),
    ...dealAttributeInputs(t),
    customFields: t.field({
      type: [CustomFieldInput],
      description: 'Values of fields the account added; fields that are not named keep theirs.',
    }),
  }),
});

const MergeDealsInput = builder.inputType('MergeDealsInput', {
  description: 'Deals of one CRM to make one of.',
  fields: (t) => ({
    keep: t.id({ required: true, description: 'The deal that survives and wins conflicts.' }),
    absorb: t.idList({
      required: true,
      description: 'The deals that disappear into it; what is empty is filled from them in this order.',
    }),
    ifUpdatedAt: t.field({ type: 'DateTime', description: `${GUARD} It guards \`keep\`.` }),
  }),
});

const DuplicateDealInput = builder.inputType('DuplicateDealInput', {
  description: 'A deal to copy.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The deal.' }),
    title: t.string({ description: "The copy's title; the CRM's own choice by default." }),
  }),
});

const DeleteDealInput = builder.inputType('DeleteDealInput', {
  description: 'A deal to delete.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The deal.' }),
    ifUpdatedAt: t.field({ type: 'DateTime', description: GUARD }),
  }),
});

const DeleteDealsInput = builder.inputType('DeleteDealsInput', {
  description: 'Deals to delete, of whatever CRM.',
  fields: (t) => ({ ids: t.idList({ required: true, description: 'The deals, at least one.' }) }),
});

const control = builder.args((t) => ({
  control: t.field({ type: ControlInput, description: 'How the write is to be carried out.' }),
}));

builder.mutationFields((t) => ({
  addDeal: t.field({
    type: DealResultType,
    description: 'Creates a deal.',
    args: { input: t.arg({ type: AddDealInput, required: true, description: 'The deal.' }), ...control },
    ...writing('DEAL', 'ADD', (input) => [input.crm]),
    resolve: (_root, args, context) => context.operations.run(addDeal, args.input, args.control, context),
  }),
  updateDeal: t.field({
    type: DealResultType,
    description: 'Changes what is given of a deal, and nothing else.',
    args: { input: t.arg({ type: UpdateDealInput, required: true, description: 'The changes.' }), ...control },
    ...writing('DEAL', 'UPDATE', (input) => [input.id]),
    resolve: (_root, args, context) => context.operations.run(updateDeal, args.input, args.control, context),
  }),
  mergeDeals: t.field({
    type: DealResultType,
    description:
      'Makes one deal of several. Where a CRM has no merge of its own, the gateway moves everything and deletes last; what cannot be moved stays, and the outcome is `PARTIAL`.',
    args: { input: t.arg({ type: MergeDealsInput, required: true, description: 'The deals.' }), ...control },
    ...writing('DEAL', 'MERGE', (input) => input.absorb, false),
    resolve: (_root, args, context) => context.operations.run(mergeDeals, args.input, args.control, context),
  }),
  duplicateDeal: t.field({
    type: DealResultType,
    description: 'Copies a deal. What is copied depends on the CRM: see its capabilities.',
    args: { input: t.arg({ type: DuplicateDealInput, required: true, description: 'The deal.' }), ...control },
    ...writing('DEAL', 'DUPLICATE', (input) => [input.id]),
    resolve: (_root, args, context) => context.operations.run(duplicateDeal, args.input, args.control, context),
  }),
  deleteDeal: t.field({
    type: DealResultType,
    description: 'Deletes a deal and answers it as it was, with the status `DELETED`.',
    args: { input: t.arg({ type: DeleteDealInput, required: true, description: 'The deal.' }), ...control },
    ...writing('DEAL', 'DELETE', (input) => [input.id], false),
    resolve: (_root, args, context) => context.operations.run(deleteDeal, args.input, args.control, context),
  }),
  deleteDeals: t.field({
    type: DealsResultType,
    description: 'Deletes deals one by one; each has its own outcome.',
    args: { input: t.arg({ type: DeleteDealsInput, required: true, description: 'The deals.' }), ...control },
    ...writing('DEAL', 'DELETE', (input) => input.ids, false),
    resolve: (_root, args, context) => context.operations.run(deleteDeals, args.input, args.control, context),
  }),
}));
