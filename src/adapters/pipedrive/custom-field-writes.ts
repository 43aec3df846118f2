import type { Call } from '../../domain/call.ts';
import type { CustomFieldWrite } from '../../domain/deal-writes.ts';
import type { Kept } from '../kept.ts';
import type { Body } from './bodies.ts';
import { customFieldValue, UnfitValue } from './custom-field-values.ts';
import { definitionsFor, type FieldDefinition, type FieldDefinitions } from './fields.ts';
import { invalidInput } from './write-problems.ts';

/**
 * The `custom_fields` of a write. Keys the account does not define and values their fields do not take are refused
 * here, with their place in the input.
 */
export async function customFieldsBody(
  crm: string,
  kept: Kept<FieldDefinitions>,
  writes: readonly CustomFieldWrite[],
  call: Call,
): Promise<Body> {
  if (writes.length === 0) return {};
  const keys = writes.map(({ key }) => key);
  const definitions = await definitionsFor(kept, keys, call);
  return Object.fromEntries(
    writes.map(({ key, value }, index) => {
      const path = ['customFields', String(index)];
      const definition = definitions.get(key);
      if (!definition?.isCustom) throw invalidInput(crm, [...path, 'key'], 'the CRM has no custom field with this key');
      if (keys.indexOf(key) !== index) throw invalidInput(crm, [...path, 'key'], 'a custom field is given once');
      return [key, fitting(crm, definition, value, [...path, 'value'])];
    }),
  );
}

function fitting(crm: string, definition: FieldDefinition, value: unknown, path: readonly string[]): unknown {
  try {
    return customFieldValue(definition, value);
  } catch (error) {
    if (!(error instanceof UnfitValue)) throw error;
    throw invalidInput(crm, path, `the field ${error.message}`);
  }
}
