import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Fault } from '../../../src/sandbox/kit/faults.ts';
import { createRedact } from '../../../src/server/redactor.ts';
import { aCaller, bearer, configOf, queryAs } from '../../support/callers.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { sendGraphQL } from '../../support/graphql-client.ts';
import { recordingLogger } from '../../support/log-lines.ts';
import { sendRaw } from '../../support/raw-http.ts';

const admin = aCaller('admin', ['read', 'write', 'raw', 'admin']);
const stranger = aCaller('stranger', []);
const JWT = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.Y2FuYXJ5Y2FuYXJ5';
const PERSON = 'canary.person@example.com';

const { logger, lines } = recordingLogger();
const outputs: string[] = [];
let gateway: TestGateway;
let secrets: string[];

beforeAll(async () => {
  const jwt = { issuer: 'https://login.example.com', audience: 'x', jwksUrl: 'http://127.0.0.1:1/jwks' };
  gateway = await startTestGateway({
    env: {
      ...configOf([admin], { jwt }),
      DEALGRAPH_ALLOW_CALL_CRM: '1',
      DEALGRAPH_QUERY_TIMEOUT_MS: '1500',
      DEALGRAPH_MUTATION_TIMEOUT_MS: '1500',
    },
    logger,
  });
  const { pipedrive, pipelinedeals } = gateway;
  const env = { ...pipedrive.env('http://x'), ...pipelinedeals.env('http://x') };
  const configured = ['PIPEDRIVE_API_TOKEN', 'PIPELINEDEALS_API_KEY', 'PIPELINEDEALS_APP_KEY'].map(
    (name) => env[name] ?? '',
  );
  secrets = [...configured, admin.key, stranger.key, JWT];
});
afterAll(() => gateway.close());

const LIST = '{ deals(first: 5) { nodes { id raw person { emails { value } raw } owner { email } } } }';
const WRITE = `mutation ($title: String!) {
  addDeal(input: { crm: "pipedrive", title: $title }) { outcome problems { code message } deal { id raw } }
}`;

it('knows secrets that are long enough to be none by chance', () => {
  expect(secrets.every((secret) => secret.length >= 6)).toBe(true);
});

it('no secret and no person is in any answer, header, log line or metric, whatever fails', async () => {
  const faults: (Fault | null)[] = [
    null,
    { kind: 'drop' },
    { kind: 'dropAfter' },
    { kind: 'html' },
    { kind: 'garbage' },
    ...[301, 400, 401, 403, 404, 409, 422, 429, 500, 503].map(
      (status): Fault => ({
        kind: 'status',
        status,
        headers: { location: `http://127.0.0.1:1/?api_token=${secrets[0]}` },
        body: JSON.stringify({ error: `bad token ${secrets[0]} and key ${secrets[1]}`, errors: [secrets[2]] }),
      }),
    ),
  ];
  let answers = 0;
  const keep = async (response: Response) => {
    outputs.push(JSON.stringify([...response.headers]), await response.text());
    answers += 1;
  };
  const post = (query: string, variables: object, headers: Record<string, string>) =>
    fetch(gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json', ...headers },
      body: JSON.stringify({ query, variables }),
    });
  for (const fault of faults) {
    for (const { faults: rules } of [gateway.pipedrive, gateway.pipelinedeals]) rules.set(...(fault ? [fault] : []));
    for (const query of [LIST, WRITE, '{ crms { id } dealsSummary { count } }']) {
      await keep(await post(query, { title: PERSON }, bearer(admin.key)));
    }
    const path = '/api/v2/deals';
    const call = `mutation { callCrm(crm: "pipedrive", method: GET, path: "${path}", query: { api_token: "${secrets[0]}" }) { outcome problems { message } body } }`;
    await keep(await post(call, {}, bearer(admin.key)));
    await keep(await post(call.replace(/, query: .*? }/, ''), {}, bearer(admin.key)));
  }
  for (const { faults: rules } of [gateway.pipedrive, gateway.pipelinedeals]) rules.set();
  for (const headers of [
    bearer(stranger.key),
    bearer(JWT),
    { 'x-api-key': stranger.key },
    { authorization: `Basic ${admin.key}` },
  ]) {
    await keep(await post(LIST, {}, headers as Record<string, string>));
  }
  await keep(await fetch(`${gateway.url}?query={crms{id}}&api_token=${secrets[0]}`, { headers: bearer(admin.key) }));
  outputs.push(await sendRaw(gateway.url, 'BREW', `/graphql?x=${admin.key}`, bearer(admin.key)));
  const metrics = await fetch(new URL('/metrics', gateway.url), { headers: bearer(admin.key) });
  expect(metrics.status).toBe(200);
  await keep(metrics);

  const callCrmQuery = outputs.filter((text) => text.includes(secrets[0] as string));
  expect(callCrmQuery).toEqual([]);
  const all = [...outputs, ...lines.map((line) => JSON.stringify(line))].join('\n');
  for (const secret of secrets) {
    for (const spelling of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')]) {
      expect(all.split(spelling).length - 1).toBe(0);
    }
  }
  // People are in answers, where they are asked for, and nowhere else.
  const beside = lines.map((line) => JSON.stringify(line)).join('\n');
  expect(beside).not.toContain('canary.person');
  expect(beside).not.toMatch(/[\w.]+@[\w.]+\.\w+/);
  expect(answers).toBeGreaterThan(faults.length * 5);
});

it('a secret in the message of an error is taken out before it is sent', async () => {
  const token = secrets[0] as string;
  const { errors } = await queryAs(gateway, admin, `query ($id: ID!) { deal(id: $id) { id } }`, {
    id: { token } as never,
  });
  expect(errors).toHaveLength(1);
  expect(JSON.stringify(errors)).not.toContain(token);
  expect((await sendGraphQL(gateway.url, `{ ${'x'.repeat(5)} }`)).status).toBe(401);
});

it('redacts secrets in every spelling, and what looks like a credential', () => {
  const secret = 'p@ss/word+"1';
  const redact = createRedact([secret, 'short']);
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  for (const text of [
    secret,
    encodeURIComponent(secret),
    JSON.stringify({ secret }),
    ...['', 'a', 'ab'].map((b) => base64(`${b}${secret}:x`)),
  ]) {
    const clean = redact(`before ${text} after`);
    expect(clean).toMatch(/^before .*\[removed\].* after$/);
    expect(clean).not.toContain(secret);
  }
  expect(redact(`key ${admin.key}, token ${JWT}`)).toBe('key [removed], token [removed]');
  expect(redact('authorization: Bearer abcdefgh12345')).toBe('authorization: [removed]');
  expect(redact('http://x/?a=1&api_token=abc&b=2')).toBe('http://x/?a=1&api_token=[removed]&b=2');
  expect(JSON.parse(redact('{"access_token":"abc","ok":1}'))).toEqual({ access_token: '[removed]', ok: 1 });
  expect(redact('short words stay, and so does {"code":"NOT_FOUND"}')).toBe(
    'short words stay, and so does {"code":"NOT_FOUND"}',
  );
});
