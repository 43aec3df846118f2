import { type Combination, holds } from './combination.ts';
import type { IdCondition, InstantRange, Order, SortKey, TextCondition } from './list.ts';
import { matchesId, matchesInstant, matchesText } from './match.ts';
import type { Person } from './person.ts';

/** Conditions on a person; all that are present must hold. */
export interface PersonWhere extends Combination<PersonWhere> {
  readonly name?: TextCondition;
  /** Holds when one of the person's addresses matches; `eq: null` when there is none. */
  readonly email?: TextCondition;
  readonly organization?: IdCondition;
  readonly owner?: IdCondition;
  readonly updatedAt?: InstantRange;
}

export interface PersonQuery {
  readonly where: PersonWhere;
  readonly order: Order<'CREATED_AT'>;
}

export function matchesPerson(person: Person, where: PersonWhere): boolean {
  return (
    matchesText(person.name, where.name) &&
    matchesEmail(person, where.email) &&
    matchesId(person.organization, where.organization) &&
    matchesId(person.owner, where.owner) &&
    matchesInstant(person.updatedAt, where.updatedAt) &&
    holds(where, (conditions) => matchesPerson(person, conditions))
  );
}

export function personSortKey(person: Person): SortKey {
  return person.createdAt;
}

function matchesEmail(person: Person, condition: TextCondition | undefined): boolean {
  if (!condition) return true;
  if (person.emails.length === 0) return matchesText(null, condition);
  return person.emails.some((email) => matchesText(email.value, condition));
}
