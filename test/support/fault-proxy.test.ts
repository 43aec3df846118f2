import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type FaultProxy, startFaultProxy, type WireFault } from './fault-proxy.ts';

const ANSWER = JSON.stringify({ text: 'x'.repeat(1_000) });

let server: Server;
let done: string[];
let proxy: FaultProxy;
let pool: Pool;

beforeEach(async () => {
  done = [];
  server = createServer((request, response) => {
    done.push(`${request.method} ${request.url}`);
    response.writeHead(200, { 'content-type': 'application/json' }).end(ANSWER);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  proxy = await startFaultProxy(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  pool = new Pool(proxy.url, { connections: 2 });
});
afterEach(async () => {
  await pool.destroy();
  await proxy.close();
  server.closeAllConnections();
  server.close();
});

/** The body, or the code of the failure. */
async function ask(method: 'GET' | 'POST', path: string): Promise<string> {
  try {
    const { body } = await pool.request({ method, path, headersTimeout: 150, bodyTimeout: 150 });
    return await body.text();
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

it.each<{ fault: WireFault; answer: string; did: readonly string[] }>([
  { fault: { kind: 'resetBefore' }, answer: 'ECONNRESET', did: [] },
  { fault: { kind: 'resetAfter' }, answer: 'ECONNRESET', did: ['POST /2'] },
  { fault: { kind: 'swallow' }, answer: 'UND_ERR_HEADERS_TIMEOUT', did: ['POST /2'] },
  { fault: { kind: 'cut' }, answer: 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH', did: ['POST /2'] },
  { fault: { kind: 'delay', ms: 20 }, answer: ANSWER, did: ['POST /2'] },
  { fault: { kind: 'throttle', ms: 50 }, answer: ANSWER, did: ['POST /2'] },
])('$fault.kind strikes the second write only', async ({ fault, answer, did }) => {
  proxy.strike(fault, { of: 'write', nth: 2 });
  expect([await ask('GET', '/0'), await ask('POST', '/1')]).toEqual([ANSWER, ANSWER]);
  expect(await ask('POST', '/2')).toBe(answer);
  expect(await ask('POST', '/3')).toBe(ANSWER);
  expect(done).toEqual(['GET /0', 'POST /1', ...did, 'POST /3']);
  expect(proxy.passed.map(({ status }) => status)).toEqual([200, 200, did.length > 0 ? 200 : null, 200]);
});

it.each([
  { at: 'ARRIVED', did: [], answer: 'ECONNRESET' },
  { at: 'DONE', did: ['GET /'], answer: 'ECONNRESET' },
  { at: 'ANSWERED', did: ['GET /'], answer: ANSWER },
] as const)('calls when a request is $at', async ({ at, did, answer }) => {
  let seen: readonly string[] | null = null;
  const run = () => {
    seen = [...done];
  };
  proxy.strike({ kind: 'call', at, run }, { of: 'request', nth: 1 });
  expect(await ask('GET', '/')).toBe(answer);
  expect(seen).toEqual(did);
  expect(done).toEqual(did);
});

it('refuses connections after so many requests, until it is healed', async () => {
  expect(await ask('GET', '/0')).toBe(ANSWER);
  await proxy.refuseAfter(2);
  expect([await ask('GET', '/1'), await ask('POST', '/2'), await ask('POST', '/3')]).toEqual([
    ANSWER,
    ANSWER,
    'ECONNREFUSED',
  ]);
  await proxy.heal();
  expect(await ask('POST', '/4')).toBe(ANSWER);
  await proxy.refuseAfter(0);
  expect(await ask('POST', '/5')).toBe('ECONNREFUSED');
  expect(done).toEqual(['GET /0', 'GET /1', 'POST /2', 'POST /4']);
});
