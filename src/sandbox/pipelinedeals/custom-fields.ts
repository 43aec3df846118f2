import type { Call } from './account.ts';
import { formatAmount } from './amounts.ts';
import { type Issue, issue } from './answers.ts';
import { amount, type Cast, day, flag, ids, integer, type Patch, text } from './casts.ts';
import { amountRange, type Condition, type Conditions, dayRange, isTrue, like, oneOf } from './conditions.ts';
import type { CustomFieldOwner, CustomFields, FieldType } from './records.ts';
import { formatDay } from './zone.ts';

type Value = CustomFields[string];

const CASTS: Readonly<Record<FieldType, Cast<Value>>> = {
  text,
  boolean: (value) => (value === null ? null : flag(value)),
  currency: amount,
  numeric: amount,
  date: day,
  dropdown: integer,
  multi_select: ids,
};

export function labelKey(label: { readonly id: number }): string {
  return `custom_label_${label.id}`;
}

/** Every label of that kind of record with its value; without one null, or `[]` where several can be chosen. */
export function customFieldsView(call: Call, owner: CustomFieldOwner, values: CustomFields): Record<string, unknown> {
  return Object.fromEntries(
    call.store.configuration.labels[owner].map((label) => {
      const value = values[labelKey(label)] ?? null;
      switch (label.field_type) {
        case 'multi_select':
          return [labelKey(label), value ?? []];
        case 'currency':
        case 'numeric':
          return [labelKey(label), formatAmount(value === null ? null : String(value), call.dialect)];
        case 'date':
          return [labelKey(label), value === null ? null : formatDay(String(value))];
        default:
          return [labelKey(label), value];
      }
    }),
  );
}

/** Writes the labels sent, leaves the others, and passes over those nobody has defined. */
export function writeCustomFields(
  call: Call,
  owner: CustomFieldOwner,
  record: { custom_fields: CustomFields },
  patch: Patch,
): Issue[] {
  const sent = patch.custom_fields;
  if (typeof sent !== 'object' || sent === null) return [];
  const issues: Issue[] = [];
  for (const label of call.store.configuration.labels[owner]) {
    const key = labelKey(label);
    if (!Object.hasOwn(sent, key)) continue;
    const value = CASTS[label.field_type]((sent as Record<string, unknown>)[key]);
    if (value === undefined) issues.push(issue(key, 'is invalid'));
    else record.custom_fields = { ...record.custom_fields, [key]: value };
  }
  return issues;
}

/**
 * `conditions[custom_label_<id>]`: part of a text, yes or no, a range of amounts or days or one of them, or any of
 * several options.
 */
export function customFieldConditions<T extends { custom_fields: CustomFields }>(
  call: Call,
  owner: CustomFieldOwner,
): Conditions<T> {
  return Object.fromEntries(
    call.store.configuration.labels[owner].map((label) => {
      const key = labelKey(label);
      const value = (record: T) => record.custom_fields[key] ?? null;
      const textOf = (record: T) => (value(record) === null ? null : String(value(record)));
      switch (label.field_type) {
        case 'currency':
        case 'numeric':
          return [key, orEqual(amountRange(textOf), 'from', 'to')];
        case 'date':
          return [key, orEqual(dayRange(textOf), 'from_date', 'to_date')];
        case 'boolean':
          return [key, isTrue<T>((record) => value(record) === true)];
        case 'dropdown':
        case 'multi_select':
          return [key, oneOf<T>((record) => [value(record)].flat().filter((id) => typeof id === 'number'))];
        default:
          return [key, like<T>((record) => [textOf(record)])];
      }
    }),
  );
}

/** A range by its bounds, or from a single value to itself. */
function orEqual<T>(range: Condition<T>, from: string, to: string): Condition<T> {
  return (given) => {
    const [value] = given.values;
    return range(value === undefined ? given : { values: [], bounds: { [from]: value, [to]: value } });
  };
}
