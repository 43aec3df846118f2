import type { CrmRecord } from './record.ts';
import type { Link } from './ref.ts';
import type { Instant } from './time.ts';
import type { User } from './user.ts';

export const MEMBERSHIP_ACTIONS = ['ADDED', 'REMOVED'] as const;
export type MembershipAction = (typeof MEMBERSHIP_ACTIONS)[number];

/** Somebody joined or left those who follow a deal or take part in it. */
export interface MembershipChange<Who extends CrmRecord> {
  readonly action: MembershipAction;
  readonly who: Link<Who>;
  /** Who did it. */
  readonly by: Link<User> | null;
  readonly at: Instant;
}
