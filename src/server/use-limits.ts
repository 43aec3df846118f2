import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
  specifiedRules,
  type ValidationRule,
  validate,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { type Access, isPermitted } from '../config/access.ts';
import type { Limits } from '../config/limits.ts';
import { estimateNodes, type NodeEstimate } from './estimate-nodes.ts';
import type { Exchange } from './exchange.ts';
import { asksForSchema } from './measure-document.ts';
import { parseWithinLimits } from './parse-within-limits.ts';
import { BAD_REQUEST_STATUS, Refusal, tooComplex } from './refusal.ts';
import type { ServerContext } from './use-operation.ts';

/** Each unknown name is compared with all known ones, for what to suggest. */
const MAX_VALIDATION_ERRORS = 10;
/** Inputs are far shallower; a value of any shape (custom fields, requests to a CRM) has room left. */
const MAX_VARIABLE_DEPTH = 32;

/** Refuses what asks for too much, or for what the caller may not see, before anything of it is executed. */
export function useLimits(limits: Limits, access: Access): Plugin<Record<string, unknown>, ServerContext> {
  const parse = parseWithinLimits(limits);
  const estimates = new WeakMap<OperationDefinitionNode, NodeEstimate>();
  const introspecting = new WeakMap<DocumentNode, boolean>();

  function refusalOf(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Readonly<Record<string, unknown>>,
    { caller }: Exchange,
  ): Refusal | null {
    if (!isPermitted(access.introspection, caller)) {
      const asks = introspecting.get(document) ?? asksForSchema(document);
      introspecting.set(document, asks);
      if (asks) return new Refusal('FORBIDDEN', 'the schema is not shown to this caller', BAD_REQUEST_STATUS);
    }
    const known = estimates.get(operation);
    const { nodes, depends } = known ?? estimateNodes(schema, document, operation, variables);
    if (!known && !depends) estimates.set(operation, { nodes, depends });
    return nodes > limits.nodes ? tooComplex('the operation may bring too many records: ask for smaller pages') : null;
  }

  return {
    onParams({ params }) {
      if (isDeeper(params.variables, MAX_VARIABLE_DEPTH))
        throw tooComplex('variables are nested too deep').toGraphQLError();
    },
    onParse({ setParseFn }) {
      setParseFn(parse);
    },
    onValidate({ setValidationFn }) {
      setValidationFn(
        (schema: GraphQLSchema, document: DocumentNode, rules: readonly ValidationRule[] = specifiedRules) =>
          validate(schema, document, [...rules, knownOperationTypes], {
            maxErrors: MAX_VALIDATION_ERRORS,
            // Results are kept for all callers alike.
            hideSuggestions: access.introspection !== 'on',
          }),
      );
    },
    onExecute({ args, setResultAndStopExecution }) {
      const operation = getOperationAST(args.document, args.operationName);
      if (!operation) return;
      const { exchange } = args.contextValue as unknown as ServerContext;
      const refusal = refusalOf(args.schema, args.document, operation, args.variableValues ?? {}, exchange);
      if (refusal) setResultAndStopExecution({ errors: [refusal.toGraphQLError()] });
    },
  };
}

/** An operation of a type that the schema does not have is the client's mistake; the engine would stumble over it. */
const knownOperationTypes: ValidationRule = (context) => ({
  OperationDefinition(node) {
    if (context.getSchema().getRootType(node.operation)) return;
    context.reportError(new GraphQLError(`There are no ${node.operation}s`, { nodes: node }));
  },
});

function isDeeper(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth === 0 || Object.values(value).some((item) => isDeeper(item, depth - 1));
}
