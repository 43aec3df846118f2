import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, type Json, type Running, start } from './support.ts';

const NOW = Date.UTC(2026, 6, 15, 14, 0, 30);
const NOW_TEXT = '2026/07/15 10:00:30 -0400';

let crm: Running;
beforeAll(async () => {
  crm = await start({ now: () => NOW + 250 });
});
afterEach(() => crm.sandbox.reset());
afterAll(() => crm.close());

const create = (deal: Json) => crm.send('POST', 'deals.json', { deal });
const update = (id: unknown, deal: Json) => crm.send('PUT', `deals/${id}.json`, { deal });
const read = async (id: unknown) => (await crm.get(`deals/${id}.json`)).body;
const stage = (percent: number, pipeline = 0) => {
  const { pipelines, stages } = crm.sandbox.store.configuration;
  const found = stages.find((it) => it.deal_pipeline_id === pipelines[pipeline]?.id && it.percent === percent);
  if (!found) throw new Error(`no stage of ${percent} %`);
  return found.id;
};
const anyOf = (records: ReadonlyMap<number, { id: number }>, place = 0) => [...records.keys()][place] as number;
const fieldsOf = (answer: Answer) => (answer.body as unknown as { field: string }[]).map((it) => it.field);

describe('creating a deal', () => {
  it('fills in the owner and the pipeline and nothing else', async () => {
    const { status, body } = await create({ name: 'Plain' });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      name: 'Plain',
      user_id: anyOf(crm.sandbox.store.users),
      deal_pipeline_id: crm.sandbox.store.configuration.pipelines[0]?.id,
      deal_stage_id: null,
      probability: null,
      status: null,
      value: null,
      closed_time: null,
      created_at: NOW_TEXT,
      updated_at: NOW_TEXT,
    });
  });

  it.each([{}, { name: null }, { name: '  ' }])('refuses %j for want of a name', async (deal) => {
    const answer = await create(deal);
    expect(answer.status).toBe(422);
    expect(answer.body).toEqual([{ field: 'name', humanized_field: 'Name', msg: "can't be blank" }]);
  });

  it.each(['deal_stage_id', 'deal_pipeline_id', 'user_id', 'primary_contact_id', 'company_id', 'source_id', 'status'])(
    'refuses an unknown %s',
    async (field) => {
      const count = crm.sandbox.store.deals.size;
      const answer = await create({ name: 'Wrong', [field]: 999 });
      expect(answer.status).toBe(422);
      expect(fieldsOf(answer)).toEqual([field]);
      expect(crm.sandbox.store.deals.size).toBe(count);
    },
  );

  it('refuses unknown people, and a stage of another pipeline than the one sent', async () => {
    expect(fieldsOf(await create({ name: 'Wrong', person_ids: [5] }))).toEqual(['person_ids']);
    const deal_pipeline_id = crm.sandbox.store.configuration.pipelines[0]?.id;
    const answer = await create({ name: 'Wrong', deal_pipeline_id, deal_stage_id: stage(20, 1) });
    expect(fieldsOf(answer)).toEqual(['deal_stage_id']);
  });

  it('takes form fields', async () => {
    const response = await fetch(`${crm.url}/api/v3/deals.json?api_key=${crm.sandbox.secrets.apiKey}`, {
      method: 'POST',
      body: new URLSearchParams({ 'deal[name]': 'From a form', 'deal[probability]': '40', todo_template_id: '7' }),
    });
    expect(await response.json()).toMatchObject({ name: 'From a form', probability: 40 });
  });

  it('refuses a body that is not JSON', async () => {
    const response = await fetch(`${crm.url}/api/v3/deals.json?api_key=${crm.sandbox.secrets.apiKey}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"deal":',
    });
    expect(response.status).toBe(400);
  });

  it.each([
    { sent: '1000', served: '1000.0' },
    { sent: '"1000.50"', served: '1000.5' },
    { sent: '12345678901234567890.12', served: '12345678901234567890.12' },
    { sent: '"0.10"', served: '0.1' },
    { sent: '1e3', served: '1000.0' },
  ])('keeps the value $sent exactly', async ({ sent, served }) => {
    const response = await fetch(`${crm.url}/api/v3/deals.json?api_key=${crm.sandbox.secrets.apiKey}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: `{"deal":{"name":"Exact","value":${sent}}}`,
    });
    const { id } = (await response.json()) as Json;
    expect((await read(id)).value).toBe(served);
  });

  it('finds a company by its name, or makes one', async () => {
    const known = crm.sandbox.store.companies.get(anyOf(crm.sandbox.store.companies));
    const found = await create({ name: 'A', company_name: known?.name.toUpperCase() });
    expect(found.body.company_id).toBe(known?.id);
    const made = await create({ name: 'B', company_name: 'Brand New Ltd' });
    expect(made.body.company).toMatchObject({ id: made.body.company_id, name: 'Brand New Ltd' });
    expect((await crm.get(`companies/${made.body.company_id}`)).body).toMatchObject({ owner_id: null });
  });

  it('puts the primary contact among the people', async () => {
    const [first, second] = [anyOf(crm.sandbox.store.people), anyOf(crm.sandbox.store.people, 1)];
    const { body } = await create({ name: 'Both', primary_contact_id: first, person_ids: [second] });
    expect(body.person_ids).toEqual([second, first]);
  });
});

describe('updating a deal', () => {
  it('changes only what was sent', async () => {
    const [id] = crm.sandbox.store.deals.keys();
    const before = await read(id);
    const { status } = await update(id, { summary: 'New words' });
    expect(status).toBe(200);
    expect(await read(id)).toEqual({
      ...before,
      summary: 'New words',
      updated_at: NOW_TEXT,
      updated_by_user_id: anyOf(crm.sandbox.store.users),
      updated_by_user: expect.objectContaining({ id: anyOf(crm.sandbox.store.users) }),
    });
  });

  it.each([
    'summary',
    'value',
    'expected_close_date',
    'user_id',
    'primary_contact_id',
    'company_id',
    'source_id',
    'status',
  ])('clears %s with null', async (field) => {
    const filled = [...crm.sandbox.store.deals.values()].find((deal) => deal[field as keyof typeof deal] !== null);
    await update(filled?.id, { [field]: null });
    expect((await read(filled?.id))[field]).toBeNull();
  });

  it('replaces lists as a whole', async () => {
    const people = [...crm.sandbox.store.people.keys()];
    const { body } = await create({ name: 'Lists', person_ids: people.slice(0, 3) });
    await update(body.id, { person_ids: [people[4]], tag_ids: [] });
    expect(await read(body.id)).toMatchObject({ person_ids: [people[4]], tag_ids: [] });
    await update(body.id, { person_ids: [] });
    expect((await read(body.id)).people).toEqual([]);
  });

  it('writes custom fields one by one and passes over unknown keys', async () => {
    const { deal: labels } = crm.sandbox.store.configuration.labels;
    const key = (type: string) => `custom_label_${labels.find((label) => label.field_type === type)?.id}`;
    const [one, two] = labels.find((label) => label.field_type === 'multi_select')?.entries.map(({ id }) => id) ?? [];
    const { body } = await create({
      name: 'Custom',
      custom_fields: { [key('text')]: 'kept', [key('multi_select')]: [one, two], [key('currency')]: 12 },
    });
    await update(body.id, {
      custom_fields: { [key('multi_select')]: [two], [key('date')]: '2026-05-09', custom_label_1: 'x' },
      no_such_key: 1,
      days_in_stage: 9,
    });
    expect((await read(body.id)).custom_fields).toEqual({
      [key('text')]: 'kept',
      [key('boolean')]: null,
      [key('currency')]: '12.0',
      [key('numeric')]: null,
      [key('date')]: '2026/05/09',
      [key('dropdown')]: null,
      [key('multi_select')]: [two],
    });
  });

  it('takes a whole deal back unchanged', async () => {
    const [id] = crm.sandbox.store.deals.keys();
    const before = await read(id);
    expect((await update(id, before)).status).toBe(200);
    const { updated_at: _at, updated_by_user: _by, updated_by_user_id: _id, ...rest } = before;
    expect(await read(id)).toMatchObject(rest);
  });

  it('answers with nested objects from before until the switch is off', async () => {
    const [first, second] = crm.sandbox.store.configuration.leadSources.map((source) => source.id);
    const { body } = await create({ name: 'Stale', source_id: first });
    const stale = await update(body.id, { source_id: second });
    expect(stale.body).toMatchObject({ source_id: second, source: { id: first } });
    expect(await read(body.id)).toMatchObject({ source_id: second, source: { id: second } });
    crm.sandbox.switches.staleNestedOnPut = false;
    const fresh = await update(body.id, { source_id: first });
    expect(fresh.body).toMatchObject({ source_id: first, source: { id: first } });
  });

  it('does not know a deal that is not there', async () => {
    const answer = await update(1, { name: 'x' });
    expect([answer.status, answer.text]).toEqual([404, '']);
  });
});

describe('closing', () => {
  it.each([
    { given: 'the won stage', writes: () => ({ deal_stage_id: stage(100) }), probability: 100, closed: true },
    { given: 'the lost stage', writes: () => ({ deal_stage_id: stage(0) }), probability: 0, closed: true },
    { given: 'an open stage', writes: () => ({ deal_stage_id: stage(50) }), probability: 50, closed: false },
    { given: 'probability 100', writes: () => ({ probability: 100 }), probability: 100, closed: true },
    { given: 'probability 0', writes: () => ({ probability: 0 }), probability: 0, closed: true },
    { given: 'probability 1', writes: () => ({ probability: 1 }), probability: 1, closed: false },
    {
      given: 'a stage and a chance by hand',
      writes: () => ({ deal_stage_id: stage(50), probability: 65 }),
      probability: 65,
      closed: false,
    },
  ])('$given leads to probability $probability', async ({ writes, probability, closed }) => {
    const { body } = await create({ name: 'Moves', deal_stage_id: stage(10) });
    await update(body.id, writes());
    expect(await read(body.id)).toMatchObject({ probability, closed_time: closed ? NOW_TEXT : null });
  });

  it('leaves the stage where it is when only the probability is written', async () => {
    const { body } = await create({ name: 'Stays', deal_stage_id: stage(10) });
    await update(body.id, { probability: 0 });
    expect(await read(body.id)).toMatchObject({ deal_stage_id: stage(10), closed_time: NOW_TEXT });
  });

  it.each([{ by: 'probability' }, { by: 'stage' }])('reopens by $by', async ({ by }) => {
    const { body } = await create({ name: 'Back', deal_stage_id: stage(100), closed_time: '2026-05-01 08:00:00' });
    expect(body.closed_time).toBe('2026/05/01 08:00:00 -0400');
    await update(body.id, by === 'stage' ? { deal_stage_id: stage(25) } : { probability: 25 });
    expect(await read(body.id)).toMatchObject({ probability: 25, closed_time: null });
  });

  it('keeps the time of closing when told again that it is won', async () => {
    const { body } = await create({ name: 'Twice', probability: 100, closed_time: '2026-05-01 08:00:00' });
    await update(body.id, { deal_stage_id: stage(100), probability: 100 });
    expect((await read(body.id)).closed_time).toBe('2026/05/01 08:00:00 -0400');
    await update(body.id, { deal_stage_id: stage(0), probability: 0 });
    expect((await read(body.id)).closed_time).toBe(NOW_TEXT);
  });

  it('takes a deal to the pipeline of the stage written', async () => {
    const { body } = await create({ name: 'Elsewhere', deal_stage_id: stage(60, 1) });
    expect(body.deal_pipeline_id).toBe(crm.sandbox.store.configuration.pipelines[1]?.id);
  });

  it('refuses a probability above 100', async () => {
    expect(fieldsOf(await create({ name: 'Sure', probability: 101 }))).toEqual(['probability']);
  });
});

describe('people and companies', () => {
  it('splits a full name and joins a company', async () => {
    const { body } = await crm.send('POST', 'people', {
      person: { full_name: 'Ana de la Cruz', company_name: 'New Co' },
    });
    expect(body).toMatchObject({ first_name: 'Ana', last_name: 'de la Cruz', company_name: 'New Co', type: 'Contact' });
    const updated = await crm.send('PUT', `people/${body.id}`, { person: { company_id: null, position: 'Buyer' } });
    expect(updated.body).toMatchObject({ company_id: null, position: 'Buyer', last_name: 'de la Cruz' });
  });

  it.each([
    { path: 'people', wrapped: { person: { position: 'CTO' } }, field: 'first_name' },
    { path: 'companies', wrapped: { company: { city: 'Cork' } }, field: 'name' },
  ])('refuses $path without a name', async ({ path, wrapped, field }) => {
    const answer = await crm.send('POST', path, wrapped);
    expect([answer.status, fieldsOf(answer)]).toEqual([422, [field]]);
  });

  it('takes a deleted person off the deals', async () => {
    const deal = [...crm.sandbox.store.deals.values()].find((it) => it.primary_contact_id !== null);
    const person = deal?.primary_contact_id;
    expect((await crm.send('DELETE', `people/${person}`)).status).toBe(204);
    expect((await crm.get(`people/${person}`)).status).toBe(404);
    const after = await read(deal?.id);
    expect(after.primary_contact_id).toBeNull();
    expect(after.person_ids).not.toContain(person);
  });

  it('takes a deleted company off deals and people', async () => {
    const company = [...crm.sandbox.store.deals.values()].find((it) => it.company_id !== null)?.company_id;
    await crm.send('DELETE', `companies/${company}`);
    expect((await crm.page('deals', `company_id=${company}`)).entries).toEqual([]);
    expect((await crm.page('people', `company_id=${company}`)).entries).toEqual([]);
  });
});
