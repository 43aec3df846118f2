import type { HttpMethod } from './api-request.ts';
import type { CancelSignal } from './cancellation.ts';
import type { Policy } from './policy.ts';
import type { Priority } from './priority.ts';

/** A request that was sent, as the receipt shows it. Credentials are no part of it. */
export interface SentRequest {
  readonly method: HttpMethod;
  readonly path: string;
  readonly query?: readonly (readonly [name: string, value: string | number | boolean | undefined])[];
  /** The published cost; `null` on a CRM without tokens. */
  readonly tokens: number | null;
}

/** Counts what one operation costs upstream, and holds it to its ceiling. */
export interface Receipt {
  /**
   * Asks for leave to send a request. Throws `BUDGET_EXCEEDED` where it would cost more than the operation may. Leave
   * that is not used is given back by the function that is answered.
   */
  admit(crm: string, tokens: number | null): () => void;
  /** A request was sent, a retry included. `because`: the fields it was sent for. */
  sent(crm: string, request: SentRequest, because: readonly string[]): void;
  /**
   * A read that was sent for another operation was joined instead of sent. `share` is what this one pays of it: a part
   * of its tokens.
   */
  coalesced(crm: string, share?: { readonly request: SentRequest; readonly because: readonly string[] }): void;
  /** A kept answer was used instead of a request. */
  cached(crm: string): void;
}

/** On whose behalf, until when and on which account a CRM is called. The receipt is that of the operation. */
export interface Call {
  /** Aborted when nobody waits for the answer any more. A write that was sent is not taken back. */
  readonly signal: CancelSignal;
  /** The moment by which the operation has to be answered, in milliseconds since the epoch. */
  readonly deadline: number;
  readonly receipt: Receipt;
  /** What goes first where requests of several calls wait for the same CRM. */
  readonly priority: Priority;
  /**
   * With whom its reads may be shared: those of the same scope, which is that of one caller. Absent where every read
   * has to be its own, as before and after a write.
   */
  readonly scope?: string;
  /** What to save where there is more than one way of reading something. */
  readonly policy: Policy;
  /** The GraphQL fields that ask, for example `Deal.person`. */
  readonly because: readonly string[];
  /** How many records of one CRM may be read for one field to match them or put them in order. */
  readonly scanLimit: number;
  /** The trace it belongs to, if there is one; only tracing knows what it is. */
  readonly trace?: object | undefined;
}
