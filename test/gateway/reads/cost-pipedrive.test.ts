import { beforeEach, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { type Cost, NOTHING, useReads } from './support.ts';

const reads = useReads({ pipedrive: { deals: 240 }, pipelinedeals: { deals: 5 } });

/** Deals as a page of 100, with `fields` of each. */
const page = (fields: string) => `{ deals(crms: ["pipedrive"], first: 100) { nodes { ${fields} } } }`;
const NESTED = `title value { amount currency } status
  stage { name position pipeline { id } } person { name emails { value } } organization { name }
  products(first: 50) { nodes { name quantity unitPrice { amount currency } } }`;

describe('a gateway that has just started', () => {
  let fresh: TestGateway;
  beforeEach(async () => {
    fresh = await startTestGateway({ pipedrive: { deals: 240 }, pipelinedeals: { deals: 5 } });
    return () => fresh.close();
  });

  const spent = async (document: string): Promise<Cost> => {
    const before = fresh.pipedrive.log.length;
    const { errors, extensions } = await fresh.query(document);
    expect(errors).toBeUndefined();
    const log = fresh.pipedrive.log.slice(before);
    const cost = { requests: log.length, tokens: log.reduce((sum, { tokens }) => sum + (tokens ?? 0), 0) };
    expect(extensions?.upstream).toMatchObject({ requests: cost.requests, tokens: { pipedrive: cost.tokens } });
    return cost;
  };

  it('reads 100 nested deals in 5 requests for 45 tokens, then in 4 for 40', async () => {
    expect(await spent(page(NESTED))).toEqual({ requests: 5, tokens: 45 });
    expect(await spent(page(NESTED))).toEqual({ requests: 4, tokens: 40 });
    expect(fresh.pipedrive.tokensSpent).toBe(85);
    expect(fresh.pipelinedeals.log).toEqual([]);
  });

  it('reads users once, for one request of 20 tokens', async () => {
    expect(await spent(page(`${NESTED} owner { name email }`))).toEqual({ requests: 6, tokens: 65 });
    expect(await spent(page(`${NESTED} owner { name email isActive }`))).toEqual({ requests: 4, tokens: 40 });
  });

  it.each<{ reads: string; fields: string; once: Cost }>([
    { reads: 'stages', fields: 'stage { name }', once: { requests: 1, tokens: 5 } },
    { reads: 'pipelines', fields: 'pipeline { name }', once: { requests: 1, tokens: 5 } },
    {
      reads: 'stages and pipelines',
      fields: 'probability weightedValue { amount }',
      once: { requests: 2, tokens: 10 },
    },
    { reads: 'the company domain', fields: 'url', once: { requests: 1, tokens: 2 } },
    {
      reads: 'field definitions',
      fields: 'labels { name color } customFields { label text }',
      once: { requests: 1, tokens: 10 },
    },
  ])('reads $reads once', async ({ fields, once }) => {
    expect(await spent(page(fields))).toEqual({ requests: 1 + once.requests, tokens: 10 + once.tokens });
    expect(await spent(page(fields))).toEqual({ requests: 1, tokens: 10 });
  });
});

const FLAT: Cost = { requests: 1, tokens: 10 };

it.each<{ what: string; document: string; cost: Cost }>([
  {
    what: 'a flat page',
    document: page('id remoteId title createdAt updatedAt status isArchived crm { id label }'),
    cost: FLAT,
  },
  { what: 'what deals were asked for already', document: page('raw'), cost: FLAT },
  {
    what: 'references by id alone',
    document: page(
      'person { __typename id remoteId crm { id } } organization { id } stage { id } pipeline { id } owner { id }',
    ),
    cost: FLAT,
  },
  { what: 'labels by id alone', document: page('labels { id }'), cost: FLAT },
  { what: 'people by name', document: page('person { name }'), cost: { requests: 2, tokens: 20 } },
  {
    what: 'people on several paths',
    document: page('person { name } p: person { emails { value } organization { id } }'),
    cost: { requests: 2, tokens: 20 },
  },
  { what: 'lines', document: page('products { totalCount nodes { id name } }'), cost: { requests: 2, tokens: 20 } },
  {
    what: 'lines with their product by id',
    document: page('products { nodes { product { id } } }'),
    cost: { requests: 2, tokens: 20 },
  },
  {
    what: 'lines with their products',
    document: page('products { nodes { product { name prices { amount currency } } } }'),
    cost: { requests: 3, tokens: 30 },
  },
  { what: 'no record at all', document: '{ crms { id kind label } }', cost: NOTHING },
  {
    what: 'two lists of the same people',
    document:
      '{ a: deals(crms: ["pipedrive"], first: 5) { nodes { person { name } } } b: deals(crms: ["pipedrive"], first: 5) { nodes { person { name } } } }',
    // Three people are read one by one, and the list once.
    cost: { requests: 4, tokens: 13 },
  },
  { what: 'a page of 500', document: '{ deals(crms: ["pipedrive"], first: 500) { nodes { id } } }', cost: FLAT },
  {
    what: 'a page and whether there is more',
    document: '{ deals(crms: ["pipedrive"], first: 100) { nodes { id } pageInfo { hasNextPage } totalCount } }',
    cost: FLAT,
  },
])('costs for $what', async ({ document, cost }) => {
  const answer = await reads.ask(document);
  expect(answer.errors).toBeUndefined();
  expect(answer.cost).toEqual({ pipedrive: cost, pipelinedeals: NOTHING });
});

it('counts no deal, for that is not cheap', async () => {
  const { deals } = await reads.data('{ deals(crms: ["pipedrive"], first: 5) { totalCount crms { totalCount } } }');
  expect(deals).toEqual({ totalCount: null, crms: [{ totalCount: null }] });
});

it('reads one deal for one token, and everything of it', async () => {
  const { pipedrive } = reads.gateway;
  const deal = [...pipedrive.store.deals.values()].find(
    ({ id, person_id, is_deleted }) => person_id !== null && !is_deleted && pipedrive.store.productsOf(id).length > 0,
  );
  const one = (fields: string) => reads.ask(`{ deal(id: "pipedrive:Deal:${deal?.id}") { title ${fields} } }`);

  expect((await one('person { id }')).cost.pipedrive).toEqual({ requests: 1, tokens: 1 });
  expect((await one('raw')).cost.pipedrive).toEqual({ requests: 1, tokens: 1 });
  expect((await one('person { name }')).cost.pipedrive).toEqual({ requests: 2, tokens: 2 });
  expect((await one('organization { name }')).cost.pipedrive.requests).toBe(deal?.org_id === null ? 1 : 2);
  expect((await one('products { nodes { name } }')).cost.pipedrive).toEqual({ requests: 2, tokens: 11 });
});

it('reads everyone on a deal in one call per deal', async () => {
  const { pipedrive } = await reads
    .ask('{ deals(crms: ["pipedrive"], first: 20) { nodes { people { nodes { name emails { value } } } } } }')
    .then(({ cost }) => cost);
  expect(pipedrive).toEqual({ requests: 21, tokens: 210 });
});

it('reads more than 100 people, organizations and lines in as many calls as there are hundreds', async () => {
  const { data, cost } = await reads.ask(
    '{ deals(crms: ["pipedrive"], first: 200, filter: { archived: INCLUDE }) { nodes { products { totalCount } } } }',
  );
  const nodes = data.deals.nodes.length;
  expect(nodes).toBe(200);
  // Ordinary and archived deals are two lists; a hundred deals are one call for lines.
  expect(cost.pipedrive.requests).toBe(2 + Math.ceil(nodes / 100));
});
