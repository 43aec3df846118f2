import { type DirectiveNode, type DocumentNode, Kind, type OperationDefinitionNode, visit } from 'graphql';
import type { Selecting } from '../plan/fields.ts';
import { OperationPlan, type Variables } from './operation-plan.ts';

/** Plans of one operation that are kept; a client switches a few parts on and off, not dozens. */
const MAX_KEPT = 16;

/** The plans of one operation: one for each combination of what its variables skip and include. */
export class OperationPlans {
  readonly #operation: OperationDefinitionNode;
  readonly #parts: Omit<Selecting, 'variableValues'>;
  readonly #deciding: readonly string[];
  readonly #kept = new Map<string, OperationPlan>();

  constructor(operation: OperationDefinitionNode, document: DocumentNode, parts: Omit<Selecting, 'variableValues'>) {
    this.#operation = operation;
    this.#parts = parts;
    this.#deciding = decidingVariables(document);
  }

  of(variables: Variables): OperationPlan {
    const key = this.#deciding.map((name) => String(variables[name])).join();
    const known = this.#kept.get(key);
    if (known) return known;
    const plan = new OperationPlan(this.#operation, { ...this.#parts, variableValues: variables });
    if (this.#kept.size < MAX_KEPT) this.#kept.set(key, plan);
    return plan;
  }
}

/** The variables that say what is skipped or included. */
function decidingVariables(document: DocumentNode): readonly string[] {
  const names = new Set<string>();
  visit(document, {
    Directive({ name, arguments: args }: DirectiveNode) {
      if (name.value !== 'skip' && name.value !== 'include') return;
      for (const { value } of args ?? []) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names];
}
