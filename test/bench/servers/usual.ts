/**
 * The usual choice: Yoga with its defaults, Pothos, a DataLoader per kind of record and operation, the global `fetch`.
 * Its schema is the part of the gateway's that the workloads ask for.
 */
import { createServer } from 'node:http';
import SchemaBuilder from '@pothos/core';
import DataLoader from 'dataloader';
import { createYoga } from 'graphql-yoga';
import { PORT, UPSTREAM, UPSTREAM_HEADERS } from './environment.ts';
import type { Envelope, WireDeal, WireLine, WireNamed } from './wire.ts';

interface Loaders {
  readonly stage: DataLoader<number, WireNamed>;
  readonly person: DataLoader<number, WireNamed>;
  readonly organization: DataLoader<number, WireNamed>;
  readonly lines: DataLoader<number, WireLine[]>;
}

interface Page {
  readonly nodes: WireDeal[];
  readonly hasNextPage: boolean;
}

const builder = new SchemaBuilder<{
  Context: { loaders: Loaders };
  Scalars: { DateTime: { Input: string; Output: string }; Decimal: { Input: string; Output: number } };
}>({});

builder.scalarType('DateTime', { serialize: (value) => value, parseValue: (value) => String(value) });
builder.scalarType('Decimal', { serialize: (value) => String(value), parseValue: (value) => String(value) });

const Money = builder.objectRef<WireDeal>('Money').implement({
  fields: (t) => ({
    amount: t.expose('value', { type: 'Decimal', nullable: false }),
    currency: t.exposeString('currency', { nullable: false }),
  }),
});

const Stage = named('Stage');
const Person = named('Person');
const Organization = named('Organization');

const DealProduct = builder.objectRef<WireLine>('DealProduct').implement({
  fields: (t) => ({
    id: t.id({ nullable: false, resolve: (line) => `pipedrive:DealProduct:${line.deal_id}/${line.id}` }),
    name: t.exposeString('name', { nullable: false }),
    quantity: t.expose('quantity', { type: 'Decimal' }),
  }),
});

const DealProducts = builder.objectRef<WireLine[]>('DealProductConnection').implement({
  fields: (t) => ({ nodes: t.field({ type: [DealProduct], nullable: false, resolve: (lines) => lines }) }),
});

const DealStatus = builder.enumType('DealStatus', {
  values: { OPEN: { value: 'open' }, WON: { value: 'won' }, LOST: { value: 'lost' } } as const,
});

const Deal = builder.objectRef<WireDeal>('Deal').implement({
  fields: (t) => ({
    id: t.id({ nullable: false, resolve: (deal) => globalId('Deal', deal.id) }),
    title: t.exposeString('title', { nullable: false }),
    status: t.field({ type: DealStatus, resolve: (deal) => deal.status as 'open' | 'won' | 'lost' }),
    value: t.field({ type: Money, resolve: (deal) => deal }),
    stage: t.field({ type: Stage, resolve: (deal, _args, { loaders }) => loaders.stage.load(deal.stage_id) }),
    person: t.field({ type: Person, resolve: (deal, _args, { loaders }) => loaders.person.load(deal.person_id) }),
    organization: t.field({
      type: Organization,
      resolve: (deal, _args, { loaders }) => loaders.organization.load(deal.org_id),
    }),
    products: t.field({ type: DealProducts, resolve: (deal, _args, { loaders }) => loaders.lines.load(deal.id) }),
  }),
});

const PageInfo = builder.objectRef<Page>('PageInfo').implement({
  fields: (t) => ({ hasNextPage: t.exposeBoolean('hasNextPage', { nullable: false }) }),
});

const DealConnection = builder.objectRef<Page>('DealConnection').implement({
  fields: (t) => ({
    nodes: t.expose('nodes', { type: [Deal], nullable: false }),
    pageInfo: t.field({ type: PageInfo, nullable: false, resolve: (page) => page }),
  }),
});

const DateTimeRange = builder.inputType('DateTimeRange', { fields: (t) => ({ gte: t.field({ type: 'DateTime' }) }) });
const DealFilter = builder.inputType('DealFilter', {
  fields: (t) => ({ updatedAt: t.field({ type: DateTimeRange }) }),
});

builder.queryType({
  fields: (t) => ({
    deals: t.field({
      type: DealConnection,
      args: { first: t.arg.int({ required: true }), filter: t.arg({ type: DealFilter }) },
      async resolve(_root, { first, filter }): Promise<Page> {
        const query = new URLSearchParams({ limit: String(first), sort_by: 'add_time', sort_direction: 'desc' });
        const since = filter?.updatedAt?.gte;
        if (since != null) query.set('updated_since', since);
        const { data, additional_data: more } = await read<WireDeal[]>(`/deals?${query}`);
        return { nodes: data, hasNextPage: more?.next_cursor != null };
      },
    }),
    deal: t.field({
      type: Deal,
      args: { id: t.arg.id({ required: true }) },
      resolve: async (_root, { id }) => (await read<WireDeal>(`/deals/${String(id).split(':').at(-1)}`)).data,
    }),
  }),
});

const yoga = createYoga({ schema: builder.toSchema(), context: () => ({ loaders: createLoaders() }) });
const server = createServer(yoga);
server.keepAliveTimeout = 120_000;
server.listen(PORT, '127.0.0.1');

function named(type: string) {
  return builder.objectRef<WireNamed>(type).implement({
    fields: (t) => ({
      id: t.id({ nullable: false, resolve: (record) => globalId(type, record.id) }),
      name: t.exposeString('name', { nullable: false }),
    }),
  });
}

function createLoaders(): Loaders {
  return {
    stage: new DataLoader(async (ids) => inOrder(ids, (await read<WireNamed[]>('/stages?limit=500')).data)),
    person: new DataLoader(async (ids) =>
      inOrder(ids, (await read<WireNamed[]>(`/persons?ids=${ids}&limit=500`)).data),
    ),
    organization: new DataLoader(async (ids) =>
      inOrder(ids, (await read<WireNamed[]>(`/organizations?ids=${ids}&limit=500`)).data),
    ),
    lines: new DataLoader(async (ids) => {
      const { data } = await read<WireLine[]>(`/deals/products?deal_ids=${ids}&limit=500`);
      return ids.map((id) => data.filter((line) => line.deal_id === id));
    }),
  };
}

function inOrder(ids: readonly number[], records: readonly WireNamed[]): (WireNamed | Error)[] {
  const recordOf = new Map(records.map((record) => [record.id, record]));
  return ids.map((id) => recordOf.get(id) ?? new Error(`there is no ${id}`));
}

async function read<T>(path: string): Promise<Envelope<T>> {
  const response = await fetch(`${UPSTREAM}/api/v2${path}`, { headers: UPSTREAM_HEADERS });
  if (!response.ok) throw new Error(`upstream answered ${response.status}`);
  return (await response.json()) as Envelope<T>;
}

function globalId(type: string, id: number): string {
  return `pipedrive:${type}:${id}`;
}
