import type { ExecutionResult, GraphQLError } from 'graphql';
import type { Logger } from 'pino';
import type { Clock } from '../transport/clock.ts';
import type { Exchange } from './exchange.ts';
import { maskError } from './mask-error.ts';

/** The result of an operation as its client gets it. */
export interface Answer extends ExecutionResult {
  readonly errors?: readonly GraphQLError[];
  readonly extensions: Record<string, unknown>;
}

/** Completes a result: masked errors with their codes, the receipt, and one line in the log. */
export type Complete = (result: ExecutionResult, exchange: Exchange) => Answer;

export function completeWith(logger: Logger, clock: Clock): Complete {
  return ({ errors, extensions, ...rest }, exchange) => {
    const onBug = (error: unknown) => logBug(logger, exchange, error);
    const masked = errors?.map((error) => maskError(error, exchange.requestId, onBug));
    const upstream = exchange.receipt.summary();
    logOperation(logger, exchange, clock.now(), masked ?? []);
    return { ...rest, ...(masked && { errors: masked }), extensions: { ...extensions, upstream } };
  };
}

function logOperation(logger: Logger, exchange: Exchange, now: number, errors: readonly GraphQLError[]): void {
  if (!logger.isLevelEnabled('info')) return;
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
