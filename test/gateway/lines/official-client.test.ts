import * as v2 from 'pipedrive/v2';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { listen } from '../../../src/sandbox/kit/simulator.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { mutate, remoteId } from '../writes/support.ts';

let gateway: TestGateway;
let crm: Awaited<ReturnType<typeof listen>>;
let deals: v2.DealsApi;
let products: v2.DealProductsApi;
let installments: v2.DealInstallmentsApi;

beforeAll(async () => {
  gateway = await startTestGateway({ pipedrive: { deals: 10 }, pipelinedeals: { deals: 5 } });
  // The client speaks to the same account, at an address of its own.
  crm = await listen(gateway.pipedrive);
  const account = new v2.Configuration({ apiKey: gateway.pipedrive.token, basePath: `${crm.url}/api/v2` });
  deals = new v2.DealsApi(account);
  products = new v2.DealProductsApi(account);
  installments = new v2.DealInstallmentsApi(account);
});
afterAll(async () => {
  await gateway.close();
  await crm.close();
});

/** What the gateway shows of a deal. */
async function seen(deal: string) {
  const { data, errors } = await gateway.query<{ deal: Record<string, { nodes: unknown[] }> }>(
    `query Q($id: ID!) { deal(id: $id) {
      products { nodes { id quantity } }
      discounts { nodes { id description amount type } }
      installments { nodes { id description amount { amount } billingDate } }
    } }`,
    { id: deal },
  );
  expect(errors).toBeUndefined();
  return data?.deal;
}

it('sees what the gateway writes, and the gateway what it writes', async () => {
  const product = [...gateway.pipedrive.store.products.values()].find((one) => one.is_linkable && !one.is_deleted);
  const line = { product: `pipedrive:Product:${product?.id}`, unitPrice: '10', quantity: '2' };
  const added = await mutate(gateway, 'addDeal', { crm: 'pipedrive', title: 'Shared', products: [line] });
  const deal = String(added.deal?.id);
  const id = remoteId(deal);
  await mutate(gateway, 'addDealDiscount', { deal, description: 'Spring', amount: '2.5', type: 'PERCENTAGE' });
  await mutate(gateway, 'addDealInstallment', { deal, description: 'First', amount: '5', billingDate: '2027-01-01' });

  const [discount] = (await deals.getAdditionalDiscounts({ id })).data ?? [];
  expect(discount).toMatchObject({ deal_id: id, description: 'Spring', amount: 2.5, type: 'percentage' });
  const [installment] = (await installments.getInstallments({ deal_ids: [id] })).data ?? [];
  expect(installment).toMatchObject({ deal_id: id, description: 'First', amount: 5, billing_date: '2027-01-01' });

  await deals.updateAdditionalDiscount({
    id,
    discount_id: String(discount?.id),
    UpdateAdditionalDiscountRequestBody: { amount: 4 },
  });
  await installments.updateInstallment({
    id,
    installment_id: Number(installment?.id),
    UpdateInstallmentRequestBody: { description: 'Only' },
  });
  const [own] = (await products.getDealProducts({ id })).data ?? [];
  await products.updateDealProduct({
    id,
    product_attachment_id: Number(own?.id),
    UpdateDealProductRequest: { quantity: 3 },
  });
  expect(await seen(deal)).toEqual({
    products: { nodes: [{ id: `pipedrive:DealProduct:${id}/${own?.id}`, quantity: '3' }] },
    discounts: {
      nodes: [
        { id: `pipedrive:DealDiscount:${id}/${discount?.id}`, description: 'Spring', amount: '4', type: 'PERCENTAGE' },
      ],
    },
    installments: {
      nodes: [
        {
          id: `pipedrive:DealInstallment:${id}/${installment?.id}`,
          description: 'Only',
          amount: { amount: '5' },
          billingDate: '2027-01-01',
        },
      ],
    },
  });

  await mutate(gateway, 'deleteDealInstallment', { id: `pipedrive:DealInstallment:${id}/${installment?.id}` });
  await mutate(gateway, 'deleteDealDiscount', { id: `pipedrive:DealDiscount:${id}/${discount?.id}` });
  await mutate(gateway, 'deleteAllDealProducts', { deal });
  expect((await installments.getInstallments({ deal_ids: [id] })).data).toEqual([]);
  expect((await deals.getAdditionalDiscounts({ id })).data).toEqual([]);
  expect((await products.getDealProducts({ id })).data).toEqual([]);
});
