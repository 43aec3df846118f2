import { describe, expect, it } from 'vitest';
import { aCall } from '../../support/call.ts';
import { listOf } from './scripted-http.ts';
import { adapterOver, PIPELINES, STAGES } from './support.ts';

describe('stages', () => {
  const script = {
    'GET /admin/deal_stages.json': listOf(...STAGES),
    'GET /admin/deal_pipelines.json': listOf(...PIPELINES),
  };

  it('stand in the order of their percentages, numbered within each pipeline', async () => {
    const { adapter } = adapterOver(script);
    const stages = await adapter.stages.all(aCall());
    expect(stages.map(({ name, position, pipeline }) => [pipeline?.ref.id, position, name])).toEqual([
      ['3', 0, 'Lost'],
      ['3', 1, 'Qualified'],
      ['3', 2, 'Presentation'],
      ['3', 3, 'Won'],
      ['4', 0, 'Gone'],
      ['4', 1, 'Talks'],
      ['4', 2, 'Renewed'],
    ]);
    expect(stages[1]).toMatchObject({ probability: 10, pipeline: { known: { name: 'Sales' } } });
    expect((await adapter.stages.getMany(['46', '999'], aCall())).get('46')).toMatchObject({ position: 2 });
  });

  it('and pipelines are read once', async () => {
    const { adapter, http } = adapterOver(script);
    await Promise.all([adapter.stages.all(aCall()), adapter.stages.all(aCall()), adapter.pipelines.all(aCall())]);
    await adapter.stages.getMany(['22'], aCall());
    expect(http.requests).toHaveLength(2);
  });
});

describe('pipelines', () => {
  it.each([{ status: 404 }, { status: 403, body: { error: 'no' } }, { body: { entries: [] } }])(
    'that are not told (%o) are one',
    async (reply) => {
      const { adapter } = adapterOver({ 'GET /admin/deal_pipelines.json': reply });
      const pipelines = await adapter.pipelines.all(aCall());
      expect(pipelines).toMatchObject([{ isDefault: true, usesStageProbability: false }]);
      expect(pipelines[0]?.raw()).toBeNull();
    },
  );

  it('that cannot be read because the key is refused are an error', async () => {
    const { adapter } = adapterOver({ 'GET /admin/deal_pipelines.json': { status: 401 } });
    await expect(adapter.pipelines.all(aCall())).rejects.toMatchObject({ code: 'UPSTREAM_UNAUTHORIZED' });
  });
});

describe('users', () => {
  const users = [
    {
      id: 70,
      first_name: 'Jo',
      last_name: 'Kim',
      full_name: 'Jo Kim',
      email: 'jo@example.org',
      deleted_at: null,
      api_key: 'f00dbeef',
    },
    { id: 71, full_name: 'Bo Li', email: 'bo@example.org', deleted_at: '2026/01/01 00:00:00 +0000' },
  ];

  it('are all there ever were, without secrets', async () => {
    const { adapter, http } = adapterOver({
      'GET /users.json': listOf(...users),
      'GET /users/70.json': { body: users[0] },
    });
    expect((await adapter.users.all(aCall())).map(({ name, isActive }) => [name, isActive])).toEqual([
      ['Jo Kim', true],
      ['Bo Li', false],
    ]);
    expect(http.requests[0]?.params).toMatchObject({ 'conditions[including_inactive]': 'true' });
    const whole = await adapter.users.getWhole('70', aCall());
    expect(whole?.raw()).toMatchObject({ email: 'jo@example.org' });
    expect(JSON.stringify(whole?.raw())).not.toContain('f00dbeef');
  });
});

it.each([undefined, null, '../1', -1, 1.5])('misses nobody without a word where ids are %j', async (bad) => {
  const { adapter } = adapterOver({
    'GET /users.json': listOf({ id: bad, full_name: 'Jo Kim' }),
    'GET /admin/deal_stages.json': listOf({ ...STAGES[0], id: bad }),
    'GET /admin/deal_pipelines.json': listOf(...PIPELINES),
  });
  const refused = { code: 'UPSTREAM_INVALID_RESPONSE' };
  await expect(adapter.users.getMany(['70'], aCall())).rejects.toMatchObject(refused);
  await expect(adapter.stages.getMany(['22'], aCall())).rejects.toMatchObject(refused);
});

it('reads all pages of a table', async () => {
  const tags = Array.from({ length: 450 }, (_, index) => ({ id: index + 1, name: `Tag ${index + 1}` }));
  const { adapter, http } = adapterOver({ 'GET /admin/deal_tags.json': listOf(...tags) });
  expect((await adapter.labels.getMany(['1', '450'], aCall())).get('450')).toMatchObject({
    name: 'Tag 450',
    color: null,
  });
  expect(http.requests).toHaveLength(3);
});

it('finds a status light by its label id beside a tag of the same number', async () => {
  const { adapter } = adapterOver({
    'GET /deals/7.json': {
      body: {
        id: 7,
        name: 'x',
        deal_pipeline_id: null,
        deal_status: { id: 3, name: 'Green', hex_color: 'fff' },
        tags: [{ id: 3, name: 'Hot' }],
      },
    },
    'GET /admin/deal_tags.json': listOf({ id: 3, name: 'Hot' }),
    'GET /admin/deal_statuses.json': listOf({ id: 3, name: 'Green', hex_color: 'fff' }),
  });
  const deal = await adapter.deals.getWhole('7', aCall());
  const light = deal?.health?.ref.id ?? '';
  const found = await adapter.labels.getMany(['3', light], aCall());
  expect(found.get('3')).toMatchObject({ name: 'Hot' });
  expect(found.get(light)).toEqual({ ref: deal?.health?.ref, name: 'Green', color: '#ffffff' });
});

it('has product lines by name', async () => {
  const lines = { body: { entries: [{ id: 120, name: 'Service', enabled_for_deals: true }] } };
  const { adapter } = adapterOver({ 'GET /admin/product_lines.json': lines });
  const product = await adapter.products.getWhole('120', aCall());
  expect(product).toMatchObject({ name: 'Service', code: null, prices: [] });
  expect(product?.raw()).toEqual({ id: 120, name: 'Service', enabled_for_deals: true });
  expect(await adapter.products.getWhole('1', aCall())).toBeNull();
});
