/** Counts what one operation costs upstream. */
export interface Receipt {
  /** A request was sent, a retry included. `tokens` is its published cost, or `null` on a CRM without tokens. */
  sent(crm: string, tokens: number | null): void;
  /** An identical read already in flight was joined instead of sent. */
  coalesced(crm: string): void;
  /** A kept answer was used instead of a request. */
  cached(crm: string): void;
}

/** On whose behalf, until when and on which account a CRM is called. One per operation. */
export interface Call {
  /** Aborted when nobody waits for the answer any more. A write that was sent is not taken back. */
  readonly signal: AbortSignal;
  /** The moment by which the operation has to be answered, in milliseconds since the epoch. */
  readonly deadline: number;
  readonly receipt: Receipt;
  /** How many records of one CRM may be read for one field to match them or put them in order. */
  readonly scanLimit: number;
  /** The trace it belongs to, if there is one; only tracing knows what it is. */
  readonly trace?: object | undefined;
}
