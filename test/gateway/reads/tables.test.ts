import { describe, expect, it } from 'vitest';
import { ENTITY_KINDS, OPERATION_KINDS } from '../../../src/domain/capability.ts';
import { ids } from './oracle.ts';
import { type Data, NOTHING, onlyError, refusal, useReads } from './support.ts';

const reads = useReads({ pipedrive: { deals: 20 }, pipelinedeals: { deals: 20 } });

/** Stages in order of CRM, pipeline and place: Pipedrive numbers them, PipelineDeals has their percentage. */
function expectedStages(): { id: string; pipeline: string; position: number }[] {
  const { pipedrive, pipelinedeals } = reads.gateway;
  const { pipelines, stages } = pipelinedeals.store.configuration;
  const own = [...pipedrive.store.pipelines.values()].sort((a, b) => a.order_nr - b.order_nr);
  return [
    ...own.flatMap((pipeline) =>
      pipedrive.store.stagesOf(pipeline.id).map((stage, position) => ({
        id: `pipedrive:Stage:${stage.id}`,
        pipeline: `pipedrive:Pipeline:${pipeline.id}`,
        position,
      })),
    ),
    ...pipelines.flatMap((pipeline) =>
      stages
        .filter((stage) => stage.deal_pipeline_id === pipeline.id)
        .sort((a, b) => a.percent - b.percent)
        .map((stage, position) => ({
          id: `pipelinedeals:Stage:${stage.id}`,
          pipeline: `pipelinedeals:Pipeline:${pipeline.id}`,
          position,
        })),
    ),
  ];
}

describe('stages', () => {
  const LIST =
    'query ($crms: [ID!], $pipeline: ID) { stages(crms: $crms, pipeline: $pipeline) { id position pipeline { id } } }';
  const shape = (stages: readonly { id: string; pipeline: string; position: number }[]) =>
    stages.map(({ id, pipeline, position }) => ({ id, position, pipeline: { id: pipeline } }));

  it('come in order of CRM, pipeline and position, numbered without gaps', async () => {
    expect((await reads.data(LIST)).stages).toEqual(shape(expectedStages()));
  });

  it('of one CRM', async () => {
    const { stages } = await reads.data(LIST, { crms: ['pipelinedeals'] });
    expect(stages).toEqual(shape(expectedStages().filter(({ id }) => id.startsWith('pipelinedeals:'))));
  });

  it('of one pipeline, without a call to the other CRM', async () => {
    for (const pipeline of new Set(expectedStages().map((stage) => stage.pipeline))) {
      const { data, cost } = await reads.ask(LIST, { pipeline });
      expect(data.stages).toEqual(shape(expectedStages().filter((stage) => stage.pipeline === pipeline)));
      const other = pipeline.startsWith('pipedrive') ? 'pipelinedeals' : 'pipedrive';
      expect(cost[other]).toEqual(NOTHING);
    }
  });

  it('of a pipeline that is not there, or of another CRM than asked, are none', async () => {
    expect((await reads.data(LIST, { pipeline: 'pipedrive:Pipeline:777' })).stages).toEqual([]);
    expect((await reads.data(LIST, { pipeline: 'pipedrive:Pipeline:1', crms: ['pipelinedeals'] })).stages).toEqual([]);
  });

  it('of a pipeline whose id cannot be one are refused', async () => {
    expect(refusal(await reads.ask(LIST, { pipeline: 'pipedrive:Stage:1' }))).toEqual({
      code: 'BAD_USER_INPUT',
      argument: 'pipeline',
    });
  });
});

it('pipelines come in order of CRM and of the account, with their stages', async () => {
  const { pipedrive, pipelinedeals } = reads.gateway;
  const { pipelines } = await reads.data('{ pipelines { id name isDefault stages { id } } }');
  const stagesOf = (pipeline: string) =>
    expectedStages()
      .filter((stage) => stage.pipeline === pipeline)
      .map(({ id }) => ({ id }));
  expect(pipelines).toEqual([
    ...[...pipedrive.store.pipelines.values()].map(({ id, name, order_nr }) => ({
      id: `pipedrive:Pipeline:${id}`,
      name,
      isDefault: order_nr === 1,
      stages: stagesOf(`pipedrive:Pipeline:${id}`),
    })),
    ...pipelinedeals.store.configuration.pipelines.map((pipeline) => ({
      id: `pipelinedeals:Pipeline:${pipeline.id}`,
      name: pipeline.name,
      isDefault: pipeline.default,
      stages: stagesOf(`pipelinedeals:Pipeline:${pipeline.id}`),
    })),
  ]);
  expect(ids((await reads.data('{ pipelines(crms: ["pipedrive"]) { id } }')).pipelines)).toHaveLength(3);
});

it('a stage by id, and nothing for an unknown one', async () => {
  const { a, b, c } = await reads.data(`{
    a: stage(id: "pipedrive:Stage:7") { name probability position pipeline { name } }
    b: stage(id: "pipelinedeals:Stage:2600102") { name probability position pipeline { name } url }
    c: stage(id: "pipelinedeals:Stage:777") { name }
  }`);
  expect(a).toEqual({ name: 'Pilot', probability: 50, position: 2, pipeline: { name: 'Fleet' } });
  expect(b).toEqual({ name: 'Qualified', probability: 10, position: 1, pipeline: { name: 'New Business' }, url: null });
  expect(c).toBeNull();
});

describe('crms', () => {
  it('are listed in configured order, or those asked for', async () => {
    expect((await reads.data('{ crms { id kind label } }')).crms).toEqual([
      { id: 'pipedrive', kind: 'pipedrive', label: expect.any(String) },
      { id: 'pipelinedeals', kind: 'pipelinedeals', label: expect.any(String) },
    ]);
    expect(ids((await reads.data('{ crms(ids: ["pipelinedeals"]) { id } }')).crms)).toEqual(['pipelinedeals']);
    expect(onlyError(await reads.ask('{ crms(ids: ["zoho"]) { id } }'))).toMatchObject({
      code: 'BAD_USER_INPUT',
      argument: 'ids',
      path: ['crms'],
    });
  });

  it('say of every entity and operation what can be done, once', async () => {
    const { crms } = await reads.data('{ crms { id capabilities { entity operation field fidelity note } } }');
    const cells = ENTITY_KINDS.flatMap((entity) => OPERATION_KINDS.map((operation) => `${entity} ${operation}`));
    for (const { capabilities } of crms) {
      const whole = capabilities.filter(({ field }: Data) => field === null);
      expect(whole.map(({ entity, operation }: Data) => `${entity} ${operation}`).sort()).toEqual([...cells].sort());
      const all = capabilities.map(({ entity, operation, field }: Data) => `${entity} ${operation} ${field}`);
      expect(new Set(all).size).toBe(all.length);
    }
  });

  it('do what they say: an order that is declared works, and one that is not is refused', async () => {
    const { crms } = await reads.data('{ crms { id capabilities { entity operation field fidelity } } }');
    for (const { id, capabilities } of crms) {
      for (const field of ['CREATED_AT', 'UPDATED_AT', 'TITLE', 'VALUE', 'EXPECTED_CLOSE_DATE']) {
        const rows = capabilities.filter((row: Data) => row.entity === 'DEAL' && row.operation === 'SORT');
        const row = rows.find((one: Data) => one.field === field) ?? rows.find((one: Data) => one.field === null);
        const { errors } = await reads.ask(
          'query ($crms: [ID!], $orderBy: DealOrder) { deals(crms: $crms, orderBy: $orderBy) { nodes { id } } }',
          { crms: [id], orderBy: { field, direction: 'ASC' } },
        );
        expect(errors?.map(({ extensions }) => extensions.code)).toEqual(
          row.fidelity === 'UNSUPPORTED' ? ['UNSUPPORTED'] : undefined,
        );
      }
    }
  });
});
