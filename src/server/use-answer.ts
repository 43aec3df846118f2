import type { ExecutionResult, GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Logger } from 'pino';
import { type Access, isPermitted } from '../config/access.ts';
import type { Clock } from '../transport/clock.ts';
import type { Exchange, ServerContext } from './exchange.ts';
import { maskError } from './mask-error.ts';
import type { Metrics } from './metrics.ts';
import type { Redact } from './redactor.ts';
import type { Result, ResultPart } from './run-operation.ts';
import type { Tracing } from './tracing.ts';

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

/** Completes results: masked errors with their codes, the receipt, one line in the log, metrics and the trace. */
export interface Complete {
  (result: ExecutionResult, exchange: Exchange): Answer;
  /** Each part says what was spent until then, the last one all of it. */
  parts(parts: AsyncIterable<ResultPart>, exchange: Exchange): AsyncIterable<ResultPart>;
}

export function completeWith(parts: AnswerParts): Complete {
  const { logger, clock, redact, access, metrics } = parts;

  function withMaskedErrors<T extends Pick<ExecutionResult, 'errors'>>(result: T, exchange: Exchange): T {
    if (result.errors === undefined) return result;
    const terms = {
      requestId: exchange.requestId,
      hidesSchema: !isPermitted(access.introspection, exchange.caller),
      redact,
      onBug: (error: unknown) => logBug(logger, exchange, error),
    };
    return { ...result, errors: result.errors.map((error) => maskError(error, terms)) };
  }

  function over(exchange: Exchange, codes: readonly string[]): void {
    const ms = clock.now() - exchange.startedAt;
    logOperation(logger, exchange, ms, codes);
    metrics?.operation({ type: exchange.operation?.type ?? null, codes, ms, receipt: exchange.receipt });
    if (exchange.trace) parts.tracing?.()?.endOperation(exchange.trace, exchange, codes);
  }

  const complete = (result: ExecutionResult, exchange: Exchange): Answer => {
    const { errors, extensions, ...rest } = withMaskedErrors(result, exchange);
    over(exchange, codesOf(errors));
    return { ...rest, ...(errors && { errors }), extensions: { ...extensions, upstream: exchange.receipt.summary() } };
  };

  async function* completeParts(results: AsyncIterable<ResultPart>, exchange: Exchange): AsyncGenerator<ResultPart> {
    const codes = new Set<string>();
    try {
      for await (const { incremental, ...part } of results) {
        const first = withMaskedErrors(part, exchange);
        const later = incremental?.map((one) => withMaskedErrors(one, exchange));
        for (const { errors } of [first, ...(later ?? [])]) for (const code of codesOf(errors)) codes.add(code);
        yield {
          ...first,
          ...(later && { incremental: later }),
          extensions: { ...first.extensions, upstream: exchange.receipt.summary() },
        };
      }
    } finally {
      over(exchange, [...codes]);
    }
  }

  return Object.assign(complete, { parts: completeParts });
}

function codesOf(errors: readonly GraphQLError[] | undefined): readonly string[] {
  return [...new Set(errors?.map((error) => String(error.extensions.code)))];
}

/** Completes every result that goes through yoga. */
export function useAnswer(complete: Complete): Plugin<Record<string, unknown>, ServerContext> {
  return {
    onResultProcess({ result, setResult, serverContext: { exchange } }) {
      const given = result as Result;
      setResult(Symbol.asyncIterator in given ? complete.parts(given, exchange) : complete(given, exchange));
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
