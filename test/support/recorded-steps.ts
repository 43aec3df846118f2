import { GatewayError } from '../../src/domain/errors.ts';
import type { JsonValue, Settling, WriteCall, WriteStep, WriteSteps } from '../../src/domain/write-step.ts';

/** What is written down of a step: that it was sent, and what came of it. */
export interface StepRecord {
  readonly baseline: JsonValue | null;
  readonly sentAt: number;
  result?: JsonValue;
}

/** The process ends here: nothing of it is written down. */
export class Crash extends Error {}

/** Before anything of a step is written down, when it is written down as sent, or when its answer is there. */
export type CrashPoint = 'unbegun' | 'unsent' | 'unconfirmed';

interface Options {
  /** Where operations that are run again find what was written down. */
  readonly records?: Map<string, StepRecord>;
  readonly isPreview?: boolean;
  /** Where the process ends, by the number of the step from 1: see `CrashPoint`. */
  readonly crash?: { readonly step: number; readonly when: CrashPoint };
  /** Called right before the step of this number is sent. */
  onSend?(number: number): void;
  /** Whether what was lost is looked into; else it stays lost. */
  readonly settles?: boolean;
  readonly isTaken?: Settling<unknown>['isTaken'];
  readonly rivals?: number;
  now?(): number;
}

/**
 * Steps as the journal takes them, in memory: written down before and after each is sent, looked into where an answer
 * was lost, and answered from what was written down where they were sent already.
 */
export class RecordedSteps implements WriteSteps {
  readonly isPreview: boolean;
  /** The names of the steps that were taken, in order. */
  readonly taken: string[] = [];
  /** Why a step could not be settled. */
  readonly doubts: string[] = [];
  readonly records: Map<string, StepRecord>;
  readonly #options: Options;
  #call: WriteCall | null = null;

  constructor(options: Options = {}) {
    this.#options = options;
    this.isPreview = options.isPreview ?? false;
    this.records = options.records ?? new Map();
  }

  /** `call`, taking its steps here. */
  callOf(call: WriteCall): WriteCall {
    this.#call = { ...call, steps: this };
    return this.#call;
  }

  async take<Result extends JsonValue, Baseline extends JsonValue>(step: WriteStep<Result, Baseline>): Promise<Result> {
    if (this.taken.includes(step.name)) throw new Error(`two steps of one operation are named "${step.name}"`);
    this.taken.push(step.name);
    if (this.isPreview) return step.previewed;
    const known = this.records.get(step.name);
    if (known?.result !== undefined) return known.result as Result;
    if (known !== undefined) return this.#settle(step, known, null);
    const { crash, now = Date.now } = this.#options;
    const number = this.records.size + 1;
    const crashes = (when: CrashPoint) => crash?.step === number && crash.when === when;
    if (crashes('unbegun')) throw new Crash();
    const baseline = written(await step.baseline?.()) ?? null;
    const record: StepRecord = { baseline, sentAt: now() };
    this.records.set(step.name, record);
    if (crashes('unsent')) throw new Crash();
    this.#options.onSend?.(number);
    let result: Result;
    try {
      result = await step.send();
    } catch (error) {
      const isLost = error instanceof GatewayError && error.details.effect === 'POSSIBLE';
      if (!isLost || this.#options.settles === false) throw error;
      return this.#settle(step, record, error);
    }
    if (crashes('unconfirmed')) throw new Crash();
    return this.#confirm(record, result);
  }

  async #settle<Result extends JsonValue, Baseline extends JsonValue>(
    step: WriteStep<Result, Baseline>,
    record: StepRecord,
    failure: GatewayError | null,
  ): Promise<Result> {
    if (this.#call === null) throw new Error('no call to settle with');
    const { isTaken = () => false, rivals = 0 } = this.#options;
    const baseline = record.baseline as Baseline | null;
    const settled = await step.settle({
      sentAt: record.sentAt,
      baseline,
      isTaken,
      rivals: () => rivals,
      call: this.#call,
    });
    if (settled.state === 'APPLIED') return this.#confirm(record, settled.result);
    this.doubts.push(settled.why);
    throw failure ?? new GatewayError('OUTCOME_UNKNOWN', settled.why, { effect: 'POSSIBLE' });
  }

  #confirm<Result extends JsonValue>(record: StepRecord, result: Result): Result {
    record.result = written(result) as JsonValue;
    return result;
  }
}

/** A value as it comes back from disk. */
function written(value: JsonValue | undefined): JsonValue | undefined {
  return value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as JsonValue);
}
