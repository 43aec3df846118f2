import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aCaller, codesOf, configOf, queryAs } from '../../support/callers.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { recordingLogger } from '../../support/log-lines.ts';

const ISSUER = 'https://login.example.com/';
const AUDIENCE = 'dealgraph';
const machine = aCaller('machine', ['read']);
const { logger, lines } = recordingLogger();

type Keys = Awaited<ReturnType<typeof generateKeyPair>>;
let keys: Keys;
let others: Keys;
let gateway: TestGateway;
let jwks: { url: string; requests: number; close(): void };

beforeAll(async () => {
  [keys, others] = await Promise.all([generateKeyPair('ES256'), generateKeyPair('ES256')]);
  const set = JSON.stringify({ keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'ES256', use: 'sig' }] });
  const server = createServer((_request, response) => {
    jwks.requests += 1;
    response.setHeader('content-type', 'application/json').end(set);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  jwks = { url: `http://127.0.0.1:${port}/jwks`, requests: 0, close: () => server.close() };
  const jwt = {
    issuer: ISSUER,
    audience: AUDIENCE,
    jwksUrl: jwks.url,
    algorithms: ['ES256'],
    scopesClaim: 'permissions',
    scopes: { 'deals:read': ['read'], 'deals:all': ['read', 'write'] },
    crmsClaim: 'crms',
  };
  gateway = await startTestGateway({ env: configOf([machine], { jwt }), logger });
});
afterAll(async () => {
  await gateway.close();
  jwks.close();
});

const CLAIMS = { sub: 'person@example.com', permissions: ['deals:read'], crms: ['pipedrive', 'pipelinedeals'] };

function sign(claims: JWTPayload = {}, terms: { key?: Keys; alg?: string; kid?: string; exp?: number | null } = {}) {
  const token = new SignJWT({ ...CLAIMS, ...claims })
    .setProtectedHeader({ alg: terms.alg ?? 'ES256', kid: terms.kid ?? 'k1' })
    .setIssuer(typeof claims.iss === 'string' ? claims.iss : ISSUER)
    .setAudience(typeof claims.aud === 'string' ? claims.aud : AUDIENCE);
  if (terms.exp !== null) token.setExpirationTime(terms.exp ?? Math.floor(Date.now() / 1000) + 60);
  return token.sign((terms.key ?? keys).privateKey);
}

const CRMS = '{ crms { id } }';
const WRITE = 'mutation { deleteDeals(input: { ids: [] }) { outcome problems { code } } }';

describe('a token of the issuer', () => {
  it('lets its caller in with the scopes and CRMs of its claims', async () => {
    expect((await queryAs(gateway, await sign(), CRMS)).data).toEqual({
      crms: [{ id: 'pipedrive' }, { id: 'pipelinedeals' }],
    });
    expect((await queryAs(gateway, await sign({ crms: 'pipedrive' }), CRMS)).data).toEqual({
      crms: [{ id: 'pipedrive' }],
    });
    const problem = async (token: string) => {
      const { data } = await queryAs(gateway, token, WRITE);
      return (data as { deleteDeals: { problems: { code: string }[] } }).deleteDeals.problems[0]?.code;
    };
    expect(await problem(await sign())).toBe('FORBIDDEN');
    expect(await problem(await sign({ permissions: 'other deals:all' }))).toBe('INVALID_INPUT');
  });

  it('without the claim of CRMs knows of none, without that of scopes may do nothing', async () => {
    expect((await queryAs(gateway, await sign({ crms: undefined }), CRMS)).data).toEqual({ crms: [] });
    expect(codesOf(await queryAs(gateway, await sign({ permissions: undefined }), CRMS))).toEqual(['FORBIDDEN']);
  });

  it('has no more than the scopes its claim is configured to mean', async () => {
    expect(codesOf(await queryAs(gateway, await sign({ permissions: ['read', 'admin'] }), CRMS))).toEqual([
      'FORBIDDEN',
    ]);
  });

  it('is known in the log by a name that says nothing of the person', async () => {
    lines.length = 0;
    await queryAs(gateway, await sign(), CRMS);
    await queryAs(gateway, await sign({ sub: 'another@example.com' }), CRMS);
    const callers = lines.filter(({ msg }) => msg === 'operation').map(({ caller }) => caller);
    expect(callers).toEqual([expect.stringMatching(/^jwt:[\w-]{22}$/), expect.stringMatching(/^jwt:[\w-]{22}$/)]);
    expect(callers[0]).not.toBe(callers[1]);
    expect(JSON.stringify(lines)).not.toContain('example.com');
  });

  it('is checked with keys that are fetched once', async () => {
    await Promise.all(Array.from({ length: 5 }, async () => queryAs(gateway, await sign(), CRMS)));
    expect(jwks.requests).toBe(1);
  });

  it('stands beside API keys', async () => {
    expect(codesOf(await queryAs(gateway, machine, CRMS))).toEqual([]);
  });
});

describe('a token that is not to be believed', () => {
  it.each([
    { of: 'another issuer', token: () => sign({ iss: 'https://evil.example.com/' }) },
    { of: 'another audience', token: () => sign({ aud: 'other' }) },
    { of: 'another key', token: () => sign({}, { key: others }) },
    { of: 'the past', token: () => sign({}, { exp: Math.floor(Date.now() / 1000) - 60 }) },
    { of: 'no end', token: () => sign({}, { exp: null }) },
    { of: 'nobody', token: () => sign({ sub: '' }) },
    { of: 'a caller that is no text', token: () => sign({ sub: 5 as never }) },
    { of: 'a key nobody has published', token: () => sign({}, { kid: 'k2' }) },
    {
      of: 'a shared secret',
      token: () =>
        new SignJWT(CLAIMS)
          .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
          .setIssuer(ISSUER)
          .setAudience(AUDIENCE)
          .setExpirationTime('1m')
          .sign(new TextEncoder().encode('0123456789abcdef0123456789abcdef')),
    },
    { of: 'no signature', token: async () => `${(await sign()).split('.').slice(0, 2).join('.')}.AAAA` },
  ])('of $of: HTTP 401', async ({ token }) => {
    const answer = await queryAs(gateway, await token(), CRMS);
    expect([answer.status, ...codesOf(answer)]).toEqual([401, 'UNAUTHENTICATED']);
  });
});

it('tokens whose issuer cannot be reached are refused as OVERLOADED, to be tried again', async () => {
  const jwt = { issuer: ISSUER, audience: AUDIENCE, jwksUrl: 'http://127.0.0.1:1/jwks' };
  const lonely = await startTestGateway({ env: configOf([machine], { jwt }) });
  try {
    const answer = await queryAs(lonely, await sign(), CRMS);
    expect([answer.status, ...codesOf(answer), answer.headers.get('retry-after')]).toEqual([503, 'OVERLOADED', '5']);
    expect(codesOf(await queryAs(lonely, machine, CRMS))).toEqual([]);
  } finally {
    await lonely.close();
  }
});
