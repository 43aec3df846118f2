/**
 * Deals on a page, and pages that differ; whatever is asked for lies on one of them. There are more than connections,
 * so that no two questions in flight need the same records.
 */
export const PAGE_SIZE = 100;
export const PAGES = 160;
export const LINES_PER_DEAL = 3;

const STAGES = 12;
const STAGES_PER_PIPELINE = 4;
const PRODUCTS = 40;
const FIRST_PERSON = 1_000_000;
const FIRST_ORGANIZATION = 2_000_000;
const FIRST_LINE = 3_000_000;
const NEWEST = Date.UTC(2025, 5, 1);
const FIRST_NAMES = ['Ana', 'Björn', 'Chidi', 'Dorota', 'Emre', 'Fatima', 'Giulia', 'Håkon'];
const LAST_NAMES = ['Almeida', 'Bergström', 'Costa', 'Dvořák', 'Eriksen', 'Fischer', 'García'];
const STREETS = ['Narva maantee', 'Rua Augusta', 'Karl Johans gate', 'Ulica Piotrkowska', 'Calle Mayor'];

/** A record of Pipedrive API v2 as JSON, with this custom field alone if one is named. The same number gives the same. */
export type RecordText = (id: number, customField: string | null) => string;

/** Deal n has person, organization and lines of its own. The greater the number, the older the deal. */
export const dealText: RecordText = (n, customField) =>
  JSON.stringify({
    id: n,
    title: `${pick(LAST_NAMES, n)} & ${pick(LAST_NAMES, n + 3)}: renewal ${n}`,
    creator_user_id: 9_000 + (n % 7),
    owner_id: 9_000 + (n % 11),
    value: 1_000 + ((n * 37) % 90_000) + 0.5,
    person_id: FIRST_PERSON + n,
    org_id: FIRST_ORGANIZATION + n,
    stage_id: (n % STAGES) + 1,
    pipeline_id: Math.floor((n % STAGES) / STAGES_PER_PIPELINE) + 1,
    currency: n % 5 === 0 ? 'USD' : 'EUR',
    archive_time: null,
    add_time: moment(n),
    update_time: moment(n),
    stage_change_time: moment(n),
    is_deleted: false,
    is_archived: false,
    status: n % 9 === 0 ? 'won' : 'open',
    probability: null,
    lost_reason: null,
    visible_to: 3,
    close_time: null,
    won_time: n % 9 === 0 ? moment(n) : null,
    lost_time: null,
    local_won_date: null,
    local_lost_date: null,
    local_close_date: null,
    expected_close_date: '2026-03-31',
    label_ids: [1 + (n % 4)],
    origin: 'ManuallyCreated',
    origin_id: null,
    channel: null,
    channel_id: null,
    acv: 1_200 + n,
    arr: 1_200 + n,
    mrr: 100 + n,
    custom_fields: customFields(n, 8, customField),
  });

export const personText: RecordText = (id, customField) => {
  const n = id - FIRST_PERSON;
  const first = pick(FIRST_NAMES, n);
  const last = pick(LAST_NAMES, n);
  return JSON.stringify({
    id,
    name: `${first} ${last}`,
    first_name: first,
    last_name: last,
    owner_id: 9_000 + (n % 11),
    org_id: FIRST_ORGANIZATION + n,
    add_time: moment(n),
    update_time: moment(n),
    is_deleted: false,
    visible_to: 3,
    picture_id: null,
    label_ids: [],
    emails: [{ label: 'work', value: `person.${n}@example.com`, primary: true }],
    phones: [{ label: 'work', value: `+372 5${String(n).padStart(7, '0')}`, primary: true }],
    custom_fields: customFields(n, 3, customField),
  });
};

export const organizationText: RecordText = (id, customField) => {
  const n = id - FIRST_ORGANIZATION;
  const street = pick(STREETS, n);
  return JSON.stringify({
    id,
    name: `${pick(LAST_NAMES, n)} Industries ${n}`,
    owner_id: 9_000 + (n % 11),
    add_time: moment(n),
    update_time: moment(n),
    is_deleted: false,
    visible_to: 3,
    label_ids: [],
    website: null,
    linkedin: null,
    annual_revenue: null,
    employee_count: null,
    industry: null,
    address: {
      value: `${street} ${n % 90}, Tallinn, Estonia`,
      country: 'Estonia',
      admin_area_level_1: 'Harju maakond',
      admin_area_level_2: null,
      locality: 'Tallinn',
      sublocality: null,
      route: street,
      street_number: String(n % 90),
      subpremise: null,
      postal_code: '10145',
    },
    custom_fields: customFields(n, 2, customField),
  });
};

/** The lines of a deal (v2, GET /deals/products), joined by commas. */
export const linesText: RecordText = (deal) =>
  Array.from({ length: LINES_PER_DEAL }, (_, index) => {
    const quantity = 1 + ((deal + index) % 5);
    const price = 10 + ((deal * 7 + index) % 900);
    return JSON.stringify({
      id: FIRST_LINE + deal * LINES_PER_DEAL + index,
      deal_id: deal,
      product_id: 1 + ((deal + index) % PRODUCTS),
      product_variation_id: null,
      name: `Product ${1 + ((deal + index) % PRODUCTS)}`,
      item_price: price,
      quantity,
      sum: price * quantity,
      currency: deal % 5 === 0 ? 'USD' : 'EUR',
      discount: 0,
      discount_type: 'percentage',
      tax: 0,
      tax_method: 'inclusive',
      comments: null,
      is_enabled: true,
      order_nr: index + 1,
      billing_frequency: 'one-time',
      billing_frequency_cycles: null,
      billing_start_date: null,
      add_time: moment(deal),
      update_time: moment(deal),
    });
  }).join(',');

const stageText = (id: number) =>
  JSON.stringify({
    id,
    order_nr: ((id - 1) % STAGES_PER_PIPELINE) + 1,
    name: `Stage ${id}`,
    is_deleted: false,
    deal_probability: 100,
    pipeline_id: Math.floor((id - 1) / STAGES_PER_PIPELINE) + 1,
    is_deal_rot_enabled: false,
    days_to_rotten: null,
    add_time: moment(0),
    update_time: null,
  });

export const allStages: readonly string[] = Array.from({ length: STAGES }, (_, index) => stageText(index + 1));

/** The ids of `count` deals from the place `start` on. */
export function dealIds(start: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => start + index + 1);
}

/** Every deal is younger than what the workloads filter by. */
function moment(n: number): string {
  return `${new Date(NEWEST - n * 1_000).toISOString().slice(0, 19)}Z`;
}

/** Pipedrive keys custom fields by hashes of 40 digits. */
function customFields(n: number, count: number, only: string | null): Record<string, unknown> {
  const fields = Array.from({ length: count }, (_, index): [string, unknown] => [
    `${'0123456789abcdef'.repeat(2)}${String(index).padStart(8, 'c')}`,
    index % 2 === 0 ? `Answer ${index} of ${n}, as given in the form` : n * 10 + index,
  ]);
  return Object.fromEntries(fields.filter(([key]) => only === null || key === only));
}

function pick(values: readonly string[], n: number): string {
  return values[n % values.length] ?? '';
}
