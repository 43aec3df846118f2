import { describe, expect, it } from 'vitest';
import { ids, isListed } from '../reads/oracle.ts';
import { type Data, NOTHING, refusal, useReads } from '../reads/support.ts';
import { expectedDeals } from './oracle.ts';

const LAG = 3_600_000;
const reads = useReads({ pipedrive: { deals: 120, searchLag: LAG }, pipelinedeals: { deals: 120 } });

const SEARCH = `query ($term: String!, $fields: [DealSearchField!], $exact: Boolean! = false, $person: ID, $organization: ID,
  $status: DealSearchStatus, $archived: ArchivedFilter! = EXCLUDE, $crms: [ID!], $first: Int = 500, $after: String, $onCrmFailure: OnCrmFailure! = FAIL) {
  searchDeals(term: $term, fields: $fields, exact: $exact, person: $person, organization: $organization, status: $status,
    archived: $archived, crms: $crms, first: $first, after: $after, onCrmFailure: $onCrmFailure) {
    nodes { deal { id title } score matchedFields } pageInfo { hasNextPage endCursor }
    crms { crm { id } state problems { code } }
  }
}`;

interface Hit {
  readonly deal: { readonly id: string; readonly title: string };
  readonly score: number | null;
  readonly matchedFields: readonly string[];
}

const hits = (data: Data): Hit[] => data.searchDeals.nodes;
const found = (data: Data): string[] => hits(data).map(({ deal }) => deal.id);
const byTitle = (term: string) =>
  expectedDeals(reads.gateway).filter((deal) => isListed(deal) && deal.title.toLowerCase().includes(term));

describe('a search by title', () => {
  it('finds the deals of both CRMs, best first, those without a score last by id', async () => {
    const data = await reads.data(SEARCH, { term: 'PILOT', fields: ['TITLE'] });
    expect(found(data).toSorted()).toEqual(ids(byTitle('pilot')).toSorted());
    expect(hits(data).every(({ matchedFields }) => matchedFields.join() === 'TITLE')).toBe(true);
    const scored = hits(data).filter(({ deal }) => deal.id.startsWith('pipedrive'));
    const order = scored.map(({ score, deal }) => ({ score: score ?? 0, id: Number(deal.id.split(':')[2]) }));
    expect(order).toEqual(order.toSorted((a, b) => b.score - a.score || a.id - b.id));
    const others = hits(data).slice(scored.length);
    expect(others.every(({ score }) => score === null)).toBe(true);
    expect(others.length).toBeGreaterThan(3);
    expect(others.map(({ deal }) => deal.id)).toEqual(others.map(({ deal }) => deal.id).toSorted());
  });

  it('in pages gives the same', async () => {
    const whole = found(await reads.data(SEARCH, { term: 'rollout', fields: ['TITLE'] }));
    const given: string[] = [];
    let after: string | null = null;
    do {
      const { searchDeals }: Data = await reads.data(SEARCH, { term: 'rollout', fields: ['TITLE'], first: 4, after });
      given.push(...found({ searchDeals }));
      after = searchDeals.pageInfo.hasNextPage ? searchDeals.pageInfo.endCursor : null;
    } while (after !== null);
    expect(whole.length).toBeGreaterThan(12);
    expect(given).toEqual(whole);
  });

  it('reads what it finds in a batch, what that leaves out as well, and what is nested once', async () => {
    const { cost, log } = await reads.ask(
      `{ searchDeals(term: "fleet", crms: ["pipedrive"], first: 50) { nodes { deal { title organization { name } } } } }`,
    );
    const paths = log.pipedrive.map(({ path }) => path);
    expect(paths.filter((path) => path.endsWith('/organizations'))).toHaveLength(1);
    expect(paths.filter((path) => path.endsWith('/search'))).toHaveLength(1);
    // A few archived deals, which the batch leaves out, are cheapest read alone.
    expect(paths.filter((path) => /\/deals\/\d+$/.test(path)).length).toBeLessThanOrEqual(7);
    expect(cost.pipedrive.tokens).toBeLessThanOrEqual(20 + 10 + 20 + 10);
  });

  it('leaves out archived deals unless they are asked for', async () => {
    const kept = expectedDeals(reads.gateway).filter(({ status }) => status !== 'DELETED');
    const [term = ''] =
      kept
        .find(({ isArchived }) => isArchived)
        ?.title.toLowerCase()
        .match(/[a-z]{4,}/) ?? [];
    const all = kept.filter(({ title }) => title.toLowerCase().includes(term));
    const archived = all.filter(({ isArchived }) => isArchived);
    expect(all.length).toBeGreaterThan(archived.length);
    const search = async (mode: string) =>
      found(await reads.data(SEARCH, { term, fields: ['TITLE'], archived: mode })).toSorted();
    expect(await search('EXCLUDE')).toEqual(ids(all.filter(({ isArchived }) => !isArchived)).toSorted());
    expect(await search('INCLUDE')).toEqual(ids(all).toSorted());
    expect(await search('ONLY')).toEqual(ids(archived).toSorted());
  });

  it('narrows by person, organization and status', async () => {
    for (const crm of ['pipedrive', 'pipelinedeals']) {
      const deal = byTitle(crm === 'pipedrive' ? 'pilot' : 'rollout').find(
        (each) => each.crm === crm && each.person && each.organization,
      );
      const variables = { term: crm === 'pipedrive' ? 'pilot' : 'rollout', fields: ['TITLE'] };
      const wanted = byTitle(variables.term).filter(
        ({ person, organization, status }) =>
          person === deal?.person && organization === deal?.organization && status === deal?.status,
      );
      const data = await reads.data(SEARCH, {
        ...variables,
        person: deal?.person,
        organization: deal?.organization,
        status: deal?.status,
      });
      expect(found(data).toSorted()).toEqual(ids(wanted).toSorted());
      expect(data.searchDeals.crms.map(({ state }: { state: string }) => state)).toEqual(['COMPLETE', 'COMPLETE']);
    }
  });

  it('may be exact, then with a single character too', async () => {
    const title = byTitle('pilot')[0]?.title ?? '';
    const wanted = byTitle('pilot').filter((deal) => deal.title.toLowerCase() === title.toLowerCase());
    const data = await reads.data(SEARCH, { term: title.toUpperCase(), exact: true, fields: ['TITLE'] });
    expect(found(data).toSorted()).toEqual(ids(wanted).toSorted());
    expect((await reads.ask(SEARCH, { term: 'x', exact: true })).errors).toBeUndefined();
  });
});

it('finds deals by their people and organization where the CRM can', async () => {
  const { people, companies, deals } = reads.gateway.pipelinedeals.store;
  const person = [...people.values()].find(({ id }) =>
    [...deals.values()].some((deal) => deal.person_ids.includes(id)),
  );
  const company = [...companies.values()].find(({ id }) => [...deals.values()].some((deal) => deal.company_id === id));
  for (const [field, term] of [
    ['PERSON', person?.last_name],
    ['ORGANIZATION', company?.name],
  ]) {
    const data = await reads.data(SEARCH, { term, fields: [field], crms: ['pipelinedeals'], archived: 'INCLUDE' });
    expect(hits(data).length).toBeGreaterThan(0);
    expect(hits(data).every(({ matchedFields }) => matchedFields.join() === field)).toBe(true);
  }
});

describe('an index that lags behind', () => {
  it('does not show deals that were renamed or deleted since', async () => {
    const before = hits(await reads.data(SEARCH, { term: 'renewal', fields: ['TITLE'], crms: ['pipedrive'] }));
    const [renamed, deleted, kept] = before.map(({ deal }) => deal.id);
    await reads.data(
      `mutation { updateDeal(input: { id: "${renamed}", title: "Something else" }) { outcome }
        deleteDeal(input: { id: "${deleted}" }) { outcome }
        keptDeal: updateDeal(input: { id: "${kept}", title: "Renewal it stays" }) { outcome } }`,
    );
    const after = found(await reads.data(SEARCH, { term: 'renewal', fields: ['TITLE'], crms: ['pipedrive'] }));
    expect(after.toSorted()).toEqual(
      before.flatMap(({ deal }) => (deal.id === renamed || deal.id === deleted ? [] : deal.id)).toSorted(),
    );
    expect(after).toContain(kept);
  });
});

describe('refused before any call:', () => {
  it.each<[string, object, string]>([
    ['a term that is too short', { term: ' a ' }, 'term'],
    ['nothing at all', { term: '  ', exact: true }, 'term'],
    ['a person of another type', { term: 'ab', person: 'pipedrive:Deal:1' }, 'person'],
    ['a malformed organization', { term: 'ab', organization: 'x' }, 'organization'],
    ['a page of none', { term: 'ab', first: 0 }, 'first'],
    ['a cursor of another list', { term: 'ab', after: 'x' }, 'after'],
  ])('%s', async (_what, variables, argument) => {
    expect(refusal(await reads.ask(SEARCH, { ...variables }))).toEqual({ code: 'BAD_USER_INPUT', argument });
  });

  it.each([
    ['NOTES', 'pipelinedeals'],
    ['CUSTOM_FIELDS', 'pipelinedeals'],
    ['PERSON', 'pipedrive'],
    ['ORGANIZATION', 'pipedrive'],
  ])('%s, which %s cannot search', async (field, crm) => {
    const answer = await reads.ask(SEARCH, { term: 'ab', fields: [field] });
    expect(refusal(answer)).toEqual({ code: 'UNSUPPORTED', argument: `fields ${field}` });
    expect(answer.errors?.[0]?.extensions.crm).toBe(crm);
    const partial = await reads.ask(SEARCH, { term: 'ab', fields: [field], onCrmFailure: 'PARTIAL' });
    expect(partial.data.searchDeals.crms.find((one: Data) => one.crm.id === crm)).toEqual({
      crm: { id: crm },
      state: 'FAILED',
      problems: [{ code: 'UNSUPPORTED' }],
    });
    expect(partial.cost[crm as 'pipedrive']).toEqual(NOTHING);
  });
});

it('asks for nothing where nothing is looked at, or the person is another CRM’s', async () => {
  const nowhere = await reads.ask(SEARCH, { term: 'ab', fields: [] });
  expect([nowhere.data.searchDeals.nodes, nowhere.cost]).toEqual([[], { pipedrive: NOTHING, pipelinedeals: NOTHING }]);
  const other = await reads.ask(SEARCH, { term: 'pilot', person: 'pipelinedeals:Person:1' });
  expect(other.cost.pipedrive).toEqual(NOTHING);
});
