import { beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { hold } from '../../support/held.ts';
import { type Cost, found, useReads } from '../reads/support.ts';

const reads = useReads({ pipedrive: { deals: 600 }, pipelinedeals: { deals: 240 } });

const page = (fields: string, first = 100) => `{ deals(crms: ["pipedrive"], first: ${first}) { nodes { ${fields} } } }`;
const NESTED =
  'title stage { name } person { name emails { value } } organization { name } products(first: 50) { nodes { name } }';

describe('a page of 100 deals of Pipedrive, cold and warm', () => {
  let fresh: TestGateway;
  beforeEach(async () => {
    fresh = await startTestGateway({ pipedrive: { deals: 240 }, pipelinedeals: { deals: 5 } });
    return () => fresh.close();
  });

  it.each<{ what: string; fields: string; cold: [number, number]; warm: [number, number] }>([
    { what: 'flat', fields: 'title', cold: [1, 10], warm: [1, 10] },
    { what: 'nested', fields: NESTED, cold: [5, 45], warm: [4, 40] },
    { what: 'owner', fields: `${NESTED} owner { name }`, cold: [6, 65], warm: [4, 40] },
    { what: 'pipeline', fields: `${NESTED} pipeline { name }`, cold: [6, 50], warm: [4, 40] },
    { what: 'labels of custom fields', fields: `${NESTED} customFields { label }`, cold: [6, 55], warm: [4, 40] },
    { what: 'url', fields: `${NESTED} url`, cold: [6, 47], warm: [4, 40] },
    {
      what: "the lines' products",
      fields: NESTED.replace('nodes { name }', 'nodes { name product { name } }'),
      cold: [6, 55],
      warm: [5, 50],
    },
  ])('$what', async ({ fields, cold, warm }) => {
    for (const [requests, tokens] of [cold, warm]) {
      const { errors, extensions } = await fresh.query(page(fields));
      expect(errors).toBeUndefined();
      expect(extensions?.upstream).toMatchObject({ requests, tokens: { pipedrive: tokens } });
    }
  });

  it('people: a request for each deal', async () => {
    const { extensions } = await fresh.query(page('people { nodes { name } }', 20));
    expect(extensions?.upstream).toMatchObject({ requests: 21, tokens: { pipedrive: 210 } });
  });
});

describe('people by id', () => {
  const NODES = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }';

  it.each<{ count: number; cost: Cost }>([
    { count: 1, cost: { requests: 1, tokens: 1 } },
    { count: 3, cost: { requests: 3, tokens: 3 } },
    { count: 4, cost: { requests: 1, tokens: 10 } },
    { count: 10, cost: { requests: 1, tokens: 10 } },
    { count: 11, cost: { requests: 1, tokens: 10 } },
    { count: 101, cost: { requests: 2, tokens: 11 } },
  ])('$count', async ({ count, cost }) => {
    const people = [...reads.gateway.pipedrive.store.persons.values()].filter((person) => !person.is_deleted);
    expect(people.length).toBeGreaterThanOrEqual(count);
    const ids = people.slice(0, count).map(({ id }) => `pipedrive:Person:${id}`);
    const answer = await reads.ask(NODES, { ids });
    expect(answer.data.nodes.map((node: { id: string }) => node.id)).toEqual(ids);
    expect(answer.cost.pipedrive).toEqual(cost);
  });
});

describe('deals by id, archived ones among them', () => {
  const NODES = 'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Deal { id isArchived } } }';
  const idsOf = (isArchived: boolean, count: number) =>
    [...reads.gateway.pipedrive.store.deals.values()]
      .filter((deal) => !deal.is_deleted && deal.is_archived === isArchived)
      .slice(0, count)
      .map(({ id }) => `pipedrive:Deal:${id}`);

  it.each<{ live: number; archived: number; cost: Cost }>([
    // Each alone finds archived deals as well.
    { live: 1, archived: 2, cost: { requests: 3, tokens: 3 } },
    // A batch, and what it leaves out alone.
    { live: 4, archived: 2, cost: { requests: 3, tokens: 12 } },
    // Eight more alone would cost 24, another batch costs 22.
    { live: 4, archived: 8, cost: { requests: 2, tokens: 30 } },
  ])('$live and $archived archived', async ({ live, archived, cost }) => {
    const ids = [...idsOf(false, live), ...idsOf(true, archived)];
    expect(ids).toHaveLength(live + archived);
    const answer = await reads.ask(NODES, { ids });
    expect(answer.data.nodes.map((node: { id: string }) => node.id)).toEqual(ids);
    expect(answer.cost.pipedrive).toEqual(cost);
  });
});

it.each<{ what: string; document: string; pipedrive: Cost; pipelinedeals: number }>([
  {
    what: 'a page over both CRMs',
    document: '{ deals(first: 50) { nodes { title } } }',
    pipedrive: { requests: 1, tokens: 10 },
    pipelinedeals: 1,
  },
  {
    // PipelineDeals' own totals count archived deals, so that its 240 are read, 200 a page.
    what: 'totals',
    document: '{ dealsSummary { count totals { currency value } } }',
    pipedrive: { requests: 1, tokens: 40 },
    pipelinedeals: 2,
  },
])('$what', async ({ document, pipedrive, pipelinedeals }) => {
  await reads.ask(document);
  const { errors, cost } = await reads.ask(document);
  expect(errors).toBeUndefined();
  expect(cost).toEqual({ pipedrive, pipelinedeals: { requests: pipelinedeals, tokens: 0 } });
});

it('an order the CRM does not have is a scan, page after page of 500', async () => {
  const { data, errors, cost } = await reads.ask(
    '{ deals(crms: ["pipedrive"], first: 5, orderBy: { field: TITLE, direction: ASC }) { nodes { title } } }',
  );
  expect(errors).toBeUndefined();
  expect(data.deals.nodes).toHaveLength(5);
  const listed = [...reads.gateway.pipedrive.store.deals.values()].filter(
    (deal) => !deal.is_deleted && !deal.is_archived,
  ).length;
  const pages = Math.ceil(listed / 500);
  expect(cost.pipedrive).toEqual({ requests: pages, tokens: pages * 10 });
});

it('500 deals in pages of 100 are a request a page, and one by id more where the largest page ends', async () => {
  let after: string | null = null;
  const given = new Set<string>();
  const costs: Cost[] = [];
  for (let number = 0; number < 5; number += 1) {
    const answer = await reads.ask(
      'query ($after: String) { deals(crms: ["pipedrive"], first: 100, after: $after, filter: { archived: EXCLUDE }) { nodes { id } pageInfo { endCursor } } }',
      { after },
    );
    for (const { id } of answer.data.deals.nodes) given.add(id);
    costs.push(answer.cost.pipedrive);
    after = answer.data.deals.pageInfo.endCursor;
  }
  expect(given.size).toBe(500);
  expect(costs.map(({ requests, tokens }) => [requests, tokens])).toEqual([...Array(4).fill([1, 10]), [2, 11]]);
});

describe('what does not depend on each other runs at once', () => {
  let slow: TestGateway;
  beforeEach(async () => {
    slow = await startTestGateway({ pipedrive: { deals: 40 }, pipelinedeals: { deals: 5 } });
    return () => slow.close();
  });

  /** What was answered while everything at a path was late. */
  async function answeredWithout(late: string, document: string, expected: readonly string[]): Promise<void> {
    const held = hold(slow.pipedrive, ({ path }) => path === late);
    const answered = () => slow.pipedrive.log.filter(({ status }) => status === 200).map(({ path }) => path);
    const answer = slow.query(document);
    await eventually(() => expect(answered()).toEqual(expect.arrayContaining([...expected])));
    expect(answered()).not.toContain(late);
    held.release();
    expect((await answer).errors).toBeUndefined();
    expect(answered()).toContain(late);
  }

  const PARTS = ['/api/v2/persons', '/api/v2/organizations', '/api/v2/deals/products', '/api/v2/stages'];

  it.each(PARTS)('%s keeps nothing else of the page waiting', async (late) => {
    await answeredWithout(
      late,
      page(NESTED, 20),
      PARTS.filter((path) => path !== late),
    );
  });

  it('a list keeps neither another waiting nor what hangs on that', async () => {
    await answeredWithout(
      '/api/v2/organizations',
      `{ a: organizations(crms: ["pipedrive"], first: 2) { nodes { id } } b: ${page('person { name }', 20).slice(1, -1)} }`,
      ['/api/v2/deals', '/api/v2/persons'],
    );
  });
});

describe('custom fields', () => {
  const keyOf = () =>
    found(reads.gateway.pipedrive.store.fields.deal, (field) => /^[0-9a-f]{40}$/.test(field.field_code)).field_code;

  it('are asked for by the keys that are shown', async () => {
    const key = keyOf();
    const { data, log } = await reads.ask(
      `query ($keys: [String!]) { deals(crms: ["pipedrive"], first: 5) { nodes { title customFields(keys: $keys) { key value } } } }`,
      { keys: [key] },
    );
    expect(log.pipedrive[0]?.query).toContain(`custom_fields=${key}`);
    expect(data.deals.nodes[0].customFields).toHaveLength(1);
  });

  it('are left out where none are shown, but for one that the account is known to have', async () => {
    const { log } = await reads.ask('{ deals(crms: ["pipedrive"], first: 5) { nodes { person { name } } } }');
    for (const path of ['/api/v2/deals', '/api/v2/persons']) {
      const asked = log.pipedrive.filter((request) => request.path === path).map(({ query }) => query);
      expect(asked).toEqual([expect.stringMatching(/\bcustom_fields=[0-9a-f]{40}(&|$)/)]);
    }
  });

  it('all come where the object is shown whole anywhere, and where no keys are named', async () => {
    const key = keyOf();
    for (const other of ['raw', 'all: customFields { key }']) {
      const { data, log } = await reads.ask(
        `{ deals(crms: ["pipedrive"], first: 5) { nodes { customFields(keys: ["${key}"]) { key } ${other} } } }`,
      );
      expect(log.pipedrive.every(({ query }) => !query.includes('custom_fields='))).toBe(true);
      expect(data.deals.nodes).toHaveLength(5);
    }
  });

  it('of several places come together', async () => {
    const keys = [...reads.gateway.pipedrive.store.fields.deal]
      .map(({ field_code }) => field_code)
      .filter((code) => /^[0-9a-f]{40}$/.test(code))
      .slice(0, 2)
      .sort();
    const [first, second] = keys;
    const { log } = await reads.ask(
      `{ a: deal(id: "pipedrive:Deal:1") { customFields(keys: ["${first}"]) { key } }
         b: deal(id: "pipedrive:Deal:1") { customFields(keys: ["${second}"]) { key } } }`,
    );
    const asked = log.pipedrive.filter(({ path }) => path.endsWith('/deals/1'));
    expect(asked).toHaveLength(1);
    expect(decodeURIComponent(asked[0]?.query ?? '')).toContain(`custom_fields=${keys.join(',')}`);
  });
});
