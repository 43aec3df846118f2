import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ERROR_CODES } from '../../src/domain/errors.ts';
import { schema } from '../../src/schema/index.ts';
import { REFUSALS } from '../../src/server/refusal.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { readAnswer } from '../support/graphql-client.ts';
import { recordingLogger } from '../support/log-lines.ts';
import { operations } from './documents.ts';

/** `npm run fuzz` tries many more, and others in each run; `SEED` repeats one. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 150);
const CODES = new Set([...Object.keys(ERROR_CODES), ...Object.keys(REFUSALS)]);
const STACK = /\bat [\w.<>]+ \(|node_modules|\.[jt]s:\d+/;

const { logger, lines } = recordingLogger();
let gateway: TestGateway;
beforeAll(async () => {
  const env = { DEALGRAPH_ALLOW_CALL_CRM: '1', DEALGRAPH_QUERY_TIMEOUT_MS: '5000' };
  const sizes = { pipedrive: { deals: 12 }, pipelinedeals: { deals: 12 } };
  gateway = await startTestGateway({ ...sizes, env, logger, checksPrices: false });
});
afterAll(() => gateway.close());

it(
  `${RUNS} operations made from the schema, valid or nearly: an answer to each, and no bug`,
  async () => {
    const outcomes = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(operations(schema), async (operation) => {
        lines.length = 0;
        const response = await fetch(gateway.url, {
          method: 'POST',
          headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
          body: JSON.stringify(operation),
        });
        const { status, errors, data } = await readAnswer(response);
        const bugs = lines
          .filter(({ msg }) => msg === 'internal error')
          .map(({ stack }) => String(stack).slice(0, 400));
        expect(bugs).toEqual([]);
        expect(status).toBeLessThan(500);
        expect(JSON.stringify([errors])).not.toMatch(STACK);
        for (const { extensions } of errors ?? []) {
          expect(CODES).toContain(extensions.code);
          expect(extensions).toMatchObject({ retryable: expect.any(Boolean), requestId: expect.any(String) });
        }
        const outcome = errors?.[0]?.extensions.code ?? (data ? 'data' : 'nothing');
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      }),
      { numRuns: RUNS, endOnFailure: process.env.FUZZ_RUNS === undefined },
    );
    expect((await fetch(new URL('/ready', gateway.url))).status).toBe(200);
    const told = [...outcomes].sort(([, a], [, b]) => b - a).map(([outcome, count]) => `${outcome} ${count}`);
    process.stdout.write(`fuzz: ${RUNS} operations: ${told.join(', ')}\n`);
    expect(outcomes.get('data')).toBeGreaterThan(0);
  },
  RUNS * 2_000,
);
