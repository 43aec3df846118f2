import type { ProductVariation } from '../domain/product.ts';
import { globalId, partOfProduct } from '../domain/ref.ts';
import { builder } from './builder.ts';
import { MoneyType } from './money.ts';
import { NodeInterface } from './node-interface.ts';

export const ProductVariationType = builder.objectRef<ProductVariation>('ProductVariation').implement({
  description: 'A variant of a product, such as a size.',
  interfaces: [NodeInterface],
  fields: (t) => ({
    id: t.id({
      nullable: false,
      description: 'Global id; it carries the product: `pipedrive:ProductVariation:55/7`.',
      resolve: (variation) => globalId(variation.ref),
    }),
    remoteId: t.string({
      nullable: false,
      description: 'Its id in the CRM.',
      resolve: (variation) => partOfProduct(variation.ref.id).part,
    }),
    name: t.exposeString('name', { nullable: false, description: 'What it is called.' }),
    prices: t.field({
      type: [MoneyType],
      nullable: false,
      description: 'List prices, one a currency.',
      resolve: (variation) => variation.prices,
    }),
  }),
});
