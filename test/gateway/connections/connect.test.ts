import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { ConfigError } from '../../../src/config/config-error.ts';
import { connectCommand } from '../../../src/connect-command.ts';
import { ConnectionError } from '../../../src/connections/connection-error.ts';
import { listen, type RunningSimulator } from '../../../src/sandbox/kit/simulator.ts';
import { createPipedriveSandbox } from '../../../src/sandbox/pipedrive/index.ts';
import { sendGraphQL } from '../../support/graphql-client.ts';
import { type RunningProcess, run } from '../../support/process.ts';
import { browse, oauthEnv, urlIn } from './support.ts';

const sandbox = createPipedriveSandbox({ deals: 12 });
let running: RunningSimulator;
let dataDir: string;
let env: Record<string, string>;
const ended: RunningProcess[] = [];

beforeAll(async () => {
  running = await listen(sandbox);
});
afterAll(() => running.close());
beforeEach(async () => {
  sandbox.reset();
  dataDir = await mkdtemp(path.join(tmpdir(), 'dealgraph-connect-'));
  env = { ...(await oauthEnv(sandbox, running.url)), DEALGRAPH_DATA_DIR: dataDir };
});
afterEach(async () => {
  for (const one of ended.splice(0)) one.signal('SIGKILL');
  await rm(dataDir, { recursive: true, force: true });
});

function start(...args: string[]): RunningProcess {
  const process = run('main.ts', env, { args });
  ended.push(process);
  return process;
}

interface Begun {
  readonly url: string;
  readonly lines: readonly string[];
  /** What it ended with: the message of its error, or nothing. */
  readonly outcome: Promise<string | null>;
}

/** Runs `connect` up to where a user has to open the URL. */
function begin(...args: string[]): Promise<Begun> {
  const lines: string[] = [];
  return new Promise((resolve, reject) => {
    const terminal = { env, directory: import.meta.dirname, signal: new AbortController().signal };
    const outcome = connectCommand(['pipedrive', '--no-browser', ...args], {
      ...terminal,
      say(line) {
        lines.push(line);
        const url = urlIn(line);
        if (url) resolve({ url, lines, outcome });
      },
    }).then(() => null, messageOf);
    void outcome.then((message) => reject(new Error(message ?? 'it did not ask for anything')));
  });
}

/** What a command says that is refused before it begins. */
function refusalOf(args: readonly string[]): Promise<string | null> {
  const terminal = { env, directory: import.meta.dirname, signal: new AbortController().signal };
  return connectCommand(args, { ...terminal, say: () => undefined }).then(() => null, messageOf);
}

function messageOf(error: unknown): string {
  if (error instanceof ConnectionError || error instanceof ConfigError) return error.message;
  throw error;
}

/** What was stored, as the text it is. */
async function storedText(): Promise<string> {
  const names = await readdir(path.join(dataDir, 'connections')).catch(() => []);
  const texts = names.map((name) => readFile(path.join(dataDir, 'connections', name), 'utf8'));
  return (await Promise.all(texts)).join('');
}

it('connects, by a browser that follows the CRM, while a gateway runs that then uses the tokens', async () => {
  env = { ...env, PORT: '0' };
  const gateway = start();
  const [, url = ''] = await gateway.waitFor(/ready at (http\S+\/graphql)/);
  const READ = '{ deal(id: "pipedrive:Deal:1") { id } }';
  expect((await sendGraphQL(url, READ)).errors?.[0]?.extensions.code).toBe('UPSTREAM_UNAUTHORIZED');

  const process = start('connect', 'pipedrive', '--no-browser');
  await process.waitFor(/oauth\/authorize\S+\n/);
  const authorize = urlIn(process.output.stdout) as string;
  const { searchParams } = new URL(authorize);
  expect(Object.fromEntries(searchParams)).toMatchObject({
    client_id: sandbox.oauth.app.clientId,
    redirect_uri: env.PIPEDRIVE_REDIRECT_URI,
    code_challenge_method: 'S256',
  });
  expect(searchParams.get('state')?.length).toBeGreaterThanOrEqual(32);
  expect(searchParams.get('code_challenge')).toMatch(/^[\w-]{43}$/);
  const page = await browse(authorize);
  expect(page).toMatchObject({ status: 200, text: expect.stringContaining('<h1>Connected</h1>') });
  expect(await process.ended).toBe(0);
  expect(process.output.stdout).toMatch(
    /pipedrive is connected to .+ as .+\. A gateway that runs takes it up by itself\.\n$/,
  );

  const { data, errors } = await sendGraphQL(url, READ);
  expect(errors).toBeUndefined();
  expect(data).toMatchObject({ deal: { id: 'pipedrive:Deal:1' } });
  const outputs = [process, gateway].map(({ output }) => output.stdout + output.stderr).join('');
  const stored = await storedText();
  const secrets = [sandbox.oauth.app.clientSecret, 'v1u:', ...sandbox.log.flatMap(({ body }) => codesIn(body))];
  expect(secrets.length).toBeGreaterThan(2);
  for (const secret of secrets) {
    expect(outputs).not.toContain(secret);
    expect(stored).not.toContain(secret);
    expect(page.text).not.toContain(secret);
  }
});

it('says that access was denied', async () => {
  sandbox.oauth.deniesConsent = true;
  const { outcome, url } = await begin();
  expect((await browse(url)).text).toContain('<h1>Not connected</h1>');
  expect(await outcome).toBe('pipedrive: access was denied; nothing was stored');
  expect(await storedText()).toBe('');
});

it('turns away what belongs to another run, and goes on waiting; a code that is none is the end', async () => {
  const { outcome, lines, url } = await begin();
  const callback = env.PIPEDRIVE_REDIRECT_URI ?? '';
  const state = new URL(url).searchParams.get('state') ?? '';
  expect(await browse(`${callback}?code=x&state=other`)).toMatchObject({ status: 400 });
  expect(await browse(`${callback}?code=x`)).toMatchObject({ status: 400 });
  expect(await browse(`${callback}?state=${state}`)).toMatchObject({ status: 400 });
  expect((await browse(new URL('/elsewhere', callback).href)).status).toBe(404);
  expect(lines.slice(1)).toEqual([
    'This answer belongs to another run of connect; still waiting.',
    'This answer does not say which run of connect it belongs to; still waiting.',
    'This answer has no code; still waiting.',
  ]);
  expect(sandbox.oauth.requests.exchange).toBe(0);
  expect((await browse(`${callback}?code=used&state=${state}`)).text).toContain('<h1>Not connected</h1>');
  expect(await outcome).toBe(
    'pipedrive: no tokens were given: POST /oauth/token was answered 400: what was granted is not valid any more',
  );
  expect(await storedText()).toBe('');
});

it('does not wait forever, and stops when it is told to', async () => {
  const { outcome } = await begin('--timeout', '1');
  expect(await outcome).toBe('pipedrive: nobody has decided within 1 seconds; nothing was stored');
  const process = start('connect', 'pipedrive', '--no-browser');
  await process.waitFor(/oauth\/authorize\S+\n/);
  process.signal('SIGINT');
  expect(await process.ended).toBe(1);
  expect(process.output.stderr).toBe('pipedrive: given up; nothing was stored\n');
});

it('says that the client is not the one the CRM knows, or that its port is taken', async () => {
  env = { ...env, PIPEDRIVE_CLIENT_SECRET: 'canary-wrong' };
  const { outcome, url } = await begin();
  expect(await refusalOf(['pipedrive', '--no-browser'])).toMatch(
    /^port \d+, which the redirect URI leads to, is already in use$/,
  );
  await browse(url);
  expect(await outcome).toMatch(/client id and secret are not accepted$/);
  expect(await outcome).not.toContain('canary');
});

it('keeps an account to the company it is of', async () => {
  const first = await begin();
  await browse(first.url);
  expect(await first.outcome).toBeNull();
  sandbox.faults.set({
    kind: 'status',
    status: 200,
    path: '/v1/users/me',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ success: true, data: { id: 1, name: 'Eve', company_id: 2, company_name: 'Southwind' } }),
  });
  const second = await begin();
  await browse(second.url);
  expect(await second.outcome).toMatch(/its ids and history are of that company: configure Southwind under an id/);
});

it.each<{ given: string; args: string[]; over: Record<string, string>; says: RegExp }>([
  { given: 'no CRM', args: [], over: {}, says: /^usage: dealgraph connect <crm>/ },
  { given: 'an unknown option', args: ['pipedrive', '--bogus'], over: {}, says: /^usage: dealgraph connect/ },
  { given: 'a port that is none', args: ['pipedrive', '--port', 'x'], over: {}, says: /--port must be a whole number/ },
  { given: 'an unknown CRM', args: ['nobody'], over: {}, says: /^nobody: is not configured, but pipedrive$/ },
  {
    given: 'an account with a fixed key',
    args: ['pipelinedeals'],
    over: { PIPELINEDEALS_API_KEY: 'canary-key' },
    says: /^pipelinedeals: has fixed credentials/,
  },
  {
    given: 'both kinds of credentials',
    args: ['pipedrive'],
    over: { PIPEDRIVE_API_TOKEN: 'canary-token' },
    says: /^PIPEDRIVE_API_TOKEN, PIPEDRIVE_CLIENT_ID, PIPEDRIVE_CLIENT_SECRET: give one or the other/,
  },
  {
    given: 'a redirect to elsewhere',
    args: ['pipedrive', '--no-browser'],
    over: { PIPEDRIVE_REDIRECT_URI: 'https://tunnel.example/callback' },
    says: /does not lead to this machine/,
  },
])('refuses $given', async ({ args, over, says }) => {
  env = { ...env, ...over };
  const refusal = await refusalOf(args);
  expect(refusal).toMatch(says);
  expect(refusal).not.toContain('canary');
});

function codesIn(body: unknown): string[] {
  const { code, refresh_token } = (body ?? {}) as Record<string, unknown>;
  return [code, refresh_token].filter((one): one is string => typeof one === 'string');
}
