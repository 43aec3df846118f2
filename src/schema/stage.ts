import { parseId, selectCrms } from '../domain/crms.ts';
import type { Stage } from '../domain/stage.ts';
import { reading } from '../plan/reads.ts';
import { builder } from './builder.ts';
import { follow, linkTo } from './link.ts';
import { PipelineType } from './pipeline.ts';
import { BY_ID, tables } from './reads.ts';
import { recordInterfaces } from './record.ts';

export const StageType = builder.objectRef<Stage>('Stage').implement({
  description: 'A step of a pipeline.',
  interfaces: recordInterfaces,
  fields: (t) => ({
    name: t.exposeString('name', { nullable: false, description: 'What it is called.' }),
    position: t.exposeInt('position', {
      nullable: false,
      description: 'Its place in the pipeline, from 0 and without gaps.',
    }),
    probability: t.exposeFloat('probability', { description: 'How likely a deal here is won, in percent.' }),
    pipeline: t.field({
      type: PipelineType,
      description: 'The pipeline it is a step of.',
      ...linkTo('Pipeline'),
      resolve: (stage, _args, context, info) => follow('Pipeline', stage.pipeline, context, info),
    }),
  }),
});

builder.objectField(PipelineType, 'stages', (t) =>
  t.field({
    type: [StageType],
    description: 'Its stages in order.',
    ...tables('STAGE'),
    resolve: async (pipeline, _args, { crms, call }) => {
      const stages = (await crms.get(pipeline.ref.crm)?.stages.all(call)) ?? [];
      return ofPipeline(stages, pipeline.ref.id);
    },
  }),
);

builder.queryFields((t) => ({
  stage: t.field({
    type: StageType,
    description: 'A stage by its global id; null when there is none.',
    args: { id: t.arg.id({ required: true, description: 'For example `pipedrive:Stage:9`.' }) },
    ...BY_ID,
    resolve: (_root, { id }, { crms, loaders }) => loaders.Stage.load(parseId(String(id), 'Stage', crms, 'id')),
  }),
  stages: t.field({
    type: [StageType],
    description: 'Stages in order of CRM, pipeline and position.',
    args: {
      crms: t.arg.idList({ description: 'Only of these CRMs.' }),
      pipeline: t.arg.id({ description: 'Only of this pipeline.' }),
    },
    ...reading(
      { kind: 'tables', subjects: ['STAGE'], isCertain: (args) => args.pipeline == null },
      { kind: 'tables', subjects: ['PIPELINE'] },
    ),
    resolve: async (_root, args, { crms, call }) => {
      const pipeline = args.pipeline ? parseId(String(args.pipeline), 'Pipeline', crms, 'pipeline') : null;
      const asked = selectCrms(args.crms?.map(String), crms).filter(
        ({ crm }) => pipeline === null || crm.id === pipeline.crm,
      );
      const tables = await Promise.all(
        asked.map(async (adapter) => {
          const stages = await adapter.stages.all(call);
          if (pipeline) return ofPipeline(stages, pipeline.id);
          const pipelines = await adapter.pipelines.all(call);
          return pipelines.flatMap((each) => ofPipeline(stages, each.ref.id));
        }),
      );
      return tables.flat();
    },
  }),
}));

function ofPipeline(stages: readonly Stage[], pipeline: string): Stage[] {
  return stages.filter((stage) => stage.pipeline?.ref.id === pipeline).sort((a, b) => a.position - b.position);
}
