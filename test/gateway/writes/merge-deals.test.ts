import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { type Account, accountsOf } from './account.ts';
import { CRMS, type CrmId, expectRefused, mutate, readDeal, writesOf } from './support.ts';

let gateway: TestGateway;
let accounts: Readonly<Record<CrmId, Account>>;

beforeAll(async () => {
  gateway = await startTestGateway();
  accounts = accountsOf(gateway);
});
afterAll(() => gateway.close());

/** A new deal with these attributes and nothing else. */
async function add(crm: CrmId, attributes: Record<string, unknown> = {}): Promise<string> {
  const added = await mutate(gateway, 'addDeal', { crm, title: 'To be merged', ...attributes });
  expect(added.outcome).toBe('APPLIED');
  return String(added.deal?.id);
}

const EVERYTHING = `id title value { amount currency } status stage { id } pipeline { id } owner { id } person { id }
  organization { id } probability expectedCloseDate summary health { name } customFields { key text }`;

describe.each(CRMS)('on %s', (crm) => {
  it('the deal that is kept survives, and the other is gone', async () => {
    const keep = await add(crm, { title: 'Kept' });
    const absorbed = await add(crm, { title: 'Absorbed' });
    const merged = await mutate(gateway, 'mergeDeals', { keep, absorb: [absorbed] });
    expect(merged).toMatchObject({ outcome: 'APPLIED', problems: [], deal: { id: keep, title: 'Kept' } });
    expect(accounts[crm].titleOf(keep)).toBe('Kept');
    expect(accounts[crm].titleOf(absorbed)).toBeNull();
    expect(await readDeal(gateway, absorbed, 'id')).toBeNull();
  });

  it('what it has wins, what it lacks comes from the others in their order', async () => {
    const { people, organizations, owners, openStages } = accounts[crm];
    const keep = await add(crm, { title: 'Kept', value: '10', owner: owners[1], stage: openStages[1] });
    const first = await add(crm, {
      title: 'First',
      value: '20',
      owner: owners[2],
      stage: openStages[2],
      organization: organizations[5],
    });
    const second = await add(crm, {
      title: 'Second',
      person: people[7],
      organization: organizations[6],
      expectedCloseDate: '2027-03-04',
    });
    const merged = await mutate(
      gateway,
      'mergeDeals',
      { keep, absorb: [first, second] },
      { select: `deal { ${EVERYTHING} }` },
    );
    expect(merged).toMatchObject({ outcome: 'APPLIED', problems: [] });
    expect(merged.deal).toMatchObject({
      id: keep,
      title: 'Kept',
      value: { amount: '10' },
      status: 'OPEN',
      owner: { id: owners[1] },
      stage: { id: openStages[1] },
      organization: { id: organizations[5] },
      person: { id: people[7] },
      expectedCloseDate: '2027-03-04',
    });
    expect([accounts[crm].titleOf(first), accounts[crm].titleOf(second)]).toEqual([null, null]);
  });

  it('custom fields are filled key by key', async () => {
    const [some, other] =
      crm === 'pipedrive'
        ? gateway.pipedrive.store.fields.deal
            .filter(({ is_custom_field, field_type }) => is_custom_field && field_type.startsWith('varchar'))
            .map(({ field_code }) => field_code)
        : [textField(), numberField()];
    const keep = await add(crm, { customFields: [{ key: some, value: '1' }] });
    const absorbed = await add(crm, { customFields: [some, other].map((key) => ({ key, value: '2' })) });
    const merged = await mutate(
      gateway,
      'mergeDeals',
      { keep, absorb: [absorbed] },
      { select: 'deal { customFields { key text } }' },
    );
    expect(merged.deal?.customFields).toEqual(
      expect.arrayContaining([
        { key: some, text: '1' },
        { key: other, text: '2' },
      ]),
    );
  });

  it('everyone on the other comes along', async () => {
    const { people } = accounts[crm];
    const keep = await add(crm, { person: people[0] });
    const absorbed = await add(crm, { person: people[1] });
    const merged = await mutate(
      gateway,
      'mergeDeals',
      { keep, absorb: [absorbed] },
      { select: 'deal { person { id } people { nodes { id } } }' },
    );
    expect(merged.deal).toEqual({
      person: { id: people[0] },
      people: { nodes: [{ id: people[0] }, { id: people[1] }] },
    });
  });

  describe('refused without a call', () => {
    it('keep among those to absorb', async () => {
      const [keep, other] = [accounts[crm].deal(), accounts[crm].deal()];
      const merged = await mutate(gateway, 'mergeDeals', { keep, absorb: [other, keep] });
      expectRefused(merged, { code: 'INVALID_INPUT', path: ['input', 'absorb', '1'] });
    });

    it('a deal named twice', async () => {
      const [keep, other] = [accounts[crm].deal(), accounts[crm].deal()];
      const merged = await mutate(gateway, 'mergeDeals', { keep, absorb: [other, other] });
      expectRefused(merged, { code: 'INVALID_INPUT', path: ['input', 'absorb', '1'] });
    });

    it('nothing to absorb', async () => {
      const merged = await mutate(gateway, 'mergeDeals', { keep: accounts[crm].deal(), absorb: [] });
      expectRefused(merged, { code: 'INVALID_INPUT', path: ['input', 'absorb'] });
    });

    it("another CRM's deal", async () => {
      const other = accounts[crm === 'pipedrive' ? 'pipelinedeals' : 'pipedrive'].deal();
      const merged = await mutate(gateway, 'mergeDeals', { keep: accounts[crm].deal(), absorb: [other] });
      expectRefused(merged, { code: 'INVALID_INPUT', path: ['input', 'absorb', '0'] });
    });
  });

  it.each([
    { which: 'keep', path: ['keep'] },
    { which: 'absorb', path: ['absorb', '1'] },
  ])('a deal that does not exist as $which leaves everything as it is', async ({ which, path }) => {
    const account = accounts[crm];
    const [some, other] = [account.deal(), account.deal()];
    const unknown = account.unknown('Deal');
    const input =
      which === 'keep' ? { keep: unknown, absorb: [some, other] } : { keep: some, absorb: [other, unknown] };
    const merged = await mutate(gateway, 'mergeDeals', input);
    expect(merged).toMatchObject({
      outcome: 'REJECTED',
      problems: [{ code: 'NOT_FOUND', path: ['input', ...path] }],
      deal: null,
    });
    expect(writesOf(merged.sent[crm])).toEqual([]);
  });

  it('a deleted deal is not found', async () => {
    const [keep, deleted] = [await add(crm), await add(crm)];
    await mutate(gateway, 'deleteDeal', { id: deleted });
    const merged = await mutate(gateway, 'mergeDeals', { keep, absorb: [deleted] });
    expect(merged).toMatchObject({
      outcome: 'REJECTED',
      problems: [{ code: 'NOT_FOUND', path: ['input', 'absorb', '0'] }],
    });
    expect(writesOf(merged.sent[crm])).toEqual([]);
  });
});

function textField(): string {
  return `custom_label_${gateway.pipelinedeals.store.configuration.labels.deal[0]?.id}`;
}

function numberField(): string {
  const labels = gateway.pipelinedeals.store.configuration.labels.deal;
  return `custom_label_${labels.find((label) => label.field_type === 'numeric')?.id}`;
}
