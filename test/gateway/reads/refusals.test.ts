import { describe, expect, it } from 'vitest';
import { NOTHING, refusal, useReads } from './support.ts';

const reads = useReads({ pipedrive: { deals: 60 }, pipelinedeals: { deals: 60 } });

const LIST = `query ($filter: DealFilter, $crms: [ID!], $orderBy: DealOrder, $first: Int, $after: String) {
  deals(filter: $filter, crms: $crms, orderBy: $orderBy, first: $first, after: $after) {
    nodes { id } pageInfo { endCursor }
  }
}`;

describe('a page size', () => {
  it.each([0, -1, 501, 2_147_483_647])('of %i is refused before any call', async (first) => {
    for (const field of ['deals', 'people', 'organizations']) {
      const answer = await reads.ask(`query ($first: Int) { ${field}(first: $first) { nodes { id } } }`, { first });
      expect(refusal(answer)).toEqual({ code: 'BAD_USER_INPUT', argument: 'first' });
    }
  });

  it('is 50 when it is null', async () => {
    const { deals } = await reads.data(LIST, { first: null });
    expect(deals.nodes).toHaveLength(50);
  });

  it.each(['products', 'people'])('within a deal (%s) fails that list only', async (field) => {
    const [id] = reads.gateway.pipelinedeals.store.deals.keys();
    const { data, errors } = await reads.ask(
      `{ deal(id: "pipelinedeals:Deal:${id}") { title ${field}(first: 0) { nodes { id } } } }`,
    );
    expect(data.deal).toMatchObject({ title: expect.any(String), [field]: null });
    expect(errors).toMatchObject([
      { path: ['deal', field], extensions: { code: 'BAD_USER_INPUT', argument: 'first' } },
    ]);
  });
});

describe('a filter', () => {
  it.each<[string, object, string]>([
    ['eq with in', { stage: { eq: 'pipedrive:Stage:1', in: ['pipedrive:Stage:1'] } }, 'filter.stage'],
    ['eq null with in', { owner: { eq: null, in: [] } }, 'filter.owner'],
    ['a status twice', { status: { eq: 'OPEN', in: ['WON'] } }, 'filter.status'],
    ['an id of another type', { person: { eq: 'pipedrive:Organization:1' } }, 'filter.person.eq'],
    ['a malformed id in a list', { pipeline: { in: ['pipedrive:Pipeline:1', 'x'] } }, 'filter.pipeline.in.1'],
    ['an unknown CRM', { organization: { eq: 'zoho:Organization:1' } }, 'filter.organization.eq'],
  ])('is refused before any call: %s', async (_what, filter, argument) => {
    expect(refusal(await reads.ask(LIST, { filter }))).toEqual({ code: 'BAD_USER_INPUT', argument });
  });

  it.each<[string, object]>([
    ['an impossible day', { expectedCloseDate: { gte: '2026-02-30' } }],
    ['a moment without offset', { createdAt: { gte: '2026-02-01T00:00:00' } }],
    ['a decimal that is none', { value: { gte: '1,000' } }],
    ['a number that has been rounded', { value: { gte: Number('12345678901234567') } }],
    ['an unknown status', { status: { eq: 'CLOSED' } }],
    ['an unknown field', { colour: { eq: 'red' } }],
  ])('is refused by its type: %s', async (_what, filter) => {
    const answer = await reads.ask(LIST, { filter });
    expect(answer.cost).toEqual({ pipedrive: NOTHING, pipelinedeals: NOTHING });
    expect(answer.errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
  });
});

it.each(['deals', 'people', 'organizations'])('an unknown CRM is refused before any call: %s', async (field) => {
  const answer = await reads.ask(`{ ${field}(crms: ["pipedrive", "zoho"]) { nodes { id } } }`);
  expect(refusal(answer)).toEqual({ code: 'BAD_USER_INPUT', argument: 'crms' });
});

describe('a cursor', () => {
  it.each<[string, object]>([
    ['another filter', { filter: { status: { eq: 'OPEN' } } }],
    ['another value of a filter', { filter: { archived: 'INCLUDE' } }],
    ['another order', { orderBy: { field: 'UPDATED_AT', direction: 'DESC' } }],
    ['another direction', { orderBy: { field: 'CREATED_AT', direction: 'ASC' } }],
    ['other CRMs', { crms: ['pipedrive'] }],
  ])('of a list does not fit one with %s', async (_what, other) => {
    const { deals } = await reads.data(LIST, { first: 5 });
    const answer = await reads.ask(LIST, { ...other, after: deals.pageInfo.endCursor });
    expect(refusal(answer)).toEqual({ code: 'BAD_USER_INPUT', argument: 'after' });
  });

  it('of people does not fit deals', async () => {
    const { people } = await reads.data('{ people(first: 2) { pageInfo { endCursor } } }');
    const answer = await reads.ask(LIST, { after: people.pageInfo.endCursor });
    expect(refusal(answer)).toEqual({ code: 'BAD_USER_INPUT', argument: 'after' });
  });

  it.each(['', 'nonsense', 'e30', '🚚', 'A'.repeat(20_000)])(
    'that is none is refused before any call: %#',
    async (after) => {
      expect(refusal(await reads.ask(LIST, { after }))).toEqual({ code: 'BAD_USER_INPUT', argument: 'after' });
    },
  );

  it('that was changed is refused', async () => {
    const { deals } = await reads.data(LIST, { first: 5 });
    const text = Buffer.from(deals.pageInfo.endCursor, 'base64url').toString();
    const after = Buffer.from(text.replace(/(\d)(?=\D*$)/, (digit) => String((Number(digit) + 1) % 10))).toString(
      'base64url',
    );
    expect(refusal(await reads.ask(LIST, { after }))).toEqual({ code: 'BAD_USER_INPUT', argument: 'after' });
  });
});

describe('text that is no Unicode', () => {
  const SEARCH = 'query ($term: String!) { searchDeals(term: $term) { nodes { deal { id } } } }';

  it.each<[string, Record<string, unknown>, string]>([
    [SEARCH, { term: '\ud800' }, 'term'],
    [SEARCH, { term: 'battery \udd0b' }, 'term'],
    [LIST, { filter: { title: { contains: 'a\udc00b' } } }, 'filter.title.contains'],
    [LIST, { filter: { or: [{}, { title: { eq: '\ud83d' } }] } }, 'filter.or.1.title.eq'],
  ])('is refused by its place, before any call: %s %j', async (query, variables, path) => {
    const { errors, cost } = await reads.ask(query, variables);
    expect(errors).toMatchObject([
      { message: expect.stringContaining(`at "${path}"`), extensions: { code: 'BAD_USER_INPUT' } },
    ]);
    expect(cost).toEqual({ pipedrive: NOTHING, pipelinedeals: NOTHING });
  });

  it('is refused in a document as well', async () => {
    const { errors } = await reads.ask('{ searchDeals(term: "\ud800") { nodes { deal { id } } } }');
    expect(errors).toMatchObject([{ extensions: { code: 'GRAPHQL_PARSE_FAILED' } }]);
  });

  it('is none where both halves of a character are there', async () => {
    const { searchDeals } = await reads.data(SEARCH, { term: 'battery \ud83d\udd0b' });
    expect(searchDeals.nodes).toEqual([]);
  });
});
