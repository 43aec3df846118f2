import { describe, expect, it } from 'vitest';
import { type Answer, NOTHING, onlyError, refusal, shuffled, useReads } from './support.ts';

const reads = useReads();

const NODES = 'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Deal { title isArchived } } }';
const UNKNOWN = 777_777_777;

type Kind = 'Deal' | 'Person' | 'Organization' | 'Stage' | 'Pipeline' | 'User' | 'Product';

/** The ids there are to be found of each kind, and those that are not. */
function stock(kind: Kind): { there: string[]; gone: string[] } {
  const { pipedrive, pipelinedeals } = reads.gateway;
  const own = {
    Deal: pipedrive.store.deals,
    Person: pipedrive.store.persons,
    Organization: pipedrive.store.organizations,
    Stage: pipedrive.store.stages,
    Pipeline: pipedrive.store.pipelines,
    User: pipedrive.store.users,
    Product: pipedrive.store.products,
  }[kind] as ReadonlyMap<number, { id: number; is_deleted: boolean }>;
  const { configuration, deals, people, companies, users } = pipelinedeals.store;
  const other: Iterable<{ id: number }> = {
    Deal: deals.values(),
    Person: people.values(),
    Organization: companies.values(),
    Stage: configuration.stages,
    Pipeline: configuration.pipelines,
    User: users.values(),
    Product: configuration.productLines,
  }[kind];
  // A user who left is shown as inactive; every other deleted record is not there.
  const isGone = (record: { is_deleted: boolean }) => kind !== 'User' && record.is_deleted;
  const here = [...own.values()];
  return {
    there: [
      ...here.filter((record) => !isGone(record)).map(({ id }) => `pipedrive:${kind}:${id}`),
      ...Array.from(other, ({ id }) => `pipelinedeals:${kind}:${id}`),
    ],
    gone: [
      ...here.filter(isGone).map(({ id }) => `pipedrive:${kind}:${id}`),
      `pipedrive:${kind}:${UNKNOWN}`,
      `pipelinedeals:${kind}:${UNKNOWN}`,
    ],
  };
}

describe.each<Kind>(['Deal', 'Person', 'Organization', 'Stage', 'Pipeline', 'User', 'Product'])('%s ids', (kind) => {
  it('come back each at its own place, shuffled, twice, unknown and deleted ones', async () => {
    const { there, gone } = stock(kind);
    const mixed = shuffled([...shuffled(there, 7).slice(0, 202), ...gone.slice(-20)], 3);
    const ids = [...mixed, ...mixed.slice(0, 9)];
    const { data, errors } = await reads.ask(NODES, { ids });
    expect(errors).toBeUndefined();
    expect(data.nodes.map((node: { id: string } | null) => node?.id ?? null)).toEqual(
      ids.map((id) => (gone.includes(id) ? null : id)),
    );
    expect(new Set(data.nodes.map((node: { __typename: string } | null) => node?.__typename ?? kind))).toEqual(
      new Set([kind]),
    );
  });
});

describe('a number of deals', () => {
  it.each([1, 2, 4, 99, 100, 101])('of %i on both CRMs', async (count) => {
    const { pipedrive, pipelinedeals } = reads.gateway;
    const live = [...pipedrive.store.deals.values()].filter((deal) => !deal.is_deleted);
    const ids = shuffled(
      [
        ...live.slice(0, count).map(({ id }) => `pipedrive:Deal:${id}`),
        ...[...pipelinedeals.store.deals.keys()].slice(0, count).map((id) => `pipelinedeals:Deal:${id}`),
      ],
      count,
    );
    const { data, cost } = await reads.ask(NODES, { ids });
    expect(data.nodes.map((node: { id: string }) => node.id)).toEqual(ids);
    expect(cost.pipelinedeals.requests).toBe(1);
    // Up to three are read alone, as is what is left over of a hundred; the archived ones a batch leaves out are
    // looked for again, up to seven alone.
    const batched = live.slice(0, count < 4 ? 0 : Math.min(count, 100));
    const archived = batched.filter((deal) => deal.is_archived).length;
    const again = archived > 7 ? 1 : archived;
    expect(cost.pipedrive.requests).toBe(count - batched.length + (batched.length > 0 ? 1 : 0) + again);
  });

  it('finds archived deals among others and alone', async () => {
    const { pipedrive, pipelinedeals } = reads.gateway;
    const archived = [
      ...[...pipedrive.store.deals.values()]
        .filter((deal) => deal.is_archived && !deal.is_deleted)
        .map(({ id, title }) => ({ id: `pipedrive:Deal:${id}`, title })),
      ...[...pipelinedeals.store.deals.values()]
        .filter((deal) => deal.is_archived)
        .map(({ id, name }) => ({ id: `pipelinedeals:Deal:${id}`, title: name })),
    ];
    expect(archived.length).toBeGreaterThan(20);
    const { nodes } = await reads.data(NODES, { ids: archived.map(({ id }) => id) });
    expect(nodes).toEqual(archived.map((deal) => ({ __typename: 'Deal', ...deal, isArchived: true })));
    for (const { id, title } of [archived[0], archived.at(-1)] as { id: string; title: string }[]) {
      expect((await reads.data('query ($id: ID!) { deal(id: $id) { title } }', { id })).deal).toEqual({ title });
    }
  });
});

it('finds lines of deals by their own ids', async () => {
  const { pipedrive, pipelinedeals } = reads.gateway;
  const lines = [...pipedrive.store.dealProducts.values()]
    .filter((line) => pipedrive.store.deals.get(line.deal_id)?.is_deleted === false)
    .slice(0, 101)
    .map((line) => `pipedrive:DealProduct:${line.deal_id}/${line.id}`);
  const names = [...pipelinedeals.store.deals.values()]
    .flatMap((deal) => deal.product_line_ids.map((line) => `pipelinedeals:DealProduct:${deal.id}/${line}`))
    .slice(0, 101);
  const strange = [
    `pipedrive:DealProduct:${UNKNOWN}/1`,
    `${lines[0]?.split('/')[0]}/${UNKNOWN}`,
    `pipelinedeals:DealProduct:${UNKNOWN}/1`,
    `${names[0]?.split('/')[0]}/${UNKNOWN}`,
  ];
  const ids = shuffled([...lines, ...names, ...strange, ...lines.slice(0, 5)], 11);
  const { nodes } = await reads.data(
    'query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on DealProduct { name deal { id } } } }',
    { ids },
  );
  expect(nodes.map((node: { id: string } | null) => node?.id ?? null)).toEqual(
    ids.map((id) => (strange.includes(id) ? null : id)),
  );
  for (const node of nodes) if (node) expect(node.id).toContain(node.deal.id.replace(':Deal:', ':DealProduct:'));
});

it('reads CRMs themselves, for nothing', async () => {
  const answer = await reads.ask('{ nodes(ids: ["pipelinedeals", "pipedrive"]) { __typename id } }');
  expect(answer.data.nodes).toEqual([
    { __typename: 'Crm', id: 'pipelinedeals' },
    { __typename: 'Crm', id: 'pipedrive' },
  ]);
  expect(answer.cost).toEqual({ pipedrive: NOTHING, pipelinedeals: NOTHING });
});

describe('an id that cannot be one', () => {
  it.each([
    ['nonsense', 'nonsense'],
    ['an unknown CRM', 'zoho:Deal:1'],
    ['an unknown CRM by itself', 'zoho'],
    ['no number', 'pipedrive:Deal:abc'],
    ['a leading zero', 'pipedrive:Deal:01'],
    ['zero', 'pipedrive:Deal:0'],
    ['a negative number', 'pipedrive:Deal:-1'],
    ['more than a number can hold', 'pipedrive:Deal:9007199254740993'],
    ['an unknown type', 'pipedrive:Lead:1'],
    ['a line without its deal', 'pipedrive:DealProduct:1'],
    ['a deal with a line', 'pipedrive:Deal:1/2'],
    ['nothing', ''],
    ['injection', 'pipedrive:Deal:1?api_token=x'],
    ['too many parts', 'pipedrive:Deal:1:2'],
  ])('is refused before any call: %s', async (_what, id) => {
    const valid = 'pipedrive:Deal:1';
    expect(refusal(await reads.ask(NODES, { ids: [valid, id] }))).toEqual({
      code: 'BAD_USER_INPUT',
      argument: 'ids.1',
    });
    expect(refusal(await reads.ask('query ($id: ID!) { node(id: $id) { id } }', { id }))).toEqual({
      code: 'BAD_USER_INPUT',
      argument: 'id',
    });
    expect(refusal(await reads.ask('query ($id: ID!) { deal(id: $id) { id } }', { id }))).toEqual({
      code: 'BAD_USER_INPUT',
      argument: 'id',
    });
  });

  it.each([
    ['deal', 'pipedrive:Person:1'],
    ['person', 'pipelinedeals:Deal:1'],
    ['organization', 'pipedrive:User:1'],
    ['stage', 'pipedrive:Pipeline:1'],
  ])('is refused where another type is expected: %s', async (field, id) => {
    const answer = await reads.ask(`query ($id: ID!) { ${field}(id: $id) { id } }`, { id });
    expect(refusal(answer)).toEqual({ code: 'BAD_USER_INPUT', argument: 'id' });
    expect(onlyError(answer)).toMatchObject({ path: [field], retryable: false, requestId: expect.any(String) });
  });

  it('is refused when there are more than 500', async () => {
    const ids = Array.from({ length: 501 }, (_, index) => `pipedrive:Deal:${index + 1}`);
    expect(refusal(await reads.ask(NODES, { ids }))).toEqual({ code: 'BAD_USER_INPUT', argument: 'ids' });
  });

  it('costs its own alias only', async () => {
    const answer: Answer = await reads.ask(
      '{ a: deal(id: "nonsense") { id } b: stage(id: "pipedrive:Stage:1") { id } }',
    );
    expect(answer.data.a).toBeNull();
    expect(onlyError(answer)).toMatchObject({ path: ['a'], code: 'BAD_USER_INPUT' });
  });
});

it('answers nothing for nothing', async () => {
  const answer = await reads.ask(NODES, { ids: [] });
  expect(answer.data).toEqual({ nodes: [] });
  expect(answer.cost).toEqual({ pipedrive: NOTHING, pipelinedeals: NOTHING });
});
