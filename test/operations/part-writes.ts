import { expect } from 'vitest';
import { remoteId } from '../gateway/writes/support.ts';
import {
  type CapabilityKey,
  type Check,
  type Data,
  mutation,
  type Operation,
  onBoth,
  onlyOn,
  v1,
  v2,
  v3,
  withdrawn,
} from './operation.ts';
import type { Place } from './place.ts';

type Given = Readonly<Record<string, Data>>;
const input = (variables: object) => (variables as { input: Given }).input;

/** Whoever the CRM has on a deal: users who follow it, or everybody taking part beside the primary contact. */
const RELATIONS = [
  {
    entity: 'FOLLOWER',
    name: 'Follower',
    part: 'followers',
    who: 'user',
    candidate: (place: Place) => place.owners[2],
    add: [v2('POST /deals/:id/followers')],
    remove: [v2('DELETE /deals/:id/followers/:user')],
  },
  {
    entity: 'PARTICIPANT',
    name: 'Participant',
    part: 'participants',
    who: 'person',
    candidate: (place: Place) => place.people[6],
    add: [v1('POST /deals/:id/participants')],
    remove: [v1('DELETE /deals/:id/participants/:participant')],
  },
] as const;

const relations = RELATIONS.flatMap(({ entity, name, part, who, candidate, add, remove }): Operation[] => [
  {
    name: `deal: add ${name.toLowerCase()}`,
    api: [...add, v3('PUT /deals/:id')],
    covers: [`${entity} ADD`],
    document: mutation(`addDeal${name}`, `deal { id } ${name.toLowerCase()} { ${who} { id } }`),
    variables: async (place) => ({ input: { deal: await place.newDeal(), [who]: candidate(place) } }),
    expected: onBoth((data, place, variables) => {
      const { deal, [who]: added } = input(variables);
      expect(data.written[name.toLowerCase()]).toEqual({ [who]: { id: added } });
      expect(place.part(part, deal)).toEqual([remoteId(added)]);
    }),
  },
  {
    name: `deal: delete ${name.toLowerCase()}`,
    api: [...remove, v3('PUT /deals/:id')],
    covers: [`${entity} DELETE`],
    document: mutation(`deleteDeal${name}`, 'deal { id }'),
    variables: async (place) => {
      const given = { deal: await place.newDeal(), [who]: candidate(place) };
      await place.gateway.query(mutation(`addDeal${name}`, ''), { input: given });
      expect(place.part(part, given.deal)).toEqual([remoteId(candidate(place))]);
      return { input: given };
    },
    expected: onBoth((_data, place, variables) => expect(place.part(part, input(variables).deal)).toEqual([])),
  },
]);

const draft = (place: Place, index = 0, over: object = {}) => ({
  product: place.product(index),
  unitPrice: '100',
  quantity: '2',
  ...over,
});

/** A deal with two products, on the CRM that can have them written. */
async function lined(place: Place): Promise<{ deal: string; ids: readonly string[] }> {
  if (place.crm === 'pipelinedeals') {
    const deal = place.dealWithMost('products');
    return {
      deal,
      ids: place.part('products', deal).map((one) => place.id('DealProduct', `${remoteId(deal)}/${one}`)),
    };
  }
  const deal = await place.newDeal({ products: [draft(place), draft(place, 1)] });
  return { deal, ids: place.part('products', deal).map((one) => place.id('DealProduct', `${remoteId(deal)}/${one}`)) };
}

const lines = ({ gateway }: Place, deal: string) => gateway.pipedrive.store.productsOf(remoteId(deal));
const ADDING = withdrawn('POST /deals/:id/products', 'v2 adds products to deals');
const LINE = 'deal { id } dealProducts { id }';

/** What is given of a line, and what Pipedrive then holds. */
const LINE_ATTRIBUTES: readonly (readonly [what: string, given: object, stored: object, covers?: CapabilityKey])[] = [
  ['unit price', { unitPrice: '12.25' }, { item_price: 12.25 }],
  ['quantity', { quantity: '0.5' }, { quantity: 0.5 }],
  ['discount', { discount: '15', discountType: 'AMOUNT' }, { discount: 15, discount_type: 'amount' }],
  ['tax', { tax: '7.7' }, { tax: 7.7 }],
  ['tax method', { taxMethod: 'INCLUSIVE' }, { tax_method: 'inclusive' }, 'DEAL_PRODUCT UPDATE taxMethod'],
  ['comments', { comments: 'Bitte „kühl“ lagern' }, { comments: 'Bitte „kühl“ lagern' }],
  ['enabled', { isEnabled: false }, { is_enabled: false }],
  [
    'billing',
    { billing: { frequency: 'MONTHLY', cycles: 12, startDate: '2027-01-15' } },
    { billing_frequency: 'monthly', billing_frequency_cycles: 12, billing_start_date: '2027-01-15' },
  ],
];

const products: readonly Operation[] = [
  {
    name: 'deal: add a product',
    api: [v2('POST /deals/:id/products'), ADDING],
    covers: ['DEAL_PRODUCT ADD'],
    document: mutation('addDealProducts', LINE),
    variables: async (place) => ({ input: { deal: await place.newDeal(), products: [draft(place)] } }),
    expected: onlyOn('pipedrive', (data, place, variables) => {
      const { deal, products: given } = input(variables);
      const [own, ...more] = lines(place, deal);
      expect(more).toEqual([]);
      expect(own).toMatchObject({ product_id: remoteId(given[0].product), item_price: 100, quantity: 2 });
      expect(data.written.dealProducts).toEqual([{ id: `pipedrive:DealProduct:${remoteId(deal)}/${own?.id}` }]);
    }),
  },
  {
    name: 'deal: add many products',
    api: [v2('POST /deals/:id/products/bulk')],
    covers: ['DEAL_PRODUCT ADD'],
    document: mutation('addDealProducts', LINE),
    variables: async (place) => {
      const many = Array.from({ length: 104 }, (_, index) => draft(place, index % 4, { comments: `${index}` }));
      return { input: { deal: await place.newDeal(), products: many } };
    },
    expected: onlyOn('pipedrive', (data, place, variables) => {
      const own = lines(place, input(variables).deal);
      expect(own.map(({ comments }) => comments)).toEqual(Array.from({ length: 104 }, (_, index) => `${index}`));
      expect(data.written.dealProducts.map(({ id }: Data) => Number(id.split('/')[1]))).toEqual(
        own.map(({ id }) => id),
      );
    }),
  },
  {
    name: 'deal: add a variation of a product',
    api: [v2('POST /deals/:id/products')],
    covers: ['DEAL_PRODUCT ADD'],
    document: mutation('addDealProducts', LINE),
    variables: async (place) => {
      const [variation] = place.gateway.pipedrive.store.variations.values();
      const product = place.crm === 'pipedrive' ? place.id('Product', variation?.product_id) : place.product();
      const own = place.id('ProductVariation', `${variation?.product_id}/${variation?.id}`);
      return { input: { deal: await place.newDeal(), products: [draft(place, 0, { product, variation: own })] } };
    },
    expected: onlyOn('pipedrive', (_data, place, variables) => {
      const [variation] = place.gateway.pipedrive.store.variations.values();
      expect(lines(place, input(variables).deal)).toMatchObject([{ product_variation_id: variation?.id }]);
    }),
  },
  ...LINE_ATTRIBUTES.flatMap(([what, given, stored, covers]): Operation[] => [
    {
      name: `deal: add a product with ${what}`,
      api: [v2('POST /deals/:id/products'), ADDING],
      covers: ['DEAL_PRODUCT ADD'],
      document: mutation('addDealProducts', LINE),
      variables: async (place) => ({ input: { deal: await place.newDeal(), products: [draft(place, 0, given)] } }),
      expected: onlyOn('pipedrive', (_data, place, variables) =>
        expect(lines(place, input(variables).deal)).toMatchObject([stored]),
      ),
    },
    {
      name: `deal product: update ${what}`,
      api: [
        v2('PATCH /deals/:id/products/:line'),
        withdrawn('PUT /deals/:id/products/:line', 'v2 updates products of deals'),
      ],
      covers: ['DEAL_PRODUCT UPDATE', ...(covers ? [covers] : [])],
      document: mutation('updateDealProduct', LINE),
      variables: async (place) => ({ input: { id: (await lined(place)).ids[0], ...given } }),
      expected: onlyOn('pipedrive', (data, place, variables) => {
        const own = place.gateway.pipedrive.store.dealProducts.get(Number(input(variables).id.split('/')[1]));
        expect(own).toMatchObject(stored);
        expect(data.written.dealProducts).toEqual([{ id: input(variables).id }]);
      }),
    },
  ]),
  {
    name: 'deal product: update to another product',
    api: [v2('PATCH /deals/:id/products/:line')],
    covers: ['DEAL_PRODUCT UPDATE'],
    document: mutation('updateDealProduct', LINE),
    variables: async (place) => ({ input: { id: (await lined(place)).ids[0], product: place.product(3) } }),
    expected: onlyOn('pipedrive', (_data, { gateway }, variables) => {
      const { id, product } = input(variables);
      const own = gateway.pipedrive.store.dealProducts.get(Number(id.split('/')[1]));
      expect(own?.product_id).toBe(remoteId(product));
    }),
  },
  {
    name: 'deal product: update to a variation of its product',
    api: [v2('PATCH /deals/:id/products/:line')],
    covers: ['DEAL_PRODUCT UPDATE'],
    document: mutation('updateDealProduct', LINE),
    variables: async (place) => {
      const [variation] = place.gateway.pipedrive.store.variations.values();
      const product = place.crm === 'pipedrive' ? place.id('Product', variation?.product_id) : place.product();
      const own = place.id('ProductVariation', `${variation?.product_id}/${variation?.id}`);
      return { input: { id: (await lined(place)).ids[0], product, variation: own } };
    },
    expected: onlyOn('pipedrive', (_data, { gateway }, variables) => {
      const { id, variation } = input(variables);
      const line = gateway.pipedrive.store.dealProducts.get(Number(id.split('/')[1]));
      expect(line?.product_variation_id).toBe(Number(variation.split('/')[1]));
    }),
  },
  {
    name: 'deal product: delete',
    api: [
      v2('DELETE /deals/:id/products/:line'),
      withdrawn('DELETE /deals/:id/products/:line', 'v2 deletes products of deals'),
    ],
    covers: ['DEAL_PRODUCT DELETE'],
    document: mutation('deleteDealProducts', LINE),
    variables: async (place) => ({ input: { ids: (await lined(place)).ids.slice(0, 1) } }),
    expected: onlyOn('pipedrive', (data, { gateway }, variables) => {
      const [id] = input(variables).ids;
      expect(gateway.pipedrive.store.dealProducts.has(Number(id.split('/')[1]))).toBe(false);
      expect(gateway.pipedrive.store.productsOf(remoteId(data.written.deal.id))).toHaveLength(1);
    }),
  },
  {
    name: 'deal products: delete several',
    api: [v2('DELETE /deals/:id/products')],
    covers: ['DEAL_PRODUCT DELETE'],
    document: mutation('deleteDealProducts', LINE),
    variables: async (place) => ({ input: { ids: (await lined(place)).ids } }),
    expected: onlyOn('pipedrive', (data, place) => expect(lines(place, data.written.deal.id)).toEqual([])),
  },
  {
    name: 'deal products: delete all',
    api: [v2('DELETE /deals/:id/products')],
    covers: ['DEAL_PRODUCT DELETE'],
    document: mutation('deleteAllDealProducts', LINE),
    variables: async (place) => ({ input: { deal: (await lined(place)).deal } }),
    expected: onlyOn('pipedrive', (data, place, variables) => {
      expect(data.written.dealProducts).toHaveLength(2);
      expect(lines(place, input(variables).deal)).toEqual([]);
    }),
  },
];

/** Discounts and installments: what a new one is given, what Pipedrive holds of it, and a change. */
const TERMS = [
  {
    entity: 'DISCOUNT',
    type: 'DealDiscount',
    path: 'discounts',
    none: '00000000-0000-4000-a000-000000000000',
    given: { description: 'Spring', amount: '10', type: 'PERCENTAGE' },
    stored: { description: 'Spring', amount: 10, type: 'percentage' },
    change: { description: 'Summer', amount: '2.5', type: 'AMOUNT' },
    changed: { description: 'Summer', amount: 2.5, type: 'amount' },
    of: ({ gateway }: Place, deal: string) => gateway.pipedrive.store.discountsOf(remoteId(deal)),
  },
  {
    entity: 'INSTALLMENT',
    type: 'DealInstallment',
    path: 'installments',
    none: '1',
    given: { description: 'Upfront', amount: '50.5', billingDate: '2027-04-01' },
    stored: { description: 'Upfront', amount: 50.5, billing_date: '2027-04-01' },
    change: { description: 'First', amount: '40', billingDate: '2027-05-01' },
    changed: { description: 'First', amount: 40, billing_date: '2027-05-01' },
    of: ({ gateway }: Place, deal: string) => gateway.pipedrive.store.installmentsOf(remoteId(deal)),
  },
] as const;

const terms = TERMS.flatMap(({ entity, type, path, none, given, stored, change, changed, of }): Operation[] => {
  const part = `${type.charAt(0).toLowerCase()}${type.slice(1)}`;
  const select = `deal { id } ${part} { id }`;
  /** One that is there; on a CRM without them, an id of nothing. */
  const existing = async (place: Place) => {
    const { deal } = await lined(place);
    if (place.crm === 'pipedrive') {
      const { data } = await place.gateway.query<Data>(mutation(`add${type}`, select), { input: { deal, ...given } });
      return { deal, id: data.written[part].id };
    }
    return { deal, id: place.id(type, `${remoteId(deal)}/${none}`) };
  };
  const holding = (wanted: readonly object[]): Check => {
    return (data, place) => expect(of(place, data.written.deal.id)).toMatchObject(wanted);
  };
  const name = entity.toLowerCase();
  return [
    {
      name: `deal: add ${name}`,
      api: [v2(`POST /deals/:id/${path}`)],
      covers: [`${entity} ADD`],
      document: mutation(`add${type}`, select),
      variables: async (place) => ({ input: { deal: (await lined(place)).deal, ...given } }),
      expected: onlyOn('pipedrive', holding([stored])),
    },
    {
      name: `deal: update ${name}`,
      api: [v2(`PATCH /deals/:id/${path}/:part`)],
      covers: [`${entity} UPDATE`],
      document: mutation(`update${type}`, select),
      variables: async (place) => ({ input: { id: (await existing(place)).id, ...change } }),
      expected: onlyOn('pipedrive', holding([changed])),
    },
    {
      name: `deal: delete ${name}`,
      api: [v2(`DELETE /deals/:id/${path}/:part`)],
      covers: [`${entity} DELETE`],
      document: mutation(`delete${type}`, select),
      variables: async (place) => ({ input: { id: (await existing(place)).id } }),
      expected: onlyOn('pipedrive', holding([])),
    },
  ];
});

/** Writing what hangs on deals. */
export const WRITING_PARTS: readonly Operation[] = [...relations, ...products, ...terms];
