import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Json, type Running, start } from './support.ts';

const NOW = Date.UTC(2026, 6, 15, 14, 0, 30);

let crm: Running;
beforeAll(async () => {
  crm = await start({ now: () => NOW });
});
afterEach(() => crm.sandbox.reset());
afterAll(() => crm.close());

const template = (type: string) =>
  crm.sandbox.store.configuration.todoTemplates.find((it) => it.template_type === type);
const tasksOf = async (id: unknown) => (await crm.page(`deals/${id}/calendar_entries.json`)).entries;
const users = () => [...crm.sandbox.store.users.keys()];

const KICK_OFF = [
  {
    name: 'Send the welcome pack',
    due_date: '2026/07/15',
    category: { name: 'Email' },
    calendar_entry_priority_id: 377_801,
  },
  { name: 'Call the contact', due_date: '2026/07/17', category: { name: 'Call' } },
  { name: 'Agree on the scope', due_date: null, category: null },
];

it('gives a new deal the tasks of its template, for the user named', async () => {
  const company = [...crm.sandbox.store.companies.keys()][0];
  const { body } = await crm.send('POST', 'deals.json', {
    deal: { name: 'With tasks', company_id: company },
    todo_template_id: template('deals')?.id,
    todo_template_user_id: users()[2],
  });
  expect(body).toMatchObject({ next_entry_name: 'Send the welcome pack', next_entry_due: '2026/07/15' });
  const tasks = await tasksOf(body.id);
  expect(tasks).toMatchObject(KICK_OFF);
  for (const task of tasks) {
    expect(task).toMatchObject({
      type: 'CalendarTask',
      complete: false,
      owner_id: users()[2],
      created_by_user_id: users()[0],
      association_type: 'Deal',
      association_id: body.id,
      company_id: company,
      calendar_entry_status: { status_type: 'todo' },
    });
  }
});

it('gives them to a deal updated too, and again each time, for the caller where nobody is named', async () => {
  const { body } = await crm.send('POST', 'deals', { deal: { name: 'Later' } });
  expect(await tasksOf(body.id)).toEqual([]);
  const update = { deal: { summary: 'x' }, todo_template_id: template('deals')?.id };
  expect((await crm.send('PUT', `deals/${body.id}`, update)).status).toBe(200);
  expect(await tasksOf(body.id)).toMatchObject(KICK_OFF.map(({ name }) => ({ name, owner_id: users()[0] })));
  await crm.send('PUT', `deals/${body.id}`, update);
  expect(await tasksOf(body.id)).toHaveLength(6);
});

it('takes the template from a form', async () => {
  const response = await fetch(`${crm.url}/api/v3/deals.json?api_key=${crm.sandbox.secrets.apiKey}`, {
    method: 'POST',
    body: new URLSearchParams({
      'deal[name]': 'Kinda a big deal',
      todo_template_id: String(template('deals')?.id),
      todo_template_user_id: String(users()[1]),
    }),
  });
  const { id } = (await response.json()) as Json;
  expect(await tasksOf(id)).toMatchObject(KICK_OFF.map(({ name }) => ({ name, owner_id: users()[1] })));
});

it.each<{ given: string; sent: () => Json }>([
  { given: 'a template nobody made', sent: () => ({ deal: { name: 'x' }, todo_template_id: 7 }) },
  { given: 'a template for people', sent: () => ({ deal: { name: 'x' }, todo_template_id: template('people')?.id }) },
  {
    given: 'a template inside the wrapper',
    sent: () => ({ deal: { name: 'x', todo_template_id: template('deals')?.id } }),
  },
])('passes over $given', async ({ sent }) => {
  const { status, body } = await crm.send('POST', 'deals', sent());
  expect(status).toBe(200);
  expect(await tasksOf(body.id)).toEqual([]);
});

it('makes no tasks for a deal it refuses', async () => {
  const before = crm.sandbox.store.calendarEntries.size;
  await crm.send('POST', 'deals', { deal: { name: '' }, todo_template_id: template('deals')?.id });
  expect(crm.sandbox.store.calendarEntries.size).toBe(before);
});

describe('configuration', () => {
  const keys = (record: Json | undefined) => Object.keys(record ?? {}).sort();

  it('lists templates with their items, and the items alone', async () => {
    const [first] = (await crm.page('admin/todo_templates.json')).entries;
    expect(keys(first)).toEqual([
      'account_id',
      'id',
      'is_default',
      'name',
      'template_type',
      'todo_template_items',
      'todo_template_types',
    ]);
    expect(first).toMatchObject({
      name: 'Kick-off',
      template_type: 'deals',
      todo_template_types: [{ template_type: 'deals' }],
      todo_template_items: [{ description: 'Send the welcome pack', event_category: { name: 'Email' } }, {}, {}],
    });
    const items = (await crm.page('admin/todo_template_items.json')).entries;
    expect(items).toHaveLength(5);
    expect(keys(items[0])).toEqual([
      'account_id',
      'calendar_entry_priority_id',
      'description',
      'due_date',
      'event_category_id',
      'id',
      'todo_template_id',
    ]);
  });

  it.each([
    { list: 'revenue_types', keys: ['account_id', 'created_at', 'id', 'is_default', 'name', 'position', 'updated_at'] },
    {
      list: 'teams',
      keys: ['account_id', 'created_at', 'depth', 'height', 'id', 'name', 'parent_id', 'permissions', 'updated_at'],
    },
    { list: 'event_categories', keys: ['created_at', 'id', 'name', 'position', 'updated_at'] },
    { list: 'note_categories', keys: ['created_at', 'editable', 'id', 'name', 'updated_at'] },
    { list: 'calendar_entry_priorities', keys: ['created_at', 'hex_color', 'id', 'name', 'position', 'updated_at'] },
  ])('lists $list with the documented keys', async ({ list, keys: expected }) => {
    const { entries, pagination } = await crm.page(`admin/${list}.json`);
    expect(entries.length).toBeGreaterThan(1);
    expect(pagination.total).toBe(entries.length);
    for (const entry of entries) expect(keys(entry)).toEqual(expected);
  });

  it('is in account.json too', async () => {
    const { body } = await crm.get('account.json');
    for (const list of ['teams', 'revenue_types', 'todo_templates']) {
      const alone = (await crm.page(`admin/${list}`)).entries.map((it) => it.id);
      expect((body[list] as Json[]).map((it) => it.id)).toEqual(alone);
    }
    const team = [...crm.sandbox.store.users.values()].at(1)?.team_id;
    expect((body.teams as Json[]).map((it) => it.id)).toContain(team);
  });

  it('names the revenue type of a deal', async () => {
    const deal = [...crm.sandbox.store.deals.values()].find((it) => it.revenue_type_id !== null);
    const type = crm.sandbox.store.configuration.revenueTypes.find((it) => it.id === deal?.revenue_type_id);
    expect((await crm.get(`deals/${deal?.id}`)).body).toMatchObject({
      revenue_type_id: type?.id,
      revenue_type: { id: type?.id, name: type?.name },
    });
  });
});
