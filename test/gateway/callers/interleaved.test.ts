import { afterAll, beforeAll, expect, it } from 'vitest';
import { aCaller, configOf, queryAs, type TestCaller } from '../../support/callers.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';

const ROUNDS = 8;
const north = aCaller('north', ['read', 'write', 'raw'], ['pipedrive']);
const south = aCaller('south', ['read', 'write', 'raw'], ['pipelinedeals']);

let gateways: readonly TestGateway[];
beforeAll(async () => {
  const env = configOf([north, south]);
  const small = { pipedrive: { deals: 30 }, pipelinedeals: { deals: 30 }, env };
  gateways = await Promise.all([startTestGateway(small), startTestGateway(small)]);
});
afterAll(() => Promise.all(gateways.map((gateway) => gateway.close())));

const DOCUMENTS = [
  '{ deals(first: 20) { nodes { id crm { id } owner { id } stage { id pipeline { id } } person { id } } crms { crm { id } } } }',
  '{ crms { id } savedFilters: pipelines { id } }',
  '{ pipelines { id stages { id } } }',
  '{ people(first: 5) { nodes { id } } organizations(first: 5) { nodes { id } } }',
];

/** Ids, and parts of them, that name a CRM in an answer. */
function crmsIn(answer: unknown): Set<string> {
  return new Set(
    [...JSON.stringify(answer).matchAll(/"(pipedrive|pipelinedeals)(?=[":])/g)].map(([, crm = '']) => crm),
  );
}

it(`${ROUNDS} rounds of two callers at two gateways at once: no answer holds anything of the other's CRM`, async () => {
  const callers: readonly (readonly [TestCaller, string])[] = [
    [north, 'pipedrive'],
    [south, 'pipelinedeals'],
  ];
  let answers = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const document = DOCUMENTS[round % DOCUMENTS.length] as string;
    await Promise.all(
      gateways.flatMap((gateway) =>
        callers.map(async ([caller, crm]) => {
          const { data, errors, extensions } = await queryAs(gateway, caller, document);
          expect(errors).toBeUndefined();
          expect([...crmsIn({ data, extensions })]).toEqual([crm]);
          answers += 1;
        }),
      ),
    );
  }
  expect(answers).toBe(ROUNDS * 4);
});
