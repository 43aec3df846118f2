import { describe, expect, it } from 'vitest';
import type { DealPatch } from '../../../src/domain/deal-writes.ts';
import { parseDecimal } from '../../../src/domain/decimal.ts';
import { HttpError } from '../../../src/transport/errors.ts';
import { aCall } from '../../support/call.ts';
import { listOf, type Reply, type Script, type ScriptedHttp } from './scripted-http.ts';
import { adapterOver, dealIn, PIPELINES, STAGES, wireDeal } from './support.ts';

const LIGHTS = [
  { id: 1, name: 'Red' },
  { id: 9, name: 'On hold' },
];

const account: Script = {
  'GET /admin/deal_stages.json': listOf(...STAGES),
  'GET /admin/deal_pipelines.json': listOf(...PIPELINES),
  'GET /admin/deal_statuses.json': listOf(...LIGHTS),
  'GET /admin/deal_loss_reasons.json': listOf({ id: 11, name: 'Price' }),
  'GET /admin/deal_custom_field_labels.json': listOf(
    { id: 1, name: 'Note', field_type: 'text' },
    { id: 3, name: 'Budget', field_type: 'currency' },
    { id: 5, name: 'Start', field_type: 'date' },
    { id: 6, name: 'Tier', field_type: 'dropdown', custom_field_label_dropdown_entries: [{ id: 7, name: 'Gold' }] },
    {
      id: 7,
      name: 'Tiers',
      field_type: 'multi_select',
      custom_field_label_dropdown_entries: [
        { id: 8, name: '7' },
        { id: 7, name: 'Gold' },
      ],
    },
  ),
  'GET /account.json': { body: { currency: { code: 'EUR' } } },
};

const WON = wireDeal({
  deal_stage_id: 26,
  deal_stage: { id: 26, name: 'Won', percent: 100 },
  probability: 100,
  closed_time: '2026/03/05 12:00:00 -0500',
});
const LOST = wireDeal({
  deal_stage_id: 20,
  deal_stage: { id: 20, name: 'Lost', percent: 0 },
  probability: 0,
  closed_time: '2026/03/05 12:00:00 -0500',
});

function over(deal: unknown = wireDeal(), answers: Script = {}) {
  return adapterOver({
    ...account,
    'GET /deals/7.json': { body: deal },
    'PUT /deals/7.json': { body: deal },
    'POST /deals.json': { body: wireDeal({ id: 70 }) },
    ...answers,
  });
}

/** The `deal` object of the only write. */
function sentBy(http: ScriptedHttp): unknown {
  expect(http.writes).toHaveLength(1);
  return dealIn(http.writes[0]);
}

describe('update', () => {
  it.each<[DealPatch, unknown]>([
    [{ title: 'A' }, { name: 'A' }],
    [{ summary: null }, { summary: null }],
    [{ summary: '' }, { summary: '' }],
    [{ value: parseDecimal('12345678901234567.89') }, { value: '12345678901234567.89' }],
    [{ owner: '70' }, { user_id: 70 }],
    [{ person: '1309859835' }, { primary_contact_id: 1309859835 }],
    [{ person: null }, { primary_contact_id: null }],
    [{ organization: '88' }, { company_id: 88 }],
    [{ organization: null }, { company_id: null }],
    [{ expectedCloseDate: '2026-12-31' }, { expected_close_date: '2026-12-31' }],
    [{ expectedCloseDate: null }, { expected_close_date: null }],
    [{ probability: 0 }, { probability: 0 }],
    [{ probability: null }, { probability: null }],
    [{ isArchived: true }, { is_archived: true }],
    [{ health: 'On hold' }, { status: 9 }],
    [{ health: 'red' }, { status: 1 }],
    [{ health: null }, { status: null }],
    [{ lossReason: ' price' }, { deal_loss_reason_id: 11 }],
    [{ lossReason: 'bad luck' }, { deal_loss_reason_id: null, deal_loss_reason_notes: 'bad luck' }],
    [{ lossReason: null }, { deal_loss_reason_id: null, deal_loss_reason_notes: null }],
    [
      { lossReason: 'price', lossReasonNotes: 'too high' },
      { deal_loss_reason_id: 11, deal_loss_reason_notes: 'too high' },
    ],
    [
      { lossReason: null, lossReasonNotes: 'x' },
      { deal_loss_reason_id: null, deal_loss_reason_notes: 'x' },
    ],
    [{ lossReasonNotes: 'too high' }, { deal_loss_reason_notes: 'too high' }],
    [{ lossReasonNotes: null }, { deal_loss_reason_notes: null }],
    [{ wonReasonNotes: 'on trust' }, { deal_won_reason_notes: 'on trust' }],
    [{ organizationName: 'Bob Inc.' }, { company_name: 'Bob Inc.' }],
    [{ stage: '21' }, { deal_stage_id: 21 }],
    [{ stage: '41' }, { deal_pipeline_id: 4, deal_stage_id: 41 }],
    [
      { stage: '21', probability: 15 },
      { deal_stage_id: 21, probability: 15 },
    ],
    [{ title: 'A', currency: 'EUR' }, { name: 'A' }],
    [
      {
        customFields: [
          { key: 'custom_label_1', value: 'x' },
          { key: 'custom_label_7', value: null },
        ],
      },
      { custom_fields: { custom_label_1: 'x', custom_label_7: [] } },
    ],
    [
      {
        customFields: [
          { key: 'custom_label_6', value: 'Gold' },
          { key: 'custom_label_5', value: null },
        ],
      },
      { custom_fields: { custom_label_6: 7, custom_label_5: null } },
    ],
    [
      { customFields: [{ key: 'custom_label_7', value: [7, '7', 'Gold', '8'] }] },
      { custom_fields: { custom_label_7: [7, 7, 7, 8] } },
    ],
  ])('of %o sends that and nothing else', async (patch, sent) => {
    const { adapter, http } = over();
    expect(await adapter.dealWrites.update('7', patch, aCall())).toEqual({ deal: '7', problems: [] });
    expect(sentBy(http)).toEqual(sent);
    expect(http.writes[0]).toMatchObject({
      method: 'PUT',
      path: '/deals/7.json',
      params: { deliver_reassignment_email: 'false' },
    });
  });

  it.each<{ given: string; deal: unknown; patch: DealPatch; sent: unknown }>([
    {
      given: 'an open deal',
      deal: wireDeal(),
      patch: { status: 'WON' },
      sent: { deal_stage_id: 26, probability: 100 },
    },
    {
      given: 'an open deal',
      deal: wireDeal(),
      patch: { status: 'LOST', lossReason: 'Price' },
      sent: { deal_stage_id: 20, probability: 0, deal_loss_reason_id: 11 },
    },
    { given: 'a lost deal', deal: LOST, patch: { status: 'WON' }, sent: { deal_stage_id: 26, probability: 100 } },
    { given: 'a won deal', deal: WON, patch: { status: 'OPEN' }, sent: { deal_stage_id: 21, probability: 10 } },
    {
      given: 'a won deal',
      deal: WON,
      patch: { status: 'OPEN', probability: 77 },
      sent: { deal_stage_id: 21, probability: 77 },
    },
    {
      given: 'a lost deal',
      deal: LOST,
      patch: { status: 'OPEN', stage: '22' },
      sent: { deal_stage_id: 22, probability: 50 },
    },
    {
      given: 'a lost deal',
      deal: LOST,
      patch: { status: 'OPEN', pipeline: '4' },
      sent: { deal_pipeline_id: 4, deal_stage_id: 41, probability: 30 },
    },
    {
      given: 'an open deal',
      deal: wireDeal(),
      patch: { status: 'WON', pipeline: '4' },
      sent: { deal_pipeline_id: 4, deal_stage_id: 46, probability: 100 },
    },
    { given: 'a won deal', deal: WON, patch: { status: 'WON', title: 'A' }, sent: { name: 'A' } },
    {
      given: 'a won deal',
      deal: WON,
      patch: { status: 'WON', pipeline: '4' },
      sent: { deal_pipeline_id: 4, deal_stage_id: 46, probability: 100 },
    },
    { given: 'an open deal', deal: wireDeal(), patch: { status: 'OPEN', stage: '21' }, sent: { deal_stage_id: 21 } },
    {
      given: 'an open deal',
      deal: wireDeal(),
      patch: { pipeline: '4' },
      sent: { deal_pipeline_id: 4, deal_stage_id: 41 },
    },
    {
      given: 'a won deal',
      deal: WON,
      patch: { pipeline: '4' },
      sent: { deal_pipeline_id: 4, deal_stage_id: 46, probability: 100 },
    },
    { given: 'a won deal', deal: WON, patch: { pipeline: '3' }, sent: { deal_pipeline_id: 3 } },
    {
      given: 'a won deal',
      deal: WON,
      patch: { pipeline: '4', probability: 40 },
      sent: { deal_pipeline_id: 4, deal_stage_id: 41, probability: 40 },
    },
    {
      given: 'a deal without a stage',
      deal: wireDeal({ deal_stage_id: null, deal_stage: null, probability: null }),
      patch: { pipeline: '4' },
      sent: { deal_pipeline_id: 4 },
    },
  ])('of $given with $patch sends $sent', async ({ deal, patch, sent }) => {
    const { adapter, http } = over(deal);
    await adapter.dealWrites.update('7', patch, aCall());
    expect(sentBy(http)).toEqual(sent);
  });

  it.each<DealPatch>([{ status: 'OPEN' }, { currency: 'EUR' }, {}])('of %o writes nothing', async (patch) => {
    const { adapter, http } = over();
    expect(await adapter.dealWrites.update('7', patch, aCall())).toEqual({ deal: '7', problems: [] });
    expect(http.writes).toEqual([]);
    const gone = over(undefined, { 'GET /deals/7.json': { status: 404 } });
    await expect(gone.adapter.dealWrites.update('7', patch, aCall())).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it.each<[DealPatch, string, readonly string[]]>([
    [{ probability: 50.5 }, 'INVALID_INPUT', ['probability']],
    [{ probability: 101 }, 'INVALID_INPUT', ['probability']],
    [{ status: 'WON', probability: 99 }, 'INVALID_INPUT', ['probability']],
    [{ status: 'LOST', probability: null }, 'INVALID_INPUT', ['probability']],
    [{ status: 'OPEN', probability: 100 }, 'INVALID_INPUT', ['probability']],
    [{ status: 'WON', stage: '22' }, 'INVALID_INPUT', ['stage']],
    [{ status: 'LOST', stage: '26' }, 'INVALID_INPUT', ['stage']],
    [{ status: 'OPEN', stage: '20' }, 'INVALID_INPUT', ['stage']],
    [{ stage: '21', pipeline: '4' }, 'INVALID_INPUT', ['stage']],
    [{ stage: '999' }, 'INVALID_INPUT', ['stage']],
    [{ health: 'Purple' }, 'INVALID_INPUT', ['health']],
    [{ title: 'A', currency: 'USD' }, 'UNSUPPORTED', ['currency']],
    [{ customFields: [{ key: 'custom_label_2', value: 1 }] }, 'INVALID_INPUT', ['customFields', '0', 'key']],
    [
      {
        customFields: [
          { key: 'custom_label_1', value: 'a' },
          { key: 'custom_label_1', value: 'b' },
        ],
      },
      'INVALID_INPUT',
      ['customFields', '1', 'key'],
    ],
    [{ customFields: [{ key: 'custom_label_1', value: 1 }] }, 'INVALID_INPUT', ['customFields', '0', 'value']],
    [{ customFields: [{ key: 'custom_label_3', value: 'much' }] }, 'INVALID_INPUT', ['customFields', '0', 'value']],
    [
      { customFields: [{ key: 'custom_label_5', value: '2026-02-30' }] },
      'INVALID_INPUT',
      ['customFields', '0', 'value'],
    ],
    [{ customFields: [{ key: 'custom_label_6', value: 'gold' }] }, 'INVALID_INPUT', ['customFields', '0', 'value']],
    [{ customFields: [{ key: 'custom_label_7', value: 'Gold' }] }, 'INVALID_INPUT', ['customFields', '0', 'value']],
  ])('of %o is refused before any write as %s at %o', async (patch, code, path) => {
    const { adapter, http } = over();
    await expect(adapter.dealWrites.update('7', patch, aCall())).rejects.toMatchObject({ code, details: { path } });
    expect(http.writes).toEqual([]);
  });

  it('names the lights there are', async () => {
    const { adapter } = over();
    await expect(adapter.dealWrites.update('7', { health: 'Purple' }, aCall())).rejects.toThrow('Red, On hold');
  });

  it('never sends the id of a pipeline the CRM does not have', async () => {
    const deal = { ...wireDeal(), deal_pipeline_id: undefined, deal_pipeline: undefined };
    const { adapter, http } = over(deal, {
      'GET /admin/deal_pipelines.json': { status: 404 },
      'GET /admin/deal_stages.json': listOf({ id: 1, name: 'Lost', percent: 0 }, { id: 6, name: 'Won', percent: 100 }),
    });
    await adapter.dealWrites.update('7', { status: 'WON', pipeline: '1' }, aCall());
    expect(sentBy(http)).toEqual({ deal_stage_id: 6, probability: 100 });
  });
});

describe('what the CRM answers to an update', () => {
  it.each<[string, Reply, string, object]>([
    ['an unknown deal', { status: 404 }, 'NOT_FOUND', { path: ['id'] }],
    ['a refused key', { status: 401 }, 'UPSTREAM_UNAUTHORIZED', {}],
    ['a missing permission', { status: 403, body: { error: 'no' } }, 'FORBIDDEN', {}],
    [
      'a refused owner',
      { status: 422, body: [{ field: 'user_id', msg: 'is secret' }] },
      'REJECTED_BY_CRM',
      { path: ['owner'] },
    ],
    [
      'a refused custom field',
      { status: 422, body: [{ field: 'custom_label_1', msg: 'x' }] },
      'REJECTED_BY_CRM',
      { path: ['customFields', '0', 'value'] },
    ],
    ['a refusal of another kind', { status: 422, body: { errors: {} } }, 'REJECTED_BY_CRM', {}],
    ['an answer without a deal', { body: undefined }, 'UPSTREAM_INVALID_RESPONSE', { effect: 'POSSIBLE' }],
    [
      'no answer',
      new HttpError('TIMEOUT', 'PUT /deals/{id}.json: no answer', { maybeApplied: true }),
      'UPSTREAM_TIMEOUT',
      { effect: 'POSSIBLE' },
    ],
    [
      'no connection',
      new HttpError('UNREACHABLE', 'PUT /deals/{id}.json: refused', { maybeApplied: false }),
      'UPSTREAM_UNAVAILABLE',
      { effect: 'NONE' },
    ],
  ])('%s', async (_, reply, code, details) => {
    const { adapter } = over(undefined, { 'PUT /deals/7.json': reply });
    const patch = { title: 'A', customFields: [{ key: 'custom_label_1', value: 'x' }] };
    const error = await adapter.dealWrites.update('7', patch, aCall()).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code, details });
    expect(String(error)).not.toContain('is secret');
  });
});

describe('add', () => {
  it('sends what is given and answers with the id', async () => {
    const { adapter, http } = over();
    const draft = { title: 'A', value: parseDecimal('1.10'), status: 'LOST', lossReason: 'bad luck' } as const;
    expect(await adapter.dealWrites.add(draft, aCall())).toEqual({ deal: '70', problems: [] });
    expect(sentBy(http)).toEqual({
      name: 'A',
      value: '1.1',
      deal_pipeline_id: 3,
      deal_stage_id: 20,
      probability: 0,
      deal_loss_reason_notes: 'bad luck',
    });
    expect(http.writes[0]).toMatchObject({
      method: 'POST',
      path: '/deals.json',
      params: { deliver_assignment_email: 'false' },
    });
  });

  it('of an open deal says nothing of a stage', async () => {
    const { adapter, http } = over();
    await adapter.dealWrites.add({ title: 'A', status: 'OPEN' }, aCall());
    expect(sentBy(http)).toEqual({ name: 'A' });
  });

  it('with products is refused without a call', async () => {
    const { adapter, http } = over();
    await expect(adapter.dealWrites.add({ title: 'A', products: [] }, aCall())).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      details: { path: ['products'] },
    });
    expect(http.requests).toEqual([]);
  });

  it('of which the answer has no id may have been done', async () => {
    const { adapter } = over(undefined, { 'POST /deals.json': { body: { ok: true } } });
    await expect(adapter.dealWrites.add({ title: 'A' }, aCall())).rejects.toMatchObject({
      code: 'UPSTREAM_INVALID_RESPONSE',
      details: { effect: 'POSSIBLE' },
    });
  });
});

describe('delete', () => {
  it.each([{ status: 204 }, { status: 200 }])('is done with %o', async (reply) => {
    const { adapter } = over(undefined, { 'DELETE /deals/7.json': reply });
    expect(await adapter.dealWrites.delete('7', aCall())).toEqual({ deal: '7', problems: [] });
  });

  it.each([{ status: 404 }, { status: 422 }])('of nothing is told by %o', async (reply) => {
    const { adapter } = over(undefined, { 'DELETE /deals/7.json': reply });
    await expect(adapter.dealWrites.delete('7', aCall())).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('duplicate', () => {
  it('copies what can be written and nothing else', async () => {
    const original = wireDeal({
      summary: 'big',
      status: 3,
      deal_status: { id: 3, name: 'Green' },
      expected_close_date: '2026/09/01',
      source_id: 31,
      source: { id: 31, name: 'Website' },
      primary_contact_id: 501,
      person_ids: [501, 502],
      shared_user_ids: [71],
      tag_ids: [3],
      tags: [{ id: 3, name: 'Hot' }],
      city: 'Graz',
      import_id: 5,
      next_entry_id: 8,
      product_lines: [{ id: 120, name: 'Service' }],
      deal_product_lines_ids: [120],
      custom_fields: { custom_label_1: 'x', custom_label_2: null, custom_label_7: [] },
    });
    const { adapter, http } = over(original);
    expect(await adapter.dealWrites.duplicate({ id: '7', title: 'Old' }, {}, aCall())).toEqual({
      deal: '70',
      problems: [],
    });
    expect(sentBy(http)).toEqual({
      name: 'New roof (copy)',
      summary: 'big',
      user_id: 70,
      value: '7900',
      status: 3,
      deal_pipeline_id: 3,
      deal_stage_id: 22,
      probability: 50,
      expected_close_date: '2026-09-01',
      source_id: 31,
      primary_contact_id: 501,
      person_ids: [501, 502],
      shared_user_ids: [71],
      tag_ids: [3],
      city: 'Graz',
      custom_fields: { custom_label_1: 'x' },
    });
    expect(http.writes[0]?.params).toEqual({ deliver_assignment_email: 'false' });
  });

  it.each([
    ['won', WON, { deal_stage_id: 26, probability: 100 }],
    ['lost', LOST, { deal_stage_id: 20, probability: 0 }],
    [
      'lost by its closing time',
      wireDeal({ closed_time: '2026/03/05 12:00:00 -0500' }),
      { deal_stage_id: 22, probability: 0 },
    ],
  ])('of a deal that is %s is so too', async (_, original, sent) => {
    const { adapter, http } = over(original);
    await adapter.dealWrites.duplicate({ id: '7', title: 'Old' }, { title: 'Again' }, aCall());
    expect(sentBy(http)).toMatchObject({ ...sent, name: 'Again' });
    expect(sentBy(http)).not.toHaveProperty('closed_time');
  });

  it('of nothing is not found', async () => {
    const { adapter } = over(undefined, { 'GET /deals/7.json': { status: 422 } });
    await expect(adapter.dealWrites.duplicate({ id: '7', title: 'Old' }, {}, aCall())).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

it('cannot write product lines', async () => {
  const { adapter, http } = over();
  const { dealProductWrites: lines } = adapter;
  await expect(lines.add('7', [], aCall())).rejects.toMatchObject({ code: 'UNSUPPORTED' });
  await expect(lines.update('7', '1', {}, aCall())).rejects.toMatchObject({ code: 'UNSUPPORTED' });
  await expect(lines.delete('7', ['1'], [], aCall())).rejects.toMatchObject({ code: 'UNSUPPORTED' });
  expect(http.requests).toEqual([]);
});
