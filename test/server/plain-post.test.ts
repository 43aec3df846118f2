import { afterEach, describe, expect, it } from 'vitest';
import { Crms } from '../../src/domain/crms.ts';
import { createServer, type GatewayServer } from '../../src/server/create-server.ts';
import { sendGraphQL } from '../support/graphql-client.ts';
import { recordingLogger } from '../support/log-lines.ts';
import { serverParts } from './server-parts.ts';
import { Gate, tinySchema } from './tiny-schema.ts';

const servers: GatewayServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function start(gate?: Gate) {
  const { logger, lines } = recordingLogger();
  const crms = new Crms([]);
  const server = createServer(serverParts({ schema: tinySchema(gate), logger, crms }));
  servers.push(server);
  return { url: await server.listen(0, '127.0.0.1'), lines, crms };
}

/** Only the first of them is answered without yoga's HTTP side. */
const PLAIN = 'application/json';
const THROUGH_YOGA = 'application/graphql+json';

describe('a plain request', () => {
  const json = 'application/json';
  const graphql = 'application/graphql-response+json';

  it.each<{ body: object | string; accept?: string }>([
    { body: { query: '{ hello }' } },
    { body: { query: '{ hello }', variables: null, operationName: null, extensions: null } },
    { body: { query: '{ hello }', extensions: {} } },
    { body: { query: 'query A { hello } query B { spend }', operationName: 'B' } },
    { body: { query: 'query A { hello } query B { spend }' } },
    { body: { query: 'query A { hello } query B { spend }' }, accept: graphql },
    { body: { query: 'query A { hello }', operationName: 'C' }, accept: graphql },
    { body: { query: 'mutation { hello }' } },
    { body: { query: 'subscription { hello }' } },
    { body: { query: '{ hello unavailable refused bug }' } },
    { body: { query: '{ hello mustNotBeNull }' } },
    { body: { query: '{ hello mustNotBeNull }' }, accept: graphql },
    { body: { query: '{ hello' } },
    { body: { query: '{ hello' }, accept: graphql },
    { body: { query: '{ nothing }' } },
    { body: { query: '{ nothing }' }, accept: graphql },
    { body: { query: 'query ($n: Int) { takes(number: $n) }', variables: { n: 'x' } } },
    { body: { query: 'query ($n: Int) { takes(number: $n) }', variables: { n: 'x' } }, accept: graphql },
    { body: { query: 'query ($n: Int) { takes(number: $n) }', variables: { n: 4 } }, accept: '*/*' },
    { body: { query: '{ hello }' }, accept: `${graphql},${json};q=0.9` },
    { body: { query: '{ hello }' }, accept: `${json}, text/event-stream, multipart/mixed` },
    { body: { query: '{ hello }' }, accept: `${json};charset=latin1, ${graphql};charset=utf-8` },
    { body: { query: '{ hello }' }, accept: 'text/plain' },
    { body: { query: '{ hello }' }, accept: 'text/event-stream' },
    { body: { query: 7 } },
    { body: { query: '{ hello }', variables: [] } },
    { body: { query: '{ hello }', variables: 'x' } },
    { body: { query: '{ hello }', foo: 1 } },
    { body: {}, accept: graphql },
    { body: [] },
    { body: 'null' },
    { body: '{' },
  ])('is answered as through yoga: $body, $accept', async ({ body, accept = json }) => {
    const { url } = await start();
    const ask = async (type: string) => {
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const headers = { 'content-type': type, accept };
      const response = await fetch(url, { method: 'POST', body: text, headers });
      const requestId = response.headers.get('x-request-id') ?? 'none';
      return {
        status: response.status,
        type: response.headers.get('content-type'),
        body: (await response.text()).replaceAll(requestId, '<id>'),
      };
    };
    const through = await ask(THROUGH_YOGA);
    expect(await ask(PLAIN)).toEqual(through);
    // Whatever is kept of the first does not change the second.
    expect(await ask(PLAIN)).toEqual(through);
  });
});

describe('identical queries in flight', () => {
  it('are executed once, and each has an answer, a receipt and a line in the log of its own', async () => {
    const gate = new Gate();
    const { url, lines } = await start(gate);
    const document = 'query Wait { wait spend refused }';
    const answers = [sendGraphQL(url, document), sendGraphQL(url, document)];
    await gate.reached;
    await settledRequests(lines, url);
    gate.open();
    const [one, other] = (await Promise.all(answers)).toSorted(
      (a, b) => (b.extensions?.upstream.requests ?? 0) - (a.extensions?.upstream.requests ?? 0),
    );
    expect(other?.data).toEqual(one?.data);
    expect(one?.extensions?.upstream.requests).toBe(3);
    expect(other?.extensions).toEqual({
      upstream: {
        requests: 0,
        tokens: {},
        byCrm: {
          pipedrive: { requests: 0, coalesced: 2, cached: 1 },
          pipelinedeals: { requests: 0, coalesced: 2, cached: 0 },
        },
      },
    });
    for (const answer of [one, other]) {
      expect(answer?.errors?.[0]?.extensions.requestId).toBe(answer?.headers.get('x-request-id'));
    }
    const logged = lines.filter((line) => line.msg === 'operation' && line.operation === 'Wait');
    expect(logged).toHaveLength(2);
    expect(new Set(logged.map((line) => line.requestId)).size).toBe(2);
  });

  it.each([
    { differ: 'another credential', init: { headers: { authorization: 'Bearer two' } } },
    { differ: 'another header', init: { headers: { 'x-anything': 'else' } } },
  ])('are not shared with $differ', async ({ init }) => {
    const gate = new Gate();
    const { url, lines } = await start(gate);
    const answers = [sendGraphQL(url, '{ wait spend }'), sendGraphQL(url, '{ wait spend }', {}, init)];
    await gate.reached;
    await settledRequests(lines, url);
    gate.open();
    for (const answer of await Promise.all(answers)) expect(answer.extensions?.upstream.requests).toBe(3);
  });

  it.each(['query upstream { wait spend }', 'query operations { wait spend }'])(
    'are not shared when they speak of what the gateway keeps for each caller: %s',
    async (document) => {
      const gate = new Gate();
      const { url, lines } = await start(gate);
      const answers = [sendGraphQL(url, document), sendGraphQL(url, document)];
      await gate.reached;
      await settledRequests(lines, url);
      gate.open();
      for (const answer of await Promise.all(answers)) expect(answer.extensions?.upstream.requests).toBe(3);
    },
  );

  it('are not shared across a write', async () => {
    const gate = new Gate();
    const { url, lines, crms } = await start(gate);
    const before = sendGraphQL(url, '{ wait spend }');
    await gate.reached;
    crms.writes.begin();
    crms.writes.end();
    const after = sendGraphQL(url, '{ wait spend }');
    await settledRequests(lines, url);
    gate.open();
    for (const answer of await Promise.all([before, after])) expect(answer.extensions?.upstream.requests).toBe(3);
  });

  it('mutations are never shared', async () => {
    const gate = new Gate();
    const { url, lines } = await start(gate);
    const answers = [sendGraphQL(url, 'mutation M { wait }'), sendGraphQL(url, 'mutation M { wait }')];
    await gate.reached;
    await settledRequests(lines, url);
    gate.open();
    await Promise.all(answers);
    expect(lines.filter((line) => line.operation === 'M')).toHaveLength(2);
  });
});

/** Requests sent before this one have arrived: the server takes them in order of arrival, and answers this one last. */
async function settledRequests(lines: readonly Record<string, unknown>[], url: string): Promise<void> {
  const before = lines.length;
  await sendGraphQL(url, '{ hello }');
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(lines.length).toBeGreaterThan(before);
}
