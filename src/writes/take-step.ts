import type { Call } from '../domain/call.ts';
import { ERROR_CODES, type ErrorCode, GatewayError } from '../domain/errors.ts';
import type { Operation, OperationCall, StepFailure, StepRecord } from '../domain/operation.ts';
import type { JsonValue, WriteStep } from '../domain/write-step.ts';
import type { Journal } from '../journal/journal.ts';
import type { WriteClock } from './context.ts';
import { collectionOf, nameOfMade, namesOfMade } from './made.ts';
import { fingerprint } from './shown-input.ts';

/** How an operation is carried out. */
export type Mode =
  /** For the first time. */
  | 'LIVE'
  /** Reads and checks only. */
  | 'PREVIEW'
  /** Once more: what was sent is looked into, and what was begun is finished. */
  | 'AGAIN';

export interface OperationTools {
  readonly journal: Journal;
  readonly clock: WriteClock;
  /** How long a lost answer is looked into before the caller is told, in milliseconds. */
  readonly settleMs: number;
}

/** The operation that takes a step. */
export interface StepTaker {
  readonly mode: Mode;
  readonly isPreview: boolean;
  readonly tools: OperationTools;
  readonly call: Call;
  /** As it is by now. */
  readonly current: Operation;
  /** Whether something that was sent took effect for sure. */
  readonly hasEffect: boolean;
  now(): number;
  /** The step of this name, if it was begun. */
  step(name: string): StepRecord | null;
  /** Notes a request that would be sent. */
  preview(name: string, call: OperationCall): void;
  /** Writes down what became of a step, and the names of what it made. */
  record(step: StepRecord, made?: readonly string[]): Promise<void>;
}

/** Between the looks into what came of a step; the last one is repeated. */
const SETTLE_DELAYS_MS = [250, 500, 1_000, 2_000, 4_000];
/** How long after its begin what is left of an operation is still sent. */
const FINISH_FOR_MS = 86_400_000;
/** What is left of the deadline for the answer. */
const ANSWER_MS = 250;

/** Takes a step: sends it once at most, and answers with what came of it whenever it is taken again. */
export async function takeStep<Result extends JsonValue, Baseline extends JsonValue>(
  step: WriteStep<Result, Baseline>,
  crm: string,
  operation: StepTaker,
): Promise<Result> {
  const call: OperationCall = { crm, ...step.request };
  if (operation.isPreview) {
    operation.preview(step.name, call);
    return step.previewed;
  }
  const begun = operation.step(step.name);
  if (begun === null) return send(step, call, operation);
  if (begun.state === 'CONFIRMED') return begun.result as Result;
  if (begun.state === 'REFUSED') throw failureOf(begun, crm, 'NONE');
  return settle(step, begun, operation);
}

async function send<Result extends JsonValue, Baseline extends JsonValue>(
  step: WriteStep<Result, Baseline>,
  call: OperationCall,
  operation: StepTaker,
): Promise<Result> {
  if (operation.mode === 'AGAIN') assertWorthFinishing(operation, call.crm);
  const baseline = step.baseline ? await step.baseline() : null;
  const sending: StepRecord = {
    name: step.name,
    call,
    state: 'SENDING',
    sentAt: operation.now(),
    baseline,
    ...(step.likeness && { likeness: fingerprint(step.likeness(baseline)) }),
    result: null,
    failure: null,
  };
  await operation.record(sending);
  let result: Result;
  try {
    result = await step.send();
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    if (error.details.effect !== 'POSSIBLE') {
      await operation.record({ ...sending, state: 'REFUSED', failure: asFailure(error) });
      throw error;
    }
    const lost: StepRecord = { ...sending, state: 'UNKNOWN', failure: asFailure(error) };
    await operation.record(lost);
    return settle(step, lost, operation);
  }
  await confirm(sending, result, operation);
  return result;
}

/** Looks for evidence, several times while there is time; fails when there is none, since nothing is sent again. */
async function settle<Result extends JsonValue, Baseline extends JsonValue>(
  step: WriteStep<Result, Baseline>,
  lost: StepRecord,
  operation: StepTaker,
): Promise<Result> {
  const { tools, current } = operation;
  const call: Call = { ...operation.call, priority: 'SETTLING' };
  const until = Math.min(operation.now() + tools.settleMs, call.deadline - ANSWER_MS);
  let why = '';
  for (let tries = 0; ; tries += 1) {
    if (call.signal.aborted) break;
    const settlement = await step.settle({
      sentAt: lost.sentAt,
      baseline: lost.baseline as Baseline | null,
      isTaken: (id) => isTakenByAnother(id, lost, operation),
      rivals: () => rivalsOf(lost, operation),
      call,
    });
    if (settlement.state === 'APPLIED') {
      await confirm(lost, settlement.result, operation);
      return settlement.result;
    }
    why = settlement.why;
    const delay = SETTLE_DELAYS_MS[Math.min(tries, SETTLE_DELAYS_MS.length - 1)] as number;
    if (operation.mode === 'AGAIN' || operation.now() + delay >= until) break;
    await tools.clock.sleep(delay, call.signal).catch(() => undefined);
  }
  const known = why === '' ? '' : `; looked for it: ${why}`;
  const told = lost.failure?.message ?? 'the gateway stopped before it had an answer';
  throw new GatewayError(codeOf(lost.failure), `${told}${known}; operation ${current.id}`, {
    crm: lost.call.crm,
    effect: 'POSSIBLE',
    ...(lost.failure?.path && { path: lost.failure.path }),
  });
}

/** Done for sure. Should the journal fail now, the answer is still true; the next step will not be sent. */
async function confirm(step: StepRecord, result: JsonValue, operation: StepTaker): Promise<void> {
  const confirmed: StepRecord = { ...step, state: 'CONFIRMED', result, failure: null };
  try {
    await operation.record(confirmed, namesOfMade(step.call, result));
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
  }
}

function isTakenByAnother(id: string, { call }: StepRecord, operation: StepTaker): boolean {
  const maker = operation.tools.journal.makerOf(nameOfMade(call, id));
  return maker !== null && maker !== operation.current.id;
}

/**
 * Operations that sent something alike and do not know what came of it either. One that was given up was sent so long
 * ago that what it made would have been there before.
 */
function rivalsOf(lost: StepRecord, { tools, current }: StepTaker): number {
  const collection = collectionOf(lost.call);
  const isAlike = (step: StepRecord, other: Operation) =>
    lost.likeness === undefined || step.likeness === undefined
      ? step.name === lost.name && other.fingerprint === current.fingerprint
      : step.likeness === lost.likeness && collectionOf(step.call) === collection;
  return tools.journal.unsettled.filter(
    (other) =>
      other.id !== current.id &&
      other.state !== 'UNSETTLED' &&
      other.steps.some((step) => (step.state === 'SENDING' || step.state === 'UNKNOWN') && isAlike(step, other)),
  ).length;
}

/** What took effect in part is finished; what did not is not begun by itself, and nothing is after a long time. */
function assertWorthFinishing(operation: StepTaker, crm: string): void {
  const refuse = (message: string) => new GatewayError('UPSTREAM_UNAVAILABLE', message, { crm });
  if (!operation.hasEffect) throw refuse('the gateway stopped before it was sent');
  const isOld = operation.now() - operation.current.startedAt > FINISH_FOR_MS;
  if (isOld) throw refuse('the gateway stopped before it was sent, too long ago for it to be done now');
}

function asFailure({ code, message, details }: GatewayError): StepFailure {
  return { code, message, path: details.path ?? null };
}

function failureOf({ failure, call }: StepRecord, crm: string, effect: 'NONE' | 'POSSIBLE'): GatewayError {
  const message = failure?.message ?? `${call.crm} refused it`;
  return new GatewayError(codeOf(failure), message, { crm, effect, ...(failure?.path && { path: failure.path }) });
}

function codeOf(failure: StepFailure | null): ErrorCode {
  return failure && Object.hasOwn(ERROR_CODES, failure.code) ? (failure.code as ErrorCode) : 'UPSTREAM_UNAVAILABLE';
}
