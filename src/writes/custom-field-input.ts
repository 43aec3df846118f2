import type { CustomFieldWrite } from '../domain/deal-writes.ts';
import type { InputCheck } from './input-check.ts';
import { isRounded } from './json-numbers.ts';

export interface CustomFieldInput {
  /** The field's key, or its label. */
  readonly key: string;
  readonly value?: unknown;
}

/** Custom fields to write: at least one, none named twice, each with a value or `null`. */
export function readCustomFields(fields: readonly CustomFieldInput[], check: InputCheck): readonly CustomFieldWrite[] {
  if (fields.length === 0) check.invalid(['input', 'customFields'], 'an empty list');
  const seen = new Set<string>();
  return fields.map(({ key, value }, index) => {
    const path = ['input', 'customFields', String(index)];
    if (seen.has(key)) check.invalid([...path, 'key'], 'given twice');
    seen.add(key);
    if (value === undefined) check.invalid([...path, 'value'], 'is missing; null clears the field');
    else if (isRounded(value))
      check.invalid([...path, 'value'], 'a number of more than 15 digits: send it as a string');
    return { key, value: value ?? null };
  });
}
