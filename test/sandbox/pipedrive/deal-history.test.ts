import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Fields, type Started, start } from './start.ts';

const NOON = Date.parse('2026-11-10T12:00:00Z');

let now = NOON;
let started: Started;
beforeAll(async () => {
  started = await start({ now: () => now });
});
beforeEach(() => {
  now = NOON;
  started.sandbox.reset();
});
afterAll(() => started.close());

const add = async (body: Fields = {}) =>
  (await started.call('POST', '/api/v2/deals', { title: 'New', ...body })).record as Fields & { id: number };
const patch = (id: number, body: Fields) => started.call('PATCH', `/api/v2/deals/${id}`, body);
const changes = async (id: number) =>
  (await started.call('GET', `/v1/deals/${id}/changelog`)).rows.map(({ field_key, old_value, new_value }) => [
    field_key,
    old_value,
    new_value,
  ]);
const flow = async (id: number, query = '') => (await started.call('GET', `/v1/deals/${id}/flow${query}`)).rows;
const fieldCode = (name: string) =>
  started.sandbox.store.fields.deal.find((field) => field.field_name === name)?.field_code as string;

describe('the changelog', () => {
  it('holds what every write changed, newest first, in the words of v1', async () => {
    const { id } = await add({ value: 5 });
    now += 1_000;
    await patch(id, { title: 'Renamed', stage_id: 9, owner_id: 21_000_305, label_ids: [11, 12] });
    const all = await started.call('GET', `/v1/deals/${id}/changelog`);
    expect(all.rows[0]).toEqual({
      field_key: 'label',
      old_value: null,
      new_value: '11,12',
      actor_user_id: started.sandbox.store.caller.id,
      time: '2026-11-10 12:00:01',
      change_source: 'api',
      change_source_user_agent: 'node',
      is_bulk_update_flag: false,
    });
    expect(await changes(id)).toEqual([
      ['label', null, '11,12'],
      ['stage_id', '1', '9'],
      ['pipeline_id', '1', '2'],
      ['user_id', '21000301', '21000305'],
      ['title', 'New', 'Renamed'],
      ['add_time', null, '2026-11-10 12:00:00'],
    ]);
  });

  it('holds no more than what changed, and nothing of what was refused', async () => {
    const { id } = await add();
    const before = await changes(id);
    await patch(id, { title: 'New', stage_id: 1 });
    expect((await patch(id, { title: 'x', person_id: 999_999 })).status).toBe(400);
    expect(await changes(id)).toEqual(before);
  });

  it('follows product lines, discounts, closing, archiving and deletion', async () => {
    const { id } = await add();
    const line = { product_id: 51, item_price: 10, quantity: 2 };
    await started.call('POST', `/api/v2/deals/${id}/products`, line);
    await started.call('POST', `/api/v2/deals/${id}/discounts`, { description: 'x', amount: 50, type: 'percentage' });
    await patch(id, { status: 'won' });
    await patch(id, { is_archived: true });
    await patch(id, { is_archived: false });
    await started.call('DELETE', `/api/v2/deals/${id}`);
    const found = await changes(id);
    expect(found.filter(([key]) => ['value', 'status', 'is_archived'].includes(key as string))).toEqual([
      ['status', 'won', 'deleted'],
      ['is_archived', '1', '0'],
      ['is_archived', '0', '1'],
      ['status', 'open', 'won'],
      ['value', '20', '10'],
      ['value', '0', '20'],
    ]);
  });

  it('follows a merge on both sides', async () => {
    const kept = await add({ title: 'Kept' });
    const gone = await add({ title: 'Gone', probability: 40, person_id: 101 });
    await started.call('PUT', `/v1/deals/${gone.id}/merge`, { merge_with_id: kept.id });
    expect((await changes(kept.id)).slice(0, 2)).toEqual([
      ['probability', null, '40'],
      ['person_id', null, '101'],
    ]);
    expect((await changes(gone.id))[0]).toEqual(['status', 'open', 'deleted']);
  });

  it('has the parts of custom fields under keys of their own', async () => {
    const { id } = await add();
    const fee = fieldCode('Setup fee');
    await patch(id, { custom_fields: { [fee]: { value: 500, currency: 'EUR' }, [fieldCode('Regions')]: [51, 53] } });
    expect(await changes(id)).toEqual(
      expect.arrayContaining([
        [fee, null, '500'],
        [`${fee}_currency`, null, 'EUR'],
        [fieldCode('Regions'), null, '51,53'],
      ]),
    );
  });

  it('is paged by cursor, each entry once', async () => {
    const { id } = await add();
    for (const title of ['a', 'b', 'c', 'd']) await patch(id, { title });
    const seen: unknown[] = [];
    let cursor: string | null | undefined = '';
    do {
      const page = await started.call('GET', `/v1/deals/${id}/changelog?limit=2${cursor && `&cursor=${cursor}`}`);
      seen.push(...page.rows.map(({ new_value }) => new_value));
      cursor = page.body.additional_data?.next_cursor;
    } while (cursor);
    expect(seen).toEqual(['d', 'c', 'b', 'a', '2026-11-10 12:00:00']);
    expect((await started.call('GET', `/v1/deals/${id}/changelog?cursor=nonsense`)).status).toBe(400);
  });

  it('of the seed adds up to the deals: the last move is at the stage time and into the stage', async () => {
    const { store } = started.sandbox;
    const moves = new Map<number, { time: string; new_value: string | null }>();
    for (const { deal_id, field_key, time, new_value } of store.fieldChanges.values()) {
      const deal = store.deals.get(deal_id);
      expect(deal && time >= deal.add_time && time <= (deal.update_time ?? deal.add_time)).toBe(true);
      if (field_key === 'stage_id') moves.set(deal_id, { time, new_value });
    }
    const moved = [...store.deals.values()].filter(({ stage_change_time }) => stage_change_time !== null);
    expect(moved.length).toBeGreaterThan(80);
    expect([...moves.keys()]).toEqual(moved.map(({ id }) => id));
    for (const deal of moved) {
      expect(moves.get(deal.id)).toEqual({ time: deal.stage_change_time, new_value: String(deal.stage_id) });
    }
  });
});

describe('the flow', () => {
  it('mixes everything about a deal, newest first, and names whom it refers to', async () => {
    const { store } = started.sandbox;
    const rich = [...store.deals.values()].find(
      ({ id, person_id }) =>
        person_id !== null &&
        [store.notes, store.files, store.mailMessages, store.activities].every((collection) =>
          [...collection.values()].some((one) => one.deal_id === id),
        ),
    );
    const { body, rows } = await started.call('GET', `/v1/deals/${rich?.id}/flow?all_changes=1&limit=500`);
    expect(new Set(rows.map(({ object }) => object))).toEqual(
      new Set([
        'dealChange',
        'activity',
        'note',
        'file',
        'mailMessage',
        'participant',
        ...(store.followersOf(rich?.id as number).length > 0 ? ['dealFollower'] : []),
      ]),
    );
    const times = rows.map(({ timestamp }) => timestamp as string);
    expect(times).toEqual(times.toSorted().reverse());
    expect(times[0]).toMatch(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/);
    const { related_objects } = body as unknown as { related_objects: Record<string, Record<string, Fields>> };
    expect(Object.keys(related_objects.deal ?? {})).toEqual([String(rich?.id)]);
    expect(related_objects.person?.[String(rich?.person_id)]).toMatchObject({ id: rich?.person_id });
  });

  it('has changes in the documented shape, those of custom fields on request', async () => {
    const { id } = await add();
    await patch(id, { stage_id: 2, custom_fields: { [fieldCode('Fleet size')]: 41 } });
    const [change] = await flow(id, '?items=dealChange');
    expect(change).toEqual({
      object: 'dealChange',
      timestamp: '2026-11-10 12:00:00',
      data: {
        id: expect.any(Number),
        item_id: id,
        user_id: started.sandbox.store.caller.id,
        field_key: 'stage_id',
        old_value: '1',
        new_value: '2',
        is_bulk_update_flag: null,
        log_time: '2026-11-10 12:00:00',
        change_source: 'api',
        change_source_user_agent: 'node',
        additional_data: {},
      },
    });
    expect(await flow(id)).toHaveLength(2);
    expect(await flow(id, '?all_changes=1')).toHaveLength(3);
  });

  it('is filtered by kind of item, and tells planned activities from those done', async () => {
    const { store } = started.sandbox;
    const alive = [...store.activities.values()].filter(({ is_deleted }) => !is_deleted);
    const both = alive.find(({ deal_id, done }) => done && alive.some((one) => one.deal_id === deal_id && !one.done));
    const id = both?.deal_id as number;
    const done = async (items: string) =>
      (await flow(id, `?items=${items}`)).map(({ data }) => (data as Fields).done as boolean);
    expect(new Set(await done('activity'))).toEqual(new Set([true]));
    expect(new Set(await done('plannedActivity'))).toEqual(new Set([false]));
    expect(await done('activity,plannedActivity')).toHaveLength(alive.filter(({ deal_id }) => deal_id === id).length);
    expect(await flow(id, '?items=invoice')).toEqual([]);
    expect((await started.call('GET', `/v1/deals/${id}/flow?items=everything`)).status).toBe(400);
  });

  it('is paged by start and limit, and ignores what v1 does not know', async () => {
    const { id } = await add();
    for (const title of ['a', 'b']) await patch(id, { title });
    const page = await started.call('GET', `/v1/deals/${id}/flow?start=1&limit=1&colour=red`);
    expect(page.rows).toHaveLength(1);
    expect(page.body.additional_data).toEqual({
      pagination: { start: 1, limit: 1, more_items_in_collection: true, next_start: 2 },
    });
    const last = await started.call('GET', `/v1/deals/${id}/flow?start=2`);
    expect(last.body.additional_data).toEqual({
      pagination: { start: 2, limit: 100, more_items_in_collection: false },
    });
  });

  it.each(['changelog', 'flow', 'participantsChangelog', 'participants', 'files', 'mailMessages', 'permittedUsers'])(
    'and the rest: %s of an unknown deal is 404, and 501 rows are too many',
    async (part) => {
      expect((await started.call('GET', `/v1/deals/999999/${part}`)).status).toBe(404);
      const tooMany = await started.call('GET', `/v1/deals/1/${part}?limit=501`);
      expect(tooMany.status).toBe(part === 'permittedUsers' ? 200 : 400);
    },
  );
});
