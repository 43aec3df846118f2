import type { ExecutionResult, GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Logger } from 'pino';
import type { Clock } from '../transport/clock.ts';
import type { Exchange } from './exchange.ts';
import { maskError } from './mask-error.ts';
import type { ServerContext } from './use-operation.ts';

/** Completes every result: masked errors with their codes, the receipt, and one line in the log. */
export function useAnswer(logger: Logger, clock: Clock): Plugin<Record<string, unknown>, ServerContext> {
  return {
    onResultProcess({ result, setResult, serverContext: { exchange } }) {
      const { errors, extensions, ...rest } = result as ExecutionResult;
      const onBug = (error: unknown) => logBug(logger, exchange, error);
      const masked = errors?.map((error) => maskError(error, exchange.requestId, onBug));
      setResult({
        ...rest,
        ...(masked && { errors: masked }),
        extensions: { ...extensions, upstream: exchange.receipt.summary() },
      });
      logOperation(logger, exchange, clock.now(), masked ?? []);
    },
  };
}

function logOperation(logger: Logger, exchange: Exchange, now: number, errors: readonly GraphQLError[]): void {
  const { requests, tokens } = exchange.receipt.summary();
  const codes = [...new Set(errors.map((error) => error.extensions.code))];
  logger.info(
    {
      requestId: exchange.requestId,
      operation: exchange.operation?.name ?? null,
      type: exchange.operation?.type ?? null,
      outcome: codes.length === 0 ? 'ok' : codes,
      ms: now - exchange.startedAt,
      upstream: { requests, tokens },
      ...(exchange.disconnected.aborted && { disconnected: true }),
    },
    'operation',
  );
}

function logBug(logger: Logger, { requestId }: Exchange, error: unknown): void {
  const stack = error instanceof Error ? error.stack : undefined;
  logger.error({ requestId, stack: stack ?? String(error) }, 'internal error');
}
