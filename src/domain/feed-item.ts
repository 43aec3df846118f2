import type { Activity } from './activity.ts';
import type { Change } from './change.ts';
import type { File } from './file.ts';
import type { MailMessage } from './mail-message.ts';
import type { Note } from './note.ts';
import type { Instant } from './time.ts';

export const FEED_KINDS = [
  'ACTIVITY',
  'CALL',
  'NOTE',
  'COMMENT',
  'FILE',
  'MAIL_MESSAGE',
  'CHANGE',
  'FOLLOWER',
  'PARTICIPANT',
  'DEAL',
  'DOCUMENT',
  'INVOICE',
  'MARKETING',
  'OTHER',
] as const;
export type FeedKind = (typeof FEED_KINDS)[number];

/** What a feed item shows, for the kinds that have a type of their own. */
export type FeedSubject = Activity | Note | File | MailMessage | Change;

/** One thing that happened around a deal. */
export interface FeedItem {
  readonly kind: FeedKind;
  readonly at: Instant | null;
  readonly subject: FeedSubject | null;
  /** The CRM's own object with secrets removed, where there is no subject. */
  readonly data: unknown;
}

export interface FeedQuery {
  /** `null`: everything. */
  readonly kinds: ReadonlySet<FeedKind> | null;
  /** Whether changes of custom fields are among the changes. */
  readonly includeCustomFieldChanges: boolean;
}
