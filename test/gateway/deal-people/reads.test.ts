import { describe, expect, it } from 'vitest';
import { found, NOTHING, useReads } from '../reads/support.ts';

const reads = useReads({ pipedrive: { deals: 60 }, pipelinedeals: { deals: 60 } });

/** Deals as a page of 50, with `fields` of each. */
const page = (crm: string, fields: string) =>
  `{ deals(crms: ["${crm}"], first: 50, orderBy: { field: CREATED_AT, direction: ASC }) { nodes { id ${fields} } } }`;

describe('on Pipedrive', () => {
  it('followers are those of the CRM, with since when', async () => {
    const { store } = reads.gateway.pipedrive;
    const { deal_id } = found(store.followers.values(), () => true);
    const { deal } = await reads.data(`{ deal(id: "pipedrive:Deal:${deal_id}") {
      followers { totalCount nodes { user { id name } since } } } }`);
    const expected = store
      .followersOf(deal_id)
      .toSorted((a, b) => a.add_time.localeCompare(b.add_time) || a.user_id - b.user_id);
    expect(deal.followers.totalCount).toBe(expected.length);
    expect(deal.followers.nodes).toEqual(
      expected.map(({ user_id, add_time }) => ({
        user: { id: `pipedrive:User:${user_id}`, name: store.users.get(user_id)?.name },
        since: add_time,
      })),
    );
  });

  it('participants are everybody on the deal but the primary contact', async () => {
    const { store } = reads.gateway.pipedrive;
    const { deals } = await reads.data(
      page('pipedrive', 'participants { nodes { person { id name } since addedBy { id name } } }'),
    );
    const seen = deals.nodes.map(({ id, participants }: { id: string; participants: { nodes: unknown[] } }) => {
      const deal = store.deals.get(Number(id.split(':').at(-1)));
      if (!deal) throw new Error(`the CRM has no ${id}`);
      const others = [...store.peopleOf(deal)].filter((person) => person !== deal.person_id);
      const expected = others.map((person) => {
        const { add_time, added_by_user_id } = store.participationOf(deal, person);
        return {
          person: { id: `pipedrive:Person:${person}`, name: store.persons.get(person)?.name },
          since: add_time,
          addedBy: { id: `pipedrive:User:${added_by_user_id}`, name: store.users.get(added_by_user_id)?.name },
        };
      });
      expect(participants.nodes).toHaveLength(expected.length);
      expect(participants.nodes).toEqual(expect.arrayContaining(expected));
      return expected.length;
    });
    expect(Math.max(...seen)).toBeGreaterThan(0);
  });

  it.each([
    { what: 'followers by id', fields: 'followers { nodes { user { id } since } }' },
    { what: 'participants with what their link tells', fields: 'participants { nodes { person { name } } }' },
    { what: 'permitted users by id', fields: 'permittedUsers { totalCount nodes { id } }' },
  ])('$what cost one request of 10 tokens for each of 50 deals', async ({ fields }) => {
    const { errors, cost } = await reads.ask(page('pipedrive', fields));
    expect(errors).toBeUndefined();
    expect(cost).toEqual({ pipedrive: { requests: 1 + 50, tokens: 10 + 500 }, pipelinedeals: NOTHING });
  });

  it('users of all of them are read in one table, and people in one batch', async () => {
    await reads.data(page('pipedrive', 'owner { name isActive }'));
    const { cost } = await reads.ask(
      page(
        'pipedrive',
        'followers { nodes { user { name } } } permittedUsers { nodes { name } } participants { nodes { person { jobTitle } } }',
      ),
    );
    expect(cost.pipedrive).toEqual({ requests: 1 + 150 + 1, tokens: 10 + 1500 + 10 });
  });

  it('a deal whose followers cannot be read costs only them', async () => {
    reads.gateway.pipedrive.faults.set({ kind: 'status', status: 403, path: '/followers', times: 1 });
    const { data, errors } = await reads.ask(page('pipedrive', 'title followers { totalCount }'));
    reads.gateway.pipedrive.faults.set();
    expect(errors).toMatchObject([{ path: ['deals', 'nodes', expect.any(Number), 'followers'] }]);
    expect(data.deals.nodes.filter(({ followers }: { followers: object | null }) => followers === null)).toHaveLength(
      1,
    );
    expect(data.deals.nodes).toHaveLength(50);
  });
});

describe('on PipelineDeals', () => {
  it('followers are the users a deal is shared with, participants the people beside the contact', async () => {
    const { store } = reads.gateway.pipelinedeals;
    const { deals } = await reads.data(
      page(
        'pipelinedeals',
        'followers { nodes { user { id name } since } } participants { nodes { person { id } since addedBy { id } } }',
      ),
    );
    const nameOf = (id: number) => `${store.users.get(id)?.first_name} ${store.users.get(id)?.last_name}`;
    let shared = 0;
    for (const { id, followers, participants } of deals.nodes) {
      const deal = store.deals.get(Number(id.split(':').at(-1)));
      if (!deal) throw new Error(`the CRM has no ${id}`);
      shared += deal.shared_user_ids.length;
      expect(followers.nodes).toEqual(
        deal.shared_user_ids.map((user) => ({
          user: { id: `pipelinedeals:User:${user}`, name: nameOf(user) },
          since: null,
        })),
      );
      expect(participants.nodes).toEqual(
        deal.person_ids
          .filter((person) => person !== deal.primary_contact_id)
          .map((person) => ({ person: { id: `pipelinedeals:Person:${person}` }, since: null, addedBy: null })),
      );
    }
    expect(shared).toBeGreaterThan(0);
  });

  it('followers and participants of 50 deals cost nothing beside the deals', async () => {
    const { cost } = await reads.ask(
      page('pipelinedeals', 'followers { nodes { user { name } } } participants { nodes { person { name } } }'),
    );
    expect(cost).toEqual({ pipedrive: NOTHING, pipelinedeals: { requests: 1, tokens: 0 } });
  });

  it('permitted users of one deal cost nothing beside the deal', async () => {
    const [deal] = [...reads.gateway.pipelinedeals.store.deals.keys()];
    const { data, cost } = await reads.ask(
      `{ deal(id: "pipelinedeals:Deal:${deal}") { permittedUsers { nodes { id } } } }`,
    );
    expect(data.deal.permittedUsers.nodes.length).toBeGreaterThan(0);
    expect(cost.pipelinedeals.requests).toBe(1);
  });

  it('permitted users of 50 deals cost one more request', async () => {
    const { data, errors, cost } = await reads.ask(page('pipelinedeals', 'permittedUsers { totalCount }'));
    expect(errors).toBeUndefined();
    for (const { permittedUsers } of data.deals.nodes) expect(permittedUsers.totalCount).toBeGreaterThan(0);
    expect(cost.pipelinedeals.requests).toBe(2);
  });
});

describe('changes of who is there', () => {
  const of = (deal: number, field: string, who: string) => async (args: string) => {
    const { deal: read } = await reads.data(`{ deal(id: "pipedrive:Deal:${deal}") { ${field}(${args}) {
      nodes { action ${who} { id } by { id } at } pageInfo { hasNextPage endCursor } } } }`);
    return read[field];
  };

  it.each([
    { field: 'followerChanges', who: 'user', type: 'User' },
    { field: 'participantChanges', who: 'person', type: 'Person' },
  ] as const)('are the $field of Pipedrive, page by page', async ({ field, who, type }) => {
    const all = [...reads.gateway.pipedrive.store[field].values()];
    const { deal_id } = found(all, (one) => all.filter(({ deal_id }) => deal_id === one.deal_id).length > 1);
    const expected = all
      .filter((change) => change.deal_id === deal_id)
      .map(({ action, actor_user_id, member_id, time }) => ({
        action: action.toUpperCase(),
        [who]: { id: `pipedrive:${type}:${member_id}` },
        by: { id: `pipedrive:User:${actor_user_id}` },
        at: time,
      }));
    const ask = of(deal_id, field, who);
    const whole = await ask('first: 500');
    expect(whole.nodes).toHaveLength(expected.length);
    expect(whole.nodes).toEqual(expect.arrayContaining(expected));
    const first = await ask('first: 1');
    expect(first.pageInfo.hasNextPage).toBe(true);
    const rest = await ask(`after: "${first.pageInfo.endCursor}"`);
    expect([...first.nodes, ...rest.nodes]).toEqual(whole.nodes);
  });

  it.each(['followerChanges', 'participantChanges'])('%s cost Pipedrive one request a deal', async (field) => {
    const { cost } = await reads.ask(page('pipedrive', `${field} { nodes { action } }`));
    expect(cost.pipedrive).toEqual({ requests: 1 + 50, tokens: 10 + 500 });
  });

  it.each(['followerChanges', 'participantChanges'])('%s are refused for PipelineDeals, uncalled', async (field) => {
    const [id] = [...reads.gateway.pipelinedeals.store.deals.keys()];
    const { data, errors, cost } = await reads.ask(
      `{ deal(id: "pipelinedeals:Deal:${id}") { title ${field} { nodes { at } } } }`,
    );
    expect(errors).toMatchObject([
      { path: ['deal', field], extensions: { code: 'UNSUPPORTED', crm: 'pipelinedeals', retryable: false } },
    ]);
    expect(data.deal).toMatchObject({ title: expect.any(String), [field]: null });
    expect(cost.pipelinedeals.requests).toBe(1);
  });
});

describe('pages', () => {
  it.each(['pipedrive', 'pipelinedeals'])('of permitted users go on behind a cursor on %s', async (crm) => {
    const [id] = [...reads.gateway[crm as 'pipedrive'].store.deals.keys()];
    const ask = async (args: string) => {
      const { deal } = await reads.data(`{ deal(id: "${crm}:Deal:${id}") { permittedUsers(${args}) {
        nodes { id } totalCount pageInfo { hasNextPage endCursor } } } }`);
      return deal.permittedUsers;
    };
    const all = await ask('first: 500');
    const first = await ask('first: 1');
    expect(first.pageInfo.hasNextPage).toBe(all.totalCount > 1);
    const rest = await ask(`after: "${first.pageInfo.endCursor}"`);
    expect([...first.nodes, ...rest.nodes]).toEqual(all.nodes);
  });

  it.each(['followers', 'participants', 'permittedUsers'])('of %s are bounded', async (field) => {
    const [id] = [...reads.gateway.pipedrive.store.deals.keys()];
    const { errors } = await reads.ask(`{ deal(id: "pipedrive:Deal:${id}") { ${field}(first: 501) { totalCount } } }`);
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument: 'first' } }]);
  });
});
