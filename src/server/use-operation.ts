import type { Plugin } from 'graphql-yoga';
import type { ServerContext } from './exchange.ts';
import { takesParts } from './json-answer.ts';
import type { KnownOperations } from './known-operation.ts';
import type { RunOperation } from './run-operation.ts';

/** Has every operation that goes through yoga executed as ours. */
export function useOperation(
  known: KnownOperations,
  run: RunOperation,
): Plugin<Record<string, unknown>, ServerContext> {
  return {
    onExecute({ args, executeFn, setExecuteFn }) {
      const operation = known(args.document, args.operationName);
      // The engine says that there is none.
      if (operation === null) return;
      const { exchange } = args.contextValue as unknown as ServerContext;
      setExecuteFn(() =>
        operation.isIncremental && takesParts(exchange.headers.accept)
          ? run.inParts(operation, args.variableValues, exchange, executeFn as Parameters<RunOperation['inParts']>[3])
          : run.whole(operation, args.variableValues, exchange),
      );
    },
  };
}
