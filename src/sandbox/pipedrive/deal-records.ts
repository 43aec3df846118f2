import type { Amount } from './amount.ts';
import type { Address, Deal } from './records.ts';

/** What hangs on deals: their history, people, files, and further lines. Times are RFC 3339 in UTC, as in v2. */

export interface Activity {
  id: number;
  subject: string;
  type: string;
  owner_id: number;
  creator_user_id: number;
  is_deleted: boolean;
  add_time: string;
  update_time: string | null;
  deal_id: number | null;
  lead_id: string | null;
  person_id: number | null;
  org_id: number | null;
  project_id: number | null;
  due_date: string | null;
  due_time: string | null;
  duration: string | null;
  busy: boolean;
  done: boolean;
  marked_as_done_time: string | null;
  location: Address | null;
  participants: { person_id: number; primary: boolean }[];
  attendees: Attendee[];
  conference_meeting_client: string | null;
  conference_meeting_url: string | null;
  conference_meeting_id: string | null;
  public_description: string | null;
  priority: number | null;
  note: string | null;
}

export interface Attendee {
  email: string;
  name: string;
  status: string;
  is_organizer: boolean;
  person_id: number | null;
  user_id: number | null;
}

/** As v1 answers it. */
export interface ActivityType {
  id: number;
  order_nr: number;
  name: string;
  key_string: string;
  icon_key: string;
  active_flag: boolean;
  color: string;
  is_custom_flag: boolean;
  add_time: string;
  update_time: string;
}

/** HTML on a deal; it is also linked to the deal's person and organization of the time. */
export interface Note {
  id: number;
  user_id: number;
  deal_id: number;
  person_id: number | null;
  org_id: number | null;
  content: string;
  add_time: string;
  update_time: string;
  is_deleted: boolean;
  is_pinned_to_deal: boolean;
}

export interface DealFile {
  id: number;
  user_id: number;
  deal_id: number;
  name: string;
  file_type: string;
  file_size: number;
  add_time: string;
  update_time: string;
  is_deleted: boolean;
  is_inline: boolean;
  description: string | null;
}

/** An e-mail; `is_sent` where it left the account, otherwise it came in. */
export interface MailMessage {
  id: number;
  deal_id: number;
  user_id: number;
  person_id: number;
  mail_thread_id: number;
  subject: string;
  body: string;
  message_time: string;
  is_sent: boolean;
  is_read: boolean;
  has_attachments: boolean;
}

/** A user following a deal; `id` is that of the relationship, which v1 deletes by. */
export interface Follower {
  id: number;
  deal_id: number;
  user_id: number;
  add_time: string;
}

/** A person's place on a deal. */
export interface Participation {
  id: number;
  add_time: string;
  added_by_user_id: number;
}

/** That a person or a follower came to a deal or left it. */
export interface Membership {
  id: number;
  deal_id: number;
  actor_user_id: number;
  /** The person, or the following user. */
  member_id: number;
  action: 'added' | 'removed';
  time: string;
}

/** One field of a deal that took another value; values are in the textual form of v1. */
export interface FieldChange {
  id: number;
  deal_id: number;
  actor_user_id: number;
  field_key: string;
  old_value: string | null;
  new_value: string | null;
  time: string;
  change_source: 'api' | 'app';
  change_source_user_agent: string | null;
  is_custom_field: boolean;
}

/** Taken off the one-time products of a deal as a whole. */
export interface Discount {
  id: string;
  description: string;
  amount: Amount;
  type: 'percentage' | 'amount';
  deal_id: number;
  created_at: string;
  created_by: number;
  updated_at: string;
  updated_by: number;
}

export interface Installment {
  id: number;
  deal_id: number;
  description: string;
  amount: Amount;
  billing_date: string;
}

/** A kind of a product with prices of its own. */
export interface ProductVariation {
  id: number;
  name: string;
  product_id: number;
  prices: {
    product_variation_id: number;
    price: Amount;
    currency: string;
    cost: Amount;
    direct_cost: Amount;
    notes: string;
  }[];
}

/** One line of a saved filter, over the v2 code of a deal field. */
export interface FilterCondition {
  field_code: string;
  operator: '=' | '!=' | '<' | '>' | '<=' | '>=' | 'IS NULL' | 'IS NOT NULL' | "LIKE '%$%'";
  value: string | null;
}

/** A saved filter of deals: every condition of `all`, and one of `any` where there are any. */
export interface SavedFilter {
  id: number;
  name: string;
  user_id: number;
  add_time: string;
  update_time: string | null;
  visible_to: string;
  all: FilterCondition[];
  any: FilterCondition[];
}

/** What the search index still holds of a deal written to at `at` (milliseconds); null where it did not exist. */
export interface StaleDeal {
  deal_id: number;
  before: Deal | null;
  at: number;
}
