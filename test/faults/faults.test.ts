import { readFileSync } from 'node:fs';
import { buildSchema, type GraphQLObjectType } from 'graphql';
import { expect, it } from 'vitest';
import type { CaseResult } from './case.ts';
import { CRASHES, type CrashChoice, runCrashes } from './crashes.ts';
import { FAULT_POINTS } from './fault-points.ts';
import { inLanes } from './lanes.ts';
import { type Choice, runMatrix } from './matrix.ts';
import { SCENARIOS } from './scenarios.ts';

const SCHEMA = new URL('../../schema.graphql', import.meta.url);

/** A fixed share of `npm run faults`: each write of each mutation is struck by one of the faults, and each has its turn. */
const share: Choice = (scenario, point, { nth }) =>
  (FAULT_POINTS.indexOf(point) + 5 * SCENARIOS.indexOf(scenario) + 7 * nth) % FAULT_POINTS.length === 0;

/** Of what takes several steps the second is interrupted at one moment, and of some also what comes before. */
const SEVERAL_STEPS = [
  'addDeal with products',
  'mergeDeals',
  'duplicateDeal',
  'deleteDeals',
  'addDealProducts in bulk',
];
const crashShare: CrashChoice = (scenario, crash, nth) =>
  crash.of === 'request'
    ? scenario.name === 'deleteDeals'
    : nth === 2 && CRASHES.indexOf(crash) === 1 + (SCENARIOS.indexOf(scenario) % 3);

function harmed(results: readonly CaseResult[]): readonly CaseResult[] {
  return results.filter(({ violations }) => violations.length > 0);
}

it('every mutation is in the matrix', () => {
  const { Mutation } = buildSchema(readFileSync(SCHEMA, 'utf8')).getTypeMap();
  const mutations = Object.keys((Mutation as GraphQLObjectType).getFields());
  const tried = new Set(SCENARIOS.map(({ name }) => name.split(/[ ,]/)[0]));
  // What a request of the caller's own making does, only the caller knows.
  expect([...tried].toSorted()).toEqual(mutations.filter((name) => name !== 'callCrm').toSorted());
});

it('writes that something goes wrong with happen once, or say so', async () => {
  const results = await inLanes(4, SCENARIOS, (rig, lane) => runMatrix(rig, lane, share));
  expect(harmed(results)).toEqual([]);
  expect(new Set(results.map(({ fault }) => fault)).size).toBe(FAULT_POINTS.length + 1);
});

it('writes that a crash interrupts are finished or explained by the next start', async () => {
  const scenarios = SCENARIOS.filter(({ name }) => SEVERAL_STEPS.includes(name));
  const results = await inLanes(4, scenarios, (rig, lane) => runCrashes(rig, lane, crashShare));
  expect(harmed(results)).toEqual([]);
  expect(new Set(results.map(({ fault }) => fault)).size).toBe(CRASHES.length);
});
