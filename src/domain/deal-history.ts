import type { Activity, ActivityQuery } from './activity.ts';
import type { Call } from './call.ts';
import type { Change } from './change.ts';
import type { DealDetail, DealDetails } from './deal-details.ts';
import type { Feed } from './feed.ts';
import type { FeedItem, FeedQuery } from './feed-item.ts';
import type { File, FileQuery } from './file.ts';
import type { MailMessage, MailMessageQuery } from './mail-message.ts';
import type { Note, NoteQuery } from './note.ts';
import type { Found } from './repository.ts';
import type { StageMove } from './stage-time.ts';

/** What happened around deals. What a CRM does not have is absent here, and `UNSUPPORTED` in its capability table. */
export interface DealHistory {
  /** Newest first. */
  readonly activities: Feed<Activity, ActivityQuery>;
  /** Newest first. */
  readonly notes: Feed<Note, NoteQuery>;
  readonly files: Feed<File, FileQuery>;
  /** In the CRM's order. */
  readonly mailMessages: Feed<MailMessage, MailMessageQuery>;
  /** What happened to the deal's fields, in the CRM's order. */
  readonly changes?: Feed<Change>;
  /** In the CRM's order; where the gateway makes the feed, newest first. */
  readonly feed: Feed<FeedItem, FeedQuery>;
  /** Details of several deals at once. Asks the CRM for no more than these details need. */
  readonly details: {
    ofDeals(
      deals: readonly string[],
      wanted: ReadonlySet<DealDetail>,
      call: Call,
    ): Promise<Found<Partial<DealDetails>>>;
  };
  /** All moves from stage to stage of each deal, oldest first. */
  readonly stageMoves?: { ofDeals(deals: readonly string[], call: Call): Promise<Found<readonly StageMove[]>> };
}
