import type { Person } from './person.ts';
import type { ItemRef, Link } from './ref.ts';
import type { Instant } from './time.ts';
import type { User } from './user.ts';

/** An e-mail that belongs to a deal. */
export interface MailMessage {
  readonly ref: ItemRef<'MailMessage'>;
  readonly subject: string | null;
  /** The beginning of its text. */
  readonly snippet: string | null;
  /** HTML, as the CRM has it; `null` also where it was not asked for. */
  readonly body: string | null;
  readonly sentAt: Instant | null;
  /** Whether it left the account (true) or came in (false). */
  readonly isSent: boolean | null;
  readonly isRead: boolean | null;
  readonly hasAttachments: boolean | null;
  /** The CRM user whose mailbox it is in. */
  readonly user: Link<User> | null;
  /** `null` where the CRM does not tell its parties. */
  readonly from: readonly MailParty[] | null;
  readonly to: readonly MailParty[] | null;
  readonly cc: readonly MailParty[] | null;
  readonly bcc: readonly MailParty[] | null;
}

/** Somebody an e-mail is from or to. */
export interface MailParty {
  readonly email: string | null;
  readonly name: string | null;
  readonly person: Link<Person> | null;
}

export interface MailMessageQuery {
  readonly includeBody: boolean;
}
