import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { type Account, accountsOf } from '../writes/account.ts';
import { CRMS, type CrmId, expectRefused, mutate, writesOf } from '../writes/support.ts';

let gateway: TestGateway;
let accounts: Readonly<Record<CrmId, Account>>;

beforeAll(async () => {
  gateway = await startTestGateway({
    pipedrive: { deals: 200 },
    pipelinedeals: { deals: 200 },
    env: { DEALGRAPH_ALLOW_CALL_CRM: '1' },
  });
  accounts = accountsOf(gateway);
});
afterAll(() => gateway.close());

interface Previewed {
  readonly mutation: string;
  readonly crm: CrmId;
  readonly what?: string;
  input(): Promise<Readonly<Record<string, unknown>>> | Readonly<Record<string, unknown>>;
}

interface Call {
  readonly crm: { readonly id: string };
  readonly method: string;
  readonly path: string;
  readonly tokens: number | null;
}

const REPORT = 'operation { id } changes { record field before after } calls { crm { id } method path tokens }';

const both = (crm: CrmId): readonly Previewed[] => [
  { mutation: 'addDeal', crm, input: () => ({ crm, title: 'New', person: accounts[crm].people[0] }) },
  { mutation: 'updateDeal', crm, input: () => ({ id: accounts[crm].deal(), title: 'Changed', status: 'WON' }) },
  { mutation: 'duplicateDeal', crm, input: () => ({ id: accounts[crm].deal(), title: 'Copy' }) },
  { mutation: 'deleteDeal', crm, input: () => ({ id: accounts[crm].deal() }) },
  { mutation: 'deleteDeals', crm, input: () => ({ ids: [accounts[crm].deal(), accounts[crm].deal()] }) },
  { mutation: 'mergeDeals', crm, input: () => ({ keep: accounts[crm].deal(), absorb: [accounts[crm].deal()] }) },
  {
    mutation: 'mergeDeals',
    crm,
    what: 'two with something to fill',
    input: async () => {
      const [keep, first, second] = [await add(crm), await add(crm), await add(crm)];
      await mutate(gateway, 'updateDeal', { id: first, person: accounts[crm].people[1] });
      await mutate(gateway, 'updateDeal', { id: second, organization: accounts[crm].organizations[1] });
      return { keep, absorb: [first, second] };
    },
  },
  { mutation: 'addDealFollower', crm, input: async () => ({ deal: await add(crm), user: accounts[crm].owners[2] }) },
  {
    mutation: 'deleteDealFollower',
    crm,
    input: async () => {
      const input = { deal: await add(crm), user: accounts[crm].owners[2] };
      await mutate(gateway, 'addDealFollower', input);
      return input;
    },
  },
  {
    mutation: 'addDealParticipant',
    crm,
    input: async () => ({ deal: await add(crm), person: accounts[crm].people[4] }),
  },
  {
    mutation: 'deleteDealParticipant',
    crm,
    input: async () => {
      const input = { deal: await add(crm), person: accounts[crm].people[4] };
      await mutate(gateway, 'addDealParticipant', input);
      return input;
    },
  },
];

const PIPEDRIVE: readonly Previewed[] = [
  {
    mutation: 'addDeal',
    what: 'with 120 lines',
    input: () => ({ crm: 'pipedrive', title: 'Lined', products: drafts(120) }),
  },
  { mutation: 'addDealProducts', input: async () => ({ deal: await add('pipedrive'), products: drafts(101) }) },
  { mutation: 'updateDealProduct', input: async () => ({ id: (await lined(1)).lines[0], quantity: '3' }) },
  { mutation: 'deleteDealProducts', input: async () => ({ ids: (await lined(3)).lines.slice(1) }) },
  { mutation: 'deleteAllDealProducts', input: async () => ({ deal: (await lined(102)).deal }) },
  {
    mutation: 'addDealDiscount',
    input: async () => ({ deal: (await lined(1)).deal, description: 'Spring', amount: '1', type: 'AMOUNT' }),
  },
  { mutation: 'updateDealDiscount', input: async () => ({ id: await part('DealDiscount'), amount: '2' }) },
  { mutation: 'deleteDealDiscount', input: async () => ({ id: await part('DealDiscount') }) },
  {
    mutation: 'addDealInstallment',
    input: async () => ({
      deal: (await lined(1)).deal,
      description: 'Upfront',
      amount: '1',
      billingDate: '2030-01-01',
    }),
  },
  { mutation: 'updateDealInstallment', input: async () => ({ id: await part('DealInstallment'), amount: '2' }) },
  { mutation: 'deleteDealInstallment', input: async () => ({ id: await part('DealInstallment') }) },
].map((one) => ({ ...one, crm: 'pipedrive' as const }));

async function add(crm: CrmId): Promise<string> {
  return String((await mutate(gateway, 'addDeal', { crm, title: 'x' })).deal?.id);
}

function drafts(count: number): readonly object[] {
  const product = [...gateway.pipedrive.store.products.values()].find((one) => one.is_linkable && !one.is_deleted);
  const line = { product: `pipedrive:Product:${product?.id}`, unitPrice: '100', quantity: '1' };
  return Array.from({ length: count }, () => line);
}

async function lined(count: number): Promise<{ deal: string; lines: readonly string[] }> {
  const deal = await add('pipedrive');
  const added = await mutate(
    gateway,
    'addDealProducts',
    { deal, products: drafts(count) },
    { select: 'dealProducts { id }' },
  );
  return { deal, lines: (added.dealProducts ?? []).map(({ id }) => String(id)) };
}

async function part(type: 'DealDiscount' | 'DealInstallment'): Promise<string> {
  const field = type === 'DealDiscount' ? 'dealDiscount' : 'dealInstallment';
  const own = type === 'DealDiscount' ? { type: 'AMOUNT' } : { billingDate: '2030-01-01' };
  const input = { deal: (await lined(1)).deal, description: 'x', amount: '1', ...own };
  const added = await mutate(gateway, `add${type}`, input, { select: `${field} { id }` });
  return (added as unknown as Record<string, { id: string }>)[field]?.id as string;
}

describe.each([...CRMS.flatMap(both), ...PIPEDRIVE])(
  'a preview of $mutation on $crm $what',
  ({ mutation, crm, input }) => {
    it('writes nothing, and tells the calls that are made without it', async () => {
      const given = await input();
      const select = mutation === 'deleteDeals' ? `items { outcome deal { id } } ${REPORT}` : `deal { id } ${REPORT}`;
      const previewed = await mutate(gateway, mutation, given, { select, control: { preview: true } });
      expect(previewed).toMatchObject({ outcome: 'PREVIEWED', problems: [], operation: null });
      expect(writesOf(previewed.sent[crm])).toEqual([]);

      const written = await mutate(gateway, mutation, given, { select });
      expect(written).toMatchObject({ outcome: 'APPLIED', problems: [] });
      const calls = callsOf(written);
      expect(callsOf(previewed)).toEqual(calls);
      expect((previewed as unknown as { changes: object[] }).changes).toEqual(
        (written as unknown as { changes: object[] }).changes,
      );
      // What is told is what was sent.
      const sent = writesOf(written.sent[crm]);
      expect(calls.map((call) => [call.method, call.crm.id])).toEqual(sent.map(({ method }) => [method, crm]));
      for (const [index, { path, tokens }] of calls.entries()) {
        expect(sent[index]?.path).toMatch(new RegExp(`${path.replace(/[.]/g, '\\.').replace(/\{\w+\}/g, '[^/]+')}$`));
        expect(sent[index]?.tokens ?? null).toBe(tokens);
      }
    });
  },
);

function callsOf(written: object): readonly Call[] {
  return (written as { calls: readonly Call[] }).calls;
}

describe.each(CRMS)('a preview on %s', (crm) => {
  it('shows what fields were and would be', async () => {
    const id = accounts[crm].deal();
    const title = accounts[crm].titleOf(id);
    const { owners, people } = accounts[crm];
    const input = { id, title: 'Later', owner: owners[1], person: null, value: '5' };
    const previewed = await mutate(gateway, 'updateDeal', input, {
      select: 'deal { title } changes { record field before after }',
      control: { preview: true },
    });
    const { changes } = previewed as unknown as { changes: { field: string; before: unknown; after: unknown }[] };
    expect(previewed.deal).toEqual({ title });
    expect(changes.map(({ field, after }) => [field, after])).toEqual(
      [
        ['title', 'Later'],
        ['value', '5'],
        ['owner', owners[1]],
        ['person', null],
      ].sort((a, b) => order(changes, a) - order(changes, b)),
    );
    expect(changes.find(({ field }) => field === 'title')).toMatchObject({ record: id, before: title });
    expect([...people, null]).toContain(changes.find(({ field }) => field === 'person')?.before);
  });

  it('of a merge tells what moves, what conflicts and what is lost', async () => {
    const [keep, absorb] = [await add(crm), accounts[crm].deal()];
    await mutate(gateway, 'updateDeal', { id: absorb, title: 'Other title' });
    const select =
      'merge { moves { deal kind count } conflicts { deal field kept absorbed } losses { deal what } } changes { record field after }';
    const control = { preview: true };
    const previewed = await mutate(gateway, 'mergeDeals', { keep, absorb: [absorb] }, { select, control });
    expect(previewed).toMatchObject({
      outcome: 'PREVIEWED',
      changes: [{ record: absorb, field: 'status', after: 'DELETED' }],
      merge: {
        conflicts: expect.arrayContaining([{ deal: absorb, field: 'title', kept: 'x', absorbed: 'Other title' }]),
      },
    });
    const plain = await mutate(gateway, 'mergeDeals', { keep, absorb: [absorb] }, { select });
    expect(plain).toMatchObject({ outcome: 'APPLIED', merge: null });
  });

  it('is refused for what the write would be refused for', async () => {
    const control = { preview: true };
    expectRefused(await mutate(gateway, 'updateDeal', { id: `${crm}:Deal:1`, title: ' ' }, { control }), {
      code: 'INVALID_INPUT',
      path: ['input', 'title'],
    });
    const gone = await mutate(gateway, 'deleteDeal', { id: accounts[crm].unknown('Deal') }, { control });
    expect(gone).toMatchObject({ outcome: 'REJECTED', problems: [{ code: 'NOT_FOUND', path: ['input', 'id'] }] });
  });
});

function order(changes: readonly { readonly field: string }[], [field]: readonly unknown[]): number {
  return changes.findIndex((change) => change.field === field);
}
