import {
  type Capability,
  ENTITY_KINDS,
  type EntityKind,
  type Fidelity,
  OPERATION_KINDS,
  type OperationKind,
} from '../domain/capability.ts';

/** How faithfully something is done, with what there is to know of it. */
export type Statement = Fidelity | readonly [fidelity: Fidelity, note: string];

/** An operation as a whole, and the fields, filters or sort keys that differ from it. */
export type OperationFacts =
  | Statement
  | { readonly whole: Statement; readonly fields: Readonly<Record<string, Statement>> };

/** What a kind of CRM does; what is not named is `absent`. */
export type CapabilityFacts = Readonly<
  Partial<Record<EntityKind, Readonly<Partial<Record<OperationKind, OperationFacts>>>>>
>;

/** The complete table: a row for every entity and operation, then rows for the fields that differ. */
export function declareCapabilities(
  facts: CapabilityFacts,
  absent: (entity: EntityKind) => Statement,
): readonly Capability[] {
  return ENTITY_KINDS.flatMap((entity) =>
    OPERATION_KINDS.flatMap((operation) => {
      const declared = facts[entity]?.[operation] ?? absent(entity);
      const { whole, fields } = isDivided(declared) ? declared : { whole: declared, fields: {} };
      const row = (field: string | null, statement: Statement): Capability => {
        const [fidelity, note] = typeof statement === 'string' ? [statement, null] : statement;
        return { entity, operation, field, fidelity, note };
      };
      return [row(null, whole), ...Object.entries(fields).map(([field, statement]) => row(field, statement))];
    }),
  );
}

function isDivided(facts: OperationFacts): facts is Exclude<OperationFacts, Statement> {
  return typeof facts === 'object' && 'whole' in facts;
}
