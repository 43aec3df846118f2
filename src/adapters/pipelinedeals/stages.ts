import type { Call } from '../../domain/call.ts';
import type { Pipeline } from '../../domain/pipeline.ts';
import { compareRemoteIds, type Link } from '../../domain/ref.ts';
import type { Stage } from '../../domain/stage.ts';
import { id, idOrNull, instantOrNull, numberOrNull, text, type Wire, withoutSecrets } from '../wire.ts';
import type { Account } from './account.ts';
import { collection } from './api.ts';
import { isOwnPipeline, type Pipelines } from './pipelines.ts';
import { KeptTable, type Rows, readRows, sorted } from './table.ts';
import { parseTime } from './time.ts';

/**
 * Stages as `GET /admin/deal_stages` lists them, Lost (0 %) and Won (100 %) included. They have no order of their own:
 * within a pipeline it follows the percentage, which is unique there. Stages that name no pipeline are the default's.
 */
export class Stages extends KeptTable<Stage> {
  constructor(account: Account, pipelines: Pipelines) {
    super(account, 'admin/deal_stages', async (call) => {
      const [values, all, fallback] = await Promise.all([
        account.api.all(collection('admin/deal_stages'), call),
        pipelines.all(call),
        pipelines.default(call),
      ]);
      // The only pipeline of an account without pipelines holds all stages, whatever they name.
      const known = all.filter(isOwnPipeline);
      const rows = readRows(account.crm, 'stage', values, (wire) => {
        const named = known.length === 0 ? null : idOrNull(wire, 'deal_pipeline_id');
        const pipeline = named === null ? fallback : known.find((one) => one.ref.id === named);
        return toStage(account.crm, wire, pipelineLink(account.crm, named, pipeline ?? null));
      });
      return ranked(rows, all);
    });
  }

  /** The stages of one pipeline by percentage. */
  async of(pipeline: string, call: Call): Promise<readonly Stage[]> {
    return (await this.all(call)).filter((stage) => stage.pipeline?.ref.id === pipeline);
  }
}

function pipelineLink(crm: string, named: string | null, pipeline: Pipeline | null): Link<Pipeline> | null {
  if (pipeline !== null) return { ref: pipeline.ref, known: pipeline };
  return named === null ? null : { ref: { crm, type: 'Pipeline', id: named }, known: {} };
}

function toStage(crm: string, wire: Wire, pipeline: Link<Pipeline> | null): Stage {
  return {
    ref: { crm, type: 'Stage', id: id(wire) },
    createdAt: instantOrNull(wire, 'created_at', parseTime),
    updatedAt: instantOrNull(wire, 'updated_at', parseTime),
    raw: () => withoutSecrets(wire),
    name: text(wire, 'name'),
    position: 0,
    probability: numberOrNull(wire, 'percent'),
    pipeline,
  };
}

/** Puts stages in the order of their pipelines and percentages, and numbers them within each pipeline. */
function ranked(rows: Rows<Stage>, pipelines: readonly Pipeline[]): Rows<Stage> {
  const pipelineRank = new Map(pipelines.map((pipeline, rank) => [pipeline.ref.id, rank]));
  const rankOf = (stage: Stage) => pipelineRank.get(stage.pipeline?.ref.id ?? '') ?? pipelines.length;
  const { records } = sorted(
    rows,
    (a, b) =>
      rankOf(a) - rankOf(b) ||
      compareRemoteIds(a.pipeline?.ref.id ?? '', b.pipeline?.ref.id ?? '') ||
      (a.probability ?? 0) - (b.probability ?? 0) ||
      compareRemoteIds(a.ref.id, b.ref.id),
  );
  const counts = new Map<string, number>();
  const numbered = records.map((stage) => {
    const key = stage.pipeline?.ref.id ?? '';
    const position = counts.get(key) ?? 0;
    counts.set(key, position + 1);
    return { ...stage, position };
  });
  return {
    records: numbered,
    byId: new Map([...rows.byId, ...numbered.map((stage) => [stage.ref.id, stage] as const)]),
  };
}
