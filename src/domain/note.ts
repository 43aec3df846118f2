import type { Organization } from './organization.ts';
import type { Person } from './person.ts';
import type { ItemRef, Link } from './ref.ts';
import type { Instant } from './time.ts';
import type { User } from './user.ts';

/** Text somebody wrote on a deal. */
export interface Note {
  readonly ref: ItemRef<'Note'>;
  readonly title: string | null;
  /** HTML, as the CRM has it. */
  readonly content: string | null;
  readonly category: string | null;
  /** Whether the CRM wrote it itself, for example when a task was completed. */
  readonly isSystem: boolean;
  /** Whether it is pinned to its deal; `null` where the CRM pins nothing. */
  readonly isPinned: boolean | null;
  readonly createdAt: Instant | null;
  readonly updatedAt: Instant | null;
  readonly author: Link<User> | null;
  readonly person: Link<Person> | null;
  readonly organization: Link<Organization> | null;
  /** Oldest first, or `null` where the record does not carry them. */
  readonly comments: readonly NoteComment[] | null;
}

export interface NoteComment {
  readonly ref: ItemRef<'NoteComment'>;
  readonly content: string;
  readonly createdAt: Instant | null;
  readonly updatedAt: Instant | null;
  readonly author: Link<User> | null;
}

export interface NoteQuery {
  /** Whether notes the CRM wrote itself are among them. */
  readonly includeSystem: boolean;
}
