import type { Activity } from '../../domain/activity.ts';
import type { Call } from '../../domain/call.ts';
import type { DealDetail, DealDetails } from '../../domain/deal-details.ts';
import type { DealHistory } from '../../domain/deal-history.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { Link } from '../../domain/ref.ts';
import type { Found } from '../../domain/repository.ts';
import { ofEach } from '../each-deal.ts';
import { DEAL_ACTIVITIES } from './activities.ts';
import type { DealLists } from './deal-lists.ts';
import type { Deals } from './deals.ts';
import { DEAL_FILES } from './files.ts';
import { DEAL_NOTES, type WireNote } from './notes.ts';

/** What is counted or found in the lists of a deal, by the list. */
const FROM_ACTIVITIES: readonly DealDetail[] = [
  'lastActivity',
  'activityCount',
  'doneActivityCount',
  'undoneActivityCount',
];
const FROM_NOTES: readonly DealDetail[] = ['noteCount', 'mailMessageCount', 'lastIncomingMailAt', 'lastOutgoingMailAt'];
const FROM_FILES: readonly DealDetail[] = ['fileCount'];
const EMBEDDED: readonly DealDetail[] = ['nextActivity', 'productCount', 'followerCount', 'participantCount'];

/** Details of deals: each list they are counted in is read once per deal, and only where something of it is wanted. */
export function dealDetails(lists: DealLists, deals: Deals): DealHistory['details'] {
  return {
    async ofDeals(dealIds, wanted, call) {
      const wants = (details: readonly DealDetail[]) => details.some((detail) => wanted.has(detail));
      const embedded: Found<Partial<DealDetails>> = wants(EMBEDDED)
        ? await readEmbedded(deals, dealIds, call)
        : new Map();
      return ofEach<Partial<DealDetails>>(dealIds, async (deal) => {
        const carried = orThrow(embedded.get(deal) ?? {});
        const [activities, notes, files] = await Promise.all([
          wants(FROM_ACTIVITIES) ? lists.of(DEAL_ACTIVITIES, deal, call) : null,
          wants(FROM_NOTES) ? lists.of(DEAL_NOTES, deal, call) : null,
          wants(FROM_FILES) ? lists.of(DEAL_FILES, deal, call) : null,
        ]);
        return {
          ...carried,
          ...(activities && countActivities(activities)),
          ...(notes && countNotes(notes)),
          ...(files && { fileCount: files.length }),
        };
      });
    },
  };
}

async function readEmbedded(
  deals: Deals,
  dealIds: readonly string[],
  call: Call,
): Promise<Found<Partial<DealDetails>>> {
  const found = await deals.getMany(dealIds, call);
  return new Map(
    Array.from(found, ([id, deal]) => [id, deal instanceof GatewayError ? deal : (deal.details ?? {})] as const),
  );
}

function orThrow(value: Partial<DealDetails> | GatewayError): Partial<DealDetails> {
  if (value instanceof GatewayError) throw value;
  return value;
}

function countActivities(activities: readonly Activity[]): Partial<DealDetails> {
  const done = activities.filter(({ isDone }) => isDone);
  return {
    lastActivity: lastDone(done),
    activityCount: activities.length,
    doneActivityCount: done.length,
    undoneActivityCount: activities.length - done.length,
  };
}

function lastDone(done: readonly Activity[]): Link<Activity> | null {
  const last = done.toSorted((a, b) => (b.doneAt ?? 0) - (a.doneAt ?? 0)).at(0);
  return last === undefined ? null : { ref: last.ref, known: last };
}

function countNotes(notes: readonly WireNote[]): Partial<DealDetails> {
  const mails = notes.filter(({ isEmail }) => isEmail);
  const newest = (sent: boolean) => mails.find(({ wire }) => wire.is_sent_message === sent)?.createdAt ?? null;
  return {
    noteCount: notes.filter(({ isSystem }) => !isSystem).length,
    mailMessageCount: mails.length,
    lastIncomingMailAt: newest(false),
    lastOutgoingMailAt: newest(true),
  };
}
