import { isDeepStrictEqual } from 'node:util';
import { allDeals, type ExpectedDeal, inOrder, isListed } from '../../gateway/reads/oracle.ts';
import { CRMS, type CrmId } from '../account.ts';
import type { Rig } from '../rig.ts';
import { type Data, dataOf } from './asked.ts';
import { ALL_DEALS, PAGE, type ReadQuery, readQueries, TERM } from './queries.ts';
import { stored, storesOf, told } from './stored.ts';

/** What is true, as the stores of both CRMs have it. */
export interface Truth {
  readonly queries: readonly ReadQuery[];
  /** What a query answers when nothing goes wrong; of lists, all that comes from where it begins. */
  of(query: ReadQuery): Data;
  /** What deals add up to in these CRMs. */
  totals(crms: readonly CrmId[]): Data;
}

/** Asks everything once with nothing going wrong, and compares that with the stores. */
export async function findTruth(rig: Rig): Promise<Truth> {
  const stores = storesOf(rig);
  const expected = inOrder(allDeals(stores).filter(isListed), 'createdAt', 'DESC');
  const { nodes } = (await dataOf(rig.url, ALL_DEALS)).deals;
  same(nodes.map(told), expected.map(stored(stores)), 'deals');
  const cursors = await walk(rig.url);
  const both = CRMS.map((crm) => fullest(nodes, crm));
  const queries = readQueries(cursors.slice(0, 1), both);
  const truths = new Map<ReadQuery, Data>();
  for (const query of queries) {
    const data = await dataOf(rig.url, query.document, query.variables);
    if (query.variables.title !== undefined) {
      same(data.deals.nodes, [], query.name);
      truths.set(query, []);
    } else if (query.root === 'deals') {
      const from =
        PAGE * (query.variables.after === undefined ? 0 : cursors.indexOf(query.variables.after as string) + 1);
      same(data.deals.nodes, nodes.slice(from, from + PAGE), query.name);
      truths.set(query, nodes.slice(from));
    } else if (query.root === 'searchDeals') {
      const all = (await dataOf(rig.url, query.document.replace(`first: ${PAGE}`, 'first: 500'), query.variables))
        .searchDeals;
      const found = all.nodes.map(({ deal }: Data) => deal.id).toSorted();
      const wanted = expected.filter(({ title }) => title.toLowerCase().includes(TERM)).map(({ id }) => id);
      if (wanted.some((id) => !found.includes(id)))
        throw new Error(`not found: ${wanted.filter((id) => !found.includes(id))}`);
      truths.set(query, all.nodes);
    } else truths.set(query, data);
  }
  const totals = await totalsOf(rig, queries, expected);
  return {
    queries,
    of: (query) => truths.get(query),
    totals: (crms) => totals.get(crms.join()),
  };
}

/** The cursor behind each page. */
async function walk(url: string): Promise<readonly string[]> {
  const cursors: string[] = [];
  for (let after: string | null = null; ; ) {
    const document = `query ($after: String) { deals(first: ${PAGE}, after: $after, onCrmFailure: PARTIAL) { pageInfo { hasNextPage endCursor } } }`;
    const { pageInfo } = (await dataOf(url, document, { after })).deals;
    if (!pageInfo.hasNextPage) return cursors;
    after = pageInfo.endCursor as string;
    cursors.push(after);
  }
}

/** A deal that has everything a deal can have. */
function fullest(nodes: readonly Data[], crm: CrmId): string {
  const size = (node: Data) => (JSON.stringify(node).match(/null|\[\]/g) ?? []).length;
  const [best] = nodes.filter(({ id }) => id.startsWith(`${crm}:`)).toSorted((a, b) => size(a) - size(b));
  return best.id;
}

async function totalsOf(rig: Rig, queries: readonly ReadQuery[], expected: readonly ExpectedDeal[]) {
  const query = queries.find(({ root }) => root === 'dealsSummary') as ReadQuery;
  const totals = new Map<string, Data>();
  for (const crms of [CRMS, ...CRMS.map((crm) => [crm])]) {
    const { dealsSummary } = await dataOf(rig.url, query.document, { ...query.variables, crms });
    const counted = expected.filter(({ crm }) => crms.includes(crm)).length;
    same(dealsSummary.count, counted, `count of ${crms}`);
    totals.set(crms.join(), dealsSummary);
  }
  totals.set('', { count: 0, totals: [], byCrm: [] });
  return totals;
}

function same(answered: unknown, wanted: unknown, what: string): void {
  if (!isDeepStrictEqual(answered, wanted))
    throw new Error(`${what}: ${JSON.stringify(answered)} is not ${JSON.stringify(wanted)}`);
}
