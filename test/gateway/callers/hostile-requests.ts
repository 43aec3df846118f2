/** A request that is meant to do harm, or made by somebody who does not know better, and how it is refused. */
export interface HostileRequest {
  readonly of: string;
  readonly target?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly status: number;
  readonly code: string;
}

const mutation = 'mutation { deleteDeals(input: { ids: [] }) { outcome } }';
const json = { 'content-type': 'application/json' };

export const hostileRequests: readonly HostileRequest[] = [
  {
    of: 'a mutation over GET',
    method: 'GET',
    target: `/graphql?query=${encodeURIComponent(mutation)}`,
    status: 405,
    code: 'BAD_REQUEST',
  },
  {
    of: 'a mutation as a form',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: `query=${encodeURIComponent(mutation)}`,
    status: 415,
    code: 'BAD_REQUEST',
  },
  {
    of: 'a mutation as multipart',
    headers: { 'content-type': 'multipart/form-data; boundary=x' },
    body: `--x\r\ncontent-disposition: form-data; name="operations"\r\n\r\n{"query":"{ crms { id } }"}\r\n--x--`,
    status: 415,
    code: 'BAD_REQUEST',
  },
  {
    of: 'a mutation as plain text',
    headers: { 'content-type': 'text/plain' },
    body: JSON.stringify({ query: mutation }),
    status: 415,
    code: 'BAD_REQUEST',
  },
  {
    of: 'a mutation without a type',
    headers: {},
    body: JSON.stringify({ query: mutation }),
    status: 415,
    code: 'BAD_REQUEST',
  },
  {
    of: 'a type that only begins like JSON',
    headers: { 'content-type': 'application/jsonp' },
    body: JSON.stringify({ query: mutation }),
    status: 415,
    code: 'BAD_REQUEST',
  },
  {
    of: 'an array of operations',
    headers: json,
    body: JSON.stringify(Array.from({ length: 50 }, () => ({ query: mutation }))),
    status: 400,
    code: 'BAD_REQUEST',
  },
  {
    of: 'JSON nested 100,000 deep',
    headers: json,
    body: `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
    status: 400,
    code: 'BAD_REQUEST',
  },
  {
    of: 'a body of 10 MB',
    headers: json,
    body: JSON.stringify({ query: '{ crms { id } }', variables: { x: 'y'.repeat(10_000_000) } }),
    status: 413,
    code: 'REQUEST_TOO_LARGE',
  },
  {
    of: 'a length that is none',
    headers: { ...json, 'content-length': 'ten' },
    body: '{}',
    status: 400,
    code: 'BAD_REQUEST',
  },
  {
    of: 'two lengths and a chunk',
    headers: { ...json, 'transfer-encoding': 'chunked' },
    body: '{}',
    status: 400,
    code: 'BAD_REQUEST',
  },
  {
    of: 'headers of 100 KB',
    headers: { ...json, 'x-long': 'y'.repeat(100_000) },
    body: '{}',
    status: 431,
    code: 'BAD_REQUEST',
  },
  { of: 'a method there is not', method: 'BREW', headers: json, body: '{}', status: 400, code: 'BAD_REQUEST' },
  {
    of: 'PUT',
    method: 'PUT',
    headers: json,
    body: JSON.stringify({ query: mutation }),
    status: 405,
    code: 'BAD_REQUEST',
  },
  {
    of: 'a mutation as a form in a URL',
    method: 'GET',
    target: `/graphql?query=${encodeURIComponent('mutation ($i: DeleteDealsInput!) { deleteDeals(input: $i) { outcome } }')}&variables=%7B%7D`,
    status: 405,
    code: 'BAD_REQUEST',
  },
  {
    of: 'a query as a form',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: `query=${encodeURIComponent('{ crms { id } }')}`,
    status: 415,
    code: 'BAD_REQUEST',
  },
  { of: 'JSON that is none', headers: json, body: '{"query":', status: 400, code: 'BAD_REQUEST' },
  {
    of: 'a body that is not UTF-8',
    headers: json,
    body: '{"query":"\u00ff\ud800"}',
    status: 400,
    code: 'GRAPHQL_PARSE_FAILED',
  },
  {
    of: 'a query that is no text',
    headers: json,
    body: '{"query":["{ crms { id } }"]}',
    status: 400,
    code: 'BAD_REQUEST',
  },
  {
    of: 'variables that are no object',
    headers: json,
    body: '{"query":"{ crms { id } }","variables":[1]}',
    status: 400,
    code: 'BAD_REQUEST',
  },
  {
    of: 'keys that mean something to JavaScript',
    headers: json,
    body: '{"__proto__":{"query":"{ crms { id } }"}}',
    status: 400,
    code: 'BAD_REQUEST',
  },
];
