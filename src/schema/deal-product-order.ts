import type { DEAL_PRODUCT_ORDER_FIELDS } from '../domain/deal-product-order.ts';
import { builder } from './builder.ts';
import { OrderDirectionType } from './deal-list.ts';

const DealProductOrderField = builder.enumType('DealProductOrderField', {
  description: 'What the lines of a deal are ordered by.',
  values: {
    POSITION: { description: 'Its place among the lines.' },
    CREATED_AT: { description: 'When it was added.' },
    UPDATED_AT: { description: 'When it was last changed.' },
    ID: { description: 'Its id in the CRM, as a number.' },
  } satisfies Record<(typeof DEAL_PRODUCT_ORDER_FIELDS)[number], { description: string }>,
});

export const DealProductOrder = builder.inputType('DealProductOrder', {
  description: 'The order of the lines of a deal; ties go by id.',
  fields: (t) => ({
    field: t.field({ type: DealProductOrderField, required: true, description: 'What to order by.' }),
    direction: t.field({
      type: OrderDirectionType,
      required: true,
      defaultValue: 'ASC',
      description: 'Which end comes first.',
    }),
  }),
});
