import { describe, expect, it } from 'vitest';
import { adapterOver, call, failureOf } from './support.ts';

const stage = (id: number, pipeline: number, order: number, over = {}) => ({
  id,
  name: `Stage ${id}`,
  order_nr: order,
  pipeline_id: pipeline,
  deal_probability: 60,
  is_deleted: false,
  add_time: '2025-01-05T10:00:00Z',
  update_time: null,
  ...over,
});
const pipeline = (id: number, order: number, over = {}) => ({ id, name: `Pipeline ${id}`, order_nr: order, ...over });
const user = {
  id: 12345678,
  name: 'Tom Põder',
  email: 'tom@ex.example',
  active_flag: true,
  created: '2025-01-05 09:12:14',
};

describe('stages', () => {
  it('have a position without gaps in their pipeline, whatever order_nr says', async () => {
    const crm = adapterOver({
      'GET /api/v2/stages': {
        data: [stage(10, 2, 7), stage(9, 2, 3), stage(8, 2, 3), stage(1, 1, 0), stage(7, 2, 4, { is_deleted: true })],
      },
    });
    const stages = await crm.stages.all(call());
    expect(stages.map(({ ref, position }) => [ref.id, position])).toEqual([
      ['1', 0],
      ['8', 0],
      ['9', 1],
      ['10', 2],
    ]);
    expect(stages[0]).toMatchObject({ probability: 60, pipeline: { ref: { type: 'Pipeline', id: '1' } } });
  });

  it('are read whole once, again when they are old, and for an id they do not have', async () => {
    let known = [stage(1, 1, 0)];
    const crm = adapterOver({ 'GET /api/v2/stages': () => ({ data: known }) });
    await crm.stages.getMany(['1'], call());
    await crm.stages.getMany(['1'], call());
    expect(crm.http.tokens).toBe(5);
    known = [...known, stage(2, 1, 1)];
    crm.pass(6_000);
    expect((await crm.stages.getMany(['2'], call())).get('2')).toMatchObject({ position: 1 });
    expect(await crm.stages.getMany(['3'], call())).toEqual(new Map());
    expect(crm.http.tokens).toBe(10);
    crm.pass(60_000);
    await crm.stages.all(call());
    expect(crm.http.tokens).toBe(15);
  });

  it('fail one by one when read by id, and together when listed', async () => {
    const crm = adapterOver({ 'GET /api/v2/stages': { data: [stage(1, 1, 0), stage(2, 1, 1, { name: null })] } });
    const found = await crm.stages.getMany(['1', '2'], call());
    expect(found.get('1')).toMatchObject({ name: 'Stage 1' });
    expect(found.get('2')).toMatchObject({ code: 'UPSTREAM_INVALID_RESPONSE' });
    expect((await failureOf(crm.stages.all(call()))).code).toBe('UPSTREAM_INVALID_RESPONSE');
  });

  it('are read singly with the position the table gives them', async () => {
    const crm = adapterOver({
      'GET /api/v2/stages': { data: [stage(1, 1, 0), stage(2, 1, 5)] },
      'GET /api/v2/stages/2': { data: stage(2, 1, 5, { name: 'Renamed' }) },
    });
    expect(await crm.stages.getWhole('2', call())).toMatchObject({ name: 'Renamed', position: 1 });
    expect(await crm.stages.getWhole('3', call())).toBeNull();
  });
});

it('takes the pipeline with the lowest order_nr that exists for the default', async () => {
  const crm = adapterOver({
    'GET /api/v2/pipelines': {
      data: [
        pipeline(5, 3),
        pipeline(4, 2, { is_deal_probability_enabled: true }),
        pipeline(3, 1, { is_deleted: true }),
      ],
    },
  });
  expect(await crm.pipelines.all(call())).toMatchObject([
    { ref: { id: '4' }, isDefault: true, usesStageProbability: true },
    { ref: { id: '5' }, isDefault: false, usesStageProbability: false },
  ]);
});

describe('users', () => {
  it('are read once, those who left included, and whole by their own endpoint', async () => {
    const crm = adapterOver({
      'GET /v1/users': { data: [user, { ...user, id: 2, is_deleted: true }, { ...user, id: 3, active_flag: false }] },
      'GET /v1/users/12345678': { data: { ...user, api_token: 'canary' } },
      'GET /v1/users/4': { status: 404, body: { success: false } },
    });
    const users = await crm.users.getMany(['12345678', '2', '3'], call());
    expect([...users.values()]).toMatchObject([{ isActive: true }, { isActive: false }, { isActive: false }]);
    expect(users.get('2')).toMatchObject({ createdAt: Date.UTC(2025, 0, 5, 9, 12, 14), updatedAt: null });
    expect(crm.http.tokens).toBe(20);
    expect((await crm.users.getWhole('12345678', call()))?.raw()).toEqual(user);
    expect(await crm.users.getWhole('4', call())).toBeNull();
  });
});

describe('a page in the web app', () => {
  it('is on the company’s domain, asked for once', async () => {
    const crm = adapterOver({ 'GET /v1/users/me': { data: { ...user, company_domain: 'northwind-demo' } } });
    const urls = await Promise.all([
      crm.url({ crm: 'crm', type: 'Deal', id: '42' }, call()),
      crm.url({ crm: 'crm', type: 'Person', id: '8' }, call()),
      crm.url({ crm: 'crm', type: 'Organization', id: '7' }, call()),
      crm.url({ crm: 'crm', type: 'Stage', id: '9' }, call()),
    ]);
    expect(urls).toEqual([
      'https://northwind-demo.pipedrive.com/deal/42',
      'https://northwind-demo.pipedrive.com/person/8',
      'https://northwind-demo.pipedrive.com/organization/7',
      null,
    ]);
    expect(crm.http.tokens).toBe(2);
  });

  it('is never on a domain that is none', async () => {
    const crm = adapterOver({ 'GET /v1/users/me': { data: { company_domain: 'evil.example/' } } });
    const error = await failureOf(crm.url({ crm: 'crm', type: 'Deal', id: '42' }, call()));
    expect(error.code).toBe('UPSTREAM_INVALID_RESPONSE');
  });
});
