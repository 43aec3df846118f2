import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { sendGraphQL } from '../../support/graphql-client.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ env: { DEALGRAPH_ALLOW_CALL_CRM: '1' } });
});
afterAll(() => gateway.close());

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

async function scrape(): Promise<Sample[]> {
  const response = await fetch(new URL('/metrics', gateway.url));
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=/);
  const text = await response.text();
  return [...text.matchAll(/^(\w+)(?:\{(.*)\})? (\S+)$/gm)].map(([, name = '', labels = '', value]) => ({
    name,
    labels: Object.fromEntries(Array.from(labels.matchAll(/(\w+)="([^"]*)"/g), ([, key = '', of = '']) => [key, of])),
    value: Number(value),
  }));
}

function sum(samples: readonly Sample[], name: string, labels: Readonly<Record<string, string>> = {}): number {
  return samples
    .filter((sample) => sample.name === `dealgraph_${name}`)
    .filter((sample) => Object.entries(labels).every(([key, value]) => sample.labels[key] === value))
    .reduce((total, { value }) => total + value, 0);
}

it('count what operations cost, exactly as the receipts and the CRMs have it', async () => {
  const before = await scrape();
  const first = await sendGraphQL(gateway.url, '{ deals(first: 5) { nodes { id stage { name } person { name } } } }');
  const second = await sendGraphQL(gateway.url, '{ deals(first: 5) { nodes { id stage { name } } } }');
  await sendGraphQL(gateway.url, '{ deal(id: "nonsense") { id } }');
  await sendGraphQL(gateway.url, 'mutation { addDeal(input: { crm: "pipedrive", title: "Counted" }) { outcome } }');
  const after = await scrape();
  const grown = (name: string, labels = {}) => sum(after, name, labels) - sum(before, name, labels);

  expect(grown('operations_total', { type: 'query', outcome: 'ok' })).toBe(2);
  expect(grown('operations_total', { type: 'query', outcome: 'BAD_USER_INPUT' })).toBe(1);
  expect(grown('operations_total', { type: 'mutation', outcome: 'ok' })).toBe(1);
  expect(grown('operation_duration_seconds_count')).toBe(4);
  for (const crm of ['pipedrive', 'pipelinedeals'] as const) {
    expect(sum(after, 'upstream_requests_total', { crm })).toBe(gateway[crm].log.length);
    expect(sum(after, 'upstream_duration_seconds_count', { crm })).toBe(gateway[crm].log.length);
    expect(sum(after, 'upstream_in_flight', { crm })).toBe(0);
    expect(sum(after, 'upstream_waiting', { crm })).toBe(0);
  }
  const spent = gateway.pipedrive.log.reduce((total, { tokens }) => total + (tokens ?? 0), 0);
  expect(sum(after, 'upstream_tokens_total', { crm: 'pipedrive' })).toBe(spent);
  expect(sum(after, 'upstream_tokens_total', { crm: 'pipelinedeals' })).toBe(0);
  const cached = [first, second].reduce(
    (total, { extensions }) => total + (extensions?.upstream.byCrm.pipedrive?.cached ?? 0),
    0,
  );
  expect(grown('upstream_saved_total', { crm: 'pipedrive', how: 'cached' })).toBeGreaterThanOrEqual(cached);
  expect(
    sum(after, 'upstream_requests_total', { crm: 'pipedrive', operation: 'GET /api/v2/deals', result: '200' }),
  ).toBe(2);
  expect(sum(after, 'resident_memory_bytes')).toBeGreaterThan(1_000_000);
  expect(after.filter(({ name }) => name === 'dealgraph_operations_waiting')).toEqual([
    { name: 'dealgraph_operations_waiting', labels: {}, value: 0 },
  ]);
});

it('count failures and retries by what came of them', async () => {
  gateway.pipelinedeals.faults.set({ kind: 'status', status: 503, times: 1 });
  const before = await scrape();
  await sendGraphQL(gateway.url, '{ deals(first: 1, crms: ["pipelinedeals"]) { nodes { id } } }');
  const after = await scrape();
  const crm = 'pipelinedeals';
  expect(
    sum(after, 'upstream_requests_total', { crm, result: '503' }) -
      sum(before, 'upstream_requests_total', { crm, result: '503' }),
  ).toBe(1);
  expect(sum(after, 'upstream_retries_total', { crm }) - sum(before, 'upstream_retries_total', { crm })).toBe(1);
});

it('have labels that callers cannot multiply, and no ids', async () => {
  const labelsOf = async () => new Set((await scrape()).map(({ name, labels }) => JSON.stringify([name, labels])));
  const call = (path: string) =>
    sendGraphQL(
      gateway.url,
      'mutation ($path: String!) { callCrm(crm: "pipedrive", method: GET, path: $path) { outcome } }',
      { path },
    );
  await call('/api/v2/first');
  await sendGraphQL(gateway.url, 'query Some { deal(id: "pipedrive:Deal:1") { id } }');
  const before = await labelsOf();
  for (const name of ['second', 'third', 'fourth']) {
    await call(`/api/v2/${name}`);
    await sendGraphQL(gateway.url, `query ${name} { deal(id: "pipedrive:Deal:2") { id } }`);
  }
  const after = await labelsOf();
  const fresh = [...after].filter((labels) => !before.has(labels) && !labels.includes('_bucket'));
  expect(fresh).toEqual([]);
  expect([...after].filter((labels) => /Some|\/(first|second)|Deal:|\/\d|[?&]/.test(labels))).toEqual([]);
});

it('are not there where they are off', async () => {
  const silent = await startTestGateway({ env: { DEALGRAPH_METRICS: '0' } });
  try {
    expect((await fetch(new URL('/metrics', silent.url))).status).toBe(404);
    expect((await sendGraphQL(silent.url, '{ deals(first: 1) { nodes { id } } }')).errors).toBeUndefined();
  } finally {
    await silent.close();
  }
});
