import { type Caller, credentialsOf, hasScope } from './caller.ts';
import type { Problem } from './errors.ts';
import type { Outcome } from './outcome.ts';
import { globalId, type Ref } from './ref.ts';
import type { Instant } from './time.ts';
import type { JsonValue, WriteRequest } from './write-step.ts';

/** A field of a record taking another value, in the form the schema shows it. */
export interface FieldChange {
  /** Global id of the record; `null` for one that does not exist yet. */
  readonly record: string | null;
  readonly field: string;
  readonly before: JsonValue;
  readonly after: JsonValue;
}

/** A request that was made or would be made. */
export interface OperationCall extends WriteRequest {
  readonly crm: string;
}

export const OPERATION_STATES = ['RUNNING', 'SETTLING', 'DONE', 'UNSETTLED'] as const;

/**
 * Where an operation is: under way; answered, while what came of it is still looked into; over; or over without
 * anybody knowing what came of it.
 */
export type OperationState = (typeof OPERATION_STATES)[number];

/**
 * What became of a step: handed over and not heard of since, done for sure, answer lost, or refused by the CRM or
 * never sent (`failure` says which).
 */
export type StepState = 'SENDING' | 'CONFIRMED' | 'UNKNOWN' | 'REFUSED';

/** One write of an operation, as far as it got. */
export interface StepRecord {
  readonly name: string;
  readonly call: OperationCall;
  readonly state: StepState;
  readonly sentAt: Instant;
  readonly baseline: JsonValue;
  /** Stands for what other steps of its kind have in common with it where what they made could be taken for its own. */
  readonly likeness?: string;
  /** Of a confirmed step. */
  readonly result: JsonValue;
  /** Why a step has no result. */
  readonly failure: StepFailure | null;
}

/** An error as it is kept. */
export interface StepFailure {
  readonly code: string;
  readonly message: string;
  readonly path: readonly string[] | null;
}

/** One write that somebody asked of the gateway, from before its first call to its outcome. */
export interface Operation {
  /** Sorts in the order in which operations began. */
  readonly id: string;
  /** The mutation's name. */
  readonly mutation: string;
  /** The CRMs it writes to. */
  readonly crms: readonly string[];
  readonly caller: string;
  /** Stands for caller, mutation and idempotency key; `null` without a key. */
  readonly claim: string | null;
  /** SHA-256 of mutation and input in canonical form. */
  readonly fingerprint: string;
  /** The mutation's arguments without secrets. */
  readonly input: JsonValue;
  readonly state: OperationState;
  readonly startedAt: Instant;
  /** When its outcome was last established. */
  readonly finishedAt: Instant | null;
  /** `null` while it is under way. */
  readonly outcome: Outcome | null;
  readonly problems: readonly Problem[];
  /** Global ids of the deals it is about. */
  readonly deals: readonly string[];
  readonly changes: readonly FieldChange[];
  /** What was read and decided before the first write, by name. */
  readonly notes: Readonly<Record<string, JsonValue>>;
  /** What the mutation's result has beside outcome and problems. */
  readonly result: JsonValue;
  readonly steps: readonly StepRecord[];
  /** The operation that reversed it. */
  readonly undoneBy: string | null;
}

/** The deals an operation is about: those of its input, and the one its result has. */
export function dealIdsOf({ deals, result }: Pick<Operation, 'deals' | 'result'>): readonly string[] {
  const { deal } = (result ?? {}) as { readonly deal?: { readonly ref: Ref } | null };
  return [...new Set([...deals, ...(deal ? [globalId(deal.ref)] : [])])];
}

/**
 * Whether a caller is shown an operation: its own, and with the scope `admin` any, if it may know of all its CRMs.
 * What was done with other credentials is shown to nobody: it may be about the records of another company.
 */
export function isShownTo({ caller: author, crms }: Operation, caller: Caller): boolean {
  if (credentialsOf(author) !== credentialsOf(caller.id)) return false;
  if (author !== caller.id && !hasScope(caller, 'admin')) return false;
  return caller.crms === null || crms.every((crm) => caller.crms?.has(crm));
}
