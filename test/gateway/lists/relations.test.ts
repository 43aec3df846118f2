import { beforeAll, describe, expect, it } from 'vitest';
import { isListed } from '../reads/oracle.ts';
import { refusal, useReads } from '../reads/support.ts';
import { factsOf, has } from './facts.ts';

// The deals of everybody there is at once, whose pages may be large.
const env = { DEALGRAPH_MAX_NODES: '1000000' };
const reads = useReads({ pipedrive: { deals: 40 }, pipelinedeals: { deals: 40 }, env });

const DEALS = 'query ($filter: DealFilter) { deals(first: 500, filter: $filter) { nodes { id } } }';
const PEOPLE =
  'query ($filter: PersonFilter) { people(first: 500, filter: $filter) { nodes { id name phones { value } addresses { city region postalCode } owner { name } organization { name address { city } } } } }';
const ORGANIZATIONS =
  'query ($filter: OrganizationFilter) { organizations(first: 500, filter: $filter) { nodes { id address { city region postalCode } owner { name } } } }';

beforeAll(() => {
  for (const person of reads.gateway.pipelinedeals.store.people.values()) {
    if (person.id % 3 === 0) person.home_postal_code = '10115';
    if (person.id % 5 === 0) person.fax = '+1 555 0199';
  }
});

interface Listed {
  readonly id: string;
  readonly name: string;
  readonly phones: readonly { readonly value: string }[];
  readonly addresses: readonly { readonly city: string | null; readonly postalCode: string | null }[];
  readonly address: { readonly city: string | null; readonly postalCode: string | null } | null;
  readonly owner: { readonly name: string } | null;
  readonly organization: { readonly name: string; readonly address: { readonly city: string | null } | null } | null;
}

/** The list narrowed by a filter is what of the whole list fits. */
async function expectNarrowed(document: string, filter: object, fits: (record: Listed) => boolean): Promise<void> {
  const list = async (variables: object): Promise<Listed[]> => {
    const { people, organizations } = await reads.data(document, { ...variables });
    return (people ?? organizations).nodes;
  };
  const all = await list({});
  const wanted = all.filter(fits);
  expect(wanted.length).toBeGreaterThan(0);
  expect(wanted.length).toBeLessThan(all.length);
  expect(await list({ filter })).toEqual(wanted);
}

describe('people', () => {
  it.each<[object, (person: Listed) => boolean]>([
    [{ phone: { contains: '551002' } }, ({ phones }) => phones.some(({ value }) => value.includes('551002'))],
    [{ phone: { eq: '+1 555 0199' } }, ({ phones }) => phones.some(({ value }) => value === '+1 555 0199')],
    [{ city: { contains: 'o' } }, ({ addresses }) => addresses.some(({ city }) => has(city, 'o'))],
    [{ postalCode: { startsWith: '1' } }, ({ addresses }) => addresses.some((one) => one.postalCode?.startsWith('1'))],
    [{ city: { eq: null } }, ({ addresses }) => addresses.every(({ city }) => city === null)],
    [{ organization: { name: { contains: 'a' } } }, ({ organization }) => has(organization?.name ?? null, 'a')],
    [{ organization: { city: { contains: 'a' } } }, (one) => has(one.organization?.address?.city ?? null, 'a')],
    [{ owner: { name: { contains: 'o' } } }, ({ owner }) => has(owner?.name ?? null, 'o')],
    [
      { or: [{ owner: { name: { contains: 'o' } } }, { organization: { name: { contains: 'a' } } }] },
      ({ owner, organization }) => has(owner?.name ?? null, 'o') || has(organization?.name ?? null, 'a'),
    ],
  ])('are narrowed by %j', (filter, fits) => expectNarrowed(PEOPLE, filter, fits));
});

describe('organizations', () => {
  it.each<[object, (organization: Listed) => boolean]>([
    [{ city: { contains: 'a' } }, ({ address }) => has(address?.city ?? null, 'a')],
    [{ postalCode: { contains: '1' } }, ({ address }) => has(address?.postalCode ?? null, '1')],
    [{ owner: { name: { contains: 'o' } } }, ({ owner }) => has(owner?.name ?? null, 'o')],
    [{ not: { owner: { name: { contains: 'o' } } } }, ({ owner }) => !has(owner?.name ?? null, 'o')],
  ])('are narrowed by %j', (filter, fits) => expectNarrowed(ORGANIZATIONS, filter, fits));
});

describe('wherever deals are filtered', () => {
  const filter = { organization: { name: { contains: 'r' } } };
  const wanted = () => factsOf(reads.gateway).filter((deal) => isListed(deal) && has(deal.organizationName, 'r'));

  it('a summary counts those that match', async () => {
    const { dealsSummary } = await reads.data(
      'query ($filter: DealFilter) { dealsSummary(filter: $filter) { count } }',
      {
        filter,
      },
    );
    expect(dealsSummary.count).toBe(wanted().length);
  });

  it('a timeline groups those that match', async () => {
    const { dealsTimeline } = await reads.data(
      `query ($filter: DealFilter) {
        dealsTimeline(start: "2015-01-01", interval: QUARTER, amount: 60, field: CREATED_AT, filter: $filter) { buckets { count } }
      }`,
      { filter },
    );
    const count = dealsTimeline.buckets.reduce((sum: number, bucket: { count: number }) => sum + bucket.count, 0);
    expect(count).toBe(wanted().filter(({ status }) => status !== 'LOST').length);
  });

  it('a search finds those that match', async () => {
    const search = async (given: object | null): Promise<string[]> =>
      (
        await reads.data(
          'query ($filter: DealFilter) { searchDeals(term: "pilot", first: 100, filter: $filter) { nodes { deal { id } } } }',
          { filter: given },
        )
      ).searchDeals.nodes.map(({ deal }: { deal: { id: string } }) => deal.id);
    const all = await search(null);
    const matching = new Set(wanted().map(({ id }) => id));
    const found = await search(filter);
    expect(found).toEqual(all.filter((id) => matching.has(id)));
    expect(found.length).toBeGreaterThan(0);
    expect(found.length).toBeLessThan(all.length);
  });

  it('the deals of a person and of an organization are narrowed too', async () => {
    const { people, organizations } = await reads.data(
      `query ($filter: DealFilter, $person: DealFilter) {
        people(first: 100) { nodes { deals(first: 20, filter: $filter) { nodes { id } } } }
        organizations(first: 100) { nodes { deals(first: 20, filter: $person) { nodes { id person { name } } } } }
      }`,
      { filter, person: { person: { name: { contains: 'a' } } } },
    );
    const ofPeople = people.nodes.flatMap(({ deals }: { deals: { nodes: { id: string }[] } }) =>
      deals.nodes.map(({ id }) => id),
    );
    const withPerson = wanted().filter(({ person }) => person !== null);
    expect(ofPeople.toSorted()).toEqual(withPerson.map(({ id }) => id).toSorted());
    const names = organizations.nodes.flatMap((one: { deals: { nodes: { person: { name: string } }[] } }) =>
      one.deals.nodes.map(({ person }) => person.name),
    );
    expect(names.length).toBeGreaterThan(0);
    expect(names.every((name: string) => has(name, 'a'))).toBe(true);
  });
});

describe('what the record behind a reference does not have', () => {
  it.each([
    [{ stage: { email: { eq: 'a' } } }, 'filter.stage.email'],
    [{ and: [{ pipeline: { city: { eq: 'a' } } }] }, 'filter.and.0.pipeline.city'],
    [{ owner: { phone: { eq: 'a' } } }, 'filter.owner.phone'],
    [{ organization: { email: { eq: 'a' } } }, 'filter.organization.email'],
    [{ organization: { organization: { eq: null } } }, 'filter.organization.organization'],
    [{ person: { organization: { phone: { eq: 'a' } } } }, 'filter.person.organization.phone'],
    [{ id: { name: { eq: 'a' } } }, 'filter.id.name'],
    [{ person: { organization: { eq: 'pipedrive:Person:1' } } }, 'filter.person.organization.eq'],
  ])('%j is refused at %s, before any call', async (filter, argument) => {
    expect(refusal(await reads.ask(DEALS, { filter }))).toEqual({ code: 'BAD_USER_INPUT', argument });
  });
});

it('deals by their own ids are asked for by them', async () => {
  const some = factsOf(reads.gateway).filter(isListed);
  const wanted = [some[3]?.id, some.at(-2)?.id, some[7]?.id];
  const { data, cost } = await reads.ask(DEALS, { filter: { id: { in: wanted } } });
  expect(data.deals.nodes.map(({ id }: { id: string }) => id).toSorted()).toEqual(wanted.toSorted());
  expect([cost.pipedrive.requests, cost.pipelinedeals.requests]).toEqual([1, 1]);
});
