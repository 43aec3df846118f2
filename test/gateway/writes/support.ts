import { expect } from 'vitest';
import { formatJson } from '../../../src/sandbox/kit/json.ts';
import type { LogEntry } from '../../../src/sandbox/kit/simulator.ts';
import type { TestGateway } from '../../support/gateway.ts';
import type { AnswerExtensions } from '../../support/graphql-client.ts';

export type CrmId = 'pipedrive' | 'pipelinedeals';
export const CRMS: readonly CrmId[] = ['pipedrive', 'pipelinedeals'];

export interface SeenProblem {
  readonly code: string;
  readonly message: string;
  readonly path: readonly string[] | null;
  readonly isRetryable: boolean;
  readonly retryAt: string | null;
  readonly crm: { readonly id: string } | null;
}

/** What a mutation answered; `deal`, `dealProducts` and `items` have what was selected of them. */
export interface Written {
  readonly outcome: string;
  readonly problems: readonly SeenProblem[];
  readonly deal?: Readonly<Record<string, unknown>> | null;
  readonly dealProducts?: readonly Readonly<Record<string, unknown>>[] | null;
  readonly items?: readonly (Omit<Written, 'items'> & { readonly deal: Readonly<Record<string, unknown>> | null })[];
}

export interface Mutated extends Written {
  readonly upstream: AnswerExtensions['upstream'];
  /** What each CRM was sent meanwhile. */
  readonly sent: Readonly<Record<CrmId, readonly LogEntry[]>>;
}

const PROBLEMS = 'problems { code message path isRetryable retryAt crm { id } }';

export interface How {
  /** What is read of the result beside its outcome and problems. */
  readonly select?: string;
  readonly control?: Readonly<Record<string, unknown>>;
}

/** Sends one mutation, and makes sure of what holds for all of them: HTTP 200, no GraphQL error, no secret. */
export async function send(
  gateway: TestGateway,
  mutation: string,
  input: Readonly<Record<string, unknown>>,
  { select = 'deal { id title }', control }: How = {},
): Promise<Written & Pick<Mutated, 'upstream'>> {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
  const document = `mutation Write($input: ${type}!, $control: Control) {
    written: ${mutation}(input: $input, control: $control) { outcome ${PROBLEMS} ${select} }
  }`;
  const answer = await gateway.query<{ written: Written }>(document, { input, ...(control && { control }) });
  expect(answer.errors).toBeUndefined();
  expect(answer.status).toBe(200);
  expectNoSecret(gateway, answer);
  const written = answer.data?.written;
  const upstream = answer.extensions?.upstream;
  if (!written || !upstream) throw new Error(`${mutation} answered nothing`);
  return { ...written, upstream };
}

/** Sends one mutation while nothing else happens, and tells what the CRMs were sent for it. */
export async function mutate(
  gateway: TestGateway,
  mutation: string,
  input: Readonly<Record<string, unknown>>,
  how?: How,
): Promise<Mutated> {
  const logged = { pipedrive: gateway.pipedrive.log.length, pipelinedeals: gateway.pipelinedeals.log.length };
  const written = await send(gateway, mutation, input, how);
  const sent = {
    pipedrive: gateway.pipedrive.log.slice(logged.pipedrive),
    pipelinedeals: gateway.pipelinedeals.log.slice(logged.pipelinedeals),
  };
  expect(written.upstream.requests).toBe(sent.pipedrive.length + sent.pipelinedeals.length);
  return { ...written, sent };
}

/** Reads one deal as a client would. */
export async function readDeal(
  gateway: TestGateway,
  id: string,
  select: string,
): Promise<Record<string, unknown> | null> {
  const answer = await gateway.query<{ deal: Record<string, unknown> | null }>(
    `query Read($id: ID!) { deal(id: $id) { ${select} } }`,
    { id },
  );
  expect(answer.errors).toBeUndefined();
  expectNoSecret(gateway, answer);
  return answer.data?.deal ?? null;
}

function expectNoSecret({ pipedrive, pipelinedeals }: TestGateway, answer: object): void {
  const text = JSON.stringify(answer);
  for (const secret of [pipedrive.token, ...pipelinedeals.canaries]) expect(text).not.toContain(secret);
}

/** The requests that may change something. */
export function writesOf(entries: readonly LogEntry[]): readonly LogEntry[] {
  return entries.filter(({ method }) => method !== 'GET');
}

/** What a connection that was selected of a record holds. */
export function nodesOf(record: Written['deal'], connection: string): readonly Readonly<Record<string, unknown>>[] {
  const { nodes } = (record?.[connection] ?? { nodes: [] }) as { nodes: readonly Record<string, unknown>[] };
  return nodes;
}

/** The attributes that the only write on a deal was sent with, each as JSON text: exact numbers stay digits. */
export function sentAttributes(crm: CrmId, { sent }: Mutated): Readonly<Record<string, string>> {
  const [only, ...more] = writesOf(sent[crm]);
  expect(more).toEqual([]);
  const body = crm === 'pipedrive' ? only?.body : (only?.body as { deal: object } | undefined)?.deal;
  return Object.fromEntries(Object.entries(body ?? {}).map(([key, value]) => [key, formatJson(value)]));
}

/** `PATCH /api/v2/deals/7` */
export function lines(entries: readonly LogEntry[]): readonly string[] {
  return entries.map(({ method, path }) => `${method} ${path}`);
}

/** Expects that an input was refused for exactly these reasons, without a request to any CRM. */
export function expectRefused(
  written: Mutated,
  ...problems: readonly { readonly code: string; readonly path: readonly string[] | null }[]
): void {
  expect(written.problems.map(({ code, path }) => ({ code, path }))).toEqual(problems);
  expect(written.outcome).toBe('REJECTED');
  expect(written.deal ?? null).toBeNull();
  expect([...written.sent.pipedrive, ...written.sent.pipelinedeals]).toEqual([]);
}

/** Hands out each record once, so that tests of one file never share one. */
export function handOut<T extends { readonly id: number }>(
  records: ReadonlyMap<number, T>,
): (fits?: (record: T) => boolean) => T {
  const taken = new Set<number>();
  return (fits = () => true) => {
    const record = [...records.values()].find((one) => !taken.has(one.id) && fits(one));
    if (!record) throw new Error('the seed has no such record left');
    taken.add(record.id);
    return record;
  };
}

export function idOf(crm: CrmId, type: string, remoteId: number | string | null | undefined): string {
  if (remoteId == null) throw new Error(`there is no ${type}`);
  return `${crm}:${type}:${remoteId}`;
}

/** The CRM's own id in a global one. */
export function remoteId(id: unknown): number {
  return Number(String(id).split(':').at(-1));
}
