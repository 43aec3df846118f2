import type { Deal } from '../domain/deal.ts';
import type { DealInstallment } from '../domain/installment.ts';
import { globalId, type Link, partOfDeal } from '../domain/ref.ts';
import { reading } from '../plan/reads.ts';
import { adapterThatCan } from './ability.ts';
import { builder } from './builder.ts';
import { pageArgs, Slice, sliceConnection } from './connection.ts';
import { DealType } from './deal.ts';
import { follow, linkTo } from './link.ts';
import { MoneyType } from './money.ts';
import { NodeInterface } from './node-interface.ts';
import { ofDeals } from './reads.ts';

/** An installment, with its deal where that was read before. */
interface Installment extends DealInstallment {
  readonly deal?: Deal;
}

export const DealInstallmentType = builder.objectRef<Installment>('DealInstallment').implement({
  description: 'One of the payments a deal is divided into.',
  interfaces: [NodeInterface],
  fields: (t) => ({
    id: t.id({
      nullable: false,
      description: 'Global id; it carries the deal: `pipedrive:DealInstallment:42/31`.',
      resolve: (installment) => globalId(installment.ref),
    }),
    deal: t.field({
      type: DealType,
      description: 'The deal it is of.',
      ...linkTo('Deal'),
      resolve: (installment, _args, context, info) => follow('Deal', dealOf(installment), context, info),
    }),
    description: t.exposeString('description', { nullable: false, description: 'What it is called.' }),
    amount: t.field({
      type: MoneyType,
      description: "What is to be paid, in the deal's currency; null where the deal has none.",
      ...reading({ kind: 'link', type: 'Deal', tells: () => false }),
      resolve: async (installment, _args, { loaders }) => {
        const deal = installment.deal ?? (await loaders.Deal.load(dealOf(installment).ref));
        return deal?.value ? { amount: installment.amount, currency: deal.value.currency } : null;
      },
    }),
    billingDate: t.expose('billingDate', { type: 'Date', nullable: false, description: 'When it is to be paid.' }),
  }),
});

const DealInstallmentConnection = sliceConnection<Installment>(
  'DealInstallment',
  DealInstallmentType,
  'installments of a deal',
);

builder.objectField(DealType, 'installments', (t) =>
  t.field({
    type: DealInstallmentConnection,
    description: 'The payments it is divided into, by billing date, where the CRM has them.',
    args: { ...pageArgs },
    ...ofDeals('INSTALLMENT'),
    resolve: async (deal, args, context) => {
      adapterThatCan(context, deal.ref, { entity: 'INSTALLMENT', operation: 'LIST', asked: 'Deal.installments' });
      const installments = (await context.loaders.dealInstallments.load(deal.ref)) ?? [];
      return new Slice<Installment>(
        installments.map((installment) => ({ ...installment, deal })),
        (installment) => installment.ref.id,
        args,
      );
    },
  }),
);

function dealOf({ ref, deal }: Installment): Link<Deal> {
  return { ref: { crm: ref.crm, type: 'Deal', id: partOfDeal(ref.id).deal }, known: deal ?? {} };
}
