import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { idsOf, type Json, type Running, start } from './support.ts';

const NOW = Date.UTC(2026, 6, 15, 14, 0, 30);

let crm: Running;
beforeAll(async () => {
  crm = await start({ now: () => NOW });
});
afterEach(() => crm.sandbox.reset());
afterAll(() => crm.close());

const KINDS = [
  { path: 'notes', wrapper: 'note', move: (id: number): Json => ({ deal_id: id }) },
  { path: 'calendar_entries', wrapper: 'calendar_entry', move: (id: number): Json => ({ association_id: id }) },
  { path: 'documents', wrapper: 'document', move: (id: number): Json => ({ deal_id: id }) },
];
/** A deal with something of every kind, and one with nothing. */
const busy = () => [...crm.sandbox.store.deals.keys()][0] as number;
const quiet = () => [...crm.sandbox.store.deals.keys()][1] as number;

describe.each(KINDS)('$path', ({ path, wrapper, move }) => {
  it('moves to another deal', async () => {
    const ids = idsOf(await crm.page(path, `deal_id=${busy()}`));
    expect(ids.length).toBeGreaterThan(0);
    expect(idsOf(await crm.page(path, `deal_id=${quiet()}`))).toEqual([]);
    for (const id of ids) {
      expect((await crm.send('PUT', `${path}/${id}.json`, { [wrapper]: move(quiet()) })).status).toBe(200);
    }
    expect(idsOf(await crm.page(path, `deal_id=${busy()}`))).toEqual([]);
    expect(idsOf(await crm.page(path, `deal_id=${quiet()}`))).toEqual(ids);
    const company = crm.sandbox.store.deals.get(quiet())?.company_id;
    expect((await crm.get(`${path}/${ids[0]}`)).body.company_id).toBe(company);
  });

  it('does not move to a deal that is not there', async () => {
    const [id] = idsOf(await crm.page(path, `deal_id=${busy()}`));
    const answer = await crm.send('PUT', `${path}/${id}`, { [wrapper]: move(1) });
    expect(answer.status).toBe(422);
    expect(idsOf(await crm.page(path, `deal_id=${busy()}`))).toContain(id);
  });

  it('is out of reach once its deal is deleted', async () => {
    const [id] = idsOf(await crm.page(path, `deal_id=${busy()}`));
    const before = (await crm.page(path)).pagination.total as number;
    const own = idsOf(await crm.page(path, `deal_id=${busy()}`)).length;
    expect((await crm.send('DELETE', `deals/${busy()}.json`)).status).toBe(204);
    expect((await crm.get(`${path}/${id}`)).status).toBe(404);
    expect((await crm.page(path)).pagination.total).toBe(before - own);
  });

  it('is deleted once', async () => {
    const [id] = idsOf(await crm.page(path, `deal_id=${busy()}`));
    expect((await crm.send('DELETE', `${path}/${id}`)).status).toBe(204);
    const again = await crm.send('DELETE', `${path}/${id}`);
    expect([again.status, again.text]).toEqual([404, '']);
  });
});

it('gives a note of a deal the company of the deal', async () => {
  const deal = [...crm.sandbox.store.deals.values()].find((it) => it.company_id !== null);
  const { body } = await crm.send('POST', 'notes', { note: { content: 'Called', deal_id: deal?.id } });
  expect(body).toMatchObject({
    company_id: deal?.company_id,
    primary_association_type: 'Deal',
    primary_association_id: deal?.id,
  });
  expect(idsOf(await crm.page('notes', `company_id=${deal?.company_id}`))).toContain(body.id);
  expect((await crm.get(`deals/${deal?.id}`)).body).toMatchObject({
    updated_at: '2026/07/15 10:00:30 -0400',
    days_since_last_activity: 0,
  });
});

it('shows the next open task on its deal until it is done, and then a note of its own', async () => {
  const { body: task } = await crm.send('POST', 'calendar_entries.json', {
    calendar_entry: { name: 'Ring', due_date: '2026-08-10', association_type: 'Deal', association_id: quiet() },
  });
  expect(task).toMatchObject({ type: 'CalendarTask', all_day: true, start_time: '2026/08/10', association: null });
  expect((await crm.get(`deals/${quiet()}`)).body).toMatchObject({
    next_entry_id: task.id,
    next_entry_name: 'Ring',
    next_entry_due: '2026/08/10',
  });
  await crm.send('PUT', `calendar_entries/${task.id}`, { calendar_entry: { complete: true } });
  expect((await crm.get(`deals/${quiet()}`)).body.next_entry_id).toBeNull();
  expect((await crm.page(`deals/${quiet()}/notes`)).entries).toMatchObject([
    { note_category: { name: 'CalendarTask' } },
  ]);
});

it('wants a start and an end of an event', async () => {
  const { status, body } = await crm.send('POST', 'calendar_entries', {
    calendar_entry: { type: 'CalendarEvent', name: 'Visit', start_time: '2026-08-10 09:00:00' },
  });
  expect([status, body]).toMatchObject([422, [{ field: 'end_time' }]]);
});

it('fetches a document after it has answered', async () => {
  const { body } = await crm.send('POST', 'documents', {
    document: { title: 'Plan', url: 'https://public.example/plan', deal_id: quiet() },
  });
  expect(body).toMatchObject({ upload_state: 'pending', upload_status: 1, size_in_k: 0 });
  expect((await crm.get(`documents/${body.id}`)).body).toMatchObject({ upload_state: 'complete', upload_status: 2 });
});
