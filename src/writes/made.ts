import type { OperationCall } from '../domain/operation.ts';
import type { JsonValue } from '../domain/write-step.ts';

/** Names of what a step made, for other operations to know that it is not theirs. */
export function namesOfMade(call: OperationCall, result: JsonValue): readonly string[] {
  if (call.method !== 'POST') return [];
  const ids = [result].flat().filter((id) => typeof id === 'string' || typeof id === 'number');
  return ids.map((id) => nameOfMade(call, String(id)));
}

export function nameOfMade(call: Pick<OperationCall, 'crm' | 'template'>, id: string): string {
  return `${collectionOf(call)}/${id}`;
}

/** What kind of record a path is about: it names collections in the plural, and actions on them in the singular. */
export function collectionOf({ crm, template }: Pick<OperationCall, 'crm' | 'template'>): string {
  const words = template.replace(/\.json$/, '').split('/');
  return `${crm}/${words.findLast((word) => /[a-z_]s$/.test(word)) ?? template}`;
}
