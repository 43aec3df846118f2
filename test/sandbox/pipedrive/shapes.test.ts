import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Started, start } from './start.ts';

let started: Started;
beforeAll(async () => {
  started = await start({ deals: 60 });
});
afterAll(() => started.close());

/** The keys of the examples of API v2 (and of v1 for merge, duplicate and users), in groups that read well. */
const KEYS = {
  deal: `id title creator_user_id owner_id value currency person_id org_id pipeline_id stage_id status probability
    lost_reason visible_to add_time update_time stage_change_time close_time won_time lost_time local_won_date
    local_lost_date local_close_date expected_close_date label_ids is_deleted is_archived archive_time origin origin_id
    channel channel_id acv arr mrr custom_fields`,
  person: `id name first_name last_name owner_id org_id add_time update_time emails phones is_deleted visible_to
    label_ids picture_id custom_fields`,
  organization: `id name owner_id add_time update_time address is_deleted visible_to label_ids website linkedin industry
    annual_revenue employee_count custom_fields`,
  product: `id name code description unit tax category is_linkable is_deleted visible_to owner_id add_time update_time
    billing_frequency billing_frequency_cycles prices custom_fields`,
  dealProduct: `id deal_id product_id product_variation_id name item_price quantity discount discount_type sum tax
    tax_method currency order_nr comments is_enabled billing_frequency billing_frequency_cycles billing_start_date
    add_time update_time`,
  pipeline: 'id name order_nr is_deleted is_deal_probability_enabled add_time update_time',
  stage: `id order_nr name is_deleted deal_probability pipeline_id is_deal_rot_enabled days_to_rotten add_time
    update_time`,
  field: `field_name field_code description field_type options subfields is_custom_field is_optional_response_field`,
  user: `id name email lang locale timezone_name timezone_offset default_currency icon_url active_flag is_deleted is_admin
    role_id created modified last_login activated has_created_company is_you access phone`,
  currency: 'id code name decimal_points symbol active_flag is_custom_flag',
};

const DEAL_V1 = `id creator_user_id user_id person_id org_id stage_id title value currency add_time update_time
  stage_change_time active deleted is_archived status probability next_activity_date next_activity_time next_activity_id
  last_activity_id last_activity_date lost_reason visible_to close_time pipeline_id won_time first_won_time lost_time
  products_count files_count notes_count followers_count email_messages_count activities_count done_activities_count
  undone_activities_count participants_count expected_close_date last_incoming_mail_time last_outgoing_mail_time label
  stage_order_nr person_name org_name next_activity_subject next_activity_type next_activity_duration next_activity_note
  formatted_value weighted_value formatted_weighted_value weighted_value_currency rotten_time owner_name cc_email
  org_hidden person_hidden origin origin_id channel channel_id arr mrr acv arr_currency mrr_currency acv_currency`;

const split = (keys: string) => keys.split(/\s+/).sort();

describe('answers hold the documented keys', () => {
  it.each<[keyof typeof KEYS, string]>([
    ['deal', '/api/v2/deals'],
    ['deal', '/api/v2/deals/archived'],
    ['person', '/api/v2/persons'],
    ['organization', '/api/v2/organizations'],
    ['product', '/api/v2/products'],
    ['dealProduct', '/api/v2/deals/products?deal_ids=1,2,3,4,5,6,7,8,9,10'],
    ['pipeline', '/api/v2/pipelines'],
    ['stage', '/api/v2/stages'],
    ['field', '/api/v2/dealFields'],
    ['field', '/api/v2/productFields'],
    ['user', '/v1/users'],
    ['currency', '/v1/currencies'],
  ])('%s of %s', async (kind, path) => {
    const { rows } = await started.call('GET', path);
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) expect(Object.keys(row).sort()).toEqual(split(KEYS[kind]));
  });

  it.each<[keyof typeof KEYS, string]>([
    ['deal', '/api/v2/deals/1'],
    ['person', '/api/v2/persons/101'],
    ['organization', '/api/v2/organizations/1'],
    ['product', '/api/v2/products/51'],
    ['pipeline', '/api/v2/pipelines/1'],
    ['stage', '/api/v2/stages/1'],
    ['field', '/api/v2/dealFields/title'],
  ])('%s of %s', async (kind, path) => {
    expect(Object.keys((await started.call('GET', path)).record).sort()).toEqual(split(KEYS[kind]));
  });

  it('a deal in the flat form of v1', async () => {
    const copied = await started.call('POST', '/v1/deals/1/duplicate');
    const flat = Object.keys(copied.record);
    expect(flat).toEqual(expect.arrayContaining(split(DEAL_V1)));
    const merged = await started.call('PUT', `/v1/deals/${copied.record.id}/merge`, { merge_with_id: 1 });
    expect(Object.keys(merged.record).sort()).toEqual([...flat, 'merge_what_id'].sort());
    for (const nested of ['owner_id', 'label_ids', 'is_deleted', 'custom_fields']) expect(flat).not.toContain(nested);
  });

  it('custom fields: every one of the account, or null where it has none', async () => {
    const deal = (await started.call('GET', '/api/v2/deals/2')).record;
    const codes = started.sandbox.store.fields.deal.filter((field) => field.is_custom_field);
    expect(Object.keys(deal.custom_fields as object).sort()).toEqual(codes.map(({ field_code }) => field_code).sort());
    for (const { field_code } of codes) expect(field_code).toMatch(/^[0-9a-f]{40}$/);
    expect((await started.call('GET', '/api/v2/products/51')).record.custom_fields).toBeNull();
  });
});
