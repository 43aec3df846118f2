import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Fault } from '../../../src/sandbox/kit/faults.ts';
import { listen } from '../../../src/sandbox/kit/simulator.ts';
import { createPipedriveSandbox } from '../../../src/sandbox/pipedrive/index.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { type Account, accountsOf } from './account.ts';
import { CRMS, type CrmId, mutate, send, writesOf } from './support.ts';

/** What no message may repeat. */
const CRM_TEXT = 'Sorry, says the CRM';
/** Long enough for all writes at once to be sent on a busy machine. */
const DEADLINE_MS = 4_000;

let gateway: TestGateway;
let accounts: Readonly<Record<CrmId, Account>>;

beforeAll(async () => {
  gateway = await startTestGateway({
    pipedrive: { deals: 900 },
    pipelinedeals: { deals: 900 },
    env: { DEALGRAPH_MUTATION_TIMEOUT_MS: String(DEADLINE_MS) },
  });
  accounts = accountsOf(gateway);
});
afterEach(() => {
  gateway.pipedrive.faults.set();
  gateway.pipelinedeals.faults.set();
});
afterAll(() => gateway.close());

interface Write {
  readonly crm: CrmId;
  readonly mutation: string;
  readonly input: () => Promise<Readonly<Record<string, unknown>>> | Readonly<Record<string, unknown>>;
  /** The write that is struck. */
  readonly method: string;
}

const onDeals = (crm: CrmId): readonly Write[] => {
  const deal = () => accounts[crm].deal();
  // The second deal has something the first lacks, so that a merge has something to write first.
  const mergeable = async () => {
    const keep = await mutate(gateway, 'addDeal', { crm, title: 'Kept' });
    const absorb = await mutate(gateway, 'addDeal', { crm, title: 'Absorbed', person: accounts[crm].people[0] });
    return { keep: keep.deal?.id, absorb: [absorb.deal?.id] };
  };
  return [
    { crm, mutation: 'addDeal', input: () => ({ crm, title: `New ${randomUUID()}` }), method: 'POST' },
    {
      crm,
      mutation: 'updateDeal',
      input: () => ({ id: deal(), title: 'Changed' }),
      method: crm === 'pipedrive' ? 'PATCH' : 'PUT',
    },
    { crm, mutation: 'mergeDeals', input: mergeable, method: 'PUT' },
    { crm, mutation: 'duplicateDeal', input: () => ({ id: deal() }), method: 'POST' },
    { crm, mutation: 'deleteDeal', input: () => ({ id: deal() }), method: 'DELETE' },
  ];
};

const WRITES: readonly Write[] = [
  ...onDeals('pipedrive'),
  ...onDeals('pipelinedeals'),
  {
    crm: 'pipedrive',
    mutation: 'addDealProducts',
    input: () => ({ deal: accounts.pipedrive.deal(), products: [line()] }),
    method: 'POST',
  },
  {
    crm: 'pipedrive',
    mutation: 'updateDealProduct',
    input: async () => ({ id: await lined(), quantity: '3' }),
    method: 'PATCH',
  },
  {
    crm: 'pipedrive',
    mutation: 'deleteDealProducts',
    input: async () => ({ ids: [await lined()] }),
    method: 'DELETE',
  },
];

function line() {
  const product = [...gateway.pipedrive.store.products.values()].find((one) => one.is_linkable && !one.is_deleted);
  return { product: `pipedrive:Product:${product?.id}`, unitPrice: '1', quantity: '1' };
}

/** The only line of some deal. */
async function lined(): Promise<string> {
  const added = await mutate(
    gateway,
    'addDealProducts',
    { deal: accounts.pipedrive.deal(), products: [line()] },
    { select: 'dealProducts { id }' },
  );
  return String(added.dealProducts?.[0]?.id);
}

/** Where nobody listens any more. */
async function closedUrl(): Promise<string> {
  const { url, close } = await listen(createPipedriveSandbox({ deals: 0 }));
  await close();
  return url;
}

/** Strikes the write of a mutation, and only that. */
async function struck({ crm, mutation, input, method }: Write, fault: Omit<Fault, 'method'>) {
  const given = await input();
  gateway[crm].faults.set({ ...fault, method });
  const written = await mutate(gateway, mutation, given);
  return { written, writes: writesOf(written.sent[crm]) };
}

/** How each CRM says how long to wait: Pipedrive in seconds from now, PipelineDeals as a time in seconds. */
function waitHeaders(crm: CrmId, seconds: number): Record<string, string> {
  const now = crm === 'pipedrive' ? 0 : Math.floor(Date.now() / 1_000);
  return { 'x-ratelimit-reset': String(now + seconds) };
}

describe.each(WRITES)('$mutation on $crm', (write) => {
  const { crm } = write;

  it('refused by the CRM is rejected, in our words', async () => {
    const refusal: Record<CrmId, Omit<Fault, 'method'>> = {
      pipedrive: { kind: 'status', status: 400, body: JSON.stringify({ success: false, error: CRM_TEXT }) },
      pipelinedeals: { kind: 'status', status: 422, body: JSON.stringify([{ field: 'base', msg: CRM_TEXT }]) },
    };
    const { written, writes } = await struck(write, refusal[crm]);
    expect(written).toMatchObject({
      outcome: 'REJECTED',
      problems: [{ code: 'REJECTED_BY_CRM', isRetryable: false, crm: { id: crm } }],
      deal: null,
    });
    expect(JSON.stringify(written.problems)).not.toContain(CRM_TEXT);
    expect(writes).toHaveLength(1);
  });

  it.each([
    { status: 401, code: 'UPSTREAM_UNAUTHORIZED' },
    { status: 403, code: 'FORBIDDEN' },
  ])('answered $status is rejected as $code', async ({ status, code }) => {
    const { written, writes } = await struck(write, { kind: 'status', status, body: '{}' });
    expect(written).toMatchObject({ outcome: 'REJECTED', problems: [{ code, crm: { id: crm } }], deal: null });
    expect(writes).toHaveLength(1);
  });

  it.each<{ given: string; fault: Omit<Fault, 'method'> }>([
    { given: 'a connection that breaks', fault: { kind: 'drop' } },
    { given: 'a 500', fault: { kind: 'status', status: 500 } },
    { given: 'a 503 that names a wait', fault: { kind: 'status', status: 503, headers: { 'retry-after': '0' } } },
    { given: 'HTML', fault: { kind: 'html' } },
  ])('with $given is unknown, and never sent again', async ({ fault }) => {
    const { written, writes } = await struck(write, fault);
    expect(written).toMatchObject({
      outcome: 'UNKNOWN',
      problems: [{ code: 'OUTCOME_UNKNOWN', isRetryable: false, crm: { id: crm } }],
      deal: null,
    });
    expect(written.problems).toHaveLength(1);
    expect(writes).toHaveLength(1);
  });

  it('with an answer lost after the effect is found to be done, and never sent again', async () => {
    const { written, writes } = await struck(write, { kind: 'dropAfter', times: 1 });
    expect(written).toMatchObject({ outcome: 'APPLIED', problems: [] });
    expect(written.deal?.id).toBeDefined();
    expect(new Set(writes.map(({ method, path, query }) => `${method} ${path}?${query}`)).size).toBe(writes.length);
  });

  it('throttled before it was done is sent again after the stated wait', async () => {
    const headers = waitHeaders(crm, 0);
    const { written, writes } = await struck(write, { kind: 'status', status: 429, headers, times: 1 });
    expect(written).toMatchObject({ outcome: 'APPLIED', problems: [] });
    expect(writes.slice(0, 2).map(({ status }) => status)).toEqual([429, expect.any(Number)]);
    expect(writes[1]).toMatchObject({ path: writes[0]?.path, body: writes[0]?.body });
    expect(writes.filter(({ path, status }) => path === writes[0]?.path && status !== 429)).toHaveLength(1);
  });
});

describe('an answer of another shape', () => {
  it.each(
    // A deletion on PipelineDeals is answered without a body, so that there is no shape to be wrong.
    WRITES.filter(({ crm, mutation }) => !(crm === 'pipelinedeals' && mutation === 'deleteDeal')),
  )('to $mutation on $crm leaves its outcome unknown', async (write) => {
    const { written, writes } = await struck(write, { kind: 'garbage' });
    expect(written).toMatchObject({ outcome: 'UNKNOWN', problems: [{ code: 'OUTCOME_UNKNOWN' }], deal: null });
    expect(writes).toHaveLength(1);
  });
});

it.each(CRMS)(
  'a write that %s throttles for longer than is worth waiting is rejected, and says when to try again',
  async (crm) => {
    // A throttled account keeps everything waiting, so it is not the one the other tests use.
    const throttled = await startTestGateway({
      pipedrive: { deals: 20 },
      pipelinedeals: { deals: 20 },
      env: { DEALGRAPH_MUTATION_TIMEOUT_MS: String(DEADLINE_MS) },
    });
    throttled[crm].faults.set({ method: 'POST', kind: 'status', status: 429, headers: waitHeaders(crm, 30) });
    const written = await mutate(throttled, 'addDeal', { crm, title: 'New' });
    await throttled.close();
    expect(written).toMatchObject({
      outcome: 'REJECTED',
      problems: [{ code: 'RATE_LIMITED', isRetryable: true, retryAt: expect.any(String), crm: { id: crm } }],
      deal: null,
    });
    expect(writesOf(written.sent[crm])).toHaveLength(1);
  },
);

it('a CRM that cannot be reached rejects the write, which was never sent', async () => {
  const env = { PIPEDRIVE_API_URL: await closedUrl() };
  const alone = await startTestGateway({ pipedrive: { deals: 20 }, pipelinedeals: { deals: 20 }, env });
  const written = await mutate(alone, 'addDeal', { crm: 'pipedrive', title: 'New' });
  await alone.close();
  expect(written).toMatchObject({
    outcome: 'REJECTED',
    problems: [{ code: 'UPSTREAM_UNAVAILABLE', isRetryable: true, crm: { id: 'pipedrive' } }],
    deal: null,
  });
});

it('no answer within the deadline leaves every write unknown, and none is sent again', async () => {
  const given: Readonly<Record<string, unknown>>[] = [];
  for (const { input } of WRITES) given.push(await input());
  const logged = { pipedrive: gateway.pipedrive.log.length, pipelinedeals: gateway.pipelinedeals.log.length };
  for (const crm of CRMS) {
    gateway[crm].faults.set(...['POST', 'PUT', 'PATCH', 'DELETE'].map((method) => ({ method, kind: 'hang' as const })));
  }
  const written = await Promise.all(WRITES.map(({ mutation }, index) => send(gateway, mutation, given[index] ?? {})));
  expect(written.map(({ outcome }) => outcome)).toEqual(WRITES.map(() => 'UNKNOWN'));
  expect(written.map(({ problems }) => problems[0]?.code)).toEqual(WRITES.map(() => 'OUTCOME_UNKNOWN'));
  for (const crm of CRMS) {
    const sent = writesOf(gateway[crm].log.slice(logged[crm]));
    expect(sent).toHaveLength(WRITES.filter((write) => write.crm === crm).length);
  }
});

describe('a read before the write that fails', () => {
  it.each(CRMS)('rejects the write on %s, of which nothing was sent', async (crm) => {
    const id = accounts[crm].deal();
    gateway[crm].faults.set({ method: 'GET', kind: 'status', status: 403, body: '{}' });
    const deleted = await mutate(gateway, 'deleteDeal', { id });
    expect(deleted).toMatchObject({ outcome: 'REJECTED', problems: [{ crm: { id: crm } }], deal: null });
    expect(deleted.problems[0]?.code).toBe('FORBIDDEN');
    expect(writesOf(deleted.sent[crm])).toEqual([]);
    gateway[crm].faults.set();
    expect(accounts[crm].titleOf(id)).not.toBeNull();
  });
});

describe('a read after the write that fails', () => {
  it.each(CRMS)('does not hide that the write on %s was done', async (crm) => {
    const before = accounts[crm].countDeals();
    gateway[crm].faults.set({ method: 'GET', kind: 'status', status: 403, body: '{}' });
    const answer = await gateway.query<{ addDeal: { outcome: string; deal: null } }>(
      'mutation ($input: AddDealInput!) { addDeal(input: $input) { outcome deal { title } } }',
      { input: { crm, title: 'Done' } },
    );
    expect(answer.data?.addDeal).toEqual({ outcome: 'APPLIED', deal: null });
    expect(answer.errors).toMatchObject([{ path: ['addDeal', 'deal'], extensions: { code: 'FORBIDDEN', crm } }]);
    expect(accounts[crm].countDeals()).toBe(before + 1);
  });
});

it('no failure hides the outcome of another mutation', async () => {
  const [failing, working] = [accounts.pipedrive.deal(), accounts.pipelinedeals.deal()];
  gateway.pipedrive.faults.set({ method: 'PATCH', kind: 'drop' });
  const answer = await gateway.query(
    `mutation ($failing: UpdateDealInput!, $working: UpdateDealInput!) {
      failing: updateDeal(input: $failing) { outcome deal { title } }
      working: updateDeal(input: $working) { outcome deal { title } }
    }`,
    { failing: { id: failing, title: 'x' }, working: { id: working, title: 'Done' } },
  );
  expect(answer.data).toEqual({
    failing: { outcome: 'UNKNOWN', deal: null },
    working: { outcome: 'APPLIED', deal: { title: 'Done' } },
  });
});
