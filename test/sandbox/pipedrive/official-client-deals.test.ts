import * as v1 from 'pipedrive/v1';
import * as v2 from 'pipedrive/v2';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Started, start } from './start.ts';

const TOM = 21_000_305;

describe('the official client on what hangs on deals', () => {
  let started: Started;
  let deals: v2.DealsApi;
  let products: v2.DealProductsApi;
  let installments: v2.DealInstallmentsApi;
  let activities: v2.ActivitiesApi;
  let dealsV1: v1.DealsApi;
  let first: v1.Configuration;
  let id: number;

  beforeAll(async () => {
    started = await start();
    const { token: apiKey } = started.sandbox;
    const second = new v2.Configuration({ apiKey, basePath: `${started.url}/api/v2` });
    first = new v1.Configuration({ apiKey, basePath: `${started.url}/v1` });
    deals = new v2.DealsApi(second);
    products = new v2.DealProductsApi(second);
    installments = new v2.DealInstallmentsApi(second);
    activities = new v2.ActivitiesApi(second);
    dealsV1 = new v1.DealsApi(first);
  });
  beforeEach(async () => {
    started.sandbox.reset();
    const added = await deals.addDeal({ AddDealRequest: { title: 'Quagga', person_id: 101, value: 5 } });
    id = added.data?.id as number;
  });
  afterAll(() => started.close());

  it('searches', async () => {
    const { data } = await deals.searchDeals({ term: 'quagga', fields: 'title', limit: 10 });
    expect(data?.items?.map(({ item }) => item?.id)).toEqual([id]);
  });

  it('adds, lists and deletes followers', async () => {
    const added = await deals.addDealFollower({ id, AddDealFollowerRequest: { user_id: TOM } });
    expect(added.data?.user_id).toBe(TOM);
    expect((await deals.getDealFollowers({ id })).data?.map(({ user_id }) => user_id)).toEqual([TOM]);
    await deals.deleteDealFollower({ id, follower_id: TOM });
    const { data } = await deals.getDealFollowersChangelog({ id });
    expect(data?.map(({ action }) => action)).toEqual(['added', 'removed']);
  });

  it('adds, changes and deletes discounts and installments', async () => {
    await products.addDealProduct({ id, AddDealProductRequest: { product_id: 51, item_price: 100, quantity: 1 } });
    const discount = await deals.postAdditionalDiscount({
      id,
      AddAdditionalDiscountRequestBody: { description: 'Spring', amount: 10, type: 'percentage' },
    });
    const discount_id = discount.data?.id as string;
    await deals.updateAdditionalDiscount({ id, discount_id, UpdateAdditionalDiscountRequestBody: { amount: 20 } });
    expect((await deals.getDeal({ id })).data?.value).toBe(80);
    expect((await deals.getAdditionalDiscounts({ id })).data).toHaveLength(1);
    await deals.deleteAdditionalDiscount({ id, discount_id });
    expect((await deals.getDeal({ id })).data?.value).toBe(100);
    const installment = await installments.postInstallment({
      id,
      AddInstallmentRequestBody: { description: 'Upfront', amount: 30, billing_date: '2027-01-01' },
    });
    const installment_id = installment.data?.id as number;
    await installments.updateInstallment({ id, installment_id, UpdateInstallmentRequestBody: { amount: 40 } });
    expect((await installments.getInstallments({ deal_ids: [id] })).data).toEqual([
      { id: installment_id, deal_id: id, description: 'Upfront', amount: 40, billing_date: '2027-01-01' },
    ]);
    await installments.deleteInstallment({ id, installment_id });
    expect((await installments.getInstallments({ deal_ids: [id] })).data).toEqual([]);
  });

  it('adds, lists and deletes participants, and reads their changes', async () => {
    const added = await dealsV1.addDealParticipant({ id, AddDealParticipantRequest: { person_id: 102 } });
    const { data = [] } = await dealsV1.getDealParticipants({ id });
    expect(data.map(({ person }) => person?.id)).toEqual([101, 102]);
    await dealsV1.deleteDealParticipant({ id, deal_participant_id: added.data?.id as number });
    const changes = await dealsV1.getDealParticipantsChangelog({ id });
    expect(changes.data?.map(({ action }) => action)).toEqual(['removed', 'added', 'added']);
  });

  it('reads changelog, flow, files, e-mails, notes and permitted users', async () => {
    await deals.updateDeal({ id, UpdateDealRequest: { stage_id: 2 } });
    const { data: changes } = await dealsV1.getDealChangelog({ id });
    expect(changes?.[0]).toMatchObject({ field_key: 'stage_id', old_value: '1', new_value: '2' });
    const { data: flow } = await dealsV1.getDealUpdates({ id, items: 'dealChange' });
    expect(flow).toHaveLength(2);
    const { store } = started.sandbox;
    const [file] = [...store.files.values()].filter(({ is_deleted }) => !is_deleted);
    const { data: files = [] } = await dealsV1.getDealFiles({ id: file?.deal_id as number, sort: 'id' });
    expect(files.map((one) => one.id)).toContain(file?.id);
    const [mail] = [...store.mailMessages.values()];
    const { data: mails } = await dealsV1.getDealMailMessages({ id: mail?.deal_id as number, include_body: 1 });
    expect(mails?.map((one) => one.data?.id)).toContain(mail?.id);
    const [note] = [...store.notes.values()].filter(({ is_deleted }) => !is_deleted);
    const { data: notes } = await new v1.NotesApi(first).getNotes({ deal_id: note?.deal_id as number });
    expect(notes?.map((one) => one.id)).toContain(note?.id);
    expect(await dealsV1.getDealUsers({ id })).toMatchObject({
      success: true,
      data: [21_000_301, TOM, 21_000_309, 21_000_313, 21_000_317],
    });
  });

  it('reads summary, timeline, activities and filters', async () => {
    const { data: summary } = await dealsV1.getDealsSummary({ status: 'open' });
    expect(summary?.total_count).toBeGreaterThan(50);
    const timeline = await dealsV1.getDealsTimeline({
      start_date: '2026-01-01',
      interval: 'quarter',
      amount: 4,
      field_key: 'add_time',
      exclude_deals: 1,
    });
    expect(timeline.data).toHaveLength(4);
    const [activity] = [...started.sandbox.store.activities.values()].filter(({ is_deleted }) => !is_deleted);
    const { data = [] } = await activities.getActivities({
      deal_id: activity?.deal_id as number,
      include_fields: 'attendees',
    });
    expect(data.map((one) => one.id)).toContain(activity?.id);
    const { data: filters } = await new v1.FiltersApi(first).getFilters({ type: 'deals' });
    expect(filters).toHaveLength(3);
  });
});
