import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, type Running, start } from './support.ts';

/** Key sets as documented and recorded of the API; a key more or less is a misreading. */
const words = (text: string) => text.trim().split(/\s+/).sort();

const DEAL_WRITTEN = words(`
  id name summary user_id created_at updated_at is_archived is_example is_sample source_id source primary_contact_id
  primary_contact person_ids people company_id company deal_pipeline_id deal_pipeline deal_stage_id deal_stage
  probability status deal_status value value_in_cents currency expected_close_date expected_close_date_event_id
  closed_time deal_loss_reason_id deal_loss_reason deal_loss_reason_notes deal_won_reason_id deal_won_reason
  deal_won_reason_notes revenue_type_id revenue_type import_id deal_copy shared_user_ids collaborators
  project_shared_user_ids created_by_user_id created_by_user updated_by_user_id updated_by_user user next_entry_id
  next_entry_name next_entry_due next_entry_all_day address_1 address_2 city state postal_code country
  deal_product_lines_ids product_lines tag_ids tags custom_fields`);
const DEAL_LISTED = [
  ...DEAL_WRITTEN,
  ...words('days_in_stage date_of_first_activity days_since_last_activity hours_to_first_activity'),
].sort();
const DEAL_SINGLE = [...DEAL_LISTED, 'possible_notify_user_ids'].sort();

const PERSON_LISTED = words(`
  id first_name last_name full_name type position summary website email email2 home_email phone mobile home_phone fax
  work_address_1 work_address_2 work_city work_state work_postal_code work_country home_address_1 home_address_2
  home_city home_state home_postal_code home_country instant_message twitter linked_in_url facebook_url company_id
  company_name company user_id user created_by_user_id created_by_user lead_status lead_source
  predefined_contacts_tag_ids predefined_contacts_tags deal_ids deals shared_user_ids project_shared_user_ids
  custom_fields unsubscribed bounced relationship is_key_contact is_sample viewed_at last_emailed_at image_thumb_url
  image_mobile_url work_address_google_maps_url home_address_google_maps_url company_address_google_maps_url
  has_work_address has_company_address date_of_first_activity days_since_last_activity hours_to_first_activity
  total_pipeline won_deals_total next_entry_id next_entry_name next_entry_due next_entry_all_day created_at updated_at`);
const PERSON_SINGLE = [
  ...PERSON_LISTED,
  ...words(`owner has_home_address possible_notify_user_ids currency company_address_1 company_address_2 company_city
    company_country company_postal_code company_state`),
].sort();

const COMPANY_LISTED = words(`
  id name description email web fax phone1 phone1_desc phone2 phone2_desc phone3 phone3_desc phone4 phone4_desc
  address_1 address_2 city state postal_code country instant_message twitter twitter_url linked_in_url facebook_url
  owner_id owner shared_user_ids project_shared_user_ids tag_ids tags is_customer is_sample custom_fields import_id
  image_thumb_url image_mobile_url next_entry_id next_entry_name next_entry_due next_entry_all_day created_at
  updated_at`);
const COMPANY_SINGLE = [
  ...COMPANY_LISTED,
  ...words(`milestones possible_notify_user_ids customer currency total_pipeline won_deals_total owner_manager_id
    owner_name address_google_maps_url`),
].sort();

let crm: Running;
beforeAll(async () => {
  crm = await start();
});
afterAll(() => crm.close());

const keys = (record: Json | undefined) => Object.keys(record ?? {}).sort();
const listed = async (path: string, id: number | undefined) =>
  (await crm.page(path)).entries.find((entry) => entry.id === id);

describe('a deal', () => {
  const withSource = async () => {
    const entries = (await crm.page('deals')).entries;
    return entries.find((deal) => deal.source_id !== null)?.id as number;
  };

  it('has the documented keys in a list and alone', async () => {
    const id = await withSource();
    expect(keys(await listed('deals', id))).toEqual(DEAL_LISTED);
    expect(keys((await crm.get(`deals/${id}.json`)).body)).toEqual(DEAL_SINGLE);
  });

  it('shows less when written, and a currency with an id', async () => {
    const source_id = crm.sandbox.store.configuration.leadSources[0]?.id;
    const created = await crm.send('POST', 'deals', { deal: { name: 'Keys', source_id } });
    const updated = await crm.send('PUT', `deals/${created.body.id}`, { deal: { summary: 'x' } });
    expect(keys(created.body)).toEqual(DEAL_WRITTEN);
    expect(keys(updated.body)).toEqual(DEAL_WRITTEN);
    expect(keys(created.body.currency as Json)).toEqual(['code', 'id', 'name', 'symbol']);
    expect(keys((await crm.get(`deals/${created.body.id}`)).body.currency as Json)).toEqual(['code', 'name', 'symbol']);
  });

  it('has no source key without a source', async () => {
    const { body } = await crm.send('POST', 'deals', { deal: { name: 'Keys' } });
    expect(keys(body)).toEqual(DEAL_WRITTEN.filter((key) => key !== 'source'));
  });
});

it('a person has the documented keys in a list and alone', async () => {
  const id = [...crm.sandbox.store.people.values()].find((it) => it.company_id !== null && it.user_id !== null)?.id;
  expect(keys(await listed('people', id))).toEqual(PERSON_LISTED);
  expect(keys((await crm.get(`people/${id}`)).body)).toEqual(PERSON_SINGLE);
});

it('a person without a company has no company key', async () => {
  const id = [...crm.sandbox.store.people.values()].find((it) => it.company_id === null)?.id;
  expect(keys(await listed('people', id))).toEqual(PERSON_LISTED.filter((key) => key !== 'company'));
});

it('a company has the documented keys in a list and alone', async () => {
  const id = [...crm.sandbox.store.companies.values()].find((it) => it.owner_id !== null)?.id;
  expect(keys(await listed('companies', id))).toEqual(COMPANY_LISTED);
  expect(keys((await crm.get(`companies/${id}`)).body)).toEqual(COMPANY_SINGLE);
});

it.each([
  'deal_pipelines',
  'deal_stages',
  'deal_loss_reasons',
  'deal_won_reasons',
  'lead_sources',
  'deal_statuses',
  'product_lines',
  'deal_tags',
  'deal_custom_field_labels',
  'person_custom_field_labels',
  'company_custom_field_labels',
  'deal_custom_field_groups',
  'note_categories',
])('lists admin/%s', async (name) => {
  const { entries } = await crm.page(`admin/${name}.json`);
  expect(entries.length).toBeGreaterThan(0);
  for (const entry of entries) expect(entry).toMatchObject({ id: expect.any(Number), name: expect.any(String) });
});

it('gives every pipeline its lost and won stage', async () => {
  for (const pipeline of (await crm.page('admin/deal_pipelines')).entries) {
    expect(pipeline).toMatchObject({
      lost_stage: { percent: 0, deal_pipeline_id: pipeline.id },
      won_stage: { percent: 100, deal_pipeline_id: pipeline.id },
    });
  }
});

it('gathers the configuration in account.json, without a secret', async () => {
  const { body, text } = await crm.get('account.json');
  expect(body).toMatchObject({ currency: { code: 'USD' }, deal_loss_reason_required: false });
  expect(body.deal_stages).toHaveLength(crm.sandbox.store.configuration.stages.length);
  expect(body.inactive_users).toHaveLength(1);
  for (const canary of crm.sandbox.canaries) expect(text).not.toContain(canary);
});

it('does not know other paths', async () => {
  expect((await crm.get('leads.json')).status).toBe(404);
  expect((await crm.send('PATCH', 'deals/1', {})).status).toBe(404);
});
