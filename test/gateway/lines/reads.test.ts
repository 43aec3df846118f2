import { describe, expect, it } from 'vitest';
import { found, NOTHING, useReads } from '../reads/support.ts';

// All lines of many deals at once, whose pages may be large.
const env = { DEALGRAPH_MAX_NODES: '1000000' };
const reads = useReads({ pipedrive: { deals: 60 }, pipelinedeals: { deals: 60 }, env });

/** Deals of a CRM as a page of 50, with `fields` of each. */
const page = (crm: string, fields: string) =>
  `{ deals(crms: ["${crm}"], first: 50) { nodes { id value { currency } ${fields} } } }`;
const one = (deal: number, fields: string) => `{ deal(id: "pipedrive:Deal:${deal}") { ${fields} } }`;
const remoteId = (id: string) => Number(id.split(':').at(-1));

describe('discounts', () => {
  it('are those of the CRM, oldest first', async () => {
    const { store } = reads.gateway.pipedrive;
    const { deal_id } = found(store.discounts.values(), (discount) => store.discountsOf(discount.deal_id).length > 1);
    const { deal } = await reads.data(
      one(
        deal_id,
        `discounts { totalCount nodes {
          id description amount type createdAt createdBy { id name } updatedAt updatedBy { id } deal { id title }
        } }`,
      ),
    );
    const expected = store.discountsOf(deal_id).map((discount) => ({
      id: `pipedrive:DealDiscount:${deal_id}/${discount.id}`,
      description: discount.description,
      amount: String(discount.amount),
      type: discount.type.toUpperCase(),
      createdAt: discount.created_at,
      createdBy: { id: `pipedrive:User:${discount.created_by}`, name: store.users.get(discount.created_by)?.name },
      updatedAt: discount.updated_at,
      updatedBy: { id: `pipedrive:User:${discount.updated_by}` },
      deal: { id: `pipedrive:Deal:${deal_id}`, title: store.deals.get(deal_id)?.title },
    }));
    expect(deal.discounts.totalCount).toBe(expected.length);
    expect(deal.discounts.nodes).toEqual(expect.arrayContaining(expected));
  });

  it('cost one request of 10 tokens for each of 50 deals', async () => {
    const { data, errors, cost } = await reads.ask(page('pipedrive', 'discounts { nodes { id amount } }'));
    expect(errors).toBeUndefined();
    expect(cost).toEqual({ pipedrive: { requests: 1 + 50, tokens: 10 + 500 }, pipelinedeals: NOTHING });
    const { store } = reads.gateway.pipedrive;
    for (const { id, discounts } of data.deals.nodes) {
      expect(discounts.nodes).toHaveLength(store.discountsOf(remoteId(id)).length);
    }
  });

  it('fail for the deal that cannot be read, and no other', async () => {
    const { pipedrive } = reads.gateway;
    const [first, second] = new Set([...pipedrive.store.discounts.values()].map((discount) => discount.deal_id));
    pipedrive.faults.set({ method: 'GET', path: `/deals/${first}/discounts`, kind: 'html', status: 200 });
    const { data, errors } = await reads.ask(`{
      a: deal(id: "pipedrive:Deal:${first}") { title discounts { nodes { id } } }
      b: deal(id: "pipedrive:Deal:${second}") { title discounts { nodes { id } } }
    }`);
    pipedrive.faults.set();
    expect(errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual([
      [['a', 'discounts'], 'UPSTREAM_INVALID_RESPONSE'],
    ]);
    expect(data.a).toMatchObject({ title: expect.any(String), discounts: null });
    expect(data.b.discounts.nodes.length).toBeGreaterThan(0);
  });
});

describe('installments', () => {
  it('of 50 deals are one request of 10 tokens, by billing date, in the currency of their deal', async () => {
    const { data, errors, cost } = await reads.ask(
      page(
        'pipedrive',
        'installments { nodes { id description amount { amount currency } billingDate deal { id title } } }',
      ),
    );
    expect(errors).toBeUndefined();
    expect(cost).toEqual({ pipedrive: { requests: 2, tokens: 20 }, pipelinedeals: NOTHING });
    const { store } = reads.gateway.pipedrive;
    let seen = 0;
    for (const { id, value, installments } of data.deals.nodes) {
      const expected = store
        .installmentsOf(remoteId(id))
        .toSorted((a, b) => a.billing_date.localeCompare(b.billing_date) || a.id - b.id);
      seen += expected.length;
      expect(installments.nodes).toEqual(
        expected.map((installment) => ({
          id: `pipedrive:DealInstallment:${remoteId(id)}/${installment.id}`,
          description: installment.description,
          amount: { amount: String(installment.amount), currency: value.currency },
          billingDate: installment.billing_date,
          deal: { id, title: store.deals.get(remoteId(id))?.title },
        })),
      );
    }
    expect(seen).toBeGreaterThan(0);
  });

  it('come in pages', async () => {
    const { store } = reads.gateway.pipedrive;
    const { deal_id } = found(store.installments.values(), (each) => store.installmentsOf(each.deal_id).length > 1);
    const select = 'nodes { id } pageInfo { hasNextPage hasPreviousPage endCursor }';
    const first = (await reads.data(one(deal_id, `installments(first: 1) { ${select} }`))).deal.installments;
    expect(first.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    const after = `installments(first: 500, after: "${first.pageInfo.endCursor}") { ${select} }`;
    const rest = (await reads.data(one(deal_id, after))).deal.installments;
    expect(rest.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    const ids = [...first.nodes, ...rest.nodes].map(({ id }: { id: string }) => id);
    expect(new Set(ids).size).toBe(store.installmentsOf(deal_id).length);
  });
});

describe('variations of lines', () => {
  it('cost nothing by id, and one request for each product by name', async () => {
    const { store } = reads.gateway.pipedrive;
    const lines = 'products(first: 500) { nodes { product { id } variation { %s } } }';
    const byId = await reads.ask(page('pipedrive', lines.replace('%s', 'id remoteId')));
    expect(byId.cost).toEqual({ pipedrive: { requests: 2, tokens: 20 }, pipelinedeals: NOTHING });
    const byName = await reads.ask(
      page('pipedrive', lines.replace('%s', 'id remoteId name prices { amount currency }')),
    );
    expect(byName.errors).toBeUndefined();

    type Line = { product: { id: string } | null; variation: { id: string; remoteId: string; name: string } | null };
    const seen: Line[] = byName.data.deals.nodes.flatMap(
      ({ products }: { products: { nodes: Line[] } }) => products.nodes,
    );
    const varied = seen.filter(({ variation }) => variation !== null);
    const products = new Set(varied.map(({ product }) => product?.id));
    expect(products.size).toBeGreaterThan(1);
    expect(byName.cost.pipedrive).toEqual({ requests: 2 + products.size, tokens: 20 + 10 * products.size });
    for (const { product, variation } of varied) {
      const stored = store.variations.get(Number(variation?.remoteId));
      expect(variation).toEqual({
        id: `pipedrive:ProductVariation:${stored?.product_id}/${stored?.id}`,
        remoteId: String(stored?.id),
        name: stored?.name,
        prices: stored?.prices.map(({ price, currency }) => ({ amount: String(price), currency })),
      });
      expect(product?.id).toBe(`pipedrive:Product:${stored?.product_id}`);
    }
  });
});

describe('lines in another order', () => {
  const ordered = (field: string, direction: string) =>
    `products(first: 500, orderBy: { field: ${field}, direction: ${direction} }) { nodes { id position createdAt updatedAt } }`;

  it.each(
    ['POSITION', 'CREATED_AT', 'UPDATED_AT', 'ID'].flatMap(
      (field) =>
        [
          [field, 'ASC'],
          [field, 'DESC'],
        ] as const,
    ),
  )('by %s %s cost what any order costs', async (field, direction) => {
    const { data, errors, cost } = await reads.ask(page('pipedrive', ordered(field, direction)));
    expect(errors).toBeUndefined();
    expect(cost).toEqual({ pipedrive: { requests: 2, tokens: 20 }, pipelinedeals: NOTHING });
    const { store } = reads.gateway.pipedrive;
    const sign = direction === 'ASC' ? 1 : -1;
    for (const { id, products } of data.deals.nodes) {
      const expected = store.productsOf(remoteId(id)).toSorted((a, b) => {
        const keys = {
          POSITION: a.order_nr - b.order_nr,
          CREATED_AT: a.add_time.localeCompare(b.add_time),
          UPDATED_AT: String(a.update_time).localeCompare(String(b.update_time)),
          ID: a.id - b.id,
        };
        return sign * keys[field as keyof typeof keys] || a.id - b.id;
      });
      expect(products.nodes.map((line: { id: string }) => line.id)).toEqual(
        expected.map((line) => `pipedrive:DealProduct:${remoteId(id)}/${line.id}`),
      );
    }
  });

  it('are exact on PipelineDeals too, and cost nothing', async () => {
    const { data, errors, cost } = await reads.ask(page('pipelinedeals', ordered('POSITION', 'DESC')));
    expect(errors).toBeUndefined();
    expect(cost.pipelinedeals.requests).toBe(1);
    const byId = await reads.ask(page('pipelinedeals', ordered('ID', 'ASC')));
    const { store } = reads.gateway.pipelinedeals;
    let seen = 0;
    for (const [index, { id, products }] of data.deals.nodes.entries()) {
      const lines = store.deals.get(remoteId(id))?.product_line_ids ?? [];
      seen = Math.max(seen, lines.length);
      const idsOf = ({ nodes }: { nodes: { id: string }[] }) => nodes.map((line) => Number(line.id.split('/')[1]));
      expect(idsOf(products)).toEqual(lines.toReversed());
      expect(idsOf(byId.data.deals.nodes[index].products)).toEqual(lines.toSorted((a, b) => a - b));
    }
    expect(seen).toBeGreaterThan(1);
  });
});

describe('by global id', () => {
  it('parts of deals and of products are found, each at its place', async () => {
    const { store } = reads.gateway.pipedrive;
    const discount = found(store.discounts.values(), () => true);
    const installment = found(store.installments.values(), () => true);
    const variation = found(store.variations.values(), () => true);
    const none = '00000000-0000-4000-a000-000000000000';
    const ids = [
      `pipedrive:DealDiscount:${discount.deal_id}/${discount.id}`,
      `pipedrive:DealDiscount:${discount.deal_id}/${none}`,
      `pipedrive:DealDiscount:987654321/${none}`,
      `pipedrive:DealInstallment:${installment.deal_id}/${installment.id}`,
      `pipedrive:DealInstallment:${installment.deal_id}/987654321`,
      `pipedrive:ProductVariation:${variation.product_id}/${variation.id}`,
      'pipedrive:ProductVariation:987654321/1',
      `pipelinedeals:DealDiscount:1/${none}`,
    ];
    const { nodes } = await reads.data(
      `query Q($ids: [ID!]!) { nodes(ids: $ids) { __typename id
        ... on DealDiscount { amount } ... on DealInstallment { part: amount { amount } } ... on ProductVariation { name } } }`,
      { ids },
    );
    expect(nodes).toEqual([
      { __typename: 'DealDiscount', id: ids[0], amount: String(discount.amount) },
      null,
      null,
      { __typename: 'DealInstallment', id: ids[3], part: { amount: String(installment.amount) } },
      null,
      { __typename: 'ProductVariation', id: ids[5], name: variation.name },
      null,
      null,
    ]);
  });

  it.each(['pipedrive:DealDiscount:42/7', 'pipedrive:DealInstallment:42', 'pipedrive:ProductVariation:1/2/3'])(
    '%s is malformed, and told without a call',
    async (id) => {
      const { errors, cost } = await reads.ask(`{ node(id: "${id}") { id } }`);
      expect(errors?.map(({ extensions }) => [extensions.code, extensions.argument])).toEqual([
        ['BAD_USER_INPUT', 'id'],
      ]);
      expect(cost).toEqual({ pipedrive: NOTHING, pipelinedeals: NOTHING });
    },
  );
});

describe('PipelineDeals', () => {
  it.each(['discounts', 'installments'])('has no %s, which costs that field and no call', async (field) => {
    const { data, errors, cost } = await reads.ask(
      `{ deals(crms: ["pipelinedeals"], first: 1) { nodes { title ${field} { nodes { id } } } } }`,
    );
    expect(errors?.map(({ path, extensions }) => [path, extensions.code, extensions.crm])).toEqual([
      [['deals', 'nodes', 0, field], 'UNSUPPORTED', 'pipelinedeals'],
    ]);
    expect(errors?.[0]?.message).toContain(`Deal.${field}`);
    expect(data.deals.nodes).toEqual([{ title: expect.any(String), [field]: null }]);
    expect(cost).toEqual({ pipedrive: NOTHING, pipelinedeals: { requests: 1, tokens: 0 } });
  });
});
