/** A document that is meant to do harm, and the code it is refused with. */
export interface HostileDocument {
  readonly of: string;
  readonly query: string;
  /** As JSON. */
  readonly variables?: string;
  readonly code: string;
}

/** Fragments of which each spreads the next one in two fields: 2^n records when written out. */
function chained(links: number): string {
  const link = (index: number) =>
    ['organization', 'person'].map((field) => `${field} { deals(first: 1) { nodes { ...f${index + 1} } } }`).join(' ');
  const fragments = Array.from({ length: links }, (_, index) => `fragment f${index} on Deal { ${link(index)} }`);
  return ['{ deals(first: 1) { nodes { ...f0 } } }', ...fragments, `fragment f${links} on Deal { id }`].join('\n');
}

/** As above at one level: each link doubles the aliases of the next. */
function doubling(links: number): string {
  const link = (index: number) => `fragment f${index} on Query { a${index}: crms { id } ...f${index + 1} ...g${index} }
    fragment g${index} on Query { b${index}: crms { id } ...f${index + 1} }`;
  return [
    '{ ...f0 }',
    ...Array.from({ length: links }, (_, index) => link(index)),
    `fragment f${links} on Query { __typename }`,
  ].join('\n');
}

const nested = (levels: number) => `${'{a'.repeat(levels)}${'}'.repeat(levels)}`;
const listed = (count: number, item: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => item(i)).join(' ');

const TOO_COMPLEX = 'QUERY_TOO_COMPLEX';

export const hostileDocuments: readonly HostileDocument[] = [
  ...[22, 40, 60].flatMap((links) => [
    { of: `${links} chained fragments over records`, query: chained(links), code: TOO_COMPLEX },
    { of: `${links} chained fragments that double aliases`, query: doubling(links), code: TOO_COMPLEX },
  ]),
  {
    of: 'selections nested 16 deep',
    query: `{ deals { nodes { person { ${'organization { people { nodes { '.repeat(5)} id ${'} } } '.repeat(5)} } } } }`,
    code: TOO_COMPLEX,
  },
  { of: 'selections nested 20,000 deep', query: nested(20_000), code: TOO_COMPLEX },
  {
    of: 'inline fragments nested 20,000 deep',
    query: `{${'...{'.repeat(20_000)}id${'}'.repeat(20_001)}`,
    code: TOO_COMPLEX,
  },
  {
    of: 'a list value nested 20,000 deep',
    query: `{ crms(ids: ${'['.repeat(20_000)}${']'.repeat(20_000)}) { id } }`,
    code: TOO_COMPLEX,
  },
  { of: '16 aliases', query: `{ ${listed(16, (i) => `a${i}: crms { id }`)} }`, code: TOO_COMPLEX },
  { of: '16 aliases of __typename', query: `{ ${listed(16, (i) => `a${i}: __typename`)} }`, code: TOO_COMPLEX },
  { of: '5,000 aliases', query: `{ ${listed(5_000, (i) => `a${i}: crms { id }`)} }`, code: TOO_COMPLEX },
  {
    of: '4 aliases in a fragment that is spread 4 times',
    query: `{ a: crms { ...f } b: crms { ...f } c: crms { ...f } d: crms { ...f } } fragment f on Crm { e: id f: id g: id h: id }`,
    code: TOO_COMPLEX,
  },
  { of: '21 directives', query: `{ ${listed(21, () => 'crms @include(if: true) { id }')} }`, code: TOO_COMPLEX },
  { of: '5,000 directives on one field', query: `{ crms ${listed(5_000, () => '@a')} { id } }`, code: TOO_COMPLEX },
  {
    of: '6 mutations',
    query: `mutation { ${listed(6, (i) => `m${i}: deleteDeals(input: { ids: [] }) { outcome }`)} }`,
    code: TOO_COMPLEX,
  },
  {
    of: '6 mutations in fragments',
    query: `mutation { ...a ...b } fragment a on Mutation { ${listed(3, (i) => `m${i}: deleteDeals(input: { ids: [] }) { outcome }`)} } fragment b on Mutation { ${listed(3, (i) => `n${i}: deleteDeals(input: { ids: [] }) { outcome }`)} }`,
    code: TOO_COMPLEX,
  },
  {
    of: 'pages that multiply',
    query: '{ deals(first: 500) { nodes { products(first: 500) { nodes { name } } } } }',
    code: TOO_COMPLEX,
  },
  {
    of: 'pages that multiply, by variables',
    query: 'query ($n: Int = 500) { deals(first: $n) { nodes { products(first: $n) { nodes { name } } } } }',
    code: TOO_COMPLEX,
  },
  {
    of: 'pages that multiply, through edges',
    query:
      'query ($n: Int) { deals(first: $n) { edges { node { activities(first: $n) { edges { node { subject } } } } } } }',
    variables: '{"n":400}',
    code: TOO_COMPLEX,
  },
  {
    of: 'variables nested 10,000 deep',
    query: 'query ($f: DealFilter) { deals(filter: $f) { nodes { id } } }',
    variables: `{"f":{"and":${'['.repeat(10_000)}${']'.repeat(10_000)}}}`,
    code: TOO_COMPLEX,
  },
  {
    of: 'fragments in a circle',
    query: '{ crms { ...a } } fragment a on Crm { ...b } fragment b on Crm { ...a }',
    code: 'GRAPHQL_VALIDATION_FAILED',
  },
  {
    of: 'a fragment in itself, twice',
    query: '{ crms { ...a } } fragment a on Crm { ...a ...a }',
    code: 'GRAPHQL_VALIDATION_FAILED',
  },
  { of: '900 times the same field', query: `{ crms { ${listed(900, () => 'id')} } }`, code: TOO_COMPLEX },
  { of: '400 unknown fields', query: `{ ${listed(400, (i) => `dealz${i}`)} }`, code: 'GRAPHQL_VALIDATION_FAILED' },
  {
    of: 'an introspection in a circle',
    query: `{ __schema { types { ${'fields { type { '.repeat(8)} name ${'} } '.repeat(8)} } } }`,
    code: 'GRAPHQL_VALIDATION_FAILED',
  },
  { of: 'a subscription', query: 'subscription { crms { id } }', code: 'GRAPHQL_VALIDATION_FAILED' },
  { of: 'nothing', query: '', code: 'GRAPHQL_PARSE_FAILED' },
  { of: 'a comment of 250,000 letters', query: `#${'x'.repeat(250_000)}`, code: 'GRAPHQL_PARSE_FAILED' },
  { of: 'a text of 250,000 letters', query: `{ deal(id: "${'x'.repeat(250_000)}") { id } }`, code: 'BAD_USER_INPUT' },
  { of: 'letters that are none', query: '{ crms\u0000 { id } }', code: 'GRAPHQL_PARSE_FAILED' },
];

/** Ids that lead elsewhere where they are taken for part of a path. */
export const hostileIds: readonly string[] = [
  '',
  ' ',
  '..',
  '%2e%2e',
  '1/..',
  '../users/1',
  '1%2F..%2F2',
  '1?x=1',
  '1#x',
  '1\r\nx-api-token: y',
  '1\u0000',
  '\ud800',
  '1\udfff',
  '9007199254740993',
  '99999999999999999999',
  '0',
  '-1',
  '01',
  '1e3',
  '0x10',
  '１',
  '1 ',
];
