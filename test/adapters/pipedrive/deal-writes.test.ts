import { describe, expect, it } from 'vitest';
import type { DealDraft, DealPatch } from '../../../src/domain/deal-writes.ts';
import { parseDecimal } from '../../../src/domain/decimal.ts';
import { adapterOver, call, failureOf, timeout, wireField, wireLine } from './support.ts';

const REFUSED = { status: 400, body: { success: false, error: 'Validation failed: canary', code: 'X' } };
const HASH = '9f2c1ab777de9f2c1ab777de9f2c1ab777de9f2c';
const FIELDS = {
  'GET /api/v2/dealFields': {
    data: [wireField(HASH, 'double'), wireField('title', 'varchar', { is_custom_field: false })],
  },
};

describe('adding a deal', () => {
  it('sends what was given, ids as numbers and decimals exact, and nothing to clear', async () => {
    const crm = adapterOver({ ...FIELDS, 'POST /api/v2/deals': { data: { id: 7 } } });
    const draft: DealDraft = {
      title: 'New',
      value: parseDecimal('0.1000000000000000001'),
      currency: 'EUR',
      status: 'WON',
      stage: '9',
      pipeline: '2',
      owner: '9007199254740991',
      person: null,
      organization: '41',
      probability: 0,
      expectedCloseDate: '2026-12-01',
      lossReason: null,
      customFields: [{ key: HASH, value: '1.5' }],
    };
    expect(await crm.dealWrites.add(draft, call())).toEqual({ deal: '7', problems: [] });
    expect(crm.http.requests.at(-1)).toMatchObject({ tokens: 5, params: {} });
    expect(crm.http.requests.at(-1)?.body).toEqual({
      title: 'New',
      value: parseDecimal('0.1000000000000000001'),
      currency: 'EUR',
      status: 'won',
      stage_id: 9,
      pipeline_id: 2,
      owner_id: 9007199254740991,
      org_id: 41,
      probability: 0,
      expected_close_date: '2026-12-01',
      custom_fields: { [HASH]: parseDecimal('1.5') },
    });
  });

  it('reads no definitions where no custom field is written', async () => {
    const crm = adapterOver({ 'POST /api/v2/deals': { data: { id: 7 } } });
    await crm.dealWrites.add({ title: 'New' }, call());
    expect(crm.http.lines).toEqual(['POST /api/v2/deals']);
    expect(crm.http.requests[0]?.body).toEqual({ title: 'New' });
  });

  it('keeps the deal whose products were refused, and says so', async () => {
    const crm = adapterOver({ 'POST /api/v2/deals': { data: { id: 7 } }, 'POST /api/v2/deals/7/products': REFUSED });
    const product = { product: '55', unitPrice: parseDecimal(1), quantity: parseDecimal(1) };
    const report = await crm.dealWrites.add({ title: 'New', products: [product, product] }, call());
    expect(report.deal).toBe('7');
    expect(report.problems).toMatchObject([{ code: 'REJECTED_BY_CRM', path: ['products', '0'], crm: 'crm' }]);
    expect(report.problems[0]?.message).toContain('the 1 after that were not sent');
  });

  it('sends nothing when a product’s billing is impossible', async () => {
    const crm = adapterOver({});
    const product = { product: '55', unitPrice: parseDecimal(1), quantity: parseDecimal(1) };
    const draft = { title: 'New', products: [product, { ...product, billing: { frequency: 'WEEKLY' as const } }] };
    const error = await failureOf(crm.dealWrites.add(draft, call()));
    expect(error).toMatchObject({ code: 'INVALID_INPUT', details: { path: ['products', '1', 'billing', 'cycles'] } });
    expect(crm.http.requests).toEqual([]);
  });
});

describe('changing a deal', () => {
  it.each<{ patch: DealPatch; body: unknown }>([
    { patch: { title: 'x' }, body: { title: 'x' } },
    { patch: { status: 'OPEN', isArchived: false }, body: { status: 'open', is_archived: false } },
    { patch: { person: null, organization: null }, body: { person_id: null, org_id: null } },
    {
      patch: { expectedCloseDate: null, probability: null, lossReason: null },
      body: { expected_close_date: null, probability: null, lost_reason: null },
    },
    { patch: { customFields: [{ key: HASH, value: null }] }, body: { custom_fields: { [HASH]: null } } },
  ])('sends $body only', async ({ patch, body }) => {
    const crm = adapterOver({ ...FIELDS, 'PATCH /api/v2/deals/42': { data: { id: 42 } } });
    expect(await crm.dealWrites.update('42', patch, call())).toEqual({ deal: '42', problems: [] });
    expect(crm.http.requests.at(-1)?.body).toEqual(body);
  });

  it('sends nothing where nothing was given', async () => {
    const crm = adapterOver({});
    await crm.dealWrites.update('42', {}, call());
    expect(crm.http.requests).toEqual([]);
  });

  it.each([
    {
      status: 400,
      error: 'Validation failed: probability: must be number',
      code: 'REJECTED_BY_CRM',
      path: ['probability'],
    },
    {
      status: 400,
      error: `Validation failed: custom_fields.${HASH}: bad`,
      code: 'REJECTED_BY_CRM',
      path: ['customFields', '0', 'value'],
    },
    { status: 422, error: 'The value is canary', code: 'REJECTED_BY_CRM', path: undefined },
    { status: 404, error: 'Deal not found', code: 'NOT_FOUND', path: undefined },
    { status: 410, error: 'gone', code: 'NOT_FOUND', path: undefined },
    { status: 401, error: 'unauthorized access', code: 'UPSTREAM_UNAUTHORIZED', path: undefined },
    { status: 402, error: 'Trial is over', code: 'UPSTREAM_UNAUTHORIZED', path: undefined },
    { status: 403, error: 'You do not have permissions', code: 'FORBIDDEN', path: undefined },
  ])('refused with $status "$error" is $code at $path', async ({ status, error, code, path }) => {
    const crm = adapterOver({ ...FIELDS, 'PATCH /api/v2/deals/42': { status, body: { success: false, error } } });
    const patch = { probability: 5, value: parseDecimal(1), customFields: [{ key: HASH, value: 1 }] };
    const failure = await failureOf(crm.dealWrites.update('42', patch, call()));
    expect(failure.code).toBe(code);
    expect(failure.details).toMatchObject({ crm: 'crm', effect: 'NONE', upstreamRequestId: 'correlation-1' });
    expect(failure.details.path).toEqual(path);
    expect(failure.message).not.toContain(error);
  });

  it('tells a limit of the plan from a missing right', async () => {
    const body = { success: false, error: 'canary', code: 'feature_capping_deals_limit' };
    const crm = adapterOver({ 'POST /api/v2/deals': { status: 403, body } });
    expect((await failureOf(crm.dealWrites.add({ title: 'x' }, call()))).code).toBe('REJECTED_BY_CRM');
  });

  it.each([
    { given: 'success: false', reply: { status: 200, body: { success: false, data: { id: 42 } } } },
    { given: 'another deal', reply: { data: { id: 43 } } },
    { given: 'no data', reply: { data: null } },
    { given: 'no answer at all', reply: timeout() },
  ])('answered with $given may have taken effect', async ({ reply }) => {
    const crm = adapterOver({ 'PATCH /api/v2/deals/42': reply });
    const failure = await failureOf(crm.dealWrites.update('42', { title: 'x' }, call()));
    expect(failure.details.effect).toBe('POSSIBLE');
  });
});

describe('a custom field', () => {
  const OPTIONS = {
    options: [
      { id: 41, label: 'Small' },
      { id: 42, label: 'Large' },
    ],
  };
  const write = async (type: string, value: unknown) => {
    const crm = adapterOver({
      'GET /api/v2/dealFields': { data: [wireField('k', type, OPTIONS)] },
      'PATCH /api/v2/deals/42': { data: { id: 42 } },
    });
    await crm.dealWrites.update('42', { customFields: [{ key: 'k', value }] }, call());
    return crm.http.requests.at(-1)?.body;
  };

  it.each([
    { type: 'varchar', value: 'x', sends: 'x' },
    { type: 'double', value: 1.5, sends: parseDecimal('1.5') },
    { type: 'double', value: '12345678901234567.5', sends: parseDecimal('12345678901234567.5') },
    {
      type: 'monetary',
      value: { value: '9.99', currency: 'EUR' },
      sends: { value: parseDecimal('9.99'), currency: 'EUR' },
    },
    { type: 'enum', value: 41, sends: 41 },
    { type: 'enum', value: '41', sends: 41 },
    { type: 'enum', value: 'Large', sends: 42 },
    { type: 'set', value: ['Large', 41, 42], sends: [42, 41] },
    { type: 'set', value: null, sends: null },
    { type: 'user', value: 7, sends: 7 },
    { type: 'org', value: '7', sends: 7 },
    { type: 'date', value: '2026-02-28', sends: '2026-02-28' },
    {
      type: 'daterange',
      value: { value: '2026-03-05', until: '2026-03-09' },
      sends: { value: '2026-03-05', until: '2026-03-09' },
    },
    { type: 'time', value: '09:30', sends: { value: '09:30:00' } },
    { type: 'time', value: { value: '09:30:00', timezone_id: 318 }, sends: { value: '09:30:00', timezone_id: 318 } },
    { type: 'timerange', value: { value: '09:30', until: '10:00' }, sends: { value: '09:30:00', until: '10:00:00' } },
    { type: 'address', value: 'Sadama 1', sends: { value: 'Sadama 1' } },
    { type: 'address', value: { value: 'Sadama 1', route: null }, sends: { value: 'Sadama 1', route: null } },
  ])('of type $type given $value is sent as $sends', async ({ type, value, sends }) => {
    expect(await write(type, value)).toEqual({ custom_fields: { k: sends } });
  });

  it.each([
    { type: 'varchar', value: 5 },
    { type: 'varchar', value: 'x'.repeat(256) },
    { type: 'double', value: 'many' },
    { type: 'double', value: 0.1234567890123456 },
    { type: 'double', value: true },
    { type: 'monetary', value: 5 },
    { type: 'monetary', value: { value: 5 } },
    { type: 'monetary', value: { value: 5, currency: 'EUR', extra: 1 } },
    { type: 'enum', value: 43 },
    { type: 'enum', value: 'large' },
    { type: 'set', value: [] },
    { type: 'set', value: 41 },
    { type: 'set', value: [41, 43] },
    { type: 'people', value: 'pipedrive:Person:7' },
    { type: 'date', value: '2026-02-30' },
    { type: 'daterange', value: { value: '2026-03-05' } },
    { type: 'time', value: '24:00' },
    { type: 'timerange', value: '09:30' },
    { type: 'address', value: { route: 'Sadama' } },
    { type: 'address', value: '' },
  ])('of type $type does not take $value', async ({ type, value }) => {
    const failure = await failureOf(write(type, value));
    expect(failure.code).toBe('INVALID_INPUT');
    expect(failure.details.path).toEqual(['customFields', '0', 'value']);
  });

  it.each(['title', 'unknown'])('is not %s', async (key) => {
    const crm = adapterOver(FIELDS);
    const customFields = [
      { key: HASH, value: 1 },
      { key, value: 'x' },
    ];
    const failure = await failureOf(crm.dealWrites.update('42', { customFields }, call()));
    expect(failure).toMatchObject({ code: 'INVALID_INPUT', details: { path: ['customFields', '1', 'key'] } });
  });

  it('is given once', async () => {
    const customFields = [
      { key: HASH, value: 1 },
      { key: HASH, value: 2 },
    ];
    const failure = await failureOf(adapterOver(FIELDS).dealWrites.update('42', { customFields }, call()));
    expect(failure.details.path).toEqual(['customFields', '1', 'key']);
  });

  it('whose definition could not be read leaves the write unsent, and its outcome known', async () => {
    const crm = adapterOver({ 'GET /api/v2/dealFields': timeout() });
    const customFields = [{ key: HASH, value: 1 }];
    const failure = await failureOf(crm.dealWrites.update('42', { customFields }, call()));
    expect(failure).toMatchObject({ code: 'UPSTREAM_TIMEOUT', details: { effect: 'NONE' } });
    expect(crm.http.lines).toEqual(['GET /api/v2/dealFields']);
  });

  it('that is new is found', async () => {
    let fields = [wireField(HASH, 'double')];
    const crm = adapterOver({
      'GET /api/v2/dealFields': () => ({ data: fields }),
      'PATCH /api/v2/deals/42': { data: { id: 42 } },
    });
    await crm.customFields.describe('Deal', {}, null, call());
    fields = [wireField('new', 'varchar')];
    crm.pass(6_000);
    await crm.dealWrites.update('42', { customFields: [{ key: 'new', value: 'x' }] }, call());
    expect(crm.http.requests.at(-1)?.body).toEqual({ custom_fields: { new: 'x' } });
  });
});

describe('merging deals', () => {
  it('names the deal that disappears in the path, one after the other', async () => {
    const crm = adapterOver({
      'PUT /v1/deals/2/merge': { data: { id: 1, merge_what_id: 2 } },
      'PUT /v1/deals/3/merge': { data: { id: 1, merge_what_id: 3 } },
    });
    expect(await crm.dealWrites.merge('1', ['2', '3'], call())).toEqual({ deal: '1', problems: [] });
    expect(crm.http.lines).toEqual(['PUT /v1/deals/2/merge', 'PUT /v1/deals/3/merge']);
    expect(crm.http.requests.map(({ body }) => body)).toEqual([{ merge_with_id: 1 }, { merge_with_id: 1 }]);
    expect(crm.http.tokens).toBe(80);
  });

  it('throws when the first is refused, leading to it', async () => {
    const crm = adapterOver({ 'PUT /v1/deals/2/merge': { status: 404, body: { success: false } } });
    const failure = await failureOf(crm.dealWrites.merge('1', ['2', '3'], call()));
    expect(failure).toMatchObject({ code: 'NOT_FOUND', details: { path: ['absorb', '0'], effect: 'NONE' } });
    expect(crm.http.requests.length).toBe(1);
  });

  it.each([
    { reply: REFUSED, code: 'REJECTED_BY_CRM' },
    { reply: timeout(), code: 'OUTCOME_UNKNOWN' },
    { reply: { data: { id: 3 } }, code: 'OUTCOME_UNKNOWN' },
  ])('stops at a later failure and reports it as $code', async ({ reply, code }) => {
    const crm = adapterOver({ 'PUT /v1/deals/2/merge': { data: { id: 1 } }, 'PUT /v1/deals/3/merge': reply });
    const report = await crm.dealWrites.merge('1', ['2', '3', '4'], call());
    expect(report).toMatchObject({ deal: '1', problems: [{ code, path: ['absorb', '1'] }] });
    expect(report.problems[0]?.message).toContain('the 1 after it were not merged');
    expect(report.problems[0]?.message).not.toContain('canary');
    expect(crm.http.requests.length).toBe(2);
  });

  it('whose first outcome is unknown says so', async () => {
    const crm = adapterOver({ 'PUT /v1/deals/2/merge': timeout() });
    const failure = await failureOf(crm.dealWrites.merge('1', ['2'], call()));
    expect(failure).toMatchObject({ code: 'UPSTREAM_TIMEOUT', details: { effect: 'POSSIBLE' } });
  });
});

describe('duplicating a deal', () => {
  it('gives the copy, and its title where one was asked for', async () => {
    const crm = adapterOver({
      'POST /v1/deals/42/duplicate': { data: { id: 77, title: 'x (copy)' } },
      'PATCH /api/v2/deals/77': { data: { id: 77 } },
    });
    expect(await crm.dealWrites.duplicate({ id: '42', title: 'Old' }, {}, call())).toEqual({
      deal: '77',
      problems: [],
    });
    expect(crm.http.tokens).toBe(10);
    expect(await crm.dealWrites.duplicate({ id: '42', title: 'Old' }, { title: 'Mine' }, call())).toEqual({
      deal: '77',
      problems: [],
    });
    expect(crm.http.requests.at(-1)?.body).toEqual({ title: 'Mine' });
  });

  it('keeps a copy whose title could not be written', async () => {
    const crm = adapterOver({
      'POST /v1/deals/42/duplicate': { data: { id: 77 } },
      'PATCH /api/v2/deals/77': timeout(),
    });
    const report = await crm.dealWrites.duplicate({ id: '42', title: 'Old' }, { title: 'Mine' }, call());
    expect(report).toMatchObject({ deal: '77', problems: [{ code: 'OUTCOME_UNKNOWN', path: ['title'] }] });
  });
});

it('deletes a deal for three tokens, and one that is gone is not there', async () => {
  const crm = adapterOver({
    'DELETE /api/v2/deals/42': { data: { id: 42 } },
    'DELETE /api/v2/deals/43': { status: 410, body: { success: true, data: { id: 43 } } },
  });
  expect(await crm.dealWrites.delete('42', call())).toEqual({ deal: '42', problems: [] });
  expect(crm.http.tokens).toBe(3);
  expect((await failureOf(crm.dealWrites.delete('43', call()))).code).toBe('NOT_FOUND');
});

it('adds a deal with a line in two requests', async () => {
  const crm = adapterOver({
    'POST /api/v2/deals': { data: { id: 7 } },
    'POST /api/v2/deals/7/products': { data: wireLine({ deal_id: 7 }) },
  });
  const products = [{ product: '55', unitPrice: parseDecimal('49.9'), quantity: parseDecimal(12) }];
  expect(await crm.dealWrites.add({ title: 'New', products }, call())).toEqual({ deal: '7', problems: [] });
  expect(crm.http.requests[1]?.body).toEqual({
    product_id: 55,
    item_price: parseDecimal('49.9'),
    quantity: parseDecimal(12),
  });
});
