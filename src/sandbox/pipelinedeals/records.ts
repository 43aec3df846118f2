import type { Day, Instant } from './zone.ts';

/** Values by `custom_label_<label id>`: amounts as exact decimals, options by id. */
export type CustomFields = Record<string, string | number | boolean | readonly number[] | null>;

export interface Stamped {
  id: number;
  created_at: Instant;
  updated_at: Instant;
}

export interface DealRecord extends Stamped {
  name: string;
  summary: string | null;
  user_id: number | null;
  is_archived: boolean;
  source_id: number | null;
  primary_contact_id: number | null;
  person_ids: number[];
  company_id: number | null;
  deal_pipeline_id: number | null;
  deal_stage_id: number | null;
  /** When the deal came to its stage. */
  stage_entered_at: Instant | null;
  probability: number | null;
  /** The traffic light, the id of a `DealStatusRecord`. */
  status: number | null;
  /** Exact decimal. */
  value: string | null;
  expected_close_date: Day | null;
  /** The task that accounts of old had made for that day. */
  expected_close_date_event_id: number | null;
  closed_time: Instant | null;
  deal_loss_reason_id: number | null;
  deal_loss_reason_notes: string | null;
  deal_won_reason_id: number | null;
  deal_won_reason_notes: string | null;
  revenue_type_id: number | null;
  import_id: number | null;
  shared_user_ids: number[];
  created_by_user_id: number;
  updated_by_user_id: number;
  product_line_ids: number[];
  tag_ids: number[];
  address_1: string | null;
  address_2: string | null;
  city: string | null;
  state: string | null;
  postal_code: string | null;
  country: string | null;
  custom_fields: CustomFields;
}

export interface PersonRecord extends Stamped {
  first_name: string | null;
  last_name: string | null;
  type: string;
  position: string | null;
  summary: string | null;
  website: string | null;
  email: string | null;
  email2: string | null;
  home_email: string | null;
  phone: string | null;
  mobile: string | null;
  home_phone: string | null;
  fax: string | null;
  work_address_1: string | null;
  work_address_2: string | null;
  work_city: string | null;
  work_state: string | null;
  work_postal_code: string | null;
  work_country: string | null;
  home_address_1: string | null;
  home_address_2: string | null;
  home_city: string | null;
  home_state: string | null;
  home_postal_code: string | null;
  home_country: string | null;
  instant_message: string | null;
  twitter: string | null;
  linked_in_url: string | null;
  facebook_url: string | null;
  company_id: number | null;
  user_id: number | null;
  created_by_user_id: number;
  lead_status_id: number | null;
  lead_source_id: number | null;
  /** When the lead became a contact; never served, but there is a condition on it. */
  converted_at: Instant | null;
  predefined_contacts_tag_ids: number[];
  shared_user_ids: number[];
  unsubscribed: boolean;
  custom_fields: CustomFields;
}

export interface CompanyRecord extends Stamped {
  name: string;
  description: string | null;
  email: string | null;
  web: string | null;
  fax: string | null;
  phone1: string | null;
  phone1_desc: string | null;
  phone2: string | null;
  phone2_desc: string | null;
  phone3: string | null;
  phone3_desc: string | null;
  phone4: string | null;
  phone4_desc: string | null;
  address_1: string | null;
  address_2: string | null;
  city: string | null;
  state: string | null;
  postal_code: string | null;
  country: string | null;
  instant_message: string | null;
  twitter: string | null;
  linked_in_url: string | null;
  facebook_url: string | null;
  owner_id: number | null;
  is_customer: boolean;
  import_id: number | null;
  /** Never served, but there is a condition on it. */
  imported_at: Instant | null;
  shared_user_ids: number[];
  tag_ids: number[];
  custom_fields: CustomFields;
}

export type AssociationType = 'Deal' | 'Person' | 'Company';

export interface NoteRecord extends Stamped {
  title: string | null;
  content: string | null;
  deal_id: number | null;
  person_id: number | null;
  company_id: number | null;
  primary_association_type: AssociationType | null;
  primary_association_id: number | null;
  user_id: number;
  created_by_user_id: number;
  note_category_id: number | null;
  is_private: boolean;
  /** The direction of an e-mail; null on every other note. */
  is_sent_message: boolean | null;
  notify_user_ids: number[];
}

/** A remark on a note. */
export interface CommentRecord extends Stamped {
  note_id: number;
  user_id: number;
  comment: string;
  /** Who changed it, where that was not its author. */
  edited_by_user_id: number | null;
}

export interface CalendarEntryRecord extends Stamped {
  type: 'CalendarTask' | 'CalendarEvent';
  name: string;
  description: string | null;
  owner_id: number;
  category_id: number | null;
  due_date: Day | null;
  start_time: Instant | null;
  end_time: Instant | null;
  all_day: boolean;
  complete: boolean;
  completed_at: Instant | null;
  association_type: AssociationType | null;
  association_id: number | null;
  company_id: number | null;
  active: boolean;
  calendar_entry_status_id: number | null;
  calendar_entry_priority_id: number | null;
  /** How the first entry of a series repeats, as an iCalendar rule. */
  rrule: string | null;
  /** The first entry of the series this one belongs to. */
  base_entry_id: number | null;
  created_by_user_id: number;
}

export interface DocumentRecord extends Stamped {
  title: string;
  /** Where the file was fetched from; never served. */
  url: string;
  deal_id: number | null;
  person_id: number | null;
  company_id: number | null;
  calendar_entry_id: number | null;
  owner_id: number;
  document_tag_ids: number[];
}

export interface UserRecord extends Stamped {
  first_name: string;
  last_name: string;
  email: string;
  level: 1 | 2 | 3;
  is_account_admin: boolean;
  is_allowed_to_delete: boolean;
  is_allowed_to_merge_records: boolean;
  read_only: boolean;
  team_id: number | null;
  manager_id: number | null;
  deleted_at: Instant | null;
  api_key: string;
}

/** A record of the account's configuration that has a name and little else. */
export interface NamedRecord extends Stamped {
  name: string;
}

export interface PositionedRecord extends NamedRecord {
  position: number;
}

export interface PipelineRecord extends NamedRecord {
  default: boolean;
  pipeline_type: string;
  description: string | null;
}

export interface StageRecord extends NamedRecord {
  percent: number;
  deal_pipeline_id: number;
}

/** A traffic light: red, yellow, green and what the account has added. */
export interface DealStatusRecord extends PositionedRecord {
  hex_color: string;
  editable: boolean;
}

export interface LeadSourceRecord extends NamedRecord {
  cost_per_lead_in_cents: number | null;
  flat_fee_in_cents: number | null;
}

export interface LeadStatusRecord extends NamedRecord {
  hex_color: string;
}

export interface ProductLineRecord {
  id: number;
  name: string;
  enabled_for_deals: boolean;
  enabled_for_people: boolean;
  enabled_for_companies: boolean;
}

export interface NoteCategoryRecord extends NamedRecord {
  editable: boolean;
  /** Written by the CRM itself; such categories belong to no account. */
  system_category: boolean;
}

export interface CalendarEntryStatusRecord extends PositionedRecord {
  hex_color: string;
  status_type: 'todo' | 'custom' | 'done';
}

export interface CalendarEntryPriorityRecord extends PositionedRecord {
  hex_color: string;
}

export interface RevenueTypeRecord extends PositionedRecord {
  is_default: boolean;
}

export interface TeamRecord extends NamedRecord {
  parent_id: number | null;
}

/** What kind of record a template of to-dos or a saved search is for. */
export type RecordKind = 'deals' | 'people' | 'companies';

export interface TodoTemplateItemRecord {
  id: number;
  todo_template_id: number;
  /** What is to be done. */
  description: string;
  event_category_id: number | null;
  /** Days from the application of the template; without, the task has no date. */
  due_date: number | null;
  calendar_entry_priority_id: number | null;
}

/** Tasks that a deal, person or company gets at once. */
export interface TodoTemplateRecord {
  id: number;
  name: string;
  template_type: RecordKind;
  items: TodoTemplateItemRecord[];
}

/** A value of a saved condition: as in `conditions[…]`, one, several (`[]`), or with bounds (`[from]`, `[to_date]`). */
export type SavedCondition = string | number | readonly (string | number)[] | Readonly<Record<string, string>>;

/** A saved filter: conditions and an order under a name. */
export interface SearchRecord {
  id: number;
  /** Whose it is. */
  user_id: number;
  name: string;
  /** Whether everybody may use it. */
  is_shared: boolean;
  query: Readonly<Record<string, SavedCondition>>;
  columns: string[];
  sort: string | null;
  search_type: RecordKind;
}

/** A mail that the CRM would have sent. */
export interface MailRecord {
  kind: 'assignment' | 'reassignment';
  /** The kind of record, as in a request body: `deal`, `calendar_entry` … */
  about: string;
  record_id: number;
  to_user_id: number;
  sent_at: Instant;
}

export type FieldType = 'text' | 'boolean' | 'currency' | 'numeric' | 'date' | 'dropdown' | 'multi_select';

export interface DropdownEntryRecord extends PositionedRecord {
  custom_field_label_id: number;
}

export interface CustomFieldLabelRecord extends PositionedRecord {
  field_type: FieldType;
  is_required: boolean | null;
  custom_field_group_id: number | null;
  entries: DropdownEntryRecord[];
}

/** Which records have custom fields. */
export type CustomFieldOwner = 'deal' | 'person' | 'company';

/** What the account's administrators have set up. */
export interface Configuration {
  readonly pipelines: PipelineRecord[];
  readonly stages: StageRecord[];
  readonly dealStatuses: DealStatusRecord[];
  readonly lossReasons: PositionedRecord[];
  readonly wonReasons: PositionedRecord[];
  readonly leadSources: LeadSourceRecord[];
  readonly leadStatuses: LeadStatusRecord[];
  readonly productLines: ProductLineRecord[];
  readonly dealTags: NamedRecord[];
  readonly companyTags: NamedRecord[];
  readonly personTags: NamedRecord[];
  readonly documentTags: NamedRecord[];
  readonly noteCategories: NoteCategoryRecord[];
  readonly eventCategories: PositionedRecord[];
  readonly calendarEntryStatuses: CalendarEntryStatusRecord[];
  readonly calendarEntryPriorities: CalendarEntryPriorityRecord[];
  readonly revenueTypes: RevenueTypeRecord[];
  readonly teams: TeamRecord[];
  readonly todoTemplates: TodoTemplateRecord[];
  readonly labels: Record<CustomFieldOwner, CustomFieldLabelRecord[]>;
  readonly groups: Record<CustomFieldOwner, PositionedRecord[]>;
}

/** The first number new records of each kind count up from. */
const FIRST_ID = {
  deals: 55_401_000,
  people: 1_309_870_000,
  companies: 138_560_000,
  notes: 889_100_000,
  comments: 12_196_100,
  calendarEntries: 355_960_000,
  documents: 192_580_000,
  searches: 17_473_300,
} as const;

/** Everything the account holds. Deleted records are gone from here, as they are from the API. */
export class Store {
  readonly deals = new Map<number, DealRecord>();
  readonly people = new Map<number, PersonRecord>();
  readonly companies = new Map<number, CompanyRecord>();
  /** Notes of a deleted record stay, unreachable. */
  readonly notes = new Map<number, NoteRecord>();
  readonly comments = new Map<number, CommentRecord>();
  readonly calendarEntries = new Map<number, CalendarEntryRecord>();
  readonly documents = new Map<number, DocumentRecord>();
  readonly users = new Map<number, UserRecord>();
  readonly searches = new Map<number, SearchRecord>();
  /** What would have been sent so far, oldest first. */
  readonly mails: MailRecord[] = [];
  readonly configuration: Configuration;
  readonly #next: Record<keyof typeof FIRST_ID, number> = { ...FIRST_ID };

  constructor(configuration: Configuration) {
    this.configuration = configuration;
  }

  /** An id never given before. */
  nextId(kind: keyof typeof FIRST_ID): number {
    this.#next[kind] += 1;
    return this.#next[kind];
  }
}

/** The record of that id in a short list of configuration; `undefined` where the id is null or unknown. */
export function byId<T extends { id: number }>(records: readonly T[], id: number | null): T | undefined {
  return id === null ? undefined : records.find((record) => record.id === id);
}

export function fullName(named: { first_name: string | null; last_name: string | null }): string {
  return [named.first_name, named.last_name].filter((part) => part !== null && part !== '').join(' ');
}
