import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  specifiedRules,
  type ValidationRule,
  validate,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Access } from '../config/access.ts';
import type { Limits } from '../config/limits.ts';
import type { ServerContext } from './exchange.ts';
import { parseWithinLimits } from './parse-within-limits.ts';
import { tooComplex } from './refusal.ts';

/** Each unknown name is compared with all known ones, for what to suggest. */
const MAX_VALIDATION_ERRORS = 10;
/** Filters may hold filters, and values may have any shape; whoever goes through them does so by recursion. */
const MAX_VARIABLE_DEPTH = 100;

/** Refuses what asks for too much, or for what the caller may not see, before anything of it is executed. */
export function useLimits(limits: Limits, access: Access): Plugin<Record<string, unknown>, ServerContext> {
  const parse = parseWithinLimits(limits);
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
