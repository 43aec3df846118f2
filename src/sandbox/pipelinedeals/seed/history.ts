import { Random } from '../../kit/random.ts';
import { blankEntry, statusOf } from '../calendar-entries.ts';
import { blankDocument } from '../documents.ts';
import { associate, blankNote } from '../notes.ts';
import type { CalendarEntryRecord, DealRecord, NoteRecord, PersonRecord, Store } from '../records.ts';
import { dayOf, type Instant } from '../zone.ts';
import { after, seedEntry } from './activity.ts';
import { SEEDED_UNTIL } from './span.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** The deals of this place in every five have no activity of any kind. */
const SILENT = 1;

/**
 * What gathers on deals besides the plain notes and tasks: e-mails, notes of the CRM itself, comments, entries done,
 * late, repeated and withdrawn, and files of several kinds. Drawn from a stream of its own.
 */
export function seedHistory(store: Store, deals: readonly DealRecord[]): void {
  const random = new Random(91_117);
  const firstNotes = firstOf(store.notes.values(), (note) => note.deal_id);
  const meetings = firstOf(store.calendarEntries.values(), (entry) =>
    entry.type === 'CalendarEvent' ? entry.association_id : null,
  );
  for (const [index, deal] of deals.entries()) {
    if (index % 5 === SILENT) continue;
    if (index % 5 === 0 || index % 5 === 2) seedEmails(store, deal, index, random);
    if (index % 4 === 3) seedSystemNote(store, deal, random);
    if (index % 5 === 4) seedPastEntries(store, deal, random);
    if (index % 10 === 5) seedSeries(store, deal, random);
    if (index % 10 === 0) seedMeetingFiles(store, deal, meetings.get(deal.id) ?? null, random);
    const note = index % 5 === 0 ? firstNotes.get(deal.id) : undefined;
    if (note) seedComments(store, note);
  }
  for (const [index, person] of [...store.people.values()].entries()) {
    if (index % 10 === 3) seedPersonActivity(store, person);
  }
}

/** The first record of each deal. */
function firstOf<T>(records: Iterable<T>, dealOf: (record: T) => number | null): Map<number, T> {
  const first = new Map<number, T>();
  for (const record of records) {
    const deal = dealOf(record);
    if (deal !== null && !first.has(deal)) first.set(deal, record);
  }
  return first;
}

/** An e-mail out, and on every second such deal one in. */
function seedEmails(store: Store, deal: DealRecord, index: number, random: Random): void {
  const sent = after(deal, random.int(1, 300));
  keepNote(store, deal, sent, 'Email', {
    title: `Offer for ${deal.name}`,
    content: '<p>Please find our offer attached.</p>',
    person_id: deal.primary_contact_id,
    is_sent_message: true,
  });
  if (index % 2 !== 0) return;
  keepNote(store, deal, Math.min(sent + 5 * HOUR, SEEDED_UNTIL), 'Email', {
    title: `Re: Offer for ${deal.name}`,
    content: '<p>Thank you — vielen Dank. We will look at it.</p>',
    person_id: deal.primary_contact_id,
    is_sent_message: false,
  });
}

function seedSystemNote(store: Store, deal: DealRecord, random: Random): void {
  keepNote(store, deal, after(deal, random.int(1, 500)), 'Deal', { content: 'changed the stage of this deal.' });
}

/** A note in one of the CRM's own categories. */
function keepNote(store: Store, deal: DealRecord, at: Instant, category: string, content: Partial<NoteRecord>): void {
  const note: NoteRecord = {
    ...blankNote(deal.created_by_user_id, at),
    id: store.nextId('notes'),
    deal_id: deal.id,
    company_id: deal.company_id,
    note_category_id:
      store.configuration.noteCategories.find((known) => known.system_category && known.name === category)?.id ?? null,
    ...content,
  };
  associate(note);
  store.notes.set(note.id, note);
}

/** A visit done, a task long due, one without a date, and one withdrawn. */
function seedPastEntries(store: Store, deal: DealRecord, random: Random): void {
  const created = after(deal, random.int(1, 100));
  const start = Math.floor((created + random.int(2, 90) * HOUR) / HOUR) * HOUR;
  const [, appointment, email, toDo] = store.configuration.eventCategories;
  keepEntry(store, deal, created, {
    type: 'CalendarEvent',
    name: 'Visit to the site',
    description: 'Two hours, with the plant manager.',
    category_id: appointment?.id ?? null,
    start_time: start,
    end_time: start + 2 * HOUR,
    all_day: false,
    complete: true,
    completed_at: start + 2 * HOUR,
    calendar_entry_status_id: statusOf(store, 'done'),
  });
  keepEntry(store, deal, created, {
    name: 'Send the revised offer',
    category_id: email?.id ?? null,
    due_date: dayOf(created + 3 * DAY),
    calendar_entry_priority_id: store.configuration.calendarEntryPriorities[0]?.id ?? null,
  });
  keepEntry(store, deal, created, { name: 'Think of a reference visit', category_id: toDo?.id ?? null });
  keepEntry(store, deal, created, {
    name: 'Withdrawn task',
    due_date: dayOf(created + DAY),
    active: false,
  });
}

/** A call every week: the entry that carries the rule, and two that follow from it. */
function seedSeries(store: Store, deal: DealRecord, random: Random): void {
  const created = after(deal, random.int(1, 100));
  const start = Math.floor((created + 30 * HOUR) / HOUR) * HOUR;
  const call = (week: number, repeats: Partial<CalendarEntryRecord>) =>
    keepEntry(store, deal, created, {
      type: 'CalendarEvent',
      name: 'Weekly call',
      start_time: start + week * 7 * DAY,
      end_time: start + week * 7 * DAY + HOUR / 2,
      all_day: false,
      ...repeats,
    });
  const first = call(0, { rrule: 'FREQ=WEEKLY;COUNT=3' });
  for (const week of [1, 2]) call(week, { base_entry_id: first.id });
}

function keepEntry(
  store: Store,
  deal: DealRecord,
  created: Instant,
  content: Partial<CalendarEntryRecord>,
): CalendarEntryRecord {
  const entry = { ...seedEntry(store, deal, created), ...content };
  store.calendarEntries.set(entry.id, entry);
  return entry;
}

/** Files of a meeting: a contract under its tag, and a picture that hangs on the meeting too. */
function seedMeetingFiles(store: Store, deal: DealRecord, meeting: CalendarEntryRecord | null, random: Random): void {
  const [contract] = store.configuration.documentTags;
  const files = [
    { title: `Contract ${deal.id}.docx`, document_tag_ids: contract ? [contract.id] : [] },
    { title: 'Skizze – “Halle 3”.png', calendar_entry_id: meeting?.id ?? null },
  ];
  for (const file of files) {
    const document = {
      ...blankDocument(deal.created_by_user_id, after(deal, random.int(1, 300))),
      id: store.nextId('documents'),
      url: `https://public.example/files/${deal.id}`,
      deal_id: deal.id,
      company_id: deal.company_id,
      ...file,
    };
    store.documents.set(document.id, document);
  }
}

/** Two remarks on a note, the later by somebody else. */
function seedComments(store: Store, note: NoteRecord): void {
  const [, colleague] = [...store.users.keys()];
  for (const [comment, userId] of [
    ['Did they mention the budget?', note.user_id],
    ['Yes: approved for the autumn.', colleague ?? note.user_id],
  ] as const) {
    const id = store.nextId('comments');
    const at = Math.min(note.created_at + HOUR, SEEDED_UNTIL);
    store.comments.set(id, {
      id,
      created_at: at,
      updated_at: at,
      note_id: note.id,
      user_id: userId,
      comment,
      edited_by_user_id: null,
    });
  }
}

/** What hangs on a person and on no deal: a note, a task and a file. */
function seedPersonActivity(store: Store, person: PersonRecord): void {
  const at = Math.min(person.created_at + 40 * HOUR, SEEDED_UNTIL);
  const author = person.created_by_user_id;
  const note = {
    ...blankNote(author, at),
    id: store.nextId('notes'),
    content: 'Met at the fair.',
    person_id: person.id,
  };
  associate(note);
  store.notes.set(note.id, note);
  const task: CalendarEntryRecord = {
    ...blankEntry(author, at),
    id: store.nextId('calendarEntries'),
    name: 'Send the brochure',
    due_date: dayOf(at + 2 * DAY),
    association_type: 'Person',
    association_id: person.id,
    company_id: person.company_id,
    calendar_entry_status_id: statusOf(store, 'todo'),
  };
  store.calendarEntries.set(task.id, task);
  const id = store.nextId('documents');
  store.documents.set(id, {
    ...blankDocument(author, at),
    id,
    title: 'Card.pdf',
    url: 'https://public.example/card.pdf',
    person_id: person.id,
  });
}
