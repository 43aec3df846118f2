import type { Call } from './account.ts';
import type { Issue } from './answers.ts';
import {
  assign,
  type Casts,
  existing,
  flag,
  ids,
  integer,
  type Patch,
  required,
  requiredInstant,
  text,
} from './casts.ts';
import { commentsOfNote } from './comment-view.ts';
import { timeRange } from './conditions.ts';
import { byId, type NoteRecord, type Store } from './records.ts';
import type { Resource } from './resource.ts';
import { companyName, dealName, notifiable, oldestFirst, personName, subjectExists, userName } from './subjects.ts';
import { formatInstant } from './zone.ts';

/** PipelineDeals API v3, Notes. */
export const notes: Resource<NoteRecord> = {
  wrapper: 'note',
  records: (store) => store.notes,
  reachable: (store, note) => subjectExists(store, note.primary_association_type, note.primary_association_id),
  associations: {
    deal_id: (_store, note, id) => note.deal_id === id,
    person_id: (_store, note, id) => note.person_id === id,
    company_id: (_store, note, id) => note.company_id === id,
  },
  conditions: () => ({ activity_modified: timeRange((note) => note.updated_at) }),
  order: oldestFirst,
  view,
  draft: (call) => blankNote(call.user.id, call.now),
  nextId: (store) => store.nextId('notes'),
  write,
  written: (call, note, before) => touchDeals(call, note.deal_id, before?.deal_id ?? null),
  removed: (call, note) => touchDeals(call, note.deal_id),
};

/** Activity on a deal counts as an update of it. */
export function touchDeals(call: Call, ...ids: (number | null)[]): void {
  for (const id of ids) {
    const deal = id === null ? undefined : call.store.deals.get(id);
    if (deal) deal.updated_at = call.now;
  }
}

export function blankNote(userId: number, now: number): NoteRecord {
  return {
    id: 0,
    created_at: now,
    updated_at: now,
    title: null,
    content: null,
    deal_id: null,
    person_id: null,
    company_id: null,
    primary_association_type: null,
    primary_association_id: null,
    user_id: userId,
    created_by_user_id: userId,
    note_category_id: null,
    is_private: false,
    is_sent_message: null,
    notify_user_ids: [userId],
  };
}

/** Says on what the note chiefly hangs: its deal before its person, its person before its company. */
export function associate(note: NoteRecord): void {
  const [type, id] =
    note.deal_id !== null
      ? (['Deal', note.deal_id] as const)
      : note.person_id !== null
        ? (['Person', note.person_id] as const)
        : (['Company', note.company_id] as const);
  note.primary_association_type = id === null ? null : type;
  note.primary_association_id = id;
}

const CASTS: Casts<NoteRecord> = {
  title: text,
  content: text,
  deal_id: integer,
  person_id: integer,
  company_id: integer,
  note_category_id: integer,
  is_private: flag,
  notify_user_ids: ids,
  created_at: requiredInstant,
};

function write({ store }: Call, note: NoteRecord, patch: Patch): Issue[] {
  const issues = [
    ...assign(note, patch, CASTS),
    ...required(note, 'content'),
    ...existingSubjects(store, note, patch),
    ...existing(note, patch, 'notify_user_ids', (id) => notifiable(store).includes(id)),
    ...existing(note, patch, 'note_category_id', (id) => byId(store.configuration.noteCategories, id) !== undefined),
  ];
  if (issues.length > 0) return issues;
  fillCompany(store, note, patch);
  associate(note);
  return [];
}

/** Refuses a deal, person or company that does not exist. */
export function existingSubjects(store: Store, record: object, patch: Patch): Issue[] {
  return [
    ...existing(record, patch, 'deal_id', (id) => store.deals.has(id)),
    ...existing(record, patch, 'person_id', (id) => store.people.has(id)),
    ...existing(record, patch, 'company_id', (id) => store.companies.has(id)),
  ];
}

/** A deal written alone brings its company along. */
export function fillCompany(
  store: Store,
  record: { deal_id: number | null; company_id: number | null },
  patch: Patch,
): void {
  if (!Object.hasOwn(patch, 'deal_id') || Object.hasOwn(patch, 'company_id') || record.deal_id === null) return;
  record.company_id = store.deals.get(record.deal_id)?.company_id ?? null;
}

function view(call: Call, note: NoteRecord): Record<string, unknown> {
  const category = byId(call.store.configuration.noteCategories, note.note_category_id);
  const withPicture = (user: Record<string, unknown> | null) => user && { ...user, avatar_thumb_url: null };
  return {
    id: note.id,
    title: note.title,
    deal_id: note.deal_id,
    person_id: note.person_id,
    company_id: note.company_id,
    project_id: null,
    created_by_user_id: note.created_by_user_id,
    note_category_id: note.note_category_id,
    created_at: formatInstant(note.created_at),
    updated_at: formatInstant(note.updated_at),
    is_sent_message: note.is_sent_message,
    primary_association_type: note.primary_association_type,
    primary_association_id: note.primary_association_id,
    is_private: note.is_private,
    sms_direction: null,
    sms_contact_number: null,
    sms_user_number: null,
    notify_user_ids: note.notify_user_ids,
    content: note.content,
    user: withPicture(userName(call, note.user_id)),
    created_by_user: withPicture(userName(call, note.created_by_user_id)),
    deal: dealName(call, note.deal_id),
    company: companyName(call, note.company_id),
    note_category: category ? { id: category.id, name: category.name } : null,
    person: personName(call, note.person_id),
    project: null,
    comments: commentsOfNote(call, note),
    documents: [],
    user_id: note.user_id,
  };
}
