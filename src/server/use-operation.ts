import { type ExecutionArgs, type ExecutionResult, GraphQLError, getArgumentValues, getOperationAST } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Call } from '../domain/call.ts';
import type { Crms } from '../domain/crms.ts';
import { GatewayError } from '../domain/errors.ts';
import type { Policy } from '../domain/policy.ts';
import { Spending } from '../domain/spending.ts';
import type { SentCall, UpstreamCost } from '../domain/upstream.ts';
import { createLoaders } from '../loaders/index.ts';
import { Seen } from '../plan/seen.ts';
import { customFieldWants } from '../plan/wants.ts';
import { AskedContexts } from '../schema/asked-context.ts';
import type { GraphQLContext } from '../schema/context.ts';
import type { Clock } from '../transport/clock.ts';
import type { Exchange } from './exchange.ts';
import type { Tracing } from './tracing.ts';
import { type Asked, askedBy, costFields, OperationUpstream, planFor, refusal, withCost } from './upstream.ts';
import { readTerms } from './upstream-terms.ts';

const OVER = 'the operation is over';

/** What the HTTP layer hands to the GraphQL engine with each request. */
export interface ServerContext extends Record<string, unknown> {
  readonly exchange: Exchange;
}

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

/**
 * Gives every operation a context of its own. A query ends with its deadline or when nobody waits for it; a mutation
 * only with its deadline, since what it has begun is better finished.
 */
export function useOperation(parts: OperationParts): Plugin<Record<string, unknown>, ServerContext> {
  const { clock, operations } = parts;
  const seen = new Seen();
  const configured = { policy: parts.planPolicy, maxTokens: parts.maxTokensPerOperation };
  return {
    onExecute({ args, extendContext, setResultAndStopExecution }) {
      const { exchange } = args.contextValue as unknown as ServerContext;
      const operation = getOperationAST(args.document, args.operationName);
      const type = operation?.operation === 'mutation' ? 'mutation' : 'query';
      exchange.operation = { name: operation?.name?.value ?? null, type };
      const asked = operation ? askedBy(args as ExecutionArgs, operation) : null;
      const stop = (error: unknown) => {
        if (!(error instanceof GatewayError)) throw error;
        setResultAndStopExecution({ errors: [new GraphQLError(error.message, { originalError: error })] });
        return undefined;
      };
      let terms: ReturnType<typeof readTerms>;
      try {
        terms = readTerms(exchange.headers, configured);
      } catch (error) {
        return stop(error);
      }

      const { caller } = exchange;
      const crms = parts.crms.only(caller.crms);
      exchange.trace = parts.tracing?.()?.beginOperation(exchange) ?? null;

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

      const costs = asked ? costFields(asked) : [];
      const isDryRun = asked !== null && costs.some((field) => isDry(field, asked));
      const spending = new Spending(exchange.receipt, isDryRun ? 0 : terms.maxTokens);
      const call: Call = {
        signal: cancelled.signal,
        deadline: clock.now() + timeoutMs,
        receipt: spending,
        ...(type === 'query' && { scope: caller.id }),
        policy: terms.policy,
        because: [],
        scanLimit: parts.scanLimit,
        ...(exchange.trace && { trace: exchange.trace }),
      };
      const wants = asked ? customFieldWants(asked.schema, asked.document, asked.variableValues) : undefined;
      const loaders = createLoaders(crms, call, wants);
      const upstream = new OperationUpstream(exchange.receipt, spending, isDryRun, () => {
        if (!asked) throw new Error('an operation that cannot be executed has no plan');
        return planFor(asked, { crms, context, scanLimit: parts.scanLimit, seen, policy: terms.policy });
      });
      const contexts = new AskedContexts(seen);
      const context = contexts.of({
        crms,
        caller,
        call,
        loaders,
        upstream,
        customFields: wants,
        operations,
        seen,
        now: () => clock.now(),
      });
      const price = asked && parts.onOperation ? upstream.plan.cost : null;
      if (asked && type === 'query' && !isDryRun && terms.maxTokens !== null) {
        const error = refusal(upstream.plan, terms.maxTokens);
        if (error) {
          done.abort(OVER);
          return stop(error);
        }
      }
      extendContext({ ...context });
      return {
        onExecuteDone({ result, setResult }) {
          done.abort(OVER);
          // Reads that were left behind, by the failure of one beside them, would be paid for and thrown away.
          if (type === 'query') cancel();
          upstream.done();
          contexts.learn(exchange.receipt.calls);
          const answer = result as ExecutionResult;
          if (asked && costs.length > 0) setResult(withCost(answer, costs, asked, args as ExecutionArgs));
          if (price && !isDryRun) {
            const { calls: sent, joined: coalesced } = exchange.receipt;
            parts.onOperation?.({ plan: price, sent, coalesced, result: answer });
          }
        },
      };
    },
  };
}

function isDry(field: Parameters<typeof getArgumentValues>[1], { schema, variableValues }: Asked): boolean {
  const definition = schema.getQueryType()?.getFields()[field.name.value];
  return definition !== undefined && getArgumentValues(definition, field, variableValues).dryRun === true;
}
