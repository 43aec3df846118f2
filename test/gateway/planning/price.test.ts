import { beforeEach, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { useReads } from '../reads/support.ts';
import { COST, priced, priceOf } from './support.ts';

const reads = useReads({ pipedrive: { deals: 240 }, pipelinedeals: { deals: 240 } });

const page = (fields: string, first = 100) => `{ deals(crms: ["pipedrive"], first: ${first}) { nodes { ${fields} } } }`;
const NESTED = `title stage { name } person { name emails { value } } organization { name } products(first: 50) { nodes { name } }`;

describe('a gateway that has just started', () => {
  let fresh: TestGateway;
  beforeEach(async () => {
    fresh = await startTestGateway({ pipedrive: { deals: 240 }, pipelinedeals: { deals: 5 } });
    return () => fresh.close();
  });

  it('expects a nested page to cost 45 tokens in 5 requests, and 40 in 4 once stages are kept', async () => {
    const price = async () => {
      const before = fresh.pipedrive.log.length;
      const { data, errors } = await fresh.query<{ price: unknown; deals: unknown }>(priced(page(NESTED)));
      expect(errors).toBeUndefined();
      expect(data?.deals).toBeNull();
      expect(fresh.pipedrive.log).toHaveLength(before);
      return data?.price;
    };
    expect(await price()).toMatchObject({
      requests: { min: 1, expected: 5 },
      tokens: { min: 10, expected: 45 },
      calls: [
        { crm: 'pipedrive', method: 'GET', path: '/api/v2/deals', requests: 1, tokens: 10, because: ['Query.deals'] },
        { path: '/api/v2/stages', requests: 1, tokens: 5, because: ['Deal.stage'] },
        { path: '/api/v2/persons', requests: 1, tokens: 10, because: ['Deal.person'] },
        { path: '/api/v2/organizations', requests: 1, tokens: 10, because: ['Deal.organization'] },
        { path: '/api/v2/deals/products', requests: 1, tokens: 10, because: ['Deal.products'] },
      ],
    });
    await fresh.query(page(NESTED));
    expect(await price()).toMatchObject({ requests: { min: 1, expected: 4 }, tokens: { min: 10, expected: 40 } });
  });
});

it.each<{ what: string; document: string; requests: object; tokens: object }>([
  {
    what: 'a record',
    document: '{ deal(id: "pipedrive:Deal:1") { title person { id } } }',
    requests: { min: 1, max: 1, expected: 1 },
    tokens: { min: 1, max: 1, expected: 1 },
  },
  {
    what: 'records that share a batch',
    document: `{ ${[1, 2, 3, 4].map((id) => `p${id}: person(id: "pipedrive:Person:${id}") { name }`).join(' ')} }`,
    requests: { min: 1, expected: 1 },
    tokens: { min: 4, max: 10, expected: 10 },
  },
  {
    what: 'the same record twice',
    document: '{ a: deal(id: "pipedrive:Deal:1") { title } b: deal(id: "pipedrive:Deal:1") { status } }',
    requests: { min: 1, max: 1, expected: 1 },
    tokens: { min: 1, max: 1, expected: 1 },
  },
  {
    what: 'everyone on each deal',
    document: page('people { nodes { name } }', 20),
    requests: { min: 1 },
    tokens: { min: 10 },
  },
  {
    what: 'nothing of a CRM',
    document: '{ crms { id } node(id: "pipedrive") { id } }',
    requests: { min: 0, max: 0, expected: 0 },
    tokens: { min: 0, max: 0, expected: 0 },
  },
  {
    what: 'an empty list of CRMs',
    document: '{ deals(crms: []) { nodes { title } } }',
    requests: { min: 0, max: 0, expected: 0 },
    tokens: { min: 0, max: 0, expected: 0 },
  },
  {
    what: 'a feed, of which nobody knows how long it is',
    document: '{ deal(id: "pipedrive:Deal:1") { notes { nodes { content } } } }',
    requests: { min: 1, max: null },
    tokens: { min: 1, max: null },
  },
  {
    what: 'what is left out',
    document: '{ deals(crms: ["pipedrive"]) { nodes { id person @skip(if: true) { name } } } }',
    requests: { min: 1, expected: 1 },
    tokens: { min: 10, expected: 10 },
  },
])('is known of $what', async ({ document, requests, tokens }) => {
  expect(await priceOf(reads, document)).toMatchObject({ requests, tokens });
});

it('learns what to expect from what it has seen', async () => {
  const document = '{ deals(crms: ["pipelinedeals"], first: 20) { nodes { person { jobTitle } } } }';
  await reads.data(document);
  const { requests } = await priceOf(reads, document);
  const { cost } = await reads.ask(document);
  expect(Math.abs(requests.expected - cost.pipelinedeals.requests)).toBeLessThanOrEqual(2);
});

it('answers beside the price what needs no CRM', async () => {
  const { data, errors } = await reads.ask(
    `query ($dry: Boolean!) { crms { id } deals { nodes { id } } price: upstream(dryRun: $dry) { ${COST} } }`,
    { dry: true },
  );
  expect(errors).toBeUndefined();
  expect(data).toMatchObject({ crms: [{ id: 'pipedrive' }, { id: 'pipelinedeals' }], deals: null });
  expect(data.price.tokens.min).toBe(10);
});

it('has no price for what is refused anyway', async () => {
  const { data, errors } = await reads.ask(priced('{ deals(first: 0) { nodes { id } } }'));
  expect(data.price.requests).toEqual({ min: 0, max: 0, expected: 0 });
  expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
});

it('is made from what the CRMs say they can be asked', async () => {
  const { crms } = await reads.data('{ crms { id readOperations { subject way path tokens limit } } }');
  const [pipedrive, pipelinedeals] = crms.map(({ readOperations }: { readOperations: object[] }) => readOperations);
  expect(pipedrive).toContainEqual({
    subject: 'PERSON',
    way: 'BY_IDS',
    path: '/api/v2/persons',
    tokens: 10,
    limit: 100,
  });
  expect(pipelinedeals).toContainEqual({ subject: 'STAGE', way: 'TOLD', path: null, tokens: null, limit: null });
});
