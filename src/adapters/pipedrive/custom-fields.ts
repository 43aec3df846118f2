import type { CrmAdapter } from '../../domain/crm-adapter.ts';
import type { CustomField } from '../../domain/record.ts';
import { fieldText } from './custom-field-text.ts';
import { definitionsFor, type Fields } from './fields.ts';

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
  };
}
