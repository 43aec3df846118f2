import type { Money } from '../domain/money.ts';
import { builder } from './builder.ts';

export const MoneyType = builder.objectRef<Money>('Money').implement({
  description: 'An exact amount in one currency.',
  fields: (t) => ({
    amount: t.expose('amount', {
      type: 'Decimal',
      nullable: false,
      description: 'The amount in units of the currency.',
    }),
    currency: t.expose('currency', { type: 'CurrencyCode', nullable: false, description: 'The currency.' }),
  }),
});
