import { afterAll, beforeAll, expect } from 'vitest';
import type { LogEntry } from '../../../src/sandbox/kit/simulator.ts';
import { eventually } from '../../support/eventually.ts';
import { startTestGateway, type TestGateway, type TestGatewayOptions } from '../../support/gateway.ts';
import type { AnsweredError, GraphQLAnswer } from '../../support/graphql-client.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers are read field by field by the tests that asked for them
export type Data = any;

/** What one operation cost a CRM, as the CRM's own log has it. */
export interface Cost {
  readonly requests: number;
  readonly tokens: number;
}

export interface Answer {
  readonly data: Data;
  readonly errors: readonly AnsweredError[] | undefined;
  /** By CRM; those that were not asked cost nothing. */
  readonly cost: { readonly pipedrive: Cost; readonly pipelinedeals: Cost };
  readonly log: { readonly pipedrive: readonly LogEntry[]; readonly pipelinedeals: readonly LogEntry[] };
  readonly raw: GraphQLAnswer<Data>;
}

export interface Reads {
  readonly gateway: TestGateway;
  /**
   * Sends a query. The receipt has to agree with the logs of the CRMs, and no secret of theirs may be in the answer.
   * `abandoned`: the answer does not wait for every request it caused, so that its receipt may be short of some.
   */
  ask(document: string, variables?: Record<string, unknown>, options?: { abandoned: boolean }): Promise<Answer>;
  /** The data of a query that has to succeed. */
  data(document: string, variables?: Record<string, unknown>): Promise<Data>;
}

export const NOTHING: Cost = { requests: 0, tokens: 0 };

/** A gateway of its own for the calling test file, with both sandbox CRMs. */
export function useReads(options: TestGatewayOptions = {}): Reads {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway(options);
  });
  afterAll(() => gateway.close());

  const reads: Reads = {
    get gateway() {
      return gateway;
    },
    async ask(document, variables = {}, { abandoned } = { abandoned: false }) {
      const { pipedrive, pipelinedeals } = gateway;
      const before = { pipedrive: pipedrive.log.length, pipelinedeals: pipelinedeals.log.length };
      const raw = await gateway.query<Data>(document, variables);
      // A simulator logs an exchange once it is over, which an answer that was given up does not wait for.
      await eventually(() => {
        const logged = pipedrive.log.length + pipelinedeals.log.length - before.pipedrive - before.pipelinedeals;
        expect(logged).toBeGreaterThanOrEqual(raw.extensions?.upstream.requests ?? 0);
      });
      const log = {
        pipedrive: pipedrive.log.slice(before.pipedrive),
        pipelinedeals: pipelinedeals.log.slice(before.pipelinedeals),
      };
      const cost = { pipedrive: costOf(log.pipedrive), pipelinedeals: costOf(log.pipelinedeals) };
      expectNoSecret(raw, [pipedrive.token, ...pipelinedeals.canaries]);
      if (raw.extensions && !abandoned) expectReceipt(raw, cost);
      return { data: raw.data, errors: raw.errors, cost, log, raw };
    },
    async data(document, variables) {
      const { data, errors } = await reads.ask(document, variables);
      expect(errors).toBeUndefined();
      return data;
    },
  };
  return reads;
}

function costOf(log: readonly LogEntry[]): Cost {
  return { requests: log.length, tokens: log.reduce((sum, { tokens }) => sum + (tokens ?? 0), 0) };
}

function expectReceipt({ extensions }: GraphQLAnswer, cost: Answer['cost']): void {
  const upstream = extensions?.upstream;
  expect({
    requests: upstream?.requests,
    pipedrive: upstream?.byCrm.pipedrive?.requests ?? 0,
    pipelinedeals: upstream?.byCrm.pipelinedeals?.requests ?? 0,
    tokens: upstream?.tokens.pipedrive ?? 0,
  }).toEqual({
    requests: cost.pipedrive.requests + cost.pipelinedeals.requests,
    pipedrive: cost.pipedrive.requests,
    pipelinedeals: cost.pipelinedeals.requests,
    tokens: cost.pipedrive.tokens,
  });
  expect(upstream?.tokens).not.toHaveProperty('pipelinedeals');
}

function expectNoSecret({ data, errors, extensions, headers }: GraphQLAnswer, secrets: readonly string[]): void {
  const text = JSON.stringify([data, errors, extensions, [...headers]]);
  expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
}

/** The only error of an answer, without its message. */
export function onlyError({ errors }: Answer): Record<string, unknown> {
  expect(errors).toHaveLength(1);
  const [error] = errors ?? [];
  return { path: error?.path, ...error?.extensions };
}

/** The error a list or read was refused with before any call. */
export function refusal(answer: Answer): { readonly code: string; readonly argument: unknown } {
  expect(answer.cost).toEqual({ pipedrive: NOTHING, pipelinedeals: NOTHING });
  expect(answer.errors).toHaveLength(1);
  const { code, argument } = answer.errors?.[0]?.extensions ?? { code: '' };
  return { code, argument };
}

/** The same elements in an order that the seed decides. */
export function shuffled<T>(items: readonly T[], seed = 1): T[] {
  const copy = [...items];
  let state = seed;
  for (let i = copy.length - 1; i > 0; i -= 1) {
    state = (state * 48_271) % 2_147_483_647;
    const j = state % (i + 1);
    [copy[i], copy[j]] = [copy[j] as T, copy[i] as T];
  }
  return copy;
}

/** The first of `items` that fits; the seed has to have one. */
export function found<T>(items: Iterable<T>, fits: (item: T) => boolean): T {
  for (const item of items) if (fits(item)) return item;
  throw new Error('the seed has no such record');
}
