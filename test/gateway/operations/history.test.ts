import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { hold } from '../../support/held.ts';
import { type Account, accountsOf } from '../writes/account.ts';
import { type CrmId, mutate, send } from '../writes/support.ts';

let gateway: TestGateway;
let accounts: Readonly<Record<CrmId, Account>>;

beforeAll(async () => {
  gateway = await startTestGateway({
    pipedrive: { deals: 60 },
    pipelinedeals: { deals: 60 },
    env: { DEALGRAPH_ALLOW_CALL_CRM: '1' },
  });
  accounts = accountsOf(gateway);
});
afterAll(() => gateway.close());

const FIELDS = `id mutation state at finishedAt caller crms { id } input outcome problems { code path }
  changes { record field before after } calls { crm { id } method path tokens } dealIds deals { id title } undoneBy { id }`;

interface Page {
  readonly nodes: readonly Readonly<Record<string, unknown>>[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

async function list(args: object = {}): Promise<Page> {
  const answer = await gateway.query<{ operations: Page }>(
    `query ($first: Int, $after: String, $filter: OperationFilter) {
      operations(first: $first, after: $after, filter: $filter) {
        nodes { ${FIELDS} } pageInfo { hasNextPage hasPreviousPage endCursor }
      }
    }`,
    args as Record<string, unknown>,
  );
  expect(answer.errors).toBeUndefined();
  return answer.data?.operations as Page;
}

const OPERATION = 'deal { id } operation { id }';

const idOf = (written: object) => (written as { operation: { id: string } | null }).operation?.id ?? null;

it('an operation tells who did what, when, by which calls, and what changed', async () => {
  const id = accounts.pipedrive.deal();
  const title = accounts.pipedrive.titleOf(id);
  const input = { id, title: 'Told', value: '12.50' };
  const written = await mutate(gateway, 'updateDeal', input, { select: OPERATION });
  const answer = await gateway.query(`query ($id: ID!) { operation(id: $id) { ${FIELDS} } }`, { id: idOf(written) });
  expect(answer.data?.operation).toEqual({
    id: idOf(written),
    mutation: 'updateDeal',
    state: 'DONE',
    at: expect.stringMatching(/Z$/),
    finishedAt: expect.stringMatching(/Z$/),
    caller: 'anonymous',
    crms: [{ id: 'pipedrive' }],
    input: { id, title: 'Told', value: '12.5' },
    outcome: 'APPLIED',
    problems: [],
    changes: [
      { record: id, field: 'title', before: title, after: 'Told' },
      { record: id, field: 'value', before: expect.any(String), after: '12.5' },
    ],
    calls: [{ crm: { id: 'pipedrive' }, method: 'PATCH', path: '/api/v2/deals/{id}', tokens: 5 }],
    dealIds: [id],
    deals: [{ id, title: 'Told' }],
    undoneBy: null,
  });
});

it('an operation that nobody knows is null, and so is one of an input that was refused', async () => {
  const answer = await gateway.query('{ operation(id: "01JZZZZZZZZZZZZZZZZZZZZZZZ") { id } }');
  expect(answer).toMatchObject({ data: { operation: null }, errors: undefined });
  const refused = await mutate(gateway, 'addDeal', { crm: 'pipedrive', title: ' ' }, { select: OPERATION });
  expect(idOf(refused)).toBeNull();
});

describe('operations', () => {
  it('are listed newest first, page by page', async () => {
    const made: (string | null)[] = [];
    for (const title of ['One', 'Two', 'Three', 'Four', 'Five']) {
      made.push(idOf(await mutate(gateway, 'addDeal', { crm: 'pipelinedeals', title }, { select: OPERATION })));
    }
    const seen: unknown[] = [];
    let after: string | null = null;
    do {
      const page: Page = await list({ first: 2, after });
      seen.push(...page.nodes.map(({ id }) => id));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null && seen.length < 5);
    expect(seen.slice(0, 5)).toEqual(made.toReversed());
    const bad = await gateway.query('{ operations(after: "nonsense") { nodes { id } } }');
    expect(bad.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'after' });
  });

  it('are filtered by CRM, mutation, outcome, deal, caller and time', async () => {
    const id = accounts.pipelinedeals.deal();
    const since = new Date().toISOString();
    await mutate(gateway, 'updateDeal', { id, title: 'Filtered' });
    await mutate(gateway, 'deleteDeal', { id: accounts.pipelinedeals.unknown('Deal') });
    const names = async (filter: object) => (await list({ filter })).nodes.map(({ mutation }) => mutation);
    expect(await names({ deal: id })).toEqual(['updateDeal']);
    expect(await names({ since })).toEqual(['deleteDeal', 'updateDeal']);
    expect(await names({ since, outcome: ['REJECTED'] })).toEqual(['deleteDeal']);
    expect(await names({ since, mutation: 'updateDeal', state: ['DONE'], caller: 'anonymous' })).toEqual([
      'updateDeal',
    ]);
    expect(await names({ since, crm: 'pipedrive' })).toEqual([]);
    expect(await names({ since, caller: 'somebody' })).toEqual([]);
    expect(await names({ until: '2001-01-01T00:00:00Z' })).toEqual([]);
  });

  it('a deal that was made is found by its id', async () => {
    const added = await mutate(gateway, 'addDeal', { crm: 'pipedrive', title: 'Found' }, { select: OPERATION });
    const { nodes } = await list({ filter: { deal: added.deal?.id } });
    expect(nodes.map(({ id }) => id)).toEqual([idOf(added)]);
  });
});

it('credentials in an input are not kept', async () => {
  const canary = 'very-secret-value';
  const answer = await gateway.query(
    `mutation ($body: JSON) {
      callCrm(crm: "pipedrive", method: POST, path: "/v1/notes", body: $body) { outcome operation { id input } }
    }`,
    { body: { content: 'Hello', api_token: canary, nested: [{ password: canary }] } },
  );
  expect(JSON.stringify(answer)).not.toContain(canary);
  const { nodes } = await list({ first: 1 });
  expect(nodes[0]?.input).toMatchObject({
    path: '/v1/notes',
    body: { content: 'Hello', api_token: '[removed]', nested: [{ password: '[removed]' }] },
  });
});

it('writes on one deal go in order; a deletion beside another write is refused', async () => {
  const id = accounts.pipedrive.deal();
  const held = hold(gateway.pipedrive, ({ method }) => method === 'PATCH');
  const update = (title: string) => send(gateway, 'updateDeal', { id, title });
  const [first, second] = [update('First'), update('Second')];
  await eventually(() => expect(held.log.some(({ method }) => method === 'PATCH')).toBe(true));
  const deleted = await send(gateway, 'deleteDeal', { id });
  expect(deleted).toMatchObject({ outcome: 'REJECTED', problems: [{ code: 'IN_PROGRESS', path: ['input', 'id'] }] });
  const merged = await send(gateway, 'mergeDeals', { keep: accounts.pipedrive.deal(), absorb: [id] });
  expect(merged).toMatchObject({
    outcome: 'REJECTED',
    problems: [{ code: 'IN_PROGRESS', path: ['input', 'absorb', '0'], isRetryable: true }],
  });
  held.release();
  expect((await Promise.all([first, second])).map(({ deal }) => deal?.title)).toEqual(['First', 'Second']);
  expect((await send(gateway, 'deleteDeal', { id })).outcome).toBe('APPLIED');
});
