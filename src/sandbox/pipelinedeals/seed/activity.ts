import type { Random } from '../../kit/random.ts';
import { blankEntry, statusOf } from '../calendar-entries.ts';
import { blankDocument } from '../documents.ts';
import { associate, blankNote } from '../notes.ts';
import type { CalendarEntryRecord, DealRecord, Store } from '../records.ts';
import { dayOf } from '../zone.ts';
import { SEEDED_UNTIL } from './span.ts';

const HOUR = 3_600_000;

/** Notes, tasks, events and documents on some of the deals; every fifth deal has several of each. */
export function seedActivity(store: Store, deals: readonly DealRecord[], random: Random): void {
  for (const [index, deal] of deals.entries()) {
    const busy = index % 5 === 0;
    if (busy || index % 5 === 2) {
      for (let count = busy ? 3 : 1; count > 0; count -= 1) seedNote(store, deal, count, random);
    }
    if (busy || index % 5 === 3) seedTask(store, deal, index % 2 === 0, random);
    if (busy) seedEvent(store, deal, random);
    if (busy || index % 5 === 4) seedDocument(store, deal, random);
  }
}

function seedNote(store: Store, deal: DealRecord, count: number, random: Random): void {
  const { noteCategories } = store.configuration;
  const system = noteCategories.find((category) => category.system_category && category.name === 'CalendarTask');
  const own = random.pick(noteCategories.filter((category) => !category.system_category));
  const bySystem = count === 3;
  const note = {
    ...blankNote(deal.created_by_user_id, after(deal, random.int(1, 400))),
    id: store.nextId('notes'),
    content: bySystem ? 'completed task titled "Send the offer".' : `Spoke about the offer — część ${count}.`,
    deal_id: deal.id,
    company_id: deal.company_id,
    note_category_id: (bySystem ? system : own)?.id ?? null,
  };
  associate(note);
  store.notes.set(note.id, note);
}

function seedTask(store: Store, deal: DealRecord, complete: boolean, random: Random): void {
  const created = after(deal, random.int(1, 200));
  const task: CalendarEntryRecord = {
    ...seedEntry(store, deal, created),
    type: 'CalendarTask',
    name: 'Call back about the terms',
    due_date: dayOf(created + random.int(2, 40) * 24 * HOUR),
    all_day: true,
    complete,
    completed_at: complete ? created : null,
    calendar_entry_status_id: statusOf(store, complete ? 'done' : 'todo'),
  };
  store.calendarEntries.set(task.id, task);
}

function seedEvent(store: Store, deal: DealRecord, random: Random): void {
  const created = after(deal, random.int(1, 200));
  const start = Math.floor((created + random.int(48, 900) * HOUR) / HOUR) * HOUR;
  const event: CalendarEntryRecord = {
    ...seedEntry(store, deal, created),
    type: 'CalendarEvent',
    name: 'Presentation on site',
    all_day: false,
    start_time: start,
    end_time: start + HOUR,
  };
  store.calendarEntries.set(event.id, event);
}

/** A calendar entry of a deal, still to be named and dated. */
export function seedEntry(store: Store, deal: DealRecord, created: number): CalendarEntryRecord {
  return {
    ...blankEntry(deal.created_by_user_id, created),
    id: store.nextId('calendarEntries'),
    category_id: store.configuration.eventCategories[0]?.id ?? null,
    association_type: 'Deal',
    association_id: deal.id,
    company_id: deal.company_id,
    calendar_entry_status_id: statusOf(store, 'todo'),
  };
}

function seedDocument(store: Store, deal: DealRecord, random: Random): void {
  const document = {
    ...blankDocument(deal.created_by_user_id, after(deal, random.int(1, 300))),
    id: store.nextId('documents'),
    title: `Offer ${deal.id}.pdf`,
    url: `https://public.example/offers/${deal.id}.pdf`,
    deal_id: deal.id,
    company_id: deal.company_id,
  };
  store.documents.set(document.id, document);
}

/** So many hours after the deal was made, but not after the end of the seed. */
export function after(deal: DealRecord, hours: number): number {
  return Math.min(deal.created_at + hours * HOUR, SEEDED_UNTIL);
}
