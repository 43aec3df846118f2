import type { Call } from '../domain/call.ts';
import { type Caller, credentialsOf } from '../domain/caller.ts';
import type { Crms } from '../domain/crms.ts';
import type { Problem } from '../domain/errors.ts';
import type { MergePreview } from '../domain/merge-preview.ts';
import type { Operation, OperationCall, StepRecord } from '../domain/operation.ts';
import { globalId, type Ref } from '../domain/ref.ts';
import type { WriteCall } from '../domain/write-step.ts';
import type { Effects, Move } from '../journal/journal.ts';
import type { Loaders } from '../loaders/index.ts';
import type { WriteContext } from './context.ts';
import { keep, revive } from './keep.ts';
import { type Attempted, attempt } from './outcome.ts';
import { shownAs } from './shown-input.ts';
import { type Mode, type OperationTools, type StepTaker, takeStep } from './take-step.ts';

/** What the views of one operation share. */
interface Shared {
  operation: Operation;
  readonly mode: Mode;
  readonly context: WriteContext;
  readonly tools: OperationTools;
  saving: Promise<unknown>;
  readonly moved: Move[];
  undid: string | null;
  merge: { readonly crm: string; readonly preview: MergePreview } | null;
  isRefused: boolean;
}

/** One operation while it is carried out: what it noted, changed and sent so far, each thing written down in time. */
export class RunningOperation implements StepTaker {
  readonly #shared: Shared;
  readonly #scope: string;

  private constructor(shared: Shared, scope: string) {
    this.#shared = shared;
    this.#scope = scope;
  }

  static begin(operation: Operation, mode: Mode, context: WriteContext, tools: OperationTools): RunningOperation {
    const state = { saving: Promise.resolve(), moved: [], undid: null, merge: null, isRefused: false };
    return new RunningOperation({ operation, mode, context, tools, ...state }, '');
  }

  /** The same operation for a write that is part of it: its notes and steps are told apart from those of others. */
  within(scope: string): RunningOperation {
    return new RunningOperation(this.#shared, `${this.#scope}${scope} `);
  }

  get crms(): Crms {
    return this.#shared.context.crms;
  }

  get caller(): Caller {
    return this.#shared.context.caller;
  }

  get call(): Call {
    return this.#shared.context.call;
  }

  get loaders(): Loaders {
    return this.#shared.context.loaders;
  }

  get tools(): OperationTools {
    return this.#shared.tools;
  }

  get mode(): Mode {
    return this.#shared.mode;
  }

  get isPreview(): boolean {
    return this.mode === 'PREVIEW';
  }

  /** As it is by now. */
  get current(): Operation {
    return this.#shared.operation;
  }

  /** What a merge would do, where one is previewed. */
  get merge(): Shared['merge'] {
    return this.#shared.merge;
  }

  showMerge(crm: string, preview: MergePreview): void {
    this.#shared.merge = { crm, preview };
  }

  /** Whether the CRM refused what was sent, and said so in an answer like any other. */
  get isRefused(): boolean {
    return this.#shared.isRefused;
  }

  refused(): void {
    this.#shared.isRefused = true;
  }

  now(): number {
    return this.tools.clock.now();
  }

  /**
   * The operation's call for writes on one CRM. Writes that have steps of the same names are told apart by their
   * scope.
   */
  writes(crm: string, scope = ''): WriteCall {
    const prefix = this.#scope + (scope === '' ? '' : `${scope} `);
    return {
      ...this.call,
      steps: {
        isPreview: this.isPreview,
        take: (step) => takeStep({ ...step, name: prefix + step.name }, crm, this),
      },
    };
  }

  /**
   * What was read or decided before the first write. It is written down with the next step, and is the same when the
   * operation is run again.
   */
  async note<T>(name: string, read: () => Promise<T>): Promise<T> {
    const key = this.#scope + name;
    const noted = this.current.notes[key];
    if (noted !== undefined) return revive<T>(noted);
    const value = await read();
    this.#become({ notes: { ...this.current.notes, [key]: keep(value) } });
    return value;
  }

  /** Checks something before the first write, and not again when the operation is run again. */
  async once(name: string, check: () => unknown): Promise<void> {
    await this.note(name, async () => {
      await check();
      return true;
    });
  }

  /** Says what a field of a record becomes; `record` is `null` for one that is only being made. */
  change(record: Ref | null, field: string, before: unknown, after: unknown): void {
    const id = record && globalId(record);
    const others = this.current.changes.filter((change) => change.record !== id || change.field !== field);
    const change = { record: id, field, before: shownAs(field, before), after: shownAs(field, after) };
    this.#become({ changes: [...others, change] });
  }

  /** Says that an id leads to another record from now on. */
  move(from: Ref, to: Ref): void {
    const credentials = credentialsOf(this.current.caller);
    this.#shared.moved.push({ from: globalId(from), to: globalId(to), credentials });
  }

  /** Says that this operation reverses another. */
  undo(operation: string): void {
    this.#shared.undid = operation;
  }

  /** Runs one write and says how it ended: see `attempt`. */
  async attempt<Report extends { readonly problems: readonly Problem[] }>(
    write: () => Promise<Report>,
    path: readonly string[] = ['input'],
    prefix: readonly string[] = ['input'],
  ): Promise<Attempted<Report>> {
    const result = await attempt(write, () => this.now(), { path, prefix });
    return this.isPreview && result.report ? { ...result, outcome: 'PREVIEWED' } : result;
  }

  /** The step of this name, if it was begun. */
  step(name: string): StepRecord | null {
    return this.current.steps.find((step) => step.name === name) ?? null;
  }

  /** Whether something that was sent took effect for sure. */
  get hasEffect(): boolean {
    return this.current.steps.some(({ state }) => state === 'CONFIRMED');
  }

  /** Notes a request that would be sent. */
  preview(name: string, call: OperationCall): void {
    this.#put({ name, call, state: 'CONFIRMED', sentAt: this.now(), baseline: null, result: null, failure: null });
  }

  /** Writes down what became of a step. */
  async record(step: StepRecord, made: readonly string[] = []): Promise<void> {
    this.#put(step);
    await this.#save(step, made.length > 0 ? { made } : {});
  }

  /** Writes down how the operation is by now. */
  async save(changes: Partial<Operation>, released?: string): Promise<void> {
    this.#become(changes);
    const { moved, undid } = this.#shared;
    const hadEffect = this.current.steps.some(({ state }) => state !== 'REFUSED');
    await this.#save(undefined, {
      ...(moved.length > 0 && { moved }),
      ...(undid !== null && hadEffect && { undid }),
      ...(released !== undefined && { released }),
    });
  }

  #put(step: StepRecord): void {
    const { steps } = this.current;
    const index = steps.findIndex(({ name }) => name === step.name);
    this.#become({ steps: index === -1 ? [...steps, step] : steps.with(index, step) });
  }

  #become(changes: Partial<Operation>): void {
    this.#shared.operation = { ...this.#shared.operation, ...changes };
  }

  /** One after the other: what is written last is what was last. */
  async #save(step: StepRecord | undefined, effects: Effects): Promise<void> {
    const saved = this.#shared.saving.then(() => this.tools.journal.save(this.current, step, effects));
    this.#shared.saving = saved.catch(() => undefined);
    await saved;
  }
}
