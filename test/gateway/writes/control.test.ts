import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { CRMS, expectRefused, mutate } from './support.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway({ pipedrive: { deals: 20 }, pipelinedeals: { deals: 20 } });
});
afterAll(() => gateway.close());

const LINE = { product: 'pipedrive:Product:1', unitPrice: '1', quantity: '1' };

const ON_DEALS = CRMS.flatMap((crm) => [
  { mutation: 'addDeal', input: { crm, title: 'x' }, guarded: false },
  { mutation: 'updateDeal', input: { id: `${crm}:Deal:1`, title: 'x' }, guarded: true },
  { mutation: 'mergeDeals', input: { keep: `${crm}:Deal:1`, absorb: [`${crm}:Deal:2`] }, guarded: true },
  { mutation: 'duplicateDeal', input: { id: `${crm}:Deal:1` }, guarded: false },
  { mutation: 'deleteDeal', input: { id: `${crm}:Deal:1` }, guarded: true },
  { mutation: 'deleteDeals', input: { ids: [`${crm}:Deal:1`] }, guarded: false, select: 'items { outcome }' },
]);

const ON_LINES = [
  { mutation: 'addDealProducts', input: { deal: 'pipedrive:Deal:1', products: [LINE] }, guarded: false },
  { mutation: 'updateDealProduct', input: { id: 'pipedrive:DealProduct:1/1', quantity: '1' }, guarded: true },
  { mutation: 'deleteDealProducts', input: { ids: ['pipedrive:DealProduct:1/1'] }, guarded: false },
];

const MUTATIONS: readonly { mutation: string; input: object; guarded: boolean; select: string }[] = [
  ...ON_DEALS,
  ...ON_LINES,
].map((one) => ({ select: 'deal { id }', ...one }));

describe('is refused:', () => {
  it.each(MUTATIONS)('a key that is too short with $mutation of $input', async ({ mutation, input, select }) => {
    const written = await mutate(
      gateway,
      mutation,
      { ...input },
      { control: { idempotencyKey: 'x'.repeat(7) }, select },
    );
    expectRefused(written, { code: 'INVALID_INPUT', path: ['control', 'idempotencyKey'] });
  });

  it.each(['x'.repeat(129), 'with\u0000nothing'])('the key %j', async (idempotencyKey) => {
    const written = await mutate(gateway, 'addDeal', { crm: 'pipedrive', title: 'x' }, { control: { idempotencyKey } });
    expectRefused(written, { code: 'INVALID_INPUT', path: ['control', 'idempotencyKey'] });
  });

  it.each(MUTATIONS.filter(({ guarded }) => guarded))('a guard of null with $mutation', async ({ mutation, input }) => {
    const written = await mutate(gateway, mutation, { ...input, ifUpdatedAt: null }, { select: 'deal { id }' });
    expectRefused(written, { code: 'INVALID_INPUT', path: ['input', 'ifUpdatedAt'] });
  });
});

it.each(CRMS)('what asks for nothing is accepted on %s', async (crm) => {
  const control = { idempotencyKey: null, preview: false };
  const written = await mutate(gateway, 'addDeal', { crm, title: 'x' }, { control });
  expect(written.outcome).toBe('APPLIED');
});
