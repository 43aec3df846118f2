import type { Call } from '../../domain/call.ts';
import type { Deal } from '../../domain/deal.ts';
import type { DealPatch } from '../../domain/deal-writes.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { Stage } from '../../domain/stage.ts';
import { isOwnPipeline, type Pipelines } from './pipelines.ts';
import type { Stages } from './stages.ts';
import { invalid } from './write-errors.ts';

type Status = NonNullable<DealPatch['status']>;

/** What decides where a deal stands. */
export type PlaceAttributes = Pick<DealPatch, 'status' | 'stage' | 'pipeline' | 'probability'>;

/**
 * Translates status, stage, pipeline and probability. The API has no status: a deal is closed by the stage of 100 or
 * 0 % and the same probability, which are sent together because either alone may leave the other behind, and opened
 * again by a stage between.
 */
export class DealPlace {
  readonly #crm: string;
  readonly #stages: Stages;
  readonly #pipelines: Pipelines;

  constructor(crm: string, stages: Stages, pipelines: Pipelines) {
    this.#crm = crm;
    this.#stages = stages;
    this.#pipelines = pipelines;
  }

  /** Whether what to send depends on how the deal stands now. */
  dependsOnDeal({ status, stage, pipeline }: PlaceAttributes): boolean {
    return status !== undefined || stage !== undefined || pipeline !== undefined;
  }

  /** Refuses what contradicts itself without a look at the CRM. */
  check({ status, probability }: PlaceAttributes): void {
    const path = ['probability'];
    if (probability === undefined) return;
    if (probability !== null && (!Number.isInteger(probability) || probability < 0 || probability > 100)) {
      throw invalid(this.#crm, 'a probability is a whole number from 0 to 100', path);
    }
    if (status !== undefined && !isPercentOf(status, probability)) {
      throw invalid(this.#crm, `a probability of ${probability ?? 'none'} contradicts the status ${status}`, path);
    }
  }

  /** The body's part; `current` is the deal as it is, `null` for one to be added. */
  async toWrite(given: PlaceAttributes, current: Deal | null, call: Call): Promise<Readonly<Record<string, unknown>>> {
    const status = given.status ?? keptStatus(given, current);
    const stage = await this.#targetStage(given, status, current, call);
    const pipeline = await this.#pipelineToSend(given, stage, current, call);
    const probability =
      given.probability !== undefined ? given.probability : impliedProbability(status, stage, current);
    return {
      ...(pipeline !== null && { deal_pipeline_id: Number(pipeline) }),
      ...(stage !== null && { deal_stage_id: Number(stage.ref.id) }),
      ...(probability !== undefined && { probability }),
    };
  }

  async #targetStage(
    given: PlaceAttributes,
    status: Status | undefined,
    current: Deal | null,
    call: Call,
  ): Promise<Stage | null> {
    if (given.stage !== undefined) return this.#givenStage(given.stage, given, call);
    const { pipeline } = given;
    if (status === undefined || !isMove(status, pipeline, current)) return null;
    const home = pipeline ?? current?.pipeline?.ref.id ?? (await this.#pipelines.default(call))?.ref.id;
    const stages = home === undefined ? [] : await this.#stages.of(home, call);
    const target = stages.find((stage) => stage.probability !== null && isPercentOf(status, stage.probability));
    if (target === undefined) {
      const path = given.status === undefined ? 'pipeline' : 'status';
      throw invalid(this.#crm, `the pipeline has no stage for ${status}`, [path]);
    }
    return target;
  }

  async #givenStage(id: string, { status, pipeline }: PlaceAttributes, call: Call): Promise<Stage> {
    const stage = await this.#stages.getWhole(id, call);
    if (stage === null) throw invalid(this.#crm, `there is no stage ${id}`, ['stage']);
    if (pipeline !== undefined && stage.pipeline !== null && stage.pipeline.ref.id !== pipeline) {
      throw invalid(this.#crm, `the stage ${id} is of another pipeline than ${pipeline}`, ['stage']);
    }
    if (status !== undefined && !isPercentOf(status, stage.probability)) {
      throw invalid(this.#crm, `the stage ${id} contradicts the status ${status}`, ['stage']);
    }
    return stage;
  }

  /** The given pipeline, or the stage's where that is another than the deal's. */
  async #pipelineToSend(
    { pipeline }: PlaceAttributes,
    stage: Stage | null,
    current: Deal | null,
    call: Call,
  ): Promise<string | null> {
    const id = pipeline ?? stage?.pipeline?.ref.id ?? null;
    if (id === null || (pipeline === undefined && id === current?.pipeline?.ref.id)) return null;
    const record = (await this.#pipelines.getMany([id], call)).get(id);
    // The only pipeline of an account without pipelines has no id the CRM would know.
    return record === undefined || record instanceof GatewayError || isOwnPipeline(record) ? id : null;
  }
}

/** A status is written by moving the deal, unless it has that status where it is to be. */
function isMove(status: Status, pipeline: string | undefined, current: Deal | null): boolean {
  if (current === null) return status !== 'OPEN';
  return current.status !== status || leavesStage(pipeline, current);
}

/** Whether the deal stands on a stage that the pipeline it is to go through does not have. */
function leavesStage(pipeline: string | undefined, { stage, pipeline: own }: Deal): boolean {
  return stage !== null && pipeline !== undefined && pipeline !== own?.ref.id;
}

/** What a deal stays that goes to another pipeline: there it takes the stage for that. */
function keptStatus({ stage, pipeline, probability }: PlaceAttributes, current: Deal | null): Status | undefined {
  if (stage !== undefined || current === null || current.status === 'DELETED') return undefined;
  if (!leavesStage(pipeline, current)) return undefined;
  if (probability === 100) return 'WON';
  if (probability === 0) return 'LOST';
  return typeof probability === 'number' ? 'OPEN' : current.status;
}

/** Whether a deal of this status can stand at this percentage. */
function isPercentOf(status: Status, percent: number | null): boolean {
  if (status === 'OPEN') return percent !== 0 && percent !== 100;
  return percent === (status === 'WON' ? 100 : 0);
}

/** What goes with a stage so that the deal closes or opens; an open deal that stays open takes its stage's. */
function impliedProbability(
  status: Status | undefined,
  stage: Stage | null,
  current: Deal | null,
): number | null | undefined {
  if (status === undefined || stage === null) return undefined;
  const isReopened = status === 'OPEN' && current !== null && current.status !== 'OPEN';
  return status !== 'OPEN' || isReopened ? stage.probability : undefined;
}
