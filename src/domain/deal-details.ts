import type { Activity } from './activity.ts';
import type { Link } from './ref.ts';
import type { Instant } from './time.ts';

/** What a CRM tells of a deal only when asked. */
export interface DealDetails {
  readonly nextActivity: Link<Activity> | null;
  readonly lastActivity: Link<Activity> | null;
  /** The CRM's own statistics of deals like this one. */
  readonly averageStageProgress: number | null;
  readonly averageSecondsToWon: number | null;
  readonly firstWonAt: Instant | null;
  readonly lastIncomingMailAt: Instant | null;
  readonly lastOutgoingMailAt: Instant | null;
  /** The address that files mail sent to it under the deal. */
  readonly mailAddress: string | null;
  /** The lead it was made from, by its id in the CRM. */
  readonly sourceLeadId: string | null;
  readonly productCount: number | null;
  readonly fileCount: number | null;
  readonly noteCount: number | null;
  readonly followerCount: number | null;
  readonly mailMessageCount: number | null;
  readonly activityCount: number | null;
  readonly doneActivityCount: number | null;
  readonly undoneActivityCount: number | null;
  readonly participantCount: number | null;
}

export type DealDetail = keyof DealDetails;
