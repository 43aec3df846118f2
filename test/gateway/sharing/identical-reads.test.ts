import { request } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { askAtOnce } from '../../support/at-once.ts';
import { aCaller, bearer, configOf } from '../../support/callers.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import type { GraphQLAnswer } from '../../support/graphql-client.ts';
import { hold } from '../../support/held.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ pipedrive: { deals: 20 }, pipelinedeals: { deals: 20 } });
});
afterAll(() => gateway.close());
beforeEach(() => {
  gateway.pipedrive.reset();
  gateway.pipelinedeals.reset();
});

const costOf = ({ extensions }: GraphQLAnswer, crm = 'pipedrive') => {
  const { requests, coalesced } = extensions?.upstream.byCrm[crm] ?? { requests: 0, coalesced: 0 };
  return { requests, coalesced, tokens: extensions?.upstream.tokens[crm] ?? 0 };
};
const byCost = (a: GraphQLAnswer, b: GraphQLAnswer) => costOf(b).requests - costOf(a).requests;
/** Another operation each time, that reads the same. */
const oneOf = (alias: string, id = 'pipedrive:Deal:1') => `{ ${alias}: deal(id: "${id}") { title } }`;

it('different operations that read the same at the same time cost one request', async () => {
  const held = hold(gateway.pipedrive);
  const answers = askAtOnce(
    gateway.url,
    ['a', 'b', 'c'].map((alias) => ({ query: oneOf(alias) })),
  );
  await held.arrived(1);
  held.release();
  const told = (await answers).toSorted(byCost);
  expect(held.log).toHaveLength(1);
  expect(told.map((answer) => costOf(answer))).toEqual([
    { requests: 1, coalesced: 0, tokens: 1 },
    { requests: 0, coalesced: 1, tokens: 0 },
    { requests: 0, coalesced: 1, tokens: 0 },
  ]);
  const titles = told.map(({ data }) => (Object.values(data ?? {})[0] as { title: string }).title);
  expect(new Set(titles).size).toBe(1);
});

it('the same list twice in one operation is read once', async () => {
  const before = gateway.pipelinedeals.log.length;
  const answer = await gateway.query(
    '{ a: deals(crms: ["pipelinedeals"], first: 3) { nodes { id } } b: deals(crms: ["pipelinedeals"], first: 3) { nodes { title } } }',
  );
  expect(answer.errors).toBeUndefined();
  expect(gateway.pipelinedeals.log.length - before).toBe(costOf(answer, 'pipelinedeals').requests);
  const lists = gateway.pipelinedeals.log.slice(before).filter(({ path }) => path === '/api/v3/deals.json');
  expect(lists).toHaveLength(1);
});

it.each(['pipedrive', 'pipelinedeals'] as const)(
  'a read of %s begun after a write is not answered with one begun before it',
  async (crm) => {
    const { [crm]: simulator } = gateway;
    const listed = await gateway.query<{ deals: { nodes: { id: string; remoteId: string }[] } }>(
      `{ deals(crms: ["${crm}"], first: 1) { nodes { id remoteId } } }`,
    );
    const { id = '', remoteId } = listed.data?.deals.nodes[0] ?? {};
    const own = new RegExp(`/deals/${remoteId}(\\.json)?$`);
    await gateway.query(oneOf('first', id));
    let isHeld = false;
    // Only the first: what the write itself reads joins nothing either.
    const old = hold(simulator, ({ path }) => {
      const isFirst = !isHeld && own.test(path);
      isHeld ||= isFirst;
      return isFirst;
    });
    const before = gateway.query(oneOf('before', id));
    await old.arrived(1);
    const title = `Renamed in ${crm}`;
    const renamed = await gateway.query(
      'mutation ($id: ID!, $title: String!) { updateDeal(input: { id: $id, title: $title }) { outcome deal { title } } }',
      { id, title },
    );
    expect(renamed.data).toEqual({ updateDeal: { outcome: 'APPLIED', deal: { title } } });
    const after = await gateway.query(oneOf('after', id));
    expect(after.data).toEqual({ after: { title } });
    expect(costOf(after, crm)).toMatchObject({ requests: 1, coalesced: 0 });
    old.release();
    expect((await before).data).not.toEqual({ before: { title } });
  },
);

it('callers share nothing with each other', async () => {
  const [ana, ben] = [aCaller('ana', ['read']), aCaller('ben', ['read'])];
  const own = await startTestGateway({ env: configOf([ana, ben]), pipedrive: { deals: 5 } });
  const held = hold(own.pipedrive);
  const answers = askAtOnce(
    own.url,
    [ana, ben].flatMap(({ key }) => ['a', 'b'].map((alias) => ({ query: oneOf(alias), headers: bearer(key) }))),
  );
  await held.arrived(2);
  held.release();
  const costs = (await answers).map((answer) => costOf(answer).requests);
  expect(held.log).toHaveLength(2);
  expect([costs.slice(0, 2).toSorted(), costs.slice(2).toSorted()]).toEqual([
    [0, 1],
    [0, 1],
  ]);
  await own.close();
});

it('a client that hangs up takes nothing from those who wait for the same', async () => {
  const held = hold(gateway.pipedrive, ({ path }) => path === '/api/v2/deals/1');
  const leaving = request(gateway.url, { method: 'POST', headers: { 'content-type': 'application/json' } });
  leaving.on('error', () => undefined);
  leaving.end(JSON.stringify({ query: oneOf('leaving') }));
  await held.arrived(1);
  // What else it reads shows that it is on its way.
  const staying = gateway.query(
    '{ staying: deal(id: "pipedrive:Deal:1") { title } savedFilters(crms: ["pipedrive"]) { id } }',
  );
  await held.arrived(2);
  await setTimeout(100);
  leaving.destroy();
  await setTimeout(50);
  held.release();
  const answer = await staying;
  expect(answer.errors).toBeUndefined();
  expect(costOf(answer)).toEqual({ requests: 1, coalesced: 1, tokens: 20 });
  expect(held.log).toHaveLength(2);
});
