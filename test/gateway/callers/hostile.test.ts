import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { codesOf } from '../../support/callers.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { readAnswer, sendGraphQL } from '../../support/graphql-client.ts';
import { recordingLogger } from '../../support/log-lines.ts';
import { sendBytes, sendRaw } from '../../support/raw-http.ts';
import { hostileDocuments, hostileIds } from './hostile-documents.ts';

const { logger, lines } = recordingLogger();
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ logger });
});
afterAll(() => gateway.close());
afterEach(async () => {
  expect((await sendGraphQL(gateway.url, '{ crms { id } }')).status, 'still serves').toBe(200);
  expect(lines.splice(0).filter(({ msg }) => msg === 'internal error')).toEqual([]);
});

const requests = () => gateway.pipedrive.log.length + gateway.pipelinedeals.log.length;
const graphql = { accept: 'application/graphql-response+json' };

describe('documents', () => {
  it.each(hostileDocuments.map((document) => [document.of, document] as const))(
    '%s',
    async (_of, { query, variables, code }) => {
      const before = requests();
      const body = `{"query":${JSON.stringify(query)}${variables === undefined ? '' : `,"variables":${variables}`}}`;
      for (const accept of ['application/json', 'application/graphql-response+json']) {
        const answer = await readAnswer(
          await fetch(gateway.url, { method: 'POST', headers: { 'content-type': 'application/json', accept }, body }),
        );
        const codes = new Set(codesOf(answer));
        expect([...codes]).toEqual([code]);
        const refused = code !== 'BAD_USER_INPUT';
        const legacy = accept === 'application/json';
        expect(answer.status).toBe(refused && !legacy ? 400 : 200);
      }
      expect(requests()).toBe(before);
    },
  );
});

describe('ids', () => {
  it.each(hostileIds.map((id) => [JSON.stringify(id), id] as const))(
    '%s names no deal, and is sent to no CRM',
    async (_text, id) => {
      const before = requests();
      for (const crm of ['pipedrive', 'pipelinedeals']) {
        const read = await sendGraphQL(gateway.url, 'query ($id: ID!) { deal(id: $id) { id } }', {
          id: `${crm}:Deal:${id}`,
        });
        expect(codesOf(read)).toEqual(['BAD_USER_INPUT']);
        const write = await sendGraphQL(
          gateway.url,
          'mutation ($id: ID!) { deleteDeal(input: { id: $id }) { outcome problems { code path } } }',
          { id: `${crm}:Deal:${id}` },
        );
        expect(write.data?.deleteDeal).toEqual({
          outcome: 'REJECTED',
          problems: [{ code: 'INVALID_INPUT', path: ['input', 'id'] }],
        });
      }
      expect(requests()).toBe(before);
    },
  );

  it.each(hostileIds.map((id) => [JSON.stringify(id), id] as const))(
    '%s names no CRM and no type',
    async (_text, id) => {
      const before = requests();
      for (const whole of [id, `${id}:Deal:1`, `pipedrive:${id}:1`]) {
        const answer = await sendGraphQL(gateway.url, 'query ($id: ID!) { node(id: $id) { id } }', { id: whole });
        expect(codesOf(answer)).toEqual(['BAD_USER_INPUT']);
      }
      expect(requests()).toBe(before);
    },
  );
});

describe('requests', () => {
  const mutation = 'mutation { deleteDeals(input: { ids: [] }) { outcome } }';
  const json = { 'content-type': 'application/json' };

  it.each<{
    of: string;
    target?: string;
    method?: string;
    headers?: Record<string, string>;
    body?: string;
    status: number;
    code: string;
  }>([
    {
      of: 'a mutation over GET',
      method: 'GET',
      target: `/graphql?query=${encodeURIComponent(mutation)}`,
      status: 405,
      code: 'BAD_REQUEST',
    },
    {
      of: 'a mutation as a form',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `query=${encodeURIComponent(mutation)}`,
      status: 415,
      code: 'BAD_REQUEST',
    },
    {
      of: 'a mutation as multipart',
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
      body: `--x\r\ncontent-disposition: form-data; name="operations"\r\n\r\n{"query":"{ crms { id } }"}\r\n--x--`,
      status: 415,
      code: 'BAD_REQUEST',
    },
    {
      of: 'a mutation as plain text',
      headers: { 'content-type': 'text/plain' },
      body: JSON.stringify({ query: mutation }),
      status: 415,
      code: 'BAD_REQUEST',
    },
    {
      of: 'a mutation without a type',
      headers: {},
      body: JSON.stringify({ query: mutation }),
      status: 415,
      code: 'BAD_REQUEST',
    },
    {
      of: 'a type that only begins like JSON',
      headers: { 'content-type': 'application/jsonp' },
      body: JSON.stringify({ query: mutation }),
      status: 415,
      code: 'BAD_REQUEST',
    },
    {
      of: 'an array of operations',
      headers: json,
      body: JSON.stringify(Array.from({ length: 50 }, () => ({ query: mutation }))),
      status: 400,
      code: 'BAD_REQUEST',
    },
    {
      of: 'JSON nested 100,000 deep',
      headers: json,
      body: `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
      status: 400,
      code: 'BAD_REQUEST',
    },
    {
      of: 'a body of 10 MB',
      headers: json,
      body: JSON.stringify({ query: '{ crms { id } }', variables: { x: 'y'.repeat(10_000_000) } }),
      status: 413,
      code: 'REQUEST_TOO_LARGE',
    },
    {
      of: 'a length that is none',
      headers: { ...json, 'content-length': 'ten' },
      body: '{}',
      status: 400,
      code: 'BAD_REQUEST',
    },
    {
      of: 'two lengths and a chunk',
      headers: { ...json, 'transfer-encoding': 'chunked' },
      body: '{}',
      status: 400,
      code: 'BAD_REQUEST',
    },
    {
      of: 'headers of 100 KB',
      headers: { ...json, 'x-long': 'y'.repeat(100_000) },
      body: '{}',
      status: 431,
      code: 'BAD_REQUEST',
    },
    { of: 'a method there is not', method: 'BREW', headers: json, body: '{}', status: 400, code: 'BAD_REQUEST' },
    {
      of: 'PUT',
      method: 'PUT',
      headers: json,
      body: JSON.stringify({ query: mutation }),
      status: 405,
      code: 'BAD_REQUEST',
    },
  ])(
    '$of: $status $code, without an upstream call',
    async ({ target = '/graphql', method = 'POST', headers = {}, body = '', status, code }) => {
      const before = requests();
      const text = await sendRaw(gateway.url, method, target, { ...graphql, ...headers }, body);
      expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
      expect(text).toContain(`"code":"${code}"`);
      expect(text).not.toMatch(/node_modules|\.ts:\d|\bat \w+ \(/);
      expect(requests()).toBe(before);
    },
  );

  it('what is not HTTP is told so, and ends', async () => {
    expect(await sendBytes(gateway.url, '\u0016\u0003\u0001\u0002\u0000 not a request\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 400 [\s\S]*"BAD_REQUEST"/,
    );
  });

  it('a client that hangs up within its body leaves nothing behind', async () => {
    const { hostname, port } = new URL(gateway.url);
    const { connect } = await import('node:net');
    const socket = connect(Number(port), hostname);
    await new Promise<void>((resolve) => {
      socket.write(
        `POST /graphql HTTP/1.1\r\nhost: ${hostname}\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"query"`,
        () => resolve(),
      );
    });
    socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 50));
  });
});
