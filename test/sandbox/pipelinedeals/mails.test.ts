import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Json, type Running, start } from './support.ts';

const NOW = Date.UTC(2026, 6, 15, 14, 0, 30);

let crm: Running;
beforeAll(async () => {
  crm = await start({ now: () => NOW });
});
afterEach(() => crm.sandbox.reset());
afterAll(() => crm.close());

const mails = () => crm.sandbox.store.mails;
const user = (place: number) => [...crm.sandbox.store.users.keys()][place] as number;

const KINDS: { path: string; about: string; owner: string; record: Json }[] = [
  { path: 'deals', about: 'deal', owner: 'user_id', record: { name: 'New' } },
  { path: 'people', about: 'person', owner: 'user_id', record: { first_name: 'New' } },
  { path: 'companies', about: 'company', owner: 'owner_id', record: { name: 'New' } },
];

it('has sent nothing at first', () => {
  expect(mails()).toEqual([]);
});

describe.each(KINDS)('$path', ({ path, about, owner, record }) => {
  const create = (query = '', place = 1) =>
    crm.send('POST', path, { [about]: { ...record, [owner]: user(place) } }, query);

  it('tell their owner when made, unless told not to', async () => {
    const { body } = await create();
    expect(mails()).toEqual([{ kind: 'assignment', about, record_id: body.id, to_user_id: user(1), sent_at: NOW }]);
    for (const flag of ['deliver_assignment_email=false', 'deliver_reassignment_email=false']) await create(flag);
    expect(mails()).toHaveLength(1);
    await create('deliver_assignment_email=true');
    expect(mails()).toHaveLength(2);
  });

  it('tell the caller too', async () => {
    await create('', 0);
    expect(mails()).toMatchObject([{ to_user_id: user(0) }]);
  });

  it('tell a new owner when handed over, unless told not to', async () => {
    const { body } = await create('deliver_assignment_email=false');
    const hand = (place: number | null, query = '') =>
      crm.send('PUT', `${path}/${body.id}`, { [about]: { [owner]: place === null ? null : user(place) } }, query);
    await hand(2, 'deliver_reassignment_email=false');
    await hand(2);
    await hand(null);
    expect(mails()).toEqual([]);
    await hand(3);
    expect(mails()).toEqual([{ kind: 'reassignment', about, record_id: body.id, to_user_id: user(3), sent_at: NOW }]);
  });

  it('tell nobody of what is refused or unowned', async () => {
    await crm.send('POST', path, { [about]: { [owner]: user(1) } });
    await crm.send('POST', path, { [about]: { ...record, [owner]: null } });
    expect(mails()).toEqual([]);
  });
});

it('tells the owner of a calendar entry', async () => {
  const entry = { calendar_entry: { name: 'Ring' } };
  await crm.send('POST', 'calendar_entries', entry, 'deliver_assignment_email=false');
  expect(mails()).toEqual([]);
  await crm.send('POST', 'calendar_entries', entry);
  expect(mails()).toMatchObject([{ kind: 'assignment', about: 'calendar_entry', to_user_id: user(0) }]);
});

it('forgets what it has sent when reset', async () => {
  await crm.send('POST', 'deals', { deal: { name: 'x' } });
  crm.sandbox.reset();
  expect(mails()).toEqual([]);
});

describe('check_for_duplicates', () => {
  it.each([
    {
      path: 'people',
      same: () => {
        const [known] = crm.sandbox.store.people.values();
        return {
          person: { full_name: `${known?.first_name} ${known?.last_name}`.toUpperCase(), company_name: 'Brand new' },
        };
      },
      field: 'full_name',
    },
    {
      path: 'companies',
      same: () => ({ company: { name: [...crm.sandbox.store.companies.values()][0]?.name.toUpperCase() } }),
      field: 'name',
    },
  ])('refuses $path of a name there is, and only where asked', async ({ path, same, field }) => {
    const companies = crm.sandbox.store.companies.size;
    const refused = await crm.send('POST', path, same(), 'check_for_duplicates=true');
    expect([refused.status, refused.body]).toMatchObject([422, [{ field, msg: 'has already been taken' }]]);
    expect(crm.sandbox.store.companies.size).toBe(companies);
    expect((await crm.send('POST', path, same())).status).toBe(200);
    expect((await crm.send('POST', path, same(), 'check_for_duplicates=false')).status).toBe(200);
  });

  it('takes a name nobody has, and leaves updates alone', async () => {
    const made = await crm.send('POST', 'companies', { company: { name: 'Only one' } }, 'check_for_duplicates=true');
    expect(made.status).toBe(200);
    const update = await crm.send(
      'PUT',
      `companies/${made.body.id}`,
      { company: { name: [...crm.sandbox.store.companies.values()][0]?.name } },
      'check_for_duplicates=true',
    );
    expect(update.status).toBe(200);
  });
});
