import { expect, it } from 'vitest';
import { useReads } from '../reads/support.ts';
import { COST, receiptOf } from './support.ts';

const reads = useReads({ pipedrive: { deals: 120 }, pipelinedeals: { deals: 120 } });

it('tells every request of a query, as they were sent and with the fields they were sent for', async () => {
  const { receipt, data } = await receiptOf(
    reads,
    '{ deals(crms: ["pipedrive"], first: 20) { nodes { person { name } organization { name } p: person { emails { value } } } } }',
  );
  expect(data.deals.nodes).toHaveLength(20);
  expect(receipt.requests).toEqual({ min: 3, max: 3, expected: 3 });
  expect(receipt.tokens).toEqual({ min: 30, max: 30, expected: 30 });
  expect(receipt.calls).toHaveLength(3);
  expect(receipt.calls[0]).toMatchObject({
    crm: 'pipedrive',
    method: 'GET',
    requests: 1,
    tokens: 10,
    because: ['Query.deals'],
  });
  expect(receipt.calls[0]?.path).toMatch(/^\/api\/v2\/deals\?.*limit=\d+/);
  // These two are sent at the same time.
  const fields = receipt.calls.slice(1).map(({ because }) => because);
  expect(fields.toSorted()).toEqual([['Deal.organization'], ['Deal.person']]);
});

it('tells of one request that several fields share what all of them are', async () => {
  const { receipt } = await receiptOf(
    reads,
    '{ a: person(id: "pipedrive:Person:1") { name } b: node(id: "pipedrive:Person:2") { id } }',
  );
  const because = new Set(receipt.calls.flatMap((call) => call.because));
  expect(because).toEqual(new Set(['Query.person', 'Query.node']));
});

it('holds no key, though PipelineDeals takes it in the query', async () => {
  const { receipt } = await receiptOf(reads, '{ deals(crms: ["pipelinedeals"], first: 5) { nodes { id } } }');
  expect(receipt.calls).toEqual([
    {
      crm: 'pipelinedeals',
      method: 'GET',
      path: expect.stringMatching(/^\/deals\.json\?/),
      requests: 1,
      tokens: null,
      because: ['Query.deals'],
    },
  ]);
  expect(receipt.calls[0]?.path).not.toContain('key');
});

it('is answered last, wherever it stands, and under every name', async () => {
  const { data } = await reads.ask(
    `query { ...Cost deals(crms: ["pipedrive"], first: 5) { nodes { person { name } } } again: upstream { requests { min } } }
     fragment Cost on Query { upstream { ${COST} } }`,
  );
  expect(Object.keys(data)).toEqual(['upstream', 'deals', 'again']);
  expect(data.upstream.requests.min).toBeGreaterThan(1);
  expect(data.again.requests.min).toBe(data.upstream.requests.min);
});

it('is empty where nothing was asked of a CRM, and not asked for where it is skipped', async () => {
  expect(await reads.data(`{ upstream { ${COST} } }`)).toEqual({
    upstream: {
      requests: { min: 0, max: 0, expected: 0 },
      tokens: { min: 0, max: 0, expected: 0 },
      calls: [],
    },
  });
  expect(await reads.data('{ crms { id } upstream @skip(if: true) { requests { min } } }')).not.toHaveProperty(
    'upstream',
  );
});

it('agrees with the extensions where something failed', async () => {
  const { data, errors, raw } = await reads.ask(
    '{ upstream { requests { min } } deal(id: "pipedrive:Deal:1") { title changes(first: 1) { nodes { field } } } }',
  );
  expect(errors ?? []).toEqual([]);
  expect(data.upstream.requests.min).toBe(raw.extensions?.upstream.requests);
});
