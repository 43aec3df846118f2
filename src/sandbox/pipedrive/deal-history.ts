import type { Route, SimRequest, SimResponse } from '../kit/simulator.ts';
import { activitiesOf } from './deal-columns.ts';
import { presentFile } from './deal-files.ts';
import { presentMail } from './deal-mail.ts';
import { presentParticipant } from './deal-participants.ts';
import type { Activity, FieldChange } from './deal-records.ts';
import { readRecord, success } from './entity.ts';
import { presentNote } from './notes.ts';
import type { Deal } from './records.ts';
import { csvOf, oneOf, string } from './schema.ts';
import { type Account, ofDeal, type Store } from './store.ts';
import { COMPANY } from './users.ts';
import { cursorRules, newestFirstReply, offsetReply, offsetRules, readV1Query, relatedObjects, spaced } from './v1.ts';

/** What `items` of the flow can name; those that deals of this account do not have find nothing. */
const ITEMS = [
  'call',
  'activity',
  'plannedActivity',
  'change',
  'note',
  'deal',
  'file',
  'dealChange',
  'personChange',
  'organizationChange',
  'follower',
  'dealFollower',
  'personFollower',
  'organizationFollower',
  'participant',
  'comment',
  'mailMessage',
  'mailMessageWithAttachment',
  'invoice',
  'document',
  'marketing_campaign_stat',
  'marketing_status_change',
] as const;

type Item = (typeof ITEMS)[number];

const flowQuery = { ...offsetRules, all_changes: string, items: csvOf(oneOf(...ITEMS)) };

interface Entry {
  readonly object: string;
  /** What `items` lets it through by. */
  readonly kinds: readonly Item[];
  readonly timestamp: string;
  readonly data: Record<string, unknown>;
}

/** What happened to a deal, and who may see it (v1). */
export function dealHistoryRoutes(account: Account): Route[] {
  const one = '/v1/deals/:id';
  return [
    { method: 'GET', path: `${one}/changelog`, tokens: 20, handler: (request) => listChanges(account, request) },
    { method: 'GET', path: `${one}/flow`, tokens: 40, handler: (request) => listFlow(account, request) },
    { method: 'GET', path: `${one}/permittedUsers`, tokens: 10, handler: (request) => listUsers(account, request) },
  ];
}

function listChanges({ store }: Account, request: SimRequest): SimResponse {
  const query = readV1Query(request, cursorRules);
  const { id } = readRecord(store.deals, request, 'Deal');
  return newestFirstReply(ofDeal(store.fieldChanges, id), query, (change) => ({
    field_key: change.field_key,
    old_value: change.old_value,
    new_value: change.new_value,
    actor_user_id: change.actor_user_id,
    time: spaced(change.time),
    change_source: change.change_source,
    change_source_user_agent: change.change_source_user_agent,
    is_bulk_update_flag: false,
  }));
}

/** Everything about a deal, newest first; changes of custom fields only on request. */
function listFlow({ store }: Account, request: SimRequest): SimResponse {
  const query = readV1Query(request, flowQuery);
  const deal = readRecord(store.deals, request, 'Deal');
  const entries = entriesOf(store, deal, query.all_changes === '1')
    .filter(({ kinds }) => query.items === undefined || kinds.some((kind) => query.items?.includes(kind)))
    .map((entry, place) => ({ entry, place }))
    .sort((a, b) =>
      a.entry.timestamp === b.entry.timestamp ? b.place - a.place : a.entry.timestamp < b.entry.timestamp ? 1 : -1,
    )
    .map(({ entry }) => entry);
  return offsetReply(
    entries,
    query,
    ({ object, timestamp, data }) => ({ object, timestamp: spaced(timestamp), data }),
    (page) => ({
      ...relatedObjects(
        store,
        {
          users: page.map(({ data }) => data.user_id).filter((id) => typeof id === 'number'),
          persons: [deal.person_id],
          organizations: [deal.org_id],
        },
        [deal],
      ),
    }),
  );
}

function entriesOf(store: Store, deal: Deal, withCustomFields: boolean): Entry[] {
  return [
    ...ofDeal(store.fieldChanges, deal.id)
      .filter((change) => withCustomFields || !change.is_custom_field)
      .map(
        (change): Entry => ({
          object: 'dealChange',
          kinds: ['change', 'dealChange'],
          timestamp: change.time,
          data: presentChange(change),
        }),
      ),
    ...activitiesOf(store, deal.id).map(
      (activity): Entry => ({
        object: 'activity',
        kinds: [activity.done ? 'activity' : 'plannedActivity'],
        timestamp: activity.marked_as_done_time ?? activity.add_time,
        data: presentActivity(store, deal, activity),
      }),
    ),
    ...ofDeal(store.notes, deal.id)
      .filter(({ is_deleted }) => !is_deleted)
      .map(
        (note): Entry => ({
          object: 'note',
          kinds: ['note'],
          timestamp: note.add_time,
          data: presentNote(store, note),
        }),
      ),
    ...ofDeal(store.files, deal.id)
      .filter(({ is_deleted }) => !is_deleted)
      .map(
        (file): Entry => ({
          object: 'file',
          kinds: ['file'],
          timestamp: file.add_time,
          data: presentFile(store, file),
        }),
      ),
    ...ofDeal(store.mailMessages, deal.id).map(
      (message): Entry => ({
        object: 'mailMessage',
        kinds: message.has_attachments ? ['mailMessage', 'mailMessageWithAttachment'] : ['mailMessage'],
        timestamp: message.message_time,
        data: presentMail(store, message),
      }),
    ),
    ...ofDeal(store.followerChanges, deal.id).map(
      (change): Entry => ({
        object: 'dealFollower',
        kinds: ['follower', 'dealFollower'],
        timestamp: change.time,
        data: {
          id: change.id,
          deal_id: deal.id,
          user_id: change.actor_user_id,
          follower_user_id: change.member_id,
          action: change.action,
          log_time: spaced(change.time),
        },
      }),
    ),
    ...[...store.peopleOf(deal)].map(
      (person): Entry => ({
        object: 'participant',
        kinds: ['participant'],
        timestamp: store.participationOf(deal, person).add_time,
        data: presentParticipant(store, deal, person),
      }),
    ),
  ];
}

function presentChange(change: FieldChange): Record<string, unknown> {
  return {
    id: change.id,
    item_id: change.deal_id,
    user_id: change.actor_user_id,
    field_key: change.field_key,
    old_value: change.old_value,
    new_value: change.new_value,
    is_bulk_update_flag: null,
    log_time: spaced(change.time),
    change_source: change.change_source,
    change_source_user_agent: change.change_source_user_agent,
    additional_data: {},
  };
}

/** An activity in the form of v1, as the flow has it. */
function presentActivity(store: Store, deal: Deal, activity: Activity): Record<string, unknown> {
  const { owner_id, creator_user_id, is_deleted, busy, attendees, participants, location, ...rest } = activity;
  return {
    ...rest,
    company_id: COMPANY.company_id,
    user_id: owner_id,
    assigned_to_user_id: owner_id,
    created_by_user_id: creator_user_id,
    active_flag: !is_deleted,
    busy_flag: busy,
    due_time: activity.due_time?.slice(0, 5) ?? '',
    duration: activity.duration?.slice(0, 5) ?? '',
    add_time: spaced(activity.add_time),
    update_time: spaced(activity.update_time),
    marked_as_done_time: spaced(activity.marked_as_done_time) ?? '',
    location: location?.value ?? null,
    attendees: attendees.map(({ email, is_organizer, ...attendee }) => ({
      ...attendee,
      email_address: email,
      is_organizer: is_organizer ? 1 : 0,
    })),
    participants: participants.map(({ person_id, primary }) => ({ person_id, primary_flag: primary })),
    deal_title: deal.title,
    person_name: store.persons.get(activity.person_id ?? 0)?.name ?? null,
    org_name: store.organizations.get(activity.org_id ?? 0)?.name ?? null,
    owner_name: store.users.get(owner_id)?.name ?? null,
    deal_dropbox_bcc: `sandbox+deal${deal.id}@pipedrivemail.com`,
  };
}

/** Who may see a deal. */
function listUsers({ store }: Account, request: SimRequest): SimResponse {
  const deal = readRecord(store.deals, request, 'Deal');
  const users = [...store.users.values()].filter((user) => user.active_flag && store.maySeeDeal(user, deal));
  return success(users.map(({ id }) => id));
}
