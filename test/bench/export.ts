import { request } from 'undici';
import type { Bench } from './bench.ts';
import type { Measurement } from './measure.ts';

/** What it takes the gateway to list a whole account with its products, page by page. */
export interface ExportFigures {
  readonly deals: number;
  readonly cpuMsPerDeal: number;
  readonly tokensPerDeal: number;
  /** The most it held after any page. */
  readonly residentMb: number;
}

const QUERY = `query Export($after: String) {
  deals(first: 500, after: $after) {
    nodes { id title products { nodes { id name quantity } } }
    pageInfo { hasNextPage endCursor }
  }
}`;

interface Answer {
  readonly data: {
    readonly deals: {
      readonly nodes: readonly unknown[];
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
    };
  } | null;
  readonly extensions: { readonly upstream: { readonly tokens: Readonly<Record<string, number>> } };
}

/** Exports an account of so many deals, as often as it takes to have read `atLeast` of them. */
export async function measureExport(
  bench: Bench,
  measurement: Measurement,
  account: number,
  atLeast: number,
): Promise<ExportFigures> {
  await bench.setUpstream(0, account);
  const before = await measurement.usage('gateway');
  let deals = 0;
  let tokens = 0;
  let residentMb = 0;
  while (deals < atLeast) {
    let after: string | null = null;
    do {
      const { data, extensions } = await askGateway(bench, { after });
      if (data === null) throw new Error('the gateway could not list a page of the export');
      deals += data.deals.nodes.length;
      tokens += extensions.upstream.tokens.pipedrive ?? 0;
      residentMb = Math.max(residentMb, (await measurement.usage('gateway')).residentMb);
      after = data.deals.pageInfo.hasNextPage ? data.deals.pageInfo.endCursor : null;
    } while (after !== null);
  }
  const { cpuMs } = await measurement.usage('gateway');
  return { deals, cpuMsPerDeal: (cpuMs - before.cpuMs) / deals, tokensPerDeal: tokens / deals, residentMb };
}

async function askGateway(bench: Bench, variables: object): Promise<Answer> {
  const { body } = await request(`${bench.servers.gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ query: QUERY, variables }),
  });
  return (await body.json()) as Answer;
}
