import type { Link } from './ref.ts';
import type { Instant } from './time.ts';
import type { User } from './user.ts';

/** One field of a record taking another value. */
export interface Change {
  /** What kind of record it was. */
  readonly entity: 'DEAL' | 'PERSON' | 'ORGANIZATION';
  /** The CRM's key of the field. */
  readonly field: string;
  /** In the CRM's textual form. */
  readonly oldValue: string | null;
  readonly newValue: string | null;
  readonly changedAt: Instant;
  readonly user: Link<User> | null;
  /** Through what it was changed: the CRM's own word, for example `app` or `api`. */
  readonly source: string | null;
  readonly isBulk: boolean | null;
}
