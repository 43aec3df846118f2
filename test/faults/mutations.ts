import { type GraphQLAnswer, sendGraphQL } from '../support/graphql-client.ts';

/** Every name of the schema that the fault matrix uses. */

export type Outcome = 'APPLIED' | 'REPLAYED' | 'PREVIEWED' | 'REJECTED' | 'PARTIAL' | 'UNKNOWN';

export interface SeenProblem {
  readonly code: string;
  readonly path: readonly string[] | null;
}

/** An operation as the journal has it; without an outcome while it is under way. */
export interface Operation {
  readonly id: string;
  readonly outcome: Outcome | null;
  /** When its outcome was last established. */
  readonly finishedAt: string | null;
}

/** What a mutation answered. */
export interface Answer {
  readonly outcome: Outcome;
  readonly problems: readonly SeenProblem[];
  readonly operation: Operation | null;
  readonly deal?: { readonly id: string } | null;
}

/** A mutation and what it is given. */
export interface Write {
  readonly mutation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** A mutation answered with errors alone, which none of these may. */
export class NoOutcome extends Error {
  override readonly name = 'NoOutcome';
}

const RESULT = 'outcome problems { code path } operation { id outcome finishedAt }';

/** Sends a mutation under an idempotency key; `null` when the connection ends without an answer. */
export async function write(url: string, { mutation, input }: Write, key: string): Promise<Answer | null> {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
  const deal = mutation === 'deleteDeals' ? '' : 'deal { id }';
  const document = `mutation ($input: ${type}!, $control: Control) {
    answer: ${mutation}(input: $input, control: $control) { ${RESULT} ${deal} }
  }`;
  const sent = await connected(
    sendGraphQL<{ answer: Answer | null }>(url, document, { input, control: { idempotencyKey: key } }),
  );
  if (sent === null) return null;
  const answer = sent.data?.answer;
  // A deal that cannot be read for the answer is an error beside it, and takes nothing from it.
  if (!answer) throw new NoOutcome(`${mutation} answered ${JSON.stringify(sent.errors)}`);
  return answer;
}

/** An operation by its id. */
export async function operation(url: string, id: string): Promise<Operation | null> {
  const document = 'query ($id: ID!) { operation(id: $id) { id outcome finishedAt } }';
  return (await read<{ operation: Operation | null }>(url, document, { id })).operation;
}

/** The latest operations, newest first. */
export async function operations(url: string, first: number): Promise<readonly Operation[]> {
  const document = 'query ($first: Int!) { operations(first: $first) { nodes { id outcome finishedAt } } }';
  return (await read<{ operations: { nodes: readonly Operation[] } }>(url, document, { first })).operations.nodes;
}

/** Whether the gateway still works on operations of a CRM. */
export async function isAtWork(url: string, crm: string): Promise<boolean> {
  const document = `query ($crm: ID!) {
    operations(first: 1, filter: { crm: $crm, state: [RUNNING, SETTLING] }) { nodes { id } }
  }`;
  return (await read<{ operations: { nodes: readonly object[] } }>(url, document, { crm })).operations.nodes.length > 0;
}

async function read<Data>(url: string, document: string, variables: Readonly<Record<string, unknown>>): Promise<Data> {
  const { data, errors } = await sendGraphQL<Data>(url, document, variables);
  if (errors || !data) throw new Error(`${document} answered ${JSON.stringify(errors)}`);
  return data;
}

async function connected<Data>(answer: Promise<GraphQLAnswer<Data>>): Promise<GraphQLAnswer<Data> | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}
