import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type {
  CalendarEntryRecord,
  CompanyRecord,
  DealRecord,
  PersonRecord,
} from '../../../src/sandbox/pipelinedeals/index.ts';
import { idsOf, type Json, type Running, start } from './support.ts';

/** A Wednesday, at 10:00 in the account's zone. */
const NOW = Date.UTC(2026, 6, 15, 14, 0, 0);

let crm: Running;
beforeAll(async () => {
  crm = await start({ now: () => NOW });
});
afterEach(() => crm.sandbox.reset());
afterAll(() => crm.close());

const asked = async (path: string, query: string) => idsOf(await crm.page(path, query)).sort();
const range = (name: string, from: string, to: string) =>
  `conditions[${name}][from_date]=${from}&conditions[${name}][to_date]=${to}`;
const has = (text: string | null | undefined, part: string) => (text ?? '').toLowerCase().includes(part.toLowerCase());
/** Whether a moment falls into the first half of 2026 as the account's zone has it. */
const inHalf = (moment: number | null) =>
  moment !== null && moment >= Date.UTC(2026, 0, 1, 5) && moment < Date.UTC(2026, 6, 1, 4);
const HALF = ['2026-01-01', '2026-06-30'] as const;

interface Row<T> {
  readonly name: string;
  readonly query: () => string;
  readonly fits: (record: T) => boolean;
}

/** Asks for what a row says and compares with the records that fit; a row that tells nothing apart is a mistake. */
async function check<T extends { id: number }>(path: string, records: ReadonlyMap<number, T>, row: Row<T>) {
  const all = [...records.values()];
  const expected = all.filter(row.fits).map((record) => record.id);
  expect(expected.length).toBeGreaterThan(0);
  expect(expected.length).toBeLessThan(all.length);
  const listed: number[] = [];
  for (let page = 1; page <= Math.ceil(all.length / 200); page += 1) {
    listed.push(...idsOf(await crm.page(path, `${row.query()}&page=${page}`)));
  }
  expect(listed.sort()).toEqual(expected.sort());
}

const scalar =
  (name: string, value: () => string | number | undefined): Row<never>['query'] =>
  () =>
    `conditions[${name}]=${encodeURIComponent(String(value()))}`;

describe('deals', () => {
  const peopleOf = (deal: DealRecord) => deal.person_ids.map((id) => crm.sandbox.store.people.get(id) as PersonRecord);
  const anyPerson = (fits: (person: PersonRecord) => boolean) => (deal: DealRecord) => peopleOf(deal).some(fits);
  const companyOf = (id: number | null) => crm.sandbox.store.companies.get(id ?? 0)?.name;
  const sample = () => crm.sandbox.store.people.get([...crm.sandbox.store.deals.values()][0]?.person_ids[0] ?? 0);
  const label = (type: string) => crm.sandbox.store.configuration.labels.deal.find((it) => it.field_type === type);
  const key = (type: string) => `custom_label_${label(type)?.id}`;
  const custom = (type: string) => (deal: DealRecord) => deal.custom_fields[key(type)] ?? null;
  const first = (type: string) =>
    String(
      [...crm.sandbox.store.deals.values()]
        .map((deal) => deal.custom_fields[key(type)] ?? null)
        .find((it) => it !== null),
    );
  const source = () => crm.sandbox.store.configuration.leadSources[1]?.id;

  const ROWS: Row<DealRecord>[] = [
    {
      name: 'deal_percentage',
      query: scalar('deal_percentage', () => 50),
      fits: (deal) => deal.probability === 50,
    },
    { name: 'deal_source', query: scalar('deal_source', source), fits: (deal) => deal.source_id === source() },
    {
      name: 'exp_close',
      query: () => range('exp_close', ...HALF),
      fits: (deal) => (deal.expected_close_date ?? '') >= HALF[0] && (deal.expected_close_date ?? '9') <= HALF[1],
    },
    {
      name: 'deal_created',
      query: () => range('deal_created', ...HALF),
      fits: (deal) => inHalf(deal.created_at),
    },
    {
      name: 'deal_modified',
      query: () => range('deal_modified', ...HALF),
      fits: (deal) => inHalf(deal.updated_at),
    },
    {
      name: 'deal_closed_time',
      query: () => range('deal_closed_time', ...HALF),
      fits: (deal) => inHalf(deal.closed_time),
    },
    {
      name: 'deal_value[from] alone',
      query: () => 'conditions[deal_value][from]=50000',
      fits: (deal) => Number(deal.value ?? 0) >= 50_000,
    },
    {
      name: 'person_full_name',
      query: scalar('person_full_name', () => sample()?.first_name?.toUpperCase()),
      fits: anyPerson((person) => has(`${person.first_name} ${person.last_name ?? ''}`, sample()?.first_name ?? '')),
    },
    {
      name: 'person_phone',
      query: scalar('person_phone', () => '+372 56'),
      fits: anyPerson((person) => [person.phone, person.mobile, person.home_phone].some((it) => has(it, '+372 56'))),
    },
    {
      name: 'person_city',
      query: scalar('person_city', () => 'tallinn'),
      fits: anyPerson((person) => has(person.work_city, 'tallinn')),
    },
    {
      name: 'person_company_name',
      query: scalar('person_company_name', () => 'harbour'),
      fits: anyPerson((person) => has(companyOf(person.company_id), 'harbour')),
    },
    {
      name: 'company_name',
      query: scalar('company_name', () => 'harbour'),
      fits: (deal) => has(companyOf(deal.company_id), 'harbour'),
    },
    {
      name: 'custom text',
      query: () => `conditions[${key('text')}]=prj-10`,
      fits: (deal) => has(custom('text')(deal) as string | null, 'prj-10'),
    },
    {
      name: 'custom boolean',
      query: () => `conditions[${key('boolean')}]=true`,
      fits: (deal) => custom('boolean')(deal) === true,
    },
    {
      name: 'custom currency, one amount',
      query: () => `conditions[${key('currency')}]=${first('currency')}`,
      fits: (deal) => custom('currency')(deal) === first('currency'),
    },
    {
      name: 'custom numeric from and to',
      query: () => `conditions[${key('numeric')}][from]=100&conditions[${key('numeric')}][to]=300`,
      fits: (deal) => {
        const seats = custom('numeric')(deal);
        return seats !== null && Number(seats) >= 100 && Number(seats) <= 300;
      },
    },
    {
      name: 'custom date from and to',
      query: () => range(key('date'), ...HALF),
      fits: (deal) => {
        const day = custom('date')(deal);
        return typeof day === 'string' && day >= HALF[0] && day <= HALF[1];
      },
    },
    {
      name: 'custom date, one day',
      query: () => `conditions[${key('date')}]=${first('date').replaceAll('-', '/')}`,
      fits: (deal) => custom('date')(deal) === first('date'),
    },
    {
      name: 'custom dropdown, any of two',
      query: () =>
        (label('dropdown')?.entries ?? [])
          .slice(0, 2)
          .map(({ id }) => `conditions[${key('dropdown')}][]=${id}`)
          .join('&'),
      fits: (deal) => (label('dropdown')?.entries ?? []).slice(0, 2).some(({ id }) => id === custom('dropdown')(deal)),
    },
    {
      name: 'two conditions at once',
      query: () => `conditions[deal_percentage]=50&${range('deal_created', ...HALF)}`,
      fits: (deal) => deal.probability === 50 && inHalf(deal.created_at),
    },
  ];
  it.each(ROWS)('by $name', (row) => check('deals', crm.sandbox.store.deals, row));

  it.each([
    { condition: 'person_state', field: 'home_state', found: true },
    { condition: 'person_zip', field: 'home_postal_code', found: true },
    { condition: 'person_zip', field: 'work_postal_code', found: true },
    { condition: 'person_work_zip', field: 'work_postal_code', found: true },
    { condition: 'person_work_zip', field: 'home_postal_code', found: false },
  ])('by $condition, given its $field', async ({ condition, field, found }) => {
    const deal = [...crm.sandbox.store.deals.values()].find((it) => it.person_ids.length > 0);
    const person = deal?.person_ids[0] ?? 0;
    await crm.send('PUT', `people/${person}`, { person: { [field]: 'Q-77' } });
    const expected = [...crm.sandbox.store.deals.values()]
      .filter((it) => it.person_ids.includes(person))
      .map((it) => it.id);
    expect(await asked('deals', `conditions[${condition}]=q-7`)).toEqual(found ? expected.sort() : []);
  });
});

describe('people', () => {
  const lead = () => crm.sandbox.store.configuration.leadSources.map((it) => it.id);
  const statuses = () => crm.sandbox.store.configuration.leadStatuses.map((it) => it.id);
  const owner = () => [...crm.sandbox.store.users.keys()][1];
  const nameOf = (person: PersonRecord) => `${person.first_name} ${person.last_name ?? ''}`;
  const companyOf = (person: PersonRecord) => crm.sandbox.store.companies.get(person.company_id ?? 0)?.name;
  const languages = () => crm.sandbox.store.configuration.labels.person.find((it) => it.field_type === 'multi_select');

  const ROWS: Row<PersonRecord>[] = [
    { name: 'person_name', query: scalar('person_name', () => 'ADA '), fits: (it) => has(nameOf(it), 'ada ') },
    {
      name: 'person_full_name',
      query: scalar('person_full_name', () => 'hana'),
      fits: (it) => has(nameOf(it), 'hana'),
    },
    {
      name: 'person_email',
      query: scalar('person_email', () => '@home.example'),
      fits: (it) => [it.email, it.email2, it.home_email].some((email) => has(email, '@home.example')),
    },
    {
      name: 'person_phone',
      query: scalar('person_phone', () => '+372 56'),
      fits: (it) => [it.phone, it.mobile, it.home_phone].some((phone) => has(phone, '+372 56')),
    },
    { name: 'person_owner', query: scalar('person_owner', owner), fits: (it) => it.user_id === owner() },
    { name: 'person_city', query: scalar('person_city', () => 'port'), fits: (it) => has(it.work_city, 'port') },
    { name: 'person_position', query: scalar('person_position', () => 'cfo'), fits: (it) => has(it.position, 'cfo') },
    {
      name: 'person_company_name',
      query: scalar('person_company_name', () => 'summit'),
      fits: (it) => has(companyOf(it), 'summit'),
    },
    {
      name: 'lead_source',
      query: scalar('lead_source', () => lead()[0]),
      fits: (it) => it.lead_source_id === lead()[0],
    },
    {
      name: 'person_status, any of two',
      query: () => `conditions[person_status][]=${statuses()[0]}&conditions[person_status][]=${statuses()[2]}`,
      fits: (it) => it.lead_status_id === statuses()[0] || it.lead_status_id === statuses()[2],
    },
    { name: 'person_type', query: scalar('person_type', () => 'Lead'), fits: (it) => it.type === 'Lead' },
    {
      name: 'person_converted',
      query: () => range('person_converted', '2024-12-01', '2025-02-15'),
      fits: (it) =>
        it.converted_at !== null &&
        it.converted_at >= Date.UTC(2024, 11, 1, 5) &&
        it.converted_at < Date.UTC(2025, 1, 16, 5),
    },
    {
      name: 'person_created',
      query: () => range('person_created', '2025-02-01', '2025-03-31'),
      fits: (it) => it.created_at >= Date.UTC(2025, 1, 1, 5) && it.created_at < Date.UTC(2025, 3, 1, 4),
    },
    { name: 'person_modified', query: () => range('person_modified', ...HALF), fits: (it) => inHalf(it.updated_at) },
    {
      name: 'person_simple_search',
      query: scalar('person_simple_search', () => 'orbit'),
      fits: (it) => [nameOf(it), it.email, it.phone, companyOf(it)].some((text) => has(text, 'orbit')),
    },
    {
      name: 'custom options',
      query: () => `conditions[custom_label_${languages()?.id}][]=${languages()?.entries[1]?.id}`,
      fits: (it) =>
        [it.custom_fields[`custom_label_${languages()?.id}`]].flat().includes(languages()?.entries[1]?.id ?? 0),
    },
  ];
  it.each(ROWS)('by $name', (row) => check('people', crm.sandbox.store.people, row));

  it.each(['person_state', 'person_zip'])('by %s', async (condition) => {
    const [id] = crm.sandbox.store.people.keys();
    const field = condition === 'person_state' ? 'work_state' : 'home_postal_code';
    await crm.send('PUT', `people/${id}`, { person: { [field]: 'Q-77' } });
    expect(await asked('people', `conditions[${condition}]=q-7`)).toEqual([id]);
  });

  it('finds a lead made a contact by the time of that', async () => {
    const lead = [...crm.sandbox.store.people.values()].find((it) => it.type === 'Lead');
    const today = range('person_converted', '2026-07-15', '2026-07-15');
    expect(await asked('people', today)).toEqual([]);
    await crm.send('PUT', `people/${lead?.id}`, { person: { type: 'Contact' } });
    expect(await asked('people', today)).toEqual([lead?.id]);
  });
});

describe('companies', () => {
  const tier = () => crm.sandbox.store.configuration.labels.company.find((it) => it.field_type === 'dropdown');
  const chosen = () => tier()?.entries[0]?.id;
  const ROWS: Row<CompanyRecord>[] = [
    { name: 'company_name', query: scalar('company_name', () => 'FOODS'), fits: (it) => has(it.name, 'foods') },
    { name: 'company_email', query: scalar('company_email', () => 'harbour'), fits: (it) => has(it.email, 'harbour') },
    { name: 'company_phone', query: scalar('company_phone', () => '555 101'), fits: (it) => has(it.phone1, '555 101') },
    {
      name: 'company_address',
      query: scalar('company_address', () => 'mill'),
      fits: (it) => has(it.address_1, 'mill'),
    },
    { name: 'company_city', query: scalar('company_city', () => 'osaka'), fits: (it) => has(it.city, 'osaka') },
    { name: 'company_zip', query: scalar('company_zip', () => '530'), fits: (it) => has(it.postal_code, '530') },
    {
      name: 'company_country',
      query: scalar('company_country', () => 'japan'),
      fits: (it) => has(it.country, 'japan'),
    },
    {
      name: 'company_created',
      query: () => range('company_created', '2025-01-15', '2025-03-31'),
      fits: (it) => it.created_at >= Date.UTC(2025, 0, 15, 5) && it.created_at < Date.UTC(2025, 3, 1, 4),
    },
    { name: 'company_modified', query: () => range('company_modified', ...HALF), fits: (it) => inHalf(it.updated_at) },
    {
      name: 'company_imported_at',
      query: () => range('company_imported_at', '2024-12-01', '2026-06-30'),
      fits: (it) => it.import_id !== null,
    },
    {
      name: 'a custom option',
      query: () => `conditions[custom_label_${tier()?.id}]=${chosen()}`,
      fits: (it) => it.custom_fields[`custom_label_${tier()?.id}`] === chosen(),
    },
  ];
  it.each(ROWS)('by $name', (row) => check('companies', crm.sandbox.store.companies, row));

  it.each([
    ['company_description', 'description'],
    ['company_fax', 'fax'],
    ['company_address2', 'address_2'],
    ['company_state', 'state'],
  ])('by %s', async (condition, field) => {
    const [id] = crm.sandbox.store.companies.keys();
    await crm.send('PUT', `companies/${id}`, { company: { [field]: 'Q-77' } });
    expect(await asked('companies', `conditions[${condition}]=q-7`)).toEqual([id]);
  });
});

describe('calendar entries', () => {
  const make = async (entry: Json) => {
    const { body } = await crm.send('POST', 'calendar_entries', { calendar_entry: entry });
    return body.id as number;
  };
  const active = () => new Map([...crm.sandbox.store.calendarEntries].filter(([, entry]) => entry.active));
  const owner = () => [...crm.sandbox.store.users.keys()][1] as number;
  const first = () => [...active().values()].find((entry) => entry.base_entry_id !== null)?.base_entry_id ?? undefined;

  const ROWS: Row<CalendarEntryRecord>[] = [
    { name: 'named', query: scalar('named', () => 'WEEKLY'), fits: (it) => has(it.name, 'weekly') },
    { name: 'kind', query: scalar('kind', () => 'CalendarEvent'), fits: (it) => it.type === 'CalendarEvent' },
    { name: 'kind, in short', query: scalar('kind', () => 'task'), fits: (it) => it.type === 'CalendarTask' },
    { name: 'completed', query: scalar('completed', () => 'true'), fits: (it) => it.complete },
    { name: 'incomplete', query: scalar('incomplete', () => 'true'), fits: (it) => !it.complete },
    {
      name: 'someday',
      query: scalar('someday', () => 'true'),
      fits: (it) => it.due_date === null && it.start_time === null,
    },
    { name: 'recurrences_of', query: scalar('recurrences_of', first), fits: (it) => it.base_entry_id === first() },
    {
      name: 'non_recurring',
      query: scalar('non_recurring', () => 'true'),
      fits: (it) => it.rrule === null && it.base_entry_id === null,
    },
    { name: 'base_entries', query: scalar('base_entries', () => 'true'), fits: (it) => it.rrule !== null },
    {
      name: 'calendar_entry_modified',
      query: () => range('calendar_entry_modified', ...HALF),
      fits: (it) => inHalf(it.updated_at),
    },
    {
      name: 'within',
      query: () => range('within', ...HALF),
      fits: (it) =>
        it.start_time === null
          ? it.due_date !== null && it.due_date >= HALF[0] && it.due_date <= HALF[1]
          : inHalf(it.start_time),
    },
  ];
  it.each(ROWS)('by $name', (row) => check('calendar_entries', active(), row));

  it('by owner_id', async () => {
    const [entry] = active().values();
    if (entry) entry.owner_id = owner();
    expect(await asked('calendar_entries', `conditions[owner_id]=${owner()}`)).toEqual([entry?.id]);
  });

  it('by the day it is', async () => {
    for (const entry of crm.sandbox.store.calendarEntries.values()) entry.active = false;
    const day = async (due_date: string) => make({ name: due_date, due_date });
    const yesterday = await day('2026-07-14');
    const lastWeek = await day('2026-07-12');
    const today = await day('2026-07-15');
    const monday = await day('2026-07-13');
    const evening = await make({
      name: 'Evening',
      type: 'CalendarEvent',
      start_time: '2026-07-15 23:30:00',
      end_time: '2026-07-16 00:30:00',
    });
    const tomorrow = await day('2026-07-16');
    const sunday = await day('2026-07-19');
    const nextMonday = await day('2026-07-20');
    const later = await day('2026-08-01');
    const someday = await make({ name: 'Someday' });
    const by = (name: string, value = 'true') => asked('calendar_entries', `conditions[${name}]=${value}`);
    expect(await by('today')).toEqual([today, evening]);
    expect(await by('tomorrow')).toEqual([tomorrow]);
    expect(await by('late')).toEqual([yesterday, lastWeek, monday]);
    expect(await by('this_week')).toEqual([yesterday, today, monday, evening, tomorrow, sunday]);
    expect(await by('next_week')).toEqual([nextMonday]);
    expect(await by('future')).toEqual([tomorrow, sunday, nextMonday, later]);
    expect(await by('someday')).toEqual([someday]);
    expect(await by('starting_at', '2026-07-16')).toEqual([tomorrow, sunday, nextMonday, later]);
    expect(await by('ending_at', '2026-07-14')).toEqual([yesterday, lastWeek, monday]);
    await crm.send('PUT', `calendar_entries/${yesterday}`, { calendar_entry: { complete: true } });
    expect(await by('late')).toEqual([lastWeek, monday]);
  });

  it('shows withdrawn entries only where asked', async () => {
    const withdrawn = [...crm.sandbox.store.calendarEntries.values()].find((entry) => !entry.active);
    const of = `deal_id=${withdrawn?.association_id}`;
    expect(await asked('calendar_entries', of)).not.toContain(withdrawn?.id);
    expect(await asked('calendar_entries', `${of}&conditions[include_inactive]=true`)).toContain(withdrawn?.id);
  });
});

it('finds notes by activity_modified', () =>
  check('notes', crm.sandbox.store.notes, {
    name: 'activity_modified',
    query: () => range('activity_modified', ...HALF),
    fits: (note) => inHalf(note.updated_at),
  }));

it('finds documents by document_modified', () =>
  check('documents', crm.sandbox.store.documents, {
    name: 'document_modified',
    query: () => range('document_modified', ...HALF),
    fits: (document) => inHalf(document.updated_at),
  }));
