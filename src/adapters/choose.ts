import type { Choice } from '../domain/deal-writes.ts';
import { GatewayError } from '../domain/errors.ts';

/** Something an account has a list of, such as a label. */
interface Named {
  readonly id: string;
  readonly name: string;
}

/** A choice and where in the write's arguments it was made. */
export interface Chosen {
  readonly choice: Choice;
  readonly path: readonly string[];
}

/** A list that is kept: as it is, and read again. */
export interface KeptList<T> {
  get(): Promise<readonly T[]>;
  refreshed(): Promise<readonly T[]>;
}

const MAX_NAMED = 50;

/**
 * What was chosen of a list, each thing once. What the kept list does not have may be new, so the list is then read
 * again; what it still does not have, or has several of by that name, is refused, telling what there is.
 */
export async function chooseFrom<T extends Named>(
  crm: string,
  what: string,
  list: KeptList<T>,
  chosen: readonly Chosen[],
): Promise<readonly T[]> {
  if (chosen.length === 0) return [];
  const kept = await list.get();
  const isKnown = chosen.every(({ choice }) => matching(kept, choice).length > 0);
  const there = isKnown ? kept : await list.refreshed();
  return [...new Set(chosen.map((one) => theOne(crm, what, there, one)))];
}

function theOne<T extends Named>(crm: string, what: string, there: readonly T[], { choice, path }: Chosen): T {
  const [first, ...others] = matching(there, choice);
  const refusal = (why: string) => new GatewayError('INVALID_INPUT', `${crm}: ${why}`, { crm, path });
  if (first === undefined) {
    const wanted = 'id' in choice ? choice.id : `"${choice.name}"`;
    throw refusal(`there is no ${what} ${wanted}, ${whatThereIs(there)}`);
  }
  if (others.length > 0) {
    const ids = [first, ...others].map(({ id }) => id).join(', ');
    throw refusal(`several have the name "${first.name}", choose one by its id: ${ids}`);
  }
  return first;
}

function matching<T extends Named>(there: readonly T[], choice: Choice): readonly T[] {
  return there.filter(({ id, name }) => ('id' in choice ? id === choice.id : name === choice.name));
}

function whatThereIs(there: readonly Named[]): string {
  if (there.length === 0) return 'and no other';
  const names = there.slice(0, MAX_NAMED).map(({ id, name }) => `${name} (${id})`);
  const more = there.length - names.length;
  return `only ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
