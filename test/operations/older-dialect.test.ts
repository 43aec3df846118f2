import { afterAll, beforeAll, expect, it } from 'vitest';
import { ONLY_PIPELINE_ID } from '../../src/adapters/pipelinedeals/pipelines.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { DEAL_OPERATIONS } from './deal-operations.ts';
import { DEAL_ATTRIBUTES } from './documented-pipelinedeals.ts';
import { expectCurrent, expectNothing, perform } from './performing.ts';
import { type Place, placesOf } from './place.ts';

let gateway: TestGateway;
let place: Place;

beforeAll(async () => {
  gateway = await startTestGateway({
    pipedrive: { deals: 5 },
    pipelinedeals: { dialect: 'seed', deals: 90 },
    env: { DEALGRAPH_ALLOW_CALL_CRM: '1' },
  });
  place = placesOf(gateway, ONLY_PIPELINE_ID).pipelinedeals;
});
afterAll(() => gateway.close());

/** What deals did not tell then: there is nothing to show. */
const NOT_TOLD = [
  /^deal: read (wonReason|wonReasonNotes|address|labels|creator|details.productCount)$/,
  /^deal: list its products/,
  /^deal products: list of several/,
];
/** There was no second pipeline to go to, and none with a name of its own. */
const NOT_THERE = ['deal: add with pipeline', 'deal: update pipeline', 'deals: list by pipeline.name'];

/**
 * PipelineDeals as it was documented in 2012–2018. What it cannot do is refused by the same table as today and before
 * any call, so only what works is walked once more.
 */
const WORKING = DEAL_OPERATIONS.filter(
  ({ name, expected }) => typeof expected.pipelinedeals === 'function' && !NOT_THERE.includes(name),
);

it.each(WORKING)('$name', async (operation) => {
  const variables = await operation.variables(place);
  const { answer, log } = await perform(gateway, operation, variables);
  if (NOT_TOLD.some((names) => names.test(operation.name))) return expectNothing(answer);
  expect(answer.errors).toBeUndefined();
  if (answer.data.written) expect(answer.data.written).toMatchObject({ outcome: 'APPLIED', problems: [] });
  expectCurrent(gateway, 'pipelinedeals', operation, log);
  const { pipelinedeals: check } = operation.expected;
  if (typeof check === 'function') await check(answer.data, place, variables);
});

it('every attribute of a deal is documented', async () => {
  const deal = await place.own(`/deals/${place.sample().remoteId}`);
  expect(Object.keys(deal).filter((name) => !(name in DEAL_ATTRIBUTES))).toEqual([]);
});

it('differs from today in rows there are', () => {
  const names = DEAL_OPERATIONS.map(({ name }) => name);
  expect(NOT_THERE.filter((name) => !names.includes(name))).toEqual([]);
  expect(NOT_TOLD.filter((some) => !names.some((name) => some.test(name)))).toEqual([]);
});
