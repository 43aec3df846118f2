import { Random } from '../../kit/random.ts';
import { createWorld, type World } from '../../kit/world.ts';
import { blankCompany } from '../companies.ts';
import { blankPerson } from '../people.ts';
import { type CompanyRecord, type PersonRecord, Store, type UserRecord } from '../records.ts';
import { userKey } from '../secrets.ts';
import type { Dialect } from '../settings.ts';
import { seedActivity } from './activity.ts';
import { seedConfiguration } from './configuration.ts';
import { seedDeals } from './deals.ts';
import { seedHistory } from './history.ts';
import { seedSearches } from './searches.ts';
import { momentAt } from './span.ts';

const USERS: readonly (readonly [first: string, last: string, level: 1 | 2 | 3])[] = [
  ['Maren', 'Solberg', 3],
  ['Tomás', 'Okafor', 2],
  ['Jun', 'Watanabe', 1],
  ['Élodie', 'Kerr', 1],
  ['Pavel', 'Former', 1],
];

/** An account with that many deals. The same arguments give the same account, to the last digit. */
export function seedStore(deals: number, dialect: Dialect): Store {
  const store = new Store(seedConfiguration(dialect));
  const random = new Random(4_104);
  const users = seedUsers(store);
  // The size decides who works where, so both sandboxes derive it from their deals in the same way.
  const world = createWorld(Math.max(20, Math.ceil(deals / 4)));
  const companies = seedCompanies(store, world, users, random);
  const people = seedPeople(store, world, companies, users, random);
  const made = seedDeals(store, { count: deals, users, people, random });
  seedActivity(store, made, random);
  seedHistory(store, made);
  seedSearches(store);
  return store;
}

/** The first is the one the gateway's key belongs to, the last has left. */
function seedUsers(store: Store): UserRecord[] {
  const { teams } = store.configuration;
  return USERS.map(([first, last, level], index) => {
    const user: UserRecord = {
      id: 843_801 + index,
      created_at: momentAt(0),
      updated_at: momentAt(0.9),
      first_name: first,
      last_name: last,
      email: `${first}.${last}@sales.example`
        .normalize('NFD')
        .replace(/[^a-zA-Z.@]/g, '')
        .toLowerCase(),
      level,
      is_account_admin: index === 0,
      is_allowed_to_delete: level > 1,
      is_allowed_to_merge_records: level > 1,
      read_only: false,
      team_id: teams[index === 0 ? -1 : index % 2]?.id ?? null,
      manager_id: index === 0 ? null : 843_801,
      deleted_at: index === USERS.length - 1 ? momentAt(0.7) : null,
      api_key: userKey(index),
    };
    store.users.set(user.id, user);
    return user;
  });
}

function seedCompanies(store: Store, world: World, users: readonly UserRecord[], random: Random): CompanyRecord[] {
  const { labels, companyTags } = store.configuration;
  const [tier, revenue] = labels.company;
  return world.companies.map((known, index) => {
    const created = momentAt(index / (world.companies.length * 4));
    const company: CompanyRecord = {
      ...blankCompany(created),
      id: store.nextId('companies'),
      updated_at: momentAt(random.next() * 0.7 + 0.3),
      name: known.name,
      email: `info@${known.domain}`,
      web: `https://${known.domain}`,
      phone1: `+1 212 555 ${String(1_000 + index)}`,
      phone1_desc: 'Work',
      address_1: known.street,
      city: known.city,
      postal_code: known.postalCode,
      country: known.country,
      owner_id: index % 4 === 0 ? null : random.pick(users).id,
      is_customer: index % 3 === 0,
      import_id: index % 4 === 1 ? 8_801 : null,
      imported_at: index % 4 === 1 ? created : null,
      tag_ids: index % 5 === 0 ? [random.pick(companyTags).id] : [],
      custom_fields: {
        [`custom_label_${tier?.id}`]: index % 2 === 0 ? random.pick(tier?.entries ?? []).id : null,
        [`custom_label_${revenue?.id}`]: index % 3 === 0 ? `${random.int(1, 90)}00000` : null,
      },
    };
    store.companies.set(company.id, company);
    return company;
  });
}

function seedPeople(
  store: Store,
  world: World,
  companies: readonly CompanyRecord[],
  users: readonly UserRecord[],
  random: Random,
): PersonRecord[] {
  const { labels, leadSources, leadStatuses, personTags } = store.configuration;
  const [preferred, newsletter, languages] = labels.person;
  return world.people.map((known, index) => {
    const created = momentAt(index / (world.people.length * 4) + 0.01);
    const lead = index % 6 === 5;
    const person: PersonRecord = {
      ...blankPerson(users[0]?.id ?? 0, created),
      id: store.nextId('people'),
      updated_at: momentAt(random.next() * 0.7 + 0.3),
      first_name: known.firstName,
      last_name: index % 23 === 22 ? null : known.lastName,
      type: lead ? 'Lead' : 'Contact',
      position: known.jobTitle,
      email: index % 17 === 16 ? null : known.email,
      home_email:
        index % 8 === 0 ? `${known.firstName.normalize('NFD').replace(/[^a-zA-Z]/g, '')}${index}@home.example` : null,
      phone: known.phone,
      mobile: index % 3 === 0 ? `+372 56${String(200_000 + index)}` : null,
      work_city: world.companies[known.company]?.city ?? null,
      company_id: index % 13 === 12 ? null : (companies[known.company]?.id ?? null),
      user_id: index % 9 === 8 ? null : random.pick(users).id,
      lead_source_id: lead ? random.pick(leadSources).id : null,
      lead_status_id: lead ? random.pick(leadStatuses).id : null,
      converted_at: index % 6 === 4 ? created + 86_400_000 : null,
      predefined_contacts_tag_ids: index % 7 === 0 ? [random.pick(personTags).id] : [],
      custom_fields: {
        [`custom_label_${preferred?.id}`]: index % 4 === 0 ? known.firstName : null,
        [`custom_label_${newsletter?.id}`]: index % 2 === 0,
        [`custom_label_${languages?.id}`]:
          index % 3 === 0 ? (languages?.entries ?? []).slice(0, 2).map(({ id }) => id) : [],
      },
    };
    store.people.set(person.id, person);
    return person;
  });
}
