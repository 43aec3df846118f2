import { isLosslessNumber } from 'lossless-json';
import { describe, expect, it } from 'vitest';
import { formatJson, parseJson } from '../../../src/sandbox/kit/json.ts';
import type { Simulator } from '../../../src/sandbox/kit/simulator.ts';
import { type Data, found, type Reads, useReads } from './support.ts';

/** What a CRM answers to a read, asked past the gateway and past its log. */
async function answerOf(
  simulator: Simulator,
  path: string,
  credentials: { query?: Record<string, string>; headers?: Record<string, string> },
): Promise<Data> {
  const { status, body } = await simulator.handle({
    method: 'GET',
    path,
    params: {},
    query: new URLSearchParams(credentials.query),
    headers: credentials.headers ?? {},
    body: undefined,
    malformed: false,
  });
  expect(status).toBe(200);
  return parseJson(formatJson(body));
}

/** The object as it has to be shown: without secrets, and with numbers a double cannot hold as texts. */
function shown(value: unknown, secrets: readonly string[]): unknown {
  if (isLosslessNumber(value)) return value.value;
  if (Array.isArray(value)) return value.map((item) => shown(item, secrets));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => !secrets.includes(inner))
      .map(([key, inner]) => [key, shown(inner, secrets)]),
  );
}

const NODES = 'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on CrmRecord { id raw } } }';

async function raws(reads: Reads, ids: readonly string[]): Promise<Map<string, Data>> {
  const { nodes } = await reads.data(NODES, { ids });
  return new Map(nodes.map((node: Data) => [node.id, node.raw]));
}

describe('raw of Pipedrive', () => {
  const reads = useReads({ pipedrive: { deals: 60 }, pipelinedeals: { deals: 5 } });

  it.each<[string, string, (reads: Reads) => Iterable<number>]>([
    ['Deal', '/api/v2/deals', ({ gateway }) => gateway.pipedrive.store.deals.keys()],
    ['Person', '/api/v2/persons', ({ gateway }) => gateway.pipedrive.store.persons.keys()],
    ['Organization', '/api/v2/organizations', ({ gateway }) => gateway.pipedrive.store.organizations.keys()],
    ['Product', '/api/v2/products', ({ gateway }) => gateway.pipedrive.store.products.keys()],
    ['Stage', '/api/v2/stages', ({ gateway }) => gateway.pipedrive.store.stages.keys()],
    ['Pipeline', '/api/v2/pipelines', ({ gateway }) => gateway.pipedrive.store.pipelines.keys()],
    ['User', '/v1/users', ({ gateway }) => gateway.pipedrive.store.users.keys()],
  ])('%s: what its own endpoint answers, whole', async (type, path, keys) => {
    const { pipedrive } = reads.gateway;
    const records = [...keys(reads)].filter((id) => !(type === 'Deal' && pipedrive.store.deals.get(id)?.is_deleted));
    const some = type === 'Product' ? records.slice(0, 10) : records;
    const headers = { 'x-api-token': pipedrive.token };
    const together = await raws(
      reads,
      some.map((id) => `pipedrive:${type}:${id}`),
    );
    const alone = await raws(reads, [`pipedrive:${type}:${some[0]}`]);
    for (const id of some) {
      const { data } = await answerOf(pipedrive, `${path}/${id}`, { headers });
      expect(together.get(`pipedrive:${type}:${id}`)).toEqual(shown(data, []));
      if (id === some[0]) expect(alone.get(`pipedrive:${type}:${id}`)).toEqual(shown(data, []));
    }
  });

  it('keeps the digits of a value that no double can hold', async () => {
    const deal = found(reads.gateway.pipedrive.store.deals.values(), ({ value }) => typeof value !== 'number');
    const { deal: node } = await reads.data(`{ deal(id: "pipedrive:Deal:${deal.id}") { raw value { amount } } }`);
    expect(node.raw.value).toBe('12345678901234567.89');
    expect(node.value.amount).toBe('12345678901234567.89');
  });
});

describe.each(['today', 'seed'] as const)('raw of PipelineDeals, in the dialect "%s"', (dialect) => {
  const reads = useReads({ pipedrive: { deals: 5 }, pipelinedeals: { deals: 40, dialect } });

  it.each<[string, string, (reads: Reads) => Iterable<number>]>([
    ['Deal', 'deals', ({ gateway }) => gateway.pipelinedeals.store.deals.keys()],
    ['Person', 'people', ({ gateway }) => gateway.pipelinedeals.store.people.keys()],
    ['Organization', 'companies', ({ gateway }) => gateway.pipelinedeals.store.companies.keys()],
    ['User', 'users', ({ gateway }) => gateway.pipelinedeals.store.users.keys()],
  ])('%s: what its own endpoint answers, whole and without secrets', async (type, path, keys) => {
    const { pipelinedeals } = reads.gateway;
    const { apiKey, appKey } = pipelinedeals.secrets;
    const records = [...keys(reads)].slice(0, 25);
    const together = await raws(
      reads,
      records.map((id) => `pipelinedeals:${type}:${id}`),
    );
    let hidden = 0;
    for (const id of records) {
      const body = await answerOf(pipelinedeals, `/api/v3/${path}/${id}.json`, {
        query: { api_key: apiKey, app_key: appKey },
      });
      expect(together.get(`pipelinedeals:${type}:${id}`)).toEqual(shown(body, pipelinedeals.canaries));
      hidden += Number(pipelinedeals.canaries.some((secret) => JSON.stringify(body).includes(secret)));
    }
    if (type === 'User') expect(hidden).toBeGreaterThan(0);
  });

  it('of stages, pipelines and lists has no secret either', async () => {
    const document = `{
      stages(crms: ["pipelinedeals"]) { raw pipeline { raw } } pipelines(crms: ["pipelinedeals"]) { raw }
      deals(crms: ["pipelinedeals"], first: 30) { nodes { raw owner { raw } person { raw owner { raw } } organization { raw } } }
      people(crms: ["pipelinedeals"], first: 10) { nodes { raw } }
      organizations(crms: ["pipelinedeals"], first: 10) { nodes { raw } }
    }`;
    const { deals } = await reads.data(document);
    expect(deals.nodes.every(({ raw }: Data) => raw.name !== undefined)).toBe(true);
  });
});
