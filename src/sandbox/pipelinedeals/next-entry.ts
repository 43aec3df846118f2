import type { Call } from './account.ts';
import type { AssociationType, CalendarEntryRecord } from './records.ts';
import { formatDay, formatInstant, startOfDay } from './zone.ts';

/** The next open task or event of a record, in the four keys that name it. */
export interface NextEntry {
  readonly next_entry_due: string | null;
  readonly next_entry_all_day: boolean | null;
  readonly next_entry_name: string | null;
  readonly next_entry_id: number | null;
}

export function nextEntry(call: Call, type: AssociationType, id: number): NextEntry {
  let next: CalendarEntryRecord | null = null;
  for (const entry of call.store.calendarEntries.values()) {
    if (entry.association_type !== type || entry.association_id !== id || entry.complete || !entry.active) continue;
    if (next === null || dueAt(entry) < dueAt(next)) next = entry;
  }
  return {
    next_entry_due: next ? dueText(next) : null,
    next_entry_all_day: next?.all_day ?? null,
    next_entry_name: next?.name ?? null,
    next_entry_id: next?.id ?? null,
  };
}

function dueAt(entry: CalendarEntryRecord): number {
  return entry.start_time ?? (entry.due_date === null ? Number.POSITIVE_INFINITY : startOfDay(entry.due_date));
}

function dueText(entry: CalendarEntryRecord): string | null {
  if (entry.start_time !== null) return formatInstant(entry.start_time);
  return entry.due_date && formatDay(entry.due_date);
}
