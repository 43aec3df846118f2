import { type ExecutionArgs, type ExecutionResult, type FieldNode, GraphQLError, getArgumentValues } from 'graphql';
import type { Call } from '../domain/call.ts';
import { Cancellation } from '../domain/cancellation.ts';
import type { Crms } from '../domain/crms.ts';
import { GatewayError } from '../domain/errors.ts';
import type { Policy } from '../domain/policy.ts';
import { Spending } from '../domain/spending.ts';
import type { SentCall, UpstreamCost } from '../domain/upstream.ts';
import { executePlan } from '../execution/execute-plan.ts';
import type { Variables } from '../execution/operation-plan.ts';
import type { WholeResult } from '../execution/whole-result.ts';
import { createLoaders } from '../loaders/index.ts';
import { Seen } from '../plan/seen.ts';
import { customFieldWants } from '../plan/wants.ts';
import { AskedContexts } from '../schema/asked-context.ts';
import type { GraphQLContext } from '../schema/context.ts';
import type { Clock } from '../transport/clock.ts';
import type { CheckOperation } from './check-operation.ts';
import type { Exchange } from './exchange.ts';
import type { KnownOperation } from './known-operation.ts';
import type { Tracing } from './tracing.ts';
import { type Asked, costFields, OperationUpstream, planFor, refusal, withCost } from './upstream.ts';
import { readTerms } from './upstream-terms.ts';

const OVER = 'the operation is over';

/** An operation that is over: its price, found before it was executed, and what was sent for it. */
export interface PlannedOperation {
  readonly plan: UpstreamCost;
  readonly sent: readonly SentCall[];
  /** How many reads it had of others. */
  readonly coalesced: number;
  readonly result: ExecutionResult;
}

export interface OperationParts {
  readonly crms: Crms;
  readonly clock: Clock;
  readonly queryTimeoutMs: number;
  readonly mutationTimeoutMs: number;
  readonly planPolicy: Policy;
  /** The most tokens an operation may cost; `null` for no ceiling. */
  readonly maxTokensPerOperation: number | null;
  /** Has the price of every operation found, and is told of it. */
  readonly onOperation?: ((operation: PlannedOperation) => void) | undefined;
  readonly scanLimit: number;
  readonly operations: GraphQLContext['operations'];
  /** `null` where nothing is traced. */
  tracing?(): Tracing | null;
}

/** Executes operations for exchanges, unless they may not be. */
export interface RunOperation {
  whole(known: KnownOperation, given: Given, exchange: Exchange): Promise<WholeResult>;
  /** Has what is deferred or streamed come in parts, as `execute` gives them. */
  inParts(known: KnownOperation, given: Given, exchange: Exchange, execute: ExecuteInParts): Promise<Result>;
}

/** Variables as they came. */
type Given = Variables | null | undefined;
/** A result, or its parts. */
export type Result = ExecutionResult | AsyncIterable<ResultPart>;
type ExecuteInParts = (args: ExecutionArgs) => Result | Promise<Result>;

/** The first part of a result, or one that follows. */
export interface ResultPart extends ExecutionResult {
  readonly hasNext: boolean;
  readonly incremental?: readonly (Pick<ExecutionResult, 'errors'> & object)[];
}

/** An operation that may be executed. */
interface Running {
  readonly asked: Asked;
  readonly context: GraphQLContext;
  /** Where it asks for its own cost. */
  readonly costs: readonly FieldNode[];
  /** What it came to: its cost is known from now on. */
  succeed(result: ExecutionResult): void;
  /** Always the last: nothing of it is waited for any more. */
  end(): void;
}

/**
 * Executes each operation with a context of its own. A query ends with its deadline or when nobody waits for it; a
 * mutation only with its deadline, since what it has begun is better finished.
 */
export function createRunOperation(parts: OperationParts, check: CheckOperation): RunOperation {
  const { clock, operations } = parts;
  const seen = new Seen();
  const configured = { policy: parts.planPolicy, maxTokens: parts.maxTokensPerOperation };

  /** Answers a result where there is nothing to execute. */
  function begin(known: KnownOperation, given: Given, exchange: Exchange, inParts: boolean): Running | ExecutionResult {
    const refused = check(known, given ?? {}, exchange);
    if (refused) return { errors: [refused.toGraphQLError()] };
    const { schema, document, operation, fragments } = known;
    const { type } = known.title;
    exchange.operation = known.title;
    let terms: ReturnType<typeof readTerms>;
    try {
      terms = readTerms(exchange.headers, configured);
    } catch (error) {
      return failed(error);
    }
    exchange.trace = parts.tracing?.()?.beginOperation(exchange) ?? null;
    const variables = known.coerce(given ?? {});
    if ('errors' in variables) return variables;
    const asked: Asked = { schema, document, operation, fragments, variableValues: variables.values };

    const { caller } = exchange;
    const crms = parts.crms.with(exchange.adapters).only(caller.crms);
    const timeoutMs =
      type === 'mutation' ? parts.mutationTimeoutMs : Math.max(0, parts.queryTimeoutMs - exchange.waitedMs);
    const cancelled = new Cancellation();
    const cancel = () => cancelled.abort(OVER);
    const done = new Cancellation();
    clock.sleep(timeoutMs, done).then(cancel, () => undefined);
    const { abandoned } = exchange;
    if (type === 'query') {
      if (abandoned.aborted) cancel();
      abandoned.addEventListener('abort', cancel);
    }

    const costs = costFields(asked);
    const isDryRun = costs.some((field) => isDry(field, asked));
    const spending = new Spending(exchange.receipt, isDryRun ? 0 : terms.maxTokens);
    const call: Call = {
      signal: cancelled,
      deadline: clock.now() + timeoutMs,
      receipt: spending,
      priority: type === 'mutation' ? 'MUTATION' : 'READ',
      ...(type === 'query' && { scope: caller.id }),
      policy: terms.policy,
      because: [],
      scanLimit: parts.scanLimit,
      ...(exchange.trace && { trace: exchange.trace }),
    };
    const wants = customFieldWants(schema, document, variables.values);
    const loaders = createLoaders(crms, call, wants);
    const upstream = new OperationUpstream(exchange.receipt, spending, isDryRun, () =>
      planFor(asked, { crms, context, scanLimit: parts.scanLimit, seen, policy: terms.policy }),
    );
    const contexts = new AskedContexts(seen);
    const context = contexts.of({
      crms,
      caller,
      call,
      loaders,
      upstream,
      customFields: wants,
      // What an operation costs is not known before everything of it is answered.
      inParts: inParts && costs.length === 0,
      operations,
      seen,
      now: () => clock.now(),
    });
    const end = () => {
      done.abort(OVER);
      abandoned.removeEventListener('abort', cancel);
      // Reads that were left behind, by the failure of one beside them, would be paid for and thrown away.
      if (type === 'query') cancel();
      loaders.release();
    };
    const price = parts.onOperation ? upstream.plan.cost : null;
    if (type === 'query' && !isDryRun && terms.maxTokens !== null) {
      const error = refusal(upstream.plan, terms.maxTokens);
      if (error) {
        end();
        return failed(error);
      }
    }
    const succeed = (result: ExecutionResult) => {
      upstream.done();
      // What was shared says nothing of what it takes alone.
      if (exchange.receipt.joined === 0) contexts.learn(exchange.receipt.calls);
      if (!price || isDryRun) return;
      const { calls: sent, joined: coalesced } = exchange.receipt;
      parts.onOperation?.({ plan: price, sent, coalesced, result });
    };
    return { asked, context, costs, succeed, end };
  }

  async function whole(known: KnownOperation, given: Given, running: Running): Promise<WholeResult> {
    const { asked, context, costs } = running;
    try {
      const result = await executePlan(known.plans.of(asked.variableValues), asked.variableValues, context);
      running.succeed(result);
      return costs.length > 0 ? withCost(result, costs, asked, given ?? {}, context) : result;
    } finally {
      running.end();
    }
  }

  return {
    async whole(known, given, exchange) {
      const running = begin(known, given, exchange, false);
      return isRunning(running) ? whole(known, given, running) : running;
    },
    async inParts(known, given, exchange, execute) {
      const running = begin(known, given, exchange, true);
      if (!isRunning(running)) return running;
      const { context, asked } = running;
      if (!context.inParts) return whole(known, given, running);
      const { schema, document, operation } = asked;
      const operationName = operation.name?.value;
      let result: Result;
      try {
        result = await execute({ schema, document, contextValue: context, variableValues: given ?? {}, operationName });
      } catch (error) {
        running.end();
        throw error;
      }
      if (Symbol.asyncIterator in result) return untilOver(result, running);
      running.succeed(result);
      running.end();
      return result;
    },
  };
}

function isRunning(begun: Running | ExecutionResult): begun is Running {
  return 'context' in begun;
}

/** Ends an operation with the last of its parts, or when nobody takes them any more. */
async function* untilOver(parts: AsyncIterable<ResultPart>, running: Running): AsyncGenerator<ResultPart> {
  const errors: GraphQLError[] = [];
  try {
    for await (const part of parts) {
      errors.push(...(part.errors ?? []), ...(part.incremental ?? []).flatMap((one) => one.errors ?? []));
      if (!part.hasNext) running.succeed({ errors });
      yield part;
    }
  } finally {
    running.end();
  }
}

function failed(error: unknown): ExecutionResult {
  if (!(error instanceof GatewayError)) throw error;
  return { errors: [new GraphQLError(error.message, { originalError: error })] };
}

function isDry(field: Parameters<typeof getArgumentValues>[1], { schema, variableValues }: Asked): boolean {
  const definition = schema.getQueryType()?.getFields()[field.name.value];
  return definition !== undefined && getArgumentValues(definition, field, variableValues).dryRun === true;
}
