import { schemaViolation } from './failure.ts';
import type { CustomFields, EntityKind, Field } from './records.ts';
import {
  atMost,
  date,
  integer,
  isObject,
  listOf,
  Mismatch,
  nullable,
  number,
  objectOf,
  type Rule,
  string,
  timeOfDay,
} from './schema.ts';
import type { Store } from './store.ts';

/** The parts of an address besides its `value`; those not written become null. */
const ADDRESS_PARTS = [
  'route',
  'street_number',
  'subpremise',
  'sublocality',
  'locality',
  'admin_area_level_1',
  'admin_area_level_2',
  'country',
  'postal_code',
  'formatted_address',
] as const;

const TIMEZONES: Readonly<Record<number, string>> = {
  318: 'Europe/London',
  338: 'Europe/Tallinn',
  140: 'America/Chicago',
};

const address: Rule<unknown> = (value) => {
  const part = nullable(string);
  const parts = Object.fromEntries(ADDRESS_PARTS.map((name) => [name, part]));
  const given = objectOf({ value: string, ...parts }, ['value'])(value);
  return { ...Object.fromEntries(ADDRESS_PARTS.map((name) => [name, null])), ...given };
};

function zoned(given: { timezone_id?: number | null; timezone_name?: string | null }) {
  const id = given.timezone_id ?? null;
  return { timezone_id: id, timezone_name: id === null ? null : (TIMEZONES[id] ?? given.timezone_name ?? null) };
}

const zone = { timezone_id: nullable(integer), timezone_name: nullable(string) };

function optionOf(field: Field): Rule<number> {
  return (value) => {
    const id = integer(value);
    if (!field.options?.some((option) => option.id === id)) throw new Mismatch(`option ${id} does not exist`);
    return id;
  };
}

function idIn(collection: ReadonlyMap<number, { readonly is_deleted: boolean }>): Rule<number> {
  return (value) => {
    const id = integer(value);
    if (collection.get(id)?.is_deleted !== false) throw new Mismatch(`${id} does not exist`);
    return id;
  };
}

/** How a value of a custom field is written in v2, by the type of the field. */
function ruleOf(field: Field, store: Store): Rule<unknown> {
  switch (field.field_type) {
    case 'varchar':
    case 'varchar_auto':
    case 'phone':
      return atMost(255);
    case 'text':
      return atMost(65_000);
    case 'double':
      return number;
    case 'monetary':
      return objectOf({ value: number, currency: string }, ['value', 'currency']);
    case 'enum':
      return optionOf(field);
    case 'set':
      return listOf(optionOf(field), { min: 1 });
    case 'user':
      return idIn(store.users);
    case 'org':
      return idIn(store.organizations);
    case 'people':
      return idIn(store.persons);
    case 'date':
      return date;
    case 'daterange':
      return objectOf({ value: date, until: date }, ['value', 'until']);
    case 'time':
      return (value) => {
        const given = objectOf({ value: timeOfDay, ...zone }, ['value'])(value);
        return { value: given.value, ...zoned(given) };
      };
    case 'timerange':
      return (value) => {
        const given = objectOf({ value: timeOfDay, until: timeOfDay, ...zone }, ['value', 'until'])(value);
        return { value: given.value, until: given.until, ...zoned(given) };
      };
    case 'address':
      return address;
    default:
      throw new Error(`unknown field type ${field.field_type}`);
  }
}

/**
 * What a v2 body says about custom fields: only the fields given, `null` for those to clear. Throws 400, naming the
 * field codes, for unknown fields and values of the wrong form.
 */
export function readCustomFields(store: Store, kind: EntityKind, given: Record<string, unknown>): CustomFields {
  const problems: { path: string; message: string }[] = [];
  const values: CustomFields = {};
  for (const [code, value] of Object.entries(given)) {
    const field = store.fields[kind].find((one) => one.is_custom_field && one.field_code === code);
    const at = `custom_fields.${code}`;
    if (!field) {
      problems.push({ path: at, message: `Parameter '${code}' is not allowed for this request` });
      continue;
    }
    try {
      values[code] = value === null ? null : ruleOf(field, store)(value);
    } catch (error) {
      if (!(error instanceof Mismatch)) throw error;
      for (const { path, message } of error.problems) problems.push({ path: path ? `${at}.${path}` : at, message });
    }
  }
  if (problems.length > 0) throw schemaViolation(problems);
  return values;
}

/** The values after an update. */
export function mergeCustomFields(before: CustomFields, update: CustomFields): CustomFields {
  return Object.fromEntries(Object.entries({ ...before, ...update }).filter(([, value]) => value !== null));
}

/** `custom_fields` in a body. */
export const customFields: Rule<Record<string, unknown>> = (value) => {
  if (!isObject(value)) throw new Mismatch('must be object');
  return value;
};

export interface CustomFieldsView {
  /** Only these codes; all by default. */
  readonly custom_fields?: readonly string[];
  /** Options as `{id, label}` in place of ids. */
  readonly include_option_labels?: boolean;
}

/** All custom fields of a record, empty ones null; null as a whole where the account has none for the entity. */
export function presentCustomFields(
  fields: readonly Field[],
  values: CustomFields,
  view: CustomFieldsView,
): CustomFields | null {
  const custom = fields.filter((field) => field.is_custom_field);
  if (custom.length === 0) return null;
  return Object.fromEntries(
    custom
      .filter((field) => view.custom_fields?.includes(field.field_code) ?? true)
      .map((field) => {
        const value = values[field.field_code] ?? null;
        return [field.field_code, view.include_option_labels ? labelled(field, value) : value];
      }),
  );
}

function labelled(field: Field, value: unknown): unknown {
  const option = (id: unknown) => ({ id, label: field.options?.find((one) => one.id === id)?.label ?? null });
  if (value === null) return null;
  if (field.field_type === 'enum') return option(value);
  if (field.field_type === 'set') return (value as unknown[]).map(option);
  return value;
}
