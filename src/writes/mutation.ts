import type { Caller } from '../domain/caller.ts';
import { type GatewayError, toProblem } from '../domain/errors.ts';
import type { MergePreview } from '../domain/merge-preview.ts';
import type { FieldChange, Operation, OperationCall } from '../domain/operation.ts';
import type { Ref } from '../domain/ref.ts';
import type { Journal } from '../journal/journal.ts';
import type { InputCheck } from './input-check.ts';
import { rejected, type WriteResult } from './outcome.ts';
import type { RunningOperation } from './running-operation.ts';

/** A deal that a mutation is about, and where in its arguments it is named. */
export interface NamedDeal {
  readonly ref: Ref<'Deal'>;
  readonly path: readonly string[];
}

/** What a mutation's arguments ask for, as far as it can be told without a call. */
export interface Plan {
  /** The CRMs that are written to. */
  readonly crms: readonly string[];
  /** The deals that are written to and exist already. */
  readonly deals: readonly NamedDeal[];
}

/** What reading arguments may look at beside the arguments. */
export interface Desk {
  readonly check: InputCheck;
  readonly journal: Journal;
  readonly caller: Caller;
  /** Whether the configuration lets callers send requests of their own. */
  readonly allowCallCrm: boolean;
}

/**
 * A mutation as it is defined, apart from how it is carried out: once, as a preview, or again after a crash, when
 * steps that were sent before answer with what came of them then. So `run` does the same whenever it is given the
 * same plan, and takes what it reads before its first write from notes.
 */
export interface Mutation<Input, P extends Plan, Result extends WriteResult> {
  readonly name: string;
  /** Whether no other operation may be writing to its deals: they disappear. */
  readonly isExclusive?: boolean;
  /** Reads and checks the arguments. What is wrong goes to `check`; `null` where nothing can be done. */
  read(input: Input, desk: Desk): P | null | Promise<P | null>;
  run(plan: P, operation: RunningOperation): Promise<Result>;
  /** What the result of a write without effect has beside outcome and problems. */
  readonly nothing: Omit<Result, keyof WriteResult>;
}

/** Any of them, where only their names matter. */
// biome-ignore lint/suspicious/noExplicitAny: what one reads is what the same one runs.
export type AnyMutation = Mutation<any, any, any>;

/** What every result tells of its operation. */
export interface OperationReport {
  /** `null` where nothing was written down: the input was refused, or it was a preview. */
  readonly operation: Operation | null;
  readonly changes: readonly FieldChange[];
  readonly calls: readonly OperationCall[];
  /** Of a previewed merge, by the CRM it is in. */
  readonly merge: { readonly crm: string; readonly preview: MergePreview } | null;
}

export type Answered<Result> = Result & OperationReport;

/** A write that was refused for what it takes, as the result of any mutation. */
export function refusedForItsPrice(error: GatewayError, now: number) {
  const nothing = { deal: null, items: [], lines: null, follower: null, participant: null, part: null };
  return { ...nothing, notRestored: [], ...rejected([toProblem(error, now)]), ...NO_REPORT };
}

export const NO_REPORT: OperationReport = { operation: null, changes: [], calls: [], merge: null };
