import type { Call } from '../domain/call.ts';
import type { Caller } from '../domain/caller.ts';
import type { Crms } from '../domain/crms.ts';
import type { CustomFieldWants } from '../domain/custom-field-wants.ts';
import type { UpstreamCost } from '../domain/upstream.ts';
import type { Loaders } from '../loaders/index.ts';
import type { Seen } from '../plan/seen.ts';
import type { Operations } from '../writes/operations.ts';

/** What an operation costs the CRMs, and may cost them. */
export interface Upstream {
  /** Nothing is asked of a CRM: the operation wants to know its price. */
  readonly isDryRun: boolean;
  /** Whether a field of the root, by the name it is answered under, may ask a CRM something. */
  mayAsk(name: string): boolean;
  /**
   * Throws `BUDGET_EXCEEDED` where a mutation takes more than may be spent; from now on its ceiling holds. One that
   * does not write, such as a preview, takes less than its price.
   */
  beginWrite(name: string, maxTokens: number | null, writes: boolean): void;
  /** The price, or what was spent; `null` as long as that is not known. */
  cost(): UpstreamCost | null;
}

/** What resolvers get: one per GraphQL operation. */
export interface GraphQLContext {
  readonly crms: Crms;
  readonly caller: Caller;
  readonly call: Call;
  readonly loaders: Loaders;
  readonly upstream: Upstream;
  /** The custom fields the operation shows; all where it does not say. */
  readonly customFields?: CustomFieldWants | undefined;
  /** The answer is given in parts: what is deferred or streamed is not to be waited for. */
  readonly inParts: boolean;
  /** Carries out mutations, and knows those of before. */
  readonly operations: Operations;
  /** What earlier operations have seen. */
  readonly seen: Seen;
  /** Milliseconds since the epoch. */
  now(): number;
  /** The context as a field has it, `Deal.person` for example: what it asks of a CRM is asked because of it. */
  askedBy(field: string): AskedContext;
}

/** The context of one field. */
export interface AskedContext extends GraphQLContext {
  /** The field is resolved once more, on a record of a CRM where it is one's. */
  resolving(crm: string): void;
  /** A list gave so much of what was asked, of a CRM. */
  filled(crm: string, share: number): void;
}
