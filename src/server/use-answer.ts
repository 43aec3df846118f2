import type { ExecutionResult, GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Logger } from 'pino';
import { type Access, isPermitted } from '../config/access.ts';
import type { Clock } from '../transport/clock.ts';
import type { Exchange } from './exchange.ts';
import { maskError } from './mask-error.ts';
import type { Metrics } from './metrics.ts';
import type { Redact } from './redactor.ts';
import type { Tracing } from './tracing.ts';
import type { ServerContext } from './use-operation.ts';

/** Names are the client's own, and need not be short. */
const MAX_NAME = 100;

export interface AnswerParts {
  readonly logger: Logger;
  readonly clock: Clock;
  readonly redact: Redact;
  readonly access: Access;
  readonly metrics: Metrics | null;
  tracing?(): Tracing | null;
}

/** The result of an operation as its client gets it. */
export interface Answer extends ExecutionResult {
  readonly errors?: readonly GraphQLError[];
  readonly extensions: Record<string, unknown>;
}

/** Completes a result: masked errors with their codes, the receipt, one line in the log, metrics and the trace. */
export type Complete = (result: ExecutionResult, exchange: Exchange) => Answer;

export function completeWith(parts: AnswerParts): Complete {
  const { logger, clock, redact, access, metrics } = parts;
  return ({ errors, extensions, ...rest }, exchange) => {
    const terms = {
      requestId: exchange.requestId,
      hidesSchema: !isPermitted(access.introspection, exchange.caller),
      redact,
      onBug: (error: unknown) => logBug(logger, exchange, error),
    };
    const masked = errors?.map((error) => maskError(error, terms));
    const codes = [...new Set(masked?.map((error) => String(error.extensions.code)))];
    const ms = clock.now() - exchange.startedAt;
    logOperation(logger, exchange, ms, codes);
    metrics?.operation({ type: exchange.operation?.type ?? null, codes, ms, receipt: exchange.receipt });
    if (exchange.trace) parts.tracing?.()?.endOperation(exchange.trace, exchange, codes);
    const upstream = exchange.receipt.summary();
    return { ...rest, ...(masked && { errors: masked }), extensions: { ...extensions, upstream } };
  };
}

/** Completes every result that goes through yoga. */
export function useAnswer(complete: Complete): Plugin<Record<string, unknown>, ServerContext> {
  return {
    onResultProcess({ result, setResult, serverContext: { exchange } }) {
      setResult(complete(result as ExecutionResult, exchange));
    },
  };
}

function logOperation(logger: Logger, exchange: Exchange, ms: number, codes: readonly string[]): void {
  if (!logger.isLevelEnabled('info')) return;
  const { requests, tokens } = exchange.receipt.summary();
  logger.info(
    {
      requestId: exchange.requestId,
      caller: exchange.caller.id,
      operation: exchange.operation?.name?.slice(0, MAX_NAME) ?? null,
      type: exchange.operation?.type ?? null,
      outcome: codes.length === 0 ? 'ok' : codes,
      ms,
      upstream: { requests, tokens },
      ...(exchange.disconnected.aborted && { disconnected: true }),
    },
    'operation',
  );
}

function logBug(logger: Logger, { requestId }: Exchange, error: unknown): void {
  logger.error({ requestId, stack: stackOf(error) }, 'internal error');
}

const MAX_STACK = 2_000;

/** What a log may tell of an unexpected error. */
export function stackOf(error: unknown): string {
  return ((error instanceof Error ? error.stack : undefined) ?? String(error)).slice(0, MAX_STACK);
}
