import type { DealDiscount } from '../domain/discount.ts';
import { globalId, partOfDeal } from '../domain/ref.ts';
import { adapterThatCan } from './ability.ts';
import { builder } from './builder.ts';
import { pageArgs, Slice, sliceConnection } from './connection.ts';
import { DealType } from './deal.ts';
import { DiscountTypeType } from './deal-product.ts';
import { follow, linkTo } from './link.ts';
import { NodeInterface } from './node-interface.ts';
import { ofDeals } from './reads.ts';
import { UserType } from './user.ts';

export const DealDiscountType = builder.objectRef<DealDiscount>('DealDiscount').implement({
  description: 'A discount on a deal as a whole, beside those on its lines.',
  interfaces: [NodeInterface],
  fields: (t) => ({
    id: t.id({
      nullable: false,
      description: 'Global id; it carries the deal.',
      resolve: (discount) => globalId(discount.ref),
    }),
    deal: t.field({
      type: DealType,
      description: 'The deal it is on.',
      ...linkTo('Deal'),
      resolve: ({ ref }, _args, context, info) =>
        follow('Deal', { ref: { crm: ref.crm, type: 'Deal', id: partOfDeal(ref.id).deal }, known: {} }, context, info),
    }),
    description: t.exposeString('description', { nullable: false, description: 'What it is called.' }),
    amount: t.expose('amount', {
      type: 'Decimal',
      nullable: false,
      description: "In percent, or in the deal's currency, as `type` says.",
    }),
    type: t.expose('type', { type: DiscountTypeType, nullable: false, description: 'What it is measured in.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was added.' }),
    createdBy: t.field({
      type: UserType,
      description: 'The user who added it.',
      ...linkTo('User'),
      resolve: (discount, _args, context, info) => follow('User', discount.createdBy, context, info),
    }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it was last changed.' }),
    updatedBy: t.field({
      type: UserType,
      description: 'The user who last changed it.',
      ...linkTo('User'),
      resolve: (discount, _args, context, info) => follow('User', discount.updatedBy, context, info),
    }),
  }),
});

const DealDiscountConnection = sliceConnection<DealDiscount>('DealDiscount', DealDiscountType, 'discounts on a deal');

builder.objectField(DealType, 'discounts', (t) =>
  t.field({
    type: DealDiscountConnection,
    description: 'Discounts on it as a whole, oldest first, where the CRM has them. May cost a call per deal.',
    args: { ...pageArgs },
    ...ofDeals('DISCOUNT'),
    resolve: async ({ ref }, args, context) => {
      adapterThatCan(context, ref, { entity: 'DISCOUNT', operation: 'LIST', asked: 'Deal.discounts' });
      const discounts = (await context.loaders.dealDiscounts.load(ref)) ?? [];
      return new Slice<DealDiscount>(discounts, (discount) => discount.ref.id, args);
    },
  }),
);
