import { expect } from 'vitest';
import type { LogEntry } from '../../src/sandbox/kit/simulator.ts';
import type { CrmId } from '../gateway/writes/support.ts';
import type { TestGateway } from '../support/gateway.ts';
import type { GraphQLAnswer } from '../support/graphql-client.ts';
import type { Data, Endpoint, Operation, Variables } from './operation.ts';

export type Log = Readonly<Record<CrmId, readonly LogEntry[]>>;

export interface Performed {
  readonly answer: GraphQLAnswer<Data>;
  readonly log: Log;
}

/** Sends an operation, and tells what the CRMs were sent for it: as much as the receipt says. */
export async function perform(
  gateway: TestGateway,
  { document }: Pick<Operation, 'document'>,
  variables: Variables,
): Promise<Performed> {
  const logged = { pipedrive: gateway.pipedrive.log.length, pipelinedeals: gateway.pipelinedeals.log.length };
  const answer = await gateway.query<Data>(document, variables);
  const log = {
    pipedrive: gateway.pipedrive.log.slice(logged.pipedrive),
    pipelinedeals: gateway.pipelinedeals.log.slice(logged.pipelinedeals),
  };
  expect(answer.extensions?.upstream.requests).toBe(log.pipedrive.length + log.pipelinedeals.length);
  return { answer, log };
}

const isOf = (crm: CrmId, { version }: Endpoint) => (version === 'v3') === (crm === 'pipelinedeals');
export const BASES = { v1: '/v1', v2: '/api/v2', v3: '/api/v3' } as const;

/** Whether a request is of an operation of the vendor's API. */
function isRequestOf({ version, operation }: Endpoint, { method, path }: LogEntry): boolean {
  const [verb, pattern = ''] = operation.split(' ');
  const parts = `${BASES[version]}${pattern}`.replace(/:\w+/g, '[\\da-f-]+');
  return method === verb && new RegExp(`^${parts}(\\.json)?$`).test(path);
}

/** The CRM answered with null for everything that was asked beside ids. */
export function expectAbsent({ data, errors }: GraphQLAnswer<Data>): void {
  expect(errors).toBeUndefined();
  const values = leaves(data);
  expect(values.length).toBeGreaterThan(0);
  expect(values.every((value) => value === null)).toBe(true);
}

/** Likewise, where what is a list is an empty one, and said to be. */
export function expectNothing({ data, errors }: GraphQLAnswer<Data>): void {
  expect(errors).toBeUndefined();
  expect(data).toBeTruthy();
  expect(leaves(data).filter(Boolean)).toEqual([]);
}

function leaves(value: unknown): readonly unknown[] {
  if (value === null || typeof value !== 'object') return [value];
  return Object.entries(value).flatMap(([name, part]) => (name === 'id' ? [] : leaves(part)));
}

/** What the vendor has for it today was asked, and nothing it has withdrawn. */
export function expectCurrent(gateway: TestGateway, crm: CrmId, { api }: Operation, log: Log): void {
  for (const own of api.filter((one) => isOf(crm, one))) {
    const isAsked = (own.isKept ? gateway[crm].log : log[crm]).some((entry) => isRequestOf(own, entry));
    expect({ ...own, isAsked }).toEqual({ ...own, isAsked: own.withdrawn === null });
  }
}
