import type { Plugin } from 'graphql-yoga';
import type { Exchange } from './exchange.ts';
import type { KnownOperations } from './known-operation.ts';
import type { RunOperation } from './run-operation.ts';

/** What the HTTP layer hands to the GraphQL engine with each request. */
export interface ServerContext extends Record<string, unknown> {
  readonly exchange: Exchange;
}

/** Has every operation that goes through yoga executed as ours. */
export function useOperation(
  known: KnownOperations,
  run: RunOperation,
): Plugin<Record<string, unknown>, ServerContext> {
  return {
    onExecute({ args, setExecuteFn }) {
      const operation = known(args.document, args.operationName);
      // The engine says that there is none.
      if (operation === null) return;
      const { exchange } = args.contextValue as unknown as ServerContext;
      setExecuteFn(() => run(operation, args.variableValues, exchange));
    },
  };
}
