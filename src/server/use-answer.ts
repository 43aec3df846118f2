import type { ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Complete } from './answer.ts';
import type { ServerContext } from './use-operation.ts';

/** Completes every result that goes through yoga. */
export function useAnswer(complete: Complete): Plugin<Record<string, unknown>, ServerContext> {
  return {
    onResultProcess({ result, setResult, serverContext: { exchange } }) {
      setResult(complete(result as ExecutionResult, exchange));
    },
  };
}
