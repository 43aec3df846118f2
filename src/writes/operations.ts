import type { Call, Receipt } from '../domain/call.ts';
import { ANONYMOUS, credentialsOf } from '../domain/caller.ts';
import type { Crms } from '../domain/crms.ts';
import { GatewayError, type Problem, toProblem } from '../domain/errors.ts';
import type { FieldChange, Operation, OperationCall } from '../domain/operation.ts';
import { globalId } from '../domain/ref.ts';
import { createLoaders } from '../loaders/index.ts';
import type { Control, WriteContext } from './context.ts';
import { InputCheck } from './input-check.ts';
import { keep, revive } from './keep.ts';
import { abortable, Locks } from './locks.ts';
import {
  type Answered,
  type AnyMutation,
  type Desk,
  type Mutation,
  NO_REPORT,
  type OperationReport,
  type Plan,
} from './mutation.ts';
import { rejected, type WriteResult } from './outcome.ts';
import { Reconciler, type ReconcilerRules } from './reconciler.ts';
import { RunningOperation } from './running-operation.ts';
import { fingerprint, shown, withoutSecrets } from './shown-input.ts';
import type { Mode, OperationTools } from './take-step.ts';

export interface OperationsParts extends OperationTools {
  readonly crms: Crms;
  /** All mutations there are, for operations to be taken up again. */
  readonly mutations: readonly AnyMutation[];
  readonly allowCallCrm: boolean;
  /** The CRMs as credentials have them that callers bring; `null` where those are not known any more. */
  crmsOf(credentials: string): { readonly crms: Crms; release(): void } | null;
  /** See `Call`. */
  readonly scanLimit: number;
  readonly reconciler: ReconcilerRules;
  /** What went wrong where nobody waits for an answer. */
  onTrouble(error: unknown, operation: string): void;
}

/** Somebody holds an idempotency key. */
interface Holder {
  readonly fingerprint: string;
  readonly over: Promise<void>;
}

/** Codes of refusals by which a CRM has answered for good: the same again would be refused again. */
const CONSIDERED = new Set(['REJECTED_BY_CRM', 'INVALID_INPUT', 'NOT_FOUND', 'CONFLICT', 'FORBIDDEN', 'UNSUPPORTED']);
const AGAIN_TIMEOUT_MS = 60_000;
const KEY_PATH = ['control', 'idempotencyKey'];

/** Carries out mutations: each once for each idempotency key, written down before and after, one deal at a time. */
export class Operations {
  readonly #parts: OperationsParts;
  readonly #locks = new Locks();
  readonly #holders = new Map<string, Holder>();
  readonly #reconciler: Reconciler;

  constructor(parts: OperationsParts) {
    this.#parts = parts;
    this.#reconciler = new Reconciler(parts, parts.reconciler, (id) => this.#again(id));
  }

  get journal(): OperationsParts['journal'] {
    return this.#parts.journal;
  }

  /** Carries out a mutation, previews it, or answers what came of it the first time. */
  async run<Input, P extends Plan, Result extends WriteResult>(
    mutation: Mutation<Input, P, Result>,
    input: Input,
    control: Control,
    context: WriteContext,
  ): Promise<Answered<Result>> {
    const desk = this.#desk(context);
    const key = desk.check.control(control);
    const plan = await mutation.read(input, desk);
    const refuse = (problems: readonly Problem[]) =>
      ({ ...mutation.nothing, ...rejected(problems), ...NO_REPORT }) as Answered<Result>;
    if (!plan || desk.check.failed) return refuse(desk.check.problems);

    const fresh = this.#fresh(mutation, input, plan, context);
    if (control?.preview) return this.#carryOut(mutation, plan, fresh, 'PREVIEW', context);
    const carryOut = (claim: string | null) => this.#inLine(mutation, plan, { ...fresh, claim }, context);
    if (key === null) return carryOut(null);

    const claim = fingerprint(context.caller.id, mutation.name, key);
    for (;;) {
      const holder = this.#holders.get(claim);
      const known = holder ? null : this.journal.claimed(claim);
      if (!holder && known === null) return this.#holding(claim, fresh.fingerprint, () => carryOut(claim));
      const first = known === null ? null : await this.journal.find(known);
      if ((holder ?? first)?.fingerprint !== fresh.fingerprint) {
        return refuse([refusal('KEY_REUSED', 'the key was used before, for another input', KEY_PATH)]);
      }
      if (first) return replay(mutation.nothing, first) as Answered<Result>;
      try {
        if (holder) await abortable(holder.over, context.call.signal);
      } catch {
        return refuse([refusal('IN_PROGRESS', 'the same write is still running', KEY_PATH)]);
      }
    }
  }

  /**
   * Takes up what was under way when the gateway stopped. Of what nothing was sent is over when the promise resolves;
   * the rest is looked into and finished in the background.
   */
  async start(): Promise<void> {
    for (const operation of this.journal.unsettled) {
      const wasSent = operation.steps.some(({ state }) => state !== 'REFUSED');
      if (operation.state === 'UNSETTLED') continue;
      if (wasSent) this.#takeUp(operation);
      else await this.#abandon(operation);
    }
    this.#reconciler.start();
  }

  /** Stops looking into lost answers; the next start goes on with it. */
  async close(): Promise<void> {
    await this.#reconciler.close();
  }

  /** Only the CRMs count that the caller may know of. */
  #desk({ crms, caller }: WriteContext): Desk {
    const { journal, allowCallCrm } = this.#parts;
    return { check: new InputCheck(crms), journal, allowCallCrm, caller };
  }

  #fresh<Input>(mutation: AnyMutation, input: Input, plan: Plan, { caller }: WriteContext): Operation {
    return {
      id: this.journal.nextId(),
      mutation: mutation.name,
      crms: plan.crms,
      caller: caller.id,
      claim: null,
      fingerprint: fingerprint(mutation.name, shown(input)),
      input: withoutSecrets(keep(input)),
      state: 'RUNNING',
      startedAt: this.#parts.clock.now(),
      finishedAt: null,
      outcome: null,
      problems: [],
      deals: plan.deals.map(({ ref }) => globalId(ref)),
      changes: [],
      notes: {},
      result: null,
      steps: [],
      undoneBy: null,
    };
  }

  /** Has others who come with the same key wait meanwhile. */
  async #holding<T>(claim: string, print: string, work: () => Promise<T>): Promise<T> {
    let end = () => {};
    const over = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.#holders.set(claim, { fingerprint: print, over });
    try {
      return await work();
    } finally {
      this.#holders.delete(claim);
      end();
    }
  }

  /** Carries out what is to be written down, behind other operations on the same deals. */
  async #inLine<P extends Plan, Result extends WriteResult>(
    mutation: Mutation<never, P, Result>,
    plan: P,
    operation: Operation,
    context: WriteContext,
  ): Promise<Answered<Result>> {
    const refuse = (problem: Problem) =>
      ({ ...mutation.nothing, ...rejected([problem]), ...NO_REPORT }) as Answered<Result>;
    const keys = locksOf(plan);
    const busy = mutation.isExclusive ? this.#locks.busy(keys) : null;
    const inProgress = (id: string | null) => {
      const named = plan.deals.find(({ ref }) => globalId(ref) === id) ?? plan.deals[0];
      return refusal('IN_PROGRESS', 'another operation is writing to this deal', named?.path ?? ['input']);
    };
    if (busy !== null) return refuse(inProgress(busy));
    let release = () => {};
    try {
      release = await this.#locks.take(keys, context.call.signal);
    } catch {
      return refuse(inProgress(null));
    }
    try {
      return await this.#carryOut(mutation, plan, operation, 'LIVE', context);
    } finally {
      release();
    }
  }

  async #carryOut<P extends Plan, Result extends WriteResult>(
    mutation: Mutation<never, P, Result>,
    plan: P,
    operation: Operation,
    mode: Mode,
    context: WriteContext,
  ): Promise<Answered<Result>> {
    const running = RunningOperation.begin(operation, mode, context, this.#parts);
    if (mode === 'LIVE') {
      try {
        await running.save({});
      } catch (error) {
        const problem = toProblem(error, running.now());
        return { ...mutation.nothing, ...rejected([problem]), ...NO_REPORT } as Answered<Result>;
      }
    }
    let result: Result;
    try {
      result = truthful(await mutation.run(plan, running), running);
    } catch (error) {
      // A bug. What was sent before it is looked into like every lost answer.
      if (mode !== 'PREVIEW') await this.#end(running, truthful({ ...rejected([]), ...mutation.nothing }, running));
      throw error;
    } finally {
      context.loaders.clear();
    }
    if (mode !== 'PREVIEW') await this.#end(running, result);
    const { current, merge } = running;
    return withReport(result, {
      operation: mode === 'PREVIEW' ? null : current,
      changes: current.changes,
      calls: callsOf(current),
      merge,
    });
  }

  /** Writes down how an operation ended; should that fail, the answer is still true, and the next start finds out. */
  async #end(running: RunningOperation, { outcome, problems, ...result }: WriteResult): Promise<void> {
    const { claim, steps, changes } = running.current;
    const isOpen = steps.some(({ state }) => state === 'SENDING' || state === 'UNKNOWN');
    const isFree = claim !== null && outcome === 'REJECTED' && !steps.some(({ failure }) => wasConsidered(failure));
    try {
      await running.save(
        {
          state: isOpen ? 'SETTLING' : 'DONE',
          finishedAt: running.now(),
          outcome,
          problems,
          result: keep(result),
          changes: outcome === 'REJECTED' ? [] : changes,
          ...(isFree && { claim: null }),
        },
        isFree ? claim : undefined,
      );
    } catch (error) {
      this.#parts.onTrouble(error, running.current.id);
    }
    if (isOpen && running.mode === 'LIVE') void this.#reconciler.add(running.current.id);
  }

  /** Nothing was sent of it. */
  async #abandon(operation: Operation): Promise<void> {
    const { journal, clock } = this.#parts;
    const problem = refusal('UPSTREAM_UNAVAILABLE', 'the gateway stopped before anything was sent', null);
    const ended: Operation = {
      ...operation,
      state: 'DONE',
      finishedAt: clock.now(),
      outcome: 'REJECTED',
      problems: [{ ...problem, isRetryable: true }],
      changes: [],
      claim: null,
    };
    await journal.save(ended, undefined, operation.claim === null ? {} : { released: operation.claim });
  }

  /**
   * Whoever asks with the key of an operation that was cut off waits until it has been looked into once, which is before
   * others that have been answered already.
   */
  #takeUp(operation: Operation): void {
    if (operation.state !== 'RUNNING') {
      void this.#reconciler.add(operation.id);
      return;
    }
    const first = this.#reconciler.add(operation.id, 0);
    if (operation.claim !== null) {
      this.#holding(operation.claim, operation.fingerprint, () => first).catch(() => undefined);
    }
  }

  /** Looks into what was sent, and finishes what took effect in part. Whether the operation is over then. */
  async #again(id: string): Promise<boolean> {
    const operation = await this.journal.find(id);
    if (!operation || operation.state === 'DONE') return true;
    const mutation = this.#parts.mutations.find(({ name }) => name === operation.mutation);
    if (!mutation) return false;
    const credentials = credentialsOf(operation.caller);
    if (credentials === '') return this.#runAgain(mutation, operation, this.#parts.crms);
    // What was begun with a caller's own credentials is not looked into, let alone finished, with any other.
    const lease = this.#parts.crmsOf(credentials);
    if (lease === null) return false;
    try {
      return await this.#runAgain(mutation, operation, lease.crms);
    } finally {
      lease.release();
    }
  }

  async #runAgain(mutation: AnyMutation, operation: Operation, crms: Crms): Promise<boolean> {
    const context = this.#ownContext(operation.caller, crms);
    const desk = this.#desk(context);
    const plan: Plan | null = await mutation.read(revive(operation.input), desk);
    if (!plan || desk.check.failed) return false;

    const release = await this.#locks.take(locksOf(plan), context.call.signal);
    try {
      const { operation: ended } = await this.#carryOut(mutation, plan, operation, 'AGAIN', context);
      return ended?.state === 'DONE';
    } finally {
      release();
    }
  }

  /** What is done where nobody waits for an answer. */
  #ownContext(caller: string, crms: Crms): WriteContext {
    const { clock, scanLimit } = this.#parts;
    const signal = AbortSignal.any([this.#reconciler.closing, AbortSignal.timeout(AGAIN_TIMEOUT_MS)]);
    const receipt: Receipt = { admit: () => () => {}, sent: () => {}, coalesced: () => {}, cached: () => {} };
    const deadline = clock.now() + AGAIN_TIMEOUT_MS;
    const call: Call = {
      ...{ signal, deadline, receipt, scanLimit },
      priority: 'SETTLING',
      policy: 'BALANCED',
      because: [],
    };
    return {
      crms,
      caller: { ...ANONYMOUS, id: caller },
      call,
      loaders: createLoaders(crms, call),
      now: () => clock.now(),
    };
  }
}

/** No result may say that nothing was written while something was, or may have been. */
function truthful<Result extends WriteResult>(result: Result, running: RunningOperation): Result {
  if (result.outcome !== 'REJECTED' || running.isPreview || running.isRefused) return result;
  const isOpen = running.current.steps.some(({ state }) => state === 'SENDING' || state === 'UNKNOWN');
  if (isOpen) {
    const message = `the write was sent and its effect could not be established; operation ${running.current.id}`;
    const problem = refusal('OUTCOME_UNKNOWN', message, ['input']);
    return { ...result, outcome: 'UNKNOWN', problems: [problem, ...result.problems] };
  }
  return running.hasEffect ? { ...result, outcome: 'PARTIAL' } : result;
}

/** What an operation came to, for whoever asks again with its key. */
function replay(nothing: object, first: Operation): Answered<WriteResult> {
  const kept = first.result === null ? {} : revive<object>(first.result);
  const result = { ...nothing, ...kept, outcome: 'REPLAYED' as const, problems: first.problems };
  return withReport(result, { ...NO_REPORT, operation: first, changes: first.changes, calls: callsOf(first) });
}

/** Where a result has one for each of several deals, each tells what is its own. */
function withReport<Result extends WriteResult>(result: Result, report: OperationReport): Answered<Result> {
  if (!('items' in result) || !Array.isArray(result.items)) return { ...result, ...report };
  const items = result.items.map((item: WriteResult & { readonly record?: string }) => {
    const isOwn = ({ record }: FieldChange) => record === item.record;
    return { ...item, ...report, calls: [], changes: report.changes.filter(isOwn) };
  });
  return { ...result, ...report, items };
}

function callsOf({ steps }: Operation): readonly OperationCall[] {
  return steps.map(({ call }) => call);
}

/** The same for all callers, whatever their credentials: those may be of one company. */
function locksOf({ deals }: Plan): readonly string[] {
  return [...new Set(deals.map(({ ref }) => globalId(ref)))];
}

function wasConsidered(failure: Operation['steps'][number]['failure']): boolean {
  return failure !== null && CONSIDERED.has(failure.code);
}

function refusal(
  code: 'KEY_REUSED' | 'IN_PROGRESS' | 'OUTCOME_UNKNOWN' | 'UPSTREAM_UNAVAILABLE',
  message: string,
  path: readonly string[] | null,
): Problem {
  return { ...toProblem(new GatewayError(code, message), 0), path };
}
