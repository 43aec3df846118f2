import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { PipedriveSandbox } from '../../../src/sandbox/pipedrive/index.ts';
import { RECONCILER_RULES } from '../../../src/writes/reconciler.ts';
import { aCaller, bearer, codesOf, configOf } from '../../support/callers.ts';
import { eventually } from '../../support/eventually.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { startTestGateway, type TestGateway, type TestGatewayOptions } from '../../support/gateway.ts';
import { journalOf } from '../../support/journal.ts';
import { recordingLogger } from '../../support/log-lines.ts';
import { connectionOf } from './support.ts';

const open: TestGateway[] = [];
afterEach(async () => {
  for (const gateway of open.splice(0)) await gateway.close();
});

interface Started {
  readonly gateway: TestGateway;
  /** How many requests the API had with each token. */
  readonly requests: Map<string, number>;
  /** The tokens of two users beside the account's own. */
  readonly ada: string;
  readonly bob: string;
}

type Options = Omit<TestGatewayOptions, 'env'> & { readonly env?: Record<string, string | undefined> };

/** A gateway that takes callers' credentials, and a count of what comes to Pipedrive. */
async function start(mode: string | undefined, { env, ...options }: Options = {}): Promise<Started> {
  const requests = new Map<string, number>();
  const gateway = await startTestGateway({
    ...options,
    env: async ({ pipedrive }) => {
      countByToken(pipedrive, requests);
      return { DEALGRAPH_CALLER_CREDENTIALS: mode, ...env };
    },
  });
  open.push(gateway);
  const { store, token, tokenOf } = gateway.pipedrive;
  const others = [...store.users.values()].filter((user) => user.active_flag && tokenOf(user.id) !== token);
  const [ada = '', bob = ''] = others.map(({ id }) => tokenOf(id));
  return { gateway, requests, ada, bob };
}

function countByToken(pipedrive: PipedriveSandbox, requests: Map<string, number>): void {
  const { handle } = pipedrive;
  pipedrive.handle = (request) => {
    const token = request.headers['x-api-token'] ?? request.headers.authorization ?? '';
    requests.set(token, (requests.get(token) ?? 0) + 1);
    return handle(request);
  };
}

const as = (credential: string) => ({ 'x-crm-credentials-pipedrive': credential });
const READ = '{ deal(id: "pipedrive:Deal:1") { id title } }';
const WHO = '{ deals(first: 1, crms: ["pipedrive"], ownedByMe: true) { nodes { owner { id } } } }';

function idOf({ pipedrive }: TestGateway, token: string): string {
  const user = [...pipedrive.store.users.values()].find(
    ({ id, active_flag }) => active_flag && pipedrive.tokenOf(id) === token,
  );
  return `pipedrive:User:${user?.id}`;
}

describe('credentials of callers', () => {
  it('are refused unless they are switched on, rather than ignored', async () => {
    const { gateway, requests, ada } = await start(undefined);
    const { status, errors } = await gateway.query(READ, {}, as(ada));
    expect([status, codesOf({ errors })]).toEqual([400, ['BAD_REQUEST']]);
    expect(requests.size).toBe(0);
  });

  it.each([
    {
      given: 'an unknown CRM',
      headers: { 'x-crm-credentials-nobody': 'canary-0123456789' },
      says: /there is no CRM of that id/,
    },
    { given: 'no CRM', headers: { 'x-crm-credentials-': 'canary-0123456789' }, says: /there is no CRM of that id/ },
    { given: 'nothing', headers: as(''), says: /^x-crm-credentials-pipedrive: is not what credentials look like$/ },
    { given: 'several words', headers: as('canary one two'), says: /is not what credentials look like/ },
    { given: 'an empty bearer', headers: as('Bearer'), says: /is not what credentials look like/ },
    {
      given: 'a key of another shape',
      headers: { 'x-crm-credentials-pipelinedeals': 'canary&x=1' },
      says: /is not what/,
    },
  ])('are refused before anything is executed: $given', async ({ headers, says }) => {
    const { gateway, requests } = await start('optional');
    const { status, errors } = await gateway.query(READ, {}, headers as unknown as Record<string, string>);
    expect([status, codesOf({ errors })]).toEqual([400, ['BAD_REQUEST']]);
    expect(errors?.[0]?.message).toMatch(says);
    expect(JSON.stringify(errors)).not.toContain('canary');
    expect(requests.size).toBe(0);
  });

  it('are sent in place of the own ones, which serve where none are given', async () => {
    const { gateway, requests, ada } = await start('optional');
    const { token } = gateway.pipedrive;
    await gateway.query(READ);
    await gateway.query(READ, {}, as(ada));
    const { accessToken: access } = gateway.pipedrive.oauth.issue();
    await gateway.query(READ, {}, as(`Bearer ${access}`));
    await gateway.query('{ deal(id: "pipelinedeals:Deal:1") { id } }', {}, as(ada));
    expect(Object.fromEntries(requests)).toEqual({ [token]: 1, [ada]: 1, [`Bearer ${access}`]: 1 });
  });

  it('are sent to each CRM in its own way, by every kind of request', async () => {
    const { gateway, requests, ada } = await start('optional');
    const { pipelinedeals } = gateway;
    const { PIPELINEDEALS_API_KEY: own, PIPELINEDEALS_APP_KEY: appKey } = pipelinedeals.env('http://x');
    const user = [...pipelinedeals.store.users.values()].find((one) => one.api_key !== own && one.deleted_at === null);
    const headers = { ...as(ada), 'x-crm-credentials-pipelinedeals': user?.api_key ?? '' };
    const BOTH = '{ a: deal(id: "pipedrive:Deal:1") { id } b: deal(id: "pipelinedeals:Deal:1") { id } }';
    const byPost = await gateway.query(BOTH, {}, headers);
    expect(byPost.errors).toBeUndefined();
    const byGet = await fetch(`${gateway.url}?query=${encodeURIComponent(BOTH)}`, { headers });
    expect(await byGet.json()).toMatchObject({ data: byPost.data });
    expect(Object.fromEntries(requests)).toEqual({ [ada]: 2 });
    const keys = pipelinedeals.log
      .map(({ query }) => new URLSearchParams(query))
      .map((query) => [query.get('api_key'), query.get('app_key')]);
    expect(new Set(keys.map((pair) => pair.join()))).toEqual(new Set([`${user?.api_key},${appKey}`]));
  });

  it('are required where it says so: without them nothing is sent, and own ones need not be configured', async () => {
    const { gateway, requests, ada } = await start('required', {
      env: { PIPEDRIVE_API_TOKEN: undefined, PIPELINEDEALS_API_KEY: undefined, PIPELINEDEALS_APP_KEY: undefined },
    });
    const { errors, data } = await gateway.query(
      '{ deals(first: 1, crms: ["pipedrive"]) { nodes { id } } crms { id } }',
    );
    expect(codesOf({ errors })).toEqual(['UPSTREAM_UNAUTHORIZED']);
    expect(errors?.[0]?.message).toMatch(/send them as x-crm-credentials-pipedrive$/);
    expect(data).toMatchObject({ crms: [{ id: 'pipedrive' }, { id: 'pipelinedeals' }] });
    expect(await connectionOf(gateway)).toEqual({ state: 'NOT_CONNECTED', expiresAt: null });
    expect(requests.size).toBe(0);
    expect((await gateway.query(READ, {}, as(ada))).errors).toBeUndefined();
    expect(Object.fromEntries(requests)).toEqual({ [ada]: 1 });
  });

  it('of a CRM that a caller does not know of are those of an unknown CRM', async () => {
    const north = aCaller('north', ['read'], ['pipelinedeals']);
    const { gateway, ada } = await start('optional', { env: configOf([north]) });
    const { status, errors } = await gateway.query('{ crms { id } }', {}, { ...bearer(north.key), ...as(ada) });
    expect([status, codesOf({ errors })]).toEqual([400, ['BAD_REQUEST']]);
  });

  it('may be sent by pages of configured origins', async () => {
    const { gateway } = await start('optional', { env: { DEALGRAPH_CORS_ORIGINS: 'https://app.example.com' } });
    const { headers } = await fetch(gateway.url, {
      method: 'OPTIONS',
      headers: { origin: 'https://app.example.com', 'access-control-request-method': 'POST' },
    });
    expect(headers.get('access-control-allow-headers')).toMatch(
      /x-crm-credentials-pipedrive, x-crm-credentials-pipelinedeals$/,
    );
  });
});

describe('two callers with credentials of their own', () => {
  it('each get their own answers, from requests of their own, however they are interleaved', async () => {
    const { gateway, requests, ada, bob } = await start('optional');
    const ids = { [ada]: idOf(gateway, ada), [bob]: idOf(gateway, bob) };
    const rounds = 10;
    for (let round = 0; round < rounds; round += 1) {
      await Promise.all(
        [ada, bob].map(async (token) => {
          const { data, errors } = await gateway.query(WHO, {}, as(token));
          expect(errors).toBeUndefined();
          const owners = new Set(JSON.stringify(data).match(/pipedrive:User:\d+/g));
          for (const owner of owners) expect(owner).toBe(ids[token]);
        }),
      );
    }
    // Who they are is read once for each.
    expect(Object.fromEntries(requests)).toEqual({ [ada]: 1 + rounds, [bob]: 1 + rounds });
  });

  it('share nothing that is kept, in flight or limited', async () => {
    const { gateway, requests, ada, bob } = await start('optional', { pipedrive: { burst: 100 } });
    const KEPT = '{ pipelines(crms: ["pipedrive"]) { id } }';
    const answers = await Promise.all([ada, bob, ada, bob].map((token) => gateway.query(KEPT, {}, as(token))));
    expect(answers.flatMap(({ errors }) => errors ?? [])).toEqual([]);
    expect([requests.get(ada), requests.get(bob)]).toEqual([1, 1]);
    await gateway.query(KEPT, {}, as(ada));
    await gateway.query(KEPT);
    expect([requests.get(ada), requests.get(bob), requests.get(gateway.pipedrive.token)]).toEqual([1, 1, 1]);
    const BUDGET = '{ crms(ids: ["pipedrive"]) { budget { window { remaining } } connection { state } } }';
    gateway.pipedrive.faults.set({ kind: 'status', status: 401 });
    await gateway.query(READ, {}, as(ada));
    gateway.pipedrive.faults.set();
    const stateOf = async (token?: string) =>
      JSON.stringify((await gateway.query(BUDGET, {}, token ? as(token) : {})).data).match(/"state":"(\w+)"/)?.[1];
    expect([await stateOf(ada), await stateOf(bob), await stateOf()]).toEqual(['REFUSED', 'CONNECTED', 'CONNECTED']);
  });

  it('a CRM that fails for one is left alone for that one only', async () => {
    const { gateway, requests, ada, bob } = await start('optional');
    gateway.pipedrive.faults.set({ kind: 'status', status: 503 });
    for (let times = 0; times < 15; times += 1) await gateway.query(READ, {}, as(ada));
    const before = requests.get(ada);
    await gateway.query(READ, {}, as(ada));
    expect(requests.get(ada)).toBe(before);
    gateway.pipedrive.faults.set();
    expect((await gateway.query(READ, {}, as(bob))).errors).toBeUndefined();
  });

  it('have idempotency keys, operations and what became of deals to themselves', async () => {
    const { gateway, ada, bob } = await start('optional');
    const ADD = `mutation ($title: String!) {
      addDeal(input: { crm: "pipedrive", title: $title }, control: { idempotencyKey: "same-key-1" }) {
        outcome deal { id } operation { id caller }
      }
    }`;
    interface Added {
      readonly addDeal: { outcome: string; deal: { id: string }; operation: { id: string; caller: string } };
    }
    const add = async (token: string | null, title: string) =>
      (await gateway.query<Added>(ADD, { title }, token === null ? {} : as(token))).data?.addDeal;
    const [first, second, own] = [await add(ada, 'Ada'), await add(bob, 'Bob'), await add(null, 'Own')];
    expect([first?.outcome, second?.outcome, own?.outcome]).toEqual(['APPLIED', 'APPLIED', 'APPLIED']);
    expect(new Set([first, second, own].map((one) => one?.deal.id)).size).toBe(3);
    expect((await add(ada, 'Ada'))?.outcome).toBe('REPLAYED');
    const callers = [first, second, own].map((one) => one?.operation.caller);
    expect(callers).toEqual([expect.stringMatching(/^anonymous#[0-9a-f]{32}$/), expect.any(String), 'anonymous']);
    expect(callers[0]).not.toBe(callers[1]);

    const seen = async (token: string | null) => {
      const { data } = await gateway.query('{ operations { nodes { id } } }', {}, token === null ? {} : as(token));
      return (data as { operations: { nodes: { id: string }[] } }).operations.nodes.map(({ id }) => id);
    };
    expect([await seen(ada), await seen(bob), await seen(null)]).toEqual([
      [first?.operation.id],
      [second?.operation.id],
      [own?.operation.id],
    ]);
    const UNDO = 'mutation ($id: ID!) { undoOperation(input: { operation: $id }) { outcome problems { code } } }';
    const undo = await gateway.query(UNDO, { id: first?.operation.id }, as(bob));
    expect(undo.data).toEqual({ undoOperation: { outcome: 'REJECTED', problems: [{ code: 'NOT_FOUND' }] } });

    const MERGE = `mutation ($keep: ID!, $absorb: ID!) {
      mergeDeals(input: { keep: $keep, absorb: [$absorb] }) { outcome }
    }`;
    const merge = { keep: first?.deal.id, absorb: second?.deal.id };
    expect((await gateway.query(MERGE, merge, as(ada))).data).toEqual({ mergeDeals: { outcome: 'APPLIED' } });
    const INTO = 'query ($id: ID!) { mergedInto(id: $id) { id } }';
    const into = async (token: string) =>
      (await gateway.query(INTO, { id: second?.deal.id }, as(token))).data?.mergedInto;
    expect([await into(ada), await into(bob)]).toEqual([{ id: first?.deal.id }, null]);
  });
});

describe('what was begun with credentials of a caller', () => {
  const LOST = 'mutation { addDeal(input: { crm: "pipedrive", title: "Lost answer" }) { outcome operation { id } } }';
  const STATE = 'query ($id: ID!) { operation(id: $id) { state outcome } }';
  const rules = { ...RECONCILER_RULES, firstMs: 20, maxMs: 40 };

  it('is looked into with the same credentials, and with no others', async () => {
    const { gateway, requests, ada } = await start('optional', { reconciler: rules });
    gateway.pipedrive.faults.set(
      { kind: 'dropAfter', method: 'POST', path: '/deals', times: 1 },
      { kind: 'status', status: 500, method: 'GET' },
    );
    const { data } = await gateway.query<{ addDeal: { outcome: string; operation: { id: string } } }>(
      LOST,
      {},
      as(ada),
    );
    expect(data?.addDeal.outcome).toBe('UNKNOWN');
    gateway.pipedrive.faults.set();
    const id = data?.addDeal.operation.id;
    const stateNow = async () => (await gateway.query(STATE, { id }, as(ada))).data?.operation;
    await eventually(async () => expect(await stateNow()).toEqual({ state: 'DONE', outcome: 'APPLIED' }));
    expect(requests.get(gateway.pipedrive.token)).toBeUndefined();
  });

  it('waits after a restart until its caller is there again', async () => {
    const { gateway, requests, ada } = await start('optional', { reconciler: rules });
    gateway.pipedrive.faults.set(
      { kind: 'dropAfter', method: 'POST', path: '/deals', times: 1 },
      { kind: 'status', status: 500, method: 'GET' },
    );
    const { data } = await gateway.query<{ addDeal: { outcome: string; operation: { id: string } } }>(
      LOST,
      {},
      as(ada),
    );
    expect(data?.addDeal.outcome).toBe('UNKNOWN');
    await gateway.restart();
    gateway.pipedrive.faults.set();
    requests.clear();
    await new Promise((done) => setTimeout(done, 200));
    expect(requests.size).toBe(0);
    const id = data?.addDeal.operation.id;
    const stateNow = async () => (await gateway.query(STATE, { id }, as(ada))).data?.operation;
    expect(await stateNow()).toEqual({ state: 'SETTLING', outcome: 'UNKNOWN' });
    await eventually(async () => expect(await stateNow()).toEqual({ state: 'DONE', outcome: 'APPLIED' }));
    expect([...requests.keys()]).toEqual([ada]);
  });
});

it('accounts of callers are closed when nobody uses them, and when there are too many', async () => {
  const clock = new FakeClock({ now: Date.now() });
  const { gateway, requests, ada, bob } = await start('optional', { clock, keeping: { maxIdle: 1, idleMs: 60_000 } });
  const KEPT = '{ pipelines(crms: ["pipedrive"]) { id } }';
  const read = async (token: string) => {
    await gateway.query(KEPT, {}, as(token));
    // Given back when the connection has taken the answer.
    await new Promise((done) => setTimeout(done, 20));
    return requests.get(token);
  };
  expect([await read(ada), await read(ada), await read(bob), await read(bob)]).toEqual([1, 1, 1, 1]);
  expect(await read(ada)).toBe(2);
  await clock.advance(59_000);
  expect(await read(ada)).toBe(2);
  await clock.advance(61_000);
  await clock.advance(61_000);
  expect(await read(ada)).toBe(3);
});

it('no credential of a caller is in any answer, log line, metric or file', async () => {
  const { logger, lines } = recordingLogger();
  const dataDir = await mkdtemp(path.join(tmpdir(), 'dealgraph-canary-'));
  const { gateway, ada, bob } = await start('optional', {
    logger,
    dataDir,
    env: { DEALGRAPH_ALLOW_CALL_CRM: '1', LOG_LEVEL: 'trace' },
  });
  const key = 'canarykey0123456789';
  const headers = { ...as(ada), 'x-crm-credentials-pipelinedeals': key };
  const outputs: string[] = [];
  const leak = JSON.stringify({ success: false, error: `token ${ada} of ${key}` });
  for (const status of [200, 400, 401, 403, 404, 429, 500]) {
    const fault = { kind: 'status', status, headers: { 'content-type': 'application/json' }, body: leak } as const;
    gateway.pipedrive.faults.set(fault);
    gateway.pipelinedeals.faults.set(fault);
    for (const query of [
      READ,
      '{ deals(first: 1) { nodes { id raw } } }',
      'mutation { addDeal(input: { crm: "pipedrive", title: "x" }) { outcome problems { message } operation { id caller } } }',
      'mutation { callCrm(crm: "pipedrive", method: GET, path: "/api/v2/deals") { outcome body } }',
    ]) {
      const response = await fetch(gateway.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query }),
      });
      outputs.push(await response.text(), JSON.stringify([...response.headers]));
    }
  }
  outputs.push((await gateway.query(READ, {}, as(`${bob} ${bob}`))).errors?.[0]?.message ?? '');
  outputs.push(await (await fetch(new URL('/metrics', gateway.url))).text());
  outputs.push(...lines.map((line) => JSON.stringify(line)));
  const files = await readdir(dataDir, { recursive: true, withFileTypes: true });
  for (const file of files.filter((one) => one.isFile())) {
    outputs.push(await readFile(path.join(file.parentPath, file.name), 'latin1'));
  }
  const journalled = await journalOf(dataDir);
  expect(journalled.some((text) => text.includes('addDeal'))).toBe(true);
  outputs.push(...journalled);
  await rm(dataDir, { recursive: true });
  const all = outputs.join('\n');
  for (const secret of [ada, bob, key]) {
    for (const spelling of [secret, Buffer.from(secret).toString('base64')]) expect(all).not.toContain(spelling);
  }
  expect(lines.some(({ caller }) => /^anonymous#[0-9a-f]{32}$/.test(String(caller)))).toBe(true);
});
