import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AdapterKind } from '../../src/adapters/registry.ts';
import { OPEN_ACCESS } from '../../src/config/access.ts';
import { ConfigError } from '../../src/config/config-error.ts';
import type { Variables } from '../../src/config/environment.ts';
import { DEFAULT_LIMITS } from '../../src/config/limits.ts';
import { readCrms, readSettings } from '../../src/config/settings.ts';

const SECRET = 'canary-0123456789abcdef';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'dealgraph-config-'));
});
afterEach(() => rm(directory, { recursive: true }));

describe('settings from the environment', () => {
  it('are the defaults with the sandbox on when nothing is set', async () => {
    expect(await read({})).toEqual({
      host: '127.0.0.1',
      port: 4000,
      crms: [],
      sandbox: true,
      dataDir: '.dealgraph',
      secretKey: null,
      logLevel: 'info',
      callers: null,
      access: OPEN_ACCESS,
      limits: DEFAULT_LIMITS,
      upstream: { breakerCalls: 20, blockedMs: 300_000, answerBytes: 5_242_880 },
      tracing: null,
      allowCallCrm: false,
      planPolicy: 'BALANCED',
      maxTokensPerOperation: null,
      scanLimit: 2_000,
      referenceMaxAgeMs: 300_000,
      queryTimeoutMs: 10_000,
      mutationTimeoutMs: 25_000,
      settleTimeoutMs: 15_000,
      journalRetentionMs: 30 * 86_400_000,
      idempotencyMs: 86_400_000,
    });
  });

  it('are what the variables say', async () => {
    const settings = await read({
      HOST: '::1',
      PORT: '0',
      DEALGRAPH_DATA_DIR: '/var/lib/dealgraph',
      LOG_LEVEL: 'debug',
      DEALGRAPH_ALLOW_CALL_CRM: '1',
      DEALGRAPH_PLAN_POLICY: 'TOKENS',
      DEALGRAPH_MAX_TOKENS_PER_OPERATION: '500',
      DEALGRAPH_SCAN_LIMIT: '500',
      DEALGRAPH_REFERENCE_MAX_AGE_SECONDS: '60',
      DEALGRAPH_BREAKER_CALLS: '0',
      DEALGRAPH_BLOCKED_PAUSE_SECONDS: '60',
      DEALGRAPH_MAX_ANSWER_BYTES: '9000000',
      DEALGRAPH_QUERY_TIMEOUT_MS: '2000',
      DEALGRAPH_MUTATION_TIMEOUT_MS: '3000',
      DEALGRAPH_SETTLE_TIMEOUT_MS: '4000',
      DEALGRAPH_JOURNAL_RETENTION_DAYS: '7',
      DEALGRAPH_IDEMPOTENCY_HOURS: '48',
    });
    expect(settings).toMatchObject({
      host: '::1',
      port: 0,
      dataDir: '/var/lib/dealgraph',
      logLevel: 'debug',
      allowCallCrm: true,
      planPolicy: 'TOKENS',
      maxTokensPerOperation: 500,
      scanLimit: 500,
      referenceMaxAgeMs: 60_000,
      upstream: { breakerCalls: 0, blockedMs: 60_000, answerBytes: 9_000_000 },
      queryTimeoutMs: 2_000,
      mutationTimeoutMs: 3_000,
      settleTimeoutMs: 4_000,
      journalRetentionMs: 7 * 86_400_000,
      idempotencyMs: 48 * 3_600_000,
    });
  });

  it('configure one account per kind, whose id is the kind', async () => {
    const { crms, sandbox } = await read({ ALPHA_TOKEN: SECRET, BETA_KEY: SECRET, BETA_LIMIT: '0' });
    expect(sandbox).toBe(false);
    expect(crms.map(({ id, label, values }) => ({ id, label, values }))).toEqual([
      { id: 'alpha', label: 'Alpha', values: { token: SECRET, url: 'https://alpha.example' } },
      { id: 'beta', label: 'Beta', values: { key: SECRET, url: 'https://beta.example/api', limit: 0 } },
    ]);
  });

  it.each([
    { given: { ALPHA_TOKEN: SECRET, DEALGRAPH_SANDBOX: '1' }, sandbox: true, ids: [] },
    { given: { ALPHA_TOKEN: SECRET, DEALGRAPH_SANDBOX: '0' }, sandbox: false, ids: ['alpha'] },
    { given: { ALPHA_TOKEN: SECRET }, sandbox: false, ids: ['alpha'] },
    { given: { ALPHA_TOKEN: '', BETA_LIMIT: '0' }, sandbox: true, ids: [] },
  ])('$given has the sandbox on: $sandbox', async ({ given, sandbox, ids }) => {
    const settings = await read(given);
    expect(settings.sandbox).toBe(sandbox);
    expect(settings.crms.map((crm) => crm.id)).toEqual(ids);
  });

  it.each<{ given: Variables; problem: string }>([
    { given: { PORT: '65536' }, problem: 'PORT: must be a whole number from 0 to 65535' },
    { given: { PORT: '4000.5' }, problem: 'PORT: must be a whole number from 0 to 65535' },
    { given: { PORT: '-1' }, problem: 'PORT: must be a whole number from 0 to 65535' },
    { given: { LOG_LEVEL: 'loud' }, problem: 'LOG_LEVEL: must be one of' },
    { given: { DEALGRAPH_ALLOW_CALL_CRM: 'yes' }, problem: 'DEALGRAPH_ALLOW_CALL_CRM: must be 1 or 0' },
    { given: { DEALGRAPH_SANDBOX: 'maybe' }, problem: 'DEALGRAPH_SANDBOX: must be 1 or 0' },
    { given: { DEALGRAPH_SANDBOX: '0' }, problem: 'DEALGRAPH_SANDBOX: is off, and no CRM is configured' },
    { given: { DEALGRAPH_PLAN_POLICY: 'cheap' }, problem: 'DEALGRAPH_PLAN_POLICY: must be one of' },
    {
      given: { DEALGRAPH_MAX_TOKENS_PER_OPERATION: 'many' },
      problem: 'DEALGRAPH_MAX_TOKENS_PER_OPERATION: must be a whole number',
    },
    { given: { DEALGRAPH_QUERY_TIMEOUT_MS: '0' }, problem: 'DEALGRAPH_QUERY_TIMEOUT_MS: must be' },
    { given: { BETA_APP_KEY: SECRET }, problem: 'BETA_KEY: is required' },
    { given: { ALPHA_URL: 'http://127.0.0.1:1' }, problem: 'ALPHA_TOKEN: is required' },
    { given: { ALPHA_TOKEN: `${SECRET} x` }, problem: 'ALPHA_TOKEN: must be one line' },
    { given: { BETA_KEY: SECRET, BETA_LIMIT: 'ten' }, problem: 'BETA_LIMIT: must be a whole number' },
    { given: { BETA_KEY: SECRET, BETA_LIMIT: '-3' }, problem: 'BETA_LIMIT: must be a whole number' },
    { given: { ALPHA_TOKEN: SECRET, ALPHA_URL: 'alpha' }, problem: 'ALPHA_URL: must be a URL' },
    { given: { ALPHA_TOKEN: SECRET, ALPHA_URL: 'ftp://alpha' }, problem: 'ALPHA_URL: must be an http or https URL' },
    {
      given: { ALPHA_TOKEN: SECRET, ALPHA_URL: `https://user:${SECRET}@alpha` },
      problem: 'ALPHA_URL: must not hold credentials',
    },
    {
      given: { ALPHA_TOKEN: SECRET, ALPHA_URL: `https://alpha/?api_key=${SECRET}` },
      problem: 'ALPHA_URL: must not have a query',
    },
    { given: { DEALGRAPH_CONFIG: 'missing.json' }, problem: 'DEALGRAPH_CONFIG: there is no file missing.json' },
  ])('$given is refused: $problem', async ({ given, problem }) => {
    const problems = await problemsOf(given);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(problem);
  });

  it('are refused with every problem at once, one per line, and without secrets', async () => {
    const error = await failureOf({
      PORT: 'x',
      LOG_LEVEL: 'y',
      BETA_APP_KEY: SECRET,
      ALPHA_TOKEN: `${SECRET}\nz`,
    });
    expect(error.message.split('\n')).toHaveLength(4);
    expect(error.message).not.toContain(SECRET);
  });
});

describe('a config file', () => {
  it('lists several accounts of one kind, after those of the environment', async () => {
    await file('dealgraph.config.json', {
      crms: [
        { id: 'north', kind: 'alpha', label: 'Alpha North', token: { env: 'NORTH' }, url: 'http://127.0.0.1:9/' },
        { id: 'south', kind: 'alpha', token: { env: 'SOUTH' }, url: { env: 'SOUTH_URL' } },
        { id: 'b-2', kind: 'beta', key: { env: 'NORTH' }, limit: 5 },
      ],
    });
    const { crms, sandbox } = await read({
      ALPHA_TOKEN: SECRET,
      NORTH: 'north-secret',
      SOUTH: 'south-secret',
      SOUTH_URL: 'https://south.example',
    });
    expect(sandbox).toBe(false);
    expect(crms.map(({ id, label, values }) => ({ id, label, values }))).toEqual([
      { id: 'alpha', label: 'Alpha', values: { token: SECRET, url: 'https://alpha.example' } },
      { id: 'north', label: 'Alpha North', values: { token: 'north-secret', url: 'http://127.0.0.1:9' } },
      { id: 'south', label: 'Alpha', values: { token: 'south-secret', url: 'https://south.example' } },
      { id: 'b-2', label: 'Beta', values: { key: 'north-secret', url: 'https://beta.example/api', limit: 5 } },
    ]);
  });

  it('may be a module, and may have another name', async () => {
    const content = "export default { crms: [{ id: 'only', kind: 'alpha', token: { env: 'T' } }] };";
    await writeFile(path.join(directory, 'other.mjs'), content);
    const { crms } = await read({ DEALGRAPH_CONFIG: 'other.mjs', T: SECRET });
    expect(crms.map((crm) => crm.id)).toEqual(['only']);
  });

  it.each<{ given: unknown; problem: string }>([
    { given: [], problem: 'must be an object with "crms"' },
    { given: { crms: {} }, problem: 'crms: must be a list' },
    { given: { crms: [], port: 1 }, problem: 'port: is not a known key' },
    { given: { crms: ['alpha'] }, problem: 'crms[0]: must be an object' },
    { given: { crms: [{ id: 'Alpha', kind: 'alpha', token: { env: 'T' } }] }, problem: 'crms[0].id: must be' },
    { given: { crms: [{ id: '1a', kind: 'alpha', token: { env: 'T' } }] }, problem: 'crms[0].id: must be' },
    { given: { crms: [{ id: 'a', kind: 'gamma' }] }, problem: 'crms[0].kind: must be one of alpha, beta' },
    { given: { crms: [{ id: 'a', kind: 'alpha' }] }, problem: 'crms[0].token: is required' },
    {
      given: { crms: [{ id: 'a', kind: 'alpha', token: SECRET }] },
      problem: 'crms[0].token: a secret is given as {"env": "NAME"}, never in the file',
    },
    {
      given: { crms: [{ id: 'a', kind: 'alpha', token: { env: 'UNSET' } }] },
      problem: 'crms[0].token: the environment variable UNSET is not set',
    },
    {
      given: { crms: [{ id: 'a', kind: 'alpha', token: { env: 'T', or: SECRET } }] },
      problem: 'crms[0].token: must be a value or {"env": "NAME"}',
    },
    {
      given: { crms: [{ id: 'a', kind: 'alpha', token: { env: 'T' }, tokn: 1 }] },
      problem: 'crms[0].tokn: is not a known key',
    },
    { given: { crms: [{ id: 'a', kind: 'alpha', label: 5, token: { env: 'T' } }] }, problem: 'crms[0].label: must' },
    { given: { crms: [{ id: 'b', kind: 'beta', key: { env: 'T' }, limit: 1.5 }] }, problem: 'crms[0].limit: must be' },
    {
      given: { crms: [{ id: 'b', kind: 'beta', key: { env: 'T' }, url: { env: 'T' } }] },
      problem: 'crms[0].url (T): must be a URL',
    },
    {
      given: {
        crms: [
          { id: 'a', kind: 'alpha', token: { env: 'T' } },
          { id: 'a', kind: 'beta', key: { env: 'T' } },
        ],
      },
      problem: 'a: two CRMs are configured under this id',
    },
  ])('$given is refused: $problem', async ({ given, problem }) => {
    await file('dealgraph.config.json', given);
    const problems = await problemsOf({ T: SECRET });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(problem);
    expect(problems[0]).not.toContain(SECRET);
  });

  it('may not take the id of the account that the environment configures', async () => {
    await file('dealgraph.config.json', { crms: [{ id: 'alpha', kind: 'beta', key: { env: 'T' } }] });
    expect(await problemsOf({ T: SECRET, ALPHA_TOKEN: SECRET })).toEqual([
      'alpha: two CRMs are configured under this id',
    ]);
  });

  it('that is not JSON is named, and not quoted', async () => {
    await writeFile(path.join(directory, 'dealgraph.config.json'), `{ "crms": ${SECRET}`);
    expect(await problemsOf({})).toEqual(['dealgraph.config.json: is not valid']);
  });
});

describe('credentials of a kind that takes one or another', () => {
  const gamma = {
    ...kind('gamma', {
      token: { env: 'GAMMA_TOKEN', type: 'secret', description: 'the token', optional: true },
      clientId: { env: 'GAMMA_CLIENT_ID', type: 'text', description: 'the id', optional: true },
      clientSecret: { env: 'GAMMA_CLIENT_SECRET', type: 'secret', description: 'the secret', optional: true },
      url: { env: 'GAMMA_URL', type: 'url', description: 'the base', default: 'https://gamma.example' },
    }),
    credentials: [['token'], ['clientId', 'clientSecret']],
  };
  const problems = async (variables: Variables) => {
    const error: unknown = await readSettings(variables, directory, new Map([['gamma', gamma]])).catch((one) => one);
    return error instanceof ConfigError ? error.problems : [];
  };

  it.each<{ given: Variables; told: readonly string[] }>([
    { given: { GAMMA_TOKEN: SECRET }, told: [] },
    { given: { GAMMA_CLIENT_ID: 'a', GAMMA_CLIENT_SECRET: SECRET }, told: [] },
    {
      given: { GAMMA_URL: 'http://127.0.0.1:1' },
      told: ['GAMMA_TOKEN: is required (the token), or instead GAMMA_CLIENT_ID and GAMMA_CLIENT_SECRET'],
    },
    {
      given: { GAMMA_CLIENT_ID: 'a' },
      told: ['GAMMA_CLIENT_SECRET: is required beside GAMMA_CLIENT_ID (the secret)'],
    },
    {
      given: { GAMMA_CLIENT_SECRET: SECRET },
      told: ['GAMMA_CLIENT_ID: is required beside GAMMA_CLIENT_SECRET (the id)'],
    },
    {
      given: { GAMMA_TOKEN: SECRET, GAMMA_CLIENT_ID: 'a' },
      told: ['GAMMA_TOKEN, GAMMA_CLIENT_ID: give one or the other, not both'],
    },
  ])('$given', async ({ given, told }) => {
    expect(await problems(given)).toEqual(told);
  });

  it('names the keys of the config file', async () => {
    const crms = [{ id: 'g', kind: 'gamma', clientId: 'a', token: { env: 'GAMMA_ENV' } }];
    await file('dealgraph.config.json', { crms });
    expect(await problems({ GAMMA_ENV: SECRET })).toEqual([
      'dealgraph.config.json: crms[0].token (GAMMA_ENV), dealgraph.config.json: crms[0].clientId: give one or the other, not both',
    ]);
  });

  it('need not be given where callers have to bring theirs', async () => {
    const url = { GAMMA_URL: 'http://127.0.0.1:1' };
    expect(await problems({ ...url, DEALGRAPH_CALLER_CREDENTIALS: 'required' })).toEqual([]);
    expect(await problems({ ...url, DEALGRAPH_CALLER_CREDENTIALS: 'optional' })).toHaveLength(1);
    expect(await problems({ GAMMA_TOKEN: SECRET, DEALGRAPH_CALLER_CREDENTIALS: 'maybe' })).toEqual([
      'DEALGRAPH_CALLER_CREDENTIALS: must be one of off, optional, required',
    ]);
  });

  it('of callers are what an entry of the config file says, else what holds for all', async () => {
    const of = (id: string, mode?: string) => ({
      id,
      kind: 'gamma',
      token: { env: 'GAMMA_ENV' },
      callerCredentials: mode,
    });
    const read = (crms: readonly object[], mode: string) =>
      file('dealgraph.config.json', { crms }).then(() =>
        readSettings({ GAMMA_ENV: SECRET, DEALGRAPH_CALLER_CREDENTIALS: mode }, directory, new Map([['gamma', gamma]])),
      );
    const { crms } = await read([of('a'), of('b', 'off'), of('c', 'required')], 'optional');
    expect(crms.map(({ callerCredentials }) => callerCredentials)).toEqual(['optional', 'off', 'required']);
    await expect(read([of('a', 'maybe')], 'off')).rejects.toThrow(
      'crms[0].callerCredentials: must be one of off, optional, required',
    );
  });

  it('and the key of what is stored', async () => {
    expect(await problems({ DEALGRAPH_SECRET_KEY: 'short' })).toEqual([
      'DEALGRAPH_SECRET_KEY: must be 32 random bytes in base64, as "openssl rand -base64 32" prints them',
    ]);
    expect(await problems({ DEALGRAPH_SECRET_KEY: 'ab'.repeat(32) })).toEqual([]);
  });
});

it('reads the accounts that variables alone configure', () => {
  expect(readCrms({ BETA_KEY: SECRET }, KINDS).map((crm) => crm.id)).toEqual(['beta']);
  expect(() => readCrms({ BETA_APP_KEY: SECRET }, KINDS)).toThrow(ConfigError);
});

function kind(name: string, settings: AdapterKind['settings']): AdapterKind {
  const unused = () => {
    throw new Error('not used when settings are read');
  };
  return {
    kind: name,
    label: name[0]?.toUpperCase() + name.slice(1),
    settings,
    credentials: [],
    capabilities: [],
    tariff: { reads: [], writes: [] },
    http: unused,
    callerCredentials: unused,
    create: unused,
  };
}

const KINDS = new Map([
  [
    'alpha',
    kind('alpha', {
      token: { env: 'ALPHA_TOKEN', type: 'secret', description: 'the token' },
      url: { env: 'ALPHA_URL', type: 'url', description: 'the base', default: 'https://alpha.example' },
    }),
  ],
  [
    'beta',
    kind('beta', {
      key: { env: 'BETA_KEY', type: 'secret', description: 'the key' },
      appKey: { env: 'BETA_APP_KEY', type: 'secret', description: 'the app key', optional: true },
      url: { env: 'BETA_URL', type: 'url', description: 'the base', default: 'https://beta.example/api' },
      limit: { env: 'BETA_LIMIT', type: 'integer', description: 'requests per second', optional: true },
    }),
  ],
]);

function read(variables: Variables) {
  return readSettings(variables, directory, KINDS);
}

async function failureOf(variables: Variables): Promise<ConfigError> {
  const error: unknown = await read(variables).then(
    () => new Error('was accepted'),
    (reason: unknown) => reason,
  );
  if (error instanceof ConfigError) return error;
  throw error;
}

async function problemsOf(variables: Variables): Promise<readonly string[]> {
  return (await failureOf(variables)).problems;
}

async function file(name: string, content: unknown): Promise<void> {
  await writeFile(path.join(directory, name), JSON.stringify(content));
}
