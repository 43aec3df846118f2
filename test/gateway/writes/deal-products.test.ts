import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { expectRefused, lines, type Mutated, mutate, nodesOf, remoteId, writesOf } from './support.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(async () => {
  // Without ids Pipedrive deletes the first hundred lines of the deal.
  const bulk = gateway.pipedrive.log.filter(({ method, path }) => method === 'DELETE' && path.endsWith('/products'));
  expect(bulk.length).toBeGreaterThan(0);
  for (const { query } of bulk) expect(query).toMatch(/^ids=\d+/);
  await gateway.close();
});

const LINE = `id name unitPrice { amount currency } quantity discount discountType tax taxMethod total { amount }
  comments isEnabled position product { id } billing { frequency cycles startDate }`;
const SELECT = `deal { id value { amount } products(first: 500) { nodes { id } } } dealProducts { ${LINE} }`;

function products(): readonly string[] {
  return [...gateway.pipedrive.store.products.values()]
    .filter((one) => one.is_linkable && !one.is_deleted)
    .map(({ id }) => `pipedrive:Product:${id}`);
}

function drafts(count: number) {
  return Array.from({ length: count }, (_, index) => ({
    product: products()[index % 5],
    unitPrice: `${index + 1}.5`,
    quantity: '2',
    comments: `line ${index}`,
  }));
}

async function newDeal(count = 0): Promise<{ deal: string; ids: string[] }> {
  const added = await mutate(gateway, 'addDeal', { crm: 'pipedrive', title: 'With lines', value: '7' });
  const deal = String(added.deal?.id);
  if (count === 0) return { deal, ids: [] };
  const lined = await mutate(gateway, 'addDealProducts', { deal, products: drafts(count) }, { select: SELECT });
  expect(lined.outcome).toBe('APPLIED');
  return { deal, ids: idsOf(lined) };
}

function idsOf(written: Mutated): string[] {
  return (written.dealProducts ?? []).map(({ id }) => String(id));
}

/** The value of a deal as the CRM has it, and that its lines give. */
function expectValueOfLines(written: Mutated, total: number): void {
  expect(written.deal?.value).toEqual({ amount: String(total) });
  expect(gateway.pipedrive.store.deals.get(remoteId(written.deal?.id))?.value).toBe(total);
}

describe('addDealProducts', () => {
  it.each([
    { count: 1, requests: ['products'] },
    { count: 3, requests: ['products', 'products', 'products'] },
    { count: 4, requests: ['products/bulk'] },
    { count: 100, requests: ['products/bulk'] },
    { count: 101, requests: ['products/bulk', 'products'] },
  ])('$count lines, in their order', async ({ count, requests }) => {
    const { deal } = await newDeal();
    const given = drafts(count);
    const added = await mutate(gateway, 'addDealProducts', { deal, products: given }, { select: SELECT });
    expect(added).toMatchObject({ outcome: 'APPLIED', problems: [] });
    expect(added.dealProducts?.map(({ comments, product }) => [comments, product])).toEqual(
      given.map(({ comments, product }) => [comments, { id: product }]),
    );
    expect(nodesOf(added.deal, 'products').map(({ id }) => id)).toEqual(idsOf(added));
    expect(lines(writesOf(added.sent.pipedrive))).toEqual(
      requests.map((path) => `POST /api/v2/deals/${remoteId(deal)}/${path}`),
    );
    expectValueOfLines(
      added,
      given.reduce((sum, { unitPrice }) => sum + Number(unitPrice) * 2, 0),
    );
  });

  it('with every attribute, exactly', async () => {
    const { deal } = await newDeal();
    const line = {
      product: products()[1],
      unitPrice: '12345678901234567.89',
      quantity: '0.125',
      discount: '12.5',
      discountType: 'PERCENTAGE',
      tax: '7.7',
      taxMethod: 'INCLUSIVE',
      comments: 'Two\n“lines”',
      isEnabled: false,
      billing: { frequency: 'QUARTERLY', cycles: 8, startDate: '2027-01-15' },
    };
    const added = await mutate(gateway, 'addDealProducts', { deal, products: [line] }, { select: SELECT });
    const { product, unitPrice, ...attributes } = line;
    expect(added.dealProducts).toMatchObject([
      { ...attributes, product: { id: product }, unitPrice: { amount: unitPrice, currency: 'EUR' } },
    ]);
    expect(added.deal?.value).toEqual({ amount: '0' });
  });

  it('only sends what is given', async () => {
    const { deal } = await newDeal();
    const line = { product: products()[0], unitPrice: '1', quantity: '1' };
    const added = await mutate(gateway, 'addDealProducts', { deal, products: [line] });
    const body = { product_id: remoteId(line.product), item_price: 1, quantity: 1 };
    expect(writesOf(added.sent.pipedrive).map((entry) => entry.body)).toEqual([body]);
  });

  it('stops at the request that is refused, and tells what was not sent', async () => {
    const { deal } = await newDeal();
    gateway.pipedrive.faults.set(
      { method: 'POST', path: '/products/bulk', times: 1, kind: 'latency', ms: 1 },
      { method: 'POST', path: '/products/bulk', kind: 'status', status: 400, body: '{"success":false}' },
    );
    const added = await mutate(gateway, 'addDealProducts', { deal, products: drafts(205) }, { select: SELECT });
    gateway.pipedrive.faults.set();
    expect(added).toMatchObject({
      outcome: 'PARTIAL',
      problems: [{ code: 'REJECTED_BY_CRM', path: ['input', 'products', '100'] }],
    });
    expect(added.dealProducts).toHaveLength(100);
    expect(writesOf(added.sent.pipedrive)).toHaveLength(2);
  });

  it('to a deal it does not have, or has no longer, is not found', async () => {
    const { deal } = await newDeal();
    await mutate(gateway, 'deleteDeal', { id: deal });
    for (const id of ['pipedrive:Deal:987654321', deal]) {
      const added = await mutate(gateway, 'addDealProducts', { deal: id, products: drafts(1) }, { select: SELECT });
      expect(added.outcome).toBe('REJECTED');
      expect(added.problems).toMatchObject([{ code: 'NOT_FOUND', path: ['input', 'deal'] }]);
      expect([added.deal, added.dealProducts]).toEqual([null, null]);
    }
  });

  it('to an archived deal is refused by the CRM, and nothing is written', async () => {
    const { deal } = await newDeal();
    await mutate(gateway, 'updateDeal', { id: deal, isArchived: true });
    const added = await mutate(gateway, 'addDealProducts', { deal, products: drafts(4) });
    expect(added).toMatchObject({ outcome: 'REJECTED', problems: [{ code: 'REJECTED_BY_CRM' }], deal: null });
    expect(gateway.pipedrive.store.productsOf(remoteId(deal))).toEqual([]);
  });

  it('of an unknown product writes nothing', async () => {
    const { deal } = await newDeal();
    const given = [...drafts(2), { ...drafts(1)[0], product: 'pipedrive:Product:987654321' }];
    const added = await mutate(gateway, 'addDealProducts', { deal, products: given });
    expect(added.problems).toMatchObject([{ code: 'NOT_FOUND', path: ['input', 'products', '2', 'product'] }]);
    expect(writesOf(added.sent.pipedrive)).toEqual([]);
  });

  it.each<{ given: string; line: Record<string, unknown>; path: string[] }>([
    { given: 'a negative quantity', line: { quantity: '-1' }, path: ['quantity'] },
    { given: 'a negative price', line: { unitPrice: '-0.01' }, path: ['unitPrice'] },
    { given: 'null for the tax', line: { tax: null }, path: ['tax'] },
    { given: 'control characters', line: { comments: '\u0007' }, path: ['comments'] },
    { given: 'an id of another type', line: { product: 'pipedrive:Deal:1' }, path: ['product'] },
    { given: "another CRM's product", line: { product: 'pipelinedeals:Product:1' }, path: ['product'] },
    { given: 'no cycles', line: { billing: { frequency: 'MONTHLY', cycles: 0 } }, path: ['billing', 'cycles'] },
    { given: 'a variation that is no id', line: { variation: 'red' }, path: ['variation'] },
  ])('refuses $given without a call', async ({ line, path }) => {
    const { deal } = await newDeal();
    const given = [...drafts(1), { ...drafts(1)[0], ...line }];
    const added = await mutate(gateway, 'addDealProducts', { deal, products: given }, { select: SELECT });
    expectRefused(added, { code: 'INVALID_INPUT', path: ['input', 'products', '1', ...path] });
    expect(added.dealProducts).toBeNull();
  });

  it('refuses an empty list without a call', async () => {
    const { deal } = await newDeal();
    const added = await mutate(gateway, 'addDealProducts', { deal, products: [] });
    expectRefused(added, { code: 'INVALID_INPUT', path: ['input', 'products'] });
  });
});

describe('updateDealProduct', () => {
  it.each<{ field: string; value: unknown; body: Record<string, unknown>; reads?: unknown }>([
    { field: 'unitPrice', value: '0.1', body: { item_price: 0.1 }, reads: { amount: '0.1', currency: 'EUR' } },
    { field: 'quantity', value: '2.75', body: { quantity: 2.75 } },
    { field: 'discount', value: '3', body: { discount: 3 } },
    { field: 'discountType', value: 'AMOUNT', body: { discount_type: 'amount' } },
    { field: 'tax', value: '24', body: { tax: 24 } },
    { field: 'taxMethod', value: 'NONE', body: { tax_method: 'none' } },
    { field: 'comments', value: 'Changed', body: { comments: 'Changed' } },
    { field: 'comments', value: '', body: { comments: '' }, reads: null },
    { field: 'isEnabled', value: false, body: { is_enabled: false } },
    {
      field: 'billing',
      value: { frequency: 'MONTHLY', cycles: 12, startDate: '2027-02-01' },
      body: { billing_frequency: 'monthly', billing_frequency_cycles: 12, billing_start_date: '2027-02-01' },
    },
    {
      field: 'billing',
      value: { frequency: 'ANNUALLY', cycles: null },
      body: { billing_frequency: 'annually', billing_frequency_cycles: null },
      reads: { frequency: 'ANNUALLY', cycles: null, startDate: null },
    },
  ])('$field: only what is given is sent', async ({ field, value, body, reads = value }) => {
    const { ids } = await newDeal(2);
    const changed = await mutate(gateway, 'updateDealProduct', { id: ids[1], [field]: value }, { select: SELECT });
    expect(changed).toMatchObject({ outcome: 'APPLIED', problems: [] });
    expect(writesOf(changed.sent.pipedrive).map((entry) => entry.body)).toEqual([body]);
    expect(changed.dealProducts).toMatchObject([{ id: ids[1], [field]: reads }]);
  });

  it('the product', async () => {
    const { ids } = await newDeal(1);
    const product = products()[4];
    const changed = await mutate(gateway, 'updateDealProduct', { id: ids[0], product }, { select: SELECT });
    expect(writesOf(changed.sent.pipedrive).map((entry) => entry.body)).toEqual([{ product_id: remoteId(product) }]);
    expect(changed.dealProducts).toMatchObject([{ product: { id: product } }]);
  });

  it('a variation the product does not have is refused', async () => {
    const { ids } = await newDeal(1);
    const changed = await mutate(gateway, 'updateDealProduct', { id: ids[0], variation: '55' }, { select: SELECT });
    expect(changed).toMatchObject({ outcome: 'REJECTED', dealProducts: null });
    const line = gateway.pipedrive.store.dealProducts.get(Number(ids[0]?.split('/')[1]));
    expect(line?.product_variation_id).toBeNull();
  });

  it("and the deal's value follows", async () => {
    const { ids } = await newDeal(2);
    const changed = await mutate(gateway, 'updateDealProduct', { id: ids[0], quantity: '10' }, { select: SELECT });
    expectValueOfLines(changed, 15 + 5);
  });

  it.each([
    'product',
    'unitPrice',
    'quantity',
    'discount',
    'discountType',
    'tax',
    'taxMethod',
    'comments',
    'isEnabled',
    'variation',
    'billing',
  ])('null for %s is refused without a call', async (field) => {
    const changed = await mutate(gateway, 'updateDealProduct', { id: 'pipedrive:DealProduct:1/1', [field]: null });
    expectRefused(changed, { code: 'INVALID_INPUT', path: ['input', field] });
  });

  it('nothing to change is refused without a call', async () => {
    const changed = await mutate(gateway, 'updateDealProduct', { id: 'pipedrive:DealProduct:1/1' });
    expectRefused(changed, { code: 'INVALID_INPUT', path: ['input'] });
  });

  it('what the CRM refuses names its place, in our words', async () => {
    const { ids } = await newDeal(1);
    const input = { id: ids[0], discount: '101', discountType: 'PERCENTAGE' };
    const changed = await mutate(gateway, 'updateDealProduct', input, { select: SELECT });
    expect(changed).toMatchObject({ outcome: 'REJECTED', problems: [{ code: 'REJECTED_BY_CRM' }], dealProducts: null });
    expect(changed.problems[0]?.message).not.toContain('at most 100 percent');
  });

  it('of a line it does not have, or of another deal, is not found', async () => {
    const [mine, other] = [await newDeal(1), await newDeal(1)];
    const line = other.ids[0]?.split('/')[1];
    for (const id of [
      `pipedrive:DealProduct:${remoteId(mine.deal)}/987654321`,
      `pipedrive:DealProduct:${remoteId(mine.deal)}/${line}`,
    ]) {
      const changed = await mutate(gateway, 'updateDealProduct', { id, quantity: '1' });
      expect(changed).toMatchObject({ outcome: 'REJECTED', problems: [{ code: 'NOT_FOUND', path: ['input', 'id'] }] });
    }
  });
});

describe('deleteDealProducts', () => {
  it.each([
    { count: 1, requests: 1 },
    { count: 2, requests: 1 },
    { count: 100, requests: 1 },
    { count: 101, requests: 2 },
  ])('$count lines, answered as they were', async ({ count, requests }) => {
    const { deal, ids } = await newDeal(Math.min(count, 100));
    if (count > 100) {
      const more = await mutate(
        gateway,
        'addDealProducts',
        { deal, products: drafts(count - 100) },
        { select: SELECT },
      );
      ids.push(...idsOf(more));
    }
    const reversed = ids.toReversed();
    const deleted = await mutate(gateway, 'deleteDealProducts', { ids: reversed }, { select: SELECT });
    expect(deleted).toMatchObject({ outcome: 'APPLIED', problems: [] });
    expect(idsOf(deleted)).toEqual(reversed);
    expect(deleted.dealProducts?.at(-1)).toMatchObject({ comments: 'line 0', quantity: '2' });
    expect(deleted.deal).toMatchObject({ id: deal, products: { nodes: [] } });
    expect(writesOf(deleted.sent.pipedrive)).toHaveLength(requests);
    expect(gateway.pipedrive.store.productsOf(remoteId(deal))).toEqual([]);
    expectValueOfLines(deleted, 0);
  });

  it('leaves the other lines', async () => {
    const { ids } = await newDeal(4);
    const deleted = await mutate(gateway, 'deleteDealProducts', { ids: [ids[2], ids[0]] }, { select: SELECT });
    expect(nodesOf(deleted.deal, 'products')).toEqual([{ id: ids[1] }, { id: ids[3] }]);
    expectValueOfLines(deleted, 2 * (2.5 + 4.5));
  });

  it('of an unknown line deletes nothing', async () => {
    const { deal, ids } = await newDeal(2);
    const unknown = `pipedrive:DealProduct:${remoteId(deal)}/987654321`;
    const deleted = await mutate(gateway, 'deleteDealProducts', { ids: [...ids, unknown] }, { select: SELECT });
    expect(deleted).toMatchObject({
      outcome: 'REJECTED',
      problems: [{ code: 'NOT_FOUND', path: ['input', 'ids', '2'] }],
    });
    expect([deleted.deal, deleted.dealProducts]).toEqual([null, null]);
    expect(writesOf(deleted.sent.pipedrive)).toEqual([]);
    expect(gateway.pipedrive.store.productsOf(remoteId(deal))).toHaveLength(2);
  });

  it('of a deal it does not have deletes nothing', async () => {
    const ids = ['pipedrive:DealProduct:987654321/1'];
    const deleted = await mutate(gateway, 'deleteDealProducts', { ids });
    expect(deleted).toMatchObject({ outcome: 'REJECTED', problems: [{ code: 'NOT_FOUND' }] });
    expect(writesOf(deleted.sent.pipedrive)).toEqual([]);
  });

  it('lost between reading and deleting is PARTIAL', async () => {
    const { deal, ids } = await newDeal(3);
    // Somebody else is faster: between our two requests the first line goes.
    gateway.pipedrive.faults.set({ method: 'DELETE', path: '/products', times: 1, kind: 'latency', ms: 50 });
    const deleting = mutate(gateway, 'deleteDealProducts', { ids }, { select: SELECT });
    const before = gateway.pipedrive.log.length;
    while (gateway.pipedrive.log.length === before) await new Promise((resolve) => setTimeout(resolve, 1));
    gateway.pipedrive.store.dealProducts.delete(Number(ids[0]?.split('/')[1]));
    const deleted = await deleting;
    gateway.pipedrive.faults.set();
    expect(deleted).toMatchObject({
      outcome: 'PARTIAL',
      problems: [{ code: 'NOT_FOUND', path: ['input', 'ids', '0'] }],
    });
    expect(idsOf(deleted)).toEqual(ids.slice(1));
    expect(gateway.pipedrive.store.productsOf(remoteId(deal))).toEqual([]);
  });

  it.each([
    {
      given: 'lines of two deals',
      ids: ['pipedrive:DealProduct:1/1', 'pipedrive:DealProduct:2/2'],
      path: ['ids', '1'],
    },
    {
      given: 'lines of two CRMs',
      ids: ['pipedrive:DealProduct:1/1', 'pipelinedeals:DealProduct:1/2'],
      path: ['ids', '1'],
    },
    {
      given: 'the same line twice',
      ids: ['pipedrive:DealProduct:1/1', 'pipedrive:DealProduct:1/1'],
      path: ['ids', '1'],
    },
    { given: 'a deal', ids: ['pipedrive:Deal:1'], path: ['ids', '0'] },
    { given: 'nothing', ids: [], path: ['ids'] },
  ])('refuses $given without a call', async ({ ids, path }) => {
    const deleted = await mutate(gateway, 'deleteDealProducts', { ids }, { select: SELECT });
    expectRefused(deleted, { code: 'INVALID_INPUT', path: ['input', ...path] });
    expect(deleted.dealProducts).toBeNull();
  });
});

describe('PipelineDeals', () => {
  it.each([
    {
      mutation: 'addDealProducts',
      input: {
        deal: 'pipelinedeals:Deal:1',
        products: [{ product: 'pipelinedeals:Product:1', unitPrice: '1', quantity: '1' }],
      },
    },
    { mutation: 'updateDealProduct', input: { id: 'pipelinedeals:DealProduct:1/1', quantity: '1' } },
    { mutation: 'deleteDealProducts', input: { ids: ['pipelinedeals:DealProduct:1/1'] } },
  ])('$mutation is not supported, and told without a call', async ({ mutation, input }) => {
    expectRefused(await mutate(gateway, mutation, input), { code: 'UNSUPPORTED', path: ['input'] });
  });
});
