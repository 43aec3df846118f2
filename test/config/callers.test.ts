import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createApiKey, hashApiKey } from '../../src/config/caller-key.ts';
import { ConfigError } from '../../src/config/config-error.ts';
import type { Variables } from '../../src/config/environment.ts';
import { readSettings } from '../../src/config/settings.ts';

const KEY = createApiKey();
const HASH = hashApiKey(KEY);
const OTHER = hashApiKey(createApiKey());

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'dealgraph-callers-'));
});
afterEach(() => rm(directory, { recursive: true }));

async function read(variables: Variables, file?: unknown) {
  if (file !== undefined) await writeFile(path.join(directory, 'dealgraph.config.json'), JSON.stringify(file));
  return readSettings({ DEALGRAPH_SANDBOX: '1', ...variables }, directory, new Map());
}

async function problemsOf(variables: Variables, file?: unknown): Promise<readonly string[]> {
  const failure: unknown = await read(variables, file).then(
    () => null,
    (error: unknown) => error,
  );
  return failure instanceof ConfigError ? failure.problems : [];
}

describe('callers', () => {
  it('come from the environment', async () => {
    const { callers, access, limits } = await read({ DEALGRAPH_CALLERS: `web:read:${HASH}, jobs:read+write:${OTHER}` });
    expect(callers?.keys.map(({ id, scopes, crms }) => [id, [...scopes], crms])).toEqual([
      ['web', ['read'], null],
      ['jobs', ['read', 'write'], null],
    ]);
    expect(callers?.keys[0]?.keyDigests[0]?.toString('hex')).toBe(HASH.slice(7));
    expect(access).toMatchObject({ introspection: 'admin', graphiql: false, arbitraryOperations: 'on' });
    expect(limits.callerRate).toBe(1_000);
  });

  it('come from the file, with several keys, by reference too', async () => {
    const callers = [{ id: 'a', keys: [HASH, { env: 'NEXT' }], scopes: ['read', 'raw'] }];
    const settings = await read({ NEXT: OTHER }, { callers });
    expect(settings.callers?.keys[0]).toMatchObject({ id: 'a', scopes: new Set(['read', 'raw']), crms: null });
    expect(settings.callers?.keys[0]?.keyDigests).toHaveLength(2);
  });

  it('with tokens have their claims named as is usual, unless the file says otherwise', async () => {
    const ofEnvironment = await read({ DEALGRAPH_JWT_ISSUER: 'https://login.example/', DEALGRAPH_JWT_AUDIENCE: 'x' });
    expect(ofEnvironment.callers?.jwt).toMatchObject({
      jwksUrl: 'https://login.example/.well-known/jwks.json',
      algorithms: ['RS256', 'ES256', 'EdDSA'],
      callerClaim: 'sub',
      scopesClaim: 'scope',
      crmsClaim: null,
    });
    const jwt = {
      issuer: 'i',
      audience: 'a',
      jwksUrl: 'https://i.example/keys',
      algorithms: ['PS256'],
      scopes: { all: ['read', 'write'] },
    };
    expect((await read({}, { jwt })).callers?.jwt).toMatchObject({
      jwksUrl: 'https://i.example/keys',
      algorithms: ['PS256'],
      scopes: new Map([['all', ['read', 'write']]]),
    });
  });

  const caller = { id: 'a', keys: [HASH], scopes: ['read'] };
  const jwt = { issuer: 'https://i.example', audience: 'a' };
  it.each<{ variables?: Variables; file?: unknown; problem: string }>([
    { variables: { HOST: '0.0.0.0' }, problem: 'HOST: without callers' },
    { variables: { HOST: 'gateway.example' }, problem: 'HOST: without callers' },
    { variables: { DEALGRAPH_CALLERS: `web:read:${KEY}` }, problem: 'DEALGRAPH_CALLERS: entry 1 must be' },
    { variables: { DEALGRAPH_CALLERS: `web:all:${HASH}` }, problem: 'DEALGRAPH_CALLERS: entry 1 must be' },
    { variables: { DEALGRAPH_CALLERS: `a:read:${HASH} b:read:${HASH}` }, problem: 'b: has the same key as a' },
    { variables: { DEALGRAPH_CALLERS: `a:read:${HASH} a:read:${OTHER}` }, problem: 'a: two callers have this id' },
    { file: { callers: {} }, problem: 'callers: must be a list' },
    { file: { callers: ['a'] }, problem: 'callers[0]: must be an object' },
    { file: { callers: [{ ...caller, id: 'a:b' }] }, problem: 'callers[0].id: must be' },
    { file: { callers: [{ ...caller, keys: [KEY] }] }, problem: 'callers[0].keys[0]: must be the hash' },
    { file: { callers: [{ ...caller, keys: [] }] }, problem: 'callers[0].keys: must be a list' },
    { file: { callers: [{ ...caller, scopes: ['all'] }] }, problem: 'callers[0].scopes: must be a list of' },
    { file: { callers: [{ ...caller, crms: ['nowhere'] }] }, problem: 'a: there is no CRM nowhere' },
    { file: { callers: [{ ...caller, key: HASH }] }, problem: 'callers[0].key: is not a known key' },
    { file: { jwt: { issuer: 'https://i.example' } }, problem: 'jwt.audience: is required' },
    { file: { jwt: { ...jwt, algorithms: ['HS256'] } }, problem: 'jwt.algorithms: must be some of' },
    { file: { jwt: { ...jwt, algorithms: ['none'] } }, problem: 'jwt.algorithms: must be some of' },
    { file: { jwt: { ...jwt, jwksUrl: 'http://i.example/keys' } }, problem: 'must be https' },
    { file: { jwt: { ...jwt, scopes: { x: ['all'] } } }, problem: 'jwt.scopes.x: must be' },
    { variables: { DEALGRAPH_JWT_ISSUER: 'https://i.example' }, problem: 'DEALGRAPH_JWT_AUDIENCE: is required' },
    {
      variables: { DEALGRAPH_CORS_ORIGINS: 'https://a.example/path' },
      problem: 'DEALGRAPH_CORS_ORIGINS: must be origins',
    },
    { variables: { DEALGRAPH_CORS_ORIGINS: '*' }, problem: 'DEALGRAPH_CORS_ORIGINS: must be origins' },
    { variables: { DEALGRAPH_INTROSPECTION: 'yes' }, problem: 'DEALGRAPH_INTROSPECTION: must be one of' },
    { variables: { DEALGRAPH_ARBITRARY_OPERATIONS: 'off' }, problem: 'DEALGRAPH_ARBITRARY_OPERATIONS: nothing could' },
    { variables: { DEALGRAPH_MAX_DEPTH: '0' }, problem: 'DEALGRAPH_MAX_DEPTH: must be' },
    { variables: { OTEL_TRACES_EXPORTER: 'zipkin' }, problem: 'OTEL_TRACES_EXPORTER: must be' },
    {
      variables: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
      problem: 'must be http/json',
    },
  ])('$variables$file is refused: $problem', async ({ variables = {}, file, problem }) => {
    const problems = await problemsOf(variables, file);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(problem);
    expect(problems[0]).not.toContain(KEY);
  });
});
