import type { Organization } from './organization.ts';
import type { Person } from './person.ts';
import type { CrmRecord } from './record.ts';
import type { Link, Ref } from './ref.ts';
import type { CalendarDate, Instant } from './time.ts';
import type { User } from './user.ts';

/** A task, call, meeting or other thing to do or done. */
export interface Activity extends CrmRecord<'Activity'> {
  readonly subject: string;
  /** The account's key or name of this kind of activity. */
  readonly type: string | null;
  readonly isDone: boolean;
  readonly doneAt: Instant | null;
  readonly dueDate: CalendarDate | null;
  /** `null` where it is due on a day, not at a time. */
  readonly startsAt: Instant | null;
  readonly endsAt: Instant | null;
  readonly location: string | null;
  /** HTML or plain text, as the CRM has it. */
  readonly note: string | null;
  readonly owner: Link<User> | null;
  /** Records tell no more of it. */
  readonly deal: Ref<'Deal'> | null;
  readonly person: Link<Person> | null;
  readonly organization: Link<Organization> | null;
}

/** Which activities of a deal. */
export interface ActivityQuery {
  readonly done?: boolean;
  /** Remote ids of activities to leave out. */
  readonly exclude: readonly string[];
}
