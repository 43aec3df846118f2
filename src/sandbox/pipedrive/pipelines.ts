import type { Route, SimRequest, SimResponse } from '../kit/simulator.ts';
import { listReply, readRecord, success } from './entity.ts';
import { pageRules } from './paging.ts';
import { integerText, readQuery } from './schema.ts';
import type { Account } from './store.ts';

const pipelineQuery = pageRules('id', 'update_time', 'add_time');
const stageQuery = { pipeline_id: integerText, ...pageRules('id', 'update_time', 'add_time', 'order_nr') };

/** Pipelines and stages, to read. */
export function pipelineRoutes(account: Account): Route[] {
  return [
    { method: 'GET', path: '/api/v2/pipelines', tokens: 5, handler: (request) => listPipelines(account, request) },
    { method: 'GET', path: '/api/v2/pipelines/:id', tokens: 1, handler: (request) => getPipeline(account, request) },
    { method: 'GET', path: '/api/v2/stages', tokens: 5, handler: (request) => listStages(account, request) },
    { method: 'GET', path: '/api/v2/stages/:id', tokens: 1, handler: (request) => getStage(account, request) },
  ];
}

function listPipelines({ store }: Account, request: SimRequest): SimResponse {
  const query = readQuery(request, pipelineQuery);
  const rows = [...store.pipelines.values()].filter((pipeline) => !pipeline.is_deleted);
  return listReply(rows, query, (pipeline) => pipeline);
}

function getPipeline({ store }: Account, request: SimRequest): SimResponse {
  readQuery(request, {});
  return success(readRecord(store.pipelines, request, 'Pipeline'));
}

function listStages({ store }: Account, request: SimRequest): SimResponse {
  const query = readQuery(request, stageQuery);
  const rows = [...store.stages.values()].filter(
    (stage) => !stage.is_deleted && (query.pipeline_id === undefined || query.pipeline_id === stage.pipeline_id),
  );
  return listReply(rows, query, (stage) => stage);
}

function getStage({ store }: Account, request: SimRequest): SimResponse {
  readQuery(request, {});
  return success(readRecord(store.stages, request, 'Stage'));
}
