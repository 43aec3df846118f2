import type { Call } from '../../domain/call.ts';
import type { CustomFieldWrite } from '../../domain/deal-writes.ts';
import { isNamed, namedFields } from '../custom-field-names.ts';
import type { Kept } from '../kept.ts';
import type { Body } from './bodies.ts';
import { customFieldValue, UnfitValue } from './custom-field-values.ts';
import type { FieldDefinition, FieldDefinitions } from './fields.ts';
import { invalidInput } from './write-problems.ts';

/**
 * The `custom_fields` of a write. Fields are named by key or by label; what the account does not define, and values
 * that a field does not take, are refused here with their place in the input.
 */
export async function customFieldsBody(
  crm: string,
  kept: Kept<FieldDefinitions>,
  writes: readonly CustomFieldWrite[],
  call: Call,
): Promise<Body> {
  if (writes.length === 0) return {};
  const known = customOnes(await kept.get(call));
  const isComplete = writes.every(({ key }) => isNamed(known, key));
  const fields = namedFields(crm, isComplete ? known : customOnes(await kept.refreshed(call)), writes);
  return Object.fromEntries(
    fields.map((field, index) => {
      const path = ['customFields', String(index), 'value'];
      return [field.key, fitting(crm, field, writes[index]?.value, path)];
    }),
  );
}

function customOnes(definitions: FieldDefinitions): readonly FieldDefinition[] {
  return [...definitions.values()].filter(({ isCustom }) => isCustom);
}

function fitting(crm: string, definition: FieldDefinition, value: unknown, path: readonly string[]): unknown {
  try {
    return customFieldValue(definition, value);
  } catch (error) {
    if (!(error instanceof UnfitValue)) throw error;
    throw invalidInput(crm, path, `the field ${error.message}`);
  }
}
