import { GatewayError } from '../../domain/errors.ts';
import type { Pipeline } from '../../domain/pipeline.ts';
import type { Found, Table } from '../../domain/repository.ts';
import type { Stage } from '../../domain/stage.ts';
import type { KeptAnswers } from '../kept.ts';
import { id, idOrNull, numberOrNull, text, type Wire } from '../wire.ts';
import type { PipedriveApi } from './api.ts';
import { ENDPOINTS } from './endpoints.ts';
import { linkOrNull } from './links.ts';
import { inAccountOrder } from './positions.ts';
import { isDeleted, readOne, recordFacts } from './records.ts';
import { createTable, readRows } from './tables.ts';

/** Maps a stage of v2, whose position only the whole table tells. */
export function toStage(crm: string, wire: Wire, position: number): Stage {
  return {
    ref: { crm, type: 'Stage', id: id(wire) },
    ...recordFacts(wire),
    name: text(wire, 'name'),
    position,
    probability: numberOrNull(wire, 'deal_probability'),
    pipeline: linkOrNull<Pipeline>(crm, 'Pipeline', wire, 'pipeline_id'),
  };
}

/** All stages, read once and kept. */
export function createStages(api: PipedriveApi, answers: KeptAnswers): Table<Stage> {
  const kept = answers.keep<Found<Stage>>(ENDPOINTS.stages.template, async (call) => {
    const rows = inAccountOrder(await api.all(ENDPOINTS.stages, [], call));
    const stagesBefore = new Map<string | null, number>();
    return readRows(api.crm, 'stage', rows, (wire) => {
      if (isDeleted(wire)) return null;
      const pipeline = idOrNull(wire, 'pipeline_id');
      const position = stagesBefore.get(pipeline) ?? 0;
      stagesBefore.set(pipeline, position + 1);
      return toStage(api.crm, wire, position);
    });
  });
  const table: Table<Stage> = createTable(kept, async (stageId, call) => {
    const row = (await table.getMany([stageId], call)).get(stageId);
    if (row === undefined) return null;
    if (row instanceof GatewayError) throw row;
    const kind = {
      what: 'stage',
      one: ENDPOINTS.stage,
      map: (crm: string, wire: Wire) => toStage(crm, wire, row.position),
    };
    return readOne(api, kind, stageId, call);
  });
  return table;
}
