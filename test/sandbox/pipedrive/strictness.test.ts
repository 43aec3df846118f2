import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Started, start } from './start.ts';

let started: Started;
beforeAll(async () => {
  started = await start({ deals: 60 });
});
afterAll(() => started.close());

const hash = (name: string) =>
  started.sandbox.store.fields.deal.find((field) => field.field_name === name)?.field_code as string;
const hundredAndOne = Array.from({ length: 101 }, (_, index) => index + 1).join(',');
const line = { product_id: 51, item_price: 1, quantity: 1 };

describe('queries', () => {
  it.each([
    ['an unknown parameter', '/api/v2/deals?title=x', "title: Parameter 'title' is not allowed for this request"],
    ['a token in the query', '/api/v2/deals?api_token=x', "api_token: Parameter 'api_token' is not allowed"],
    [
      'times on stages',
      '/api/v2/stages?updated_since=2026-01-01T00:00:00Z',
      "updated_since: Parameter 'updated_since'",
    ],
    ['labels of archived deals', '/api/v2/deals/archived?include_labels=true', 'include_labels: Parameter'],
    ['a text for an id', '/api/v2/deals?owner_id=ana', 'owner_id: must be integer'],
    ['no page size', '/api/v2/deals?limit=0', 'limit: must be >= 1'],
    ['a page size above 500', '/api/v2/deals?limit=501', 'limit: must be <= 500'],
    ['a cursor of nothing', '/api/v2/deals?cursor=nonsense', 'cursor: is invalid'],
    ['101 ids', `/api/v2/deals?ids=${hundredAndOne}`, 'ids: must NOT have more than 100 items'],
    ['an empty list of ids', '/api/v2/deals?ids=', 'ids: must be integer'],
    [
      '101 deals of products',
      `/api/v2/deals/products?deal_ids=${hundredAndOne}`,
      'deal_ids: must NOT have more than 100',
    ],
    ['products of no deals', '/api/v2/deals/products', 'deal_ids: is required'],
    ['fractional seconds', '/api/v2/deals?updated_since=2026-01-01T00:00:00.000Z', 'updated_since: must match format'],
    ['a time with a space', '/api/v2/deals?updated_until=2026-01-01%2000:00:00', 'updated_until: must match format'],
    ['an unknown status', '/api/v2/deals?status=open,closed', 'status: must be equal to one of'],
    ['a field that cannot be sorted by', '/api/v2/deals?sort_by=title', 'sort_by: must be equal to one of'],
    ['an unknown optional column', '/api/v2/deals?include_fields=weight', 'include_fields: must be equal to one of'],
    [
      '16 custom fields',
      `/api/v2/deals?custom_fields=${'a,'.repeat(15)}a`,
      'custom_fields: must NOT have more than 15',
    ],
    ['a boolean that is none', '/api/v2/deals?include_labels=1', 'include_labels: must be equal to one of'],
    ['a repeated parameter', '/api/v2/deals?limit=1&limit=2', 'limit: must be string'],
    ['a path id that is none', '/api/v2/deals/latest', 'id: must be integer'],
  ])('refuse %s', async (_given, path, message) => {
    const { status, body } = await started.call('GET', path);
    expect(status).toBe(400);
    expect(body).toMatchObject({ success: false, code: 'ERR_SCHEMA_VALIDATION_FAILED' });
    expect(body.error).toMatch(/^Validation failed: /);
    expect(body.error).toContain(message);
  });

  it('refuse a cursor of another order', async () => {
    const first = await started.call('GET', '/api/v2/deals?limit=1&sort_by=add_time');
    const cursor = first.body.additional_data?.next_cursor;
    expect((await started.call('GET', `/api/v2/deals?limit=1&sort_by=add_time&cursor=${cursor}`)).status).toBe(200);
    expect((await started.call('GET', `/api/v2/deals?limit=1&cursor=${cursor}`)).status).toBe(400);
  });

  it('refuse a saved filter that does not exist', async () => {
    expect((await started.call('GET', '/api/v2/deals?filter_id=1')).status).toBe(404);
  });
});

describe('bodies', () => {
  it.each<[string, () => unknown, string]>([
    ['no title', () => ({}), 'title: is required'],
    ['an empty title', () => ({ title: ' ' }), 'title: must NOT have fewer'],
    ['an unknown key', () => ({ title: 'x', foo: 1 }), "foo: Parameter 'foo' is not allowed for this request"],
    ['a v1 key', () => ({ title: 'x', user_id: 1 }), "user_id: Parameter 'user_id' is not allowed for this request"],
    ['a numeric text', () => ({ title: 'x', value: '12' }), 'value: must be number'],
    ['a numeric id as text', () => ({ title: 'x', person_id: '12' }), 'person_id: must be integer'],
    ['a fractional id', () => ({ title: 'x', org_id: 1.5 }), 'org_id: must be integer'],
    ['a boolean as number', () => ({ title: 'x', is_archived: 1 }), 'is_archived: must be boolean'],
    ['visibility as text', () => ({ title: 'x', visible_to: '3' }), 'visible_to: must be equal to one of'],
    ['an unknown status', () => ({ title: 'x', status: 'deleted' }), 'status: must be equal to one of'],
    ['null for a title', () => ({ title: null }), 'title: must be string'],
    ['null for an owner', () => ({ title: 'x', owner_id: null }), 'owner_id: must be integer'],
    [
      'a day that does not exist',
      () => ({ title: 'x', expected_close_date: '2026-02-30' }),
      'expected_close_date: must',
    ],
    ['a probability above 100', () => ({ title: 'x', probability: 101 }), 'probability: must be from 0 to 100'],
    ['labels as text', () => ({ title: 'x', label_ids: '11,12' }), 'label_ids: must be array'],
    ['a list for a body', () => [], 'body: must be object'],
    [
      'two mistakes',
      () => ({ probability: '9', foo: 1 }),
      'title: is required; probability: must be number; foo: Param',
    ],
    ['a custom field at the top', () => ({ title: 'x', [hash('Fleet size')]: 41 }), 'is not allowed for this request'],
    [
      'an unknown custom field',
      () => ({ title: 'x', custom_fields: { abc: 1 } }),
      "custom_fields.abc: Parameter 'abc'",
    ],
    [
      'an empty set',
      () => ({ title: 'x', custom_fields: { [hash('Regions')]: [] } }),
      'must NOT have fewer than 1 items',
    ],
    ['a set as text', () => ({ title: 'x', custom_fields: { [hash('Regions')]: '51' } }), 'must be array'],
    [
      'an option that is not',
      () => ({ title: 'x', custom_fields: { [hash('Fleet size')]: 47 } }),
      'option 47 does not',
    ],
    ['a bare monetary', () => ({ title: 'x', custom_fields: { [hash('Setup fee')]: 5 } }), 'must be object'],
    [
      'half a range',
      () => ({ title: 'x', custom_fields: { [hash('Rollout period')]: { value: '2026-01-01' } } }),
      '.until: is',
    ],
  ])('refuse %s', async (_given, body, message) => {
    const before = started.sandbox.store.deals.size;
    const answer = await started.call('POST', '/api/v2/deals', body());
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ success: false, code: 'ERR_SCHEMA_VALIDATION_FAILED' });
    expect(answer.body.error).toContain(message);
    expect(started.sandbox.store.deals.size).toBe(before);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['person', { person_id: 999_999 }, 'Person with id 999999 does not exist.'],
    ['organization', { org_id: 999_999 }, 'Organization with id 999999 does not exist.'],
    ['stage', { stage_id: 99 }, 'Stage with id 99 does not exist.'],
    ['pipeline', { pipeline_id: 99 }, 'Pipeline with id 99 does not exist.'],
    ['owner', { owner_id: 1 }, 'User with id 1 does not exist.'],
    ['label', { label_ids: [11, 99] }, 'Label with id 99 does not exist.'],
    ['currency', { currency: 'eur' }, 'Currency eur does not exist.'],
    ['reason without a loss', { lost_reason: 'Price' }, 'lost_reason can only be set when the deal status is lost.'],
    ['won time without a win', { won_time: '2026-01-01T00:00:00Z' }, 'won_time can only be set'],
    ['lost time on a win', { status: 'won', lost_time: '2026-01-01T00:00:00Z' }, 'lost_time can only be set'],
    ['close time while open', { close_time: '2026-01-01T00:00:00Z' }, 'close_time can only be set'],
    ['archive time unarchived', { archive_time: '2026-01-01 00:00:00' }, 'archive_time can only be set'],
    ['deleted deal', { is_deleted: true }, 'A deal cannot be deleted by an update.'],
  ])('refuse a wrong %s', async (_what, body, message) => {
    const answer = await started.call('POST', '/api/v2/deals', { title: 'x', ...body });
    expect(answer.status).toBe(400);
    expect(answer.body.success).toBe(false);
    expect(answer.body.error).toContain(message);
  });

  it('are JSON, and parse', async () => {
    expect((await started.call('POST', '/api/v2/deals', '{"title":')).status).toBe(400);
    const form = await started.call('POST', '/api/v2/deals', 'title=x', {
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect(form.status).toBe(400);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['a missing price', { item_price: undefined }, 'item_price: is required'],
    ['an unknown product', { product_id: 9_999 }, 'Product with id 9999 does not exist.'],
    ['a deleted product', { product_id: 70 }, 'Product with id 70 does not exist.'],
    ['a product not for deals', { product_id: 69 }, 'Product with id 69 cannot be added to deals.'],
    ['an unknown variation', { product_variation_id: 3 }, 'Product variation with id 3 does not exist.'],
    ['cycles of a one-time line', { billing_frequency_cycles: 3 }, 'must be null for one-time products'],
    ['weekly without cycles', { billing_frequency: 'weekly' }, 'must be given for weekly products'],
    ['209 cycles', { billing_frequency: 'weekly', billing_frequency_cycles: 209 }, 'must be from 1 to 208'],
    ['a start long ago', { billing_start_date: '2001-01-01' }, 'must be within 10 years'],
  ])('of deal products refuse %s', async (_given, change, message) => {
    const answer = await started.call('POST', '/api/v2/deals/1/products', { ...line, ...change });
    expect(answer.status).toBe(400);
    expect(answer.body.error).toContain(message);
  });

  it('of bulk products are taken as a whole or not at all', async () => {
    const count = () => started.sandbox.store.productsOf(1).length;
    const before = count();
    const bulk = (data: unknown[]) => started.call('POST', '/api/v2/deals/1/products/bulk', { data });
    expect((await bulk([])).body.error).toContain('data: must NOT have fewer than 1 items');
    expect((await bulk(Array(101).fill(line))).body.error).toContain('data: must NOT have more than 100 items');
    expect((await bulk([line, { ...line, quantity: '1' }])).body.error).toContain('data.1.quantity: must be number');
    expect((await bulk([line, { ...line, product_id: 9_999 }])).status).toBe(400);
    const monthly = { ...line, billing_frequency: 'monthly' };
    expect((await bulk(Array(21).fill(monthly))).body.error).toContain('at most 20 recurring products');
    expect(count()).toBe(before);
  });

  it('of persons refuse what needs contact sync', async () => {
    expect((await started.call('POST', '/api/v2/persons', { name: 'A B', job_title: 'CTO' })).status).toBe(403);
    expect((await started.call('POST', '/api/v2/persons', { first_name: 'A' })).status).toBe(400);
  });
});

describe('paths', () => {
  it.each([
    ['GET', '/v1/deals', 410],
    ['POST', '/v1/deals', 410],
    ['GET', '/api/v1/deals/1', 410],
    ['PUT', '/v1/deals/1', 410],
    ['DELETE', '/v1/deals?ids=1,2', 410],
    ['GET', '/v1/deals/1/products', 410],
    ['GET', '/v1/persons/101', 410],
    ['GET', '/v1/organizations', 410],
    ['GET', '/v1/stages', 410],
    ['GET', '/v1/deals/summary', 200],
    ['GET', '/v1/nothing', 404],
    ['GET', '/nothing', 404],
    ['GET', '/api/v2/users/1', 403],
    ['PUT', '/api/v2/deals/1', 405],
    ['GET', '/v1/users/1', 404],
    ['GET', '/api/v2/deals/999999', 404],
    ['GET', '/api/v2/dealFields/nothing', 404],
    ['GET', '/api/v1/users/me', 200],
    ['GET', '/v1/currencies', 200],
  ])('%s %s is %i', async (method, path, expected) => {
    const { status, body } = await started.call(method, path);
    expect(status).toBe(expected);
    expect(body.success).toBe(expected === 200);
  });
});
