import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { type Account, accountsOf } from './account.ts';
import { CRMS, type CrmId, expectRefused, mutate, readDeal, remoteId, writesOf } from './support.ts';

let gateway: TestGateway;
let accounts: Readonly<Record<CrmId, Account>>;

beforeAll(async () => {
  gateway = await startTestGateway();
  accounts = accountsOf(gateway);
});
afterAll(() => gateway.close());

const COPIED = `value { amount currency } stage { id } pipeline { id } owner { id } person { id }
  organization { id }`;
const EVERYTHING = `id title ${COPIED} status summary probability expectedCloseDate lossReason health { name } isArchived
  wonAt lostAt closedAt createdAt labels { name } customFields { key text } products { nodes { name quantity } }`;

describe.each(CRMS)('on %s', (crm) => {
  it('is a deal of its own, and the original stays as it is', async () => {
    const id = accounts[crm].deal();
    const before = await readDeal(gateway, id, EVERYTHING);
    const count = accounts[crm].countDeals();
    const copied = await mutate(gateway, 'duplicateDeal', { id }, { select: `deal { ${EVERYTHING} }` });
    expect(copied).toMatchObject({ outcome: 'APPLIED', problems: [] });
    expect(copied.deal?.id).not.toBe(id);
    expect(copied.deal?.title).toBe(`${before?.title} (copy)`);
    expect(accounts[crm].countDeals()).toBe(count + 1);
    expect(await readDeal(gateway, id, EVERYTHING)).toEqual(before);
  });

  it('has the title that is given', async () => {
    const copied = await mutate(gateway, 'duplicateDeal', { id: accounts[crm].deal(), title: 'Täpselt see' });
    expect(copied).toMatchObject({ outcome: 'APPLIED', deal: { title: 'Täpselt see' } });
    expect(accounts[crm].titleOf(String(copied.deal?.id))).toBe('Täpselt see');
    expect(writesOf(copied.sent[crm])).toHaveLength(crm === 'pipedrive' ? 2 : 1);
  });

  it.each(['OPEN', 'WON', 'LOST', 'archived'] as const)('of an %s deal', async (kind) => {
    const id = kind === 'archived' ? accounts[crm].archivedDeal() : accounts[crm].deal(kind);
    const before = await readDeal(gateway, id, `${COPIED} status`);
    const copied = await mutate(
      gateway,
      'duplicateDeal',
      { id },
      { select: `deal { ${COPIED} status isArchived closedAt }` },
    );
    expect(copied).toMatchObject({ outcome: 'APPLIED', problems: [] });
    // A Pipedrive copy is always open; a PipelineDeals copy stands where the original does.
    const status = crm === 'pipedrive' ? 'OPEN' : before?.status;
    const closedAt = status === 'OPEN' ? null : expect.any(String);
    expect(copied.deal).toEqual({ ...before, status, isArchived: false, closedAt });
  });

  it.each([
    { given: 'a blank title', title: ' ' },
    { given: 'control characters in the title', title: 'a\u0000' },
    { given: 'null for the title', title: null },
  ])('$given is refused', async ({ title }) => {
    const copied = await mutate(gateway, 'duplicateDeal', { id: accounts[crm].deal(), title });
    expectRefused(copied, { code: 'INVALID_INPUT', path: ['input', 'title'] });
  });

  it('of a deal it does not have, or has no longer, is not found', async () => {
    const deleted = accounts[crm].deal();
    await mutate(gateway, 'deleteDeal', { id: deleted });
    for (const id of [accounts[crm].unknown('Deal'), deleted]) {
      const copied = await mutate(gateway, 'duplicateDeal', { id });
      expect(copied).toMatchObject({ outcome: 'REJECTED', problems: [{ code: 'NOT_FOUND', path: ['input', 'id'] }] });
      expect(writesOf(copied.sent[crm])).toEqual([]);
    }
  });
});

describe('Pipedrive', () => {
  it('copies lines, and neither dates, labels, custom fields nor probability', async () => {
    const { store } = gateway.pipedrive;
    const original = [...store.deals.values()].find(
      (deal) =>
        store.productsOf(deal.id).length > 1 &&
        deal.label_ids.length > 0 &&
        deal.expected_close_date !== null &&
        deal.probability !== null &&
        !deal.is_deleted &&
        !deal.is_archived,
    );
    const id = `pipedrive:Deal:${original?.id}`;
    const before = await readDeal(gateway, id, EVERYTHING);
    const copied = await mutate(gateway, 'duplicateDeal', { id }, { select: `deal { ${EVERYTHING} }` });
    expect(copied.deal).toMatchObject({
      value: before?.value,
      products: before?.products,
      expectedCloseDate: null,
      labels: [],
    });
    const texts = copied.deal?.customFields as { text: string | null }[];
    expect(texts.every(({ text }) => text === null)).toBe(true);
    expect(store.deals.get(remoteId(copied.deal?.id))?.probability).toBeNull();
  });

  it('that cannot be renamed is there all the same', async () => {
    const id = accounts.pipedrive.deal();
    const title = accounts.pipedrive.titleOf(id);
    gateway.pipedrive.faults.set({ method: 'PATCH', path: '/deals/', kind: 'status', status: 400, body: '{}' });
    const copied = await mutate(gateway, 'duplicateDeal', { id, title: 'Else' });
    gateway.pipedrive.faults.set();
    expect(copied).toMatchObject({
      outcome: 'PARTIAL',
      problems: [{ code: 'REJECTED_BY_CRM', path: ['input', 'title'] }],
      deal: { title: `${title} (copy)` },
    });
  });
});

describe('PipelineDeals', () => {
  it('copies attributes, people, tags and custom fields, and no notes, entries, documents and lines', async () => {
    const { store } = gateway.pipelinedeals;
    const original = [...store.deals.values()].find(
      (deal) =>
        deal.tag_ids.length > 0 &&
        deal.person_ids.length > 1 &&
        deal.primary_contact_id !== null &&
        Object.values(deal.custom_fields).filter((value) => value !== null && !Array.isArray(value)).length > 2 &&
        [...store.notes.values()].some((note) => note.deal_id === deal.id),
    );
    if (!original) throw new Error('the seed has no such deal');
    const id = `pipelinedeals:Deal:${original.id}`;
    const copied = await mutate(gateway, 'duplicateDeal', { id });
    const copy = store.deals.get(remoteId(copied.deal?.id));
    expect(copy).toMatchObject({
      summary: original.summary,
      status: original.status,
      value: original.value,
      probability: original.probability,
      expected_close_date: original.expected_close_date,
      source_id: original.source_id,
      person_ids: original.person_ids,
      shared_user_ids: original.shared_user_ids,
      tag_ids: original.tag_ids,
      custom_fields: Object.fromEntries(
        Object.entries(original.custom_fields).filter(
          ([, value]) => value !== null && !(Array.isArray(value) && value.length === 0),
        ),
      ),
    });
    expect(copy?.product_line_ids).toEqual([]);
    expect([...store.notes.values()].filter((note) => note.deal_id === copy?.id)).toEqual([]);
    expect([...store.calendarEntries.values()].filter((entry) => entry.association_id === copy?.id)).toEqual([]);
    expect([...store.documents.values()].filter((document) => document.deal_id === copy?.id)).toEqual([]);
  });

  it('of a deal lost by its closing time alone is lost as well', async () => {
    const { store } = gateway.pipelinedeals;
    const { stages } = store.configuration;
    const original = [...store.deals.values()].find(
      (deal) =>
        deal.closed_time !== null &&
        deal.probability === 0 &&
        (stages.find(({ id }) => id === deal.deal_stage_id)?.percent ?? 0) > 0,
    );
    const copied = await mutate(
      gateway,
      'duplicateDeal',
      { id: `pipelinedeals:Deal:${original?.id}` },
      { select: 'deal { status }' },
    );
    expect(copied).toMatchObject({ outcome: 'APPLIED', deal: { status: 'LOST' } });
  });
});
