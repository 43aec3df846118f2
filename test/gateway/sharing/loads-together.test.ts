import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { askAtOnce } from '../../support/at-once.ts';
import { aCaller, bearer, configOf } from '../../support/callers.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import type { GraphQLAnswer } from '../../support/graphql-client.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ pipedrive: { deals: 120 }, pipelinedeals: { deals: 5 } });
});
afterAll(() => gateway.close());
beforeEach(async () => {
  gateway.pipedrive.reset();
  // What is kept is read before anything is counted.
  await gateway.query('{ stages { id } }');
});

const FIELDS = 'title person { name } organization { name } products { nodes { name quantity } }';
const one = (id: string | number, fields = FIELDS) => `{ deal(id: "pipedrive:Deal:${id}") { id ${fields} } }`;
const costOf = ({ extensions }: GraphQLAnswer) => ({
  requests: extensions?.upstream.byCrm.pipedrive?.requests ?? 0,
  coalesced: extensions?.upstream.byCrm.pipedrive?.coalesced ?? 0,
  tokens: extensions?.upstream.tokens.pipedrive ?? 0,
});
const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

/** Deals that are there, with person and organization. */
function dealIds(count: number): readonly number[] {
  const deals = [...gateway.pipedrive.store.deals.values()].filter(
    (deal) => !deal.is_deleted && !deal.is_archived && deal.person_id !== null && deal.org_id !== null,
  );
  expect(deals.length).toBeGreaterThanOrEqual(count);
  return deals.slice(0, count).map(({ id }) => id);
}

/** What these operations are answered at once, and what the CRM was sent for them. */
async function ask(queries: readonly string[], headers: Readonly<Record<string, string>> = {}) {
  const from = gateway.pipedrive.log.length;
  const answers = await askAtOnce(
    gateway.url,
    queries.map((query) => ({ query, headers })),
  );
  return { answers, log: gateway.pipedrive.log.slice(from) };
}

it('40 single deals asked for at once, with all that hangs on them, take a request of each kind', async () => {
  const ids = dealIds(40);
  const alone = [];
  for (const id of ids) alone.push(await gateway.query(one(id)));
  const { answers, log } = await ask(ids.map((id) => one(id)));
  expect(answers.map(({ data, errors }) => ({ data, errors }))).toEqual(
    alone.map(({ data, errors }) => ({ data, errors })),
  );
  expect(log.map(({ path }) => path).toSorted()).toEqual([
    '/api/v2/deals',
    '/api/v2/deals/products',
    '/api/v2/organizations',
    '/api/v2/persons',
  ]);
  const costs = answers.map(costOf);
  expect(sum(costs.map(({ requests }) => requests))).toBe(4);
  expect(sum(costs.map(({ tokens }) => tokens))).toBe(40);
  for (const [index, { requests, coalesced, tokens }] of costs.entries()) {
    const before = costOf(alone[index] as GraphQLAnswer);
    expect(requests + coalesced).toBe(4);
    expect(tokens).toBeLessThanOrEqual(before.tokens);
  }
});

it('few deals at once are read alone, since that costs fewer tokens', async () => {
  const { answers, log } = await ask(dealIds(6).map((id) => one(id, 'title')));
  expect(log).toHaveLength(6);
  expect(answers.map(costOf)).toEqual(Array(6).fill({ requests: 1, coalesced: 0, tokens: 1 }));
});

it('a deal that is archived and one that is not there are found as if alone', async () => {
  const ids = dealIds(30);
  const archived = ids[3] as number;
  Object.assign(gateway.pipedrive.store.deals.get(archived) as object, { is_archived: true });
  const { answers, log } = await ask([...ids, 999_999].map((id) => one(id, 'title isArchived')));
  expect(answers.map(({ data }) => (data?.deal as { isArchived: boolean } | null)?.isArchived ?? null)).toEqual([
    ...ids.map((id) => id === archived),
    null,
  ]);
  expect(log.map(({ path }) => path).toSorted()).toEqual(
    ['/api/v2/deals', `/api/v2/deals/${archived}`, '/api/v2/deals/999999'].toSorted(),
  );
  expect(Math.max(...answers.map((answer) => costOf(answer).tokens))).toBe(1);
  expect(sum(answers.map((answer) => costOf(answer).tokens))).toBe(12);
});

it('an operation shows what it paid of requests it shared', async () => {
  const cost = 'upstream { requests { min } tokens { min } calls { path requests tokens because } }';
  const { answers } = await ask(dealIds(25).map((id) => one(id, 'title').replace(/}$/, `${cost} }`)));
  const told = answers.map(({ data }) => data?.upstream as Record<string, unknown>);
  const path = expect.stringMatching(/^\/api\/v2\/deals\?ids=\d+(,\d+){24}&custom_fields=\w+&limit=/);
  const because = ['Query.deal'];
  expect(told.slice(0, 2)).toEqual([
    { requests: { min: 1 }, tokens: { min: 1 }, calls: [{ path, requests: 1, tokens: 1, because }] },
    { requests: { min: 0 }, tokens: { min: 1 }, calls: [{ path, requests: 0, tokens: 1, because }] },
  ]);
  expect(told[24]).toEqual({ requests: { min: 0 }, tokens: { min: 0 }, calls: [] });
});

it('a failure of a shared request is told to all who share it', async () => {
  gateway.pipedrive.faults.set({ path: '/api/v2/deals', kind: 'status', status: 403, times: 1 });
  const { answers } = await ask(dealIds(20).map((id) => one(id, 'title')));
  expect(new Set(answers.map(({ errors }) => errors?.[0]?.extensions.code)).size).toBe(1);
  expect(answers.every(({ errors }) => errors?.length === 1)).toBe(true);
});

it('a record that cannot be read fails for whoever asked for it', async () => {
  const ids = dealIds(25);
  Object.assign(gateway.pipedrive.store.deals.get(ids[7] as number) as object, { title: 7 });
  const { answers, log } = await ask(ids.map((id) => one(id, 'title')));
  expect(log).toHaveLength(1);
  expect(answers.flatMap(({ errors }, index) => (errors ? [index] : []))).toEqual([7]);
});

it('what one operation shows whole is not read together with what others show in part', async () => {
  const ids = dealIds(50);
  const whole = new Set(ids.filter((_id, index) => index % 2 === 1).map(String));
  const { answers, log } = await ask(ids.map((id) => one(id, whole.has(String(id)) ? 'title raw' : 'title')));
  const runs = log.map(({ query }) => new URLSearchParams(query).get('ids')?.split(',') ?? []);
  expect(runs.flat().length).toBeGreaterThan(0);
  expect(runs.filter((run) => new Set(run.map((id) => whole.has(id))).size > 1)).toEqual([]);
  for (const { data } of answers.filter((_answer, index) => index % 2 === 1)) {
    expect(data?.deal).toMatchObject({ raw: { custom_fields: expect.anything() } });
  }
});

it('operations with ceilings share requests, and stay below them', async () => {
  const ids = dealIds(25);
  const [free, limited] = [
    await ask(ids.map((id) => one(id, 'title'))),
    await ask(
      ids.map((id) => one(id, 'title')),
      { 'x-max-upstream-tokens': '1' },
    ),
  ];
  expect([free.log.length, limited.log.length]).toEqual([1, 1]);
  const refused = await ask(
    ids.map((id) => one(id, 'title')),
    { 'x-max-upstream-tokens': '0' },
  );
  expect(refused.log).toEqual([]);
  expect(refused.answers.map(({ errors }) => errors?.[0]?.extensions.code)).toEqual(Array(25).fill('BUDGET_EXCEEDED'));
});

it('callers share no requests', async () => {
  const callers = [aCaller('ana', ['read']), aCaller('ben', ['read'])];
  const own = await startTestGateway({ env: configOf(callers), pipedrive: { deals: 60 } });
  const ids = [...own.pipedrive.store.deals.keys()].slice(0, 50);
  await askAtOnce(
    own.url,
    ids.map((id) => ({ query: one(id, 'title'), headers: bearer(callers[id % 2]?.key ?? '') })),
  );
  const shared = own.pipedrive.log.flatMap(({ query }) => new URLSearchParams(query).get('ids')?.split(',') ?? []);
  const mixed = own.pipedrive.log.filter(({ query }) => {
    const own = new URLSearchParams(query).get('ids')?.split(',') ?? [];
    return new Set(own.map((id) => Number(id) % 2)).size > 1;
  });
  expect(mixed).toEqual([]);
  expect(shared.length).toBeGreaterThan(0);
  await own.close();
});

it('mutations read for themselves, and what is asked after one is read after it', async () => {
  const ids = dealIds(25);
  const renaming = `mutation { updateDeal(input: { id: "pipedrive:Deal:${ids[0]}", title: "Anew" }) { deal { title } } }`;
  const { answers, log } = await ask([...ids.map((id) => one(id, 'title')), renaming]);
  expect(answers.at(-1)?.data).toEqual({ updateDeal: { deal: { title: 'Anew' } } });
  expect(log.filter(({ path, method }) => method === 'GET' && path === `/api/v2/deals/${ids[0]}`)).not.toEqual([]);
  const after = await ask(ids.map((id) => one(id, 'title')));
  expect(after.answers[0]?.data).toMatchObject({ deal: { title: 'Anew' } });
});
