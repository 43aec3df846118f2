import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import type { Data } from '../reads/support.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ pipedrive: { deals: 120 }, pipelinedeals: { deals: 20 } });
});
afterAll(() => gateway.close());

const NESTED = '{ deals(crms: ["pipedrive"], first: 50) { nodes { person { name } organization { name } } } }';

async function ask(document: string, headers: Record<string, string>, variables: Record<string, unknown> = {}) {
  const before = gateway.pipedrive.log.length;
  const answer = await gateway.query<Data>(document, variables, headers);
  return { ...answer, sent: gateway.pipedrive.log.length - before };
}

describe('the header x-max-upstream-tokens', () => {
  it('refuses before the first call what costs more for certain', async () => {
    const { errors, data, sent } = await ask(NESTED, { 'x-max-upstream-tokens': '9' });
    expect(sent).toBe(0);
    expect(data ?? null).toBeNull();
    expect(errors).toHaveLength(1);
    expect(errors?.[0]?.extensions).toMatchObject({
      code: 'BUDGET_EXCEEDED',
      retryable: false,
      maxTokens: 9,
      tokens: 10,
    });
  });

  it('stops before the call that would cost more', async () => {
    const { errors, sent, extensions } = await ask(NESTED, { 'x-max-upstream-tokens': '20' });
    expect(sent).toBe(2);
    expect(extensions?.upstream.tokens).toEqual({ pipedrive: 20 });
    expect(new Set(errors?.map(({ extensions: { code } }) => code))).toEqual(new Set(['BUDGET_EXCEEDED']));
    expect(errors?.[0]?.extensions).toMatchObject({ maxTokens: 20, tokens: 30 });
  });

  it('lets pass what costs as much, and what a CRM without tokens is asked', async () => {
    const exact = await ask(NESTED, { 'x-max-upstream-tokens': '30' });
    expect(exact.errors).toBeUndefined();
    expect(exact.extensions?.upstream.tokens).toEqual({ pipedrive: 30 });
    const free = await ask('{ deals(crms: ["pipelinedeals"]) { nodes { id } } }', { 'x-max-upstream-tokens': '0' });
    expect(free.errors).toBeUndefined();
  });

  it('does not let a kept table that one operation may not read fail for another', async () => {
    const fresh = await startTestGateway({ pipedrive: { deals: 5 }, pipelinedeals: { deals: 5 } });
    try {
      const document = '{ deals(crms: ["pipedrive"], first: 2) { nodes { stage { name } } } }';
      const [poor, rich] = await Promise.all([
        fresh.query(document, {}, { 'x-max-upstream-tokens': '10' }),
        fresh.query(document),
      ]);
      expect(poor.errors?.[0]?.extensions.code ?? 'BUDGET_EXCEEDED').toBe('BUDGET_EXCEEDED');
      expect(rich.errors).toBeUndefined();
    } finally {
      await fresh.close();
    }
  });

  it.each(['', '-1', 'ten', '1.5'])('refuses %o', async (value) => {
    const { errors, sent } = await ask(NESTED, { 'x-max-upstream-tokens': value });
    expect(sent).toBe(0);
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'x-max-upstream-tokens' });
  });
});

describe('the header x-upstream-policy', () => {
  const FOUR = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }';
  const ids = [1, 2, 3, 4].map((id) => `pipedrive:Person:${id}`);

  it.each([
    ['BALANCED', 1, 10],
    ['tokens', 4, 4],
    ['REQUESTS', 1, 10],
  ])('%s reads four people in %i requests for %i tokens', async (policy, requests, tokens) => {
    const { extensions } = await ask(FOUR, { 'x-upstream-policy': policy }, { ids });
    expect(extensions?.upstream).toMatchObject({ requests, tokens: { pipedrive: tokens } });
  });

  it('refuses another', async () => {
    const { errors, sent } = await ask(FOUR, { 'x-upstream-policy': 'CHEAP' }, { ids });
    expect(sent).toBe(0);
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'x-upstream-policy' });
  });
});

describe('Control.maxTokens', () => {
  const ADD = `mutation ($max: Int) { addDeal(input: { crm: "pipedrive", title: "x" }, control: { maxTokens: $max }) {
    outcome problems { code message } deal { id title } } }`;

  it('refuses a mutation that takes more with what is read for its answer', async () => {
    const { data, sent } = await ask(ADD, {}, { max: 5 });
    expect(sent).toBe(0);
    expect(data?.addDeal).toMatchObject({ outcome: 'REJECTED', problems: [{ code: 'BUDGET_EXCEEDED' }], deal: null });
  });

  it('lets one pass that takes as much', async () => {
    const { data, extensions } = await ask(ADD, {}, { max: 6 });
    expect(data?.addDeal).toMatchObject({ outcome: 'APPLIED', problems: [] });
    expect(extensions?.upstream.tokens).toEqual({ pipedrive: 6 });
  });

  it('holds for its own mutation only', async () => {
    const { data } = await ask(
      `mutation { a: addDeal(input: { crm: "pipedrive", title: "a" }, control: { maxTokens: 1 }) { outcome }
         b: addDeal(input: { crm: "pipedrive", title: "b" }) { outcome } }`,
      {},
    );
    expect(data).toEqual({ a: { outcome: 'REJECTED' }, b: { outcome: 'APPLIED' } });
  });

  it('says what was done where a write of several steps is stopped in between, and is not begun where that is certain', async () => {
    const add = async () => (await ask(ADD, {}, { max: 100 })).data.addDeal.deal.id;
    const [keep, first, second] = [await add(), await add(), await add()];
    const { data } = await ask(
      `mutation ($input: MergeDealsInput!) { mergeDeals(input: $input, control: { maxTokens: 82 }) {
        outcome problems { code path } deal { id } } }`,
      {},
      { input: { keep, absorb: [first, second] } },
    );
    expect(data?.mergeDeals).toMatchObject({
      outcome: 'PARTIAL',
      problems: [{ code: 'BUDGET_EXCEEDED', path: ['input', 'absorb', '1'] }],
      deal: { id: keep },
    });
    expect((await ask(ADD, {}, { max: 4 })).sent).toBe(0);
  });
});

it('a configured ceiling holds for every operation, and a header cannot raise it', async () => {
  const held = await startTestGateway({
    pipedrive: { deals: 20 },
    pipelinedeals: { deals: 5 },
    env: { DEALGRAPH_MAX_TOKENS_PER_OPERATION: '9', DEALGRAPH_PLAN_POLICY: 'tokens' },
  });
  try {
    const answer = await held.query(NESTED, {}, { 'x-max-upstream-tokens': '1000' });
    expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'BUDGET_EXCEEDED', maxTokens: 9 });
    const ids = [1, 2, 3, 4, 5].map((id) => `pipedrive:Person:${id}`);
    const five = await held.query('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids });
    expect(five.errors).toBeUndefined();
    expect(five.extensions?.upstream).toMatchObject({ requests: 5, tokens: { pipedrive: 5 } });
  } finally {
    await held.close();
  }
});

it('budgets are what the CRMs say of them', async () => {
  const limited = await startTestGateway({
    pipedrive: { deals: 5, burst: 20 },
    pipelinedeals: { deals: 5, requestsPerSecond: 10 },
  });
  try {
    const BUDGET = '{ crms { id budget { unit limit remaining resetsAt window { limit remaining } } } }';
    const before = await limited.query<Data>(BUDGET);
    expect(before.data.crms.map(({ budget }: Data) => budget)).toEqual([null, null]);
    await limited.query('{ deals(first: 1) { nodes { id } } }');
    const after = await limited.query<Data>(BUDGET);
    expect(after.extensions?.upstream.requests).toBe(0);
    expect(after.data.crms).toEqual([
      {
        id: 'pipedrive',
        budget: {
          unit: 'TOKENS',
          limit: expect.any(Number),
          remaining: expect.any(Number),
          resetsAt: null,
          window: { limit: 20, remaining: 19 },
        },
      },
      {
        id: 'pipelinedeals',
        budget: {
          unit: 'REQUESTS',
          limit: 10,
          remaining: expect.any(Number),
          resetsAt: expect.any(String),
          window: { limit: 10, remaining: expect.any(Number) },
        },
      },
    ]);
  } finally {
    await limited.close();
  }
});
