import type { FieldNode, GraphQLObjectType, OperationDefinitionNode } from 'graphql';
import type { Crms } from '../domain/crms.ts';
import type { Policy } from '../domain/policy.ts';
import type { UpstreamCost } from '../domain/upstream.ts';
import { fieldsOn, type Selecting } from './fields.ts';
import { Ledger } from './ledger.ts';
import type { Context } from './reads.ts';
import type { Seen } from './seen.ts';
import { walkRoot } from './walk.ts';

/** What an operation is planned from. */
export interface PlanParts extends Selecting {
  readonly operation: OperationDefinitionNode;
  readonly crms: Crms;
  /** What resolvers get. */
  readonly context: Context;
  readonly scanLimit: number;
  readonly seen: Seen;
  readonly policy: Policy;
}

/** The price of an operation, found without asking a CRM anything. */
export class Plan {
  readonly #parts: PlanParts;
  readonly #fields: ReadonlyMap<string, readonly FieldNode[]>;
  #cost: UpstreamCost | null = null;

  constructor(parts: PlanParts) {
    this.#parts = parts;
    this.#fields = fieldsOn(this.#root, [parts.operation], parts);
  }

  /** Of the whole operation. */
  get cost(): UpstreamCost {
    this.#cost ??= this.#costOf(this.#fields);
    return this.#cost;
  }

  /** Of one field of the operation's root, by the name it is answered under, and everything below it. */
  costOf(name: string): UpstreamCost {
    return this.#costOf([[name, this.#fields.get(name) ?? []]]);
  }

  get #root(): GraphQLObjectType {
    const type = this.#parts.schema.getRootType(this.#parts.operation.operation);
    if (!type) throw new Error(`the schema has no ${this.#parts.operation.operation}`);
    return type;
  }

  #costOf(fields: Iterable<readonly [string, readonly FieldNode[]]>): UpstreamCost {
    const ledger = new Ledger(this.#parts.policy);
    walkRoot(this.#root, fields, { ...this.#parts, ledger });
    return ledger.cost();
  }
}
