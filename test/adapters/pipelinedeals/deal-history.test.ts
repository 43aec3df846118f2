import { describe, expect, it } from 'vitest';
import type { DealDetail } from '../../../src/domain/deal-details.ts';
import type { FeedKind } from '../../../src/domain/feed-item.ts';
import { aCall } from '../../support/call.ts';
import { listOf } from './scripted-http.ts';
import { adapterOver, wireDeal } from './support.ts';

const USER = { id: 70, first_name: 'Jo', last_name: 'Kim' };

function wireNote(id: number, over: Readonly<Record<string, unknown>> = {}) {
  return {
    id,
    title: null,
    content: `Note ${id}`,
    deal_id: 7,
    person_id: null,
    company_id: 88,
    company: { id: 88, name: 'Acme' },
    user_id: 70,
    user: USER,
    created_by_user_id: 70,
    created_by_user: USER,
    note_category_id: null,
    note_category: null,
    is_sent_message: null,
    comments: { entries: [] },
    created_at: `2026/08/05 09:00:${String(id).padStart(2, '0')} -0400`,
    updated_at: '2026/08/05 10:00:00 -0400',
    ...over,
  };
}

const category = (name: string) => ({ note_category: { id: 1, name } });

function wireEntry(id: number, over: Readonly<Record<string, unknown>> = {}) {
  return {
    id,
    type: 'CalendarTask',
    name: `Task ${id}`,
    description: null,
    owner_id: 70,
    owner: USER,
    category: { id: 2, name: 'To-do' },
    due_date: '2026/08/20',
    start_time: '2026/08/20',
    end_time: null,
    complete: false,
    completed_at: null,
    association_type: 'Deal',
    association_id: 7,
    company_id: 88,
    associated_company: { id: 88, name: 'Acme' },
    active: true,
    created_at: `2026/08/04 09:00:${String(id).padStart(2, '0')} -0400`,
    updated_at: '2026/08/05 10:00:00 -0400',
    ...over,
  };
}

function wireDocument(id: number, over: Readonly<Record<string, unknown>> = {}) {
  return {
    id,
    title: `Offer ${id}.pdf`,
    document_type: 'pdfs',
    deal_id: 7,
    owner_id: 70,
    owner: USER,
    public_link: `https://files.example/${id}?signed`,
    size_in_k: 12.95,
    created_at: `2026/08/03 09:00:${String(id).padStart(2, '0')} -0400`,
    updated_at: '2026/08/05 10:00:00 -0400',
    ...over,
  };
}

const SCRIPT = {
  'GET /notes.json': listOf(
    wireNote(1),
    wireNote(2, category('CalendarTask')),
    wireNote(3, { ...category('Email'), title: 'Your offer', is_sent_message: true }),
    wireNote(4, { ...category('Email'), is_sent_message: false }),
    wireNote(5, category('Meeting')),
    wireNote(6, { deal_id: 8 }),
  ),
  'GET /calendar_entries.json': listOf(
    wireEntry(1),
    wireEntry(2, { complete: true, completed_at: '2026/08/06 09:00:00 -0400' }),
    wireEntry(3, { active: false }),
    wireEntry(4, { association_type: 'Person' }),
    wireEntry(5, { complete: true, completed_at: '2026/08/05 09:00:00 -0400' }),
  ),
  'GET /documents.json': listOf(
    wireDocument(2, { updated_at: '2026/08/01 10:00:00 -0400' }),
    wireDocument(1),
    wireDocument(9, { deal_id: 8 }),
  ),
};

const start = { position: null, limit: 50 };
const idsOf = ({ items }: { readonly items: readonly { readonly ref: { readonly id: string } }[] }) =>
  items.map(({ ref }) => ref.id);

describe('activities', () => {
  it('are the calendar entries of the deal that are still there, newest first', async () => {
    const { adapter, http } = adapterOver(SCRIPT);
    const { activities } = adapter.dealHistory;
    expect(idsOf(await activities.read('7', { exclude: [] }, start, aCall()))).toEqual(['5', '2', '1']);
    expect(idsOf(await activities.read('7', { exclude: ['5'], done: true }, start, aCall()))).toEqual(['2']);
    expect(idsOf(await activities.read('7', { exclude: [], done: false }, start, aCall()))).toEqual(['1']);
    expect(http.requests.map(({ params }) => params)).toEqual(
      Array(3).fill({ deal_id: '7', page: '1', per_page: '200' }),
    );
  });

  it('go on where a page ended', async () => {
    const { adapter } = adapterOver(SCRIPT);
    const { activities } = adapter.dealHistory;
    const first = await activities.read('7', { exclude: [] }, { position: null, limit: 2 }, aCall());
    expect([idsOf(first), first.next]).toEqual([['5', '2'], '2']);
    const second = await activities.read('7', { exclude: [] }, { position: first.next, limit: 2 }, aCall());
    expect([idsOf(second), second.next]).toEqual([['1'], null]);
  });

  it('have a day as tasks, and times as events', async () => {
    const event = wireEntry(2, {
      type: 'CalendarEvent',
      due_date: null,
      start_time: '2026/08/20 23:00:00 -0400',
      end_time: '2026/08/21 00:00:00 -0400',
      association_type: 'Person',
      association_id: 501,
    });
    const { adapter } = adapterOver({
      'GET /calendar_entries/1.json': { body: wireEntry(1) },
      'GET /calendar_entries/2.json': { body: event },
      'GET /calendar_entries/3.json': { body: wireEntry(3, { active: false }) },
      'GET /calendar_entries/4.json': { status: 404 },
      'GET /calendar_entries/5.json': { status: 403 },
    });
    const found = await adapter.activities.getMany(['1', '2', '3', '4', '5'], aCall());
    expect(found.get('1')).toMatchObject({
      ref: { type: 'Activity', id: '1' },
      type: 'To-do',
      dueDate: '2026-08-20',
      startsAt: null,
      endsAt: null,
      owner: { ref: { id: '70' }, known: { name: 'Jo Kim' } },
      deal: { type: 'Deal', id: '7' },
      person: null,
      organization: { ref: { id: '88' }, known: { name: 'Acme' } },
    });
    expect(found.get('2')).toMatchObject({
      dueDate: '2026-08-20',
      startsAt: Date.parse('2026-08-21T03:00:00Z'),
      endsAt: Date.parse('2026-08-21T04:00:00Z'),
      deal: null,
      person: { ref: { type: 'Person', id: '501' } },
    });
    expect([found.has('3'), found.has('4')]).toEqual([false, false]);
    expect(found.get('5')).toMatchObject({ code: 'FORBIDDEN' });
  });
});

describe('notes', () => {
  it('are those of the deal that people wrote, newest first, all of them on request', async () => {
    const { adapter } = adapterOver(SCRIPT);
    const { notes } = adapter.dealHistory;
    expect(idsOf(await notes.read('7', { includeSystem: false }, start, aCall()))).toEqual(['5', '1']);
    const all = await notes.read('7', { includeSystem: true }, start, aCall());
    expect(all.items.map(({ ref, isSystem, category: name }) => [ref.id, isSystem, name])).toEqual([
      ['5', false, 'Meeting'],
      ['4', true, 'Email'],
      ['3', true, 'Email'],
      ['2', true, 'CalendarTask'],
      ['1', false, null],
    ]);
  });

  it('carry their comments, oldest first, in either envelope', async () => {
    const comment = (id: number, at: string) => ({
      id,
      comment: `Comment ${id}`,
      user_id: 70,
      user: USER,
      created_at: at,
    });
    const entries = [comment(2, '2026/08/05 09:06:05 -0400'), comment(1, '2026/08/05 09:05:05 -0400')];
    const { adapter } = adapterOver({
      'GET /notes.json': listOf(wireNote(1, { comments: { entries } }), wireNote(2, { comments: entries })),
    });
    const { items } = await adapter.dealHistory.notes.read('7', { includeSystem: false }, start, aCall());
    for (const { comments } of items) {
      expect(comments?.map(({ content, author }) => [content, author?.known.name])).toEqual([
        ['Comment 1', 'Jo Kim'],
        ['Comment 2', 'Jo Kim'],
      ]);
    }
  });
});

it('takes notes of category Email for e-mails', async () => {
  const { adapter } = adapterOver(SCRIPT);
  const { items } = await adapter.dealHistory.mailMessages.read('7', { includeBody: true }, start, aCall());
  expect(items).toMatchObject([
    { ref: { type: 'MailMessage', id: '4' }, subject: null, isSent: false, from: null },
    { ref: { type: 'MailMessage', id: '3' }, subject: 'Your offer', body: 'Note 3', isSent: true },
  ]);
});

it('orders documents as asked, and tells their size in bytes and the link of this moment', async () => {
  const { adapter } = adapterOver(SCRIPT);
  const read = async (field: 'CREATED_AT' | 'UPDATED_AT', direction: 'ASC' | 'DESC') => {
    const query = { order: { field, direction }, includeDeleted: false };
    return adapter.dealHistory.files.read('7', query, start, aCall());
  };
  expect(idsOf(await read('CREATED_AT', 'DESC'))).toEqual(['2', '1']);
  expect(idsOf(await read('CREATED_AT', 'ASC'))).toEqual(['1', '2']);
  expect(idsOf(await read('UPDATED_AT', 'DESC'))).toEqual(['1', '2']);
  const [file] = (await read('UPDATED_AT', 'ASC')).items;
  expect(file).toMatchObject({ name: 'Offer 2.pdf', sizeBytes: 13_261, downloadUrl: 'https://files.example/2?signed' });
});

describe('the feed', () => {
  it('is what the lists of a deal hold, newest first', async () => {
    const { adapter, http } = adapterOver(SCRIPT);
    const query = { kinds: null, includeCustomFieldChanges: false };
    const { items } = await adapter.dealHistory.feed.read('7', query, start, aCall());
    const shown = items.map(({ kind, subject }) => `${kind} ${subject && 'ref' in subject ? subject.ref.id : ''}`);
    expect(shown).toEqual([
      'NOTE 5',
      'MAIL_MESSAGE 4',
      'MAIL_MESSAGE 3',
      'NOTE 2',
      'NOTE 1',
      'ACTIVITY 5',
      'ACTIVITY 2',
      'ACTIVITY 1',
      'FILE 2',
      'FILE 1',
    ]);
    expect(http.requests).toHaveLength(3);
  });

  it.each<{ kinds: FeedKind[]; lines: string[]; count: number }>([
    { kinds: ['ACTIVITY'], lines: ['GET /calendar_entries.json'], count: 3 },
    { kinds: ['MAIL_MESSAGE'], lines: ['GET /notes.json'], count: 2 },
    { kinds: ['NOTE', 'MAIL_MESSAGE', 'FILE'], lines: ['GET /notes.json', 'GET /documents.json'], count: 7 },
  ])('of $kinds reads $lines', async ({ kinds, lines, count }) => {
    const { adapter, http } = adapterOver(SCRIPT);
    const query = { kinds: new Set(kinds), includeCustomFieldChanges: false };
    const { items } = await adapter.dealHistory.feed.read('7', query, start, aCall());
    expect(items).toHaveLength(count);
    expect(http.lines).toEqual(lines);
  });
});

it('reads a list once for all that ask for it at a time in one operation, and again for the next', async () => {
  const { adapter, http } = adapterOver(SCRIPT);
  const { notes, mailMessages } = adapter.dealHistory;
  const call = aCall();
  const read = (by = call) =>
    Promise.all([
      notes.read('7', { includeSystem: false }, start, by),
      mailMessages.read('7', { includeBody: false }, start, by),
    ]);
  await Promise.all([read(), read(aCall())]);
  expect(http.lines).toEqual(['GET /notes.json', 'GET /notes.json']);
  expect(call.noted.coalesced).toBe(1);
  await read();
  expect(http.lines).toHaveLength(3);
});

describe('details', () => {
  it('that a deal carries are known from the deal', async () => {
    const { adapter } = adapterOver({
      'GET /deals/7.json': {
        body: wireDeal({
          next_entry_id: 31,
          next_entry_name: 'Call back',
          next_entry_due: '2026/08/20',
          next_entry_all_day: true,
          primary_contact_id: 501,
          person_ids: [501, 502, 503],
          shared_user_ids: [71],
          product_lines: [{ id: 1, name: 'Service' }],
        }),
      },
      'GET /deals/8.json': { body: wireDeal({ id: 8, next_task_id: 32, next_task_name: 'Visit', person_ids: [502] }) },
      'GET /deals/9.json': { body: wireDeal({ id: 9, next_entry_id: null }) },
      'GET /deals/10.json': {
        body: wireDeal({
          id: 10,
          next_entry_id: 33,
          next_entry_due: '2026/08/20 23:00:00 -0400',
          next_entry_all_day: false,
        }),
      },
    });
    expect((await adapter.deals.getWhole('7', aCall()))?.details).toMatchObject({
      nextActivity: {
        ref: { type: 'Activity', id: '31' },
        known: {
          subject: 'Call back',
          dueDate: '2026-08-20',
          startsAt: null,
          isDone: false,
          deal: { id: '7' },
        },
      },
      participantCount: 2,
      followerCount: 1,
      productCount: 1,
    });
    expect((await adapter.deals.getWhole('8', aCall()))?.details).toMatchObject({
      nextActivity: { ref: { id: '32' }, known: { subject: 'Visit' } },
      participantCount: 1,
    });
    expect((await adapter.deals.getWhole('9', aCall()))?.details).toMatchObject({ nextActivity: null });
    expect((await adapter.deals.getWhole('10', aCall()))?.details).toMatchObject({
      nextActivity: { known: { dueDate: '2026-08-20', startsAt: Date.parse('2026-08-21T03:00:00Z') } },
    });
  });

  it.each<{ wanted: DealDetail[]; lines: string[]; details: object }>([
    {
      wanted: ['noteCount', 'mailMessageCount', 'lastIncomingMailAt'],
      lines: ['GET /notes.json'],
      details: {
        noteCount: 2,
        mailMessageCount: 2,
        lastIncomingMailAt: Date.parse('2026-08-05T13:00:04Z'),
        lastOutgoingMailAt: Date.parse('2026-08-05T13:00:03Z'),
      },
    },
    {
      wanted: ['doneActivityCount', 'lastActivity'],
      lines: ['GET /calendar_entries.json'],
      details: {
        activityCount: 3,
        doneActivityCount: 2,
        undoneActivityCount: 1,
        lastActivity: { ref: { id: '2' }, known: { subject: 'Task 2' } },
      },
    },
    { wanted: ['fileCount'], lines: ['GET /documents.json'], details: { fileCount: 2 } },
    { wanted: ['productCount'], lines: ['GET /deals/7.json'], details: { productCount: 0, followerCount: 0 } },
  ])('$wanted cost $lines', async ({ wanted, lines, details }) => {
    const { adapter, http } = adapterOver({ ...SCRIPT, 'GET /deals/7.json': { body: wireDeal() } });
    const found = await adapter.dealHistory.details.ofDeals(['7'], new Set(wanted), aCall());
    expect(found.get('7')).toMatchObject(details);
    expect(http.lines).toEqual(lines);
  });

  it('fail for their own deal', async () => {
    const { adapter } = adapterOver({
      'GET /documents.json': (request) =>
        request.params.deal_id === '8' ? { status: 403 } : SCRIPT['GET /documents.json'](request),
    });
    const found = await adapter.dealHistory.details.ofDeals(['7', '8'], new Set(['fileCount']), aCall());
    expect(found.get('7')).toEqual({ fileCount: 2 });
    expect(found.get('8')).toMatchObject({ code: 'FORBIDDEN' });
  });
});
