import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import {
  type CrmId,
  expectRefused,
  handOut,
  idOf,
  lines,
  type Mutated,
  mutate,
  readDeal,
  send,
  writesOf,
} from '../writes/support.ts';

let gateway: TestGateway;
let nextDeal: Record<CrmId, () => number>;

beforeAll(async () => {
  gateway = await startTestGateway();
  const pipedrive = handOut(gateway.pipedrive.store.deals);
  const pipelinedeals = handOut(gateway.pipelinedeals.store.deals);
  nextDeal = {
    pipedrive: () => pipedrive((one) => !one.is_deleted && !one.is_archived && one.person_id !== null).id,
    pipelinedeals: () =>
      pipelinedeals((one) => one.primary_contact_id !== null && one.shared_user_ids.length > 0 && !one.is_archived).id,
  };
});
afterEach(() => {
  gateway.pipedrive.faults.set();
  gateway.pipelinedeals.faults.set();
});
afterAll(() => gateway.close());

const CRMS = ['pipedrive', 'pipelinedeals'] as const;

/** How each of the two relations is written and seen. */
const RELATIONS = {
  follower: {
    add: 'addDealFollower',
    remove: 'deleteDealFollower',
    argument: 'user',
    type: 'User',
    select: 'deal { id followers { nodes { user { id } } } } follower { user { id } since }',
    known: followersIn,
    candidates: (crm: CrmId) =>
      crm === 'pipedrive'
        ? [...gateway.pipedrive.store.users.values()].filter((user) => user.active_flag).map(({ id }) => id)
        : [...gateway.pipelinedeals.store.users.values()].filter((one) => !one.deleted_at).map(({ id }) => id),
  },
  participant: {
    add: 'addDealParticipant',
    remove: 'deleteDealParticipant',
    argument: 'person',
    type: 'Person',
    select: 'deal { id participants { nodes { person { id } } } } participant { person { id } since addedBy { id } }',
    known: peopleIn,
    candidates: (crm: CrmId) =>
      crm === 'pipedrive'
        ? [...gateway.pipedrive.store.persons.values()].filter((one) => !one.is_deleted).map(({ id }) => id)
        : [...gateway.pipelinedeals.store.people.keys()],
  },
} as const;
type Relation = keyof typeof RELATIONS;

/** Who follows a deal, as the CRM has it. */
function followersIn(crm: CrmId, deal: number): readonly number[] {
  return crm === 'pipedrive'
    ? gateway.pipedrive.store.followersOf(deal).map(({ user_id }) => user_id)
    : (gateway.pipelinedeals.store.deals.get(deal)?.shared_user_ids ?? []);
}

/** Everyone on a deal, the primary contact included, as the CRM has it. */
function peopleIn(crm: CrmId, deal: number): readonly number[] {
  const { pipedrive, pipelinedeals } = gateway;
  if (crm === 'pipelinedeals') return pipelinedeals.store.deals.get(deal)?.person_ids ?? [];
  const record = pipedrive.store.deals.get(deal);
  return record ? [...pipedrive.store.peopleOf(record)] : [];
}

function contactOf(crm: CrmId, deal: number): number {
  const contact =
    crm === 'pipedrive'
      ? gateway.pipedrive.store.deals.get(deal)?.person_id
      : gateway.pipelinedeals.store.deals.get(deal)?.primary_contact_id;
  if (contact == null) throw new Error('the deal has no primary contact');
  return contact;
}

/** Somebody who could be added to a deal. */
function stranger(crm: CrmId, relation: Relation, deal: number): number {
  const { candidates, known } = RELATIONS[relation];
  const there = known(crm, deal);
  const one = candidates(crm).find((id) => !there.includes(id));
  if (one === undefined) throw new Error('everybody is there already');
  return one;
}

function write(what: 'add' | 'remove', crm: CrmId, relation: Relation, deal: number, who: number): Promise<Mutated> {
  const { argument, type, select, ...operations } = RELATIONS[relation];
  const input = { deal: idOf(crm, 'Deal', deal), [argument]: idOf(crm, type, who) };
  return mutate(gateway, operations[what], input, { select });
}

const ALL = CRMS.flatMap((crm) => (['follower', 'participant'] as const).map((relation) => ({ crm, relation })));

describe.each(ALL)('a $relation on $crm', ({ crm, relation }) => {
  const { argument, type, known } = RELATIONS[relation];
  const seen = (written: Mutated) => (written as unknown as Record<string, Record<string, object> | null>)[relation];

  it('is added beside those who are there, and seen in the answer', async () => {
    const deal = nextDeal[crm]();
    const before = known(crm, deal);
    const who = stranger(crm, relation, deal);
    const added = await write('add', crm, relation, deal, who);
    expect(added).toMatchObject({ outcome: 'APPLIED', problems: [], deal: { id: idOf(crm, 'Deal', deal) } });
    expect(seen(added)).toMatchObject({ [argument]: { id: idOf(crm, type, who) } });
    expect(JSON.stringify(added.deal)).toContain(idOf(crm, type, who));
    expect(known(crm, deal).toSorted()).toEqual([...before, who].toSorted());
    expect(writesOf(added.sent[crm])).toHaveLength(1);
  });

  it('is deleted without anybody else, and answered as it was', async () => {
    const deal = nextDeal[crm]();
    const who = stranger(crm, relation, deal);
    const before = known(crm, deal);
    await write('add', crm, relation, deal, who);
    const removed = await write('remove', crm, relation, deal, who);
    expect(removed).toMatchObject({ outcome: 'APPLIED', problems: [] });
    expect(seen(removed)).toMatchObject({ [argument]: { id: idOf(crm, type, who) } });
    expect(JSON.stringify(removed.deal)).not.toContain(idOf(crm, type, who));
    expect(known(crm, deal)).toEqual(before);
    expect(writesOf(removed.sent[crm])).toHaveLength(1);
  });

  it('who is there already is a conflict, and nothing is written', async () => {
    const deal = nextDeal[crm]();
    const who = stranger(crm, relation, deal);
    await write('add', crm, relation, deal, who);
    const before = known(crm, deal);
    const again = await write('add', crm, relation, deal, who);
    expect(again).toMatchObject({
      outcome: 'REJECTED',
      problems: [{ code: 'CONFLICT', path: ['input', argument], isRetryable: false, crm: { id: crm } }],
      deal: null,
      [relation]: null,
    });
    expect(known(crm, deal)).toEqual(before);
  });

  it('who is not there cannot be deleted, and nothing is sent but reads', async () => {
    const deal = nextDeal[crm]();
    const refused = await write('remove', crm, relation, deal, stranger(crm, relation, deal));
    expect(refused).toMatchObject({
      outcome: 'REJECTED',
      problems: [{ code: 'NOT_FOUND', path: ['input', argument] }],
    });
    expect(writesOf(refused.sent[crm])).toEqual([]);
  });

  it.each(['add', 'remove'] as const)('of nothing is not found, to %s', async (what) => {
    const deal = nextDeal[crm]();
    const nobody = await write(what, crm, relation, deal, 999_999_999);
    expect(nobody).toMatchObject({ outcome: 'REJECTED', problems: [{ code: 'NOT_FOUND', path: ['input', argument] }] });
    const nothing = await write(what, crm, relation, 999_999_999, stranger(crm, relation, deal));
    expect(nothing).toMatchObject({ outcome: 'REJECTED', problems: [{ code: 'NOT_FOUND', path: ['input', 'deal'] }] });
    expect(writesOf(nobody.sent[crm])).toEqual([]);
  });

  it('is all that two people add at a time', async () => {
    const deal = nextDeal[crm]();
    const first = stranger(crm, relation, deal);
    const others = RELATIONS[relation].candidates(crm).filter((id) => !known(crm, deal).includes(id) && id !== first);
    const second = others[0] as number;
    const { add } = RELATIONS[relation];
    const results = await Promise.all(
      [first, second].map((who) =>
        send(gateway, add, { deal: idOf(crm, 'Deal', deal), [argument]: idOf(crm, type, who) }),
      ),
    );
    expect(results.map(({ outcome }) => outcome)).toEqual(['APPLIED', 'APPLIED']);
    expect(known(crm, deal)).toEqual(expect.arrayContaining([first, second]));
  });

  it('whose write gets no answer and is not seen afterwards is unknown', async () => {
    const deal = nextDeal[crm]();
    gateway[crm].faults.set({ kind: 'drop', method: 'POST' }, { kind: 'drop', method: 'PUT' });
    const lost = await write('add', crm, relation, deal, stranger(crm, relation, deal));
    expect(lost).toMatchObject({ outcome: 'UNKNOWN', problems: [{ code: 'OUTCOME_UNKNOWN' }] });
  });
});

describe('the primary contact', () => {
  it.each(CRMS)('takes part already, and cannot be deleted as a participant of %s', async (crm) => {
    const deal = nextDeal[crm]();
    const contact = contactOf(crm, deal);
    const added = await write('add', crm, 'participant', deal, contact);
    expect(added).toMatchObject({ outcome: 'REJECTED', problems: [{ code: 'CONFLICT', path: ['input', 'person'] }] });
    const removed = await write('remove', crm, 'participant', deal, contact);
    expect(removed).toMatchObject({
      outcome: 'REJECTED',
      problems: [{ code: 'INVALID_INPUT', path: ['input', 'person'] }],
    });
    expect(writesOf([...added.sent[crm], ...removed.sent[crm]])).toEqual([]);
  });
});

describe('a deal that is deleted', () => {
  it.each(CRMS)('is answered with what is told of it as it was, on %s', async (crm) => {
    const id = idOf(crm, 'Deal', nextDeal[crm]());
    const before = await readDeal(gateway, id, 'weightedValue { amount }');
    const deleted = await mutate(gateway, 'deleteDeal', { id }, { select: 'deal { status weightedValue { amount } }' });
    expect(deleted).toMatchObject({
      outcome: 'APPLIED',
      deal: { status: 'DELETED', weightedValue: before?.weightedValue },
    });
  });
});

describe('what a write costs', () => {
  const path = (deal: number, rest: string) => `/${rest.replace('{id}', String(deal))}`;

  it('is five tokens for a follower, and the answer what is read for it', async () => {
    await readDeal(gateway, idOf('pipedrive', 'Deal', nextDeal.pipedrive()), 'owner { name }');
    const deal = nextDeal.pipedrive();
    const user = idOf('pipedrive', 'User', stranger('pipedrive', 'follower', deal));
    const input = { deal: idOf('pipedrive', 'Deal', deal), user };
    const bare = await mutate(gateway, 'addDealFollower', input, { select: 'deal { id }' });
    expect(lines(bare.sent.pipedrive)).toEqual([`POST ${path(deal, 'api/v2/deals/{id}/followers')}`]);
    expect(bare.upstream.tokens).toEqual({ pipedrive: 5 });
    const removed = await mutate(gateway, 'deleteDealFollower', input, { select: 'follower { user { id } }' });
    expect(lines(removed.sent.pipedrive)).toEqual([
      `GET ${path(deal, 'api/v2/deals/{id}')}`,
      `GET ${path(deal, 'api/v2/deals/{id}/followers')}`,
      `DELETE ${path(deal, `api/v2/deals/{id}/followers/${user.split(':').at(-1)}`)}`,
    ]);
    expect(removed.upstream.tokens).toEqual({ pipedrive: 14 });
  });

  it('is three requests for a list of a PipelineDeals deal, without a mail to anybody', async () => {
    await readDeal(gateway, idOf('pipelinedeals', 'Deal', nextDeal.pipelinedeals()), 'owner { email }');
    const deal = nextDeal.pipelinedeals();
    const user = idOf('pipelinedeals', 'User', stranger('pipelinedeals', 'follower', deal));
    const input = { deal: idOf('pipelinedeals', 'Deal', deal), user };
    const added = await mutate(gateway, 'addDealFollower', input, { select: 'deal { id }' });
    const one = `/api/v3/deals/${deal}.json`;
    expect(lines(added.sent.pipelinedeals)).toEqual([`GET ${one}`, `PUT ${one}`, `GET ${one}`]);
    expect(writesOf(added.sent.pipelinedeals)[0]?.query).toContain('deliver_reassignment_email=false');
    expect(writesOf(added.sent.pipelinedeals)[0]?.body).toEqual({
      deal: { shared_user_ids: gateway.pipelinedeals.store.deals.get(deal)?.shared_user_ids },
    });
  });
});

describe('input', () => {
  it.each(
    Object.values(RELATIONS).flatMap(({ add, remove, argument, type }) => [
      { mutation: add, argument, type },
      { mutation: remove, argument, type },
    ]),
  )('of $mutation is checked before any call', async ({ mutation, argument, type }) => {
    const select = 'deal { id }';
    const run = (input: object, control = {}) => mutate(gateway, mutation, { ...input }, { select, control });
    expectRefused(
      await run({ deal: 'pipedrive:Person:1', [argument]: 'nonsense' }),
      { code: 'INVALID_INPUT', path: ['input', 'deal'] },
      { code: 'INVALID_INPUT', path: ['input', argument] },
    );
    expectRefused(await run({ deal: 'pipedrive:Deal:1', [argument]: `pipelinedeals:${type}:1` }), {
      code: 'INVALID_INPUT',
      path: ['input', argument],
    });
    expectRefused(
      await run({ deal: 'pipedrive:Deal:1', [argument]: `pipedrive:${type}:1` }, { idempotencyKey: 'short' }),
      {
        code: 'INVALID_INPUT',
        path: ['control', 'idempotencyKey'],
      },
    );
  });
});
