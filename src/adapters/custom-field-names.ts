import { type Named, named } from '../domain/custom-field-names.ts';
import type { CustomFieldWrite } from '../domain/deal-writes.ts';
import { GatewayError } from '../domain/errors.ts';

/** Whether a field goes by this key or label. */
export function isNamed(definitions: readonly Named[], name: string): boolean {
  return named(definitions, name).length > 0;
}

/**
 * The fields that writes are about, in their order: by key, else by an exact label. A label of several fields is
 * refused naming their keys; so is a second entry for one field.
 */
export function namedFields<Definition extends Named>(
  crm: string,
  definitions: readonly Definition[],
  writes: readonly CustomFieldWrite[],
): readonly Definition[] {
  const fields: Definition[] = [];
  for (const [index, { key: name }] of writes.entries()) {
    const refusal = (why: string) =>
      new GatewayError('INVALID_INPUT', `${crm}: ${why}`, { crm, path: ['customFields', String(index), 'key'] });
    const [field, ...others] = named(definitions, name);
    if (field === undefined) throw refusal(`deals have no custom field of the key or label "${name}"`);
    if (others.length > 0) {
      const keys = [field, ...others].map(({ key }) => key).join(', ');
      throw refusal(`several custom fields have the label "${name}", name one by its key: ${keys}`);
    }
    if (fields.includes(field)) throw refusal(`the custom field "${field.label}" (${field.key}) is given twice`);
    fields.push(field);
  }
  return fields;
}
