/** A ready-made operation that GraphiQL shows in a tab named after it. */
export interface Example {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

const dealsOfBothCrms = `# Open deals of all CRMs, the last changed first.
# Run it with Ctrl-Enter.
query DealsOfBothCrms {
  deals(
    first: 10
    filter: { status: { eq: OPEN } }
    orderBy: { field: UPDATED_AT, direction: DESC }
    onCrmFailure: PARTIAL
  ) {
    nodes {
      id
      title
      status
      value { amount currency }
      stage { name pipeline { name } }
      owner { name }
      person { name emails { value } }
      organization { name }
      products(first: 3) {
        nodes { name quantity total { amount currency } }
      }
    }
    pageInfo { hasNextPage endCursor }
    # What became of each CRM that was asked.
    crms {
      crm { label }
      state
      problems { code message }
    }
  }
}
`;

const dealsBeforeTheirLines = `# Deals are drawn as soon as they are there, what is
# deferred comes behind them.
query DealsBeforeTheirLines {
  deals(first: 10) {
    nodes {
      id
      title
      value { amount currency }
      ... @defer {
        products { nodes { name quantity } }
      }
    }
  }
}
`;

const oneDeal = `# Ids name the CRM: <crm>:Deal:<number>.
query OneDeal($id: ID!) {
  deal(id: $id) {
    title
    summary
    status
    value { amount currency }
    weightedValue { amount currency }
    probability
    expectedCloseDate
    labels { name color }
    people(first: 5) {
      nodes { name phones { value label } }
    }
    customFields { label text }
    url
  }
}
`;

const findAndCount = `# Deals by words, their totals, and the
# months they are expected to close in.
query FindAndCount {
  searchDeals(term: "pilot", first: 5) {
    nodes { score deal { id title status } }
  }
  # Filters reach through references, and dates may
  # count from today.
  dealsSummary(
    filter: {
      status: { eq: OPEN }
      organization: { name: { contains: "o" } }
      expectedCloseDate: { gte: "-P1Y" }
    }
  ) {
    count
    totals { currency count value weightedValue }
  }
  dealsTimeline(
    start: "2026-10-01"
    interval: MONTH
    amount: 3
    field: EXPECTED_CLOSE_DATE
    excludeDeals: true
  ) {
    buckets { start end count totals { currency value openValue wonValue } }
  }
}
`;

const aroundADeal = `# What happened around one deal, and who is involved.
query AroundADeal($id: ID!) {
  deal(id: $id) {
    title
    followers(first: 5) { nodes { user { name } } }
    participants(first: 5) { nodes { person { name } } }
    activities(first: 5, done: false) {
      nodes { subject dueDate }
    }
    feed(first: 10) { nodes { at kind } }
    details { ageSeconds }
  }
}
`;

const addDeal = `# Answers with an outcome, problems,
# and the deal as it is afterwards.
mutation AddDeal($input: AddDealInput!) {
  addDeal(input: $input) {
    outcome
    problems { code message path }
    deal {
      id
      title
      status
      value { amount currency }
      stage { name pipeline { name } }
      createdAt
    }
  }
}
`;

const mergeDeals = `# "keep" survives and wins conflicts;
# its empty fields are filled from "absorb".
mutation MergeDeals($input: MergeDealsInput!) {
  mergeDeals(input: $input) {
    outcome
    problems { code message path }
    deal {
      id
      title
      value { amount currency }
      person { name }
      organization { name }
    }
  }
}
`;

const previewUpdate = `# What an update would change and cost;
# without "preview" it is done.
mutation PreviewUpdate($input: UpdateDealInput!) {
  updateDeal(input: $input, control: { preview: true }) {
    outcome
    problems { code message path }
    changes { field before after }
    calls { method path tokens }
  }
}
`;

const history = `# The last writes of this gateway.
# Reverse one: undoOperation(input: { operation: "…" }).
query History {
  operations(first: 10) {
    nodes {
      id
      at
      mutation
      state
      outcome
      problems { code message }
      changes { record field before after }
      deals { id title }
    }
    pageInfo { hasNextPage endCursor }
  }
}
`;

const capabilities = `# What each CRM can do, and how well.
query Capabilities {
  crms {
    id
    label
    capabilities { entity operation field fidelity note }
  }
}
`;

/** Their ids and names exist in the sandbox CRMs. */
export const examples: readonly Example[] = [
  { query: dealsOfBothCrms },
  { query: dealsBeforeTheirLines },
  { query: oneDeal, variables: { id: 'pipedrive:Deal:1' } },
  { query: findAndCount },
  { query: aroundADeal, variables: { id: 'pipedrive:Deal:1' } },
  {
    query: addDeal,
    variables: { input: { crm: 'pipelinedeals', title: 'Fleet renewal 2027', value: '18450.50' } },
  },
  { query: mergeDeals, variables: { input: { keep: 'pipedrive:Deal:2', absorb: ['pipedrive:Deal:3'] } } },
  {
    query: previewUpdate,
    variables: { input: { id: 'pipedrive:Deal:1', status: 'WON', value: '25000' } },
  },
  { query: history },
  { query: capabilities },
];
