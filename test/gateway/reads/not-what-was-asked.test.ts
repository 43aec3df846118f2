import { afterEach, describe, expect, it } from 'vitest';
import { type Data, useReads } from './support.ts';

const reads = useReads({
  pipedrive: { deals: 30 },
  pipelinedeals: { deals: 30 },
  env: { DEALGRAPH_QUERY_TIMEOUT_MS: '2000', DEALGRAPH_REFERENCE_MAX_AGE_SECONDS: '0' },
});
afterEach(() => {
  reads.gateway.pipedrive.faults.set();
  reads.gateway.pipelinedeals.faults.set();
});

/** Has Pipedrive answer this wherever a path holds that. */
function answer(path: string, data: readonly object[]): void {
  const body = JSON.stringify({ success: true, data, additional_data: { next_cursor: null } });
  reads.gateway.pipedrive.faults.set({ path, kind: 'status', status: 200, body });
}

describe('what nobody asked for', () => {
  const ask = async () => {
    const { data, errors } = await reads.ask(
      '{ deals(crms: ["pipedrive"], first: 30) { nodes { person { name } products { nodes { id } } } } }',
    );
    return { nodes: data.deals.nodes as Data[], codes: [...new Set(errors?.map(({ extensions }) => extensions.code))] };
  };

  it('does not make people absent', async () => {
    answer('/persons', [{ id: 424_242, name: 'Nobody', add_time: '2026-01-01T00:00:00Z' }]);
    const { nodes, codes } = await ask();
    expect(codes).toEqual(['UPSTREAM_INVALID_RESPONSE']);
    expect(nodes.every(({ person }) => person === null)).toBe(true);
  });

  it('does not make lines absent', async () => {
    answer('/deals/products', [{ id: 1, deal_id: 424_242 }]);
    const { nodes, codes } = await ask();
    expect(codes).toEqual(['UPSTREAM_INVALID_RESPONSE']);
    expect(nodes.every(({ products }) => products === null)).toBe(true);
  });
});

it('what comes twice is there once', async () => {
  const document = '{ pipelines(crms: ["pipedrive"]) { id stages { id position } } }';
  const before = await reads.data(document);
  answer(
    '/stages',
    [...reads.gateway.pipedrive.store.stages.values()].flatMap((stage) => [stage, stage]),
  );
  expect(await reads.data(document)).toEqual(before);
});

it('a CRM that does not answer leaves time for what hangs on the deals of the other', async () => {
  reads.gateway.pipelinedeals.faults.set({ kind: 'hang' });
  const { data, errors } = await reads.ask(
    `{ deals(first: 5, onCrmFailure: PARTIAL) {
      nodes { person { name } stage { name } } crms { crm { id } state problems { code } }
    } }`,
    {},
    { abandoned: true },
  );
  expect(errors).toBeUndefined();
  expect(data.deals.nodes).toHaveLength(5);
  expect(data.deals.crms).toEqual([
    { crm: { id: 'pipedrive' }, state: 'COMPLETE', problems: [] },
    { crm: { id: 'pipelinedeals' }, state: 'FAILED', problems: [{ code: 'UPSTREAM_TIMEOUT' }] },
  ]);
});
