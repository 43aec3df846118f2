import type { HttpMethod } from './api-request.ts';
import type { Call } from './call.ts';
import type { Instant } from './time.ts';

/** A value that survives being written down as JSON. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** The request a step sends, without ids, values and secrets. */
export interface WriteRequest {
  readonly method: Exclude<HttpMethod, 'GET'>;
  /** The path with `{id}` in place of ids. */
  readonly template: string;
  /** The published cost in the CRM's tokens; `null` on a CRM without tokens. */
  readonly tokens: number | null;
}

/** Under which circumstances a step whose answer was lost is looked into. */
export interface Settling<Baseline> {
  /** When the request was handed over, in milliseconds since the epoch, by the gateway's clock. */
  readonly sentAt: Instant;
  /** What the step had noted before it was sent; `null` where it notes nothing. */
  readonly baseline: Baseline | null;
  /** Whether another operation is known to have made the record of this remote id. */
  isTaken(id: string): boolean;
  /**
   * How many other operations have sent something alike and do not know what came of it either. What they made may be
   * among what was read, so it is asked after the reads: an operation is written down before it sends anything.
   */
  rivals(): number;
  /** What the reads are done with. */
  readonly call: Call;
}

/** What was found out. That nothing was found proves nothing: the request may still be on its way. */
export type Settlement<Result> =
  | { readonly state: 'APPLIED'; readonly result: Result }
  | { readonly state: 'UNKNOWN'; readonly why: string };

/** One write to a CRM, a single request that is sent at most once, and how to find out what became of it. */
export interface WriteStep<Result extends JsonValue, Baseline extends JsonValue = JsonValue> {
  /** Tells the steps of one operation apart, and is the same whenever the operation is run again: `add`, `lines 0`. */
  readonly name: string;
  readonly request: WriteRequest;
  /** Notes what `settle` has to know from before the write. Only reads; called right before `send`. */
  baseline?(): Promise<Baseline>;
  /**
   * What the records that two requests make have in common where one could be taken for the other; without it only
   * requests of operations with the same input are alike.
   */
  likeness?(baseline: Baseline | null): string;
  /** Sends the request. A failure after which it may have taken effect has `details.effect` `POSSIBLE`. */
  send(): Promise<Result>;
  /** Looks for evidence that a request whose answer was lost took effect. Only reads. */
  settle(settling: Settling<Baseline>): Promise<Settlement<Result>>;
  /** Stands for the result where the write is only previewed. */
  readonly previewed: Result;
}

/** Takes the steps of one operation. */
export interface WriteSteps {
  /** Nothing is sent: steps answer with what stands for their result, and what would be read after them is not read. */
  readonly isPreview: boolean;
  /**
   * The result of a step: of sending it now, or, where the operation is run again, of having sent it then. One whose
   * answer was lost is looked into, never sent again; if nothing is found it fails with `details.effect` `POSSIBLE`.
   */
  take<Result extends JsonValue, Baseline extends JsonValue = JsonValue>(
    step: WriteStep<Result, Baseline>,
  ): Promise<Result>;
}

/** A call that may write. */
export interface WriteCall extends Call {
  readonly steps: WriteSteps;
}
