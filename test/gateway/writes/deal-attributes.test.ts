import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { type Account, accountsOf } from './account.ts';
import {
  CRMS,
  type CrmId,
  expectRefused,
  lines,
  mutate,
  nodesOf,
  readDeal,
  remoteId,
  sentAttributes,
  writesOf,
} from './support.ts';

const MOMENT = '2025-11-30T22:15:00Z';

let gateway: TestGateway;
let accounts: Readonly<Record<CrmId, Account>>;

beforeAll(async () => {
  gateway = await startTestGateway({ pipedrive: { deals: 400 }, pipelinedeals: { deals: 400 } });
  accounts = accountsOf(gateway);
});
afterAll(() => gateway.close());

describe('a new deal has them from the start', () => {
  it('on Pipedrive', async () => {
    const added = await mutate(
      gateway,
      'addDeal',
      {
        crm: 'pipedrive',
        title: 'Closed long ago',
        status: 'WON',
        visibility: 7,
        labels: ['Tender', 'pipedrive:Label:11'],
        wonAt: MOMENT,
        isArchived: true,
        archivedAt: '2025-12-24T00:00:00+02:00',
      },
      {
        select:
          'deal { status visibility labels { name } closedAt wonAt lostAt isArchived archivedAt origin creator { id } }',
      },
    );
    expect(added).toMatchObject({ outcome: 'APPLIED', problems: [] });
    expect(added.deal).toEqual({
      status: 'WON',
      visibility: 7,
      labels: [{ name: 'Tender' }, { name: 'Hot' }],
      closedAt: MOMENT,
      wonAt: MOMENT,
      lostAt: null,
      isArchived: true,
      archivedAt: '2025-12-23T22:00:00Z',
      origin: 'API',
      creator: { id: `pipedrive:User:${gateway.pipedrive.store.caller.id}` },
    });
    expect(sentAttributes('pipedrive', added)).toMatchObject({
      label_ids: '[14,11]',
      archive_time: '"2025-12-23 22:00:00"',
    });
  });

  it('on PipelineDeals', async () => {
    const { owners } = accounts.pipelinedeals;
    const added = await mutate(
      gateway,
      'addDeal',
      {
        crm: 'pipelinedeals',
        title: 'From elsewhere',
        status: 'WON',
        createdAt: '2019-05-06T07:08:09Z',
        closedAt: MOMENT,
        labels: ['At Risk'],
        source: 'Cold Call',
        collaborators: [owners[2]],
        wonReason: 'They know us',
        address: { street: 'Pikk 1', postalCode: '10123' },
        isArchived: true,
      },
      {
        select: `deal { createdAt status closedAt wonAt labels { name } source { id name color } wonReason isArchived
          collaborators { id name } followers { nodes { user { id } } } address { formatted } creator { id }
          origin channel { id } channelId originId visibility archivedAt acv { amount } arr { amount } mrr { amount } }`,
      },
    );
    expect(added).toMatchObject({ outcome: 'APPLIED', problems: [] });
    expect(added.deal).toEqual({
      createdAt: '2019-05-06T07:08:09Z',
      status: 'WON',
      closedAt: MOMENT,
      wonAt: MOMENT,
      labels: [{ name: 'At Risk' }],
      source: { id: expect.stringMatching(/^pipelinedeals:Label:\d+$/), name: 'Cold Call', color: null },
      wonReason: 'They know us',
      isArchived: true,
      collaborators: [{ id: owners[2], name: expect.any(String) }],
      followers: { nodes: [{ user: { id: owners[2] } }] },
      address: { formatted: 'Pikk 1, 10123' },
      creator: { id: expect.stringMatching(/^pipelinedeals:User:\d+$/) },
      origin: null,
      channel: null,
      channelId: null,
      originId: null,
      visibility: null,
      archivedAt: null,
      acv: null,
      arr: null,
      mrr: null,
    });
  });
});

describe.each(CRMS)('labels on %s', (crm) => {
  const [one, two] = { pipedrive: ['Hot', 'Cold'], pipelinedeals: ['Strategic', 'Upsell'] }[crm] as [string, string];
  const select = 'deal { labels { id name } }';
  const namesOf = (deal: unknown) => (deal as { labels: { name: string }[] }).labels.map(({ name }) => name);

  it('replace those there are, by name or by id, and an empty list takes all away', async () => {
    const id = accounts[crm].deal();
    const set = (labels: readonly string[]) => mutate(gateway, 'updateDeal', { id, labels }, { select });
    const both = await set([one, two]);
    expect(namesOf(both.deal)).toEqual([one, two]);
    const labels = both.deal?.labels as { id: string }[];
    const single = await set([labels[1]?.id as string, two]);
    expect(namesOf(single.deal)).toEqual([two]);
    const none = await set([]);
    expect(none.deal).toEqual({ labels: [] });
    expect(Object.values(sentAttributes(crm, none))).toEqual(['[]']);
  });

  it('nobody has made are refused, telling what there is', async () => {
    const input = { id: accounts[crm].deal(), labels: [one, one.toLowerCase()] };
    const updated = await mutate(gateway, 'updateDeal', input);
    expect(updated).toMatchObject({
      outcome: 'REJECTED',
      problems: [
        { code: 'INVALID_INPUT', path: ['input', 'labels', '1'], message: expect.stringContaining(`${two} (`) },
      ],
    });
    expect(writesOf(updated.sent[crm])).toEqual([]);
  });

  it('of another CRM are refused', async () => {
    const other = crm === 'pipedrive' ? 'pipelinedeals' : 'pipedrive';
    const updated = await mutate(gateway, 'updateDeal', { id: accounts[crm].deal(), labels: [`${other}:Label:11`] });
    expectRefused(updated, { code: 'INVALID_INPUT', path: ['input', 'labels', '0'] });
  });
});

it('a name that several labels have is refused, naming their ids', async () => {
  const own = await startTestGateway();
  try {
    const field = own.pipedrive.store.fields.deal.find(({ field_code }) => field_code === 'label_ids');
    field?.options?.push({ id: 99, label: 'Hot', color: null });
    const [deal] = [...own.pipedrive.store.deals.values()].filter((one) => !one.is_archived && !one.is_deleted);
    const id = `pipedrive:Deal:${deal?.id}`;
    const refused = await mutate(own, 'updateDeal', { id, labels: ['Hot'] });
    expect(refused).toMatchObject({
      outcome: 'REJECTED',
      problems: [{ code: 'INVALID_INPUT', message: expect.stringMatching(/11, 99$/) }],
    });
    const chosen = await mutate(own, 'updateDeal', { id, labels: ['pipedrive:Label:99'] });
    expect(chosen.outcome).toBe('APPLIED');
    expect(deal).toBeDefined();
    expect(own.pipedrive.store.deals.get(deal?.id as number)?.label_ids).toEqual([99]);
  } finally {
    await own.close();
  }
});

describe('moments', () => {
  const contradictions = [
    { given: 'a closing time and OPEN', input: { status: 'OPEN', closedAt: MOMENT }, field: 'closedAt' },
    { given: 'a time of winning and LOST', input: { status: 'LOST', wonAt: MOMENT }, field: 'wonAt' },
    { given: 'a time of losing and WON', input: { status: 'WON', lostAt: MOMENT }, field: 'lostAt' },
    { given: 'both at once', input: { wonAt: MOMENT, lostAt: MOMENT }, field: 'lostAt' },
    { given: 'half a second', input: { status: 'WON', wonAt: '2025-11-30T22:15:00.5Z' }, field: 'wonAt' },
  ];

  it.each(CRMS.flatMap((crm) => contradictions.map((one) => ({ crm, ...one }))))(
    'of $given are refused on $crm without a call',
    async ({ crm, input, field }) => {
      const updated = await mutate(gateway, 'updateDeal', { id: accounts[crm].deal(), ...input });
      expectRefused(updated, { code: 'INVALID_INPUT', path: ['input', field] });
    },
  );

  it.each(CRMS.flatMap((crm) => ['closedAt', 'wonAt', 'lostAt'].map((field) => ({ crm, field }))))(
    '$field of an open deal is refused on $crm, and changes nothing',
    async ({ crm, field }) => {
      const id = accounts[crm].deal();
      const updated = await mutate(gateway, 'updateDeal', { id, [field]: MOMENT });
      expect(updated).toMatchObject({ outcome: 'REJECTED', problems: [{ path: ['input', field] }] });
      expect(await readDeal(gateway, id, 'status closedAt wonAt lostAt')).toEqual({
        status: 'OPEN',
        closedAt: null,
        wonAt: null,
        lostAt: null,
      });
      const added = await mutate(gateway, 'addDeal', { crm, title: 'Open', [field]: MOMENT });
      expect(added).toMatchObject({
        outcome: 'REJECTED',
        problems: [{ code: 'INVALID_INPUT', path: ['input', field] }],
      });
    },
  );

  it.each(CRMS)('close a deal of %s at that time', async (crm) => {
    const id = accounts[crm].deal();
    const select = 'deal { status closedAt wonAt lostAt }';
    const lost = await mutate(gateway, 'updateDeal', { id, status: 'LOST', lostAt: MOMENT }, { select });
    expect(lost.deal).toEqual({ status: 'LOST', closedAt: MOMENT, wonAt: null, lostAt: MOMENT });
    expect(writesOf(lost.sent[crm])).toHaveLength(1);
  });

  it('PipelineDeals has one time of closing', async () => {
    const id = accounts.pipelinedeals.deal('WON');
    const updated = await mutate(gateway, 'updateDeal', { id, closedAt: MOMENT, wonAt: '2025-01-01T00:00:00Z' });
    expect(updated).toMatchObject({ outcome: 'REJECTED', problems: [{ code: 'INVALID_INPUT' }] });
    expect(writesOf(updated.sent.pipelinedeals)).toEqual([]);
  });

  it('PipelineDeals: beside a stage the status has to be given', async () => {
    const { openStages } = accounts.pipelinedeals;
    const id = accounts.pipelinedeals.deal('WON');
    const updated = await mutate(gateway, 'updateDeal', { id, stage: openStages[0], closedAt: MOMENT });
    expect(updated).toMatchObject({ outcome: 'REJECTED', problems: [{ path: ['input', 'closedAt'] }] });
    expect(writesOf(updated.sent.pipelinedeals)).toEqual([]);
  });

  it('Pipedrive archives a deal as of then', async () => {
    const id = accounts.pipedrive.deal();
    const input = { id, isArchived: true, archivedAt: MOMENT };
    const updated = await mutate(gateway, 'updateDeal', input, { select: 'deal { isArchived archivedAt }' });
    expect(updated.deal).toEqual({ isArchived: true, archivedAt: MOMENT });
    const unfit = await mutate(gateway, 'updateDeal', { id, isArchived: false, archivedAt: MOMENT });
    expectRefused(unfit, { code: 'INVALID_INPUT', path: ['input', 'archivedAt'] });
  });

  it('Pipedrive adds no lines to a deal that is archived at once', async () => {
    const [product] = gateway.pipedrive.store.products.keys();
    const products = [{ product: `pipedrive:Product:${product}`, unitPrice: '1', quantity: '1' }];
    const added = await mutate(gateway, 'addDeal', { crm: 'pipedrive', title: 'x', isArchived: true, products });
    expect(added).toMatchObject({ outcome: 'REJECTED', problems: [{ path: ['input', 'isArchived'] }] });
    expect(writesOf(added.sent.pipedrive)).toEqual([]);
  });
});

it.each([0, 2, 8, -1])('%s is no visibility of Pipedrive', async (visibility) => {
  const updated = await mutate(gateway, 'updateDeal', { id: accounts.pipedrive.deal(), visibility });
  expect(updated).toMatchObject({
    outcome: 'REJECTED',
    problems: [{ code: 'INVALID_INPUT', path: ['input', 'visibility'] }],
  });
  expect(writesOf(updated.sent.pipedrive)).toEqual([]);
});

describe('on PipelineDeals', () => {
  const crm = 'pipelinedeals';

  it('an unknown source is refused, telling what there is', async () => {
    const updated = await mutate(gateway, 'updateDeal', { id: accounts[crm].deal(), source: 'Billboard' });
    expect(updated).toMatchObject({
      outcome: 'REJECTED',
      problems: [{ code: 'INVALID_INPUT', path: ['input', 'source'], message: expect.stringContaining('Website') }],
    });
    expect(writesOf(updated.sent[crm])).toEqual([]);
  });

  it('a source is chosen by the id it is read with', async () => {
    const given = await mutate(
      gateway,
      'updateDeal',
      { id: accounts[crm].deal(), source: 'Website' },
      { select: 'deal { source { id } }' },
    );
    const source = (given.deal?.source as { id: string } | undefined)?.id;
    expect(source).toBeDefined();
    const copied = await mutate(gateway, 'updateDeal', { id: accounts[crm].deal(), source });
    expect(sentAttributes(crm, copied)).toEqual({ source_id: '3627101' });
  });

  it('an empty list of collaborators ends the sharing, unknown users are not found', async () => {
    const { owners, unknown } = accounts[crm];
    const id = accounts[crm].deal();
    const select = 'deal { collaborators { id } }';
    const set = (collaborators: readonly (string | undefined)[]) =>
      mutate(gateway, 'updateDeal', { id, collaborators }, { select });
    expect((await set([owners[1]])).deal).toEqual({ collaborators: [{ id: owners[1] }] });
    expect((await set([])).deal).toEqual({ collaborators: [] });
    const missing = await set([owners[1], unknown('User')]);
    expect(missing).toMatchObject({
      outcome: 'REJECTED',
      problems: [{ code: 'NOT_FOUND', path: ['input', 'collaborators', '1'] }],
    });
    expectRefused(await set([owners[1], owners[1]]), {
      code: 'INVALID_INPUT',
      path: ['input', 'collaborators', '1'],
    });
  });

  it('a reason to win in other words goes beside the reasons of the account, and null clears both', async () => {
    const id = accounts[crm].deal('WON');
    const set = (wonReason: string | null) =>
      mutate(gateway, 'updateDeal', { id, wonReason }, { select: 'deal { wonReason }' });
    expect((await set('best FIT')).deal).toEqual({ wonReason: 'Best fit' });
    expect((await set('Charm')).deal).toEqual({ wonReason: 'Charm' });
    const cleared = await set(null);
    expect(cleared.deal).toEqual({ wonReason: null });
    expect(sentAttributes(crm, cleared)).toEqual({ deal_won_reason_id: 'null', deal_won_reason_notes: 'null' });
  });

  it('notes stand beside a reason of the account, and other words are the notes themselves', async () => {
    const id = accounts[crm].deal('LOST');
    const set = (given: object) =>
      mutate(gateway, 'updateDeal', { id, ...given }, { select: 'deal { lossReason lossReasonNotes }' });
    const reads = async (given: object) => (await set(given)).deal;
    expect(await reads({ lossReason: 'Price', lossReasonNotes: 'A tenth above' })).toEqual({
      lossReason: 'Price',
      lossReasonNotes: 'A tenth above',
    });
    expect(await reads({ lossReasonNotes: 'Two tenths' })).toEqual({
      lossReason: 'Price',
      lossReasonNotes: 'Two tenths',
    });
    expect(await reads({ lossReasonNotes: null })).toEqual({ lossReason: 'Price', lossReasonNotes: null });
    expect(await reads({ lossReason: 'Bad luck' })).toEqual({ lossReason: 'Bad luck', lossReasonNotes: 'Bad luck' });
    const both = await set({ lossReason: 'Weather', lossReasonNotes: 'Rain' });
    expect(both).toMatchObject({
      outcome: 'REJECTED',
      problems: [{ code: 'INVALID_INPUT', path: ['input', 'lossReasonNotes'] }],
    });
    expect(writesOf(both.sent[crm])).toEqual([]);
  });

  it('an organization is taken by its name, and created where there is none', async () => {
    const { companies } = gateway.pipelinedeals.store;
    const [known] = companies.values();
    const id = accounts[crm].deal();
    const set = (organizationName: string) =>
      mutate(gateway, 'updateDeal', { id, organizationName }, { select: 'deal { organization { id name } }' });
    const before = companies.size;
    expect((await set(String(known?.name).toUpperCase())).deal).toEqual({
      organization: { id: `${crm}:Organization:${known?.id}`, name: known?.name },
    });
    expect(companies.size).toBe(before);
    const created = await set('Brandneu & Co');
    expect(created.deal).toMatchObject({ organization: { name: 'Brandneu & Co' } });
    expect(sentAttributes(crm, created)).toEqual({ company_name: '"Brandneu & Co"' });
    expect(companies.size).toBe(before + 1);
  });

  it.each([
    { organizationName: ' ' },
    { organizationName: null },
    { organizationName: 'A', organization: null },
    { organizationName: 'A', organization: 'pipelinedeals:Organization:1' },
  ])('an organization by name is refused: %j', async (given) => {
    const updated = await mutate(gateway, 'updateDeal', { id: accounts[crm].deal(), ...given });
    expectRefused(updated, { code: 'INVALID_INPUT', path: ['input', 'organizationName'] });
  });

  it('an address is cleared by null; an empty one is refused', async () => {
    const id = accounts[crm].deal();
    const set = (address: object | null) =>
      mutate(gateway, 'updateDeal', { id, address }, { select: 'deal { address { city } }' });
    expect((await set({ city: 'Tartu' })).deal).toEqual({ address: { city: 'Tartu' } });
    expect((await set(null)).deal).toEqual({ address: null });
    expectRefused(await set({}), { code: 'INVALID_INPUT', path: ['input', 'address'] });
  });

  describe('a template of activities', () => {
    const select = 'deal { activities { nodes { subject } } }';
    const subjects = (deal: Parameters<typeof nodesOf>[0]) => nodesOf(deal, 'activities').map(({ subject }) => subject);

    it.each(['Kick-off', '689301'])('is applied to a new deal by name or id: %s', async (todoTemplate) => {
      const [, owner] = accounts[crm].owners;
      const added = await mutate(
        gateway,
        'addDeal',
        { crm, title: 'With tasks', todoTemplate, todoTemplateOwner: owner },
        { select },
      );
      expect(added.outcome).toBe('APPLIED');
      expect([...subjects(added.deal)].sort()).toEqual([
        'Agree on the scope',
        'Call the contact',
        'Send the welcome pack',
      ]);
      const [post] = writesOf(added.sent[crm]);
      expect(post?.body).toEqual({
        deal: { name: 'With tasks' },
        todo_template_id: 689_301,
        todo_template_user_id: remoteId(owner),
      });
    });

    it('is applied to a deal there is, alone too', async () => {
      const id = accounts[crm].deal();
      const before = await readDeal(gateway, id, 'activities { nodes { subject } }');
      const updated = await mutate(gateway, 'updateDeal', { id, todoTemplate: 'Handover' }, { select });
      expect(updated.outcome).toBe('APPLIED');
      expect(subjects(updated.deal)).toHaveLength(subjects(before).length + 1);
      expect(subjects(updated.deal)).toContain('Brief the delivery team');
      expect(lines(writesOf(updated.sent[crm]))).toEqual([`PUT /api/v3/deals/${remoteId(id)}.json`]);
    });

    it.each(['New contact', 'Nothing', '1'])('that is not there for deals is refused: %s', async (todoTemplate) => {
      const added = await mutate(gateway, 'addDeal', { crm, title: 'x', todoTemplate });
      expect(added).toMatchObject({
        outcome: 'REJECTED',
        problems: [
          { code: 'INVALID_INPUT', path: ['input', 'todoTemplate'], message: expect.stringContaining('Kick-off') },
        ],
      });
      expect(writesOf(added.sent[crm])).toEqual([]);
    });

    it('needs to be named where its owner is', async () => {
      const [todoTemplateOwner] = accounts[crm].owners;
      const added = await mutate(gateway, 'addDeal', { crm, title: 'x', todoTemplateOwner });
      expectRefused(added, { code: 'INVALID_INPUT', path: ['input', 'todoTemplateOwner'] });
    });
  });
});

describe('what a CRM has no place for is refused without a call', () => {
  const values: Readonly<Record<string, unknown>> = {
    source: 'Website',
    channel: 'Trade fair',
    channelId: 'T-1',
    originId: 'app-1',
    visibility: 3,
    collaborators: [],
    wonReason: 'Price',
    address: { city: 'Tartu' },
    archivedAt: MOMENT,
    createdAt: MOMENT,
    updatedAt: MOMENT,
    todoTemplate: 'Kick-off',
    organizationName: 'Werft',
    lossReasonNotes: 'Too slow',
    wonReasonNotes: 'Quick',
  };
  const unsupported: Readonly<Record<CrmId, readonly string[]>> = {
    pipedrive: [
      'source',
      'channel',
      'channelId',
      'originId',
      'collaborators',
      'wonReason',
      'address',
      'createdAt',
      'updatedAt',
      'todoTemplate',
      'organizationName',
      'lossReasonNotes',
      'wonReasonNotes',
    ],
    pipelinedeals: ['channel', 'channelId', 'originId', 'visibility', 'archivedAt'],
  };

  it.each(CRMS.flatMap((crm) => unsupported[crm].map((field) => ({ crm, field }))))(
    '$field on $crm',
    async ({ crm, field }) => {
      const refusal = { code: 'UNSUPPORTED', path: ['input', field] };
      const updated = await mutate(gateway, 'updateDeal', { id: accounts[crm].deal(), [field]: values[field] });
      expectRefused(updated, refusal);
      const added = await mutate(gateway, 'addDeal', { crm, title: 'x', [field]: values[field] });
      expectRefused(added, refusal);
      expect(added.problems[0]?.message).toMatch(/: [A-Z].*\.$/);
    },
  );
});
