import { describe, expect, it } from 'vitest';
import { allDeals, ids, inOrder, isListed, time } from './oracle.ts';
import { type Data, found, NOTHING, onlyError, useReads } from './support.ts';

const reads = useReads({ pipedrive: { deals: 120 }, pipelinedeals: { deals: 120 } });

interface Row {
  readonly crm: 'pipedrive' | 'pipelinedeals';
  readonly remoteId: number;
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  readonly updatedAt: string | null;
  readonly owner: string | null;
  readonly organization: string | null;
  readonly emails: readonly string[];
}

function people(): Row[] {
  const { pipedrive, pipelinedeals } = reads.gateway;
  return [
    ...[...pipedrive.store.persons.values()].map((one) =>
      row('pipedrive', 'Person', {
        ...one,
        createdAt: one.add_time,
        updatedAt: one.update_time,
        owner: one.owner_id,
        organization: one.org_id,
        emails: one.emails.map(({ value }) => value),
      }),
    ),
    ...[...pipelinedeals.store.people.values()].map((one) =>
      row('pipelinedeals', 'Person', {
        id: one.id,
        name: [one.first_name, one.last_name].filter(Boolean).join(' '),
        createdAt: time(one.created_at),
        updatedAt: time(one.updated_at),
        owner: one.user_id,
        organization: one.company_id,
        emails: [one.email, one.email2, one.home_email].filter((email) => email !== null),
      }),
    ),
  ];
}

function organizations(): Row[] {
  const { pipedrive, pipelinedeals } = reads.gateway;
  return [
    ...[...pipedrive.store.organizations.values()].map((one) =>
      row('pipedrive', 'Organization', {
        ...one,
        createdAt: one.add_time,
        updatedAt: one.update_time,
        owner: one.owner_id,
        organization: null,
        emails: [],
      }),
    ),
    ...[...pipelinedeals.store.companies.values()].map((one) =>
      row('pipelinedeals', 'Organization', {
        id: one.id,
        name: one.name,
        createdAt: time(one.created_at),
        updatedAt: time(one.updated_at),
        owner: one.owner_id,
        organization: null,
        emails: [],
      }),
    ),
  ];
}

function row(
  crm: Row['crm'],
  type: string,
  facts: Omit<Row, 'crm' | 'remoteId' | 'id' | 'owner' | 'organization'> & {
    id: number;
    owner: number | null;
    organization: number | null;
  },
): Row {
  return {
    ...facts,
    crm,
    remoteId: facts.id,
    id: `${crm}:${type}:${facts.id}`,
    owner: facts.owner === null ? null : `${crm}:User:${facts.owner}`,
    organization: facts.organization === null ? null : `${crm}:Organization:${facts.organization}`,
  };
}

/** Newest first, then by CRM and number. */
function newestFirst(rows: readonly Row[]): string[] {
  return ids(
    [...rows].sort(
      (a, b) =>
        (a.createdAt > b.createdAt ? -1 : a.createdAt < b.createdAt ? 1 : 0) ||
        (a.crm < b.crm ? -1 : a.crm > b.crm ? 1 : 0) ||
        a.remoteId - b.remoteId,
    ),
  );
}

describe.each([
  ['people', people, 'PersonFilter'],
  ['organizations', organizations, 'OrganizationFilter'],
] as const)('%s', (field, rows, filterType) => {
  const LIST = `query ($filter: ${filterType}, $first: Int, $after: String, $crms: [ID!]) {
    ${field}(filter: $filter, first: $first, after: $after, crms: $crms) {
      nodes { id name } totalCount pageInfo { hasNextPage endCursor } crms { state totalCount }
    }
  }`;
  const list = async (filter: object) => ids((await reads.data(LIST, { filter, first: 500 }))[field].nodes);

  it.each([7, 50, 500])('come newest first in pages of %i', async (first) => {
    const given: string[] = [];
    for (let after: string | null = null; ; ) {
      const page: Data = (await reads.data(LIST, { first, after }))[field];
      given.push(...ids(page.nodes));
      if (!page.pageInfo.hasNextPage) break;
      after = page.pageInfo.endCursor;
    }
    expect(given).toEqual(newestFirst(rows()));
  });

  it('are counted where that costs nothing', async () => {
    const { [field]: page } = await reads.data(LIST, { first: 5, crms: ['pipelinedeals'] });
    expect(page.totalCount).toBe(rows().filter(({ crm }) => crm === 'pipelinedeals').length);
    const both = (await reads.data(LIST, { first: 5 }))[field];
    expect(both.totalCount).toBeNull();
  });

  it('are filtered by name', async () => {
    for (const part of ['LTD', 'ö', 'a']) {
      expect(await list({ name: { contains: part } })).toEqual(
        newestFirst(rows().filter(({ name }) => name.toLowerCase().includes(part.toLowerCase()))),
      );
    }
    const { name } = found(rows(), ({ crm }) => crm === 'pipelinedeals');
    expect(await list({ name: { eq: name } })).toEqual(newestFirst(rows().filter((one) => one.name === name)));
    expect(await list({ name: { startsWith: name.slice(0, 5).toUpperCase() } })).toEqual(
      newestFirst(rows().filter((one) => one.name.toLowerCase().startsWith(name.slice(0, 5).toLowerCase()))),
    );
  });

  it('are filtered by owner', async () => {
    for (const crm of ['pipedrive', 'pipelinedeals']) {
      const { owner } = found(rows(), (one) => one.crm === crm && one.owner !== null);
      expect(await list({ owner: { eq: owner } })).toEqual(newestFirst(rows().filter((one) => one.owner === owner)));
    }
    expect(await list({ owner: { eq: null } })).toEqual(newestFirst(rows().filter((one) => one.owner === null)));
    expect(await list({ owner: { in: [] } })).toEqual([]);
  });

  it('are filtered by when they were changed', async () => {
    const moments = rows()
      .flatMap(({ updatedAt }) => updatedAt ?? [])
      .sort();
    const [gte, lt] = [
      moments[Math.floor(moments.length / 3)] as string,
      moments[Math.floor(moments.length / 2)] as string,
    ];
    expect(await list({ updatedAt: { gte, lt } })).toEqual(
      newestFirst(rows().filter(({ updatedAt: at }) => at !== null && at >= gte && at < lt)),
    );
  });

  it('are refused by a malformed filter before any call', async () => {
    const answer = await reads.ask(LIST, { filter: { owner: { eq: 'pipedrive:Person:1' } } });
    expect(onlyError(answer)).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'filter.owner.eq', path: [field] });
    expect(answer.cost).toEqual({ pipedrive: NOTHING, pipelinedeals: NOTHING });
  });
});

describe('people', () => {
  const list = async (filter: object) =>
    ids(
      (
        await reads.data('query ($filter: PersonFilter) { people(filter: $filter, first: 500) { nodes { id } } }', {
          filter,
        })
      ).people.nodes,
    );

  it('are filtered by organization', async () => {
    for (const crm of ['pipedrive', 'pipelinedeals']) {
      const { organization } = found(people(), (one) => one.crm === crm && one.organization !== null);
      expect(await list({ organization: { eq: organization } })).toEqual(
        newestFirst(people().filter((one) => one.organization === organization)),
      );
    }
    expect(await list({ organization: { eq: null } })).toEqual(
      newestFirst(people().filter((one) => one.organization === null)),
    );
  });

  it('are filtered by any of their addresses', async () => {
    const [email] = found(people(), (one) => one.emails.length > 1).emails;
    expect(await list({ email: { eq: email } })).toEqual(
      newestFirst(people().filter(({ emails }) => emails.includes(email as string))),
    );
    expect(await list({ email: { contains: '@HOME.example' } })).toEqual(
      newestFirst(people().filter(({ emails }) => emails.some((one) => one.includes('@home.example')))),
    );
    expect(await list({ email: { eq: null } })).toEqual(
      newestFirst(people().filter(({ emails }) => emails.length === 0)),
    );
  });
});

describe.each(['pipedrive', 'pipelinedeals'] as const)('what hangs on a record of %s', (crm) => {
  const busiest = (name: 'person' | 'organization') => {
    const counts = new Map<string, number>();
    for (const deal of allDeals(reads.gateway)) {
      const id = deal[name];
      if (deal.crm === crm && id !== null && isListed(deal)) counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? '';
  };

  it.each(['person', 'organization'] as const)('deals of a %s, with filter, order and pages', async (name) => {
    const id = busiest(name);
    const own = allDeals(reads.gateway).filter((deal) => deal[name] === id);
    const document = `query ($id: ID!, $filter: DealFilter, $orderBy: DealOrder, $first: Int, $after: String) {
      ${name}(id: $id) { deals(filter: $filter, orderBy: $orderBy, first: $first, after: $after) {
        nodes { id } pageInfo { hasNextPage endCursor } crms { crm { id } state }
      } }
    }`;
    const first: Data = (await reads.data(document, { id }))[name].deals;
    expect(ids(first.nodes)).toEqual(ids(inOrder(own.filter(isListed), 'createdAt', 'DESC')));
    expect(first.nodes.length).toBeGreaterThan(1);
    expect(first.crms).toEqual([{ crm: { id: crm }, state: 'COMPLETE' }]);

    const all = (await reads.data(document, { id, filter: { archived: 'INCLUDE' }, orderBy: { field: 'UPDATED_AT' } }))[
      name
    ];
    expect(ids(all.deals.nodes)).toEqual(
      ids(
        inOrder(
          own.filter(({ status }) => status !== 'DELETED'),
          'updatedAt',
          'ASC',
        ),
      ),
    );

    const page: Data = (await reads.data(document, { id, first: 1 }))[name].deals;
    const next: Data = (await reads.data(document, { id, first: 1, after: page.pageInfo.endCursor }))[name].deals;
    expect([...ids(page.nodes), ...ids(next.nodes)]).toEqual(ids(first.nodes).slice(0, 2));

    const other = crm === 'pipedrive' ? 'pipelinedeals' : 'pipedrive';
    const type = name === 'person' ? 'Person' : 'Organization';
    for (const filter of [{ [name]: { eq: `${other}:${type}:1` } }, { [name]: { in: [] } }, { [name]: { eq: null } }]) {
      expect((await reads.data(document, { id, filter }))[name].deals.nodes).toEqual([]);
    }
  });

  it('people of an organization', async () => {
    const id = found(people(), (one) => one.crm === crm && one.organization !== null).organization;
    const { organization } = await reads.data(
      'query ($id: ID!) { organization(id: $id) { people { nodes { id name organization { id } } crms { state } } } }',
      { id },
    );
    const own = people().filter((one) => one.organization === id);
    expect(ids(organization.people.nodes)).toEqual(newestFirst(own));
    expect(organization.people.nodes.every((node: Data) => node.organization.id === id)).toBe(true);
  });

  it('one record by id, and nothing for an unknown one', async () => {
    const person = found(people(), (one) => one.crm === crm);
    const organization = found(organizations(), (one) => one.crm === crm);
    const document = `query ($person: ID!, $organization: ID!) {
      person(id: $person) { id name updatedAt } organization(id: $organization) { id name updatedAt }
    }`;
    expect(await reads.data(document, { person: person.id, organization: organization.id })).toEqual({
      person: { id: person.id, name: person.name, updatedAt: person.updatedAt },
      organization: { id: organization.id, name: organization.name, updatedAt: organization.updatedAt },
    });
    expect(
      await reads.data(document, { person: `${crm}:Person:777777`, organization: `${crm}:Organization:777777` }),
    ).toEqual({ person: null, organization: null });
  });
});
