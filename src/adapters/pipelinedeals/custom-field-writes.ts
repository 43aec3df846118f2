import type { Call } from '../../domain/call.ts';
import type { CustomFieldWrite } from '../../domain/deal-writes.ts';
import { parseDecimal } from '../../domain/decimal.ts';
import { isCalendarDate } from '../../domain/time.ts';
import { isNamed, namedFields } from '../custom-field-names.ts';
import type { FieldDefinition, Fields } from './fields.ts';
import { invalid } from './write-errors.ts';

/** The `custom_fields` of a deal to write, checked against their definitions; `null` clears a field. */
export async function customFieldsToWrite(
  crm: string,
  fields: Fields,
  writes: readonly CustomFieldWrite[],
  call: Call,
): Promise<Readonly<Record<string, unknown>>> {
  const known = await fields.definitions('Deal', (kept) => writes.every(({ key }) => isNamed(kept, key)), call);
  return Object.fromEntries(
    namedFields(crm, known, writes).map((definition, index) => {
      const wire = toWireValue(definition, writes[index]?.value);
      if (wire === undefined) {
        throw invalid(crm, expectation(definition), ['customFields', String(index), 'value']);
      }
      return [definition.key, wire];
    }),
  );
}

/** The value as it is sent, or `undefined` where the field cannot have it. */
function toWireValue(definition: FieldDefinition, value: unknown): unknown {
  // Records show a list without options as empty, never as null.
  if (value === null) return definition.type === 'OPTIONS' ? [] : null;
  switch (definition.type) {
    case 'TEXT':
      return typeof value === 'string' ? value : undefined;
    case 'BOOLEAN':
      return typeof value === 'boolean' ? value : undefined;
    case 'NUMBER':
    case 'MONEY':
      return toDecimal(value);
    case 'DATE': {
      // Answers write days with slashes, and what is shown can be written.
      const day = typeof value === 'string' ? value.replaceAll('/', '-') : '';
      return isCalendarDate(day) ? day : undefined;
    }
    case 'OPTION':
      return toOptionId(definition, value);
    case 'OPTIONS': {
      if (!Array.isArray(value)) return undefined;
      const options = value.map((option) => toOptionId(definition, option));
      return options.includes(undefined) ? undefined : options;
    }
    default:
      return value;
  }
}

function toDecimal(value: unknown): unknown {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  try {
    return parseDecimal(value);
  } catch {
    return undefined;
  }
}

/** An option by its id, or by its label as it is written. */
function toOptionId({ options }: FieldDefinition, value: unknown): number | undefined {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  const given = String(value);
  const id = options.has(given) ? given : [...options].find(([, label]) => label === value)?.[0];
  return id === undefined ? undefined : Number(id);
}

const EXPECTED: Readonly<Partial<Record<FieldDefinition['type'], string>>> = {
  TEXT: 'a text',
  BOOLEAN: 'true or false',
  NUMBER: 'a decimal number',
  MONEY: 'a decimal number',
  DATE: 'a day as YYYY-MM-DD',
};

function expectation({ label, type, options }: FieldDefinition): string {
  const names = [...options.values()].join(', ');
  const expected =
    EXPECTED[type] ?? `${type === 'OPTIONS' ? 'a list of options' : 'an option'} by id or label (${names})`;
  return `the custom field "${label}" takes ${expected}`;
}
