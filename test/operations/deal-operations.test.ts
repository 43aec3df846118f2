import { Kind, parse, print, visit } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Capability, EntityKind, OperationKind } from '../../src/domain/capability.ts';
import { type Crm, capability } from '../../src/domain/crm.ts';
import { listen } from '../../src/sandbox/kit/simulator.ts';
import { schema } from '../../src/schema/index.ts';
import { CRMS, type CrmId } from '../gateway/writes/support.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { coordinatesOf } from './coordinates.ts';
import { DEAL_OPERATIONS, LOST_OPERATIONS } from './deal-operations.ts';
import type { Documented, Where } from './documented.ts';
import { DOCUMENTED_PIPEDRIVE, DEAL_ATTRIBUTES as PIPEDRIVE_ATTRIBUTES } from './documented-pipedrive.ts';
import { DOCUMENTED_PIPELINEDEALS, DEAL_ATTRIBUTES as PIPELINEDEALS_ATTRIBUTES } from './documented-pipelinedeals.ts';
import { OfficialClient } from './official-client.ts';
import type { Data, Operation, Variables } from './operation.ts';
import { BASES, expectAbsent, expectCurrent, type Log, type Performed, perform } from './performing.ts';
import { type Place, placesOf } from './place.ts';

let gateway: TestGateway;
let places: Readonly<Record<CrmId, Place>>;
let pipedrive: Awaited<ReturnType<typeof listen>>;
let client: OfficialClient;

beforeAll(async () => {
  gateway = await startTestGateway({ env: { DEALGRAPH_ALLOW_CALL_CRM: '1' } });
  places = placesOf(gateway);
  // The vendor's client speaks to the same account, at an address of its own.
  pipedrive = await listen(gateway.pipedrive);
  client = new OfficialClient(gateway, pipedrive.url);
});
afterAll(async () => {
  await gateway.close();
  await pipedrive.close();
});

/** Nothing was sent for it: nothing at all, or no more than without the field that is refused. */
async function expectRefused(
  crm: CrmId,
  operation: Operation,
  variables: Variables,
  { answer, log }: Performed,
): Promise<void> {
  if (answer.data?.written) {
    expect(answer.errors).toBeUndefined();
    const { outcome, problems } = answer.data.written;
    expect(outcome).toBe('REJECTED');
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.map(({ code }: Data) => code)).toEqual(problems.map(() => 'UNSUPPORTED'));
    expect(lines(log)).toEqual([]);
    return;
  }
  expect(answer.errors?.length).toBeGreaterThan(0);
  for (const { extensions } of answer.errors ?? []) {
    expect(extensions).toMatchObject({ code: 'UNSUPPORTED', crm, retryable: false });
  }
  const refused = new Set(answer.errors?.flatMap(({ path = [] }) => (path.length > 1 ? path.slice(-1) : [])));
  if (refused.size === 0) {
    expect(lines(log)).toEqual([]);
    return;
  }
  const without = { ...operation, document: withoutFields(operation.document, refused) };
  const plain = await perform(gateway, without, variables);
  expect(plain.answer.errors).toBeUndefined();
  expect(lines((await perform(gateway, operation, variables)).log)).toEqual(
    lines((await perform(gateway, without, variables)).log),
  );
  expect(lines(plain.log).length).toBeGreaterThan(0);
}

/** A document that asks for the name of the type where it asked for one of these fields. */
function withoutFields(document: string, names: ReadonlySet<unknown>): string {
  const typename = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } } as const;
  const without = visit(parse(document), {
    Field: (field) => (names.has(field.name.value) ? typename : undefined),
  });
  const used = new Set<string>();
  visit(without, {
    VariableDefinition: () => false,
    Variable: ({ name }) => {
      used.add(name.value);
    },
  });
  return print(
    visit(without, { VariableDefinition: ({ variable }) => (used.has(variable.name.value) ? undefined : null) }),
  );
}

function lines(log: Log): readonly string[] {
  return CRMS.flatMap((crm) =>
    log[crm].map(({ method, path, query }) => `${crm} ${method} ${path}?${query}`),
  ).toSorted();
}

const WRITES: ReadonlySet<string | undefined> = new Set(['ADD', 'UPDATE', 'MERGE', 'DUPLICATE', 'DELETE']);
const isWrite = ({ covers }: Operation) => covers.some((key) => WRITES.has(key.split(' ')[1]));

/** The Pipedrive deals that a write was about. */
function dealsIn(texts: unknown): ReadonlySet<string> {
  return new Set(Array.from(JSON.stringify(texts).matchAll(/pipedrive:Deal:\d+/g), ([id]) => id));
}

/** What of the schema the rows below used, by what came of them. */
const works: Readonly<Record<CrmId, Set<string>>> = { pipedrive: new Set(), pipelinedeals: new Set() };
const refused: Readonly<Record<CrmId, Set<string>>> = { pipedrive: new Set(), pipelinedeals: new Set() };

describe.each(CRMS)('on %s', (crm) => {
  it.each(DEAL_OPERATIONS)('$name', async (operation) => {
    const place = places[crm];
    const variables = await operation.variables(place);
    const { answer, log } = await perform(gateway, operation, variables);
    const expected = operation.expected[crm];
    const used = coordinatesOf(schema, operation.document, variables);
    if (expected === 'UNSUPPORTED') {
      for (const coordinate of used) refused[crm].add(coordinate);
      return expectRefused(crm, operation, variables, { answer, log });
    }
    if (expected === 'ABSENT') return expectAbsent(answer);
    for (const coordinate of used) works[crm].add(coordinate);
    expect(answer.errors).toBeUndefined();
    if (answer.data.written) expect(answer.data.written).toMatchObject({ outcome: 'APPLIED', problems: [] });
    expectCurrent(gateway, crm, operation, log);
    await expected(answer.data, place, variables);
    if (crm !== 'pipedrive' || !isWrite(operation)) return;
    const deals = dealsIn([variables, answer.data]);
    expect(deals.size).toBeGreaterThan(0);
    for (const deal of deals) await client.expectSame(deal);
  });
});

/** What is documented and yet neither to be had by a row above nor refused in one. */
function missing({ crm, names }: Documented): readonly string[] {
  return Object.entries(names).flatMap(([name, where]) => placesIn(where, crm).map((place) => `${name}: ${place}`));
}

function placesIn(where: Where, crm: CrmId): readonly string[] {
  if (typeof where !== 'string' && 'unsupported' in where) {
    const { unsupported, refused: place } = where;
    if (unsupported === '') return ['no reason'];
    return place === undefined || (refused[crm].has(place) && !works[crm].has(place)) ? [] : [place];
  }
  return [where].flat().filter((place) => !works[crm].has(place));
}

describe('what the vendors document of deals', () => {
  it.each([...DOCUMENTED_PIPEDRIVE, ...DOCUMENTED_PIPELINEDEALS])('$crm: $of', (documented) => {
    expect(missing(documented)).toEqual([]);
  });

  it('has every attribute that the CRMs answer with', async () => {
    const { pipedrive, pipelinedeals } = places;
    const { data } = await pipedrive.own(`/api/v2/deals/${pipedrive.sample().remoteId}`);
    const deal = await pipelinedeals.own(`/deals/${pipelinedeals.sample().remoteId}`);
    expect(Object.keys(data).filter((name) => !(name in PIPEDRIVE_ATTRIBUTES))).toEqual([]);
    expect(Object.keys(deal).filter((name) => !(name in PIPELINEDEALS_ATTRIBUTES))).toEqual([]);
  });
});

it.each(LOST_OPERATIONS)('$name: not there any more', async ({ crm, probe, reason }) => {
  const { method, path, body, status } = probe;
  expect(reason).not.toBe('');
  expect(await places[crm].status(method, await path(places[crm]), body)).toBe(status);
});

const WITHDRAWN = DEAL_OPERATIONS.flatMap(({ api }) => api).filter(
  ({ withdrawn }, index, all) => withdrawn && all.findIndex((one) => one.withdrawn === withdrawn) === index,
);

it('what the vendor has withdrawn is not there any more, unless it is only deprecated', async () => {
  expect(WITHDRAWN.length).toBeGreaterThan(10);
  for (const { version, operation, withdrawn } of WITHDRAWN) {
    const [method = '', pattern] = operation.split(' ');
    const path = `${BASES[version]}${pattern}`.replace(/:\w+/g, '1');
    const status = await places.pipedrive.status(method, path);
    const isThere = status !== 404 && status !== 410;
    expect([operation, isThere]).toEqual([operation, withdrawn?.reason.startsWith('Deprecated')]);
  }
});

/** What belongs to a deal. */
const ENTITIES: readonly EntityKind[] = [
  'DEAL',
  'DEAL_PRODUCT',
  'DISCOUNT',
  'INSTALLMENT',
  'FOLLOWER',
  'PARTICIPANT',
  'PERMITTED_USER',
  'ACTIVITY',
  'NOTE',
  'FILE',
  'MAIL_MESSAGE',
  'CHANGE',
  'FEED',
  'SAVED_FILTER',
];

describe('the table of capabilities', () => {
  const capabilities = async () => {
    const { data } = await gateway.query<Data>('{ crms { id capabilities { entity operation field fidelity note } } }');
    return data.crms as readonly Crm[];
  };
  // What is ordered is ordered by some key, which has a row of its own where keys differ.
  const isAbout = ({ entity, operation, field }: Capability) =>
    ENTITIES.includes(entity) && !(entity === 'DEAL' && operation === 'SORT' && field === null);
  const keyOf = ({ entity, operation, field }: Capability) => [entity, operation, field].filter(Boolean).join(' ');
  const isSupported = (crm: Crm, key: string) => {
    const [entity, operation, ...field] = key.split(' ') as [EntityKind, OperationKind, ...string[]];
    return capability(crm, entity, operation, field.join(' ') || null).fidelity !== 'UNSUPPORTED';
  };

  it('says of every operation here what comes of it', async () => {
    for (const crm of await capabilities()) {
      for (const { name, covers, expected } of DEAL_OPERATIONS) {
        const works = typeof expected[crm.id as CrmId] === 'function';
        const keys = covers.map((key) => isSupported(crm, key));
        expect(`${name}: ${crm.id} ${keys.every(Boolean) ? 'can' : 'cannot'}`).toBe(
          `${name}: ${crm.id} ${works ? 'can' : 'cannot'}`,
        );
      }
    }
  });

  it('has no row about deals that is not exercised: what works works, and what does not is refused', async () => {
    const crms = await capabilities();
    const keys = new Set(crms.flatMap((crm) => crm.capabilities.filter(isAbout).map(keyOf)));
    const missing = crms.flatMap((crm) =>
      [...keys].flatMap((key) => {
        const supported = isSupported(crm, key);
        if (!supported && !crms.some((other) => isSupported(other, key))) return [];
        const isExercised = DEAL_OPERATIONS.some(
          ({ covers, expected }) =>
            covers.some((one) => one === key) && (typeof expected[crm.id as CrmId] === 'function') === supported,
        );
        return isExercised ? [] : `${crm.id}: ${key} ${supported ? 'works' : 'is refused'}`;
      }),
    );
    expect(missing).toEqual([]);
  });
});
