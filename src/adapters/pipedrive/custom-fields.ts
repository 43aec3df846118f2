import type { CrmAdapter } from '../../domain/crm-adapter.ts';
import type { CustomFieldReader } from '../../domain/custom-field-condition.ts';
import type { CustomField } from '../../domain/record.ts';
import { isNamed } from '../custom-field-names.ts';
import { dateOrNull, decimalOrNull, isWire, readable } from '../wire.ts';
import { fieldText } from './custom-field-text.ts';
import { definitionsFor, type FieldDefinition, type FieldDefinitions, type Fields } from './fields.ts';

function customOnes(definitions: FieldDefinitions): readonly FieldDefinition[] {
  return [...definitions.values()].filter(({ isCustom }) => isCustom);
}

/** Amounts, ranges and addresses are objects with their main part under `value`. */
function toReader(definition: FieldDefinition): CustomFieldReader {
  const { key, label, type, options } = definition;
  return {
    key,
    label,
    type,
    options,
    read(value) {
      const main = isWire(value) ? value.value : value;
      return {
        text: fieldText(definition, value),
        number: type === 'NUMBER' || type === 'MONEY' ? readable(() => decimalOrNull({ [key]: main }, key)) : null,
        date: type === 'DATE' || type === 'DATE_RANGE' ? readable(() => dateOrNull({ [key]: main }, key)) : null,
        options: type === 'OPTION' || type === 'OPTIONS' ? optionsOf(value) : [],
        flag: typeof value === 'boolean' ? value : null,
      };
    },
  };
}

function optionsOf(value: unknown): readonly string[] {
  return [value].flat().flatMap((option) => (option === null || option === undefined ? [] : [String(option)]));
}

/**
 * Custom fields with the account's names for them. Values under a key nobody defines are shown as they are, after the
 * others: they are the record's all the same.
 */
export function createCustomFields(fields: Fields): CrmAdapter['customFields'] {
  return {
    async describe(entity, values, keys, call) {
      if (keys?.length === 0) return [];
      const isAsked = (key: string) => keys === null || keys.includes(key);
      const present = Object.keys(values).filter((key) => isAsked(key) && values[key] != null);
      const definitions = await definitionsFor(fields[entity], present, call);
      const defined = [...definitions.values()]
        .filter(({ key, isCustom }) => isCustom && isAsked(key))
        .map((definition): CustomField => {
          const { key, label, type } = definition;
          const value = values[key] ?? null;
          return { key, label, type, value, text: fieldText(definition, value) };
        });
      const others = present
        .filter((key) => !definitions.get(key)?.isCustom)
        .map((key): CustomField => {
          const value = values[key];
          return { key, label: key, type: 'OTHER', value, text: fieldText(null, value) };
        });
      return [...defined, ...others];
    },
    async defined(entity, names, call) {
      const kept = customOnes(await fields[entity].get(call));
      const isComplete = names.every((name) => isNamed(kept, name));
      return (isComplete ? kept : customOnes(await fields[entity].refreshed(call))).map(toReader);
    },
  };
}
