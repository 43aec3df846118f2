import type { Person } from './person.ts';
import type { Link } from './ref.ts';
import type { Instant } from './time.ts';
import type { User } from './user.ts';
import type { DealWriteReport } from './write-report.ts';
import type { WriteCall } from './write-step.ts';

/** A person who takes part in a deal beside its primary contact. */
export interface Participant {
  /** The CRM's own id of the link between deal and person, or `null` where the link has none. */
  readonly linkId: string | null;
  readonly person: Link<Person>;
  /** Since when, where the CRM keeps that. */
  readonly since: Instant | null;
  /** Who added them, where the CRM keeps that. */
  readonly addedBy: Link<User> | null;
}

/** Writes on who takes part in a deal. Ids are remote ids; the person is known to exist. */
export interface ParticipantWrites {
  /** Throws a `CONFLICT` with the path `['person']` when the person takes part already, or is the primary contact. */
  add(deal: string, person: string, call: WriteCall): Promise<DealWriteReport>;
  /** `participant` as it was read before. */
  delete(deal: string, participant: Participant, call: WriteCall): Promise<DealWriteReport>;
}
