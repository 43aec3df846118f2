import type { Link } from './ref.ts';
import type { Instant } from './time.ts';
import type { User } from './user.ts';
import type { DealWriteReport } from './write-report.ts';
import type { WriteCall } from './write-step.ts';

/** A user who follows a deal: is told of what happens to it, or shares it. */
export interface Follower {
  readonly user: Link<User>;
  /** Since when, where the CRM keeps that. */
  readonly since: Instant | null;
}

/** Writes on who follows a deal. Ids are remote ids; the user is known to exist. */
export interface FollowerWrites {
  /** Throws a `CONFLICT` with the path `['user']` when the user follows the deal already. */
  add(deal: string, user: string, call: WriteCall): Promise<DealWriteReport>;
  /** `follower` as it was read before. */
  delete(deal: string, follower: Follower, call: WriteCall): Promise<DealWriteReport>;
}
