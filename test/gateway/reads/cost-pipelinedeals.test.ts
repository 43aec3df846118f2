import { beforeEach, describe, expect, it } from 'vitest';
import { found, NOTHING, useReads } from './support.ts';

const reads = useReads({ pipedrive: { deals: 5 }, pipelinedeals: { deals: 240 } });

const page = (fields: string, first = 100) =>
  `{ deals(crms: ["pipelinedeals"], first: ${first}) { nodes { ${fields} } } }`;
const people = (count: number) => [...reads.gateway.pipelinedeals.store.people.values()].slice(0, count);
const companies = (count: number) => [...reads.gateway.pipelinedeals.store.companies.values()].slice(0, count);

describe('what deals embed', () => {
  it.each([
    [
      'everything about the deal itself',
      'id title summary status health { name color } probability lossReason url customFields(keys: []) { key }',
    ],
    [
      'names on the other side',
      'stage { name probability } pipeline { name isDefault } owner { name } organization { name } person { name firstName lastName }',
    ],
    ['addresses of the contact', 'person { emails { value label isPrimary } }'],
    ['labels', 'labels { id name }'],
    ['lines', 'products { totalCount nodes { id name product { id name } } }'],
    ['names of everyone', 'people { totalCount nodes { id name } }'],
    ['links', 'url person { url } organization { url }'],
  ])('costs nothing more: %s', async (_what, fields) => {
    const answer = await reads.ask(page(fields));
    expect(answer.errors).toBeUndefined();
    expect(answer.data.deals.nodes).toHaveLength(100);
    expect(answer.cost).toEqual({ pipedrive: NOTHING, pipelinedeals: { requests: 1, tokens: 0 } });
  });

  it('nests all of it in one request', async () => {
    const { cost } = await reads.ask(
      page(`title value { amount currency } stage { name } pipeline { name } owner { name }
        person { name emails { value } } organization { name } products { nodes { name } } people { nodes { name } }`),
    );
    expect(cost.pipelinedeals.requests).toBe(1);
  });
});

describe('what is read once and kept', () => {
  it.each([
    ['stages and pipelines', 'stage { position }', 2],
    ['users', 'owner { email }', 1],
    ['definitions', 'customFields { label }', 1],
  ])('%s', async (_what, fields, once) => {
    const first = await reads.ask(page(fields));
    expect(first.errors).toBeUndefined();
    // Money among the custom fields is in the account's currency, which the account tells.
    const extra = fields.startsWith('customFields') ? 1 : 0;
    expect(first.cost.pipelinedeals.requests).toBe(1 + once + extra);
    expect((await reads.ask(page(fields))).cost.pipelinedeals.requests).toBe(1);
  });
});

describe('raw', () => {
  it('of a page is a read per deal, for lists abbreviate it', async () => {
    const { cost, log } = await reads.ask(page('raw', 5));
    expect(cost.pipelinedeals.requests).toBe(6);
    expect(log.pipelinedeals.slice(1).every(({ path }) => /\/deals\/\d+\.json$/.test(path))).toBe(true);
  });

  it('of one deal comes with it', async () => {
    const [id] = reads.gateway.pipelinedeals.store.deals.keys();
    const { cost } = await reads.ask(`{ deal(id: "pipelinedeals:Deal:${id}") { title raw } }`);
    expect(cost.pipelinedeals.requests).toBe(1);
  });
});

describe('whether there is more', () => {
  it('costs nothing where more was read than is given, and neither does the count', async () => {
    const { data, cost } = await reads.ask(
      '{ deals(crms: ["pipelinedeals"], first: 20, filter: { archived: INCLUDE }) { totalCount pageInfo { hasNextPage } } }',
    );
    expect(data.deals).toEqual({ totalCount: 240, pageInfo: { hasNextPage: true } });
    expect(cost.pipelinedeals.requests).toBe(1);
  });

  it('is known from a single record beyond the page', async () => {
    const { data, cost } = await reads.ask(
      '{ deals(crms: ["pipelinedeals"], first: 199, filter: { archived: INCLUDE }) { pageInfo { hasNextPage } } }',
    );
    expect(data.deals.pageInfo.hasNextPage).toBe(true);
    expect(cost.pipelinedeals.requests).toBe(1);
  });
});

describe('people and companies by id', () => {
  beforeEach(() => reads.gateway.pipelinedeals.reset());

  const PEOPLE =
    'query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Person { jobTitle } ... on Organization { website } } }';

  it('one is one single read', async () => {
    const [person] = people(1);
    const { log } = await reads.ask(PEOPLE, { ids: [`pipelinedeals:Person:${person?.id}`] });
    expect(log.pipelinedeals.map(({ path }) => path)).toEqual([`/api/v3/people/${person?.id}.json`]);
  });

  it.each([
    ['Person', 'people', 'person_id'],
    ['Organization', 'companies', 'company_id'],
  ] as const)(
    '%s: the condition is tried once, ignored by the server, and left alone',
    async (type, path, condition) => {
      const records = type === 'Person' ? people(12) : companies(12);
      const ids = records.map(({ id }) => `pipelinedeals:${type}:${id}`);
      const first = await reads.ask(PEOPLE, { ids: ids.slice(0, 6) });
      expect(first.data.nodes.map((node: { id: string }) => node.id)).toEqual(ids.slice(0, 6));
      const probes = first.log.pipelinedeals.filter(({ query }) => query.includes(condition));
      expect(probes.map((entry) => entry.path)).toEqual([`/api/v3/${path}.json`]);
      expect(first.cost.pipelinedeals.requests).toBe(1 + 6);

      const second = await reads.ask(PEOPLE, { ids: ids.slice(6) });
      expect(second.data.nodes.map((node: { id: string }) => node.id)).toEqual(ids.slice(6));
      expect(second.cost.pipelinedeals.requests).toBe(6);
      expect(second.log.pipelinedeals.every(({ path: one }) => /\/\d+\.json$/.test(one))).toBe(true);
    },
  );

  it('what a page of deals does not tell of its contacts is read once per contact', async () => {
    const { data, cost } = await reads.ask(page('person { id jobTitle }', 30));
    const contacts = new Set(
      data.deals.nodes.flatMap((deal: { person: { id: string } | null }) => deal.person?.id ?? []),
    );
    expect(cost.pipelinedeals.requests).toBe(1 + contacts.size);
  });
});

describe('a server that honours the id conditions', () => {
  const honouring = useReads({
    pipedrive: { deals: 5 },
    pipelinedeals: { deals: 240, personIdCondition: true, companyIdCondition: true },
  });

  it('is asked for people and companies in batches', async () => {
    const { store } = honouring.gateway.pipelinedeals;
    const ids = [
      ...[...store.people.keys()].slice(0, 100).map((id) => `pipelinedeals:Person:${id}`),
      ...[...store.companies.keys()].slice(0, 50).map((id) => `pipelinedeals:Organization:${id}`),
    ];
    for (const _round of ['trying', 'knowing']) {
      const { data, cost } = await honouring.ask(
        'query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on CrmRecord { createdAt } } }',
        {
          ids,
        },
      );
      expect(data.nodes.map((node: { id: string }) => node.id)).toEqual(ids);
      expect(cost.pipelinedeals.requests).toBe(2);
    }
  });

  it('still finds single ones that a batch leaves out', async () => {
    const { store } = honouring.gateway.pipelinedeals;
    const person = found(store.people.values(), ({ position }) => position !== null);
    const { data, cost } = await honouring.ask(
      `{ nodes(ids: ["pipelinedeals:Person:${person.id}", "pipelinedeals:Person:777"]) { ... on Person { jobTitle } } }`,
    );
    expect(data.nodes).toEqual([{ jobTitle: person.position }, null]);
    expect(cost.pipelinedeals.requests).toBe(2);
  });
});
