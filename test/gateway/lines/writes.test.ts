import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { expectRefused, lines, type Mutated, mutate, remoteId, writesOf } from '../writes/support.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway({ pipedrive: { deals: 20 }, pipelinedeals: { deals: 5 } });
});
afterAll(() => gateway.close());

const DISCOUNT =
  'deal { id value { amount } } dealDiscount { id description amount type updatedBy { id } deal { id } }';
const INSTALLMENT =
  'deal { id title } dealInstallment { id description amount { amount currency } billingDate deal { id } }';
const NO_DISCOUNT = '00000000-0000-4000-a000-000000000000';

function product(fits: (id: number) => boolean = () => true): string {
  const { products } = gateway.pipedrive.store;
  const found = [...products.values()].find((one) => one.is_linkable && !one.is_deleted && fits(one.id));
  return `pipedrive:Product:${found?.id}`;
}

const draft = (over: object = {}) => ({ product: product(), unitPrice: '100', quantity: '2', ...over });
const MONTHLY = { billing: { frequency: 'MONTHLY', cycles: 12 } };

/** A new deal with lines; their ids in order. */
async function dealWith(...drafts: readonly object[]): Promise<{ deal: string; ids: string[] }> {
  const added = await mutate(gateway, 'addDeal', {
    crm: 'pipedrive',
    title: 'Lines',
    ...(drafts.length > 0 && { products: drafts }),
  });
  expect(added.outcome).toBe('APPLIED');
  const deal = String(added.deal?.id);
  const stored = gateway.pipedrive.store.productsOf(remoteId(deal));
  return { deal, ids: stored.map(({ id }) => `pipedrive:DealProduct:${remoteId(deal)}/${id}`) };
}

/** The part a write answers. */
const partOf = (written: Mutated, name: 'dealDiscount' | 'dealInstallment') =>
  (written as unknown as Record<typeof name, Readonly<Record<string, unknown>> | null>)[name];

const addDiscount = (deal: string, over: object = {}) =>
  mutate(
    gateway,
    'addDealDiscount',
    { deal, description: 'Spring', amount: '10', type: 'PERCENTAGE', ...over },
    { select: DISCOUNT },
  );
const addInstallment = (deal: string, over: object = {}) =>
  mutate(
    gateway,
    'addDealInstallment',
    { deal, description: 'Upfront', amount: '50.5', billingDate: '2027-04-01', ...over },
    { select: INSTALLMENT },
  );

function tokens(written: Mutated): readonly [number, number | undefined] {
  return [written.upstream.requests, written.upstream.tokens.pipedrive];
}

describe('discounts', () => {
  it('are added, changed and deleted, and the value of the deal follows', async () => {
    const { deal } = await dealWith(draft());
    const added = await addDiscount(deal);
    expect(added).toMatchObject({ outcome: 'APPLIED', problems: [], deal: { id: deal, value: { amount: '180' } } });
    const discount = partOf(added, 'dealDiscount');
    const [stored] = gateway.pipedrive.store.discountsOf(remoteId(deal));
    expect(discount).toEqual({
      id: `pipedrive:DealDiscount:${remoteId(deal)}/${stored?.id}`,
      description: 'Spring',
      amount: '10',
      type: 'PERCENTAGE',
      updatedBy: { id: `pipedrive:User:${stored?.updated_by}` },
      deal: { id: deal },
    });
    expect(writesOf(added.sent.pipedrive).map(({ body }) => body)).toEqual([
      { description: 'Spring', amount: 10, type: 'percentage' },
    ]);
    expect(tokens(added)).toEqual([3, 5 + 1 + 10]);

    const change = { id: discount?.id, amount: '0.25', type: 'AMOUNT' };
    const changed = await mutate(gateway, 'updateDealDiscount', change, { select: DISCOUNT });
    expect(changed).toMatchObject({
      outcome: 'APPLIED',
      deal: { value: { amount: '199.75' } },
      dealDiscount: { id: discount?.id, description: 'Spring', amount: '0.25', type: 'AMOUNT' },
    });
    expect(writesOf(changed.sent.pipedrive).map(({ body }) => body)).toEqual([{ amount: 0.25, type: 'amount' }]);
    expect(tokens(changed)).toEqual([4, 10 + 5 + 1 + 10]);

    const deleted = await mutate(gateway, 'deleteDealDiscount', { id: discount?.id }, { select: DISCOUNT });
    expect(deleted).toMatchObject({ outcome: 'APPLIED', deal: { value: { amount: '200' } } });
    expect(partOf(deleted, 'dealDiscount')).toEqual(partOf(changed, 'dealDiscount'));
    expect(tokens(deleted)).toEqual([3, 10 + 3 + 1]);
    expect(gateway.pipedrive.store.discountsOf(remoteId(deal))).toEqual([]);
  });

  it('keep an amount digit by digit', async () => {
    const { deal } = await dealWith(draft());
    const amount = '12345678901234567.89';
    const added = await addDiscount(deal, { amount, type: 'AMOUNT' });
    expect(partOf(added, 'dealDiscount')).toMatchObject({ amount });
    expect(String(gateway.pipedrive.store.discountsOf(remoteId(deal))[0]?.amount)).toBe(amount);
  });

  it('that are not there are not found, and nothing is written', async () => {
    const { deal } = await dealWith(draft());
    const id = `pipedrive:DealDiscount:${remoteId(deal)}/${NO_DISCOUNT}`;
    const place = { code: 'NOT_FOUND', path: ['input', 'id'] };
    expect(await mutate(gateway, 'updateDealDiscount', { id, amount: '1' }, { select: DISCOUNT })).toMatchObject({
      outcome: 'REJECTED',
      problems: [place],
      deal: null,
      dealDiscount: null,
    });
    const deleted = await mutate(gateway, 'deleteDealDiscount', { id }, { select: DISCOUNT });
    expect(deleted).toMatchObject({ outcome: 'REJECTED', problems: [place], dealDiscount: null });
    expect(writesOf(deleted.sent.pipedrive)).toEqual([]);
    const added = await addDiscount('pipedrive:Deal:987654321');
    expect(added).toMatchObject({
      outcome: 'REJECTED',
      problems: [{ code: 'NOT_FOUND', path: ['input', 'deal'] }],
    });
  });

  it('whose write gets no answer are unknown, and it is not repeated', async () => {
    const { deal } = await dealWith(draft());
    gateway.pipedrive.faults.set({ method: 'POST', path: '/discounts', kind: 'drop' });
    const added = await addDiscount(deal);
    gateway.pipedrive.faults.set();
    expect(added).toMatchObject({ outcome: 'UNKNOWN', problems: [{ code: 'OUTCOME_UNKNOWN' }], dealDiscount: null });
    expect(writesOf(added.sent.pipedrive)).toHaveLength(1);
  });

  it.each<{ given: string; mutation?: string; input: object; path: string[] }>([
    { given: 'an amount of 0', input: { amount: '0' }, path: ['amount'] },
    { given: 'a negative amount', input: { amount: '-1' }, path: ['amount'] },
    { given: 'a blank description', input: { description: ' ' }, path: ['description'] },
    { given: 'control characters', input: { description: '\u0007' }, path: ['description'] },
    { given: 'an id of another type', input: { deal: 'pipedrive:Person:1' }, path: ['deal'] },
    ...['description', 'amount', 'type'].map((name) => ({
      given: `null for the ${name}`,
      mutation: 'updateDealDiscount',
      input: { [name]: null },
      path: [name],
    })),
    { given: 'nothing to change', mutation: 'updateDealDiscount', input: {}, path: [] },
    { given: 'an amount of 0', mutation: 'updateDealDiscount', input: { amount: '0' }, path: ['amount'] },
    { given: "a line's id", mutation: 'deleteDealDiscount', input: { id: 'pipedrive:DealProduct:1/1' }, path: ['id'] },
  ])('$given is refused without a call', async ({ mutation = 'addDealDiscount', input, path }) => {
    const whole =
      mutation === 'addDealDiscount'
        ? { deal: 'pipedrive:Deal:1', description: 'Spring', amount: '1', type: 'AMOUNT', ...input }
        : { id: `pipedrive:DealDiscount:1/${NO_DISCOUNT}`, ...input };
    const written = await mutate(gateway, mutation, whole, { select: DISCOUNT });
    expectRefused(written, { code: 'INVALID_INPUT', path: ['input', ...path] });
  });
});

describe('installments', () => {
  it('are added, changed and deleted', async () => {
    const { deal } = await dealWith(draft());
    const added = await addInstallment(deal);
    expect(added).toMatchObject({ outcome: 'APPLIED', problems: [], deal: { id: deal } });
    const installment = partOf(added, 'dealInstallment');
    const [stored] = gateway.pipedrive.store.installmentsOf(remoteId(deal));
    const currency = gateway.pipedrive.store.deals.get(remoteId(deal))?.currency;
    expect(installment).toEqual({
      id: `pipedrive:DealInstallment:${remoteId(deal)}/${stored?.id}`,
      description: 'Upfront',
      amount: { amount: '50.5', currency },
      billingDate: '2027-04-01',
      deal: { id: deal },
    });
    expect(writesOf(added.sent.pipedrive).map(({ body }) => body)).toEqual([
      { description: 'Upfront', amount: 50.5, billing_date: '2027-04-01' },
    ]);
    // Lines and installments are looked at before; afterwards the deal and its installments are read.
    expect(tokens(added)).toEqual([5, 10 + 10 + 5 + 1 + 10]);

    const change = { id: installment?.id, billingDate: '2027-05-01' };
    const changed = await mutate(gateway, 'updateDealInstallment', change, { select: INSTALLMENT });
    expect(changed).toMatchObject({
      outcome: 'APPLIED',
      dealInstallment: { description: 'Upfront', billingDate: '2027-05-01' },
    });
    expect(writesOf(changed.sent.pipedrive).map(({ body }) => body)).toEqual([{ billing_date: '2027-05-01' }]);

    const deleted = await mutate(gateway, 'deleteDealInstallment', { id: installment?.id }, { select: INSTALLMENT });
    expect(deleted.outcome).toBe('APPLIED');
    expect(partOf(deleted, 'dealInstallment')).toEqual(partOf(changed, 'dealInstallment'));
    expect(gateway.pipedrive.store.installmentsOf(remoteId(deal))).toEqual([]);

    const again = await mutate(gateway, 'deleteDealInstallment', { id: installment?.id }, { select: INSTALLMENT });
    expect(again).toMatchObject({ outcome: 'REJECTED', problems: [{ code: 'NOT_FOUND', path: ['input', 'id'] }] });
  });

  it.each([
    { given: 'a deal without lines', drafts: [] },
    { given: 'a deal with a recurring line', drafts: [{}, MONTHLY] },
  ])('are refused for $given, and nothing is written', async ({ drafts }) => {
    const { deal } = await dealWith(...drafts.map(draft));
    const added = await addInstallment(deal);
    expect(added).toMatchObject({
      outcome: 'REJECTED',
      problems: [{ code: 'INVALID_INPUT', path: ['input', 'deal'] }],
      dealInstallment: null,
    });
    expect(writesOf(added.sent.pipedrive)).toEqual([]);
  });

  it('of a deal it does not have are not found', async () => {
    const added = await addInstallment('pipedrive:Deal:987654321');
    expect(added.problems).toMatchObject([{ code: 'NOT_FOUND', path: ['input', 'deal'] }]);
    expect(writesOf(added.sent.pipedrive)).toEqual([]);
  });

  it.each<{ given: string; mutation?: string; input: object; path: string[] }>([
    { given: 'an amount of 0', input: { amount: '0' }, path: ['amount'] },
    { given: 'a blank description', input: { description: '' }, path: ['description'] },
    { given: 'a deal of another type', input: { deal: 'pipedrive:Person:1' }, path: ['deal'] },
    ...['description', 'amount', 'billingDate'].map((name) => ({
      given: `null for the ${name}`,
      mutation: 'updateDealInstallment',
      input: { [name]: null },
      path: [name],
    })),
    { given: 'nothing to change', mutation: 'updateDealInstallment', input: {}, path: [] },
  ])('$given is refused without a call', async ({ mutation = 'addDealInstallment', input, path }) => {
    const whole =
      mutation === 'addDealInstallment'
        ? { deal: 'pipedrive:Deal:1', description: 'Upfront', amount: '1', billingDate: '2027-04-01', ...input }
        : { id: 'pipedrive:DealInstallment:1/1', ...input };
    const written = await mutate(gateway, mutation, whole, { select: INSTALLMENT });
    expectRefused(written, { code: 'INVALID_INPUT', path: ['input', ...path] });
  });
});

describe('lines of a deal with installments', () => {
  async function divided(...drafts: readonly object[]) {
    const made = await dealWith(...drafts.map(draft));
    expect((await addInstallment(made.deal)).outcome).toBe('APPLIED');
    return made;
  }

  it.each<{ given: string; write: (made: { deal: string; ids: string[] }) => [string, object]; path: string[] }>([
    {
      given: 'adding a recurring one',
      write: ({ deal }) => ['addDealProducts', { deal, products: [draft(), draft(MONTHLY)] }],
      path: ['products', '1', 'billing', 'frequency'],
    },
    {
      given: 'making one recurring',
      write: ({ ids }) => ['updateDealProduct', { id: ids[0], ...MONTHLY }],
      path: ['billing', 'frequency'],
    },
    {
      given: 'disabling the last enabled one',
      write: ({ ids }) => ['updateDealProduct', { id: ids[0], isEnabled: false }],
      path: ['isEnabled'],
    },
    {
      given: 'deleting the last enabled one',
      write: ({ ids }) => ['deleteDealProducts', { ids }],
      path: ['ids', '0'],
    },
    { given: 'deleting all', write: ({ deal }) => ['deleteAllDealProducts', { deal }], path: ['deal'] },
  ])('$given is refused before it is sent', async ({ write, path }) => {
    const made = await divided({}, { isEnabled: false });
    const [mutation, input] = write(made);
    const written = await mutate(gateway, mutation, { ...input }, { select: 'deal { id } dealProducts { id }' });
    expect(written).toMatchObject({
      outcome: 'REJECTED',
      problems: [{ code: 'INVALID_INPUT', path: ['input', ...path] }],
      dealProducts: null,
    });
    expect(writesOf(written.sent.pipedrive)).toEqual([]);
  });

  it('may go while another stays enabled', async () => {
    const { ids } = await divided({}, {});
    const deleted = await mutate(gateway, 'deleteDealProducts', { ids: [ids[0]] });
    expect(deleted.outcome).toBe('APPLIED');
    const disabled = await mutate(gateway, 'updateDealProduct', { id: ids[1], isEnabled: false });
    expect(disabled.problems).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'isEnabled'] }]);
  });
});

describe('lines of any deal', () => {
  it('are recurring in twenty at most', async () => {
    const twenty = Array.from({ length: 20 }, () => draft(MONTHLY));
    const { deal, ids } = await dealWith(...twenty, draft());
    const path = ['billing', 'frequency'];
    const added = await mutate(gateway, 'addDealProducts', { deal, products: [draft(), draft(MONTHLY)] });
    expect(added.problems).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'products', '1', ...path] }]);
    expect(writesOf(added.sent.pipedrive)).toEqual([]);
    const changed = await mutate(gateway, 'updateDealProduct', { id: ids[20], ...MONTHLY });
    expect(changed.problems).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', ...path] }]);
    expect(writesOf(changed.sent.pipedrive)).toEqual([]);
    const among = await mutate(gateway, 'updateDealProduct', { id: ids[0], billing: { frequency: 'ANNUALLY' } });
    expect(among.outcome).toBe('APPLIED');
  });

  it('with two tax methods are refused without a call', async () => {
    const { deal } = await dealWith();
    const products = [draft({ taxMethod: 'NONE' }), draft(), draft({ taxMethod: 'INCLUSIVE' })];
    const added = await mutate(gateway, 'addDealProducts', { deal, products });
    expect(added.problems).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'products', '2', 'taxMethod'] }]);
    expect(writesOf(added.sent.pipedrive)).toEqual([]);
    expect(gateway.pipedrive.store.productsOf(remoteId(deal))).toEqual([]);
  });

  it('have one tax method: a change of one changes all', async () => {
    const { ids } = await dealWith(draft({ taxMethod: 'NONE' }), draft());
    const select = 'deal { products { nodes { taxMethod } } }';
    const changed = await mutate(gateway, 'updateDealProduct', { id: ids[1], taxMethod: 'INCLUSIVE' }, { select });
    expect(changed.deal?.products).toEqual({ nodes: [{ taxMethod: 'INCLUSIVE' }, { taxMethod: 'INCLUSIVE' }] });
  });

  it('keep cycles that do not fit what they are changed to only if told so', async () => {
    const { ids } = await dealWith(draft(MONTHLY));
    const kept = await mutate(gateway, 'updateDealProduct', { id: ids[0], billing: { frequency: 'ONE_TIME' } });
    expect(kept.problems).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'billing', 'cycles'] }]);
    expect(writesOf(kept.sent.pipedrive)).toEqual([]);
    const billing = { frequency: 'ONE_TIME', cycles: null };
    const select = 'dealProducts { billing { frequency cycles } }';
    const cleared = await mutate(gateway, 'updateDealProduct', { id: ids[0], billing }, { select });
    expect(cleared.dealProducts).toEqual([{ billing }]);
  });
});

describe('variations of products', () => {
  const select = 'dealProducts { variation { id name } product { id } }';
  const variationOf = (fits: (product: number) => boolean = () => true) => {
    const { products, variations } = gateway.pipedrive.store;
    const found = [...variations.values()].find(({ product_id }) => {
      const own = products.get(product_id);
      return own?.is_linkable && !own.is_deleted && fits(product_id);
    });
    if (!found) throw new Error('the seed has no such variation');
    return found;
  };

  it.each(['global', 'own'])('are chosen by their %s id', async (form) => {
    const { id, name, product_id } = variationOf();
    const { deal } = await dealWith();
    const global = `pipedrive:ProductVariation:${product_id}/${id}`;
    const line = draft({
      product: `pipedrive:Product:${product_id}`,
      variation: form === 'global' ? global : String(id),
    });
    const added = await mutate(gateway, 'addDealProducts', { deal, products: [line] }, { select });
    expect(added).toMatchObject({ outcome: 'APPLIED', dealProducts: [{ variation: { id: global, name } }] });
    expect(writesOf(added.sent.pipedrive)[0]?.body).toMatchObject({ product_variation_id: id });
  });

  it('are chosen for a line that keeps its product', async () => {
    const { id, product_id } = variationOf();
    const { ids } = await dealWith(draft({ product: `pipedrive:Product:${product_id}` }));
    const changed = await mutate(gateway, 'updateDealProduct', { id: ids[0], variation: String(id) }, { select });
    expect(changed).toMatchObject({ outcome: 'APPLIED', dealProducts: [{ variation: { name: expect.any(String) } }] });
    expect(writesOf(changed.sent.pipedrive).map(({ body }) => body)).toEqual([{ product_variation_id: id }]);
  });

  it('of another product are not found, and nothing is written', async () => {
    const { id, product_id } = variationOf();
    const other = product((each) => each !== product_id);
    const { deal, ids } = await dealWith(draft({ product: other }));
    const line = draft({ product: other, variation: String(id) });
    const added = await mutate(gateway, 'addDealProducts', { deal, products: [draft(), line] }, { select });
    expect(added.problems).toMatchObject([{ code: 'NOT_FOUND', path: ['input', 'products', '1', 'variation'] }]);
    expect(writesOf(added.sent.pipedrive)).toEqual([]);
    const changed = await mutate(gateway, 'updateDealProduct', { id: ids[0], variation: String(id) }, { select });
    expect(changed.problems).toMatchObject([{ code: 'NOT_FOUND', path: ['input', 'variation'] }]);
    expect(writesOf(changed.sent.pipedrive)).toEqual([]);
  });

  it.each(['red', 'pipedrive:Product:1', 'pipelinedeals:ProductVariation:1/2'])('%s is refused', async (variation) => {
    const written = await mutate(gateway, 'updateDealProduct', { id: 'pipedrive:DealProduct:1/1', variation });
    expectRefused(written, { code: 'INVALID_INPUT', path: ['input', 'variation'] });
  });
});

describe('deleteAllDealProducts', () => {
  const select = 'deal { id value { amount } products { totalCount } } dealProducts { id comments quantity }';

  it.each([
    { count: 1, requests: ['products/'] },
    { count: 3, requests: ['products'] },
    { count: 205, requests: ['products', 'products', 'products'] },
  ])('deletes $count lines, answered as they were', async ({ count, requests }) => {
    const drafts = Array.from({ length: count }, (_, index) => draft({ comments: `line ${index}` }));
    const { deal, ids } = await dealWith(...drafts);
    const deleted = await mutate(gateway, 'deleteAllDealProducts', { deal }, { select });
    expect(deleted).toMatchObject({
      outcome: 'APPLIED',
      problems: [],
      deal: { id: deal, value: { amount: '0' }, products: { totalCount: 0 } },
    });
    expect(deleted.dealProducts).toEqual(ids.map((id, index) => ({ id, comments: `line ${index}`, quantity: '2' })));
    const paths = lines(writesOf(deleted.sent.pipedrive));
    expect(paths).toHaveLength(requests.length);
    for (const [index, path] of requests.entries()) {
      expect(paths[index]).toContain(`DELETE /api/v2/deals/${remoteId(deal)}/${path}`);
    }
    for (const { query, path } of writesOf(deleted.sent.pipedrive)) {
      if (path.endsWith('/products')) expect(query).toMatch(/^ids=\d+/);
    }
    expect(gateway.pipedrive.store.productsOf(remoteId(deal))).toEqual([]);
  });

  it('of a deal without lines does nothing', async () => {
    const { deal } = await dealWith();
    const deleted = await mutate(gateway, 'deleteAllDealProducts', { deal }, { select });
    expect(deleted).toMatchObject({ outcome: 'APPLIED', deal: { id: deal }, dealProducts: [] });
    expect(writesOf(deleted.sent.pipedrive)).toEqual([]);
  });

  it('of a deal it does not have is not found', async () => {
    const deleted = await mutate(gateway, 'deleteAllDealProducts', { deal: 'pipedrive:Deal:987654321' }, { select });
    expect(deleted).toMatchObject({
      outcome: 'REJECTED',
      problems: [{ code: 'NOT_FOUND', path: ['input', 'deal'] }],
      deal: null,
      dealProducts: null,
    });
  });

  it('stopped half-way is PARTIAL, and tells which lines are gone', async () => {
    const { deal, ids } = await dealWith(...Array.from({ length: 150 }, () => draft()));
    gateway.pipedrive.faults.set(
      { method: 'DELETE', path: '/products', times: 1, kind: 'latency', ms: 1 },
      { method: 'DELETE', path: '/products', kind: 'status', status: 400, body: '{"success":false}' },
    );
    const deleted = await mutate(gateway, 'deleteAllDealProducts', { deal }, { select });
    gateway.pipedrive.faults.set();
    expect(deleted).toMatchObject({
      outcome: 'PARTIAL',
      problems: [{ code: 'REJECTED_BY_CRM', path: ['input', 'deal'] }],
    });
    expect(deleted.dealProducts?.map(({ id }) => id)).toEqual(ids.slice(0, 100));
  });
});

describe('PipelineDeals', () => {
  it.each([
    {
      mutation: 'addDealDiscount',
      input: { deal: 'pipelinedeals:Deal:1', description: 'x', amount: '1', type: 'AMOUNT' },
    },
    { mutation: 'updateDealDiscount', input: { id: `pipelinedeals:DealDiscount:1/${NO_DISCOUNT}`, amount: '1' } },
    { mutation: 'deleteDealDiscount', input: { id: `pipelinedeals:DealDiscount:1/${NO_DISCOUNT}` } },
    {
      mutation: 'addDealInstallment',
      input: { deal: 'pipelinedeals:Deal:1', description: 'x', amount: '1', billingDate: '2027-01-01' },
    },
    { mutation: 'updateDealInstallment', input: { id: 'pipelinedeals:DealInstallment:1/1', amount: '1' } },
    { mutation: 'deleteDealInstallment', input: { id: 'pipelinedeals:DealInstallment:1/1' } },
    { mutation: 'deleteAllDealProducts', input: { deal: 'pipelinedeals:Deal:1' } },
  ])('$mutation is not supported, and told without a call', async ({ mutation, input }) => {
    expectRefused(await mutate(gateway, mutation, input), { code: 'UNSUPPORTED', path: ['input'] });
  });
});
