import { afterEach, describe, expect, it } from 'vitest';
import type { AnsweredError } from '../../support/graphql-client.ts';
import { type Data, found, useReads } from './support.ts';

const reads = useReads({ pipedrive: { deals: 60 }, pipelinedeals: { deals: 60 } });
afterEach(() => {
  reads.gateway.pipedrive.reset();
  reads.gateway.pipelinedeals.reset();
});

/** Where errors are, without the places in lists, and how many each. */
function places(errors: readonly AnsweredError[] = []): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { path } of errors) {
    const place = (path ?? []).filter((part) => typeof part === 'string').join('.');
    counts[place] = (counts[place] ?? 0) + 1;
  }
  return counts;
}

describe.each<{ crm: 'pipedrive' | 'pipelinedeals'; path: string; field: string; fields: string; relation: string }>([
  { crm: 'pipedrive', path: '/api/v2/persons', field: 'person', fields: 'person { name }', relation: 'person { id }' },
  {
    crm: 'pipedrive',
    path: '/api/v2/organizations',
    field: 'organization',
    fields: 'organization { name }',
    relation: 'organization { id }',
  },
  { crm: 'pipedrive', path: '/api/v2/stages', field: 'stage', fields: 'stage { name }', relation: 'stage { id }' },
  {
    crm: 'pipedrive',
    path: '/api/v2/pipelines',
    field: 'pipeline',
    fields: 'pipeline { name }',
    relation: 'pipeline { id }',
  },
  { crm: 'pipedrive', path: '/v1/users', field: 'owner', fields: 'owner { name }', relation: 'owner { id }' },
  {
    crm: 'pipedrive',
    path: '/api/v2/deals/products',
    field: 'products',
    fields: 'products { nodes { id } }',
    relation: 'id',
  },
  {
    crm: 'pipedrive',
    path: '/api/v2/dealFields',
    field: 'customFields',
    fields: 'customFields { label }',
    relation: 'id',
  },
  { crm: 'pipedrive', path: '/v1/users/me', field: 'url', fields: 'url', relation: 'id' },
  { crm: 'pipelinedeals', path: '/people/', field: 'person', fields: 'person { jobTitle }', relation: 'person { id }' },
  {
    crm: 'pipelinedeals',
    path: '/companies/',
    field: 'organization',
    fields: 'organization { website }',
    relation: 'organization { id }',
  },
  {
    crm: 'pipelinedeals',
    path: '/admin/deal_stages',
    field: 'stage',
    fields: 'stage { position }',
    relation: 'stage { id }',
  },
  { crm: 'pipelinedeals', path: '/users', field: 'owner', fields: 'owner { email }', relation: 'owner { id }' },
  {
    crm: 'pipelinedeals',
    path: '/admin/deal_custom_field_labels',
    field: 'customFields',
    fields: 'customFields { label }',
    relation: 'id',
  },
])('$crm without $path', ({ crm, path, field, fields, relation }) => {
  const document = (selected: string) => `{ deals(crms: ["${crm}"], first: 30) { nodes { title ${selected} } } }`;

  it(`loses ${field} and nothing else, until it is there again`, async () => {
    const whole: Data[] = (await reads.data(document(`it: ${relation}`))).deals.nodes;
    const related = whole.filter(({ it: other }) => other !== null).length;
    expect(related).toBeGreaterThan(5);

    reads.gateway[crm].faults.set({ kind: 'garbage', path });
    const { data, errors } = await reads.ask(document(`it: ${fields}`));
    expect(data.deals.nodes.map(({ title }: Data) => title)).toEqual(whole.map(({ title }) => title));
    expect(data.deals.nodes.every(({ it: other }: Data) => other === null)).toBe(true);
    expect(places(errors)).toEqual({ 'deals.nodes.it': related });
    for (const { extensions } of errors ?? []) {
      expect(extensions).toMatchObject({ code: 'UPSTREAM_INVALID_RESPONSE', crm, retryable: false });
    }

    reads.gateway[crm].faults.set();
    const again = await reads.ask(document(`it: ${fields}`));
    expect(again.errors).toBeUndefined();
    expect(again.data.deals.nodes.filter(({ it: other }: Data) => other !== null)).toHaveLength(related);
  });
});

it('one person that cannot be read costs one place', async () => {
  const { store, faults } = reads.gateway.pipelinedeals;
  const deal = found(store.deals.values(), (one) => one.primary_contact_id !== null && !one.is_archived);
  faults.set({ kind: 'garbage', path: `/people/${deal.primary_contact_id}.json` });
  const { data, errors } = await reads.ask(
    '{ deals(crms: ["pipelinedeals"], first: 60) { nodes { id person { id jobTitle } } } }',
  );
  const lost = data.deals.nodes.flatMap((node: Data, index: number) => {
    const record = store.deals.get(Number(node.id.split(':')[2]));
    return record?.primary_contact_id === deal.primary_contact_id ? [index] : [];
  });
  expect(errors?.map(({ path }) => path)).toEqual(lost.map((index: number) => ['deals', 'nodes', index, 'person']));
  expect(data.deals.nodes.filter(({ person }: Data) => person !== null).length).toBeGreaterThan(20);
});

it('people on one deal that fail cost that deal its people', async () => {
  const { pipedrive } = reads.gateway;
  pipedrive.faults.set({ kind: 'garbage', path: '/api/v2/persons', times: 1 });
  const { data, errors } = await reads.ask(
    '{ deals(crms: ["pipedrive"], first: 5) { nodes { people { totalCount } } } }',
  );
  expect(errors).toHaveLength(1);
  expect(errors?.[0]?.path?.slice(0, 2)).toEqual(['deals', 'nodes']);
  expect(data.deals.nodes.filter(({ people }: Data) => people === null)).toHaveLength(1);
});

describe('a chance that may be the stage’s', () => {
  // Stages that were read already would not be asked for again.
  const cold = useReads({ pipedrive: { deals: 60 }, pipelinedeals: { deals: 5 } });

  it('fails where the stage is needed, and only there', async () => {
    const { pipedrive } = cold.gateway;
    pipedrive.faults.set({ kind: 'garbage', path: '/api/v2/stages' });
    const { data, errors } = await cold.ask(
      '{ deals(crms: ["pipedrive"], first: 30) { nodes { remoteId probability } } }',
    );
    const own = data.deals.nodes.map(({ remoteId }: Data) => pipedrive.store.deals.get(Number(remoteId))?.probability);
    expect(data.deals.nodes.map(({ probability }: Data) => probability)).toEqual(own);
    expect(places(errors)).toEqual({ 'deals.nodes.probability': own.filter((one: unknown) => one === null).length });
  });
});

describe('a record that cannot be read', () => {
  const LIST = `query ($onCrmFailure: OnCrmFailure! = FAIL, $crms: [ID!]) {
    deals(first: 500, onCrmFailure: $onCrmFailure, crms: $crms) {
      nodes { id } crms { crm { id } state problems { code isRetryable crm { id } } }
    }
  }`;

  /** Makes one listed deal unreadable, and gives its id. */
  const spoil = (crm: 'pipedrive' | 'pipelinedeals'): string => {
    const { pipedrive, pipelinedeals } = reads.gateway;
    if (crm === 'pipedrive') {
      const deal = found(pipedrive.store.deals.values(), (one) => !one.is_deleted && !one.is_archived);
      Object.assign(deal, { title: 42 });
      return `pipedrive:Deal:${deal.id}`;
    }
    const deal = found(pipelinedeals.store.deals.values(), (one) => !one.is_archived);
    Object.assign(deal, { name: 42 });
    return `pipelinedeals:Deal:${deal.id}`;
  };

  it.each(['pipedrive', 'pipelinedeals'] as const)('fails its list on %s, or is left out and reported', async (crm) => {
    const before: Data[] = (await reads.data(LIST)).deals.nodes;
    const id = spoil(crm);
    const failed = await reads.ask(LIST, {}, { abandoned: true });
    expect(failed.data.deals).toBeNull();
    expect(failed.errors).toMatchObject([
      { path: ['deals'], extensions: { code: 'UPSTREAM_INVALID_RESPONSE', crm, retryable: false } },
    ]);

    const { deals } = await reads.data(LIST, { onCrmFailure: 'PARTIAL' });
    expect(deals.nodes.map((node: Data) => node.id)).toEqual(before.map((node) => node.id).filter((one) => one !== id));
    expect(deals.crms.find((one: Data) => one.crm.id === crm)).toEqual({
      crm: { id: crm },
      state: 'INCOMPLETE',
      problems: [{ code: 'UPSTREAM_INVALID_RESPONSE', isRetryable: false, crm: { id: crm } }],
    });
  });

  it.each(['pipedrive', 'pipelinedeals'] as const)(
    'fails at its own place among others on %s, and alone',
    async (crm) => {
      const before: Data[] = (await reads.data(LIST, { crms: [crm] })).deals.nodes;
      const id = spoil(crm);
      const all = before.slice(0, 20).map((node) => node.id as string);
      const wanted = all.includes(id) ? all : [...all.slice(0, 10), id, ...all.slice(10)];
      const { data, errors } = await reads.ask('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: wanted });
      expect(data.nodes.map((node: Data) => node?.id ?? null)).toEqual(wanted.map((one) => (one === id ? null : one)));
      expect(errors).toMatchObject([
        { path: ['nodes', wanted.indexOf(id)], extensions: { code: 'UPSTREAM_INVALID_RESPONSE', crm } },
      ]);
      const alone = await reads.ask('query ($id: ID!) { deal(id: $id) { id } }', { id });
      expect(alone.errors).toMatchObject([
        {
          path: ['deal'],
          extensions: { code: 'UPSTREAM_INVALID_RESPONSE', crm },
          message: expect.stringContaining(id.split(':')[2] as string),
        },
      ]);
    },
  );

  it('costs only the relation it stands in', async () => {
    const { store } = reads.gateway.pipedrive;
    const deal = found(store.deals.values(), (one) => one.person_id !== null && !one.is_deleted && !one.is_archived);
    Object.assign(store.persons.get(deal.person_id ?? 0) ?? {}, { name: 7 });
    const { data, errors } = await reads.ask(
      '{ deals(crms: ["pipedrive"], first: 60) { nodes { title person { name } } } }',
    );
    const sharing = [...store.deals.values()].filter(
      (one) => one.person_id === deal.person_id && !one.is_deleted && !one.is_archived,
    );
    expect(places(errors)).toEqual({ 'deals.nodes.person': sharing.length });
    expect(data.deals.nodes.filter(({ person }: Data) => person !== null).length).toBeGreaterThan(20);
  });
});

describe('an attribute that cannot be read', () => {
  /** Makes the reason of a listed deal's loss unreadable, and gives the deal's id. */
  const spoil = (): string => {
    const { store } = reads.gateway.pipedrive;
    const deal = found(store.deals.values(), (one) => !one.is_deleted && !one.is_archived);
    Object.assign(deal, { lost_reason: 7 });
    return `pipedrive:Deal:${deal.id}`;
  };
  const LIST = (attribute: string) => `{ deals(crms: ["pipedrive"], first: 60) { nodes { id ${attribute} } } }`;

  it('is nothing to those who do not ask for it', async () => {
    const id = spoil();
    const { deals } = await reads.data(LIST('title'));
    expect(deals.nodes.map((node: Data) => node.id)).toContain(id);
  });

  it('fails alone', async () => {
    const id = spoil();
    const { data, errors } = await reads.ask(LIST('title lossReason'));
    const index = data.deals.nodes.findIndex((node: Data) => node.id === id);
    expect(errors).toMatchObject([
      {
        path: ['deals', 'nodes', index, 'lossReason'],
        message: expect.stringContaining('lost_reason'),
        extensions: { code: 'UPSTREAM_INVALID_RESPONSE', crm: 'pipedrive', retryable: false },
      },
    ]);
    expect(data.deals.nodes[index]).toMatchObject({ title: expect.any(String), lossReason: null });
  });

  it('fails whoever asks for the whole record', async () => {
    const { data, errors } = await reads.ask('query ($id: ID!) { deal(id: $id) { id raw } }', { id: spoil() });
    expect(data.deal).toBeNull();
    expect(errors).toMatchObject([{ path: ['deal'], extensions: { code: 'UPSTREAM_INVALID_RESPONSE' } }]);
  });
});
