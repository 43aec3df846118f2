import type { Call } from '../../domain/call.ts';
import type { Pipeline } from '../../domain/pipeline.ts';
import { boolean, id, instantOrNull, text, type Wire, withoutSecrets } from '../wire.ts';
import type { Account } from './account.ts';
import { collection } from './api.ts';
import { KeptTable, readRows } from './table.ts';
import { parseTime } from './time.ts';

/**
 * The id of the one pipeline of an account whose API has no pipelines (PipelineDeals before it had several). It is
 * never sent to the CRM.
 */
export const ONLY_PIPELINE_ID = '1';

/** Pipelines as `GET /admin/deal_pipelines` lists them, or the one that goes without saying. */
export class Pipelines extends KeptTable<Pipeline> {
  constructor(account: Account) {
    super(account, 'admin/deal_pipelines', async (call) => {
      const values = (await account.api.allIfShown(collection('admin/deal_pipelines'), call)) ?? [];
      if (values.length > 0) return readRows(account.crm, 'pipeline', values, (wire) => toPipeline(account.crm, wire));
      const only = onlyPipeline(account.crm);
      return { records: [only], byId: new Map([[only.ref.id, only]]) };
    });
  }

  /** The pipeline of deals and stages that name none. */
  async default(call: Call): Promise<Pipeline | null> {
    const pipelines = await this.all(call);
    return pipelines.find((pipeline) => pipeline.isDefault) ?? pipelines[0] ?? null;
  }
}

/** Whether the pipeline exists in the CRM, so that its id means something there. */
export function isOwnPipeline(pipeline: Pipeline): boolean {
  return pipeline.raw() !== null;
}

function toPipeline(crm: string, wire: Wire): Pipeline {
  return {
    ref: { crm, type: 'Pipeline', id: id(wire) },
    createdAt: instantOrNull(wire, 'created_at', parseTime),
    updatedAt: instantOrNull(wire, 'updated_at', parseTime),
    raw: () => withoutSecrets(wire),
    name: text(wire, 'name'),
    isDefault: boolean(wire, 'default', false),
    usesStageProbability: false,
  };
}

function onlyPipeline(crm: string): Pipeline {
  return {
    ref: { crm, type: 'Pipeline', id: ONLY_PIPELINE_ID },
    createdAt: null,
    updatedAt: null,
    raw: () => null,
    name: 'Sales Pipeline',
    isDefault: true,
    usesStageProbability: false,
  };
}
