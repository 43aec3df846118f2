import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { type Account, accountsOf } from './account.ts';
import { CRMS, type CrmId, expectRefused, mutate, readDeal, remoteId, sentAttributes, writesOf } from './support.ts';

const EXACT = '12345678901234567.89';
let gateway: TestGateway;
let accounts: Readonly<Record<CrmId, Account>>;

beforeAll(async () => {
  gateway = await startTestGateway({ pipedrive: { deals: 900 }, pipelinedeals: { deals: 900 } });
  accounts = accountsOf(gateway);
});
afterAll(() => gateway.close());

const EVERYTHING = `id title summary value { amount currency } status stage { id } pipeline { id } owner { id }
  person { id } organization { id } probability expectedCloseDate lossReason health { name } isArchived
  customFields { key value } wonReason visibility labels { name } source { name } collaborators { id }
  address { formatted street city region postalCode country } archivedAt createdAt closedAt wonAt lostAt`;

interface Change {
  readonly field: string;
  readonly status?: 'OPEN' | 'WON' | 'LOST';
  readonly give: (account: Account) => unknown;
  /** Keys of the body that is sent, with their JSON. */
  readonly sends: (account: Account) => Readonly<Record<string, unknown>>;
  /** What the deal then reads, the given value by default. */
  readonly reads?: (account: Account) => unknown;
  /** Other fields that follow. */
  readonly follow?: readonly string[];
}

const first = (list: readonly string[], index: number) => list[index] as string;
const reference = (give: Change['give'], key: string): Pick<Change, 'give' | 'sends' | 'reads'> => ({
  give,
  sends: (account) => ({ [key]: String(remoteId(give(account))) }),
  reads: (account) => ({ id: give(account) }),
});
const plain = (value: unknown, key: string, json = JSON.stringify(value)): Pick<Change, 'give' | 'sends'> => ({
  give: () => value,
  sends: () => ({ [key]: json }),
});

const MOMENT = '2026-01-02T03:04:05Z';
/** As PipelineDeals writes moments, and reads them back. */
const closing = (key: string) => plain(MOMENT, key, '"2026/01/02 03:04:05 +0000"');

const CHANGES: Readonly<Record<CrmId, readonly Change[]>> = {
  pipedrive: [
    { field: 'title', ...plain('New „title”', 'title') },
    { field: 'value', ...plain(EXACT, 'value', EXACT), reads: () => ({ amount: EXACT, currency: expect.any(String) }) },
    {
      field: 'currency',
      ...plain('SEK', 'currency'),
      reads: () => ({ amount: expect.any(String), currency: 'SEK' }),
    },
    { field: 'status', give: () => 'WON', sends: () => ({ status: '"won"' }), follow: ['closedAt', 'wonAt'] },
    // A deal without a probability of its own has its stage's.
    {
      field: 'stage',
      ...reference(({ openStages }) => first(openStages, 3), 'stage_id'),
      follow: ['probability'],
    },
    {
      field: 'pipeline',
      ...reference(({ pipelines }) => first(pipelines, 1), 'pipeline_id'),
      follow: ['stage', 'probability'],
    },
    { field: 'owner', ...reference(({ owners }) => first(owners, 3), 'owner_id') },
    { field: 'person', ...reference(({ people }) => first(people, 3), 'person_id') },
    { field: 'organization', ...reference(({ organizations }) => first(organizations, 3), 'org_id') },
    { field: 'probability', ...plain(42.5, 'probability') },
    { field: 'expectedCloseDate', ...plain('2028-02-29', 'expected_close_date') },
    { field: 'lossReason', status: 'LOST', ...plain('Weather', 'lost_reason') },
    { field: 'isArchived', ...plain(true, 'is_archived'), follow: ['archivedAt'] },
    { field: 'visibility', ...plain(5, 'visible_to') },
    {
      field: 'labels',
      give: () => ['Cold', 'pipedrive:Label:11'],
      sends: () => ({ label_ids: '[13,11]' }),
      reads: () => [{ name: 'Cold' }, { name: 'Hot' }],
    },
    { field: 'closedAt', status: 'WON', ...plain(MOMENT, 'close_time') },
    { field: 'wonAt', status: 'WON', ...plain(MOMENT, 'won_time'), follow: ['closedAt'] },
    { field: 'lostAt', status: 'LOST', ...plain(MOMENT, 'lost_time'), follow: ['closedAt'] },
  ],
  pipelinedeals: [
    { field: 'title', ...plain('New „title”', 'name') },
    { field: 'summary', ...plain('One\nTwo', 'summary') },
    { field: 'value', ...plain(EXACT, 'value', EXACT), reads: () => ({ amount: EXACT, currency: 'USD' }) },
    {
      field: 'stage',
      ...reference(({ openStages }) => first(openStages, 3), 'deal_stage_id'),
      follow: ['probability'],
    },
    { field: 'owner', ...reference(({ owners }) => first(owners, 3), 'user_id') },
    { field: 'person', ...reference(({ people }) => first(people, 3), 'primary_contact_id') },
    { field: 'organization', ...reference(({ organizations }) => first(organizations, 3), 'company_id') },
    { field: 'probability', ...plain(42, 'probability') },
    { field: 'expectedCloseDate', ...plain('2028-02-29', 'expected_close_date') },
    { field: 'health', give: () => 'on hold', sends: () => ({ status: '7412' }), reads: () => ({ name: 'On Hold' }) },
    { field: 'isArchived', ...plain(true, 'is_archived') },
    {
      field: 'labels',
      give: () => ['Événement', 'pipelinedeals:Label:4606201'],
      sends: () => ({ tag_ids: '[4606203,4606201]' }),
      // Tags come in the account's order.
      reads: () => [{ name: 'Strategic' }, { name: 'Événement' }],
    },
    {
      field: 'source',
      give: () => 'Trade Fair',
      sends: () => ({ source_id: '3627103' }),
      reads: () => ({ name: 'Trade Fair' }),
    },
    {
      field: 'collaborators',
      give: ({ owners }) => [owners[3], owners[1]],
      sends: ({ owners }) => ({ shared_user_ids: `[${remoteId(owners[3])},${remoteId(owners[1])}]` }),
      reads: ({ owners }) => [{ id: owners[3] }, { id: owners[1] }],
    },
    {
      field: 'wonReason',
      status: 'WON',
      give: () => 'relationship',
      sends: () => ({ deal_won_reason_id: '334003' }),
      reads: () => 'Relationship',
    },
    {
      field: 'address',
      give: () => ({ street: 'Pikk 1', city: 'Tallinn', country: 'Eesti' }),
      sends: () => ({
        address_1: '"Pikk 1"',
        address_2: 'null',
        city: '"Tallinn"',
        state: 'null',
        postal_code: 'null',
        country: '"Eesti"',
      }),
      reads: () => ({
        formatted: 'Pikk 1, Tallinn, Eesti',
        street: 'Pikk 1',
        city: 'Tallinn',
        region: null,
        postalCode: null,
        country: 'Eesti',
      }),
    },
    { field: 'createdAt', ...closing('created_at') },
    { field: 'closedAt', status: 'WON', ...closing('closed_time'), follow: ['wonAt'] },
    { field: 'wonAt', status: 'WON', ...closing('closed_time'), follow: ['closedAt'] },
    { field: 'lostAt', status: 'LOST', ...closing('closed_time'), follow: ['closedAt'] },
  ],
};

/** Under which name a field of the input is read. */
const READ_AS: Readonly<Record<string, string>> = { currency: 'value' };

describe.each(CRMS)('on %s', (crm) => {
  describe('only what is given is sent, and nothing else changes:', () => {
    it.each(CHANGES[crm])('$field', async ({ field, status, give, sends, reads, follow = [] }) => {
      const account = accounts[crm];
      const deal = account.deal(status);
      const before = await readDeal(gateway, deal, EVERYTHING);
      const value = give(account);
      const updated = await mutate(
        gateway,
        'updateDeal',
        { id: deal, [field]: value },
        { select: `deal { ${EVERYTHING} }` },
      );
      expect(updated).toMatchObject({ outcome: 'APPLIED', problems: [] });
      expect(sentAttributes(crm, updated)).toEqual(sends(account));
      const key = READ_AS[field] ?? field;
      const followed = Object.fromEntries(follow.map((name) => [name, expect.anything()]));
      expect(updated.deal).toEqual({ ...before, [key]: reads ? reads(account) : value, ...followed });
    });
  });

  describe('null clears', () => {
    const own = crm === 'pipedrive' ? [] : ['summary', 'health', 'source'];
    const keys: Readonly<Record<string, Readonly<Record<CrmId, string>>>> = {
      person: { pipedrive: 'person_id', pipelinedeals: 'primary_contact_id' },
      organization: { pipedrive: 'org_id', pipelinedeals: 'company_id' },
      expectedCloseDate: { pipedrive: 'expected_close_date', pipelinedeals: 'expected_close_date' },
      probability: { pipedrive: 'probability', pipelinedeals: 'probability' },
      summary: { pipedrive: '', pipelinedeals: 'summary' },
      health: { pipedrive: '', pipelinedeals: 'status' },
      source: { pipedrive: '', pipelinedeals: 'source_id' },
    };

    it.each(['person', 'organization', 'expectedCloseDate', 'probability', ...own])('%s', async (field) => {
      const account = accounts[crm];
      const deal = account.deal();
      const filled = await mutate(gateway, 'updateDeal', {
        id: deal,
        person: account.people[0],
        organization: account.organizations[0],
        expectedCloseDate: '2027-01-01',
        probability: 43,
        ...(crm === 'pipelinedeals' && { summary: 'x', health: 'Red', source: 'Referral' }),
      });
      expect(filled.outcome).toBe('APPLIED');
      const before = await readDeal(gateway, deal, EVERYTHING);
      expect(before?.[field]).not.toBeNull();
      const updated = await mutate(
        gateway,
        'updateDeal',
        { id: deal, [field]: null },
        { select: `deal { ${EVERYTHING} }` },
      );
      expect(updated).toMatchObject({ outcome: 'APPLIED', problems: [] });
      expect(sentAttributes(crm, updated)).toEqual({ [keys[field]?.[crm] ?? '']: 'null' });
      // Without a probability of its own a Pipedrive deal has its stage's.
      const cleared = crm === 'pipedrive' && field === 'probability' ? expect.any(Number) : null;
      expect(updated.deal).toEqual({ ...before, [field]: cleared });
      expect(updated.deal?.[field]).not.toBe(before?.[field]);
    });

    it('the loss reason of a lost deal', async () => {
      const deal = accounts[crm].deal('LOST');
      const select = 'deal { status lossReason }';
      const given = await mutate(gateway, 'updateDeal', { id: deal, lossReason: 'Price' }, { select });
      expect(given.deal).toEqual({ status: 'LOST', lossReason: 'Price' });
      const cleared = await mutate(gateway, 'updateDeal', { id: deal, lossReason: null }, { select });
      expect(cleared.deal).toEqual({ status: 'LOST', lossReason: null });
      const sent = {
        pipedrive: { lost_reason: 'null' },
        pipelinedeals: { deal_loss_reason_id: 'null', deal_loss_reason_notes: 'null' },
      };
      expect(sentAttributes(crm, cleared)).toEqual(sent[crm]);
    });

    it('a custom field, and leaves the others', async () => {
      const deal = accounts[crm].deal();
      const [some, other] = customKeys(crm);
      const both = [
        { key: some, value: 'first' },
        { key: other, value: 3 },
      ];
      const read = 'customFields { key value }';
      await mutate(gateway, 'updateDeal', { id: deal, customFields: both });
      const updated = await mutate(
        gateway,
        'updateDeal',
        { id: deal, customFields: [{ key: some, value: null }] },
        { select: `deal { ${read} }` },
      );
      expect(updated.outcome).toBe('APPLIED');
      expect(sentAttributes(crm, updated)).toEqual({ custom_fields: `{"${some}":null}` });
      const fields = updated.deal?.customFields as { key: string; value: unknown }[];
      expect(fields.find(({ key }) => key === some)?.value ?? null).toBeNull();
      expect(Number(fields.find(({ key }) => key === other)?.value)).toBe(3);
    });
  });

  const common = ['title', 'value', 'currency', 'status', 'stage', 'pipeline', 'owner', 'isArchived', 'customFields'];
  const moments = ['closedAt', 'wonAt', 'lostAt'];
  const ofCrm: Readonly<Record<CrmId, readonly string[]>> = {
    pipedrive: ['visibility', 'archivedAt'],
    pipelinedeals: ['collaborators', 'createdAt', 'todoTemplate'],
  };

  it.each([...common, ...moments, 'labels', ...ofCrm[crm]])('null for %s is refused', async (field) => {
    const updated = await mutate(gateway, 'updateDeal', { id: accounts[crm].deal(), [field]: null });
    expectRefused(updated, { code: 'INVALID_INPUT', path: ['input', field] });
  });

  it('archives, and brings back', async () => {
    const deal = accounts[crm].deal();
    for (const isArchived of [true, false]) {
      const updated = await mutate(gateway, 'updateDeal', { id: deal, isArchived }, { select: 'deal { isArchived }' });
      expect(updated).toMatchObject({ outcome: 'APPLIED', deal: { isArchived } });
    }
  });

  it.each([
    { field: 'stage', type: 'Stage' },
    { field: 'pipeline', type: 'Pipeline' },
    { field: 'owner', type: 'User' },
    { field: 'person', type: 'Person' },
    { field: 'organization', type: 'Organization' },
  ])("another CRM's $field is refused, an unknown one is not found", async ({ field, type }) => {
    const other = crm === 'pipedrive' ? 'pipelinedeals' : 'pipedrive';
    const id = accounts[crm].deal();
    const foreign = await mutate(gateway, 'updateDeal', { id, [field]: `${other}:${type}:1` });
    expectRefused(foreign, { code: 'INVALID_INPUT', path: ['input', field] });
    const missing = await mutate(gateway, 'updateDeal', { id, title: 'x', [field]: accounts[crm].unknown(type) });
    expect(missing).toMatchObject({ outcome: 'REJECTED', problems: [{ code: 'NOT_FOUND', path: ['input', field] }] });
    expect(writesOf(missing.sent[crm])).toEqual([]);
    expect(missing.deal).toBeNull();
  });

  it('nothing to change is refused', async () => {
    const updated = await mutate(gateway, 'updateDeal', { id: accounts[crm].deal() });
    expectRefused(updated, { code: 'INVALID_INPUT', path: ['input'] });
  });

  it.each([
    { given: 'a title', input: { title: 'x' } },
    { given: 'a status', input: { status: 'WON' } },
    { given: 'an owner', input: { owner: 0 } },
  ])('of a deal it does not have is not found, with $given', async ({ input }) => {
    const account = accounts[crm];
    const given = 'owner' in input ? { owner: account.owners[0] } : input;
    const updated = await mutate(gateway, 'updateDeal', { id: account.unknown('Deal'), ...given });
    expect(updated).toMatchObject({ outcome: 'REJECTED', problems: [{ code: 'NOT_FOUND', path: ['input', 'id'] }] });
    expect(updated.deal).toBeNull();
  });

  it('of a deleted deal is not found', async () => {
    const id = accounts[crm].deal();
    expect(await mutate(gateway, 'deleteDeal', { id })).toMatchObject({ outcome: 'APPLIED' });
    const updated = await mutate(gateway, 'updateDeal', { id, title: 'x' });
    expect(updated).toMatchObject({ outcome: 'REJECTED', problems: [{ code: 'NOT_FOUND', path: ['input', 'id'] }] });
    expect(accounts[crm].titleOf(id)).toBeNull();
  });

  it('several fields go in one request', async () => {
    const { openStages, owners } = accounts[crm];
    const input = { id: accounts[crm].deal(), title: 'Both', value: '0.10', stage: openStages[2], owner: owners[1] };
    const updated = await mutate(gateway, 'updateDeal', input, {
      select: 'deal { title value { amount } stage { id } owner { id } }',
    });
    expect(updated).toMatchObject({
      outcome: 'APPLIED',
      deal: { title: 'Both', value: { amount: '0.1' }, stage: { id: openStages[2] }, owner: { id: owners[1] } },
    });
    expect(writesOf(updated.sent[crm])).toHaveLength(1);
  });
});

describe('on PipelineDeals', () => {
  it('has one currency', async () => {
    const id = accounts.pipelinedeals.deal();
    const other = await mutate(gateway, 'updateDeal', { id, value: '1', currency: 'EUR' });
    expect(other).toMatchObject({
      outcome: 'REJECTED',
      problems: [{ code: 'UNSUPPORTED', path: ['input', 'currency'] }],
    });
    expect(writesOf(other.sent.pipelinedeals)).toEqual([]);
    const own = await mutate(gateway, 'updateDeal', { id, value: '1', currency: 'USD' });
    expect(sentAttributes('pipelinedeals', own)).toEqual({ value: '1' });
  });

  it('has the status lights of the account only', async () => {
    const updated = await mutate(gateway, 'updateDeal', { id: accounts.pipelinedeals.deal(), health: 'Purple' });
    expect(updated).toMatchObject({
      outcome: 'REJECTED',
      problems: [{ code: 'INVALID_INPUT', path: ['input', 'health'], message: expect.stringContaining('On Hold') }],
    });
    expect(writesOf(updated.sent.pipelinedeals)).toEqual([]);
  });

  it.each([
    { given: 'a reason of the account by its id', lossReason: 'no BUDGET', stored: { id: true, notes: false } },
    { given: 'other words as a note', lossReason: 'Merged away', stored: { id: false, notes: true } },
  ])('keeps $given', async ({ lossReason, stored }) => {
    const id = accounts.pipelinedeals.deal();
    const updated = await mutate(
      gateway,
      'updateDeal',
      { id, status: 'LOST', lossReason },
      { select: 'deal { lossReason }' },
    );
    expect(String(updated.deal?.lossReason).toLowerCase()).toBe(lossReason.toLowerCase());
    const deal = gateway.pipelinedeals.store.deals.get(remoteId(id));
    expect({ id: deal?.deal_loss_reason_id !== null, notes: deal?.deal_loss_reason_notes !== null }).toEqual(stored);
  });
});

describe('what Pipedrive does not do with archived deals', () => {
  it('is refused by it, and nothing changes', async () => {
    const id = accounts.pipedrive.archivedDeal();
    const before = await readDeal(gateway, id, EVERYTHING);
    const updated = await mutate(gateway, 'updateDeal', { id, title: 'Still here' });
    expect(updated).toMatchObject({ outcome: 'REJECTED', problems: [{ code: 'REJECTED_BY_CRM' }], deal: null });
    expect(await readDeal(gateway, id, EVERYTHING)).toEqual(before);
  });
});

it('a deal of a very large id is the one that is written', async () => {
  const huge = Math.max(...gateway.pipedrive.store.deals.keys());
  const id = `pipedrive:Deal:${huge}`;
  const updated = await mutate(gateway, 'updateDeal', { id, title: 'Large' });
  expect(huge).toBeGreaterThan(2 ** 52);
  expect(updated).toMatchObject({ outcome: 'APPLIED', deal: { id, title: 'Large' } });
  expect(gateway.pipedrive.store.deals.get(huge)?.title).toBe('Large');
});

it.each(['summary', 'health', 'source', 'wonReason', 'address'])(
  '%s is refused on Pipedrive, null too',
  async (field) => {
    const updated = await mutate(gateway, 'updateDeal', { id: accounts.pipedrive.deal(), [field]: null });
    expectRefused(updated, { code: 'UNSUPPORTED', path: ['input', field] });
  },
);

/** Keys of a text and of a number field. */
function customKeys(crm: CrmId): readonly [string, string] {
  if (crm === 'pipedrive') {
    const keyOf = (name: string) =>
      gateway.pipedrive.store.fields.deal.find((field) => field.field_name === name)?.field_code as string;
    return [keyOf('Contract number'), keyOf('Margin factor')];
  }
  const keyOf = (name: string) =>
    `custom_label_${gateway.pipelinedeals.store.configuration.labels.deal.find((label) => label.name === name)?.id}`;
  return [keyOf('Project Code'), keyOf('Seats')];
}
