import type { Link, Ref } from './ref.ts';
import type { User } from './user.ts';

/** A filter for deals that somebody saved in the CRM. */
export interface SavedFilter {
  readonly ref: Ref<'SavedFilter'>;
  readonly name: string;
  /** Who saved it. */
  readonly owner: Link<User> | null;
  /** Whether others can use it. */
  readonly isShared: boolean | null;
}
