import { type ClientRequest, request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { startTestGateway, type TestGateway, type TestGatewayOptions } from '../../support/gateway.ts';
import { hold } from '../../support/held.ts';
import { listen, type Origin } from '../../transport/origin.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

/** A gateway whose PipelineDeals never answers, and which of its requests were given up. */
async function inFrontOfSilence(env: TestGatewayOptions['env'] = {}) {
  const givenUp: string[] = [];
  const silent: Origin = await listen((response, { url }) => {
    response.on('close', () => givenUp.push(url.replace(/\?.*/, '')));
  });
  const gateway = await startTestGateway({
    pipedrive: { deals: 5 },
    checksPrices: false,
    env: { PIPELINEDEALS_API_URL: `${silent.url}/api/v3`, ...env },
  });
  open.push(gateway, silent);
  return { gateway, givenUp, received: silent.received };
}

/** A client that can hang up. */
function send(gateway: TestGateway, query: string): ClientRequest {
  const client = request(gateway.url, { method: 'POST', headers: { 'content-type': 'application/json' } });
  client.on('error', () => undefined);
  client.end(JSON.stringify({ query }));
  return client;
}

/** What was done before has arrived, since what was sent after it is answered. */
async function hasArrived(gateway: TestGateway): Promise<void> {
  for (let round = 0; round < 3; round += 1) await gateway.query('{ crms { id } }');
}

const DEAL = '/api/v3/deals/1.json';
const USERS = '/api/v3/users.json';
const deal = (alias: string) => `{ ${alias}: deal(id: "pipelinedeals:Deal:1") { title } }`;
const user = (alias: string) => `{ ${alias}: node(id: "pipelinedeals:User:1") { ... on User { name } } }`;

describe('a client that hangs up', () => {
  it.each([
    { given: 'a record', query: deal('a'), path: DEAL },
    { given: 'a table', query: user('a'), path: USERS },
  ])('ends the read of $given that nobody else waits for', async ({ query, path }) => {
    const { gateway, givenUp, received } = await inFrontOfSilence();
    const client = send(gateway, query);
    await eventually(() => expect(received).toHaveLength(1));
    client.destroy();
    await eventually(() => expect(givenUp).toEqual([path]));
    expect(received).toHaveLength(1);
  });

  it.each([
    { given: 'the same query', queries: [deal('a'), deal('a')], path: DEAL },
    { given: 'the same record', queries: [deal('a'), deal('b')], path: DEAL },
    { given: 'the same table', queries: [user('a'), user('b')], path: USERS },
  ])('leaves those who wait for $given their read, until the last one has gone', async ({ queries, path }) => {
    const { gateway, givenUp, received } = await inFrontOfSilence();
    const [first, last] = queries.map((query) => send(gateway, query));
    await eventually(() => expect(received).toHaveLength(1));
    await hasArrived(gateway);
    first?.destroy();
    await hasArrived(gateway);
    expect(givenUp).toEqual([]);
    last?.destroy();
    await eventually(() => expect(givenUp).toEqual([path]));
    expect(received).toHaveLength(1);
  });

  it('does not take back a write that was sent', async () => {
    const gateway = await startTestGateway({ pipedrive: { deals: 5 }, pipelinedeals: { deals: 5 } });
    open.push(gateway);
    const ADD = `mutation { addDeal(
      input: { crm: "pipelinedeals", title: "Sent" } control: { idempotencyKey: "leaves-after-sending" }
    ) { outcome deal { title } } }`;
    const held = hold(gateway.pipelinedeals, ({ method }) => method === 'POST');
    const client = send(gateway, ADD);
    await eventually(() => expect(held.log.some(({ method }) => method === 'POST')).toBe(true));
    client.destroy();
    await hasArrived(gateway);
    held.release();
    expect((await gateway.query(ADD)).data).toEqual({ addDeal: { outcome: 'REPLAYED', deal: { title: 'Sent' } } });
    expect(gateway.pipelinedeals.log.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });
});

it.each([
  { given: 'a record', query: deal('a'), path: DEAL },
  { given: 'a table', query: user('a'), path: USERS },
])('the deadline of an operation ends its read of $given', async ({ query, path }) => {
  const { gateway, givenUp, received } = await inFrontOfSilence({ DEALGRAPH_QUERY_TIMEOUT_MS: '300' });
  const { errors } = await gateway.query(query);
  expect(errors).toMatchObject([{ path: ['a'], extensions: { code: 'UPSTREAM_TIMEOUT', crm: 'pipelinedeals' } }]);
  await eventually(() => expect(givenUp).toEqual([path]));
  expect(received).toHaveLength(1);
});
