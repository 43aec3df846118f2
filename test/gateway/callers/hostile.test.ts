import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { codesOf } from '../../support/callers.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { readAnswer, sendGraphQL } from '../../support/graphql-client.ts';
import { recordingLogger } from '../../support/log-lines.ts';
import { sendBytes, sendRaw } from '../../support/raw-http.ts';
import { hostileDocuments, hostileIds } from './hostile-documents.ts';
import { hostileRequests } from './hostile-requests.ts';

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
  it.each(hostileRequests)(
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
