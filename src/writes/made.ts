import type { OperationCall } from '../domain/operation.ts';
import type { JsonValue } from '../domain/write-step.ts';

/** Names of what a step made, for other operations to know that it is not theirs. */
export function namesOfMade({ crm, method, template }: OperationCall, result: JsonValue): readonly string[] {
  if (method !== 'POST') return [];
  const ids = [result].flat().filter((id) => typeof id === 'string' || typeof id === 'number');
  return ids.map((id) => nameOfMade(crm, template, String(id)));
}

export function nameOfMade(crm: string, template: string, id: string): string {
  return `${crm}/${collectionOf(template)}/${id}`;
}

/** What kind of record a path is about: it names collections in the plural, and actions on them in the singular. */
function collectionOf(template: string): string {
  const words = template.replace(/\.json$/, '').split('/');
  return words.findLast((word) => /[a-z_]s$/.test(word)) ?? template;
}
