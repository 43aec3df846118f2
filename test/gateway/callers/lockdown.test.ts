import { createHash } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aCaller, bearer, codesOf, configOf, queryAs } from '../../support/callers.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { readAnswer, sendGraphQL } from '../../support/graphql-client.ts';
import { sendRaw } from '../../support/raw-http.ts';

const reader = aCaller('reader', ['read']);
const admin = aCaller('admin', ['read', 'admin']);
const CRMS = '{ crms { id } }';
const HTML = { accept: 'text/html' };

const gateways: TestGateway[] = [];
async function start(env: Record<string, string>): Promise<TestGateway> {
  const gateway = await startTestGateway({ env });
  gateways.push(gateway);
  return gateway;
}
afterAll(() => Promise.all(gateways.map((gateway) => gateway.close())));

describe('with callers', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start(configOf([reader, admin]));
  });

  it.each([
    ['the whole schema', getIntrospectionQuery()],
    ['one type', '{ __type(name: "Deal") { name } }'],
    ['the schema in a fragment', 'query { ...f } fragment f on Query { __schema { queryType { name } } }'],
    ['the schema under another name', '{ crms { id } x: __schema { queryType { name } } }'],
  ])('%s is shown to admins only', async (_of, document) => {
    const refused = await queryAs(gateway, reader, document);
    expect([codesOf(refused), refused.data ?? null]).toEqual([['FORBIDDEN'], null]);
    expect(codesOf(await queryAs(gateway, admin, document))).toEqual([]);
    expect(codesOf(await queryAs(gateway, reader, document))).toEqual(['FORBIDDEN']);
  });

  it('__typename is no secret', async () => {
    expect((await queryAs(gateway, reader, '{ __typename }')).data).toEqual({ __typename: 'Query' });
  });

  it.each([
    ['a field', '{ dealz { nodes { id } } }', {}],
    ['an argument', '{ deals(frist: 1) { nodes { id } } }', {}],
    ['a type', '{ node(id: "pipedrive") { ... on Crn { id } } }', {}],
    ['an enum value', '{ deals(onCrmFailure: FAILS) { nodes { id } } }', {}],
    [
      'an enum value in a variable',
      'query ($v: OnCrmFailure!) { deals(onCrmFailure: $v) { nodes { id } } }',
      { v: 'FAILS' },
    ],
    [
      'an input field in a variable',
      'query ($f: DealFilter) { deals(filter: $f) { nodes { id } } }',
      { f: { statuz: 1 } },
    ],
  ])('a name near that of %s is answered without the name', async (_of, document, variables) => {
    // The admin first: what was validated for one caller is kept for all.
    for (const caller of [admin, reader]) {
      const answer = await queryAs(gateway, caller, document, variables);
      expect(answer.errors?.length).toBeGreaterThan(0);
      if (caller === reader) expect(JSON.stringify(answer.errors)).not.toMatch(/did you mean/i);
    }
  });

  it('a document that cannot be parsed is refused without the words of the parser', async () => {
    const answer = await queryAs(gateway, reader, '{ crms { id }');
    expect(answer.errors?.map(({ message }) => message)).toEqual(['The document cannot be parsed']);
  });

  it('GraphiQL is off unless it is configured', async () => {
    expect((await fetch(gateway.url, { headers: HTML })).status).toBe(401);
    const shown = await start({ ...configOf([reader]), DEALGRAPH_GRAPHIQL: '1' });
    const page = await fetch(shown.url, { headers: HTML });
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  });

  it('health is told to everybody, metrics to admins', async () => {
    const { origin } = new URL(gateway.url);
    const statusOf = async (of: string, headers = {}) => (await fetch(origin + of, { headers })).status;
    expect(await statusOf('/health')).toBe(200);
    expect(await statusOf('/ready')).toBe(200);
    expect(await statusOf('/metrics')).toBe(401);
    expect(await statusOf('/metrics', bearer(reader.key))).toBe(403);
    expect(await statusOf('/metrics', bearer(admin.key))).toBe(200);
  });
});

describe('introspection that is off', () => {
  it('is off for admins too', async () => {
    const gateway = await start({ ...configOf([admin]), DEALGRAPH_INTROSPECTION: 'off' });
    expect(codesOf(await queryAs(gateway, admin, getIntrospectionQuery()))).toEqual(['FORBIDDEN']);
  });

  it('may be off where callers are not told apart', async () => {
    const gateway = await start({ DEALGRAPH_INTROSPECTION: 'off', DEALGRAPH_GRAPHIQL: '0' });
    expect(codesOf(await sendGraphQL(gateway.url, getIntrospectionQuery()))).toEqual(['FORBIDDEN']);
    expect(codesOf(await sendGraphQL(gateway.url, CRMS))).toEqual([]);
  });
});

describe('persisted operations', () => {
  const document = 'query Crms { crms { id } }\n';
  const hash = createHash('sha256').update(document).digest('hex');
  const byHash = (sha256Hash: string) => ({ persistedQuery: { version: 1, sha256Hash } });
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'dealgraph-documents-'));
    await writeFile(path.join(folder, 'crms.graphql'), document);
    await writeFile(path.join(folder, 'list.json'), JSON.stringify({ 'crms-1': document }));
    await writeFile(path.join(folder, 'stale.json'), JSON.stringify({ old: '{ noSuchField }', broken: '{' }));
  });

  async function send({ url }: TestGateway, body: object, headers = {}) {
    return readAnswer(
      await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }),
    );
  }

  it('of a folder are sent by the hash of their text, and nothing else is taken', async () => {
    const gateway = await start({ DEALGRAPH_PERSISTED_OPERATIONS: folder });
    expect((await send(gateway, { extensions: byHash(hash) })).data).toEqual({
      crms: [{ id: 'pipedrive' }, { id: 'pipelinedeals' }],
    });
    expect((await send(gateway, { query: document })).data).not.toBeUndefined();
    const before = gateway.pipedrive.log.length;
    const arbitrary = await send(gateway, { query: '{ deals { nodes { id } } }' });
    expect([arbitrary.status, ...codesOf(arbitrary)]).toEqual([403, 'FORBIDDEN']);
    const unknown = await send(gateway, { extensions: byHash('0'.repeat(64)) });
    expect([unknown.status, ...codesOf(unknown)]).toEqual([400, 'BAD_REQUEST']);
    const none = await send(gateway, {});
    expect([none.status, ...codesOf(none)]).toEqual([400, 'BAD_REQUEST']);
    // A document and the hash of another: the document is what counts.
    const both = await send(gateway, { query: '{ deals { nodes { id } } }', extensions: byHash(hash) });
    expect(codesOf(both)).toEqual(['FORBIDDEN']);
    expect(gateway.pipedrive.log.length).toBe(before);
  });

  it('of a file are sent by its keys, and other documents by admins where that is configured', async () => {
    const gateway = await start({
      ...configOf([reader, admin]),
      DEALGRAPH_PERSISTED_OPERATIONS: path.join(folder, 'list.json'),
      DEALGRAPH_ARBITRARY_OPERATIONS: 'admin',
    });
    expect(codesOf(await send(gateway, { extensions: byHash('crms-1') }, bearer(reader.key)))).toEqual([]);
    expect(codesOf(await queryAs(gateway, reader, '{ __typename }'))).toEqual(['FORBIDDEN']);
    expect(codesOf(await queryAs(gateway, admin, '{ __typename }'))).toEqual([]);
  });

  it('that do not fit the schema stop the start', async () => {
    await expect(start({ DEALGRAPH_PERSISTED_OPERATIONS: path.join(folder, 'stale.json') })).rejects.toThrow(
      /old: Cannot query field "noSuchField"[\s\S]*broken: Syntax Error/,
    );
    await expect(start({ DEALGRAPH_PERSISTED_OPERATIONS: path.join(folder, 'none') })).rejects.toThrow(
      /must be a folder/,
    );
  });
});

describe('other origins', () => {
  const app = 'https://app.example.com';
  const post = (url: string, headers: Record<string, string>) =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query: CRMS }),
    });

  it('may call only where they are configured', async () => {
    const gateway = await start({ DEALGRAPH_CORS_ORIGINS: `${app} https://other.example.com` });
    const allowed = await post(gateway.url, { origin: app });
    expect([allowed.status, allowed.headers.get('access-control-allow-origin')]).toEqual([200, app]);
    expect(allowed.headers.get('access-control-expose-headers')).toContain('x-request-id');
    expect(allowed.headers.get('access-control-allow-credentials')).toBeNull();
    const refused = await post(gateway.url, { origin: 'https://app.example.com.evil.example' });
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([403, null]);
    expect(codesOf(await readAnswer(refused))).toEqual(['CSRF_REJECTED']);
  });

  it('are answered a preflight where they are configured', async () => {
    const gateway = await start({ DEALGRAPH_CORS_ORIGINS: app });
    const preflight = (origin: string) =>
      fetch(gateway.url, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'content-type,authorization',
        },
      });
    const allowed = await preflight(app);
    expect([allowed.status, allowed.headers.get('access-control-allow-origin')]).toEqual([204, app]);
    expect(allowed.headers.get('access-control-allow-headers')).toContain('authorization');
    const refused = await preflight('https://evil.example');
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([403, null]);
  });

  it('may read the refusals that are meant for them', async () => {
    const gateway = await start({ ...configOf([reader]), DEALGRAPH_CORS_ORIGINS: app });
    const answer = await post(gateway.url, { origin: app });
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([401, app]);
  });

  it.each([
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { host: 'evil.example' },
    { host: 'localhost.evil.example:80' },
  ])('are refused by default: %o', async (headers) => {
    const gateway = await start({});
    const before = gateway.pipedrive.log.length;
    for (const method of ['GET', 'POST']) {
      const answer = await rawRequest(gateway.url, method, headers as Record<string, string>);
      expect(answer).toMatch(/^HTTP\/1\.1 403 /);
      expect(answer).toContain('"CSRF_REJECTED"');
    }
    expect(gateway.pipedrive.log.length).toBe(before);
  });

  it('its own pages may call', async () => {
    const gateway = await start({});
    const { origin, host, port } = new URL(gateway.url);
    expect((await post(gateway.url, { origin })).status).toBe(200);
    expect(await rawRequest(gateway.url, 'POST', { host, origin, 'sec-fetch-site': 'same-origin' })).toMatch(
      /^HTTP\/1\.1 200 /,
    );
    expect(await rawRequest(gateway.url, 'POST', { host: `localhost:${port}` })).toMatch(/^HTTP\/1\.1 200 /);
  });
});

it('every answer carries headers that let a browser do nothing else with it', async () => {
  const gateway = await start({});
  const { origin } = new URL(gateway.url);
  for (const url of [
    gateway.url,
    `${gateway.url}?query={crms{id}}`,
    `${origin}/health`,
    `${origin}/metrics`,
    `${origin}/none`,
  ]) {
    const { headers } = await fetch(url);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  }
});

function rawRequest(url: string, method: string, headers: Record<string, string>): Promise<string> {
  return method === 'POST'
    ? sendRaw(
        url,
        method,
        '/graphql',
        { 'content-type': 'application/json', ...headers },
        JSON.stringify({ query: CRMS }),
      )
    : sendRaw(url, method, `/graphql?query=${encodeURIComponent(CRMS)}`, headers);
}
