import type { Activity } from '../../domain/activity.ts';
import type { Call } from '../../domain/call.ts';
import type { DealHistory } from '../../domain/deal-history.ts';
import type { FeedItem, FeedKind, FeedQuery, FeedSubject } from '../../domain/feed-item.ts';
import type { Account } from './account.ts';
import { DEAL_ACTIVITIES } from './activities.ts';
import { dealDetails } from './deal-details.ts';
import { DealLists, type Listed, newestFirst } from './deal-lists.ts';
import type { Deals } from './deals.ts';
import { DEAL_FILES, orderFiles } from './files.ts';
import { toMailMessage } from './mail-messages.ts';
import { DEAL_NOTES } from './notes.ts';
import { wholeFeed } from './whole-feed.ts';

/** What happened around deals, as far as notes, calendar entries and documents tell: there is no history of fields. */
export function createDealHistory(account: Account, deals: Deals): DealHistory {
  const lists = new DealLists(account);
  return {
    activities: wholeFeed(async (deal, { done, exclude }, call) => {
      const left = new Set(exclude);
      const matches = ({ ref, isDone }: Activity) => !left.has(ref.id) && (done === undefined || isDone === done);
      return (await lists.of(DEAL_ACTIVITIES, deal, call)).filter(matches);
    }),
    notes: wholeFeed(async (deal, { includeSystem }, call) =>
      (await lists.of(DEAL_NOTES, deal, call)).filter(({ isSystem }) => includeSystem || !isSystem),
    ),
    files: wholeFeed(async (deal, { order }, call) => orderFiles(await lists.of(DEAL_FILES, deal, call), order)),
    mailMessages: wholeFeed(async (deal, _query, call) =>
      (await lists.of(DEAL_NOTES, deal, call)).filter(({ isEmail }) => isEmail).map(toMailMessage),
    ),
    feed: wholeFeed((deal, query, call) => readFeed(lists, deal, query, call)),
    details: dealDetails(lists, deals),
  };
}

/** The lists of a deal as one, newest first; those of which nothing is asked for are not read. */
async function readFeed(
  lists: DealLists,
  deal: string,
  { kinds }: FeedQuery,
  call: Call,
): Promise<readonly FeedItem[]> {
  const wants = (...some: readonly FeedKind[]) => kinds === null || some.some((kind) => kinds.has(kind));
  const [activities, notes, files] = await Promise.all([
    wants('ACTIVITY') ? lists.of(DEAL_ACTIVITIES, deal, call) : [],
    wants('NOTE', 'MAIL_MESSAGE') ? lists.of(DEAL_NOTES, deal, call) : [],
    wants('FILE') ? lists.of(DEAL_FILES, deal, call) : [],
  ]);
  const entries: readonly Entry[] = [
    ...activities.map((activity) => entry(activity, 'ACTIVITY', activity)),
    ...notes.map((note) =>
      note.isEmail ? entry(note, 'MAIL_MESSAGE', toMailMessage(note)) : entry(note, 'NOTE', note),
    ),
    ...files.map((file) => entry(file, 'FILE', file)),
  ];
  return entries
    .filter(({ item }) => wants(item.kind))
    .toSorted((a, b) => newestFirst(a.listed, b.listed))
    .map(({ item }) => item);
}

interface Entry {
  readonly listed: Listed;
  readonly item: FeedItem;
}

function entry(listed: Listed, kind: FeedKind, subject: FeedSubject): Entry {
  return { listed, item: { kind, at: listed.createdAt, subject, data: null } };
}
