import { LosslessNumber } from 'lossless-json';
import type { Random } from '../../kit/random.ts';
import type { Deal, DealProduct, DealStatus, Organization, Person, Product, Stage, User } from '../records.ts';
import { type CUSTOM, DELETED_OPTION, fieldCode, LABELS } from './fields.ts';
import { earlier, hoursAfter, SEED_END, SEED_HOURS } from './time.ts';

/** What deals of the seed refer to. */
export interface Cast {
  readonly users: readonly User[];
  readonly persons: readonly Person[];
  readonly organizations: readonly Organization[];
  readonly stages: readonly Stage[];
  readonly products: readonly Product[];
}

/** The 38th deal: an id that only just fits a double. */
const HUGE_ID_INDEX = 37;
const HUGE_ID = 9_007_199_254_740_881;

/** A value of 19 digits, on the twelfth deal. */
const LONG_VALUE_INDEX = 11;
const LONG_VALUE = '12345678901234567.89';

const SUBJECTS = ['fleet rollout', 'renewal 2027', 'pilot', 'framework agreement', 'spare parts', 'expansion'];

/** Titles that are easy to get wrong, each once in a while. */
const AWKWARD_TITLES = [
  '🚚 Lastwagen für Łódź — «große» Bestellung',
  'He said "yes" & <b>signed</b> it\'s \\done\\',
  'Two\nlines\tand a tab',
  '見積もり：冷蔵センサー 200台',
  `Very long ${'and longer '.repeat(40)}title`,
  'e\u0301 decomposed, \u00e9 composed',
];

/** Deal number `index` of `count`, without its products. */
export function seedDeal(index: number, count: number, cast: Cast, random: Random): Deal {
  const person = random.chance(0.88) ? random.pick(cast.persons) : null;
  const org = random.chance(0.15) ? null : (person?.org_id ?? random.pick(cast.organizations).id);
  const stage = random.pick(cast.stages);
  const status: DealStatus = random.pick(['open', 'open', 'open', 'open', 'open', 'won', 'won', 'lost']);
  const added = addTime(index, count);
  const untouched = status === 'open' && index % 6 === 2;
  const updated = earlier(hoursAfter(added, random.int(2, 2_000)), SEED_END);
  const closed = status === 'open' ? null : updated;
  const archived = index % 12 === 7;
  return {
    id: index === HUGE_ID_INDEX ? HUGE_ID : index + 1,
    title: titleOf(index, cast, org, random),
    creator_user_id: random.pick(cast.users).id,
    owner_id: random.pick(cast.users).id,
    value: amountOf(index, random),
    currency: random.pick(['EUR', 'EUR', 'EUR', 'USD', 'GBP', 'SEK', 'JPY', 'XTK']),
    person_id: person?.id ?? null,
    org_id: org,
    pipeline_id: stage.pipeline_id,
    stage_id: stage.id,
    status,
    probability: random.chance(0.3) ? random.int(0, 20) * 5 : null,
    lost_reason:
      status === 'lost' && random.chance(0.7) ? random.pick(['Price', 'Timing', 'Chose “Konkurrent”']) : null,
    visible_to: random.pick([3, 3, 3, 7]),
    add_time: added,
    update_time: untouched && !archived ? null : updated,
    stage_change_time: untouched || random.chance(0.3) ? null : updated,
    close_time: closed,
    won_time: status === 'won' ? closed : null,
    lost_time: status === 'lost' ? closed : null,
    local_won_date: status === 'won' ? dayOf(closed) : null,
    local_lost_date: status === 'lost' ? dayOf(closed) : null,
    local_close_date: dayOf(closed),
    expected_close_date: random.chance(0.6) ? hoursAfter(added, random.int(500, 5_000)).slice(0, 10) : null,
    label_ids: LABELS.deal.filter(() => random.chance(0.15)).map(({ id }) => id),
    is_deleted: index % 60 === 29,
    is_archived: archived,
    archive_time: archived ? updated : null,
    origin: random.pick(['ManuallyCreated', 'API', 'Import']),
    origin_id: null,
    channel: index % 20 === 3 ? 52 : null,
    channel_id: index % 20 === 3 ? 'Autumn fair' : null,
    acv: null,
    arr: null,
    mrr: null,
    custom_fields: customFieldsOf(index, cast, random),
  };
}

/** The products of a deal, without ids: at most four, on a bit more than half of the deals. */
export function seedLines(deal: Deal, index: number, cast: Cast, random: Random): DealProduct[] {
  if (index === LONG_VALUE_INDEX || random.chance(0.45)) return [];
  const linkable = cast.products.filter((product) => product.is_linkable && !product.is_deleted);
  const tax_method = random.pick(['exclusive', 'inclusive', 'none'] as const);
  return Array.from({ length: random.int(1, 4) }, (_, place): DealProduct => {
    const product = random.pick(linkable);
    const { price } = product.prices.find(({ currency }) => currency === deal.currency) ?? { price: random.int(1, 99) };
    return {
      id: 0,
      deal_id: deal.id,
      product_id: product.id,
      product_variation_id: null,
      item_price: price,
      quantity: random.chance(0.1) ? 2.5 : random.int(1, 40),
      discount: random.chance(0.3) ? random.pick([5, 10, 12.5]) : 0,
      discount_type: random.chance(0.7) ? 'percentage' : 'amount',
      tax: product.tax,
      tax_method,
      order_nr: (place + 1) * 10,
      comments: random.chance(0.2) ? 'Delivery in “two” parts' : '',
      is_enabled: random.chance(0.92),
      billing_frequency: product.billing_frequency,
      billing_frequency_cycles: product.billing_frequency_cycles,
      billing_start_date: product.billing_frequency === 'one-time' ? null : deal.add_time.slice(0, 10),
      add_time: hoursAfter(deal.add_time, 1),
      update_time: hoursAfter(deal.add_time, 1),
    };
  });
}

/** Evenly spread, not in the order of ids; four in twenty deals share their second with the one before. */
function addTime(index: number, count: number): string {
  const run = index % 20 >= 5 && index % 20 <= 9 ? index - (index % 20) + 5 : index;
  const place = (run * 89) % count;
  return hoursAfter(SEED_END, -SEED_HOURS + (place / count) * (SEED_HOURS - 48));
}

function dayOf(time: string | null): string | null {
  return time?.slice(0, 10) ?? null;
}

function titleOf(index: number, cast: Cast, org: number | null, random: Random): string {
  if (index % 16 === 9) return AWKWARD_TITLES[Math.floor(index / 16) % AWKWARD_TITLES.length] as string;
  const name = cast.organizations.find(({ id }) => id === org)?.name ?? 'Unnamed';
  return `${name} – ${random.pick(SUBJECTS)}`;
}

function amountOf(index: number, random: Random): Deal['value'] {
  if (index === LONG_VALUE_INDEX) return new LosslessNumber(LONG_VALUE);
  if (index % 17 === 4) return 0;
  return random.chance(0.5) ? random.int(1, 900) * 100 : random.int(1, 9_000_000) / 100;
}

function customFieldsOf(index: number, cast: Cast, random: Random): Record<string, unknown> {
  const values: Record<keyof typeof CUSTOM.deal, unknown> = {
    'Contract number': `C-${1000 + index}/ü`,
    'Customer reference': `Ref ${index}`,
    'Delivery notes': 'Ring twice.\nDock 4 is closed on Fridays.',
    Hotline: '+372 600 1234',
    'Margin factor': 1.0625,
    'Setup fee': { value: 499.5, currency: random.pick(['EUR', 'XTK']) },
    'Fleet size': index % 15 === 14 ? DELETED_OPTION : random.int(41, 44),
    Regions: [51, 53],
    'Technical lead': random.pick(cast.users).id,
    Reseller: random.pick(cast.organizations).id,
    Consultant: random.pick(cast.persons).id,
    'Pilot start': '2026-03-05',
    'Rollout period': { value: '2026-03-05', until: '2026-03-09' },
    'Daily call': { value: '09:30:00', timezone_id: 318, timezone_name: 'Europe/London' },
    'Maintenance window': { value: '22:00:00', until: '23:30:00', timezone_id: 338, timezone_name: 'Europe/Tallinn' },
    'Delivery address': {
      value: 'Sadama 1, Tallinn',
      route: 'Sadama',
      street_number: '1',
      subpremise: null,
      sublocality: null,
      locality: 'Tallinn',
      admin_area_level_1: 'Harju maakond',
      admin_area_level_2: null,
      country: 'Estonia',
      postal_code: '10111',
      formatted_address: 'Sadama 1, 10111 Tallinn, Estonia',
    },
  };
  const filled = Object.entries(values).filter(
    ([name], place) => (name === 'Fleet size' && index % 15 === 14) || (index + place) % 4 === 0,
  );
  return Object.fromEntries(filled.map(([name, value]) => [fieldCode('deal', name), value]));
}
