import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../src/domain/errors.ts';
import type { Direction, Source } from '../../../src/domain/list.ts';
import { HttpError } from '../../../src/transport/errors.ts';
import { aCall } from '../../support/call.ts';
import { listOf, paged, type Reply, type ScriptedRequest } from './scripted-http.ts';
import { adapterOver } from './support.ts';

function wirePerson(id: number, over: Readonly<Record<string, unknown>> = {}) {
  return {
    id,
    first_name: 'Ada',
    last_name: `Roe ${id}`,
    created_at: `2026/03/${String(id % 28 || 28).padStart(2, '0')} 10:00:00 +0000`,
    updated_at: '2026/03/02 10:00:00 +0000',
    ...over,
  };
}

describe('a person', () => {
  it('has addresses with their use, the first one primary', async () => {
    const wire = wirePerson(501, {
      full_name: 'Ada Roe',
      position: 'CEO',
      email: null,
      email2: 'ada@example.org',
      home_email: 'home@example.org',
      phone: '1',
      mobile: '',
      home_phone: null,
      fax: '4',
      user_id: 70,
      user: { id: 70, first_name: 'Jo', last_name: 'Kim' },
      company_id: 88,
      company: { id: 88, name: 'Acme' },
      custom_fields: { custom_label_1: 'x' },
    });
    const { adapter } = adapterOver({ 'GET /people/501.json': { body: wire } });
    const person = await adapter.people.getWhole('501', aCall());
    expect(person).toMatchObject({
      name: 'Ada Roe',
      jobTitle: 'CEO',
      emails: [
        { value: 'ada@example.org', label: 'other', isPrimary: true },
        { value: 'home@example.org', label: 'home', isPrimary: false },
      ],
      phones: [
        { value: '1', label: 'work', isPrimary: true },
        { value: '4', label: 'fax', isPrimary: false },
      ],
      owner: { ref: { id: '70' }, known: { name: 'Jo Kim' } },
      organization: { ref: { id: '88' }, known: { name: 'Acme' } },
      customValues: { custom_label_1: 'x' },
    });
    expect(person?.raw()).toEqual(wire);
  });
});

describe('an organization', () => {
  it('has an address of its parts, and none without any', async () => {
    const wire = {
      id: 88,
      name: 'Acme',
      address_1: 'Main 1',
      address_2: 'Floor 2',
      city: 'Graz',
      state: null,
      postal_code: '8010',
      country: ' ',
      web: 'acme.example',
    };
    const { adapter } = adapterOver({
      'GET /companies/88.json': { body: wire },
      'GET /companies/89.json': { body: { id: 89, name: 'Bare' } },
    });
    expect(await adapter.organizations.getWhole('88', aCall())).toMatchObject({
      name: 'Acme',
      website: 'acme.example',
      owner: null,
      address: {
        formatted: 'Main 1, Floor 2, Graz, 8010',
        street: 'Main 1, Floor 2',
        city: 'Graz',
        region: null,
        postalCode: '8010',
        country: null,
      },
    });
    expect((await adapter.organizations.getWhole('89', aCall()))?.address).toBeNull();
  });
});

describe('several people by id', () => {
  const singles = Object.fromEntries(
    [1, 2, 3, 4].map((id) => [`GET /people/${id}.json`, { body: wirePerson(id) }] as const),
  );

  it('are read by condition once the server has shown to honour it', async () => {
    const { adapter, http } = adapterOver({
      ...singles,
      'GET /people.json': (request) =>
        paged(
          (request.params['conditions[person_id]'] ?? '').split(',').map((id) => wirePerson(Number(id))),
          request,
        ),
    });
    expect((await adapter.people.getMany(['1', '2'], aCall())).size).toBe(2);
    expect((await adapter.people.getMany(['3', '4'], aCall())).size).toBe(2);
    expect(http.lines).toEqual(['GET /people.json', 'GET /people.json']);
  });

  it('are read singly, and the condition is not sent again, when the server ignores it', async () => {
    const { adapter, http } = adapterOver({ ...singles, 'GET /people.json': listOf(wirePerson(1), wirePerson(9)) });
    expect((await adapter.people.getMany(['1', '2'], aCall())).size).toBe(2);
    expect((await adapter.people.getMany(['3', '4'], aCall())).size).toBe(2);
    expect(http.lines.filter((line) => line === 'GET /people.json')).toHaveLength(1);
    expect(http.requests).toHaveLength(5);
  });

  it('are read singly when the server refuses the condition or answers with nobody', async () => {
    for (const reply of [{ status: 422, body: [] }, listOf()]) {
      const { adapter } = adapterOver({ ...singles, 'GET /people.json': reply });
      expect((await adapter.people.getMany(['1', '2'], aCall())).size).toBe(2);
    }
  });

  it('fail one by one, and are absent one by one', async () => {
    const { adapter } = adapterOver({
      'GET /people.json': listOf(wirePerson(9)),
      'GET /people/1.json': new HttpError('TIMEOUT', 'GET /people/{id}.json: no answer', { maybeApplied: false }),
      'GET /people/2.json': { status: 404 },
      'GET /people/3.json': { body: wirePerson(3) },
    });
    const found = await adapter.people.getMany(['1', '2', '3'], aCall());
    expect(found.get('1')).toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    expect(found.has('2')).toBe(false);
    expect(found.get('3')).not.toBeInstanceOf(GatewayError);
  });
});

describe('people in order of creation', () => {
  const everyone = [3, 9, 1, 7, 5].map((id) => wirePerson(id));

  function sorting(request: ScriptedRequest): Reply {
    const sign = request.params.sort?.startsWith('-') ? -1 : 1;
    return paged(
      everyone.toSorted((a, b) => sign * (a.created_at < b.created_at ? -1 : 1)),
      request,
    );
  }

  async function walk(plan: () => Source<{ readonly ref: { readonly id: string } }>, limit: number) {
    const ids: string[] = [];
    let position: string | null = null;
    do {
      const page = await plan().read({ position, after: null }, limit, aCall());
      ids.push(...page.records.map((record) => record.ref.id).filter((id) => !ids.includes(id)));
      position = page.next;
    } while (position !== null);
    return ids;
  }

  const plan = (adapter: ReturnType<typeof adapterOver>['adapter'], direction: Direction) => () => {
    const [source] = adapter.people.sources({ where: {}, order: { field: 'CREATED_AT', direction } });
    if (!source) throw new Error('there is no source');
    return source;
  };

  it.each([
    ['a server that sorts', sorting],
    ['a server that ignores the order', listOf(...everyone)],
  ])('come from %s', async (_, reply) => {
    for (const limit of [2, 50]) {
      const { adapter } = adapterOver({ 'GET /people.json': reply });
      expect(await walk(plan(adapter, 'ASC'), limit)).toEqual(['1', '3', '5', '7', '9']);
      expect(await walk(plan(adapter, 'DESC'), limit)).toEqual(['9', '7', '5', '3', '1']);
    }
  });

  it('come from a server that fails on the order', async () => {
    const failure = new HttpError('SERVER_ERROR', 'GET /people.json answered 500', { maybeApplied: false });
    const { adapter } = adapterOver({
      'GET /people.json': (request) => (request.params.sort ? failure : paged(everyone, request)),
    });
    expect(await walk(plan(adapter, 'ASC'), 50)).toEqual(['1', '3', '5', '7', '9']);
  });

  it('try the order once', async () => {
    const { adapter, http } = adapterOver({ 'GET /people.json': sorting });
    await plan(adapter, 'ASC')().read({ position: null, after: null }, 50, aCall());
    await plan(adapter, 'DESC')().read({ position: null, after: null }, 50, aCall());
    expect(http.requests.filter(({ params }) => params.per_page === '1')).toHaveLength(2);
    expect(http.requests).toHaveLength(4);
  });

  it('are refused beyond what can be sorted here', async () => {
    const { adapter } = adapterOver({
      'GET /people.json': {
        body: { entries: everyone, pagination: { page: 1, per_page: 200, pages: 11, total: 2_001 } },
      },
    });
    await expect(plan(adapter, 'ASC')().read({ position: null, after: null }, 50, aCall())).rejects.toMatchObject({
      code: 'BUDGET_EXCEEDED',
      message: expect.stringContaining('2001'),
    });
  });

  it('of one organization come from its own list', async () => {
    const { adapter, http } = adapterOver({ 'GET /companies/88/people.json': listOf(wirePerson(2), wirePerson(1)) });
    const where = { organization: { anyOf: ['88'] } };
    const sources = adapter.people.sources({ where, order: { field: 'CREATED_AT', direction: 'ASC' } });
    const page = await sources[0]?.read({ position: null, after: null }, 50, aCall());
    expect(page?.records.map((person) => person.ref.id)).toEqual(['1', '2']);
    expect(http.requests).toHaveLength(1);
    expect(sources[0]?.countsExactly).toBeUndefined();
  });

  it('are narrowed by name, owner and change', async () => {
    const { adapter, http } = adapterOver({ 'GET /people.json': sorting });
    const where = {
      name: { contains: 'ada roe' },
      owner: { anyOf: ['70'] },
      updatedAt: { gte: Date.parse('2026-03-02T00:00:00Z') },
    };
    const [source] = adapter.people.sources({ where, order: { field: 'CREATED_AT', direction: 'ASC' } });
    await source?.read({ position: null, after: null }, 50, aCall());
    expect(http.requests.at(-1)?.params).toMatchObject({
      'conditions[person_full_name]': 'ada',
      'conditions[person_owner]': '70',
      'conditions[person_modified][from_date]': '2026-03-01',
    });
  });
});
