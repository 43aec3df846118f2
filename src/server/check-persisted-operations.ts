import { type GraphQLSchema, validate } from 'graphql';
import type { Access } from '../config/access.ts';
import { ConfigError } from '../config/config-error.ts';
import type { Limits } from '../config/limits.ts';
import { parseWithinLimits } from './parse-within-limits.ts';

/** Throws a `ConfigError` with what is wrong with the documents that are kept, rather than refuse them one by one. */
export function checkPersistedOperations(schema: GraphQLSchema, { persistedOperations }: Access, limits: Limits): void {
  const parse = parseWithinLimits(limits);
  const problems = [...(persistedOperations ?? [])].flatMap(([hash, document]) => {
    try {
      return validate(schema, parse(document)).map((error) => `${hash}: ${error.message}`);
    } catch (error) {
      return [`${hash}: ${error instanceof Error ? error.message : 'cannot be read'}`];
    }
  });
  if (problems.length > 0) throw new ConfigError(problems.map((line) => `DEALGRAPH_PERSISTED_OPERATIONS: ${line}`));
}
