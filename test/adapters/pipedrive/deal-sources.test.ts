import { describe, expect, it } from 'vitest';
import type { DealOrderField, DealWhere } from '../../../src/domain/deal-query.ts';
import type { Direction } from '../../../src/domain/list.ts';
import { adapterOver, call, NOW, wireDeal } from './support.ts';

const EVERY: DealWhere = { archived: 'EXCLUDE' };
const PAGING = ['limit', 'sort_by', 'sort_direction'];
const START = { position: null, after: null };

/** What each source of a query asks Pipedrive, by key: path and query without paging. */
async function asked(
  where: Partial<DealWhere>,
  field: DealOrderField = 'CREATED_AT',
  direction: Direction = 'DESC',
): Promise<Record<string, unknown>> {
  const crm = adapterOver({ 'GET /api/v2/deals': { data: [] }, 'GET /api/v2/deals/archived': { data: [] } });
  const asked: Record<string, unknown> = {};
  for (const source of crm.deals.sources({ where: { ...EVERY, ...where }, order: { field, direction } })) {
    await source.read(START, 50, call());
    const request = crm.http.requests.at(-1);
    const query = Object.entries(request?.params ?? {}).filter(([name]) => !PAGING.includes(name));
    asked[source.key] = { path: request?.path, ...Object.fromEntries(query) };
  }
  return asked;
}

const DEALS = '/api/v2/deals';
const ARCHIVED = '/api/v2/deals/archived';
const many = Array.from({ length: 11 }, (_, index) => String(index + 1));

describe('sources of deals', () => {
  it.each<{ given: string; where: Partial<DealWhere>; asks: Record<string, unknown> }>([
    { given: 'nothing', where: {}, asks: { deals: { path: DEALS } } },
    { given: 'archived ones', where: { archived: 'ONLY' }, asks: { archived: { path: ARCHIVED } } },
    {
      given: 'archived ones too',
      where: { archived: 'INCLUDE' },
      asks: { deals: { path: DEALS }, archived: { path: ARCHIVED } },
    },
    {
      given: 'several statuses',
      where: { status: ['WON', 'LOST'], archived: 'INCLUDE' },
      asks: { deals: { path: DEALS, status: 'won,lost' }, archived: { path: ARCHIVED, status: 'won,lost' } },
    },
    {
      given: 'deleted ones',
      where: { status: ['DELETED'], archived: 'INCLUDE' },
      asks: { deals: { path: DEALS, status: 'deleted' } },
    },
    {
      given: 'deleted ones among archived',
      where: { status: ['OPEN', 'DELETED'], archived: 'ONLY' },
      asks: { deals: { path: DEALS, status: 'deleted' }, archived: { path: ARCHIVED, status: 'open' } },
    },
    { given: 'no status at all', where: { status: [] }, asks: {} },
    {
      given: 'one id of each kind',
      where: {
        stage: { anyOf: ['1'] },
        pipeline: { anyOf: ['2'] },
        owner: { anyOf: ['3'] },
        person: { anyOf: ['4'] },
        organization: { anyOf: ['5', '5'] },
      },
      asks: {
        deals: { path: DEALS, stage_id: '1', pipeline_id: '2', owner_id: '3', person_id: '4', org_id: '5' },
      },
    },
    {
      given: 'several ids in two dimensions',
      where: { stage: { anyOf: ['1', '2', '3'] }, owner: { anyOf: ['7', '8'] } },
      asks: { 'deals:owner=7': { path: DEALS, owner_id: '7' }, 'deals:owner=8': { path: DEALS, owner_id: '8' } },
    },
    {
      given: 'several ids in both collections',
      where: { stage: { anyOf: ['1', '2'] }, archived: 'INCLUDE' },
      asks: {
        'deals:stage=1': { path: DEALS, stage_id: '1' },
        'deals:stage=2': { path: DEALS, stage_id: '2' },
        'archived:stage=1': { path: ARCHIVED, stage_id: '1' },
        'archived:stage=2': { path: ARCHIVED, stage_id: '2' },
      },
    },
    {
      given: 'more ids than are worth a run each',
      where: { stage: { anyOf: many } },
      asks: { deals: { path: DEALS } },
    },
    { given: 'no owner', where: { owner: { anyOf: [null] } }, asks: { deals: { path: DEALS } } },
    { given: 'no owner or one', where: { owner: { anyOf: [null, '7'] } }, asks: { deals: { path: DEALS } } },
    {
      given: 'a time of update between seconds',
      where: { updatedAt: { gte: NOW + 500, lt: NOW + 1500 } },
      asks: {
        deals: { path: DEALS, updated_since: '2026-11-20T12:00:00Z', updated_until: '2026-11-20T12:00:02Z' },
      },
    },
    {
      given: 'what Pipedrive cannot filter by',
      where: { title: { contains: 'x' }, currency: 'EUR', createdAt: { gte: NOW } },
      asks: { deals: { path: DEALS } },
    },
  ])('ask for $given', async ({ where, asks }) => {
    expect(await asked(where)).toEqual(asks);
  });

  it.each<{ field: DealOrderField; direction: Direction; by: string; way: string }>([
    { field: 'CREATED_AT', direction: 'ASC', by: 'add_time', way: 'asc' },
    { field: 'UPDATED_AT', direction: 'DESC', by: 'update_time', way: 'desc' },
  ])('are ordered by $by $way', async ({ field, direction, by, way }) => {
    const crm = adapterOver({ 'GET /api/v2/deals': { data: [] } });
    await crm.deals.sources({ where: EVERY, order: { field, direction } })[0]?.read(START, 25, call());
    expect(crm.http.requests[0]?.params).toEqual({ limit: '25', sort_by: by, sort_direction: way });
  });

  it.each<DealOrderField | null>([
    'TITLE',
    'VALUE',
    'EXPECTED_CLOSE_DATE',
    'OWNER',
    'SOURCE',
    'PROBABILITY',
    'CLOSED_AT',
    null,
  ])('come by id, and say that this is no order, when %s is asked for', async (field) => {
    const crm = adapterOver({ 'GET /api/v2/deals': { data: [] } });
    const sources = crm.deals.sources({ where: EVERY, order: field && { field, direction: 'DESC' } });
    expect(sources.map(({ key, isUnordered }) => [key, isUnordered])).toEqual([['deals', true]]);
    await sources[0]?.read(START, 25, call());
    expect(crm.http.requests[0]?.params).toEqual({ limit: '25' });
  });

  it.each<DealOrderField>(['CREATED_AT', 'UPDATED_AT', 'TITLE'])(
    'of a saved filter are asked for by it alone, whatever the order (%s)',
    async (field) => {
      const crm = adapterOver({ 'GET /api/v2/deals': { data: [] }, 'GET /api/v2/deals/archived': { data: [] } });
      const where: DealWhere = {
        savedFilter: '12',
        archived: 'INCLUDE',
        status: ['OPEN'],
        owner: { anyOf: ['7'] },
        stage: { anyOf: ['1', '2'] },
        updatedAt: { gte: NOW },
      };
      const sources = crm.deals.sources({ where, order: { field, direction: 'ASC' } });
      for (const source of sources) await source.read(START, 500, call());
      expect(sources.every(({ isUnordered }) => isUnordered)).toBe(true);
      expect(crm.http.requests.map(({ path, params }) => [path, params])).toEqual([
        [DEALS, { limit: '500', filter_id: '12' }],
        [ARCHIVED, { limit: '500', filter_id: '12' }],
      ]);
    },
  );

  it('go on at Pipedrive’s cursor and report what cannot be read', async () => {
    const crm = adapterOver({
      'GET /api/v2/deals': ({ params }) =>
        params.cursor === 'c2'
          ? { data: [wireDeal({ id: 3 })] }
          : { data: [wireDeal({ id: 1 }), wireDeal({ id: 2, status: 'hot' })], next: 'c2' },
    });
    const [source] = crm.deals.sources({ where: EVERY, order: { field: 'CREATED_AT', direction: 'ASC' } });
    const first = await source?.read(START, 50, call());
    expect(first).toMatchObject({ records: [{ ref: { id: '1' } }], next: 'c2', total: null });
    expect(first?.unreadable.map(({ code }) => code)).toEqual(['UPSTREAM_INVALID_RESPONSE']);
    const second = await source?.read({ position: 'c2', after: null }, 50, call());
    expect(second).toMatchObject({ records: [{ ref: { id: '3' } }], next: null });
  });

  it('give deals that were never updated in a source of their own, after the others', async () => {
    const crm = adapterOver({
      'GET /api/v2/deals': { data: [wireDeal({ id: 1 }), wireDeal({ id: 2, update_time: null })] },
    });
    const sources = crm.deals.sources({ where: EVERY, order: { field: 'UPDATED_AT', direction: 'ASC' } });
    const read = await Promise.all(sources.map((source) => source.read(START, 50, call())));
    expect(sources.map(({ key, onlyNullKeys }) => [key, onlyNullKeys])).toEqual([
      ['deals', undefined],
      ['deals:never-updated', true],
    ]);
    expect(read.map(({ records }) => records.map(({ ref }) => ref.id))).toEqual([['1'], ['2']]);
    expect(crm.http.requests[1]?.params).toMatchObject({ sort_by: 'add_time', limit: '500' });
  });

  it('need no such source where a time of update is asked for', async () => {
    expect(Object.keys(await asked({ updatedAt: { gte: NOW } }, 'UPDATED_AT'))).toEqual(['deals']);
  });

  it('give a deal once where it is linked to two people who are asked for', async () => {
    const crm = adapterOver({ 'GET /api/v2/deals': { data: [wireDeal({ id: 1, person_id: 88 })] } });
    const where: DealWhere = { ...EVERY, person: { anyOf: ['88', '89'] } };
    const sources = crm.deals.sources({ where, order: { field: 'CREATED_AT', direction: 'ASC' } });
    const read = await Promise.all(sources.map((source) => source.read(START, 50, call())));
    expect(read.map(({ records }) => records.length)).toEqual([1, 0]);
  });
});
