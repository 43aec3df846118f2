import type { Call } from './account.ts';
import { type Issue, issue } from './answers.ts';
import { calendarConditions } from './calendar-conditions.ts';
import {
  assign,
  type Cast,
  type Casts,
  day,
  existing,
  flag,
  instant,
  integer,
  type Patch,
  required,
  requiredText,
  text,
} from './casts.ts';
import { associate, blankNote, touchDeals } from './notes.ts';
import { type AssociationType, byId, type CalendarEntryRecord, type Store } from './records.ts';
import type { Resource, Shape } from './resource.ts';
import {
  companyBehind,
  companyName,
  configuredName,
  dealName,
  oldestFirst,
  personName,
  subjectExists,
  userName,
} from './subjects.ts';
import { formatDay, formatInstant } from './zone.ts';

/** PipelineDeals API v3, Calendar entries: tasks and events. */
export const calendarEntries: Resource<CalendarEntryRecord> = {
  wrapper: 'calendar_entry',
  records: (store) => store.calendarEntries,
  reachable: (store, entry) => subjectExists(store, entry.association_type, entry.association_id),
  associations: {
    deal_id: (_store, entry, id) => entry.association_type === 'Deal' && entry.association_id === id,
    person_id: (_store, entry, id) => entry.association_type === 'Person' && entry.association_id === id,
    company_id: (_store, entry, id) => entry.company_id === id,
  },
  conditions: calendarConditions,
  hidden: (call, entry) => !entry.active && call.request.query.get('conditions[include_inactive]') !== 'true',
  order: oldestFirst,
  view,
  draft: (call) => blankEntry(call.user.id, call.now),
  nextId: (store) => store.nextId('calendarEntries'),
  owner: (entry) => entry.owner_id,
  write,
  written: (call, entry, before) => {
    touchDeals(call, dealOf(entry), before && dealOf(before));
    if (entry.complete && before && !before.complete && entry.type === 'CalendarTask') recordCompletion(call, entry);
  },
  removed: (call, entry) => touchDeals(call, dealOf(entry)),
};

function dealOf(entry: CalendarEntryRecord): number | null {
  return entry.association_type === 'Deal' ? entry.association_id : null;
}

const entryType: Cast<CalendarEntryRecord['type']> = (value) =>
  value === 'CalendarTask' || value === 'CalendarEvent' ? value : undefined;

const associationType: Cast<AssociationType | null> = (value) => {
  if (value === null || value === 'Deal' || value === 'Person' || value === 'Company') return value;
  return undefined;
};

const CASTS: Casts<CalendarEntryRecord> = {
  type: entryType,
  name: requiredText,
  description: text,
  category_id: integer,
  due_date: day,
  start_time: instant,
  end_time: instant,
  complete: flag,
  association_type: associationType,
  association_id: integer,
  active: flag,
};

/** A task without a name that hangs on nothing. */
export function blankEntry(userId: number, now: number): CalendarEntryRecord {
  return {
    id: 0,
    created_at: now,
    updated_at: now,
    type: 'CalendarTask',
    name: '',
    description: null,
    owner_id: userId,
    category_id: null,
    due_date: null,
    start_time: null,
    end_time: null,
    all_day: true,
    complete: false,
    completed_at: null,
    association_type: null,
    association_id: null,
    company_id: null,
    active: true,
    calendar_entry_status_id: null,
    calendar_entry_priority_id: null,
    rrule: null,
    base_entry_id: null,
    created_by_user_id: userId,
  };
}

function write(call: Call, entry: CalendarEntryRecord, patch: Patch, before: CalendarEntryRecord | null): Issue[] {
  const { store } = call;
  const { eventCategories } = store.configuration;
  const issues = [
    ...assign(entry, patch, CASTS),
    ...required(entry, 'name'),
    ...existing(entry, patch, 'category_id', (id) => byId(eventCategories, id) !== undefined),
    ...(subjectExists(store, entry.association_type, entry.association_id)
      ? []
      : [issue('association_id', 'does not exist')]),
  ];
  if (entry.type === 'CalendarEvent') {
    if (entry.start_time === null) issues.push(issue('start_time', "can't be blank"));
    if (entry.end_time === null) issues.push(issue('end_time', "can't be blank"));
  }
  if (issues.length > 0) return issues;
  entry.all_day = entry.type === 'CalendarTask';
  if (entry.all_day) {
    entry.start_time = null;
    entry.end_time = null;
  }
  if (entry.complete !== before?.complete) {
    entry.completed_at = entry.complete ? call.now : null;
    entry.calendar_entry_status_id = statusOf(store, entry.complete ? 'done' : 'todo');
  }
  entry.company_id = companyBehind(store, entry.association_type, entry.association_id);
  return [];
}

/** The first status of that type, which an entry gets when it is made or done. */
export function statusOf(store: Store, type: 'todo' | 'done'): number | null {
  return store.configuration.calendarEntryStatuses.find((status) => status.status_type === type)?.id ?? null;
}

/** The note that the CRM itself writes when a task is done. */
function recordCompletion(call: Call, entry: CalendarEntryRecord): void {
  const { store } = call;
  const note = {
    ...blankNote(call.user.id, call.now),
    id: store.nextId('notes'),
    content: `completed task titled "${entry.name}".`,
    deal_id: dealOf(entry),
    person_id: entry.association_type === 'Person' ? entry.association_id : null,
    company_id: entry.company_id,
    note_category_id:
      store.configuration.noteCategories.find((known) => known.system_category && known.name === 'CalendarTask')?.id ??
      null,
  };
  associate(note);
  store.notes.set(note.id, note);
}

function view(call: Call, entry: CalendarEntryRecord, shape: Shape): Record<string, unknown> {
  const { configuration } = call.store;
  const status = byId(configuration.calendarEntryStatuses, entry.calendar_entry_status_id);
  const due = entry.due_date && formatDay(entry.due_date);
  return {
    id: entry.id,
    type: entry.type,
    owner_id: entry.owner_id,
    category_id: entry.category_id,
    name: entry.name,
    description: entry.description,
    end_time: entry.end_time === null ? null : formatInstant(entry.end_time),
    all_day: entry.all_day,
    due_date: due,
    complete: entry.complete,
    completed_at: entry.completed_at === null ? null : formatInstant(entry.completed_at),
    association_id: entry.association_id,
    association_type: entry.association_type,
    base_entry_id: entry.base_entry_id,
    active: entry.active,
    created_at: formatInstant(entry.created_at),
    updated_at: formatInstant(entry.updated_at),
    google_calendar_id: null,
    company_id: entry.company_id,
    rrule: entry.rrule,
    rdate: null,
    exrule: null,
    exdate: null,
    created_by_user_id: entry.created_by_user_id,
    calendar_entry_priority_id: entry.calendar_entry_priority_id,
    calendar_entry_status_id: entry.calendar_entry_status_id,
    parent_id: null,
    subentry_status: null,
    project_milestone_id: null,
    part_of_recurring_series: entry.rrule !== null || entry.base_entry_id !== null,
    recurrence_end: null,
    category: configuredName(configuration.eventCategories, entry.category_id),
    associated_company: companyName(call, entry.company_id),
    owner: userName(call, entry.owner_id),
    created_by_user: userName(call, entry.created_by_user_id),
    ...(status && {
      calendar_entry_status: {
        id: status.id,
        name: status.name,
        position: status.position,
        hex_color: status.hex_color,
        status_type: status.status_type,
      },
    }),
    calendar_entry_attendees: [],
    start_time: entry.start_time === null ? due : formatInstant(entry.start_time),
    association: shape === 'list' || shape === 'single' ? association(call, entry) : null,
    project_milestone: null,
    parent_calendar_entry: {},
    sub_calendar_entries_count: 0,
    sub_calendar_entries: [],
  };
}

function association(call: Call, entry: CalendarEntryRecord): Record<string, unknown> | null {
  switch (entry.association_type) {
    case 'Deal':
      return dealName(call, entry.association_id);
    case 'Person':
      return personName(call, entry.association_id);
    case 'Company':
      return companyName(call, entry.association_id);
    default:
      return null;
  }
}
