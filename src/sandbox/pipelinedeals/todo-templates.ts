import type { Call } from './account.ts';
import { blankEntry, statusOf } from './calendar-entries.ts';
import { integer } from './casts.ts';
import { byId, type DealRecord, type TodoTemplateItemRecord } from './records.ts';
import { type Day, dayOf, parseDay } from './zone.ts';

const DAY = 86_400_000;

/**
 * PipelineDeals API v3, Deals, "Applying a todo template": `todo_template_id` beside the wrapped deal gives the deal
 * the tasks of that template, `todo_template_user_id` says whose they are (the caller's without). Templates that
 * nobody has made, or that are not for deals, and users who are not there are passed over.
 */
export function applyTodoTemplate(call: Call, deal: DealRecord): void {
  const { store } = call;
  const template = byId(store.configuration.todoTemplates, modifier(call, 'todo_template_id'));
  if (template?.template_type !== 'deals') return;
  const wanted = modifier(call, 'todo_template_user_id');
  const owner = wanted !== null && store.users.has(wanted) ? wanted : call.user.id;
  for (const item of template.items) {
    const task = {
      ...blankEntry(owner, call.now),
      id: store.nextId('calendarEntries'),
      created_by_user_id: call.user.id,
      name: item.description,
      category_id: item.event_category_id,
      calendar_entry_priority_id: item.calendar_entry_priority_id,
      calendar_entry_status_id: statusOf(store, 'todo'),
      due_date: dueDate(call, item),
      association_type: 'Deal' as const,
      association_id: deal.id,
      company_id: deal.company_id,
    };
    store.calendarEntries.set(task.id, task);
  }
}

/** A key of the body beside the wrapper; null where it is absent or no id. */
function modifier(call: Call, key: string): number | null {
  const { body } = call.request;
  if (typeof body !== 'object' || body === null) return null;
  return integer((body as Record<string, unknown>)[key] ?? null) ?? null;
}

function dueDate(call: Call, item: TodoTemplateItemRecord): Day | null {
  if (item.due_date === null) return null;
  const today = Date.parse(`${dayOf(call.now)}T00:00:00Z`);
  return parseDay(new Date(today + item.due_date * DAY).toISOString().slice(0, 10));
}
