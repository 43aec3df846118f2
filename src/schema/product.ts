import type { Product } from '../domain/product.ts';
import { builder } from './builder.ts';
import { MoneyType } from './money.ts';
import { recordInterfaces } from './record.ts';

export const ProductType = builder.objectRef<Product>('Product').implement({
  description: "An item of a CRM's product catalogue.",
  interfaces: recordInterfaces,
  fields: (t) => ({
    name: t.exposeString('name', { nullable: false, description: 'What it is called.' }),
    code: t.exposeString('code', { description: 'The seller’s own code for it.' }),
    unit: t.exposeString('unit', { description: 'What it is counted in.' }),
    tax: t.expose('tax', { type: 'Decimal', description: 'Tax in percent.' }),
    prices: t.field({
      type: [MoneyType],
      nullable: false,
      description: 'List prices, one a currency.',
      resolve: (product) => product.prices,
    }),
  }),
});
