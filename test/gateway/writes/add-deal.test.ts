import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatJson } from '../../../src/sandbox/kit/json.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { type Account, accountsOf } from './account.ts';
import { CRMS, type CrmId, expectRefused, lines, mutate, nodesOf, remoteId, writesOf } from './support.ts';

const EXACT = '12345678901234567.89';
let gateway: TestGateway;
let accounts: Readonly<Record<CrmId, Account>>;

beforeAll(async () => {
  gateway = await startTestGateway();
  accounts = accountsOf(gateway);
});
afterAll(() => gateway.close());

const EVERYTHING = `deal {
  id title summary value { amount currency } status stage { id } pipeline { id } owner { id } person { id }
  organization { id } probability expectedCloseDate lossReason health { name } isArchived createdAt
}`;

describe('every attribute', () => {
  it('is written on Pipedrive and read back', async () => {
    const { stageElsewhere, pipelines, owners, people, organizations } = accounts.pipedrive;
    const added = await mutate(
      gateway,
      'addDeal',
      {
        crm: 'pipedrive',
        title: 'Köögivili „10 t”\nsecond line',
        value: EXACT,
        currency: 'XTK',
        status: 'LOST',
        stage: stageElsewhere,
        pipeline: pipelines[1],
        owner: owners[2],
        person: people[3],
        organization: organizations[4],
        probability: 35,
        expectedCloseDate: '2027-02-28',
        lossReason: 'Too far',
      },
      { select: EVERYTHING },
    );
    expect(added).toMatchObject({ outcome: 'APPLIED', problems: [] });
    expect(added.deal).toEqual({
      id: expect.any(String),
      title: 'Köögivili „10 t”\nsecond line',
      summary: null,
      value: { amount: EXACT, currency: 'XTK' },
      status: 'LOST',
      stage: { id: stageElsewhere },
      pipeline: { id: pipelines[1] },
      owner: { id: owners[2] },
      person: { id: people[3] },
      organization: { id: organizations[4] },
      probability: 35,
      expectedCloseDate: '2027-02-28',
      lossReason: 'Too far',
      health: null,
      isArchived: false,
      createdAt: expect.any(String),
    });
    const [post] = writesOf(added.sent.pipedrive);
    expect(post).toMatchObject({ method: 'POST', path: '/api/v2/deals' });
    expect(formatJson(post?.body)).toContain(`"value":${EXACT},`);
  });

  it('is written on PipelineDeals and read back', async () => {
    const { stageElsewhere, pipelines, owners, people, organizations } = accounts.pipelinedeals;
    const added = await mutate(
      gateway,
      'addDeal',
      {
        crm: 'pipelinedeals',
        title: 'Köögivili „10 t”',
        summary: 'Two\nlines',
        value: EXACT,
        currency: 'USD',
        status: 'OPEN',
        stage: stageElsewhere,
        pipeline: pipelines[1],
        owner: owners[2],
        person: people[3],
        organization: organizations[4],
        probability: 35,
        expectedCloseDate: '2027-02-28',
        lossReason: 'Price',
        health: 'Green',
      },
      { select: EVERYTHING },
    );
    expect(added).toMatchObject({ outcome: 'APPLIED', problems: [] });
    expect(added.deal).toEqual({
      id: expect.any(String),
      title: 'Köögivili „10 t”',
      summary: 'Two\nlines',
      value: { amount: EXACT, currency: 'USD' },
      status: 'OPEN',
      stage: { id: stageElsewhere },
      pipeline: { id: pipelines[1] },
      owner: { id: owners[2] },
      person: { id: people[3] },
      organization: { id: organizations[4] },
      probability: 35,
      expectedCloseDate: '2027-02-28',
      lossReason: 'Price',
      health: { name: 'Green' },
      isArchived: false,
      createdAt: expect.any(String),
    });
    const stored = gateway.pipelinedeals.store.deals.get(remoteId(added.deal?.id));
    expect(stored?.value).toBe(EXACT);
    expect(writesOf(added.sent.pipelinedeals)).toHaveLength(1);
    expect(writesOf(added.sent.pipelinedeals)[0]?.query).toContain('deliver_assignment_email=false');
  });

  it.each(CRMS)('that is not given is left to %s', async (crm) => {
    const added = await mutate(gateway, 'addDeal', { crm, title: 'Bare' }, { select: EVERYTHING });
    expect(added).toMatchObject({ outcome: 'APPLIED', deal: { title: 'Bare', status: 'OPEN', isArchived: false } });
    const body = { pipedrive: { title: 'Bare' }, pipelinedeals: { deal: { name: 'Bare' } } }[crm];
    expect(writesOf(added.sent[crm]).map((entry) => entry.body)).toEqual([body]);
  });
});

it.each(CRMS)('null for what may be empty adds it empty on %s', async (crm) => {
  const empty = { person: null, organization: null, expectedCloseDate: null, lossReason: null };
  const own = crm === 'pipedrive' ? {} : { summary: null, health: null, probability: null };
  const added = await mutate(gateway, 'addDeal', { crm, title: 'Empty', ...empty, ...own }, { select: EVERYTHING });
  expect(added).toMatchObject({ outcome: 'APPLIED', problems: [], deal: { title: 'Empty', ...empty, ...own } });
});

describe('status', () => {
  it.each(CRMS.flatMap((crm) => (['OPEN', 'WON', 'LOST'] as const).map((status) => ({ crm, status }))))(
    '$status on $crm',
    async ({ crm, status }) => {
      const added = await mutate(
        gateway,
        'addDeal',
        { crm, title: status, status },
        { select: 'deal { status wonAt lostAt }' },
      );
      expect(added.outcome).toBe('APPLIED');
      expect(added.deal?.status).toBe(status);
      expect([added.deal?.wonAt !== null, added.deal?.lostAt !== null]).toEqual([status === 'WON', status === 'LOST']);
    },
  );
});

describe('custom fields', () => {
  const SELECT = 'deal { customFields { label type value text } }';
  const keyOn = (crm: CrmId, label: string): string => {
    if (crm === 'pipedrive') {
      const field = gateway.pipedrive.store.fields.deal.find((one) => one.field_name === label);
      return String(field?.field_code);
    }
    const found = gateway.pipelinedeals.store.configuration.labels.deal.find((one) => one.name === label);
    return `custom_label_${found?.id}`;
  };

  it.each<{ crm: CrmId; label: string; value: unknown; type: string; text: string }>([
    { crm: 'pipedrive', label: 'Contract number', value: 'C-7 “x”', type: 'TEXT', text: 'C-7 “x”' },
    {
      crm: 'pipedrive',
      label: 'Margin factor',
      value: '1.000000000000000001',
      type: 'NUMBER',
      text: '1.000000000000000001',
    },
    { crm: 'pipedrive', label: 'Fleet size', value: '51-200', type: 'OPTION', text: '51-200' },
    { crm: 'pipedrive', label: 'Regions', value: ['Baltics', 54], type: 'OPTIONS', text: 'Baltics, Iberia' },
    { crm: 'pipedrive', label: 'Pilot start', value: '2027-01-31', type: 'DATE', text: '2027-01-31' },
    { crm: 'pipelinedeals', label: 'Project Code', value: 'C-7 “x”', type: 'TEXT', text: 'C-7 “x”' },
    { crm: 'pipelinedeals', label: 'Tender', value: false, type: 'BOOLEAN', text: 'No' },
    { crm: 'pipelinedeals', label: 'Budget', value: EXACT, type: 'MONEY', text: `${EXACT} USD` },
    { crm: 'pipelinedeals', label: 'Industry', value: 'Energy', type: 'OPTION', text: 'Energy' },
    { crm: 'pipelinedeals', label: 'Regions', value: ['DACH', 'Benelux'], type: 'OPTIONS', text: 'DACH, Benelux' },
    { crm: 'pipelinedeals', label: 'Go-live', value: '2027-01-31', type: 'DATE', text: '2027-01-31' },
  ])('$label on $crm', async ({ crm, label, value, type, text }) => {
    const customFields = [{ key: keyOn(crm, label), value }];
    const added = await mutate(gateway, 'addDeal', { crm, title: label, customFields }, { select: SELECT });
    expect(added).toMatchObject({ outcome: 'APPLIED', problems: [] });
    const fields = added.deal?.customFields as { label: string; type: string; text: string | null }[];
    expect(fields.find((field) => field.label === label)).toMatchObject({ label, type, text });
  });

  it.each(CRMS)('that %s does not have are refused before anything is written', async (crm) => {
    const customFields = [{ key: 'no-such-field', value: 1 }];
    const added = await mutate(gateway, 'addDeal', { crm, title: 'x', customFields });
    expect(added.outcome).toBe('REJECTED');
    expect(added.problems).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'customFields', '0', 'key'] }]);
    expect(writesOf(added.sent[crm])).toEqual([]);
  });

  it.each<{ crm: CrmId; label: string; value: unknown }>([
    { crm: 'pipedrive', label: 'Fleet size', value: 'enormous' },
    { crm: 'pipedrive', label: 'Regions', value: [] },
    { crm: 'pipedrive', label: 'Pilot start', value: '31.01.2027' },
    { crm: 'pipelinedeals', label: 'Industry', value: 'Mining' },
    { crm: 'pipelinedeals', label: 'Tender', value: 'yes' },
  ])('$label on $crm refuses a value of another kind', async ({ crm, label, value }) => {
    const customFields = [{ key: keyOn(crm, label), value }];
    const added = await mutate(gateway, 'addDeal', { crm, title: label, customFields });
    expect(added.problems).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'customFields', '0', 'value'] }]);
    expect(writesOf(added.sent[crm])).toEqual([]);
  });
});

describe.each(CRMS)('input that is refused on %s without a call', (crm) => {
  const other = crm === 'pipedrive' ? 'pipelinedeals' : 'pipedrive';

  it.each<{ given: string; input: Record<string, unknown>; path: string[] }>([
    { given: 'a blank title', input: { title: ' \n ' }, path: ['title'] },
    { given: 'control characters', input: { title: 'a\u0007b' }, path: ['title'] },
    { given: 'control characters elsewhere', input: { lossReason: '\u0000' }, path: ['lossReason'] },
    { given: 'half a character', input: { title: 'a\ud83d' }, path: ['title'] },
    { given: 'null for the status', input: { status: null }, path: ['status'] },
    { given: 'null for the value', input: { value: null }, path: ['value'] },
    { given: 'a probability above 100', input: { probability: 100.5 }, path: ['probability'] },
    { given: 'a probability below 0', input: { probability: -1 }, path: ['probability'] },
    { given: 'a stage that is no id', input: { stage: 'Won' }, path: ['stage'] },
    { given: 'an id of another type', input: { stage: `${crm}:Deal:1` }, path: ['stage'] },
    { given: "another CRM's stage", input: { stage: `${other}:Stage:1` }, path: ['stage'] },
    { given: "another CRM's owner", input: { owner: `${other}:User:1` }, path: ['owner'] },
    { given: "another CRM's person", input: { person: `${other}:Person:1` }, path: ['person'] },
    { given: 'no custom fields', input: { customFields: [] }, path: ['customFields'] },
    {
      given: 'a custom field twice',
      input: {
        customFields: [
          { key: 'a', value: 1 },
          { key: 'a', value: 2 },
        ],
      },
      path: ['customFields', '1', 'key'],
    },
    {
      given: 'a number that may have lost digits',
      input: { customFields: [{ key: 'a', value: 0.1234567890123456 }] },
      path: ['customFields', '0', 'value'],
    },
  ])('$given', async ({ input, path }) => {
    const added = await mutate(gateway, 'addDeal', { crm, title: 'x', ...input });
    expectRefused(added, { code: 'INVALID_INPUT', path: ['input', ...path] });
  });

  it('everything that is wrong is told at once', async () => {
    const input = { crm, title: '', person: 'x', value: null };
    const added = await mutate(gateway, 'addDeal', input);
    const paths = added.problems.map(({ path }) => path?.join('.')).toSorted();
    expect(paths).toEqual(['input.person', 'input.title', 'input.value']);
  });
});

describe('input that is refused without a call', () => {
  it('an empty list of products', async () => {
    const added = await mutate(gateway, 'addDeal', { crm: 'pipedrive', title: 'x', products: [] });
    expectRefused(added, { code: 'INVALID_INPUT', path: ['input', 'products'] });
  });

  it.each([
    { given: 'a summary', input: { summary: 'x' }, path: ['summary'] },
    { given: 'a status light', input: { health: 'Red' }, path: ['health'] },
  ])('$given on Pipedrive', async ({ input, path }) => {
    const added = await mutate(gateway, 'addDeal', { crm: 'pipedrive', title: 'x', ...input });
    expectRefused(added, { code: 'UNSUPPORTED', path: ['input', ...path] });
  });

  it('a CRM that is not configured', async () => {
    const added = await mutate(gateway, 'addDeal', { crm: 'elsewhere', title: 'x' });
    expectRefused(added, { code: 'INVALID_INPUT', path: ['input', 'crm'] });
  });

  it('product lines on PipelineDeals', async () => {
    const [line] = [...gateway.pipelinedeals.store.configuration.productLines];
    const products = [{ product: `pipelinedeals:Product:${line?.id}`, unitPrice: '1', quantity: '1' }];
    const added = await mutate(gateway, 'addDeal', { crm: 'pipelinedeals', title: 'x', products });
    expectRefused(added, { code: 'UNSUPPORTED', path: ['input', 'products'] });
  });
});

describe('references', () => {
  it.each(
    CRMS.flatMap((crm) =>
      (['stage', 'pipeline', 'owner', 'person', 'organization'] as const).map((field) => ({ crm, field })),
    ),
  )('to a $field that $crm does not have write nothing', async ({ crm, field }) => {
    const type = {
      stage: 'Stage',
      pipeline: 'Pipeline',
      owner: 'User',
      person: 'Person',
      organization: 'Organization',
    };
    const added = await mutate(gateway, 'addDeal', { crm, title: 'x', [field]: accounts[crm].unknown(type[field]) });
    expect(added).toMatchObject({ outcome: 'REJECTED', problems: [{ code: 'NOT_FOUND', path: ['input', field] }] });
    expect(writesOf(added.sent[crm])).toEqual([]);
  });

  it.each(CRMS)('to a stage of another pipeline are refused on %s', async (crm) => {
    const { stageElsewhere, pipelines } = accounts[crm];
    const added = await mutate(gateway, 'addDeal', { crm, title: 'x', stage: stageElsewhere, pipeline: pipelines[0] });
    expect(added).toMatchObject({
      outcome: 'REJECTED',
      problems: [{ code: 'INVALID_INPUT', path: ['input', 'stage'] }],
    });
    expect(writesOf(added.sent[crm])).toEqual([]);
  });
});

describe('with product lines on Pipedrive', () => {
  const product = () =>
    [...gateway.pipedrive.store.products.values()].find((one) => one.is_linkable && !one.is_deleted);
  const linesOf = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      product: `pipedrive:Product:${product()?.id}`,
      unitPrice: String(index + 1),
      quantity: '2',
      comments: `line ${index}`,
    }));
  const SELECT = 'deal { id value { amount } products(first: 200) { nodes { comments } } }';

  it.each([
    { count: 1, requests: ['products'] },
    { count: 3, requests: ['products', 'products', 'products'] },
    { count: 100, requests: ['products/bulk'] },
    { count: 101, requests: ['products/bulk', 'products'] },
  ])('$count keep their order', async ({ count, requests }) => {
    const input = { crm: 'pipedrive', title: `${count} lines`, products: linesOf(count) };
    const added = await mutate(gateway, 'addDeal', input, { select: SELECT });
    expect(added).toMatchObject({ outcome: 'APPLIED', problems: [] });
    const deal = remoteId(added.deal?.id);
    expect(lines(writesOf(added.sent.pipedrive))).toEqual([
      'POST /api/v2/deals',
      ...requests.map((path) => `POST /api/v2/deals/${deal}/${path}`),
    ]);
    expect(nodesOf(added.deal, 'products').map(({ comments }) => comments)).toEqual(
      input.products.map(({ comments }) => comments),
    );
    expect(added.deal?.value).toEqual({ amount: String(count * (count + 1)) });
  });

  it('that cannot be added leave the deal, and a problem says so', async () => {
    gateway.pipedrive.faults.set({ method: 'POST', path: '/products', kind: 'status', status: 400, body: '{}' });
    const input = { crm: 'pipedrive', title: 'Half', products: linesOf(2) };
    const added = await mutate(gateway, 'addDeal', input);
    gateway.pipedrive.faults.set();
    expect(added).toMatchObject({
      outcome: 'PARTIAL',
      problems: [{ code: 'REJECTED_BY_CRM', path: ['input', 'products', '0'] }],
      deal: { title: 'Half' },
    });
    expect(writesOf(added.sent.pipedrive)).toHaveLength(2);
  });

  it('of an unknown product write nothing', async () => {
    const products = [...linesOf(1), { ...linesOf(1)[0], product: accounts.pipedrive.unknown('Product') }];
    const added = await mutate(gateway, 'addDeal', { crm: 'pipedrive', title: 'x', products });
    expect(added).toMatchObject({
      outcome: 'REJECTED',
      problems: [{ code: 'NOT_FOUND', path: ['input', 'products', '1', 'product'] }],
    });
    expect(writesOf(added.sent.pipedrive)).toEqual([]);
  });
});
