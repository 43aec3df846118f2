import { getOperationAST } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Call } from '../domain/call.ts';
import { ANONYMOUS } from '../domain/caller.ts';
import type { Crms } from '../domain/crms.ts';
import { createLoaders } from '../loaders/index.ts';
import type { GraphQLContext } from '../schema/context.ts';
import type { Clock } from '../transport/clock.ts';
import type { Exchange } from './exchange.ts';

const OVER = 'the operation is over';

/** What the HTTP layer hands to the GraphQL engine with each request. */
export interface ServerContext extends Record<string, unknown> {
  readonly exchange: Exchange;
}

export interface OperationParts {
  readonly crms: Crms;
  readonly clock: Clock;
  readonly queryTimeoutMs: number;
  readonly mutationTimeoutMs: number;
  readonly allowCallCrm: boolean;
  readonly scanLimit: number;
}

/**
 * Gives every operation a context of its own. A query ends with its deadline or when nobody waits for it; a mutation
 * only with its deadline, since what it has begun is better finished.
 */
export function useOperation(parts: OperationParts): Plugin<Record<string, unknown>, ServerContext> {
  const { crms, clock, allowCallCrm } = parts;
  return {
    onExecute({ args, extendContext }) {
      const { exchange } = args.contextValue as unknown as ServerContext;
      const operation = getOperationAST(args.document, args.operationName);
      const type = operation?.operation === 'mutation' ? 'mutation' : 'query';
      exchange.operation = { name: operation?.name?.value ?? null, type };

      const timeoutMs = type === 'mutation' ? parts.mutationTimeoutMs : parts.queryTimeoutMs;
      const cancelled = new AbortController();
      const done = new AbortController();
      // A reason of our own: making the default one, with its stack, costs more than the rest of this.
      const cancel = () => cancelled.abort(OVER);
      clock.sleep(timeoutMs, done.signal).then(cancel, () => undefined);
      if (type === 'query') {
        if (exchange.abandoned.aborted) cancel();
        exchange.abandoned.addEventListener('abort', cancel, { once: true, signal: done.signal });
      }

      const call: Call = {
        signal: cancelled.signal,
        deadline: clock.now() + timeoutMs,
        receipt: exchange.receipt,
        scanLimit: parts.scanLimit,
      };
      const loaders = createLoaders(crms, call);
      const context: GraphQLContext = { crms, caller: ANONYMOUS, call, loaders, allowCallCrm, now: () => clock.now() };
      extendContext({ ...context });
      return {
        onExecuteDone() {
          done.abort(OVER);
          // Reads that were left behind, by the failure of one beside them, would be paid for and thrown away.
          if (type === 'query') cancel();
        },
      };
    },
  };
}
