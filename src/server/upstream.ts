import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
} from 'graphql';
import { exceeded, type Spending } from '../domain/spending.ts';
import { costOfCalls, type UpstreamCost } from '../domain/upstream.ts';
import { fieldsOn, type Selecting } from '../plan/fields.ts';
import { Plan, type PlanParts } from '../plan/plan.ts';
import type { GraphQLContext, Upstream } from '../schema/context.ts';
import type { OperationReceipt } from './receipt.ts';

const FIELD = 'upstream';

/** An operation as it came, ready to be looked into. */
export interface Asked extends Selecting {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
}

/** Where an operation asks for its own cost. */
export function costFields(asked: Asked): readonly FieldNode[] {
  const { operation, schema } = asked;
  const root = schema.getQueryType();
  if (operation.operation !== 'query' || !root || !mayAskForCost(operation)) return [];
  return [...fieldsOn(root, [operation], asked).values()].flat().filter(({ name }) => name.value === FIELD);
}

/** Most operations show at a glance that they do not. */
function mayAskForCost({ selectionSet }: OperationDefinitionNode): boolean {
  return selectionSet.selections.some((selection) => selection.kind !== Kind.FIELD || selection.name.value === FIELD);
}

/** What an operation costs the CRMs, and may cost them. */
export class OperationUpstream implements Upstream {
  readonly isDryRun: boolean;
  readonly #receipt: OperationReceipt;
  readonly #spending: Spending;
  readonly #planOf: () => Plan;
  #plan: Plan | null = null;
  #isDone = false;

  constructor(receipt: OperationReceipt, spending: Spending, isDryRun: boolean, planOf: () => Plan) {
    this.#receipt = receipt;
    this.#spending = spending;
    this.isDryRun = isDryRun;
    this.#planOf = planOf;
  }

  get plan(): Plan {
    this.#plan ??= this.#planOf();
    return this.#plan;
  }

  mayAsk(name: string): boolean {
    return this.plan.costOf(name).requests.max !== 0;
  }

  beginWrite(name: string, maxTokens: number | null, writes: boolean): void {
    this.#spending.beginWrite(maxTokens);
    if (writes && this.#spending.isLimited) this.#spending.require(this.plan.costOf(name).tokens.min);
  }

  cost(): UpstreamCost | null {
    if (!this.#isDone) return null;
    return this.isDryRun ? this.plan.cost : costOfCalls(this.#receipt.calls);
  }

  /** Everything the operation asked for has been answered. */
  done(): void {
    this.#isDone = true;
  }
}

/** The refusal of a query that takes more than it may, before its first call. */
export function refusal(plan: Plan, maxTokens: number) {
  const { min } = plan.cost.tokens;
  return min > maxTokens ? exceeded(maxTokens, min) : null;
}

/** The plan of an operation. */
export function planFor(
  asked: Asked,
  parts: Pick<PlanParts, 'crms' | 'context' | 'scanLimit' | 'seen' | 'policy'>,
): Plan {
  return new Plan({ ...asked, ...parts });
}

/** Answers the fields that ask for the cost, once everything else is answered. */
export function withCost(
  result: ExecutionResult,
  fields: readonly FieldNode[],
  { schema, document, operation }: Asked,
  given: Readonly<Record<string, unknown>>,
  contextValue: GraphQLContext,
): ExecutionResult {
  if (!result.data) return result;
  const costOnly = { ...operation, selectionSet: { kind: Kind.SELECTION_SET, selections: fields } } as const;
  const answer = execute({
    schema,
    document: {
      ...document,
      definitions: [costOnly, ...document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION)],
    },
    contextValue,
    variableValues: given,
  });
  if (answer instanceof Promise || !answer.data) return result;
  Object.assign(result.data, answer.data);
  return result;
}
