import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EntityKind } from '../../src/domain/capability.ts';
import { type Crm, capability } from '../../src/domain/crm.ts';
import type { SimRequest, SimResponse } from '../../src/sandbox/kit/simulator.ts';
import { CRMS, type CrmId, remoteId } from '../gateway/writes/support.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import type { Data } from './operation.ts';
import { type Part, type Place, placesOf } from './place.ts';

/** So few that a slow machine, too, answers all that is sent for them at once before the gateway gives it up. */
const DEALS = 20;
/** How many requests a CRM may be sent at a time. */
const MOST_AT_ONCE = { pipedrive: 256, pipelinedeals: 5 } as const;
/** How many it is sent at least where there is that much to read, on a slow machine as well. */
const MANY_AT_ONCE = { pipedrive: 10, pipelinedeals: 1 } as const;

let gateway: TestGateway;
let places: Readonly<Record<CrmId, Place>>;
const flight = { now: 0, most: 0, takesMs: 2 };

beforeAll(async () => {
  // Every list there is for each of many deals, in one document.
  const env = { DEALGRAPH_MAX_NODES: '1000000', DEALGRAPH_MAX_TOKENS: '2000' };
  gateway = await startTestGateway({ pipedrive: { deals: 40 }, pipelinedeals: { deals: 40 }, env });
  places = placesOf(gateway);
  for (const crm of CRMS) countFlights(gateway[crm]);
  // What is read once and kept is read before anything is counted.
  for (const crm of CRMS) await read(crm, 'owner { name } stage { name }');
});
beforeEach(() => {
  flight.most = 0;
  flight.takesMs = 2;
});
afterAll(() => gateway.close());

/** Has a simulator take a moment for each request, and counts how many it works on at a time. */
function countFlights(simulator: { handle(request: SimRequest): SimResponse | Promise<SimResponse> }): void {
  const handle = simulator.handle;
  simulator.handle = async (request) => {
    flight.now += 1;
    flight.most = Math.max(flight.most, flight.now);
    await new Promise((resolve) => setTimeout(resolve, flight.takesMs));
    try {
      return await handle(request);
    } finally {
      flight.now -= 1;
    }
  };
}

interface Answered {
  readonly nodes: readonly Data[];
  readonly errors: readonly { readonly extensions: Readonly<Record<string, unknown>> }[];
  readonly requests: number;
  readonly tokens: number;
}

/** Reads deals with `fields` of each; the receipt has to agree with the log of the CRM. */
async function read(crm: CrmId, fields: string): Promise<Answered> {
  const { pipedrive, pipelinedeals } = gateway;
  const before = { pipedrive: pipedrive.log.length, pipelinedeals: pipelinedeals.log.length };
  const { data, errors, extensions } = await gateway.query<Data>(
    `query ($crms: [ID!]) { deals(first: ${DEALS}, crms: $crms) { nodes { id ${fields} } } }`,
    { crms: [crm] },
  );
  const log = gateway[crm].log.slice(before[crm]);
  const other = crm === 'pipedrive' ? 'pipelinedeals' : 'pipedrive';
  expect(gateway[other].log).toHaveLength(before[other]);
  const upstream = extensions?.upstream;
  const tokens = log.reduce((sum, entry) => sum + (entry.tokens ?? 0), 0);
  expect(upstream?.requests).toBe(log.length);
  expect(upstream?.byCrm[crm]?.requests).toBe(log.length);
  expect(upstream?.tokens[crm] ?? 0).toBe(tokens);
  expect(data.deals.nodes).toHaveLength(DEALS);
  return { nodes: data.deals.nodes, errors: errors ?? [], requests: log.length, tokens };
}

interface Nested {
  readonly field: string;
  readonly entity: EntityKind;
  readonly select: string;
  /** What the store has of each deal, where both have it. */
  readonly part?: Part;
  /** Requests and tokens beside those for the deals; `null` where the CRM has no such thing. */
  readonly cost: Readonly<Record<CrmId, readonly [requests: number, tokens: number] | null>>;
}

const NESTED: readonly Nested[] = [
  {
    field: 'followers',
    entity: 'FOLLOWER',
    select: 'followers { nodes { user { id } } }',
    part: 'followers',
    cost: { pipedrive: [DEALS, 10 * DEALS], pipelinedeals: [0, 0] },
  },
  {
    field: 'participants',
    entity: 'PARTICIPANT',
    select: 'participants { nodes { person { id } } }',
    part: 'participants',
    cost: { pipedrive: [DEALS, 10 * DEALS], pipelinedeals: [0, 0] },
  },
  {
    field: 'notes',
    entity: 'NOTE',
    select: 'notes { nodes { id content } }',
    part: 'notes',
    cost: { pipedrive: [DEALS, 20 * DEALS], pipelinedeals: [DEALS, 0] },
  },
  {
    field: 'activities',
    entity: 'ACTIVITY',
    select: 'activities { nodes { id subject } }',
    part: 'activities',
    cost: { pipedrive: [DEALS, 10 * DEALS], pipelinedeals: [DEALS, 0] },
  },
  {
    field: 'files',
    entity: 'FILE',
    select: 'files { nodes { id name } }',
    part: 'files',
    cost: { pipedrive: [DEALS, 20 * DEALS], pipelinedeals: [DEALS, 0] },
  },
  {
    field: 'mailMessages',
    entity: 'MAIL_MESSAGE',
    select: 'mailMessages { nodes { id subject } }',
    part: 'mailMessages',
    cost: { pipedrive: [DEALS, 20 * DEALS], pipelinedeals: [DEALS, 0] },
  },
  {
    field: 'feed',
    entity: 'FEED',
    select: 'feed { nodes { kind } }',
    cost: { pipedrive: [DEALS, 40 * DEALS], pipelinedeals: [3 * DEALS, 0] },
  },
  {
    field: 'discounts',
    entity: 'DISCOUNT',
    select: 'discounts { nodes { id amount } }',
    cost: { pipedrive: [DEALS, 10 * DEALS], pipelinedeals: null },
  },
  {
    field: 'installments',
    entity: 'INSTALLMENT',
    select: 'installments { nodes { id billingDate } }',
    cost: { pipedrive: [1, 10], pipelinedeals: null },
  },
  {
    field: 'products',
    entity: 'DEAL_PRODUCT',
    select: 'products(orderBy: { field: ID, direction: DESC }) { nodes { id } }',
    part: 'products',
    cost: { pipedrive: [1, 10], pipelinedeals: [0, 0] },
  },
];

/** The ids in the CRM of what was listed of a deal. */
function listed(field: string, nodes: readonly Data[]): readonly number[] {
  return nodes
    .map((node) => node.user?.id ?? node.person?.id ?? node.id)
    .map((id: string) => (field === 'products' ? Number(id.split('/')[1]) : remoteId(id)))
    .toSorted((a, b) => a - b);
}

describe.each(CRMS)(`${DEALS} deals of %s with`, (crm) => {
  it.each(NESTED)('$field', async ({ field, select, part, cost }) => {
    const alone = await read(crm, '');
    flight.most = 0;
    const { nodes, errors, ...spent } = await read(crm, select);
    const own = cost[crm];
    if (own === null) {
      expect(errors).toHaveLength(DEALS);
      for (const { extensions } of errors) expect(extensions).toMatchObject({ code: 'UNSUPPORTED', crm });
      expect(nodes.every((node) => node[field] === null)).toBe(true);
      expect(spent.requests).toBe(alone.requests);
      return;
    }
    expect(errors).toEqual([]);
    expect([spent.requests - alone.requests, spent.tokens - alone.tokens]).toEqual(own);
    expect(flight.most).toBeLessThanOrEqual(MOST_AT_ONCE[crm]);
    if (own[0] >= DEALS) expect(flight.most).toBeGreaterThan(1);
    if (part === undefined) return;
    const wanted = nodes.map(({ id }) => places[crm].part(part, id).toSorted((a, b) => a - b));
    expect(nodes.map((node) => listed(field, node[field].nodes))).toEqual(wanted);
    expect(wanted.flat().length).toBeGreaterThan(0);
  });

  it('all of it at once, which costs what it costs one by one', async () => {
    const own = NESTED.filter(({ cost }) => cost[crm] !== null);
    const alone = await read(crm, '');
    flight.most = 0;
    // Long enough for all that may be sent at once to arrive, on a slow machine as well.
    flight.takesMs = crm === 'pipedrive' ? 60 : 5;
    const { errors, requests, tokens } = await read(crm, own.map(({ select }) => select).join(' '));
    expect(errors).toEqual([]);
    // How near it comes to the bound depends on how fast answers come.
    expect(flight.most).toBeLessThanOrEqual(MOST_AT_ONCE[crm]);
    expect(flight.most).toBeGreaterThan(MANY_AT_ONCE[crm]);
    const sum = own.reduce((total, { cost }) => total + (cost[crm]?.[1] ?? 0), 0);
    expect(tokens - alone.tokens).toBe(sum);
    // The feed of a PipelineDeals deal is made of its lists, which are read once for all that is made of them.
    const counted = own.filter(({ field }) => crm === 'pipedrive' || !['feed', 'mailMessages'].includes(field));
    expect(requests - alone.requests).toBe(counted.reduce((total, { cost }) => total + (cost[crm]?.[0] ?? 0), 0));
  });

  it('one request for each deal exactly where the table of capabilities says so', async () => {
    const { data } = await gateway.query<Data>('{ crms { id capabilities { entity operation field fidelity note } } }');
    const table: Crm = data.crms.find(({ id }: Crm) => id === crm);
    for (const { entity, cost } of NESTED) {
      const { fidelity, note } = capability(table, entity, 'LIST');
      const requests = cost[crm]?.[0];
      expect([entity, fidelity === 'UNSUPPORTED']).toEqual([entity, requests === undefined]);
      if (requests === undefined) continue;
      expect([entity, /each deal/.test(note ?? '')]).toEqual([entity, requests >= DEALS]);
    }
  });
});
