import { describe, expect, it } from 'vitest';
import { toActivity, toActivityOfV1 } from '../../../src/adapters/pipedrive/activities.ts';
import { WireError } from '../../../src/adapters/wire.ts';
import type { FeedKind } from '../../../src/domain/feed-item.ts';
import type { Reply, ScriptedRequest } from './scripted-http.ts';
import { adapterOver, call, failureOf, wireDeal } from './support.ts';

/** An activity as GET /activities of API v2 shows one. */
function wireActivity(over: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  return {
    id: 512,
    subject: 'Intro call',
    type: 'call',
    owner_id: 305,
    is_deleted: false,
    add_time: '2026-06-01T08:00:00Z',
    update_time: null,
    deal_id: 42,
    person_id: 88,
    org_id: null,
    due_date: '2026-06-10',
    due_time: '10:00:00',
    duration: '00:45:00',
    done: false,
    marked_as_done_time: null,
    location: { value: 'Sadama 1, Tallinn' },
    note: '<p>agenda</p>',
    ...over,
  };
}

/** A page of a v1 list with offsets. */
function offsets(data: unknown, nextStart: number | null = null): Reply {
  const pagination = {
    start: 0,
    limit: 100,
    more_items_in_collection: nextStart !== null,
    ...(nextStart !== null && { next_start: nextStart }),
  };
  return { status: 200, body: { success: true, data, additional_data: { pagination } } };
}

const start = { position: null, limit: 50 };
const NEWEST = { field: 'CREATED_AT', direction: 'DESC' } as const;

describe('an activity', () => {
  it('starts at its time of day in UTC and ends after its duration', () => {
    expect(toActivity('crm', wireActivity())).toMatchObject({
      ref: { crm: 'crm', type: 'Activity', id: '512' },
      subject: 'Intro call',
      type: 'call',
      isDone: false,
      dueDate: '2026-06-10',
      startsAt: Date.parse('2026-06-10T10:00:00Z'),
      endsAt: Date.parse('2026-06-10T10:45:00Z'),
      location: 'Sadama 1, Tallinn',
      owner: { ref: { type: 'User', id: '305' } },
      deal: { type: 'Deal', id: '42' },
      person: { ref: { type: 'Person', id: '88' } },
      organization: null,
    });
  });

  it.each([
    { of: 'the day', over: { due_time: null }, startsAt: null, endsAt: null },
    { of: 'no duration', over: { duration: null }, startsAt: '2026-06-10T10:00:00Z', endsAt: null },
    { of: 'no date', over: { due_date: null }, startsAt: null, endsAt: null },
  ])('of $of has no more time than that', ({ over, startsAt, endsAt }) => {
    const activity = toActivity('crm', wireActivity(over));
    expect(activity.startsAt).toBe(startsAt && Date.parse(startsAt));
    expect(activity.endsAt).toBe(endsAt);
  });

  it.each([{ due_time: 'noon' }, { due_time: '99:00:00' }, { duration: 'long' }])('is not guessed from %o', (over) => {
    expect(() => toActivity('crm', wireActivity(over))).toThrow(WireError);
  });

  it('of the feed has the names and times of v1', () => {
    const { owner_id: _owner, location: _location, ...rest } = wireActivity();
    const wire = {
      ...rest,
      user_id: 305,
      location: '',
      due_time: '10:00',
      duration: '01:00',
      add_time: '2026-06-01 08:00:00',
      marked_as_done_time: '',
      done: 1,
    };
    expect(toActivityOfV1('crm', wire)).toMatchObject({
      createdAt: Date.parse('2026-06-01T08:00:00Z'),
      startsAt: Date.parse('2026-06-10T10:00:00Z'),
      endsAt: Date.parse('2026-06-10T11:00:00Z'),
      isDone: true,
      doneAt: null,
      location: null,
      owner: { ref: { id: '305' } },
    });
  });
});

describe('the activities of a deal', () => {
  it('are asked for newest first, done or not, with as many more as are left out', async () => {
    const crm = adapterOver({
      'GET /api/v2/activities': {
        data: [wireActivity({ id: 3 }), wireActivity({ id: 2, is_deleted: true }), wireActivity({ id: 1 })],
        next: 'p2',
      },
    });
    const { activities } = crm.dealHistory;
    const page = await activities.read(
      '42',
      { done: false, exclude: ['3', '9'] },
      { position: 'p1', limit: 10 },
      call(),
    );
    expect(page.items.map(({ ref }) => ref.id)).toEqual(['1']);
    expect(page.next).toBe('p2');
    expect(crm.http.requests[0]?.params).toEqual({
      deal_id: '42',
      done: 'false',
      sort_by: 'add_time',
      sort_direction: 'desc',
      limit: '12',
      cursor: 'p1',
    });
  });

  it('are read by id in one request', async () => {
    const crm = adapterOver({
      'GET /api/v2/activities': { data: [wireActivity({ id: 2 }), wireActivity({ id: 1 })] },
      'GET /api/v2/activities/7': { status: 404, body: { success: false } },
    });
    const found = await crm.activities.getMany(['1', '2', '3'], call());
    expect([...found.keys()].toSorted()).toEqual(['1', '2']);
    expect(await crm.activities.getWhole('7', call())).toBeNull();
    expect(crm.http.tokens).toBe(11);
  });
});

it('reads the notes of a deal newest first, without deleted ones', async () => {
  const note = {
    id: 640,
    user_id: 305,
    deal_id: 42,
    person_id: 88,
    org_id: null,
    content: '<p>Q3</p>',
    add_time: '2026-06-02 11:00:00',
    update_time: '2026-06-02 11:00:00',
    active_flag: true,
    pinned_to_deal_flag: true,
  };
  const crm = adapterOver({ 'GET /v1/notes': offsets([note, { ...note, id: 641, active_flag: false }], 50) });
  const page = await crm.dealHistory.notes.read('42', { includeSystem: false }, start, call());
  expect(page).toMatchObject({
    items: [
      {
        ref: { crm: 'crm', type: 'Note', id: '640' },
        content: '<p>Q3</p>',
        isPinned: true,
        isSystem: false,
        createdAt: Date.parse('2026-06-02T11:00:00Z'),
        author: { ref: { id: '305' } },
        person: { ref: { id: '88' } },
        organization: null,
      },
    ],
    next: '50',
  });
  expect(page.items).toHaveLength(1);
  expect(crm.http.requests[0]?.params).toEqual({ deal_id: '42', sort: 'add_time DESC', start: '0', limit: '50' });
});

it('goes on after a page that does not tell where the next one starts', async () => {
  const pagination = { start: 100, limit: 2, more_items_in_collection: true };
  const note = { id: 640, content: 'x', add_time: '2026-06-02 11:00:00' };
  const body = { success: true, data: [note, { ...note, id: 641 }], additional_data: { pagination } };
  const crm = adapterOver({ 'GET /v1/notes': { status: 200, body } });
  const page = await crm.dealHistory.notes.read('42', { includeSystem: false }, { position: '100', limit: 2 }, call());
  expect(page.next).toBe('102');
});

describe('the files of a deal', () => {
  const file = {
    id: 77,
    user_id: 305,
    file_name: 'quote_9f.pdf',
    file_type: 'pdf',
    file_size: 95116,
    active_flag: true,
    name: 'quote.pdf',
    description: '',
    url: 'https://app.pipedrive.com/api/v1/files/77/download',
    add_time: '2026-06-02 11:05:00',
    update_time: '2026-06-03 11:05:00',
  };
  const script = { 'GET /v1/deals/42/files': offsets([file, { ...file, id: 78, active_flag: false }]) };

  it('come in the order asked for, a hundred at a time, without deleted ones', async () => {
    const crm = adapterOver(script);
    const order = { field: 'UPDATED_AT', direction: 'ASC' } as const;
    const page = await crm.dealHistory.files.read(
      '42',
      { order, includeDeleted: false },
      { position: '100', limit: 500 },
      call(),
    );
    expect(page.items).toMatchObject([
      {
        ref: { type: 'File', id: '77' },
        name: 'quote.pdf',
        type: 'pdf',
        sizeBytes: 95116,
        description: null,
        isDeleted: false,
        updatedAt: Date.parse('2026-06-03T11:05:00Z'),
      },
    ]);
    expect(page.items).toHaveLength(1);
    expect(crm.http.requests[0]?.params).toEqual({ sort: 'update_time ASC', start: '100', limit: '100' });
  });

  it('show deleted ones where they are asked for', async () => {
    const crm = adapterOver(script);
    const page = await crm.dealHistory.files.read('42', { order: NEWEST, includeDeleted: true }, start, call());
    expect(page.items.map(({ ref, isDeleted }) => [ref.id, isDeleted])).toEqual([
      ['77', false],
      ['78', true],
    ]);
    expect(crm.http.requests[0]?.params).toMatchObject({ sort: 'id DESC', include_deleted_files: '1' });
  });
});

describe('the e-mails of a deal', () => {
  const message = {
    id: 5,
    from: [{ id: 1, email_address: 'ida@ex.org', name: '', linked_person_id: 88, linked_person_name: 'Ida Kask' }],
    to: [{ id: 2, email_address: 'tom@ex.org', name: 'Tom', linked_person_id: null, linked_person_name: null }],
    cc: [],
    bcc: null,
    subject: 'Your offer',
    snippet: 'see below',
    user_id: 305,
    read_flag: 1,
    sent_flag: 0,
    deleted_flag: 0,
    has_attachments_flag: 1,
    message_time: '2026-06-04T06:02:06.000Z',
  };
  const wrapped = (data: object) => ({ object: 'mailMessage', timestamp: '2026-06-04 06:02:06', data });

  it('have parties, and a body only where it is asked for', async () => {
    const crm = adapterOver({
      'GET /v1/deals/42/mailMessages': ({ params }: ScriptedRequest) =>
        offsets([
          wrapped({ ...message, ...(params.include_body === '1' && { body: '<p>see below</p>' }) }),
          wrapped({ ...message, id: 6, deleted_flag: 1 }),
        ]),
    });
    const { mailMessages } = crm.dealHistory;
    const plain = await mailMessages.read('42', { includeBody: false }, start, call());
    expect(plain.items).toMatchObject([
      {
        ref: { type: 'MailMessage', id: '5' },
        subject: 'Your offer',
        body: null,
        isSent: false,
        isRead: true,
        hasAttachments: true,
        sentAt: Date.parse('2026-06-04T06:02:06Z'),
        from: [{ email: 'ida@ex.org', name: 'Ida Kask', person: { ref: { id: '88' }, known: { name: 'Ida Kask' } } }],
        to: [{ email: 'tom@ex.org', name: 'Tom', person: null }],
        cc: [],
        bcc: [],
      },
    ]);
    expect(plain.items).toHaveLength(1);
    const whole = await mailMessages.read('42', { includeBody: true }, start, call());
    expect(whole.items[0]?.body).toBe('<p>see below</p>');
  });
});

const change = (field: string, from: string | null, to: string | null, time: string) => ({
  field_key: field,
  old_value: from,
  new_value: to,
  actor_user_id: 301,
  time,
  change_source: 'app',
  is_bulk_update_flag: false,
});

describe('the changelog', () => {
  it('tells what happened to the fields of a deal', async () => {
    const crm = adapterOver({
      'GET /v1/deals/42/changelog': { data: [change('value', '0', '5200', '2026-03-02 10:11:12')], next: 'c2' },
    });
    const page = await crm.dealHistory.changes?.read('42', {}, { position: 'c1', limit: 51 }, call());
    expect(page).toEqual({
      items: [
        {
          entity: 'DEAL',
          field: 'value',
          oldValue: '0',
          newValue: '5200',
          changedAt: Date.parse('2026-03-02T10:11:12Z'),
          user: { ref: { crm: 'crm', type: 'User', id: '301' }, known: {} },
          source: 'app',
          isBulk: false,
        },
      ],
      next: 'c2',
    });
    expect(crm.http.requests[0]?.params).toEqual({ limit: '51', cursor: 'c1' });
  });

  it('gives the stages of deals, oldest first and from all pages, and a failure to its own deal', async () => {
    const crm = adapterOver({
      'GET /v1/deals/42/changelog': ({ params }: ScriptedRequest) =>
        params.cursor === 'c2'
          ? { data: [change('stage_id', '6', '7', '2026-03-01 10:00:00')] }
          : {
              data: [
                change('stage_id', '8', '9', '2026-03-02 10:00:00'),
                change('value', '0', '1', '2026-03-02 10:00:00'),
                change('stage_id', '7', '8', '2026-03-02 10:00:00'),
              ],
              next: 'c2',
            },
      'GET /v1/deals/43/changelog': { status: 403, body: { success: false } },
      'GET /v1/deals/44/changelog': { status: 404, body: { success: false } },
    });
    const found = await crm.dealHistory.stageMoves?.ofDeals(['42', '43', '44'], call());
    expect(found?.get('42')).toEqual([
      { from: '6', to: '7', at: Date.parse('2026-03-01T10:00:00Z') },
      { from: '7', to: '8', at: Date.parse('2026-03-02T10:00:00Z') },
      { from: '8', to: '9', at: Date.parse('2026-03-02T10:00:00Z') },
    ]);
    expect(found?.get('43')).toMatchObject({ code: 'FORBIDDEN' });
    expect(found?.get('44')).toEqual([]);
  });
});

describe('the feed of a deal', () => {
  const item = (object: string, data: object, timestamp = '2026-03-02 10:11:12') => ({ object, timestamp, data });
  const dealChange = {
    id: 9001,
    item_id: 42,
    user_id: 301,
    field_key: 'value',
    old_value: 50,
    new_value: 100,
    is_bulk_update_flag: null,
    log_time: '2026-03-02 10:11:12',
  };

  it('shows what it knows as what it is, and the rest as the CRM has it, without secrets', async () => {
    const crm = adapterOver({
      'GET /v1/deals/42/flow': offsets([
        item('dealChange', dealChange),
        item('personChange', { ...dealChange, field_key: 'name' }),
        item('note', { id: 640, content: 'x', add_time: '2026-03-02 10:11:12' }, '2026-03-02T10:11:12.000Z'),
        item('dealFollower', { id: 4, action: 'added', api_token: 'secret' }),
        item('hologram', { id: 1 }),
      ]),
    });
    const query = { kinds: null, includeCustomFieldChanges: true };
    const { items } = await crm.dealHistory.feed.read('42', query, start, call());
    expect(items).toMatchObject([
      { kind: 'CHANGE', subject: { entity: 'DEAL', oldValue: '50', newValue: '100', isBulk: null }, data: null },
      { kind: 'CHANGE', subject: { entity: 'PERSON', field: 'name' } },
      { kind: 'NOTE', at: Date.parse('2026-03-02T10:11:12Z'), subject: { ref: { type: 'Note', id: '640' } } },
      { kind: 'FOLLOWER', subject: null, data: { id: 4, action: 'added' } },
      { kind: 'OTHER', subject: null, data: { id: 1 } },
    ]);
    expect(JSON.stringify(items)).not.toContain('secret');
    expect(crm.http.requests[0]?.params).toEqual({ all_changes: '1', start: '0', limit: '50' });
  });

  it.each<{ kinds: FeedKind[]; items: string | undefined }>([
    { kinds: ['NOTE', 'FILE'], items: 'note,file' },
    { kinds: ['CHANGE'], items: 'change,dealChange,personChange,organizationChange' },
    { kinds: ['NOTE', 'OTHER'], items: undefined },
  ])('of $kinds asks for them by name where they have one', async ({ kinds, items }) => {
    const note = { id: 640, content: 'x', add_time: '2026-03-02 10:11:12' };
    const crm = adapterOver({ 'GET /v1/deals/42/flow': offsets([item('note', note), item('call', { id: 1 })]) });
    const query = { kinds: new Set(kinds), includeCustomFieldChanges: false };
    const page = await crm.dealHistory.feed.read('42', query, start, call());
    expect(page.items.map(({ kind }) => kind)).toEqual(kinds.includes('NOTE') ? ['NOTE'] : []);
    expect(crm.http.requests[0]?.params).toEqual({ ...(items && { items }), start: '0', limit: '50' });
  });

  it('asks once more when the answer has no body, and not a third time', async () => {
    let answers: Reply[] = [{ status: 200, body: null }, offsets([])];
    const crm = adapterOver({ 'GET /v1/deals/42/flow': () => answers.shift() as Reply });
    const query = { kinds: null, includeCustomFieldChanges: false };
    expect((await crm.dealHistory.feed.read('42', query, start, call())).items).toEqual([]);
    answers = [
      { status: 200, body: null },
      { status: 200, body: null },
    ];
    const failure = await failureOf(crm.dealHistory.feed.read('42', query, start, call()));
    expect(failure.code).toBe('UPSTREAM_INVALID_RESPONSE');
    expect(answers).toEqual([]);
  });
});

describe('details of deals', () => {
  const columns = { notes_count: 3, next_activity_id: 512, last_incoming_mail_time: '2026-06-04T06:02:06Z' };

  it('are columns of one list for all of them, and of what finds an archived one', async () => {
    const crm = adapterOver({
      'GET /api/v2/deals': { data: [wireDeal({ ...columns })] },
      'GET /api/v2/deals/43': { data: wireDeal({ id: 43, is_archived: true, notes_count: 0, next_activity_id: null }) },
    });
    const wanted = new Set(['noteCount', 'nextActivity', 'averageStageProgress'] as const);
    const found = await crm.dealHistory.details.ofDeals(['42', '43'], wanted, call());
    expect(Object.fromEntries(found)).toEqual({
      42: { noteCount: 3, nextActivity: { ref: { crm: 'crm', type: 'Activity', id: '512' }, known: {} } },
      43: { noteCount: 0, nextActivity: null },
    });
    expect(crm.http.requests.map(({ params }) => params.include_fields)).toEqual([
      'notes_count,next_activity_id',
      'notes_count,next_activity_id',
    ]);
  });

  it('of one deal are columns of its own endpoint, for one token', async () => {
    const crm = adapterOver({ 'GET /api/v2/deals/42': { data: wireDeal({ ...columns }) } });
    const found = await crm.dealHistory.details.ofDeals(['42'], new Set(['lastIncomingMailAt']), call());
    expect(found.get('42')).toEqual({ lastIncomingMailAt: Date.parse('2026-06-04T06:02:06Z') });
    expect(crm.http.requests[0]?.params).toEqual({ include_fields: 'last_incoming_mail_time' });
    expect(crm.http.tokens).toBe(1);
  });
});
