import { PAGE_SIZE } from './upstream/records.ts';

/** The three kinds of measured server. */
export const SERVERS = ['join', 'gateway', 'usual'] as const;
export type ServerName = (typeof SERVERS)[number];

export const WORKLOADS = ['nested', 'one', 'identical'] as const;
export type WorkloadName = (typeof WORKLOADS)[number];

/** A request as it goes to a server. */
export interface WireRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

const DEAL_FIELDS = `
  id title status
  value { amount currency }
  stage { id name }
  person { id name }
  organization { id name }
  products { nodes { id name quantity } }
`;

const PAGE = `query Page($first: Int!, $since: DateTime!) {
  deals(first: $first, filter: { updatedAt: { gte: $since } }) {
    nodes { ${DEAL_FIELDS} }
    pageInfo { hasNextPage }
  }
}`;

const DEAL = `query Deal($id: ID!) { deal(id: $id) { ${DEAL_FIELDS} } }`;

const EPOCH = Date.UTC(2010, 0, 1);
const GRAPHQL_HEADERS = { 'content-type': 'application/json', accept: 'application/json' };

/**
 * The request number `key` of a workload, the same question to every server. Other keys ask for other data, except
 * that `identical` always asks for the same page.
 */
export function requestFor(server: ServerName, workload: WorkloadName, key: number): WireRequest {
  if (workload === 'one') {
    const id = key + 1;
    return server === 'join' ? get(`/deals/${id}`) : post(DEAL, { id: `pipedrive:Deal:${id}` });
  }
  const second = workload === 'identical' ? 0 : key;
  const since = `${new Date(EPOCH + second * 1_000).toISOString().slice(0, 19)}Z`;
  return server === 'join'
    ? get(`/deals?updated_since=${since}&limit=${PAGE_SIZE}`)
    : post(PAGE, { first: PAGE_SIZE, since });
}

function get(path: string): WireRequest {
  return { method: 'GET', path, headers: {}, body: null };
}

function post(query: string, variables: object): WireRequest {
  return { method: 'POST', path: '/graphql', headers: GRAPHQL_HEADERS, body: JSON.stringify({ query, variables }) };
}
