import type { Activity } from './deal-records.ts';
import type { OptionalColumns } from './entity.ts';
import type { Deal } from './records.ts';
import { ofDeal, type Store } from './store.ts';

/** What a deal is asked for by name (`include_fields`), told from what hangs on it. */
export const dealColumns: OptionalColumns<Deal> = {
  next_activity_id: (store, deal) => nextActivityOf(store, deal.id)?.id ?? null,
  last_activity_id: (store, deal) => lastActivityOf(store, deal.id)?.id ?? null,
  first_won_time: (_store, deal) => deal.won_time,
  products_count: (store, deal) => store.productsOf(deal.id).length,
  files_count: (store, deal) => ofDeal(store.files, deal.id).filter(isKept).length,
  notes_count: (store, deal) => ofDeal(store.notes, deal.id).filter(isKept).length,
  followers_count: (store, deal) => store.followersOf(deal.id).length,
  email_messages_count: (store, deal) => ofDeal(store.mailMessages, deal.id).length,
  activities_count: (store, deal) => activitiesOf(store, deal.id).length,
  done_activities_count: (store, deal) => activitiesOf(store, deal.id).filter(({ done }) => done).length,
  undone_activities_count: (store, deal) => activitiesOf(store, deal.id).filter(({ done }) => !done).length,
  participants_count: (store, deal) => store.peopleOf(deal).size,
  last_incoming_mail_time: (store, deal) => lastMail(store, deal.id, false),
  last_outgoing_mail_time: (store, deal) => lastMail(store, deal.id, true),
  smart_bcc_email: (_store, deal) => `sandbox+deal${deal.id}@pipedrivemail.com`,
  source_lead_id: (store, deal) => store.leadOrigins.get(deal.id) ?? null,
};

function isKept(one: { readonly is_deleted: boolean }): boolean {
  return !one.is_deleted;
}

/** The activities of a deal by their due time; those without one come last. */
export function activitiesOf(store: Store, dealId: number): Activity[] {
  const due = ({ due_date, due_time }: Activity) => `${due_date ?? '9999-12-31'} ${due_time ?? '23:59:59'}`;
  return ofDeal(store.activities, dealId)
    .filter(isKept)
    .sort((a, b) => (due(a) === due(b) ? a.id - b.id : due(a) < due(b) ? -1 : 1));
}

/** The undone activity that is due first. */
export function nextActivityOf(store: Store, dealId: number): Activity | undefined {
  return activitiesOf(store, dealId).find(({ done }) => !done);
}

/** The done activity that was due last. */
export function lastActivityOf(store: Store, dealId: number): Activity | undefined {
  return activitiesOf(store, dealId).findLast(({ done }) => done);
}

function lastMail(store: Store, dealId: number, sent: boolean): string | null {
  const times = ofDeal(store.mailMessages, dealId)
    .filter(({ is_sent }) => is_sent === sent)
    .map(({ message_time }) => message_time);
  return times.sort().at(-1) ?? null;
}
