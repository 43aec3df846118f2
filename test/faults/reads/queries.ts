/** A query that is asked while something goes wrong. */
export interface ReadQuery {
  readonly name: string;
  readonly document: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly root: 'deals' | 'searchDeals' | 'dealsSummary' | 'deal';
}

export const PAGE = 12;
export const TERM = 'pilot';
/** What no title holds. */
const NOWHERE = 'nowhere to be found';

/** Values that come with the deal, from tables, from other records and from lists. */
export const DEAL = `id title status value { amount currency } expectedCloseDate createdAt
  stage { id name position } pipeline { id name } owner { id name email } person { id name jobTitle }
  organization { id name website } products(first: 50) { nodes { name quantity } } customFields { key label text }`;

const OUTCOMES = 'crms { crm { id } state totalCount problems { code message isRetryable crm { id } } }';

/** All deals, for what is true of each. */
export const ALL_DEALS = `{ deals(first: 500) { nodes { ${DEAL} } } }`;

const list = (name: string, variables: Readonly<Record<string, unknown>>): ReadQuery => ({
  name,
  root: 'deals',
  variables,
  document: `query ($after: String, $on: OnCrmFailure!) {
    deals(first: ${PAGE}, after: $after, onCrmFailure: $on) { nodes { ${DEAL} } pageInfo { hasNextPage } ${OUTCOMES} }
  }`,
});

/** `after`: the cursors behind the first pages. */
export function readQueries(after: readonly string[], deals: readonly string[]): readonly ReadQuery[] {
  const [pipedrive, pipelinedeals] = deals;
  const modes = ['FAIL', 'PARTIAL'] as const;
  return [
    ...modes.map((on) => list(`page, ${on}`, { on })),
    ...after.map((cursor, index) => list(`page ${index + 2} of a walk, PARTIAL`, { on: 'PARTIAL', after: cursor })),
    {
      name: 'a list read to its end',
      root: 'deals',
      variables: { on: 'PARTIAL', title: NOWHERE },
      document: `query ($on: OnCrmFailure!, $title: String!) {
        deals(first: ${PAGE}, filter: { title: { contains: $title } }, onCrmFailure: $on) {
          nodes { id } pageInfo { hasNextPage } ${OUTCOMES}
        }
      }`,
    },
    {
      name: 'a deal of each CRM',
      root: 'deal',
      variables: { pipedrive, pipelinedeals },
      document: `query ($pipedrive: ID!, $pipelinedeals: ID!) {
        pipedrive: deal(id: $pipedrive) { ${DEAL} url people(first: 5) { nodes { id name } } }
        pipelinedeals: deal(id: $pipelinedeals) { ${DEAL} url people(first: 5) { nodes { id name } } }
      }`,
    },
    ...modes.map(
      (on): ReadQuery => ({
        name: `search, ${on}`,
        root: 'searchDeals',
        variables: { on },
        document: `query ($on: OnCrmFailure!) {
        searchDeals(term: "${TERM}", first: ${PAGE}, onCrmFailure: $on) {
          nodes { score deal { id title status value { amount currency } } } pageInfo { hasNextPage } ${OUTCOMES}
        }
      }`,
      }),
    ),
    ...modes.map(
      (on): ReadQuery => ({
        name: `totals, ${on}`,
        root: 'dealsSummary',
        variables: { on },
        document: totals(''),
      }),
    ),
    {
      name: 'totals of what the gateway picks out',
      root: 'dealsSummary',
      variables: { on: 'PARTIAL' },
      // Every deal is read, and matches.
      document: totals(`filter: { not: { title: { contains: "${NOWHERE}" } } },`),
    },
  ];
}

function totals(filter: string): string {
  return `query ($on: OnCrmFailure!, $crms: [ID!]) {
    dealsSummary(${filter} onCrmFailure: $on, crms: $crms) {
      count totals { currency count value weightedValue } byCrm { crm { id } count } ${OUTCOMES}
    }
  }`;
}
