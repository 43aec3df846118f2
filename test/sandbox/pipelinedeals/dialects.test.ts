import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Dialect } from '../../../src/sandbox/pipelinedeals/index.ts';
import { type Json, type Running, start } from './support.ts';

let crm: Running;
beforeAll(async () => {
  crm = await start();
});
afterEach(() => crm.sandbox.reset());
afterAll(() => crm.close());

const speak = (dialect: Dialect) => {
  crm.sandbox.switches.dialect = dialect;
};
/** An open deal with a stage, a contact, a company and collaborators. */
const full = () =>
  [...crm.sandbox.store.deals.values()].find(
    (deal) =>
      deal.shared_user_ids.length > 0 && deal.deal_stage_id !== null && deal.company_id !== null && deal.value !== null,
  )?.id;

describe.each<{ dialect: Dialect; deleted: number; missing: number; pagination: string[] }>([
  { dialect: 'today', deleted: 204, missing: 404, pagination: ['page', 'page_var', 'per_page', 'pages', 'total'] },
  { dialect: 'seed', deleted: 200, missing: 422, pagination: ['page', 'per_page', 'total'] },
])('$dialect', ({ dialect, deleted, missing, pagination }) => {
  it('answers a delete, a second delete, and a read of what is gone', async () => {
    speak(dialect);
    const path = `deals/${full()}.json`;
    const first = await crm.send('DELETE', path);
    const second = await crm.send('DELETE', path);
    const read = await crm.get(path);
    expect([first.status, first.text]).toEqual([deleted, '']);
    expect([second.status, second.text]).toEqual([404, '']);
    expect([read.status, read.text]).toEqual([missing, '']);
  });

  it('describes its pages', async () => {
    speak(dialect);
    expect(Object.keys((await crm.page('deals')).pagination)).toEqual(pagination);
  });
});

it('names people and users by first and last name today, by full name of old', async () => {
  const today = (await crm.page('deals', `conditions[deal_id]=${full()}`)).entries[0] as Json;
  speak('seed');
  const old = (await crm.page('deals', `conditions[deal_id]=${full()}`)).entries[0] as Json;
  expect(Object.keys((today.people as Json[])[0] ?? {})).toEqual(['id', 'first_name', 'last_name']);
  expect(Object.keys((old.people as Json[])[0] ?? {})).toEqual(['id', 'full_name']);
  expect(Object.keys(today.user as Json)).toEqual(['id', 'first_name', 'last_name']);
  expect(Object.keys(old.user as Json)).toEqual(['id', 'full_name']);
  expect(Object.keys(old.primary_contact as Json)).toEqual(['id', 'full_name']);
});

it('writes amounts as text today, as numbers of old', async () => {
  const { body } = await crm.send('POST', 'deals', { deal: { name: 'Amount', value: '1234.5' } });
  expect((await crm.get(`deals/${body.id}`)).text).toContain('"value":"1234.5"');
  speak('seed');
  const old = await crm.get(`deals/${body.id}`);
  expect(old.text).toContain('"value":1234.5');
  expect(old.body.value_in_cents).toBe(123450);
});

it('keeps a value of many digits exact in both', async () => {
  const { body } = await crm.send('POST', 'deals', { deal: { name: 'Large', value: '12345678901234567.89' } });
  expect((await crm.get(`deals/${body.id}`)).text).toContain('"value":"12345678901234567.89"');
  speak('seed');
  expect((await crm.get(`deals/${body.id}`)).text).toContain('"value":12345678901234567.89');
});

it('knows pipelines today only', async () => {
  expect((await crm.get('admin/deal_pipelines')).status).toBe(200);
  const today = (await crm.page('admin/deal_stages')).entries;
  expect(today[0]).toHaveProperty('deal_pipeline_id');
  speak('seed');
  expect((await crm.get('admin/deal_pipelines')).status).toBe(404);
  expect((await crm.page('admin/deal_stages')).entries[0]).not.toHaveProperty('deal_pipeline_id');
  expect((await crm.get(`deals/${full()}`)).body).not.toHaveProperty('deal_pipeline_id');
});

it('shares the keys of collaborators of old', async () => {
  const { text: today } = await crm.get(`deals/${full()}`);
  speak('seed');
  const { body, text } = await crm.get(`deals/${full()}`);
  const keys = (body.collaborators as Json[]).map((user) => user.api_key as string);
  expect(keys.length).toBeGreaterThan(0);
  for (const key of keys) {
    expect(crm.sandbox.canaries).toContain(key);
    expect(text).toContain(key);
    expect(today).not.toContain(key);
  }
});

it('leaves out of old what is not there, instead of null', async () => {
  speak('seed');
  const { body } = await crm.send('POST', 'deals', { deal: { name: 'Bare' } });
  for (const key of ['company', 'deal_stage', 'primary_contact', 'source']) expect(body).not.toHaveProperty(key);
  expect(body).toMatchObject({ currency_code: 'USD', company_id: null, deal_stage_id: null });
  expect(body).not.toHaveProperty('currency');
  expect((await crm.get(`deals/${body.id}`)).body.currency).toEqual({ code: 'USD', name: 'US Dollar', symbol: '$' });
});

it('names the next task by old and new keys', async () => {
  const id = [...crm.sandbox.store.calendarEntries.values()].find((entry) => !entry.complete)?.association_id;
  const today = (await crm.get(`deals/${id}`)).body;
  speak('seed');
  const old = (await crm.get(`deals/${id}`)).body;
  expect(today.next_entry_id).toEqual(expect.any(Number));
  expect([old.next_task_id, old.next_task_name, old.next_task_due]).toEqual([
    today.next_entry_id,
    today.next_entry_name,
    today.next_entry_due,
  ]);
  expect(old).not.toHaveProperty('next_entry_id');
});

it('answers an update of old with the reduced deal', async () => {
  speak('seed');
  const { body } = await crm.send('PUT', `deals/${full()}.json`, { deal: { name: 'Updated' } });
  expect(Object.keys(body).sort()).toEqual(
    `account_id bonus closed_time commission_rate company_id created_at custom_fields_applied_at custom_fields_hidden
    deal_import_id deal_stage_id expected_close_date expected_close_date_event_id id import_id is_archived is_shared
    last_modified_by_user_id name primary_contact_id probability source_id status summary updated_at user user_id
    value_in_cents viewed_at`.split(/\s+/),
  );
});

it('starts an account of old with a single pipeline', async () => {
  const old = await start({ dialect: 'seed' });
  const percents = (await old.page('admin/deal_stages')).entries.map((stage) => stage.percent);
  expect(percents.filter((percent) => percent === 100)).toHaveLength(1);
  expect(percents.filter((percent) => percent === 0)).toHaveLength(1);
  await old.close();
});
