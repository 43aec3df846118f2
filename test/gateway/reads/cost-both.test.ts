import { expect, it } from 'vitest';
import { NOTHING, useReads } from './support.ts';

const reads = useReads({ pipedrive: { deals: 240 }, pipelinedeals: { deals: 240 } });

it('reads a page of both CRMs with what is nested in it, and the same again warm', async () => {
  const document = `{ deals(first: 50) { nodes {
    title value { amount } stage { name } person { name emails { value } } organization { name } products { nodes { name } }
  } } }`;
  const cold = await reads.ask(document);
  expect(cold.errors).toBeUndefined();
  expect(cold.cost).toEqual({
    pipedrive: { requests: 5, tokens: 45 },
    pipelinedeals: { requests: 1, tokens: 0 },
  });
  const warm = await reads.ask(document);
  expect(warm.cost).toEqual({
    pipedrive: { requests: 4, tokens: 40 },
    pipelinedeals: { requests: 1, tokens: 0 },
  });
  expect(warm.raw.extensions?.upstream.byCrm.pipedrive).toMatchObject({ cached: expect.any(Number) });
  expect(warm.raw.extensions?.upstream.byCrm.pipedrive?.cached).toBeGreaterThan(0);
});

it('asks only the CRMs that are named', async () => {
  expect((await reads.ask('{ deals(crms: ["pipelinedeals"]) { nodes { id } } }')).cost).toMatchObject({
    pipedrive: NOTHING,
    pipelinedeals: { requests: 1 },
  });
  expect((await reads.ask('{ deals(crms: []) { nodes { id } crms { state } } }')).data.deals).toEqual({
    nodes: [],
    crms: [],
  });
});

it('spends nothing on an operation that asks for nothing of a CRM', async () => {
  const answer = await reads.ask('{ __typename crms { id capabilities { entity } } }');
  expect(answer.cost).toEqual({ pipedrive: NOTHING, pipelinedeals: NOTHING });
  expect(answer.raw.extensions?.upstream).toEqual({ requests: 0, tokens: {}, byCrm: {} });
});

it('leaves out what @skip and @include leave out', async () => {
  const { cost } = await reads.ask(
    `query ($no: Boolean!) { deals(first: 5, crms: ["pipedrive"]) {
      nodes { id person { id name @include(if: $no) } stage @skip(if: true) { name } } pageInfo @include(if: $no) { hasNextPage }
    } }`,
    { no: false },
  );
  expect(cost.pipedrive).toEqual({ requests: 1, tokens: 10 });
});
