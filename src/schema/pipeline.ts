import { selectCrms } from '../domain/crms.ts';
import type { Pipeline } from '../domain/pipeline.ts';
import { reading } from '../plan/reads.ts';
import { builder } from './builder.ts';
import { recordInterfaces } from './record.ts';

export const PipelineType = builder.objectRef<Pipeline>('Pipeline').implement({
  description: 'An ordered set of stages that deals go through.',
  interfaces: recordInterfaces,
  fields: (t) => ({
    name: t.exposeString('name', { nullable: false, description: 'What it is called.' }),
    isDefault: t.exposeBoolean('isDefault', {
      description: 'Whether new deals start here; null where the CRM does not say.',
    }),
  }),
});

builder.queryField('pipelines', (t) =>
  t.field({
    type: [PipelineType],
    description: "Pipelines in order of CRM, then in the CRM's own order.",
    args: { crms: t.arg.idList({ description: 'Only of these CRMs.' }) },
    ...reading({ kind: 'tables', subjects: ['PIPELINE'], isCertain: () => true }),
    resolve: async (_root, args, { crms, call }) => {
      const asked = selectCrms(args.crms?.map(String), crms);
      return (await Promise.all(asked.map((adapter) => adapter.pipelines.all(call)))).flat();
    },
  }),
);
