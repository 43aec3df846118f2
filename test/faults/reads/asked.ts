import { type AnsweredError, sendGraphQL } from '../../support/graphql-client.ts';

/** A value of an answer, read field by field. */
// biome-ignore lint/suspicious/noExplicitAny: what is asked for differs from query to query
export type Data = any;

/** An answer as a client gets it, and how long it took. */
export interface Asked {
  readonly status: number;
  readonly data: Data;
  readonly errors: readonly AnsweredError[];
  /** All that was sent, headers included. */
  readonly text: string;
  readonly ms: number;
}

export async function ask(url: string, document: string, variables: Readonly<Record<string, unknown>>): Promise<Asked> {
  const startedAt = performance.now();
  const { status, data, errors, extensions, headers } = await sendGraphQL<Data>(url, document, variables);
  const text = JSON.stringify([[...headers], data, errors, extensions]);
  return { status, data: data ?? null, errors: errors ?? [], text, ms: performance.now() - startedAt };
}

const TRIES = 6;

/** An answer to a query that nothing goes wrong with; on a busy computer it may take several tries to be in time. */
export async function askInPeace(url: string, document: string, variables: Asked['data'] = {}): Promise<Asked> {
  for (let tries = 1; ; tries += 1) {
    const answer = await ask(url, document, variables);
    const isLate = answer.text.includes('UPSTREAM_TIMEOUT');
    if (!isLate || tries === TRIES) return answer;
  }
}

/** The data of a query that nothing goes wrong with. */
export async function dataOf(url: string, document: string, variables = {}): Promise<Data> {
  const { data, errors } = await askInPeace(url, document, variables);
  if (errors.length > 0) throw new Error(`${document} answered ${JSON.stringify(errors).slice(0, 1_000)}`);
  return data;
}
