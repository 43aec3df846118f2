/** Who sent an operation to the gateway. */
export interface Caller {
  /** Tells callers apart; idempotency keys are each caller's own. */
  readonly id: string;
}

/** Whoever calls a gateway that tells no callers apart. */
export const ANONYMOUS: Caller = { id: 'anonymous' };
