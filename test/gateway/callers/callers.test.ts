import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schema } from '../../../src/schema/index.ts';
import { aCaller, codesOf, configOf, queryAs } from '../../support/callers.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { sendGraphQL } from '../../support/graphql-client.ts';

const reader = aCaller('reader', ['read']);
const writer = aCaller('writer', ['write']);
const raw = aCaller('raw', ['read', 'write', 'raw']);
const admin = aCaller('admin', ['admin']);
const nobody = aCaller('nobody', []);
const north = aCaller('north', ['read', 'write', 'raw', 'admin'], ['pipedrive']);

const DEALS = '{ deals(first: 3) { nodes { id } crms { crm { id } } } }';

let gateway: TestGateway;
beforeAll(async () => {
  const env = { DEALGRAPH_ALLOW_CALL_CRM: '1', ...configOf([reader, writer, raw, admin, nobody, north]) };
  gateway = await startTestGateway({ env });
});
afterAll(() => gateway.close());

const requests = () => gateway.pipedrive.log.length + gateway.pipelinedeals.log.length;

describe('credentials', () => {
  it.each([
    { of: 'none', headers: {} },
    { of: 'an unknown key', headers: { authorization: `Bearer ${aCaller('x', []).key}` } },
    { of: 'a key with one letter more', headers: { authorization: `Bearer ${reader.key}a` } },
    { of: 'the hash in place of the key', headers: { authorization: 'Bearer sha256:00' } },
    { of: 'another scheme', headers: { authorization: `Basic ${reader.key}` } },
    { of: 'nothing behind the scheme', headers: { authorization: 'Bearer ' } },
    {
      of: 'something that looks like a token',
      headers: { authorization: 'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.x' },
    },
  ])('$of: HTTP 401, UNAUTHENTICATED, and no upstream call', async ({ headers }) => {
    const before = requests();
    const answer = await sendGraphQL(gateway.url, DEALS, {}, { headers });
    expect(answer.status).toBe(401);
    expect(codesOf(answer)).toEqual(['UNAUTHENTICATED']);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(answer.data).toBeUndefined();
    expect(requests()).toBe(before);
  });

  it('are taken from x-api-key too', async () => {
    const answer = await sendGraphQL(gateway.url, DEALS, {}, { headers: { 'x-api-key': reader.key } });
    expect(codesOf(answer)).toEqual([]);
    expect(answer.data?.deals).not.toBeNull();
  });

  it('are wanted even where the document is nonsense', async () => {
    expect((await sendGraphQL(gateway.url, '{ nonsense')).status).toBe(401);
  });
});

describe('scopes', () => {
  it('read: reads, and writes nothing', async () => {
    expect(codesOf(await queryAs(gateway, reader, DEALS))).toEqual([]);
    const before = requests();
    const { data, errors } = await queryAs(
      gateway,
      reader,
      'mutation { addDeal(input: { crm: "pipedrive", title: "x" }) { outcome problems { code message path } deal { id } } }',
    );
    expect(errors).toBeUndefined();
    expect(data?.addDeal).toEqual({
      outcome: 'REJECTED',
      problems: [{ code: 'FORBIDDEN', message: 'addDeal: the caller does not have the scope write', path: null }],
      deal: null,
    });
    expect(requests()).toBe(before);
  });

  it('write: writes and shows what was written, and reads nothing else', async () => {
    const { data } = await queryAs(
      gateway,
      writer,
      'mutation { addDeal(input: { crm: "pipedrive", title: "By a writer" }) { outcome deal { title } } }',
    );
    expect(data?.addDeal).toEqual({ outcome: 'APPLIED', deal: { title: 'By a writer' } });
    const before = requests();
    const answer = await queryAs(gateway, writer, DEALS);
    expect(codesOf(answer)).toEqual(['FORBIDDEN']);
    expect(answer.status).toBe(200);
    expect(answer.errors?.[0]?.path).toEqual(['deals']);
    expect(requests()).toBe(before);
  });

  it('raw: the field raw and requests to the CRMs themselves', async () => {
    const read = '{ deals(first: 1) { nodes { id raw } } }';
    expect(codesOf(await queryAs(gateway, raw, read))).toEqual([]);
    const refused = await queryAs(gateway, reader, read);
    expect(codesOf(refused)).toEqual(['FORBIDDEN']);
    expect(refused.data).toEqual({ deals: { nodes: [{ id: expect.any(String), raw: null }] } });

    const call =
      'mutation { callCrm(crm: "pipedrive", method: GET, path: "/api/v2/deals") { outcome status problems { code } } }';
    expect((await queryAs(gateway, raw, call)).data?.callCrm).toMatchObject({ outcome: 'APPLIED', status: 200 });
    expect((await queryAs(gateway, writer, call)).data?.callCrm).toEqual({
      outcome: 'REJECTED',
      status: null,
      problems: [{ code: 'FORBIDDEN' }],
    });
  });

  it('each stands for itself: admin alone neither reads nor writes', async () => {
    expect(codesOf(await queryAs(gateway, admin, '{ crms { id } }'))).toEqual(['FORBIDDEN']);
  });

  it('all fields of Query and Mutation are refused to a caller without scopes, without an upstream call', async () => {
    const before = requests();
    for (const type of [schema.getQueryType(), schema.getMutationType()]) {
      for (const field of Object.values(type?.getFields() ?? {})) {
        const args = field.args
          .filter((arg) => String(arg.type).endsWith('!') && arg.defaultValue === undefined)
          .map((arg) => [arg.name, String(arg.type)] as const);
        const isMutation = type === schema.getMutationType();
        const document = `${isMutation ? 'mutation' : 'query'} ${args.length > 0 ? `(${args.map(([name, of]) => `$${name}: ${of}`).join(', ')})` : ''} {
          it: ${field.name}${args.length > 0 ? `(${args.map(([name]) => `${name}: $${name}`).join(', ')})` : ''} {
            ${isMutation ? 'outcome problems { code }' : '__typename'}
          }
        }`;
        const answer = await queryAs(
          gateway,
          nobody,
          document,
          Object.fromEntries(args.map(([n, of]) => [n, sample(of)])),
        );
        if (isMutation) {
          expect([field.name, answer.errors]).toEqual([field.name, undefined]);
          expect([field.name, answer.data?.it]).toEqual([
            field.name,
            { outcome: 'REJECTED', problems: [{ code: 'FORBIDDEN' }] },
          ]);
        } else expect([field.name, ...codesOf(answer)]).toEqual([field.name, 'FORBIDDEN']);
      }
    }
    expect(requests()).toBe(before);
  });

  it('stand in the descriptions', () => {
    expect(schema.getQueryType()?.getFields().deals?.description).toContain('Needs the scope `read`.');
    expect(schema.getMutationType()?.getFields().callCrm?.description).toContain('Needs the scopes `write` and `raw`.');
  });
});

describe('a caller that may know of one CRM', () => {
  it('sees no other in lists and in crms', async () => {
    const { data } = await queryAs(
      gateway,
      north,
      `{ crms { id } deals(first: 100) { nodes { id } crms { crm { id } } } }`,
    );
    const { crms, deals } = data as { crms: unknown; deals: { nodes: { id: string }[]; crms: unknown } };
    expect(crms).toEqual([{ id: 'pipedrive' }]);
    expect(deals.crms).toEqual([{ crm: { id: 'pipedrive' } }]);
    expect(deals.nodes.every(({ id }) => id.startsWith('pipedrive:'))).toBe(true);
  });

  it.each([
    '{ deal(id: "pipelinedeals:Deal:1") { id } }',
    '{ node(id: "pipelinedeals:Deal:1") { id } }',
    '{ node(id: "pipelinedeals") { id } }',
    '{ nodes(ids: ["pipelinedeals:Deal:1"]) { id } }',
    '{ deals(crms: ["pipelinedeals"]) { nodes { id } } }',
    '{ dealsSummary(crms: ["pipelinedeals"]) { count } }',
    '{ crms(ids: ["pipelinedeals"]) { id } }',
  ])('is told of another what it would be told of none: %s', async (document) => {
    const before = requests();
    const ofOther = await queryAs(gateway, north, document);
    const ofNone = await queryAs(gateway, north, document.replaceAll('pipelinedeals', 'nosuchcrm'));
    const told = ({ errors }: typeof ofOther) =>
      errors?.map(({ message, extensions: { requestId: _, ...of } }) => ({ message, of }));
    expect(codesOf(ofOther)).toEqual(['BAD_USER_INPUT']);
    expect(told(ofOther)).toEqual(told(ofNone));
    expect(requests()).toBe(before);
  });

  it('writes nothing to another', async () => {
    const before = requests();
    const { data } = await queryAs(
      gateway,
      north,
      `mutation {
        add: addDeal(input: { crm: "pipelinedeals", title: "x" }) { outcome problems { code path } }
        delete: deleteDeal(input: { id: "pipelinedeals:Deal:1" }) { outcome problems { code path } }
        call: callCrm(crm: "pipelinedeals", method: GET, path: "/deals.json") { outcome problems { code path } }
      }`,
    );
    expect(data).toEqual({
      add: { outcome: 'REJECTED', problems: [{ code: 'INVALID_INPUT', path: ['input', 'crm'] }] },
      delete: { outcome: 'REJECTED', problems: [{ code: 'INVALID_INPUT', path: ['input', 'id'] }] },
      call: { outcome: 'REJECTED', problems: [{ code: 'INVALID_INPUT', path: ['crm'] }] },
    });
    expect(requests()).toBe(before);
  });
});

function sample(type: string): unknown {
  const enums = schema.getType(type.replace(/[![\]]/g, ''));
  if (enums && 'getValues' in enums) return enums.getValues()[0]?.name;
  if (type.startsWith('[')) return type.startsWith('[ID') ? ['pipedrive:Deal:1'] : [];
  const samples: Record<string, unknown> = {
    'Decimal!': '1',
    'ID!': 'pipedrive:Deal:1',
    'String!': 'abc',
    'Int!': 1,
    'Date!': '2026-01-01',
  };
  return samples[type] ?? (enums && 'getFields' in enums ? inputOf(enums as never) : 'abc');
}

function inputOf(type: {
  getFields(): Record<string, { name: string; type: unknown; defaultValue?: unknown }>;
}): object {
  const required = Object.values(type.getFields()).filter(({ type: of }) => String(of).endsWith('!'));
  return Object.fromEntries(required.map((field) => [field.name, sample(String(field.type))]));
}
