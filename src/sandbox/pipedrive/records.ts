import type { Amount } from './amount.ts';

/** Records as Pipedrive's API v2 answers them; its users and currencies as v1 does. Times are RFC 3339 in UTC. */

export type DealStatus = 'open' | 'won' | 'lost';

/** Values of custom fields by field code; empty ones are left out here and `null` in answers. */
export type CustomFields = Record<string, unknown>;

export interface Deal {
  id: number;
  title: string;
  creator_user_id: number;
  owner_id: number;
  value: Amount;
  currency: string;
  person_id: number | null;
  org_id: number | null;
  pipeline_id: number;
  stage_id: number;
  /** What the deal is or was before its deletion; a deleted deal is answered as `deleted`. */
  status: DealStatus;
  probability: number | null;
  lost_reason: string | null;
  visible_to: number;
  add_time: string;
  update_time: string | null;
  stage_change_time: string | null;
  close_time: string | null;
  won_time: string | null;
  lost_time: string | null;
  local_won_date: string | null;
  local_lost_date: string | null;
  local_close_date: string | null;
  expected_close_date: string | null;
  label_ids: number[];
  is_deleted: boolean;
  is_archived: boolean;
  archive_time: string | null;
  origin: string;
  origin_id: string | null;
  channel: number | null;
  channel_id: string | null;
  acv: Amount | null;
  arr: Amount | null;
  mrr: Amount | null;
  custom_fields: CustomFields;
}

export type BillingFrequency = 'one-time' | 'annually' | 'semi-annually' | 'quarterly' | 'monthly' | 'weekly';
export type DiscountType = 'percentage' | 'amount';
export type TaxMethod = 'exclusive' | 'inclusive' | 'none';

/** A product attached to a deal. Its name follows the product, its currency the deal, its sum the other fields. */
export interface DealProduct {
  id: number;
  deal_id: number;
  product_id: number;
  product_variation_id: number | null;
  item_price: Amount;
  quantity: Amount;
  discount: Amount;
  discount_type: DiscountType;
  tax: Amount;
  tax_method: TaxMethod;
  order_nr: number;
  comments: string;
  is_enabled: boolean;
  billing_frequency: BillingFrequency;
  billing_frequency_cycles: number | null;
  billing_start_date: string | null;
  add_time: string;
  update_time: string;
}

export interface ContactDetail {
  value: string;
  primary: boolean;
  label: string;
}

export interface Person {
  id: number;
  name: string;
  first_name: string | null;
  last_name: string | null;
  owner_id: number;
  org_id: number | null;
  add_time: string;
  update_time: string | null;
  emails: ContactDetail[];
  phones: ContactDetail[];
  is_deleted: boolean;
  visible_to: number;
  label_ids: number[];
  picture_id: number | null;
  custom_fields: CustomFields;
}

export interface Address {
  value: string;
  country: string | null;
  admin_area_level_1: string | null;
  admin_area_level_2: string | null;
  locality: string | null;
  sublocality: string | null;
  route: string | null;
  street_number: string | null;
  subpremise: string | null;
  postal_code: string | null;
}

export interface Organization {
  id: number;
  name: string;
  owner_id: number;
  add_time: string;
  update_time: string | null;
  address: Address | null;
  is_deleted: boolean;
  visible_to: number;
  label_ids: number[];
  website: string | null;
  linkedin: string | null;
  industry: number | null;
  annual_revenue: number | null;
  employee_count: number | null;
  custom_fields: CustomFields;
}

export interface Price {
  product_id: number;
  price: Amount;
  currency: string;
  cost: Amount;
  direct_cost: Amount;
  notes: string;
}

export interface Product {
  id: number;
  name: string;
  code: string | null;
  description: string | null;
  unit: string | null;
  tax: Amount;
  category: string | null;
  is_linkable: boolean;
  is_deleted: boolean;
  visible_to: number;
  owner_id: number;
  add_time: string;
  update_time: string | null;
  billing_frequency: BillingFrequency;
  billing_frequency_cycles: number | null;
  prices: Price[];
  custom_fields: CustomFields;
}

export interface Pipeline {
  id: number;
  name: string;
  order_nr: number;
  is_deleted: boolean;
  is_deal_probability_enabled: boolean;
  add_time: string;
  update_time: string | null;
}

export interface Stage {
  id: number;
  order_nr: number;
  name: string;
  is_deleted: boolean;
  deal_probability: number;
  pipeline_id: number;
  is_deal_rot_enabled: boolean;
  days_to_rotten: number | null;
  add_time: string;
  update_time: string | null;
}

/** Times without zone, in UTC, as everywhere in v1. */
export interface User {
  id: number;
  name: string;
  email: string;
  lang: number;
  locale: string;
  timezone_name: string;
  timezone_offset: string;
  default_currency: string;
  icon_url: string | null;
  active_flag: boolean;
  is_deleted: boolean;
  is_admin: 0 | 1;
  role_id: number;
  created: string;
  modified: string;
  last_login: string | null;
  activated: boolean;
  has_created_company: boolean;
  is_you: boolean;
  access: { app: string; admin: boolean; permission_set_id: string }[];
  phone: string | null;
}

export interface Currency {
  id: number;
  code: string;
  name: string;
  decimal_points: number;
  symbol: string;
  active_flag: boolean;
  is_custom_flag: boolean;
}

export interface FieldOption {
  id: number;
  label: string;
  color: string | null;
}

/** The definition of a field, built in or custom. */
export interface Field {
  field_name: string;
  field_code: string;
  description: string | null;
  field_type: string;
  options: FieldOption[] | null;
  subfields: { field_code: string; field_name: string; field_type: string }[] | null;
  is_custom_field: boolean;
  is_optional_response_field: boolean;
}

/** The entities that have labels, custom fields and field definitions. */
export type EntityKind = 'deal' | 'person' | 'organization' | 'product';
