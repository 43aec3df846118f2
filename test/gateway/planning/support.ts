import { expect } from 'vitest';
import type { UpstreamCost } from '../../../src/domain/upstream.ts';
import type { Data, Reads } from '../reads/support.ts';

export const COST =
  'requests { min max expected } tokens { min max expected } calls { crm method path requests tokens because }';

/** The price of a query, which asks the CRMs nothing. */
export async function priceOf(
  reads: Reads,
  document: string,
  variables: Record<string, unknown> = {},
): Promise<UpstreamCost> {
  const { data, cost } = await reads.ask(priced(document), variables);
  expect(cost).toEqual({ pipedrive: { requests: 0, tokens: 0 }, pipelinedeals: { requests: 0, tokens: 0 } });
  return data.price;
}

/** A query that asks for its price in place of its answer. */
export function priced(document: string): string {
  return document.replace('{', `{ price: upstream(dryRun: true) { ${COST} } `);
}

/** The answer of a query with its receipt. */
export async function receiptOf(reads: Reads, document: string): Promise<{ data: Data; receipt: UpstreamCost }> {
  const data = await reads.data(document.replace('{', `{ receipt: upstream { ${COST} } `));
  return { data, receipt: data.receipt };
}
