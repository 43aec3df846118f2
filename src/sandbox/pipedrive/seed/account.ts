import type { Random } from '../../kit/random.ts';
import type { World } from '../../kit/world.ts';
import type { BillingFrequency, Currency, Organization, Person, Pipeline, Product, Stage, User } from '../records.ts';
import { fieldCode, LABELS } from './fields.ts';
import { hoursAfter } from './time.ts';

/** When the account was set up. */
export const FOUNDED = '2025-01-05T09:12:14Z';
const FOUNDED_V1 = '2025-01-05 09:12:14';

export function seedUsers(): User[] {
  const people: readonly (readonly [name: string, timezone: string, offset: string])[] = [
    ['Ana Rebane', 'Europe/Tallinn', '+02:00'],
    ['Tom Põder', 'Europe/Tallinn', '+02:00'],
    ['Inés Valdés', 'Europe/Madrid', '+01:00'],
    ['Jürgen Weiß', 'Europe/Berlin', '+01:00'],
    ['Mei Tanaka', 'Asia/Tokyo', '+09:00'],
    ['Carl Gone', 'America/Chicago', '-06:00'],
  ];
  return people.map(([name, timezone_name, timezone_offset], index): User => {
    const active = index !== people.length - 1;
    return {
      id: 21_000_301 + index * 4,
      name,
      email: `user${index + 1}@northwind-sandbox.example`,
      lang: 1,
      locale: 'en_US',
      timezone_name,
      timezone_offset,
      default_currency: 'EUR',
      icon_url: null,
      active_flag: active,
      is_deleted: false,
      is_admin: index === 0 ? 1 : 0,
      role_id: 1,
      created: FOUNDED_V1,
      modified: '2026-05-15 09:46:05',
      last_login: active ? '2026-10-30 07:15:00' : null,
      activated: true,
      has_created_company: index === 0,
      is_you: index === 0,
      access: [{ app: 'sales', admin: index === 0, permission_set_id: '29c7b2d0-5a0e-4f0c-9a55-1d7c4f5b6e01' }],
      phone: null,
    };
  });
}

export function seedCurrencies(): Currency[] {
  const rows: readonly (readonly [code: string, name: string, decimals: number, symbol: string, custom?: true])[] = [
    ['EUR', 'Euro', 2, '€'],
    ['USD', 'US Dollar', 2, '$'],
    ['GBP', 'Pound Sterling', 2, '£'],
    ['SEK', 'Swedish Krona', 2, 'kr'],
    ['JPY', 'Japanese Yen', 0, '¥'],
    ['XTK', 'Trade-in Token', 4, 'XTK', true],
  ];
  return rows.map(([code, name, decimal_points, symbol, custom], index) => ({
    id: index + 1,
    code,
    name,
    decimal_points,
    symbol,
    active_flag: true,
    is_custom_flag: custom === true,
  }));
}

export function seedPipelines(): Pipeline[] {
  return ['Sales', 'Fleet', 'Partners'].map((name, index) => ({
    id: index + 1,
    name,
    order_nr: index + 1,
    is_deleted: false,
    is_deal_probability_enabled: name !== 'Partners',
    add_time: FOUNDED,
    update_time: index === 1 ? '2025-11-03T08:00:00Z' : null,
  }));
}

/** Stages whose ids do not follow their order and whose numbers have gaps. */
export function seedStages(): Stage[] {
  type Row = readonly [id: number, pipeline: number, order: number, name: string, probability: number];
  const rows: readonly Row[] = [
    [1, 1, 0, 'Qualified', 10],
    [2, 1, 1, 'Contact made', 20],
    [3, 1, 3, 'Demo scheduled', 40],
    [4, 1, 4, 'Proposal made', 60],
    [5, 1, 7, 'Negotiations started', 80],
    [6, 1, 8, 'Verbal yes', 95],
    [7, 2, 5, 'Pilot', 50],
    [8, 2, 1, 'Lead in', 5],
    [9, 2, 2, 'Fleet audit', 25],
    [10, 2, 9, 'Contract', 90],
    [11, 3, 1, 'Identified', 100],
    [12, 3, 3, 'Introduced', 100],
    [13, 3, 4, 'Terms agreed', 100],
    [14, 3, 6, 'Signed', 100],
    [15, 3, 9, 'Onboarded', 100],
  ];
  return rows.map(([id, pipeline_id, order_nr, name, deal_probability]) => ({
    id,
    order_nr,
    name,
    is_deleted: false,
    deal_probability,
    pipeline_id,
    is_deal_rot_enabled: id % 3 === 0,
    days_to_rotten: id % 3 === 0 ? 14 : null,
    add_time: FOUNDED,
    update_time: pipeline_id === 2 ? '2025-11-03T08:00:00Z' : null,
  }));
}

export function seedProducts(random: Random, users: readonly User[]): Product[] {
  type Row = readonly [name: string, unit: string, price: number, frequency?: BillingFrequency];
  const rows: readonly Row[] = [
    ['GPS tracker', 'pcs', 49.9],
    ['GPS tracker, rugged', 'pcs', 89.5],
    ['Dash camera', 'pcs', 129],
    ['Temperature probe', 'pcs', 19.99],
    ['Fuel card', 'pcs', 0],
    ['Installation', 'hour', 65],
    ['Driver training', 'day', 740],
    ['Route planner', 'seat', 12.5, 'monthly'],
    ['Fleet dashboard', 'seat', 29, 'monthly'],
    ['Compliance archive', 'site', 480, 'annually'],
    ['Premium support', 'site', 1_200, 'quarterly'],
    ['Data feed', 'feed', 9.75, 'weekly'],
    ['Consulting', 'day', 950],
    ['Cable set “Kaabel 7/8″”', 'pcs', 7.35],
    ['冷蔵センサー', 'pcs', 58],
    ['Mounting bracket', 'pcs', 4.125],
    ['Spare battery 🔋', 'pcs', 14.4],
    ['Licence transfer', 'pcs', 150],
    ['Legacy beacon', 'pcs', 33],
    ['Discontinued modem', 'pcs', 21],
  ];
  return rows.map(([name, unit, price, frequency = 'one-time'], index): Product => {
    const id = index + 51;
    const others: readonly (readonly [string, number])[] = [
      ['USD', 1.1],
      ['JPY', 160],
      ['XTK', 3.3],
    ];
    const prices = [['EUR', 1] as const, ...others.filter(() => random.chance(0.4))];
    return {
      id,
      name,
      code: index % 4 === 3 ? null : `P-${String(id).padStart(4, '0')}`,
      description: index % 5 === 0 ? `${name}: as in the catalogue.` : null,
      unit,
      tax: index % 3 === 0 ? 22 : 0,
      category: index % 2 === 0 ? '262' : null,
      is_linkable: name !== 'Legacy beacon',
      is_deleted: name === 'Discontinued modem',
      visible_to: 3,
      owner_id: random.pick(users).id,
      add_time: hoursAfter(FOUNDED, index * 5),
      update_time: index % 4 === 0 ? null : hoursAfter(FOUNDED, 400 + index * 7),
      billing_frequency: frequency,
      billing_frequency_cycles: frequency === 'weekly' ? 26 : null,
      prices: prices.map(([currency, rate]) => ({
        product_id: id,
        price: Math.round(price * rate * 1_000) / 1_000,
        currency,
        cost: Math.round(price * rate * 600) / 1_000,
        direct_cost: 0,
        notes: '',
      })),
      custom_fields: {},
    };
  });
}

export function seedOrganizations(world: World, random: Random, users: readonly User[]): Organization[] {
  return world.companies.map((company, index): Organization => {
    const [number] = company.street.match(/\d+$/) ?? [null];
    return {
      id: index + 1,
      name: company.name,
      owner_id: random.pick(users).id,
      add_time: hoursAfter(FOUNDED, 24 + index),
      update_time: index % 6 === 0 ? null : hoursAfter(FOUNDED, 2_000 + index * 11),
      address:
        index % 7 === 6
          ? null
          : {
              value: `${company.street}, ${company.postalCode} ${company.city}, ${company.country}`,
              country: company.country,
              admin_area_level_1: null,
              admin_area_level_2: null,
              locality: company.city,
              sublocality: null,
              route: company.street.replace(/\s*\d+$/, ''),
              street_number: number,
              subpremise: null,
              postal_code: company.postalCode,
            },
      is_deleted: false,
      visible_to: 3,
      label_ids: index % 4 === 0 ? [random.pick(LABELS.organization).id] : [],
      website: index % 3 === 0 ? null : `https://${company.domain}`,
      linkedin: null,
      industry: null,
      annual_revenue: index % 5 === 0 ? random.int(100, 90_000) * 1_000 : null,
      employee_count: index % 2 === 0 ? random.int(2, 900) : null,
      custom_fields: {
        [fieldCode('organization', 'Registry code')]: String(10_000_000 + index * 37),
        ...(index % 3 === 0 && { [fieldCode('organization', 'Credit limit')]: { value: 25_000.5, currency: 'EUR' } }),
        ...(index % 4 === 1 && { [fieldCode('organization', 'Certificates')]: [71, 73] }),
      },
    };
  });
}

/** Ids just below the largest whole number that a double can tell from its neighbours. */
const HUGE_IDS: Readonly<Record<number, number>> = { 3: 9_007_199_254_740_901, 10: 9_007_199_254_740_903 };

export function seedPersons(
  world: World,
  random: Random,
  users: readonly User[],
  organizations: readonly Organization[],
): Person[] {
  return world.people.map((human, index): Person => {
    const withoutEmail = index % 17 === 16;
    const second = { value: `+46 70 ${String(100_000 + index)}`, primary: false, label: 'mobile' };
    return {
      id: HUGE_IDS[index] ?? index + 101,
      name: `${human.firstName} ${human.lastName}`,
      first_name: human.firstName,
      last_name: human.lastName,
      owner_id: random.pick(users).id,
      org_id: index % 13 === 12 ? null : (organizations[human.company]?.id ?? null),
      add_time: hoursAfter(FOUNDED, 48 + index),
      update_time: index % 5 === 0 ? null : hoursAfter(FOUNDED, 3_000 + index * 3),
      emails: withoutEmail ? [] : [{ value: human.email, primary: true, label: 'work' }],
      phones: [{ value: human.phone, primary: true, label: 'work' }, ...(index % 6 === 0 ? [second] : [])],
      is_deleted: false,
      visible_to: 3,
      label_ids: index % 5 === 0 ? [random.pick(LABELS.person).id] : [],
      picture_id: null,
      custom_fields: {
        ...(index % 2 === 0 && { [fieldCode('person', 'Preferred language')]: random.int(61, 63) }),
        ...(index % 9 === 0 && { [fieldCode('person', 'Birthday')]: '1984-02-29' }),
        ...(index % 4 === 0 && { [fieldCode('person', 'Loyalty number')]: `L-${index}` }),
      },
    };
  });
}
