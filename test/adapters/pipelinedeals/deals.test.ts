import { describe, expect, it } from 'vitest';
import type { Deal } from '../../../src/domain/deal.ts';
import { formatDecimal } from '../../../src/domain/decimal.ts';
import { GatewayError } from '../../../src/domain/errors.ts';
import { aCall } from '../../support/call.ts';
import { listOf, paged, type Script } from './scripted-http.ts';
import { adapterOver, PIPELINES, STAGES, wireDeal } from './support.ts';

async function read(over: Readonly<Record<string, unknown>>, script: Script = {}): Promise<Deal> {
  const { adapter } = adapterOver({ 'GET /deals/7.json': { body: wireDeal(over) }, ...script });
  const deal = await adapter.deals.getWhole('7', aCall());
  if (deal === null) throw new Error('there is no deal');
  return deal;
}

describe('status', () => {
  const closed_time = '2026/03/05 12:00:00 -0500';
  const stage = (percent: number) => ({ deal_stage_id: 22, deal_stage: { id: 22, name: 'A stage', percent } });
  it.each([
    { given: 'an open stage', wire: {}, status: 'OPEN' },
    { given: 'a red light', wire: { status: 1 }, status: 'OPEN' },
    { given: 'a probability of 0 and nothing else', wire: { probability: 0 }, status: 'OPEN' },
    { given: 'a probability of 100 and nothing else', wire: { probability: 100 }, status: 'OPEN' },
    {
      given: 'neither stage nor probability',
      wire: { deal_stage_id: null, deal_stage: null, probability: null },
      status: 'OPEN',
    },
    { given: 'the won stage', wire: { ...stage(100), closed_time, probability: 100 }, status: 'WON' },
    { given: 'the won stage without a closing time', wire: stage(100), status: 'WON' },
    { given: 'the lost stage', wire: { ...stage(0), closed_time, probability: 0 }, status: 'LOST' },
    { given: 'closed by probability on an open stage', wire: { probability: 0, closed_time }, status: 'LOST' },
    { given: 'won by probability on an open stage', wire: { probability: 100, closed_time, status: 1 }, status: 'WON' },
  ])('of $given is $status', async ({ wire, status }) => {
    const deal = await read(wire);
    expect(deal.status).toBe(status);
    const at = 'closed_time' in wire ? Date.parse('2026-03-05T17:00:00Z') : null;
    expect([deal.closedAt, deal.wonAt, deal.lostAt]).toEqual([
      at,
      status === 'WON' ? at : null,
      status === 'LOST' ? at : null,
    ]);
  });
});

describe('value', () => {
  it.each([
    [{ value: '12345678901234567.89' }, '12345678901234567.89'],
    [{ value: 0.1 }, '0.1'],
    [{ value: '7900.0' }, '7900'],
    [{ value: undefined, value_in_cents: 45605 }, '456.05'],
  ])('of %o is %s', async (wire, amount) => {
    const { value } = await read(wire);
    expect(value && formatDecimal(value.amount)).toBe(amount);
    expect(value?.currency).toBe('EUR');
  });

  it('has the account currency only where the deal states none, read once', async () => {
    const { adapter, http } = adapterOver({
      'GET /deals/7.json': { body: wireDeal({ currency: undefined }) },
      'GET /deals/8.json': { body: wireDeal({ id: 8, currency: undefined, currency_code: 'gbp' }) },
      'GET /deals/9.json': { body: wireDeal({ id: 9, currency: undefined, value: null }) },
      'GET /account.json': { body: { currency: { code: 'KES' } } },
    });
    const currency = async (id: string) => (await adapter.deals.getWhole(id, aCall()))?.value?.currency ?? null;
    expect(await currency('8')).toBe('GBP');
    expect(await currency('9')).toBeNull();
    expect(http.lines).not.toContain('GET /account.json');
    expect(await currency('7')).toBe('KES');
    expect(await currency('7')).toBe('KES');
    expect(http.lines.filter((line) => line === 'GET /account.json')).toHaveLength(1);
  });
});

describe('what a deal tells of others', () => {
  it('is known without a call, and only that', async () => {
    const deal = await read({
      company_id: 88,
      company: { id: 88, name: 'Acme' },
      primary_contact_id: 501,
      primary_contact: {
        id: 501,
        first_name: 'Ada',
        last_name: 'Roe',
        phone: '1',
        mobile: null,
        home_phone: null,
        email: null,
        email2: 'ada@example.org',
        home_email: null,
      },
      person_ids: [502, 501, 503],
      people: [
        { id: 502, full_name: 'Bo Li' },
        { id: 501, first_name: 'Ada', last_name: 'Roe' },
      ],
      product_lines: [{ id: 120, name: 'Service' }],
      deal_product_lines_ids: [120],
      tags: [{ id: 3, name: 'Hot' }],
      deal_status: { id: 3, name: 'Green', hex_color: '4EB571' },
    });
    expect(deal.owner?.known).toEqual({ name: 'Jo Kim' });
    expect(deal.organization?.known).toEqual({ name: 'Acme' });
    expect(deal.stage?.known).toEqual({ name: 'Presentation', probability: 50, pipeline: deal.pipeline });
    expect(deal.pipeline?.known).toEqual({ name: 'Sales', isDefault: true });
    const emails = [{ value: 'ada@example.org', label: 'other', isPrimary: true }];
    expect(deal.person?.known).toEqual({ name: 'Ada Roe', firstName: 'Ada', lastName: 'Roe', emails });
    expect(deal.people?.map(({ ref, known }) => [ref.id, known.name])).toEqual([
      ['501', 'Ada Roe'],
      ['502', 'Bo Li'],
      ['503', undefined],
    ]);
    expect(deal.people?.[1]?.known).toEqual({ name: 'Bo Li' });
    expect(deal.products?.map(({ ref, name, position, product }) => [ref.id, name, position, product?.known])).toEqual([
      ['7/120', 'Service', 0, { name: 'Service' }],
    ]);
    expect(deal.health).toMatchObject({ name: 'Green', color: '#4EB571' });
    expect(deal.labels[0]?.known).toMatchObject({ name: 'Hot' });
    expect(deal.health?.ref.id).not.toBe(deal.labels[0]?.ref.id);
  });

  it('of another id than the one referred to is not believed', async () => {
    const deal = await read({ user_id: 71, user: { id: 70, first_name: 'Jo', last_name: 'Kim' } });
    expect(deal.owner).toEqual({ ref: { crm: 'pipelinedeals', type: 'User', id: '71' }, known: {} });
  });

  it('is nothing where it refers to nothing', async () => {
    const deal = await read({
      user_id: null,
      user: null,
      deal_stage_id: null,
      deal_stage: null,
      deal_pipeline_id: null,
      deal_pipeline: null,
    });
    expect([deal.owner, deal.stage, deal.pipeline, deal.person, deal.organization]).toEqual([
      null,
      null,
      null,
      null,
      null,
    ]);
  });
});

it('reads the older dialect: no pipeline, no value, lights by number, full names', async () => {
  const old = {
    id: 7,
    name: 'bargle deal',
    status: 2,
    created_at: '2012/01/26 15:11:02 -0500',
    updated_at: '2012/06/13 15:20:06 -0400',
    user_id: 1,
    user: { full_name: 'admin nick', id: 1 },
    deal_stage_id: 5,
    deal_stage: { percent: 75, name: 'Negotiation', id: 5 },
    people: [{ full_name: 'Ken Yarmosh', id: 4 }],
    person_ids: [4],
    primary_contact_id: 4,
    value_in_cents: null,
    is_archived: false,
    probability: 75,
    closed_time: null,
    custom_fields: { custom_label_25: 4 },
  };
  const { adapter } = adapterOver({
    'GET /deals/7.json': { body: old },
    'GET /admin/deal_stages.json': { body: { entries: [{ id: 5, name: 'Negotiation', percent: 75 }] } },
    'GET /admin/deal_pipelines.json': { status: 404 },
  });
  const deal = await adapter.deals.getWhole('7', aCall());
  expect(deal).toMatchObject({
    title: 'bargle deal',
    status: 'OPEN',
    value: null,
    products: [],
    health: { name: 'Yellow', color: null },
  });
  expect(deal?.pipeline?.known).toMatchObject({ isDefault: true });
  expect(deal?.person?.known).toEqual({ name: 'Ken Yarmosh' });
  expect(deal?.customValues).toEqual({ custom_label_25: 4 });
  const [stage] = await adapter.stages.all(aCall());
  expect(stage?.pipeline?.ref).toEqual(deal?.pipeline?.ref);
  expect((await adapter.pipelines.all(aCall())).map(({ ref }) => ref)).toEqual([deal?.pipeline?.ref]);
});

it('asks for the percentage of a stage that a deal only names by id', async () => {
  const deal = await read(
    { deal_stage_id: 26, deal_stage: undefined },
    { 'GET /admin/deal_stages.json': listOf(...STAGES), 'GET /admin/deal_pipelines.json': listOf(...PIPELINES) },
  );
  expect([deal.status, deal.stage?.known.probability]).toEqual(['WON', 100]);
});

it('prefers the chosen loss reason to the words beside it', async () => {
  const deal_loss_reason = { id: 1, name: 'Price' };
  expect((await read({ deal_loss_reason, deal_loss_reason_notes: 'too high' })).lossReason).toBe('Price');
  expect((await read({ deal_loss_reason_notes: 'too high' })).lossReason).toBe('too high');
});

it('shows the whole object of its own endpoint without secrets, and none of a list', async () => {
  const wire = wireDeal({ collaborators: [{ id: 4, first_name: 'Bo', api_key: 'f00dbeef' }] });
  const { adapter } = adapterOver({
    'GET /deals/7.json': { body: wire },
    'GET /deals.json': listOf(wire, wireDeal({ id: 8 })),
  });
  const whole = await adapter.deals.getWhole('7', aCall());
  expect(whole?.raw()).toMatchObject({ id: 7, name: 'New roof', collaborators: [{ id: 4, first_name: 'Bo' }] });
  expect(JSON.stringify(whole?.raw())).not.toContain('f00dbeef');
  const listed = (await adapter.deals.getMany(['7', '8'], aCall())).get('7');
  expect(listed instanceof GatewayError ? listed : listed?.raw()).toBeUndefined();
});

describe('getWhole', () => {
  it.each([{ status: 404 }, { status: 422 }, { status: 404, body: { error: 'none' } }])(
    'is null on %o',
    async (reply) => {
      const { adapter } = adapterOver({ 'GET /deals/7.json': reply });
      expect(await adapter.deals.getWhole('7', aCall())).toBeNull();
    },
  );

  it.each([
    [{ status: 401, body: { error: 'Unknown api key' } }, 'UPSTREAM_UNAUTHORIZED'],
    [{ status: 403 }, 'FORBIDDEN'],
    [{ status: 422, body: [{ field: 'id', msg: 'bad' }] }, 'UPSTREAM_INVALID_RESPONSE'],
    [{ body: undefined }, 'UPSTREAM_INVALID_RESPONSE'],
    [{ body: wireDeal({ id: 8 }) }, 'UPSTREAM_INVALID_RESPONSE'],
    [{ body: wireDeal({ created_at: 'soon' }) }, 'UPSTREAM_INVALID_RESPONSE'],
  ])('of %o fails as %s', async (reply, code) => {
    const { adapter } = adapterOver({ 'GET /deals/7.json': reply });
    await expect(adapter.deals.getWhole('7', aCall())).rejects.toMatchObject({ code });
  });
});

describe('getMany', () => {
  it('reads one id singly', async () => {
    const { adapter, http } = adapterOver({ 'GET /deals/7.json': { body: wireDeal() } });
    expect([...(await adapter.deals.getMany(['7'], aCall())).keys()]).toEqual(['7']);
    expect(http.lines).toEqual(['GET /deals/7.json']);
  });

  it('lists several by condition, keeps only those asked for and reads the missing singly', async () => {
    const { adapter, http } = adapterOver({
      'GET /deals.json': listOf(wireDeal({ id: 9 }), wireDeal({ id: 99 }), wireDeal({ id: 7 })),
      'GET /deals/8.json': { body: wireDeal({ id: 8, is_archived: true }) },
      'GET /deals/10.json': { status: 404 },
    });
    const found = await adapter.deals.getMany(['7', '8', '9', '10'], aCall());
    expect([...found.keys()].sort()).toEqual(['7', '8', '9']);
    expect(http.requests[0]?.params).toEqual({ 'conditions[deal_id]': '7,8,9,10', page: '1', per_page: '200' });
    expect(http.requests).toHaveLength(3);
  });

  it('splits what does not fit into one page or URL', async () => {
    const ids = Array.from({ length: 250 }, (_, index) => String(1_300_000_000_000 + index));
    const { adapter, http } = adapterOver({
      'GET /deals.json': (request) =>
        paged(
          (request.params['conditions[deal_id]'] ?? '').split(',').map((id) => wireDeal({ id })),
          request,
        ),
    });
    expect((await adapter.deals.getMany(ids, aCall())).size).toBe(250);
    expect(http.requests.length).toBeGreaterThan(1);
    for (const { params } of http.requests) {
      const condition = params['conditions[deal_id]'] ?? '';
      expect(condition.split(',').length).toBeLessThanOrEqual(200);
      expect(encodeURIComponent(condition).length).toBeLessThan(3_500);
    }
  });

  it('follows the pages of a server that serves smaller ones than asked for', async () => {
    const all = [wireDeal({ id: 7 }), wireDeal({ id: 8 }), wireDeal({ id: 9 })];
    const { adapter, http } = adapterOver({
      'GET /deals.json': (request) => paged(all, { ...request, params: { ...request.params, per_page: '2' } }),
    });
    expect((await adapter.deals.getMany(['7', '8', '9'], aCall())).size).toBe(3);
    expect(http.requests.map(({ params }) => params.page)).toEqual(['1', '2']);
  });

  it('tells an unreadable deal by its id and the others as they are', async () => {
    const { adapter } = adapterOver({ 'GET /deals.json': listOf(wireDeal(), wireDeal({ id: 8, name: null })) });
    const found = await adapter.deals.getMany(['7', '8'], aCall());
    expect(found.get('7')).toMatchObject({ title: 'New roof' });
    expect(found.get('8')).toMatchObject({ code: 'UPSTREAM_INVALID_RESPONSE' });
  });

  it('accepts lists without pages or without an envelope', async () => {
    const bare = adapterOver({ 'GET /deals.json': { body: [wireDeal(), wireDeal({ id: 8 })] } });
    expect((await bare.adapter.deals.getMany(['7', '8'], aCall())).size).toBe(2);
    const seed = { entries: [wireDeal(), wireDeal({ id: 8 })], pagination: { page: 1, per_page: 200, total: 2 } };
    const old = adapterOver({ 'GET /deals.json': { body: seed } });
    expect((await old.adapter.deals.getMany(['7', '8'], aCall())).size).toBe(2);
  });
});

it('takes the lines and people of deals from the deals', async () => {
  const wire = wireDeal({ product_lines: [{ id: 120, name: 'Service' }], person_ids: [501] });
  const { adapter } = adapterOver({ 'GET /deals/7.json': { body: wire } });
  const lines = (await adapter.dealProducts.ofDeals(['7'], aCall())).get('7');
  expect(lines).toMatchObject([{ name: 'Service', unitPrice: null, isEnabled: true }]);
  const deal = await adapter.deals.getWhole('7', aCall());
  const people = (await adapter.dealPeople.ofDeals(deal ? [deal] : [], aCall())).get('7');
  expect(people).toMatchObject([{ ref: { id: '501' } }]);
});
