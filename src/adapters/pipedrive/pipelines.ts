import { GatewayError } from '../../domain/errors.ts';
import type { Pipeline } from '../../domain/pipeline.ts';
import type { Found, Table } from '../../domain/repository.ts';
import type { KeptAnswers } from '../kept.ts';
import { boolean, id, text, type Wire } from '../wire.ts';
import type { PipedriveApi } from './api.ts';
import { ENDPOINTS } from './endpoints.ts';
import { inAccountOrder } from './positions.ts';
import { isDeleted, readOne, recordFacts } from './records.ts';
import { createTable, readRows } from './tables.ts';

/** Maps a pipeline of v2. Which one is the default only the whole table tells. */
export function toPipeline(crm: string, wire: Wire, isDefault: boolean | null): Pipeline {
  return {
    ref: { crm, type: 'Pipeline', id: id(wire) },
    ...recordFacts(wire),
    name: text(wire, 'name'),
    isDefault,
    usesStageProbability: boolean(wire, 'is_deal_probability_enabled', false),
  };
}

/** All pipelines, read once and kept. */
export function createPipelines(api: PipedriveApi, answers: KeptAnswers): Table<Pipeline> {
  const kept = answers.keep<Found<Pipeline>>(ENDPOINTS.pipelines.template, async (call) => {
    const rows = inAccountOrder(await api.all(ENDPOINTS.pipelines, [], call));
    // "The pipeline with the lowest `order_nr` is considered the default" (Pipedrive API v2, GET /pipelines).
    let isDefault = true;
    return readRows(api.crm, 'pipeline', rows, (wire) => {
      if (isDeleted(wire)) return null;
      const pipeline = toPipeline(api.crm, wire, isDefault);
      isDefault = false;
      return pipeline;
    });
  });
  const table: Table<Pipeline> = createTable(kept, async (pipelineId, call) => {
    const row = (await table.getMany([pipelineId], call)).get(pipelineId);
    if (row === undefined) return null;
    if (row instanceof GatewayError) throw row;
    const kind = {
      what: 'pipeline',
      one: ENDPOINTS.pipeline,
      map: (crm: string, wire: Wire) => toPipeline(crm, wire, row.isDefault),
    };
    return readOne(api, kind, pipelineId, call);
  });
  return table;
}
