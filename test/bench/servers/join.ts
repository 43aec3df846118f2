/**
 * The limit: what somebody would write by hand for exactly these answers. No GraphQL, no checks, no deadlines, nothing
 * that could be left out. Its functions stand at the top level because the TypeScript loader wraps named inner ones.
 */
import { createServer, type ServerResponse } from 'node:http';
import { Pool } from 'undici';
import { PORT, UPSTREAM, UPSTREAM_HEADERS } from './environment.ts';
import type { Envelope, WireDeal, WireLine, WireNamed } from './wire.ts';

const upstream = new Pool(UPSTREAM, { connections: 512, pipelining: 1 });
let stages: Promise<Map<number, WireNamed>> | null = null;

const server = createServer((request, response) => {
  const url = request.url ?? '';
  const answer = url.startsWith('/deals?') ? page(url.slice('/deals'.length)) : deal(url);
  answer.then(
    (data) => send(response, 200, { data }),
    (error: unknown) => send(response, 502, { errors: [{ message: String(error) }] }),
  );
});
server.keepAliveTimeout = 120_000;
server.listen(PORT, '127.0.0.1');

async function page(query: string): Promise<unknown> {
  const { data, additional_data: more } = await read<WireDeal[]>(
    `/api/v2/deals${query}&sort_by=add_time&sort_direction=desc`,
  );
  const [stageOf, people, organizations, lines] = await Promise.all([
    keptStages(),
    read<WireNamed[]>(`/api/v2/persons?ids=${data.map((deal) => deal.person_id).join(',')}&limit=500`),
    read<WireNamed[]>(`/api/v2/organizations?ids=${data.map((deal) => deal.org_id).join(',')}&limit=500`),
    read<WireLine[]>(`/api/v2/deals/products?deal_ids=${data.map((deal) => deal.id).join(',')}&limit=500`),
  ]);
  const personOf = byId(people.data);
  const organizationOf = byId(organizations.data);
  const linesOf = byDeal(lines.data);
  return {
    deals: {
      nodes: data.map((deal) =>
        toDeal(
          deal,
          stageOf.get(deal.stage_id),
          personOf.get(deal.person_id),
          organizationOf.get(deal.org_id),
          linesOf.get(deal.id) ?? [],
        ),
      ),
      pageInfo: { hasNextPage: more?.next_cursor != null },
    },
  };
}

async function deal(path: string): Promise<unknown> {
  const { data } = await read<WireDeal>(`/api/v2${path}`);
  const [stageOf, person, organization, lines] = await Promise.all([
    keptStages(),
    read<WireNamed>(`/api/v2/persons/${data.person_id}`),
    read<WireNamed>(`/api/v2/organizations/${data.org_id}`),
    read<WireLine[]>(`/api/v2/deals/products?deal_ids=${data.id}&limit=500`),
  ]);
  return { deal: toDeal(data, stageOf.get(data.stage_id), person.data, organization.data, lines.data) };
}

/** Read once and kept, as the gateway keeps them. */
function keptStages(): Promise<Map<number, WireNamed>> {
  stages ??= read<WireNamed[]>('/api/v2/stages?limit=500').then(({ data }) => byId(data));
  return stages;
}

async function read<T>(path: string): Promise<Envelope<T>> {
  const { statusCode, body } = await upstream.request({ method: 'GET', path, headers: UPSTREAM_HEADERS });
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`upstream answered ${statusCode}`);
  return JSON.parse(text);
}

function toDeal(
  wire: WireDeal,
  stage: WireNamed | undefined,
  person: WireNamed | undefined,
  organization: WireNamed | undefined,
  lines: readonly WireLine[],
): unknown {
  return {
    id: `pipedrive:Deal:${wire.id}`,
    title: wire.title,
    status: wire.status.toUpperCase(),
    value: { amount: String(wire.value), currency: wire.currency },
    stage: toNamed('Stage', stage),
    person: toNamed('Person', person),
    organization: toNamed('Organization', organization),
    products: { nodes: lines.map(toLine) },
  };
}

function toNamed(type: string, wire: WireNamed | undefined): unknown {
  return wire === undefined ? null : { id: `pipedrive:${type}:${wire.id}`, name: wire.name };
}

function toLine(wire: WireLine): unknown {
  const id = `pipedrive:DealProduct:${wire.deal_id}/${wire.id}`;
  return { id, name: wire.name, quantity: String(wire.quantity) };
}

function byId(records: readonly WireNamed[]): Map<number, WireNamed> {
  const map = new Map<number, WireNamed>();
  for (const record of records) map.set(record.id, record);
  return map;
}

function byDeal(lines: readonly WireLine[]): Map<number, WireLine[]> {
  const map = new Map<number, WireLine[]>();
  for (const line of lines) {
    const others = map.get(line.deal_id);
    if (others === undefined) map.set(line.deal_id, [line]);
    else others.push(line);
  }
  return map;
}

function send(response: ServerResponse, status: number, answer: object): void {
  const body = Buffer.from(JSON.stringify(answer));
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length });
  response.end(body);
}
