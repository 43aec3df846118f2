import { describe, expect, it } from 'vitest';
import type { Deal } from '../../../src/sandbox/pipedrive/records.ts';
import type { DealRecord } from '../../../src/sandbox/pipelinedeals/index.ts';
import { plain } from './oracle.ts';
import { type Data, found, useReads } from './support.ts';

const reads = useReads({ pipedrive: { deals: 120 }, pipelinedeals: { deals: 120 } });

const FIELDS = `remoteId visibility source { id name color } channel { id name } channelId origin originId importId
  wonReason creator { id name } collaborators { id name } archivedAt
  address { formatted street city region postalCode country }
  acv { amount currency } arr { amount currency } mrr { amount currency }`;
const page = (crm: string, fields: string) =>
  `{ deals(crms: ["${crm}"], first: 50, filter: { archived: INCLUDE }) { nodes { ${fields} } } }`;

const CHANNELS: Readonly<Record<number, string>> = { 51: 'Web forms', 52: 'Trade fair', 53: 'Referral' };

describe('of 50 deals of Pipedrive', () => {
  const ask = (fields: string) => reads.ask(`{ deals(crms: ["pipedrive"], first: 50) { nodes { ${fields} } } }`);

  it('every attribute is what the CRM has', async () => {
    const { data } = await ask(FIELDS);
    const { store } = reads.gateway.pipedrive;
    expect(data.deals.nodes).toHaveLength(50);
    for (const node of data.deals.nodes as readonly Data[]) {
      const deal = store.deals.get(Number(node.remoteId)) as Deal;
      const money = (amount: Deal['acv']) =>
        amount === null ? null : { amount: plain(amount), currency: deal.currency };
      expect(node).toEqual({
        remoteId: String(deal.id),
        visibility: deal.visible_to,
        source: null,
        channel:
          deal.channel === null
            ? null
            : { id: expect.stringMatching(/^pipedrive:Label:\d+$/), name: CHANNELS[deal.channel] },
        channelId: deal.channel_id,
        origin: deal.origin,
        originId: deal.origin_id,
        importId: null,
        wonReason: null,
        creator: {
          id: `pipedrive:User:${deal.creator_user_id}`,
          name: found(store.users.values(), ({ id }) => id === deal.creator_user_id).name,
        },
        collaborators: null,
        archivedAt: deal.archive_time,
        address: null,
        acv: money(deal.acv),
        arr: money(deal.arr),
        mrr: money(deal.mrr),
      });
    }
    const some = (field: string) => data.deals.nodes.some((node: Data) => node[field] !== null);
    expect(['channel', 'channelId', 'acv', 'arr', 'mrr'].filter((field) => !some(field))).toEqual([]);
  });

  it('the page costs one request, and nothing more once fields and users are kept', async () => {
    await ask(FIELDS);
    expect((await ask(FIELDS)).cost.pipedrive).toEqual({ requests: 1, tokens: 10 });
    const ids = 'visibility channel { id } channelId origin creator { id } archivedAt acv { amount } mrr { currency }';
    expect((await ask(ids)).cost.pipedrive).toEqual({ requests: 1, tokens: 10 });
  });

  it('an archived deal tells since when', async () => {
    const deal = found(reads.gateway.pipedrive.store.deals.values(), (one) => one.is_archived && !one.is_deleted);
    const { node } = await reads.data('query ($id: ID!) { node(id: $id) { ... on Deal { isArchived archivedAt } } }', {
      id: `pipedrive:Deal:${deal.id}`,
    });
    expect(node).toEqual({ isArchived: true, archivedAt: deal.archive_time });
    expect(deal.archive_time).not.toBeNull();
  });

  it('a channel that was removed shows as its number, and is no label of the same number', async () => {
    const { store } = reads.gateway.pipedrive;
    const deal = found(store.deals.values(), (one) => !one.is_deleted && !one.is_archived && one.channel === null);
    deal.channel = 11;
    const { node } = await reads.data(
      'query ($id: ID!) { node(id: $id) { ... on Deal { channel { id name color } } } }',
      { id: `pipedrive:Deal:${deal.id}` },
    );
    expect(node.channel).toEqual({ id: expect.not.stringMatching(/:11$/), name: '11', color: null });
    deal.channel = null;
  });
});

describe('of 50 deals of PipelineDeals', () => {
  it('every attribute is what the CRM has, and costs one request', async () => {
    const { data, cost } = await reads.ask(page('pipelinedeals', FIELDS));
    expect(cost.pipelinedeals.requests).toBe(1);
    const { store } = reads.gateway.pipelinedeals;
    const { leadSources, wonReasons } = store.configuration;
    const user = (id: number) => {
      const { first_name, last_name } = found(store.users.values(), (one) => one.id === id);
      return { id: `pipelinedeals:User:${id}`, name: `${first_name} ${last_name}` };
    };
    expect(data.deals.nodes).toHaveLength(50);
    for (const node of data.deals.nodes as readonly Data[]) {
      const deal = store.deals.get(Number(node.remoteId)) as DealRecord;
      const source = leadSources.find(({ id }) => id === deal.source_id);
      expect(node).toEqual({
        remoteId: String(deal.id),
        visibility: null,
        source: source
          ? { id: expect.stringMatching(/^pipelinedeals:Label:\d+$/), name: source.name, color: null }
          : null,
        channel: null,
        channelId: null,
        origin: null,
        originId: null,
        importId: deal.import_id === null ? null : String(deal.import_id),
        wonReason: wonReasons.find(({ id }) => id === deal.deal_won_reason_id)?.name ?? deal.deal_won_reason_notes,
        creator: user(deal.created_by_user_id),
        collaborators: deal.shared_user_ids.map(user),
        archivedAt: null,
        address: deal.city === null ? null : expect.objectContaining({ formatted: deal.city, city: deal.city }),
        acv: null,
        arr: null,
        mrr: null,
      });
    }
    const some = (field: string) =>
      data.deals.nodes.some((node: Data) => node[field]?.length !== 0 && node[field] !== null);
    expect(['source', 'importId', 'wonReason', 'collaborators'].filter((field) => !some(field))).toEqual([]);
  });

  it('an address is put together from its parts', async () => {
    const [deal] = reads.gateway.pipelinedeals.store.deals.values();
    if (!deal) throw new Error('the seed has no deal');
    Object.assign(deal, { address_1: 'Pikk 1', address_2: 'II', city: ' Tallinn ', postal_code: '10123', country: '' });
    const { node } = await reads.data(
      `query ($id: ID!) { node(id: $id) { ... on Deal { address { formatted street city region postalCode country } } } }`,
      { id: `pipelinedeals:Deal:${deal.id}` },
    );
    expect(node.address).toEqual({
      formatted: 'Pikk 1, II, Tallinn, 10123',
      street: 'Pikk 1, II',
      city: 'Tallinn',
      region: null,
      postalCode: '10123',
      country: null,
    });
  });
});

describe('the older dialect of PipelineDeals', () => {
  const older = useReads({ pipelinedeals: { deals: 60, dialect: 'seed' } });

  it('tells source and collaborators, without their keys, and no creator', async () => {
    const { data, cost } = await older.ask(
      '{ deals(crms: ["pipelinedeals"], first: 50) { nodes { source { name } collaborators { name } creator { id } } } }',
    );
    const nodes = data.deals.nodes as readonly Data[];
    expect(cost.pipelinedeals.requests).toBeGreaterThan(0);
    expect(nodes.some(({ source }) => source !== null)).toBe(true);
    expect(nodes.some(({ collaborators }) => collaborators.length > 0)).toBe(true);
    expect(nodes.every(({ creator }) => creator === null)).toBe(true);
  });
});
