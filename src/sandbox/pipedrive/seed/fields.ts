import { createHash } from 'node:crypto';
import type { EntityKind, Field, FieldOption } from '../records.ts';

/** The custom fields of the seed, by entity and name. */
export const CUSTOM = {
  deal: {
    'Contract number': 'varchar',
    'Customer reference': 'varchar_auto',
    'Delivery notes': 'text',
    Hotline: 'phone',
    'Margin factor': 'double',
    'Setup fee': 'monetary',
    'Fleet size': 'enum',
    Regions: 'set',
    'Technical lead': 'user',
    Reseller: 'org',
    Consultant: 'people',
    'Pilot start': 'date',
    'Rollout period': 'daterange',
    'Daily call': 'time',
    'Maintenance window': 'timerange',
    'Delivery address': 'address',
  },
  person: { 'Preferred language': 'enum', Birthday: 'date', 'Loyalty number': 'varchar' },
  organization: { 'Credit limit': 'monetary', Certificates: 'set', 'Registry code': 'varchar' },
} as const;

/** An id that records still hold although the option was deleted. */
export const DELETED_OPTION = 47;

const OPTIONS: Readonly<Record<string, readonly FieldOption[]>> = {
  'Fleet size': options(41, '1-10', '11-50', '51-200', '200+'),
  Regions: options(51, 'Nordics', 'Baltics', 'DACH', 'Iberia'),
  'Preferred language': options(61, 'English', 'Eesti', '日本語'),
  Certificates: options(71, 'ISO 9001', 'ISO 14001', 'ISO 27001'),
};

/** The options of built-in deal fields, by code. */
const DEAL_OPTIONS: Readonly<Record<string, readonly FieldOption[]>> = {
  channel: options(51, 'Web forms', 'Trade fair', 'Referral'),
  lost_reason: options(81, 'Price', 'Timing', 'Chose “Konkurrent”'),
  visible_to: [
    { id: 1, label: 'Item owner', color: null },
    { id: 3, label: "Item owner's visibility group", color: null },
    { id: 5, label: "Item owner's visibility group and sub-groups", color: null },
    { id: 7, label: 'All users', color: null },
  ],
};

/** The labels of each entity. */
export const LABELS: Readonly<Record<Exclude<EntityKind, 'product'>, readonly FieldOption[]>> = {
  deal: options(11, 'Hot', 'Warm', 'Cold', 'Tender', 'Renewal'),
  person: options(21, 'Customer', 'Partner', 'Press'),
  organization: options(31, 'Key account', 'Prospect', 'Supplier'),
};

function options(first: number, ...labels: readonly string[]): FieldOption[] {
  const colors = ['green', 'blue', 'yellow', null];
  return labels.map((label, index) => ({ id: first + index, label, color: colors[index % colors.length] ?? null }));
}

/** The key of a custom field: 40 hexadecimal digits, never changing. */
export function fieldCode(kind: keyof typeof CUSTOM, name: string): string {
  return createHash('sha1').update(`${kind}/${name}`).digest('hex');
}

/** All field definitions of the account, built in and custom. */
export function seedFields(): Record<EntityKind, Field[]> {
  return {
    deal: [
      ...builtIn([
        ['id', 'ID', 'int'],
        ['title', 'Title', 'varchar'],
        ['creator_user_id', 'Creator', 'user'],
        ['owner_id', 'Owner', 'user'],
        ['value', 'Value', 'monetary'],
        ['person_id', 'Contact person', 'people'],
        ['org_id', 'Organization', 'org'],
        ['pipeline_id', 'Pipeline', 'pipeline'],
        ['stage_id', 'Stage', 'stage'],
        ['status', 'Status', 'status'],
        ['probability', 'Probability', 'int'],
        ['lost_reason', 'Lost reason', 'varchar_options'],
        ['visible_to', 'Visible to', 'visible_to'],
        ['add_time', 'Deal created', 'date'],
        ['update_time', 'Update time', 'date'],
        ['stage_change_time', 'Last stage change', 'date'],
        ['close_time', 'Deal closed on', 'date'],
        ['won_time', 'Won time', 'date'],
        ['lost_time', 'Lost time', 'date'],
        ['expected_close_date', 'Expected close date', 'date'],
        ['origin', 'Source origin', 'varchar'],
        ['channel', 'Source channel', 'enum'],
      ]).map((one) => ({ ...one, options: DEAL_OPTIONS[one.field_code]?.map((option) => ({ ...option })) ?? null })),
      labels('deal'),
      ...custom('deal'),
    ],
    person: [
      ...builtIn([
        ['id', 'ID', 'int'],
        ['name', 'Name', 'varchar'],
        ['first_name', 'First name', 'varchar'],
        ['last_name', 'Last name', 'varchar'],
        ['owner_id', 'Owner', 'user'],
        ['org_id', 'Organization', 'org'],
        ['emails', 'Email', 'varchar'],
        ['phones', 'Phone', 'phone'],
        ['visible_to', 'Visible to', 'visible_to'],
        ['add_time', 'Person created', 'date'],
        ['update_time', 'Update time', 'date'],
        ['picture_id', 'Profile picture', 'picture'],
      ]),
      labels('person'),
      ...custom('person'),
    ],
    organization: [
      ...builtIn([
        ['id', 'ID', 'int'],
        ['name', 'Name', 'varchar'],
        ['owner_id', 'Owner', 'user'],
        ['address', 'Address', 'address'],
        ['website', 'Website', 'varchar'],
        ['linkedin', 'LinkedIn profile', 'varchar'],
        ['industry', 'Industry', 'enum'],
        ['annual_revenue', 'Annual revenue', 'double'],
        ['employee_count', 'Number of employees', 'int'],
        ['visible_to', 'Visible to', 'visible_to'],
        ['add_time', 'Organization created', 'date'],
        ['update_time', 'Update time', 'date'],
      ]),
      labels('organization'),
      ...custom('organization'),
    ],
    product: builtIn([
      ['id', 'ID', 'int'],
      ['name', 'Name', 'varchar'],
      ['code', 'Product code', 'varchar'],
      ['description', 'Description', 'text'],
      ['unit', 'Unit', 'varchar'],
      ['tax', 'Tax', 'double'],
      ['category', 'Category', 'enum'],
      ['owner_id', 'Owner', 'user'],
      ['prices', 'Unit prices', 'price_list'],
      ['billing_frequency', 'Billing frequency', 'billing_frequency'],
    ]),
  };
}

function builtIn(fields: readonly (readonly [code: string, name: string, type: string])[]): Field[] {
  return fields.map(([code, name, type]) => field(code, name, type, null, false));
}

function labels(kind: Exclude<EntityKind, 'product'>): Field {
  return field('label_ids', 'Labels', 'set', [...LABELS[kind]], false);
}

function custom(kind: keyof typeof CUSTOM): Field[] {
  return Object.entries(CUSTOM[kind]).map(([name, type]) =>
    field(fieldCode(kind, name), name, type, OPTIONS[name] ? [...OPTIONS[name]] : null, true),
  );
}

function field(code: string, name: string, type: string, options: FieldOption[] | null, isCustom: boolean): Field {
  return {
    field_name: name,
    field_code: code,
    description: null,
    field_type: type,
    options,
    subfields: subfields(name, type),
    is_custom_field: isCustom,
    is_optional_response_field: false,
  };
}

function subfields(name: string, type: string): Field['subfields'] {
  const part = (code: string, label: string, partType: string) => ({
    field_code: code,
    field_name: `${label} of ${name}`,
    field_type: partType,
  });
  switch (type) {
    case 'monetary':
      return [part('value', 'Amount', 'double'), part('currency', 'Currency', 'varchar')];
    case 'daterange':
      return [part('value', 'Start', 'date'), part('until', 'End', 'date')];
    case 'time':
      return [part('value', 'Time', 'time'), part('timezone_id', 'Time zone', 'int')];
    case 'timerange':
      return [part('value', 'Start', 'time'), part('until', 'End', 'time'), part('timezone_id', 'Time zone', 'int')];
    case 'address':
      return [part('value', 'Address value', 'varchar'), part('country', 'Country', 'varchar')];
    default:
      return null;
  }
}
