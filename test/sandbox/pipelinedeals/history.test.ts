import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { idsOf, type Json, type Running, start } from './support.ts';

let crm: Running;
let now = Date.UTC(2026, 6, 15, 14, 0, 30);
beforeAll(async () => {
  crm = await start({ now: () => now });
});
afterEach(() => crm.sandbox.reset());
afterAll(() => crm.close());

const users = () => [...crm.sandbox.store.users.values()];
/** The deal with everything, and one with nothing. */
const busy = () => [...crm.sandbox.store.deals.keys()][0] as number;
const quiet = () => [...crm.sandbox.store.deals.keys()][1] as number;

describe('comments', () => {
  const commented = () => [...crm.sandbox.store.comments.values()][0]?.note_id as number;
  const list = async (note = commented()) => (await crm.page(`notes/${note}/comments.json`)).entries;
  const write = (text: unknown, note = commented()) =>
    crm.send('POST', `notes/${note}/comments.json`, { comment: { comment: text } });

  it('are listed newest first, with the documented keys', async () => {
    const entries = await list();
    expect(entries.map((it) => it.comment)).toEqual(['Yes: approved for the autumn.', 'Did they mention the budget?']);
    expect(Object.keys(entries[0] ?? {}).sort()).toEqual([
      'comment',
      'created_at',
      'edited_by_user_id',
      'id',
      'note_id',
      'updated_at',
      'user',
      'user_id',
    ]);
    expect(entries[0]?.user).toEqual({
      id: users()[1]?.id,
      first_name: users()[1]?.first_name,
      last_name: users()[1]?.last_name,
      avatar_thumb_url: null,
    });
  });

  it('are inside their note as well, of old with a pagination', async () => {
    const entries = await list();
    expect((await crm.get(`notes/${commented()}`)).body.comments).toEqual({ entries });
    crm.sandbox.switches.dialect = 'seed';
    expect((await crm.get(`notes/${commented()}`)).body.comments).toMatchObject({
      entries: [{ id: entries[0]?.id }, { id: entries[1]?.id }],
      pagination: { page: 1, page_var: 'page', per_page: 30, pages: 1, total: 2 },
    });
  });

  it('are written, changed and deleted', async () => {
    const made = await write('One more');
    expect([made.status, made.body]).toMatchObject([
      200,
      { comment: 'One more', note_id: commented(), user_id: users()[0]?.id, edited_by_user_id: null },
    ]);
    expect((await crm.get(`notes/${commented()}`)).body.updated_at).toBe('2026/07/15 10:00:30 -0400');
    const path = `notes/${commented()}/comments/${made.body.id}.json`;
    expect((await crm.send('PUT', path, { comment: { comment: 'Changed' } })).body).toMatchObject({
      comment: 'Changed',
      edited_by_user_id: null,
    });
    expect((await crm.get(path)).body.comment).toBe('Changed');
    expect((await crm.send('DELETE', path)).status).toBe(204);
    expect((await crm.get(path)).status).toBe(404);
    expect(await list()).toHaveLength(2);
  });

  it('say who changed the words of another', async () => {
    const [theirs] = await list();
    const { body } = await crm.send('PUT', `notes/${commented()}/comments/${theirs?.id}`, {
      comment: { comment: 'Corrected' },
    });
    expect(body).toMatchObject({ user_id: users()[1]?.id, edited_by_user_id: users()[0]?.id });
  });

  it('say something', async () => {
    const { status, body } = await write('  ');
    expect([status, body]).toEqual([422, [{ field: 'comment', humanized_field: 'Comment', msg: "can't be blank" }]]);
  });

  it('belong to one note that is there', async () => {
    const [comment] = await list();
    const other = idsOf(await crm.page('notes')).find((id) => id !== commented()) as number;
    expect((await crm.get(`notes/${other}/comments/${comment?.id}`)).status).toBe(404);
    expect((await write('x', 1)).status).toBe(404);
    await crm.send('DELETE', `notes/${commented()}`);
    expect((await crm.get(`notes/${commented()}/comments`)).status).toBe(404);
  });
});

describe('notes', () => {
  it('of the category Email say which way they went', async () => {
    const { entries } = await crm.page(`deals/${busy()}/notes.json`);
    const mails = entries.filter((note) => (note.note_category as Json | null)?.name === 'Email');
    expect(mails.map((note) => note.is_sent_message)).toEqual([true, false]);
    expect(mails[1]?.title).toBe(`Re: ${mails[0]?.title}`);
    const person = crm.sandbox.store.deals.get(busy())?.primary_contact_id;
    expect(mails[0]).toMatchObject({ person_id: person, primary_association_type: 'Deal' });
    for (const note of entries) if (!mails.includes(note)) expect(note.is_sent_message).toBeNull();
  });

  it('of the CRM itself are in categories that belong to nobody', async () => {
    const { body } = await crm.get('account.json');
    const system = (body.note_categories_with_system_categories as Json[]).filter((it) => it.account_id === null);
    const used = new Set([...crm.sandbox.store.notes.values()].map((note) => note.note_category_id));
    expect(system.filter((it) => used.has(it.id as number)).map((it) => it.name)).toEqual([
      'Deal',
      'CalendarTask',
      'Email',
    ]);
  });

  it('are brought to the notice of those who may be', async () => {
    const [writer, colleague] = users();
    const note = (ids: unknown) =>
      crm.send('POST', 'notes', { note: { content: 'Look', deal_id: quiet(), notify_user_ids: ids } });
    const made = await crm.send('POST', 'notes', { note: { content: 'Look', deal_id: quiet() } });
    expect(made.body.notify_user_ids).toEqual([writer?.id]);
    expect((await note([writer?.id, colleague?.id])).body.notify_user_ids).toEqual([writer?.id, colleague?.id]);
    const refused = await note([users().find((user) => user.deleted_at !== null)?.id]);
    expect([refused.status, refused.body]).toMatchObject([422, [{ field: 'notify_user_ids' }]]);
  });
});

describe('documents', () => {
  it('have a link that opens them, another one each time', async () => {
    const [id] = idsOf(await crm.page('documents', `deal_id=${busy()}`));
    const link = async () => String((await crm.get(`documents/${id}`)).body.public_link);
    const first = await link();
    expect(crm.sandbox.canaries).toContain(new URL(first).searchParams.get('X-Amz-Signature'));
    now += 1_000;
    expect(await link()).not.toBe(first);
  });

  it('are of several kinds, with tags, and hang on a meeting', async () => {
    const { entries } = await crm.page('documents', `deal_id=${busy()}`);
    expect(entries.map((it) => it.document_type).sort()).toEqual(['others', 'others', 'pdfs']);
    expect(entries.flatMap((it) => it.document_tags)).toMatchObject([{ name: 'Contract' }]);
    const onMeeting = entries.find((it) => it.calendar_entry_id !== null);
    expect(onMeeting?.calendar_entry).toEqual({ id: onMeeting?.calendar_entry_id, name: 'Presentation on site' });
    expect(idsOf(await crm.page('documents', `calendar_entry_id=${onMeeting?.calendar_entry_id}`))).toEqual([
      onMeeting?.id,
    ]);
  });
});

describe('the account', () => {
  it('has activity of every kind on many deals, and deals with none', () => {
    const { deals, notes, calendarEntries, documents } = crm.sandbox.store;
    const withActivity = new Set<number | null>([
      ...[...notes.values()].map((it) => it.deal_id),
      ...[...documents.values()].map((it) => it.deal_id),
      ...[...calendarEntries.values()].filter((it) => it.association_type === 'Deal').map((it) => it.association_id),
    ]);
    const silent = [...deals.keys()].filter((id) => !withActivity.has(id));
    expect(silent.length).toBeGreaterThan(40);
    expect(deals.size - silent.length).toBeGreaterThan(120);
    for (const type of ['CalendarTask', 'CalendarEvent']) {
      for (const complete of [true, false]) {
        const some = [...calendarEntries.values()].filter((it) => it.type === type && it.complete === complete);
        expect(some.length).toBeGreaterThan(10);
      }
    }
  });

  it('repeats an event from the entry that carries the rule', async () => {
    const { entries } = await crm.page('calendar_entries', 'conditions[base_entries]=true');
    const [first] = entries;
    expect(first).toMatchObject({ rrule: 'FREQ=WEEKLY;COUNT=3', base_entry_id: null, part_of_recurring_series: true });
    const rest = (await crm.page('calendar_entries', `conditions[recurrences_of]=${first?.id}`)).entries;
    expect(rest).toHaveLength(2);
    for (const entry of rest) expect(entry).toMatchObject({ base_entry_id: first?.id, part_of_recurring_series: true });
  });

  it('has activity of people that is on no deal', async () => {
    const note = [...crm.sandbox.store.notes.values()].find((it) => it.primary_association_type === 'Person');
    for (const path of ['notes', 'calendar_entries', 'documents']) {
      expect((await crm.page(path, `person_id=${note?.person_id}`)).entries.length).toBeGreaterThan(0);
    }
    expect(note?.deal_id).toBeNull();
  });
});
