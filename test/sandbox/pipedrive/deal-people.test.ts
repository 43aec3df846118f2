import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Fields, type Started, start } from './start.ts';

const NOON = '2026-11-10T12:00:00Z';
const TOM = 21_000_305;

let started: Started;
beforeAll(async () => {
  started = await start({ deals: 60, now: () => Date.parse(NOON) });
});
beforeEach(() => started.sandbox.reset());
afterAll(() => started.close());

const add = async (body: Fields = {}) =>
  (await started.call('POST', '/api/v2/deals', { title: 'New', ...body })).record.id as number;

describe('followers', () => {
  it('are added once, listed and deleted by user in v2', async () => {
    const path = `/api/v2/deals/${await add()}/followers`;
    const added = await started.call('POST', path, { user_id: TOM });
    expect([added.status, added.record]).toEqual([201, { user_id: TOM, add_time: NOON }]);
    expect((await started.call('POST', path, { user_id: TOM })).status).toBe(400);
    expect((await started.call('POST', path, { user_id: 5 })).status).toBe(400);
    expect((await started.call('POST', path, { user_id: String(TOM) })).status).toBe(400);
    await started.call('POST', path, { user_id: 21_000_309 });
    const page = await started.call('GET', `${path}?limit=1`);
    expect(page.rows).toEqual([{ user_id: TOM, add_time: NOON }]);
    const next = await started.call('GET', `${path}?limit=1&cursor=${page.body.additional_data?.next_cursor}`);
    expect([next.rows, next.body.additional_data]).toEqual([
      [{ user_id: 21_000_309, add_time: NOON }],
      { next_cursor: null },
    ]);
    expect((await started.call('DELETE', `${path}/${TOM}`)).body).toEqual({ success: true, data: { user_id: TOM } });
    expect((await started.call('DELETE', `${path}/${TOM}`)).status).toBe(404);
    const actor_user_id = started.sandbox.store.caller.id;
    expect((await started.call('GET', `${path}/changelog`)).rows).toEqual([
      { action: 'added', actor_user_id, follower_user_id: TOM, time: NOON },
      { action: 'added', actor_user_id, follower_user_id: 21_000_309, time: NOON },
      { action: 'removed', actor_user_id, follower_user_id: TOM, time: NOON },
    ]);
  });

  it('are the same in v1, where they are deleted by relationship', async () => {
    const id = await add();
    const added = await started.call('POST', `/v1/deals/${id}/followers`, { user_id: TOM });
    const follower = { user_id: TOM, id: expect.any(Number), deal_id: id, add_time: '2026-11-10 12:00:00' };
    expect([added.status, added.record]).toEqual([200, follower]);
    expect((await started.call('GET', `/v1/deals/${id}/followers`)).rows).toEqual([added.record]);
    expect((await started.call('DELETE', `/v1/deals/${id}/followers/${TOM}`)).status).toBe(404);
    const gone = await started.call('DELETE', `/v1/deals/${id}/followers/${added.record.id}`);
    expect(gone.record).toEqual({ id: added.record.id });
    expect((await started.call('GET', `/api/v2/deals/${id}/followers`)).rows).toEqual([]);
  });

  it('move with a merge, each once', async () => {
    const [kept, gone] = [await add(), await add()];
    for (const [id, user_id] of [
      [kept, TOM],
      [gone, TOM],
      [gone, 21_000_309],
    ]) {
      await started.call('POST', `/api/v2/deals/${id}/followers`, { user_id });
    }
    await started.call('PUT', `/v1/deals/${gone}/merge`, { merge_with_id: kept });
    const { rows } = await started.call('GET', `/api/v2/deals/${kept}/followers`);
    expect(rows.map(({ user_id }) => user_id)).toEqual([TOM, 21_000_309]);
    expect(started.sandbox.store.followersOf(gone)).toEqual([]);
  });
});

describe('participants', () => {
  it('are the contact person and those added', async () => {
    const id = await add({ person_id: 101 });
    const path = `/v1/deals/${id}/participants`;
    const added = await started.call('POST', path, { person_id: 102 });
    const { caller } = started.sandbox.store;
    expect(added.status).toBe(200);
    expect(added.record).toMatchObject({
      id: expect.any(Number),
      person_id: { value: 102, active_flag: true, name: expect.any(String), email: expect.any(Array) },
      add_time: '2026-11-10 12:00:00',
      active_flag: true,
      related_item_data: { deal_id: id, title: 'New' },
      person: { id: 102, participant_open_deals_count: expect.any(Number) },
      added_by_user_id: { id: caller.id, value: caller.id },
      related_item_type: 'deal',
      related_item_id: id,
    });
    const { rows, body } = await started.call('GET', path);
    expect(rows.map(({ person }) => (person as Fields).id)).toEqual([101, 102]);
    expect(body.additional_data).toEqual({ pagination: { start: 0, limit: 100, more_items_in_collection: false } });
    expect(Object.keys((body as unknown as { related_objects: { person: object } }).related_objects.person)).toEqual([
      '101',
      '102',
    ]);
    expect((await started.call('GET', `/api/v2/persons?deal_id=${id}`)).rows).toHaveLength(2);
    const gone = await started.call('DELETE', `${path}/${added.record.id}`);
    expect(gone.body).toEqual({ success: true, data: { id: added.record.id } });
    const { rows: changes } = await started.call('GET', `/v1/deals/${id}/participantsChangelog`);
    expect(changes).toEqual([
      { actor_user_id: caller.id, person_id: 102, action: 'removed', time: '2026-11-10 12:00:00' },
      { actor_user_id: caller.id, person_id: 102, action: 'added', time: '2026-11-10 12:00:00' },
      { actor_user_id: caller.id, person_id: 101, action: 'added', time: '2026-11-10 12:00:00' },
    ]);
  });

  it('are refused twice, unknown, and without an id; the contact person stays', async () => {
    const path = `/v1/deals/${await add({ person_id: 101 })}/participants`;
    for (const body of [{ person_id: 101 }, { person_id: 999_999 }, {}]) {
      expect((await started.call('POST', path, body)).status).toBe(400);
    }
    const [contact] = (await started.call('GET', path)).rows;
    expect((await started.call('DELETE', `${path}/${contact?.id}`)).status).toBe(400);
    expect((await started.call('DELETE', `${path}/1`)).status).toBe(404);
  });

  it('are paged, and keep their ids', async () => {
    const { store } = started.sandbox;
    const deal = [...store.deals.values()].find((one) => store.peopleOf(one).size > 2);
    const path = `/v1/deals/${deal?.id}/participants`;
    const all = (await started.call('GET', path)).rows.map(({ id }) => id);
    const second = await started.call('GET', `${path}?start=1&limit=1`);
    expect(second.rows.map(({ id }) => id)).toEqual(all.slice(1, 2));
    expect(second.body.additional_data).toMatchObject({ pagination: { next_start: 2 } });
  });
});

describe('permitted users', () => {
  it('are all active ones, or owner, followers and administrators of a private deal', async () => {
    const id = await add({ owner_id: TOM });
    const users = async () => (await started.call('GET', `/v1/deals/${id}/permittedUsers`)).body.data;
    expect(await users()).toHaveLength(5);
    await started.call('PATCH', `/api/v2/deals/${id}`, { visible_to: 1 });
    await started.call('POST', `/api/v2/deals/${id}/followers`, { user_id: 21_000_309 });
    expect(await users()).toEqual([21_000_301, TOM, 21_000_309]);
  });
});
