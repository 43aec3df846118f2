import { type Access, isPermitted } from '../config/access.ts';
import type { Limits } from '../config/limits.ts';
import type { Variables } from '../execution/operation-plan.ts';
import type { Exchange } from './exchange.ts';
import type { KnownOperation } from './known-operation.ts';
import { BAD_REQUEST_STATUS, Refusal, tooComplex } from './refusal.ts';

/** Why an operation may not be executed, or `null`. */
export type CheckOperation = (known: KnownOperation, variables: Variables, exchange: Exchange) => Refusal | null;

/** What can be told only of an operation with its variables and its caller. */
export function createCheckOperation(limits: Limits, access: Access): CheckOperation {
  return (known, variables, { caller }) => {
    if (!isPermitted(access.introspection, caller) && known.asksForSchema) {
      return new Refusal('FORBIDDEN', 'the schema is not shown to this caller', BAD_REQUEST_STATUS);
    }
    if (known.estimateNodes(variables) <= limits.nodes) return null;
    return tooComplex('the operation may bring too many records: ask for smaller pages');
  };
}
