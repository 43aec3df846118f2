import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { listen, type Simulator } from '../../src/sandbox/kit/simulator.ts';
import { createPipedriveSandbox } from '../../src/sandbox/pipedrive/index.ts';
import { sendGraphQL } from '../support/graphql-client.ts';
import { type RunningProcess, run } from '../support/process.ts';

const READY = /ready at (http:\/\/127\.0\.0\.1:\d+\/graphql)/;

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  await Promise.all(cleanUp.splice(0).map((undo) => undo()));
});

function start(file: string, env: Record<string, string>, args: readonly string[] = []): RunningProcess {
  const running = run(file, env, { args });
  cleanUp.push(() => running.signal('SIGKILL'));
  return running;
}

describe('the gateway as a process', () => {
  it('serves both sandbox CRMs when nothing is configured, and stops at SIGTERM', async () => {
    const gateway = start('main.ts', { PORT: '0' });
    const [, url = ''] = await gateway.waitFor(READY);
    const { data } = await sendGraphQL<{ crms: unknown }>(url, '{ crms { id kind } }');
    expect(data?.crms).toEqual([
      { id: 'pipedrive', kind: 'pipedrive' },
      { id: 'pipelinedeals', kind: 'pipelinedeals' },
    ]);
    gateway.signal('SIGTERM');
    expect(await gateway.ended).toBe(0);
    expect(gateway.output.stderr).toBe('');
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('finishes what is in flight at %s', async (signal) => {
    const held = holdingSandbox();
    const crm = await listen(held.simulator);
    cleanUp.push(() => crm.close());
    const gateway = start('main.ts', { PORT: '0', ...held.simulator.env(crm.url) });
    const [, url = ''] = await gateway.waitFor(READY);

    const answer = sendGraphQL(url, '{ pipelines { name } }');
    await held.reached;
    gateway.signal(signal);
    await gateway.waitFor(/stopping/);
    await expect(fetch(url)).rejects.toThrow();
    held.release();
    expect((await answer).data).toEqual({ pipelines: expect.arrayContaining([{ name: expect.any(String) }]) });
    expect(await gateway.ended).toBe(0);
  });

  it('tells every problem with its settings, without a stack and without a secret', async () => {
    const secret = 'canary 0123456789';
    const gateway = start('main.ts', { PORT: 'x', LOG_LEVEL: 'loud', PIPEDRIVE_API_TOKEN: secret });
    expect(await gateway.ended).toBe(1);
    const lines = gateway.output.stderr.trimEnd().split('\n');
    expect(lines.map((line) => line.split(':')[0])).toEqual(['PIPEDRIVE_API_TOKEN', 'PORT', 'LOG_LEVEL']);
    expect(gateway.output.stdout + gateway.output.stderr).not.toContain(secret);
  });

  it('says in one line that its journal cannot be used', async () => {
    const crm = await listen(createPipedriveSandbox({ deals: 0 }));
    cleanUp.push(() => crm.close());
    const dataDir = await mkdtemp(path.join(tmpdir(), 'dealgraph-start-'));
    cleanUp.push(() => rm(dataDir, { recursive: true }));
    const env = { PORT: '0', DEALGRAPH_DATA_DIR: dataDir, ...createPipedriveSandbox({ deals: 0 }).env(crm.url) };
    const first = start('main.ts', env);
    await first.waitFor(READY);
    const second = start('main.ts', env);
    expect(await second.ended).toBe(1);
    expect(second.output.stderr.trimEnd().split('\n')).toEqual([
      expect.stringContaining('is in use by another process: stop that one, or give each its own DEALGRAPH_DATA_DIR'),
    ]);
  });

  it('says so in one line when its port is taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => {
      other.listen(0, '127.0.0.1', resolve);
    });
    cleanUp.push(() => other.close());
    const { port } = other.address() as AddressInfo;
    const gateway = start('main.ts', { PORT: String(port) });
    expect(await gateway.ended).toBe(1);
    expect(gateway.output.stderr).toBe(
      `PORT: 127.0.0.1:${port} is already in use; set PORT to another one (0 for any)\n`,
    );
  });

  it('does not let other machines reach it while callers are not told apart', async () => {
    const gateway = start('main.ts', { PORT: '0', HOST: '0.0.0.0' });
    expect(await gateway.ended).toBe(1);
    expect(gateway.output.stderr).toMatch(/^HOST: without callers .*dealgraph key create/);
  });

  it('makes a key, says what to configure, and then lets its caller in and nobody else', async () => {
    const made = start('main.ts', {}, ['key', 'create', 'web', '--scopes', 'read']);
    expect(await made.ended).toBe(0);
    const [key = ''] = /dg_[\w-]{43}/.exec(made.output.stdout) ?? [];
    const [, callers = ''] = /DEALGRAPH_CALLERS=(.*)/.exec(made.output.stdout) ?? [];
    expect(callers).toMatch(/^web:read:sha256:[0-9a-f]{64}$/);

    const gateway = start('main.ts', { PORT: '0', HOST: '0.0.0.0', DEALGRAPH_CALLERS: callers });
    const [, port = ''] = await gateway.waitFor(/ready at http:\/\/0\.0\.0\.0:(\d+)/);
    const url = `http://127.0.0.1:${port}/graphql`;
    expect((await sendGraphQL(url, '{ crms { id } }')).status).toBe(401);
    const answer = await sendGraphQL(url, '{ crms { id } }', {}, { headers: { authorization: `Bearer ${key}` } });
    expect(answer.data).toEqual({ crms: [{ id: 'pipedrive' }, { id: 'pipelinedeals' }] });
    expect(gateway.output.stdout + gateway.output.stderr).not.toContain(key);
  });

  it.each([
    [['serve']],
    [['key']],
    [['key', 'create']],
    [['key', 'create', 'a b']],
    [['key', 'create', 'a', '--scopes', 'all']],
  ])('says how it is used when it is called with %j', async (args) => {
    const gateway = start('main.ts', {}, args);
    expect(await gateway.ended).toBe(1);
    expect(gateway.output.stderr).toMatch(/^usage: dealgraph/);
  });
});

describe('the sandbox CRMs as a process', () => {
  it('print nothing but the settings that point a gateway at them', async () => {
    const env = { PIPEDRIVE_SANDBOX_PORT: '0', PIPELINEDEALS_SANDBOX_PORT: '0', SANDBOX_DEALS: '7' };
    const sandbox = start('sandbox/main.ts', env);
    await sandbox.waitFor(/PIPELINEDEALS_API_URL=.*\n/);
    const settings = Object.fromEntries(
      sandbox.output.stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.split('=')),
    );
    expect(Object.keys(settings).sort()).toEqual([
      'PIPEDRIVE_API_TOKEN',
      'PIPEDRIVE_API_URL',
      'PIPELINEDEALS_API_KEY',
      'PIPELINEDEALS_API_URL',
      'PIPELINEDEALS_APP_KEY',
    ]);

    const gateway = start('main.ts', { PORT: '0', ...settings });
    const [, url = ''] = await gateway.waitFor(READY);
    const query = '{ deals(first: 100, filter: { archived: INCLUDE }) { nodes { id } } }';
    const { data } = await sendGraphQL<{ deals: { nodes: unknown[] } }>(url, query);
    expect(data?.deals.nodes.length).toBeGreaterThan(0);
    expect(data?.deals.nodes.length).toBeLessThanOrEqual(14);

    sandbox.signal('SIGTERM');
    expect(await sandbox.ended).toBe(0);
  });

  it('refuse a port that is none', async () => {
    const sandbox = start('sandbox/main.ts', { PIPEDRIVE_SANDBOX_PORT: 'x' });
    expect(await sandbox.ended).toBe(1);
    expect(sandbox.output.stderr).toBe('PIPEDRIVE_SANDBOX_PORT: must be a whole number from 0 to 65535\n');
  });
});

/** A sandbox CRM that answers nothing until it is released. */
function holdingSandbox() {
  const sandbox = createPipedriveSandbox();
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let reach: () => void = () => undefined;
  const reached = new Promise<void>((resolve) => {
    reach = resolve;
  });
  const simulator: Simulator = {
    name: sandbox.name,
    faults: sandbox.faults,
    log: sandbox.log,
    tokens: (request) => sandbox.tokens(request),
    env: (url) => sandbox.env(url),
    async handle(request) {
      reach();
      await released;
      return sandbox.handle(request);
    },
  };
  return { simulator, reached, release: () => release() };
}
