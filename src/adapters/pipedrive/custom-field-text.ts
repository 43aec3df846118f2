import { isWire, type Wire } from '../wire.ts';
import type { FieldDefinition } from './fields.ts';

/**
 * A custom field's value in words; `null` where there is none. A value of another shape than its type has is shown as
 * it is, for a text must not fail a read.
 */
export function fieldText(definition: FieldDefinition | null, value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return (definition && typedText(definition, value)) ?? plain(value);
}

function typedText(definition: FieldDefinition, value: unknown): string | null {
  switch (definition.type) {
    case 'OPTION':
      return optionText(definition, value);
    case 'OPTIONS':
      return Array.isArray(value) ? value.map((option) => optionText(definition, option)).join(', ') : null;
    case 'MONEY':
      return isWire(value) ? joined(value, ['value', 'currency'], ' ') : null;
    case 'DATE_RANGE':
    case 'TIME_RANGE':
      return isWire(value) ? joined(value, ['value', 'until'], ' – ') : null;
    case 'TIME':
      return isWire(value) ? joined(value, ['value'], '') : null;
    case 'ADDRESS':
      return isWire(value) ? (joined(value, ['value'], '') ?? joined(value, ['formatted_address'], '')) : null;
    default:
      return null;
  }
}

/** An option that was removed is shown by its id. */
function optionText({ options }: FieldDefinition, value: unknown): string {
  return options.find(({ id }) => id === plain(value))?.label ?? plain(value);
}

function joined(wire: Wire, keys: readonly string[], separator: string): string | null {
  const parts = keys.map((key) => wire[key]).filter((part) => part !== null && part !== undefined && part !== '');
  return parts.length === 0 ? null : parts.map(plain).join(separator);
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
