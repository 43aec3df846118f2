import type { CustomField, CustomValues, FieldType } from '../domain/record.ts';
import type { Ref } from '../domain/ref.ts';
import { builder } from './builder.ts';
import type { GraphQLContext } from './context.ts';

const TYPES: Record<FieldType, string> = {
  TEXT: 'Text.',
  NUMBER: 'A number.',
  MONEY: 'An amount, with its currency where the CRM has one.',
  DATE: 'A calendar day.',
  DATE_RANGE: 'From one day to another.',
  TIME: 'A time of day.',
  TIME_RANGE: 'From one time of day to another.',
  BOOLEAN: 'Yes or no.',
  OPTION: 'One of a list of options.',
  OPTIONS: 'Any number of a list of options.',
  ADDRESS: 'An address.',
  PHONE: 'A phone number.',
  REFERENCE: 'A user, person, organization or other record.',
  OTHER: 'Something this gateway has no name for; the value is as the CRM has it.',
};

const FieldTypeType = builder.enumType('FieldType', {
  description: 'What a custom field holds.',
  values: Object.fromEntries(Object.entries(TYPES).map(([type, description]) => [type, { description }])) as Record<
    FieldType,
    { description: string }
  >,
});

export const CustomFieldType = builder.objectRef<CustomField>('CustomField').implement({
  description: 'A field the account added, with its value on one record.',
  fields: (t) => ({
    key: t.exposeString('key', { nullable: false, description: "The CRM's key, which stays when the label changes." }),
    label: t.exposeString('label', { nullable: false, description: 'What people call it.' }),
    type: t.expose('type', { type: FieldTypeType, nullable: false, description: 'What it holds.' }),
    value: t.field({
      type: 'JSON',
      description: "The CRM's value: options as their ids. Null where there is none.",
      resolve: (field) => field.value,
    }),
    text: t.exposeString('text', {
      description: 'The value in words: options as their labels, an amount with its currency.',
    }),
  }),
});

/** Custom fields of a record: their definitions are read once and kept. */
export function describeCustomFields(
  entity: 'Deal' | 'Person' | 'Organization',
  record: { readonly ref: Ref; readonly customValues: CustomValues },
  keys: readonly string[] | null | undefined,
  { crms, call }: GraphQLContext,
): Promise<readonly CustomField[]> | readonly CustomField[] {
  return crms.get(record.ref.crm)?.customFields.describe(entity, record.customValues, keys ?? null, call) ?? [];
}
