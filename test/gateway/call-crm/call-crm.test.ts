import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LogEntry } from '../../../src/sandbox/kit/simulator.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { type CrmId, lines, type SeenProblem } from '../writes/support.ts';

const CALL = `mutation Call($crm: ID!, $method: HttpMethod!, $path: String!, $query: JSON, $body: JSON, $control: Control) {
  callCrm(crm: $crm, method: $method, path: $path, query: $query, body: $body, control: $control) {
    __typename outcome problems { code message path isRetryable crm { id } } status body
  }
}`;

interface Called {
  readonly __typename: string;
  readonly outcome: string;
  readonly problems: readonly SeenProblem[];
  readonly status: number | null;
  readonly body: unknown;
}

interface Variables extends Record<string, unknown> {
  readonly crm: string;
  readonly method: string;
  readonly path: string;
  readonly query?: unknown;
  readonly body?: unknown;
  readonly control?: unknown;
}

async function call(gateway: TestGateway, variables: Variables) {
  const before = { pipedrive: gateway.pipedrive.log.length, pipelinedeals: gateway.pipelinedeals.log.length };
  const answer = await gateway.query<{ callCrm: Called }>(CALL, variables);
  expect(answer.errors).toBeUndefined();
  const text = JSON.stringify(answer);
  for (const secret of [gateway.pipedrive.token, ...gateway.pipelinedeals.canaries]) expect(text).not.toContain(secret);
  const called = answer.data?.callCrm;
  if (!called) throw new Error('callCrm answered nothing');
  const sent: readonly LogEntry[] = [
    ...gateway.pipedrive.log.slice(before.pipedrive),
    ...gateway.pipelinedeals.log.slice(before.pipelinedeals),
  ];
  return { ...called, sent, upstream: answer.extensions?.upstream };
}

describe('where the configuration allows it', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway({ env: { DEALGRAPH_ALLOW_CALL_CRM: '1' } });
  });
  afterAll(() => gateway.close());

  const pipedriveDeal = () => {
    const deal = [...gateway.pipedrive.store.deals.values()].find((one) => !one.is_deleted && !one.is_archived);
    if (!deal) throw new Error('the seed has no deal');
    return deal;
  };

  it('reads from version 2 of Pipedrive, at its price', async () => {
    const { id, title } = pipedriveDeal();
    const called = await call(gateway, { crm: 'pipedrive', method: 'GET', path: `/api/v2/deals/${id}` });
    expect(called).toMatchObject({
      __typename: 'CallCrmResult',
      outcome: 'APPLIED',
      problems: [],
      status: 200,
      body: { success: true, data: { id, title } },
      upstream: { requests: 1, tokens: { pipedrive: 1 } },
    });
  });

  it('passes parameters on, those that are given several times too', async () => {
    const query = { ids: '1,2', limit: 3, include_labels: true };
    const called = await call(gateway, { crm: 'pipedrive', method: 'GET', path: '/api/v2/deals', query });
    expect(called.status).toBe(200);
    expect(called.sent.map(({ query: sent }) => sent)).toEqual(['ids=1%2C2&limit=3&include_labels=true']);
    const stages = { 'conditions[deal_stage][]': [2_600_102, 2_600_103], totals: true };
    const listed = await call(gateway, { crm: 'pipelinedeals', method: 'GET', path: '/deals.json', query: stages });
    expect(listed.status).toBe(200);
    expect(listed.sent[0]?.query).toContain(
      'conditions%5Bdeal_stage%5D%5B%5D=2600102&conditions%5Bdeal_stage%5D%5B%5D=2600103',
    );
  });

  it('writes to version 1 of Pipedrive, and what is read in the same operation is read anew', async () => {
    const { id } = pipedriveDeal();
    const answer = await gateway.query<{ call: Called; update: { deal: { title: string } } }>(
      `mutation ($path: String!, $body: JSON, $id: ID!) {
        call: callCrm(crm: "pipedrive", method: PATCH, path: $path, body: $body) { outcome status }
        update: updateDeal(input: { id: $id, probability: 12 }) { deal { title } }
      }`,
      { path: `/api/v2/deals/${id}`, body: { title: 'By hand' }, id: `pipedrive:Deal:${id}` },
    );
    expect(answer.data).toMatchObject({
      call: { outcome: 'APPLIED', status: 200 },
      update: { deal: { title: 'By hand' } },
    });
    const added = await call(gateway, {
      crm: 'pipedrive',
      method: 'POST',
      path: `/v1/deals/${id}/participants`,
      body: { person_id: [...gateway.pipedrive.store.persons.keys()][0] },
    });
    expect(added).toMatchObject({ outcome: 'APPLIED', upstream: { tokens: { pipedrive: 10 } } });
  });

  it('reads, writes and deletes in PipelineDeals', async () => {
    const path = '/deals.json';
    const body = { deal: { name: 'By hand', value: '12.5' } };
    const added = await call(gateway, { crm: 'pipelinedeals', method: 'POST', path, body });
    expect(added).toMatchObject({ outcome: 'APPLIED', status: 200, body: { name: 'By hand' } });
    const { id } = added.body as { id: number };
    const gone = await call(gateway, { crm: 'pipelinedeals', method: 'DELETE', path: `/deals/${id}.json` });
    expect(gone).toMatchObject({ outcome: 'APPLIED', status: 204, body: null });
    expect(lines(gone.sent)).toEqual([`DELETE /api/v3/deals/${id}.json`]);
    expect(gateway.pipelinedeals.store.deals.has(id)).toBe(false);
  });

  it.each(['/users.json', '/profile.json'])('takes the secrets out of %s', async (path) => {
    const called = await call(gateway, { crm: 'pipelinedeals', method: 'GET', path });
    expect(called.outcome).toBe('APPLIED');
    expect(JSON.stringify(called.body)).not.toMatch(/api_key|account_key|w2lid/);
  });

  it.each([
    { crm: 'pipedrive', method: 'GET', path: '/api/v2/deals/987654321', status: 404, code: 'NOT_FOUND' },
    { crm: 'pipedrive', method: 'POST', path: '/api/v2/deals', status: 400, code: 'REJECTED_BY_CRM' },
    { crm: 'pipelinedeals', method: 'POST', path: '/deals.json', status: 422, code: 'REJECTED_BY_CRM' },
  ])("tells $crm's refusal of $method $path with its answer", async ({ status, code, ...request }) => {
    const body = request.method === 'POST' ? { nothing: true } : undefined;
    const called = await call(gateway, { ...request, ...(body && { body }) });
    expect(called).toMatchObject({
      outcome: 'REJECTED',
      status,
      problems: [{ code, path: ['path'], crm: { id: request.crm } }],
    });
    expect(called.body).not.toBeNull();
  });

  it.each<{ crm: CrmId; path: string }>([
    { crm: 'pipedrive', path: '/' },
    { crm: 'pipedrive', path: '' },
    { crm: 'pipedrive', path: '/api/v2/' },
    { crm: 'pipedrive', path: '/api/v2' },
    { crm: 'pipedrive', path: '/api/v1/users/me' },
    { crm: 'pipedrive', path: '/oauth/token' },
    { crm: 'pipedrive', path: 'api/v2/deals' },
    { crm: 'pipedrive', path: '/api/v2/../../oauth/token' },
    { crm: 'pipedrive', path: '/api/v2/deals/..' },
    { crm: 'pipedrive', path: '/api/v2/./deals' },
    { crm: 'pipedrive', path: '/api/v2/%2e%2e/v1/users' },
    { crm: 'pipedrive', path: '/api/v2/deals%2f1' },
    { crm: 'pipedrive', path: '/api/v2//deals' },
    { crm: 'pipedrive', path: '/api/v2/deals?limit=1' },
    { crm: 'pipedrive', path: '/api/v2/deals#x' },
    { crm: 'pipedrive', path: '/api/v2/deals/' },
    { crm: 'pipedrive', path: '//evil.example/api/v2/deals' },
    { crm: 'pipedrive', path: 'https://evil.example/api/v2/deals' },
    { crm: 'pipedrive', path: '/api/v2\\deals' },
    { crm: 'pipedrive', path: '/api/v2/deals\r\nx: y' },
    { crm: 'pipedrive', path: '/api/v2/deals@evil.example' },
    { crm: 'pipelinedeals', path: '/' },
    { crm: 'pipelinedeals', path: '/../v2/deals.json' },
    { crm: 'pipelinedeals', path: '/deals.json?api_key=x' },
    { crm: 'pipelinedeals', path: '/%2e%2e/deals.json' },
    { crm: 'pipelinedeals', path: '//evil.example/deals.json' },
    { crm: 'pipelinedeals', path: '.evil.example/deals.json' },
  ])('goes nowhere but the API of $crm: $path', async ({ crm, path }) => {
    for (const method of ['GET', 'POST']) {
      const called = await call(gateway, { crm, method, path });
      expect(called).toMatchObject({
        outcome: 'REJECTED',
        status: null,
        body: null,
        problems: [{ code: 'INVALID_INPUT', path: ['path'] }],
        sent: [],
      });
    }
  });

  it.each<{ given: string; variables: Partial<Variables>; path: readonly string[] }>([
    { given: 'a CRM nobody configured', variables: { crm: 'salesforce' }, path: ['crm'] },
    { given: 'a body for GET', variables: { body: { a: 1 } }, path: ['body'] },
    { given: 'a list of parameters', variables: { query: ['a'] }, path: ['query'] },
    { given: 'a parameter that is an object', variables: { query: { a: { b: 1 } } }, path: ['query', 'a'] },
    { given: 'a key of its own', variables: { query: { api_token: 'x' } }, path: ['query'] },
    { given: 'rounded digits', variables: { method: 'POST', body: { value: 1234567890123456 } }, path: ['body'] },
    {
      given: 'an idempotency key',
      variables: { control: { idempotencyKey: 'k' } },
      path: ['control', 'idempotencyKey'],
    },
  ])('refuses $given without a call', async ({ variables, path }) => {
    const called = await call(gateway, { crm: 'pipedrive', method: 'GET', path: '/api/v2/deals', ...variables });
    expect(called).toMatchObject({ outcome: 'REJECTED', problems: [{ code: 'INVALID_INPUT', path }], sent: [] });
  });

  it.each(['api_key', 'app_key', 'account_key'])('brings no %s to PipelineDeals', async (name) => {
    const called = await call(gateway, {
      crm: 'pipelinedeals',
      method: 'GET',
      path: '/deals.json',
      query: { [name]: 'x' },
    });
    expect(called).toMatchObject({ outcome: 'REJECTED', problems: [{ path: ['query'] }], sent: [] });
  });
});

describe('when the CRM does not answer properly', () => {
  const faulty = (gateway: TestGateway) => gateway.pipedrive.faults;

  it.each([
    { method: 'POST', outcome: 'UNKNOWN', code: 'OUTCOME_UNKNOWN', requests: 1 },
    { method: 'GET', outcome: 'REJECTED', code: 'UPSTREAM_UNAVAILABLE', requests: 3 },
  ])('$method ends $outcome', async ({ method, outcome, code, requests }) => {
    const gateway = await startTestGateway({ env: { DEALGRAPH_ALLOW_CALL_CRM: '1' } });
    try {
      faulty(gateway).set({ kind: 'status', status: 503 });
      const body = method === 'POST' ? { title: 'x' } : undefined;
      const called = await call(gateway, { crm: 'pipedrive', method, path: '/api/v2/deals', ...(body && { body }) });
      expect(called).toMatchObject({ outcome, status: null, body: null, problems: [{ code }] });
      expect(called.sent).toHaveLength(requests);
    } finally {
      await gateway.close();
    }
  });
});

it.each([undefined, '0'])('is refused without a call where DEALGRAPH_ALLOW_CALL_CRM is %s', async (allowed) => {
  const gateway = await startTestGateway({ env: { DEALGRAPH_ALLOW_CALL_CRM: allowed } });
  try {
    for (const method of ['GET', 'DELETE']) {
      const called = await call(gateway, { crm: 'pipedrive', method, path: '/api/v2/deals/1' });
      expect(called).toMatchObject({
        outcome: 'REJECTED',
        status: null,
        body: null,
        problems: [{ code: 'FORBIDDEN', path: null, isRetryable: false }],
        sent: [],
      });
    }
  } finally {
    await gateway.close();
  }
});
