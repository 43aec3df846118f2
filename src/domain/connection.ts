import type { Instant } from './time.ts';

export const CONNECTION_STATES = ['CONNECTED', 'EXPIRED', 'REFUSED', 'BLOCKED', 'NOT_CONNECTED'] as const;

/**
 * How the gateway stands with a CRM: it has credentials and nothing speaks against them; they are over and could not be
 * renewed yet; the CRM has refused them, or lets nothing of the account through for a while; or there are none.
 */
export type ConnectionState = (typeof CONNECTION_STATES)[number];

/** What is known of a connection without asking the CRM. */
export interface Connection {
  readonly state: ConnectionState;
  /** When its access token ends, which is renewed before; `null` for credentials without an end. */
  readonly expiresAt: Instant | null;
}
