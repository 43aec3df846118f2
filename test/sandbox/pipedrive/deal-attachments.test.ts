import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toBig } from '../../../src/sandbox/pipedrive/amount.ts';
import type { FilterCondition } from '../../../src/sandbox/pipedrive/deal-records.ts';
import type { Deal } from '../../../src/sandbox/pipedrive/records.ts';
import { type Fields, type Started, start } from './start.ts';

let started: Started;
beforeAll(async () => {
  started = await start();
});
afterAll(() => started.close());

const list = async (path: string) => (await started.call('GET', path)).rows;
const ids = async (path: string) => (await list(path)).map(({ id }) => id);
const kept = <T extends { readonly is_deleted: boolean }>(collection: ReadonlyMap<number, T>) =>
  [...collection.values()].filter(({ is_deleted }) => !is_deleted);
const keys = (row: Fields | undefined) => Object.keys(row ?? {}).sort();
const split = (names: string) => names.split(/\s+/).sort();

const ACTIVITY = `id subject type owner_id creator_user_id is_deleted add_time update_time deal_id lead_id person_id org_id
  project_id due_date due_time duration busy done marked_as_done_time location participants conference_meeting_client
  conference_meeting_url conference_meeting_id public_description priority note`;
const FILE = `id user_id deal_id person_id org_id product_id activity_id lead_id project_id log_id add_time update_time
  file_name file_type file_size active_flag inline_flag remote_location remote_id cid s3_bucket mail_message_id
  mail_template_id deal_name person_name org_name product_name lead_name project_name url name description`;
const NOTE = `id user_id deal_id person_id org_id lead_id project_id task_id content add_time update_time active_flag
  pinned_to_deal_flag pinned_to_person_flag pinned_to_organization_flag pinned_to_lead_flag pinned_to_project_flag
  pinned_to_task_flag last_update_user_id organization person deal lead project task user`;
const MAIL = `id from to cc bcc body_url nylas_id account_id user_id mail_thread_id subject snippet mail_tracking_status
  mail_link_tracking_enabled_flag read_flag draft draft_flag s3_bucket s3_bucket_path synced_flag deleted_flag
  external_deleted_flag has_body_flag sent_flag sent_from_pipedrive_flag smart_bcc_flag message_time add_time update_time
  has_attachments_flag has_inline_attachments_flag has_real_attachments_flag mua_message_id template_id item_type
  timestamp company_id`;

describe('activities', () => {
  it('have the documented keys, attendees on request', async () => {
    const [plain] = await list('/api/v2/activities?limit=1');
    expect(keys(plain)).toEqual(split(ACTIVITY));
    const one = await started.call('GET', `/api/v2/activities/${plain?.id}?include_fields=attendees`);
    expect(keys(one.record)).toEqual(split(`${ACTIVITY} attendees`));
    const meetings = await list('/api/v2/activities?include_fields=attendees&limit=500');
    const attended = meetings.find(({ attendees }) => (attendees as Fields[]).length > 0);
    expect(keys((attended as { attendees: Fields[] }).attendees[0])).toEqual(
      split('email name status is_organizer person_id user_id'),
    );
  });

  it('are narrowed by deal, owner, person, ids and whether done; deleted ones are not listed', async () => {
    const { store } = started.sandbox;
    const alive = kept(store.activities);
    const some = alive.find(({ person_id }) => person_id !== null);
    const expected = (fits: (one: (typeof alive)[number]) => boolean) => alive.filter(fits).map(({ id }) => id);
    expect(alive.length).toBeLessThan(store.activities.size);
    expect(await ids('/api/v2/activities?limit=500')).toEqual(expected(() => true));
    expect(await ids(`/api/v2/activities?deal_id=${some?.deal_id}`)).toEqual(
      expected(({ deal_id }) => deal_id === some?.deal_id),
    );
    expect(await ids(`/api/v2/activities?person_id=${some?.person_id}`)).toEqual(
      expected(({ person_id }) => person_id === some?.person_id),
    );
    expect(await ids('/api/v2/activities?done=false&owner_id=21000305&limit=500')).toEqual(
      expected(({ done, owner_id }) => !done && owner_id === 21_000_305),
    );
    expect(await ids(`/api/v2/activities?ids=${some?.id},999999`)).toEqual([some?.id]);
  });

  it('are sorted by due date, and refuse a type', async () => {
    const due = (await list('/api/v2/activities?sort_by=due_date&limit=500')).map(({ due_date }) => due_date);
    expect(due).toEqual(due.toSorted());
    expect((await started.call('GET', '/api/v2/activities?type=call')).status).toBe(400);
    expect((await started.call('GET', '/api/v2/activities?done=1')).status).toBe(400);
    expect((await started.call('GET', '/api/v2/activities/999999')).status).toBe(404);
  });

  it('have types, some done and some to come', async () => {
    const types = await list('/v1/activityTypes');
    expect(keys(types[0])).toEqual(
      split('id order_nr name key_string icon_key active_flag color is_custom_flag add_time update_time'),
    );
    const known = types.map(({ key_string }) => key_string);
    const alive = kept(started.sandbox.store.activities);
    expect(alive.every(({ type }) => known.includes(type))).toBe(true);
    expect(alive.some(({ done, due_date }) => !done && (due_date as string) > '2026-11-30')).toBe(true);
    expect(alive.some(({ done, due_date }) => !done && (due_date as string) < '2026-10-01')).toBe(true);
  });
});

describe('files', () => {
  it('of a deal are listed without deleted ones unless asked for, in the order asked for', async () => {
    const { store } = started.sandbox;
    const gone = [...store.files.values()].find(({ is_deleted }) => is_deleted);
    const all = [...store.files.values()].filter(({ deal_id }) => deal_id === gone?.deal_id);
    const path = `/v1/deals/${gone?.deal_id}/files`;
    expect(await ids(path)).toEqual(all.filter(({ is_deleted }) => !is_deleted).map(({ id }) => id));
    const rows = await list(`${path}?include_deleted_files=1&sort=id%20DESC`);
    expect(rows.map(({ id }) => id)).toEqual(all.map(({ id }) => id).reverse());
    expect(rows.at(-1)).toMatchObject({ id: gone?.id, active_flag: false });
    expect(keys(rows[0])).toEqual(split(FILE));
    expect((await started.call('GET', `/v1/files/${gone?.id}`)).record).toEqual(rows.at(-1));
  });

  it('come in pages of at most 100', async () => {
    expect((await started.call('GET', '/v1/deals/1/files?limit=100')).status).toBe(200);
    expect((await started.call('GET', '/v1/deals/1/files?limit=101')).status).toBe(400);
    expect((await started.call('GET', '/v1/deals/1/files?sort=name')).status).toBe(400);
    expect((await started.call('GET', '/v1/files/999999')).status).toBe(404);
  });
});

describe('notes', () => {
  it('are listed by deal, and one by one', async () => {
    const { store } = started.sandbox;
    const some = kept(store.notes).find(({ is_pinned_to_deal }) => is_pinned_to_deal);
    const rows = await list(`/v1/notes?deal_id=${some?.deal_id}`);
    const expected = kept(store.notes).filter(({ deal_id }) => deal_id === some?.deal_id);
    expect(rows.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
    expect(keys(rows[0])).toEqual(split(NOTE));
    expect((await started.call('GET', `/v1/notes/${some?.id}`)).record).toMatchObject({
      pinned_to_deal_flag: true,
      deal: { title: store.deals.get(some?.deal_id as number)?.title },
      add_time: expect.stringMatching(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/),
    });
  });

  it('are sorted, paged and narrowed by time; a deleted one can still be read', async () => {
    const { store } = started.sandbox;
    const alive = kept(store.notes);
    const page = await started.call('GET', '/v1/notes?sort=add_time%20DESC&start=2&limit=2');
    const newest = alive.toSorted((a, b) =>
      a.add_time === b.add_time ? a.id - b.id : a.add_time < b.add_time ? 1 : -1,
    );
    expect(page.rows.map(({ id }) => id)).toEqual(newest.slice(2, 4).map(({ id }) => id));
    const since = await ids('/v1/notes?updated_since=2026-06-01T00:00:00Z&limit=500');
    expect(since).toEqual(alive.filter((one) => one.update_time >= '2026-06-01').map(({ id }) => id));
    const gone = [...store.notes.values()].find(({ is_deleted }) => is_deleted);
    expect((await started.call('GET', `/v1/notes/${gone?.id}`)).record.active_flag).toBe(false);
  });
});

describe('e-mails of a deal', () => {
  it('come newest first, with the body on request', async () => {
    const { store } = started.sandbox;
    const [some] = [...store.mailMessages.values()];
    const path = `/v1/deals/${some?.deal_id}/mailMessages`;
    const rows = await list(path);
    const times = rows.map(({ timestamp }) => timestamp as string);
    expect(times).toEqual(times.toSorted().reverse());
    expect(rows.every(({ object }) => object === 'mailMessage')).toBe(true);
    const data = rows.at(-1)?.data as Fields;
    expect(keys(data)).toEqual(split(MAIL));
    expect(data.message_time).toMatch(/\.000Z$/);
    const [sender] = data.from as [Fields];
    expect(keys(sender)).toEqual(
      split('id email_address name linked_person_id linked_person_name mail_message_party_id'),
    );
    const full = await list(`${path}?include_body=1`);
    expect((full.at(-1) as { data: Fields }).data.body).toContain('<p>Dear');
  });
});

describe('optional columns of a deal', () => {
  const COLUMNS = `next_activity_id last_activity_id first_won_time products_count files_count notes_count followers_count
    email_messages_count activities_count done_activities_count undone_activities_count participants_count
    last_incoming_mail_time last_outgoing_mail_time smart_bcc_email source_lead_id`;

  it('are told from what hangs on it', async () => {
    const { store } = started.sandbox;
    const rows = await list(`/api/v2/deals?limit=500&include_fields=${split(COLUMNS).join(',')}`);
    for (const row of rows) {
      const of = <T extends { readonly deal_id: number | null }>(collection: Iterable<T>) =>
        [...collection].filter(({ deal_id }) => deal_id === row.id);
      const activities = of(kept(store.activities));
      expect(row).toMatchObject({
        files_count: of(kept(store.files)).length,
        notes_count: of(kept(store.notes)).length,
        followers_count: of(store.followers.values()).length,
        email_messages_count: of(store.mailMessages.values()).length,
        activities_count: activities.length,
        done_activities_count: activities.filter(({ done }) => done).length,
        undone_activities_count: activities.filter(({ done }) => !done).length,
      });
      const next = activities.filter(({ done }) => !done).map(({ due_date }) => due_date as string);
      const named = activities.find(({ id }) => id === row.next_activity_id);
      expect(named?.due_date).toBe(next.sort()[0]);
    }
    expect(rows.some(({ last_incoming_mail_time }) => last_incoming_mail_time !== null)).toBe(true);
  });

  it('move with a merge and do not go with a copy', async () => {
    const { store } = started.sandbox;
    const gone = [...store.deals.values()].find(
      (deal) =>
        !deal.is_archived &&
        !deal.is_deleted &&
        [store.files, store.notes, store.activities].every((collection) =>
          kept<{ deal_id: number | null; is_deleted: boolean }>(collection).some(({ deal_id }) => deal_id === deal.id),
        ),
    ) as Deal;
    const columns = 'files_count,notes_count,activities_count';
    const counts = async (id: unknown) => {
      const { record } = await started.call('GET', `/api/v2/deals/${id}?include_fields=${columns}`);
      return [record.files_count, record.notes_count, record.activities_count];
    };
    const before = await counts(gone.id);
    const copy = (await started.call('POST', `/v1/deals/${gone.id}/duplicate`)).record;
    expect(await counts(copy.id)).toEqual([0, 0, 0]);
    await started.call('PUT', `/v1/deals/${gone.id}/merge`, { merge_with_id: copy.id });
    expect(await counts(copy.id)).toEqual(before);
    expect(await counts(gone.id)).toEqual([0, 0, 0]);
  });
});

describe('saved filters', () => {
  it('are listed by type and read with their conditions', async () => {
    const rows = await list('/v1/filters?type=deals');
    expect(rows.map(({ id }) => id)).toEqual([31, 32, 33]);
    expect(keys(rows[0])).toEqual(
      split(`id name filter_code is_editable active_flag type temporary_flag user_id add_time update_time visible_to
        last_used_time custom_view_id`),
    );
    expect(await list('/v1/filters?type=people')).toEqual([]);
    expect((await started.call('GET', '/v1/filters?type=colours')).status).toBe(400);
    const { record } = await started.call('GET', '/v1/filters/32?include_field_code=true');
    expect(record.conditions).toEqual({
      glue: 'and',
      conditions: [
        {
          glue: 'and',
          conditions: expect.arrayContaining([
            {
              object: 'deal',
              field_id: expect.stringMatching(/^\d+$/),
              operator: '>',
              value: '10000',
              extra_value: null,
              json_value_flag: false,
              field_code: 'value',
            },
          ]),
        },
        { glue: 'or', conditions: [] },
      ],
    });
    expect((await started.call('GET', '/v1/filters/1')).status).toBe(404);
  });

  it.each<[number, (deal: Deal) => boolean]>([
    [31, (deal) => deal.status === 'open'],
    [32, (deal) => deal.pipeline_id === 2 && toBig(deal.value).gt(10_000) && deal.person_id !== null],
    [33, (deal) => deal.stage_id !== 7 && (deal.label_ids.includes(11) || deal.owner_id === 21_000_301)],
  ])('%i chooses deals, and switches the quick filters off', async (id, fits) => {
    const expected = [...started.sandbox.store.deals.values()]
      .filter((deal) => !deal.is_deleted && !deal.is_archived && fits(deal))
      .map((deal) => deal.id);
    expect(expected.length).toBeGreaterThan(2);
    const found = await ids(`/api/v2/deals?filter_id=${id}&limit=500`);
    expect(found).toEqual(expected.toSorted((a, b) => a - b));
    const ignored = 'ids=1&owner_id=1&person_id=1&org_id=1&pipeline_id=1&stage_id=1&status=lost';
    expect(await ids(`/api/v2/deals?filter_id=${id}&limit=500&${ignored}`)).toEqual(found);
    const recent = await ids(`/api/v2/deals?filter_id=${id}&limit=500&updated_since=2026-06-01T00:00:00Z`);
    expect(recent.length).toBeLessThan(found.length);
  });
});

describe('conditions of saved filters', () => {
  it.each<[FilterCondition['operator'], string, string | null, (deal: Deal) => boolean]>([
    ['=', 'label_ids', '12', (deal) => deal.label_ids.includes(12)],
    ['!=', 'label_ids', '12', (deal) => !deal.label_ids.includes(12)],
    ['<', 'add_time', '2026-01-01', (deal) => deal.add_time < '2026-01-01'],
    ['>=', 'value', '50000', (deal) => toBig(deal.value).gte(50_000)],
    ['<=', 'probability', '50', (deal) => deal.probability !== null && deal.probability <= 50],
    ['IS NULL', 'person_id', null, (deal) => deal.person_id === null],
    ["LIKE '%$%'", 'title', 'RENEWAL', (deal) => deal.title.includes('renewal')],
  ])('%s on %s', async (operator, field_code, value, fits) => {
    const { store } = started.sandbox;
    const filter = {
      id: 40,
      name: 'One line',
      user_id: 21_000_301,
      add_time: '2026-01-01T00:00:00Z',
      update_time: null,
    };
    store.filters.set(40, { ...filter, visible_to: '7', all: [{ operator, field_code, value }], any: [] });
    const expected = [...store.deals.values()].filter((one) => !one.is_deleted && !one.is_archived && fits(one));
    expect(expected.length).toBeGreaterThan(0);
    expect(new Set(await ids('/api/v2/deals?filter_id=40&limit=500'))).toEqual(new Set(expected.map(({ id }) => id)));
    store.filters.delete(40);
  });
});

describe('the seed', () => {
  it('is the same every time, on a good share of the deals, and ends before November 2026', async () => {
    const other = await start();
    const [a, b] = [started.sandbox, other.sandbox];
    a.reset();
    for (const name of ['deals', 'dealProducts', 'activities', 'notes', 'files', 'mailMessages'] as const) {
      expect([...b.store[name].values()]).toEqual([...a.store[name].values()]);
    }
    for (const name of ['followers', 'fieldChanges', 'participantChanges', 'followerChanges'] as const) {
      expect([...b.store[name].values()]).toEqual([...a.store[name].values()]);
      const deals = new Set([...a.store[name].values()].map(({ deal_id }) => deal_id));
      expect(deals.size).toBeGreaterThan(a.store.deals.size / 3);
    }
    expect([...b.store.discounts.values()]).toEqual([...a.store.discounts.values()]);
    expect([...a.store.fieldChanges.values()].every(({ time }) => time <= '2026-10-31T18:00:00Z')).toBe(true);
    await other.close();
  });
});

describe('deal fields', () => {
  it.each([
    ['label_ids', 11],
    ['channel', 52],
    ['lost_reason', 81],
    ['visible_to', 3],
  ])('%s has options', async (code, option) => {
    const { record } = await started.call('GET', `/api/v2/dealFields/${code}`);
    expect((record.options as Fields[]).map(({ id }) => id)).toContain(option);
  });
});
