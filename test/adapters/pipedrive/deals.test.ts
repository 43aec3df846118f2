import { describe, expect, it } from 'vitest';
import { toDeal } from '../../../src/adapters/pipedrive/deals.ts';
import { GatewayError } from '../../../src/domain/errors.ts';
import type { ScriptedRequest } from './scripted-http.ts';
import { adapterOver, call, failureOf, range, wireDeal } from './support.ts';

describe('a deal', () => {
  it('is mapped with everything Pipedrive tells', () => {
    const deal = toDeal('crm', wireDeal());
    expect(deal).toMatchObject({
      ref: { crm: 'crm', type: 'Deal', id: '42' },
      title: 'Harbour rollout',
      summary: null,
      status: 'OPEN',
      health: null,
      probability: null,
      inheritsProbability: true,
      isArchived: false,
      stage: { ref: { crm: 'crm', type: 'Stage', id: '9' }, known: {} },
      pipeline: { ref: { type: 'Pipeline', id: '2' } },
      owner: { ref: { type: 'User', id: '305' } },
      person: { ref: { type: 'Person', id: '88' } },
      organization: { ref: { type: 'Organization', id: '41' } },
      expectedCloseDate: '2026-09-30',
      createdAt: Date.UTC(2026, 1, 11, 8, 15, 42),
      stageChangedAt: null,
      products: null,
      people: null,
      followers: null,
      customValues: { f1: { value: 500, currency: 'EUR' }, f2: null },
    });
    expect(deal.value?.amount.toFixed()).toBe('18450.5');
    expect(deal.labels.map(({ ref }) => ref.id)).toEqual(['12', '15']);
  });

  it('has what only some plans and accounts fill, in the deal’s currency', () => {
    const full = { acv: 120.5, arr: 100, mrr: 8.33, channel: 52, channel_id: 'Fair', origin: 'API', origin_id: 17 };
    const deal = toDeal('crm', wireDeal({ ...full, visible_to: 5, creator_user_id: 9, currency: 'EUR' }));
    expect([deal.acv, deal.arr, deal.mrr].map((money) => money && `${money.amount} ${money.currency}`)).toEqual([
      '120.5 EUR',
      '100 EUR',
      '8.33 EUR',
    ]);
    expect(deal).toMatchObject({ channelId: 'Fair', origin: 'API', originId: '17', visibility: 5 });
    expect([deal.creator?.ref.id, deal.channel?.ref.type]).toEqual(['9', 'Label']);
    expect(deal.channel?.ref.id).not.toBe('52');
  });

  it.each([null, undefined])('has none of it where that is %s', (nothing) => {
    const keys = ['acv', 'arr', 'mrr', 'channel', 'channel_id', 'origin', 'origin_id', 'visible_to', 'archive_time'];
    const deal = toDeal('crm', wireDeal(Object.fromEntries(keys.map((key) => [key, nothing]))));
    const { acv, arr, mrr, channel, channelId, origin, originId, visibility, archivedAt } = deal;
    expect(new Set([acv, arr, mrr, channel, channelId, origin, originId, visibility, archivedAt])).toEqual(
      new Set([null]),
    );
  });

  it('keeps long amounts and ids exact', () => {
    const deal = toDeal('crm', wireDeal({ id: '9007199254740991', value: '12345678901234567.89' }));
    expect(deal.ref.id).toBe('9007199254740991');
    expect(deal.value?.amount.toFixed()).toBe('12345678901234567.89');
  });

  it('is deleted by its flag, whatever its status says', () => {
    expect(toDeal('crm', wireDeal({ status: 'won', is_deleted: true })).status).toBe('DELETED');
    expect(toDeal('crm', wireDeal({ status: 'deleted' })).status).toBe('DELETED');
  });

  it('may lack what real answers lack', () => {
    const bare = toDeal('crm', {
      id: 1,
      title: 'x',
      value: 0,
      currency: 'EUR',
      status: 'open',
      custom_fields: null,
      person_id: null,
      update_time: null,
    });
    expect(bare).toMatchObject({ person: null, stage: null, updatedAt: null, closedAt: null, labels: [] });
    expect(bare.customValues).toEqual({});
  });

  it('shows itself whole, without secrets', () => {
    expect(toDeal('crm', wireDeal({ api_token: 'canary' })).raw()).toEqual(wireDeal());
  });

  it.each([
    { key: 'status', value: 'hot' },
    { key: 'title', value: null },
    { key: 'add_time', value: '2026-02-11 08:15:42' },
    { key: 'value', value: 'much' },
    { key: 'stage_id', value: 'first' },
  ])('cannot be read with a wrong $key, and the message does not repeat it', async ({ key, value }) => {
    const crm = adapterOver({ 'GET /api/v2/deals/42': { data: wireDeal({ [key]: value }) } });
    const found = (await crm.deals.getMany(['42'], call())).get('42');
    if (!(found instanceof GatewayError)) throw new Error('it was read');
    expect(found.code).toBe('UPSTREAM_INVALID_RESPONSE');
    expect(found.message).toContain(key);
    if (value !== null) expect(found.message).not.toContain(value);
  });
});

describe('deals by id', () => {
  const among =
    (existing: readonly string[], over: Readonly<Record<string, unknown>> = {}) =>
    (request: ScriptedRequest) => ({
      data: (request.params.ids ?? '')
        .split(',')
        .filter((id) => existing.includes(id))
        .toReversed()
        .map((id) => wireDeal({ id: Number(id), ...over })),
    });

  it('reads one by its own endpoint for one token', async () => {
    const crm = adapterOver({ 'GET /api/v2/deals/42': { data: wireDeal() } });
    expect([...(await crm.deals.getMany(['42'], call())).keys()]).toEqual(['42']);
    expect(crm.http.tokens).toBe(1);
  });

  it.each([
    { given: 'an unknown deal', reply: { status: 404, body: { success: false, error: 'Deal not found' } } },
    { given: 'a deleted deal', reply: { data: wireDeal({ is_deleted: true }) } },
  ])('leaves out $given', async ({ reply }) => {
    const crm = adapterOver({ 'GET /api/v2/deals/42': reply });
    expect(await crm.deals.getMany(['42'], call())).toEqual(new Map());
    expect(await crm.deals.getWhole('42', call())).toBeNull();
  });

  it('refuses an answer about another deal', async () => {
    const crm = adapterOver({ 'GET /api/v2/deals/42': { data: wireDeal({ id: 43 }) } });
    expect((await failureOf(crm.deals.getMany(['42'], call()))).code).toBe('UPSTREAM_INVALID_RESPONSE');
  });

  it('reads a hundred in one request that surely holds them', async () => {
    const ids = range(1, 100);
    const crm = adapterOver({ 'GET /api/v2/deals': among(ids) });
    const found = await crm.deals.getMany(ids, call());
    expect([...found.keys()].toSorted()).toEqual([...ids].toSorted());
    expect(crm.http.requests.map(({ params }) => params.limit)).toEqual(['500']);
    expect(crm.http.tokens).toBe(10);
  });

  it('reads 201 in three requests, the last one singly', async () => {
    const ids = range(1, 201);
    const crm = adapterOver({
      'GET /api/v2/deals': among(ids),
      'GET /api/v2/deals/201': { data: wireDeal({ id: 201 }) },
    });
    expect((await crm.deals.getMany(ids, call())).size).toBe(201);
    expect(crm.http.tokens).toBe(21);
  });

  it('follows pages of ids and drops what was not asked for', async () => {
    const crm = adapterOver({
      'GET /api/v2/deals': ({ params }) =>
        params.cursor === 'c2'
          ? { data: [wireDeal({ id: 2 })] }
          : { data: [wireDeal({ id: 1 }), wireDeal({ id: 7 })], next: 'c2' },
    });
    expect([...(await crm.deals.getMany(['1', '2'], call())).keys()]).toEqual(['1', '2']);
  });

  it('finds one archived deal by its own endpoint and several in the archive', async () => {
    const one = adapterOver({
      'GET /api/v2/deals': among(['1']),
      'GET /api/v2/deals/2': { data: wireDeal({ id: 2, is_archived: true }) },
    });
    expect((await one.deals.getMany(['1', '2'], call())).get('2')).toMatchObject({ isArchived: true });
    expect(one.http.tokens).toBe(11);

    const several = adapterOver({
      'GET /api/v2/deals': among(['1']),
      'GET /api/v2/deals/archived': among(['2'], { is_archived: true }),
    });
    expect([...(await several.deals.getMany(['1', '2', '3'], call())).keys()]).toEqual(['1', '2']);
    expect(several.http.requests[1]?.params.ids).toBe('2,3');
    expect(several.http.tokens).toBe(30);
  });

  it('does not look for an unknown single deal twice', async () => {
    const crm = adapterOver({ 'GET /api/v2/deals/42': { status: 404 } });
    await crm.deals.getMany(['42'], call());
    expect(crm.http.lines).toEqual(['GET /api/v2/deals/42']);
  });

  it('keeps a failure to itself: an unreadable deal, a forbidden archived one', async () => {
    const crm = adapterOver({
      'GET /api/v2/deals': { data: [wireDeal({ id: 1 }), wireDeal({ id: 2, status: 'hot' })] },
      'GET /api/v2/deals/3': { status: 403, body: { success: false } },
    });
    const found = await crm.deals.getMany(['1', '2', '3'], call());
    expect(found.get('1')).toMatchObject({ status: 'OPEN' });
    expect(found.get('2')).toMatchObject({ code: 'UPSTREAM_INVALID_RESPONSE' });
    expect(found.get('3')).toMatchObject({ code: 'FORBIDDEN' });
  });

  it('lets a record without an id be any of those missing', async () => {
    const crm = adapterOver({
      'GET /api/v2/deals': { data: [wireDeal({ id: 1 }), wireDeal({ id: 'two' })] },
    });
    const found = await crm.deals.getMany(['1', '2'], call());
    expect(found.get('1')).toMatchObject({ title: 'Harbour rollout' });
    expect(found.get('2')).toMatchObject({ code: 'UPSTREAM_INVALID_RESPONSE' });
  });

  it('fails the ids of a failed request only, and all when all fail', async () => {
    const ids = range(1, 102);
    const half = adapterOver({
      'GET /api/v2/deals': (request) =>
        request.params.ids === '101,102' ? { status: 400, body: { success: false } } : among(ids)(request),
    });
    const found = await half.deals.getMany(ids, call());
    expect(found.get('100')).toMatchObject({ title: 'Harbour rollout' });
    expect(found.get('101')).toMatchObject({ code: 'UPSTREAM_INVALID_RESPONSE' });

    const none = adapterOver({ 'GET /api/v2/deals': { status: 401, body: { success: false } } });
    expect((await failureOf(none.deals.getMany(ids, call()))).code).toBe('UPSTREAM_UNAUTHORIZED');
  });

  it('asks nothing for no ids', async () => {
    expect(await adapterOver({}).deals.getMany([], call())).toEqual(new Map());
  });
});
