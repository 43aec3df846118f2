import type { IncomingMessage, ServerResponse } from 'node:http';
import { useDeferStream } from '@graphql-yoga/plugin-defer-stream';
import type { GraphQLSchema } from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import type { CallerSettings } from '../config/caller-settings.ts';
import type { Limits } from '../config/limits.ts';
import { withCredentials } from '../domain/caller.ts';
import type { Admission } from './admission.ts';
import { admitLarge } from './admit-large.ts';
import { createAuthenticate } from './authenticate.ts';
import { type CallerAccounts, CREDENTIALS_HEADER, leaseAccounts } from './caller-credentials.ts';
import { createCheckOperation } from './check-operation.ts';
import { checkPersistedOperations } from './check-persisted-operations.ts';
import { Documents } from './documents.ts';
import type { Exchange, ServerContext } from './exchange.ts';
import { createGraphiql, wantsGraphiql } from './graphiql.ts';
import { createKnownOperations } from './known-operation.ts';
import { Origins } from './origins.ts';
import { createPlainPost } from './plain-post.ts';
import type { LoadShedding } from './pressure.ts';
import { createRateLimit } from './rate-limit.ts';
import { Refusal } from './refusal.ts';
import { createRunOperation, type OperationParts } from './run-operation.ts';
import { type AnswerParts, completeWith, useAnswer } from './use-answer.ts';
import { useLimits } from './use-limits.ts';
import { useOperation } from './use-operation.ts';
import { usePersistedOperations } from './use-persisted-operations.ts';
import { useShedding } from './use-shedding.ts';

export const GRAPHQL_PATH = '/graphql';

export interface EndpointParts extends OperationParts, AnswerParts {
  readonly schema: GraphQLSchema;
  readonly callers: CallerSettings | null;
  readonly callerAccounts: CallerAccounts;
  readonly limits: Limits;
  readonly shedding: LoadShedding;
  readonly admission: Admission;
}

/** Answers operations, and GraphiQL for browsers. Throws a `Refusal` for what is not let in. */
export interface GraphQLEndpoint {
  handle(request: IncomingMessage, response: ServerResponse, exchange: Exchange): Promise<void>;
  /** Finds out who sends a request to another path. */
  identify(request: IncomingMessage, exchange: Exchange): Promise<void> | void;
}

export function createGraphqlEndpoint(parts: EndpointParts): GraphQLEndpoint {
  const { schema, callers, callerAccounts, clock, access, limits, shedding } = parts;
  checkPersistedOperations(schema, access, limits);
  const graphiql = createGraphiql();
  const authenticate = createAuthenticate(callers, clock);
  const limitRate = createRateLimit(limits.callerRate);
  const origins = new Origins(
    access.corsOrigins,
    callers === null,
    callerAccounts.open.map((crm) => CREDENTIALS_HEADER + crm),
  );
  const complete = completeWith(parts);
  const documents = new Documents();
  const known = createKnownOperations(schema);
  const run = admitLarge(createRunOperation(parts, createCheckOperation(limits, access)), parts.admission, clock);
  const plugins = [
    usePersistedOperations(access),
    useShedding(shedding),
    useLimits(limits, access),
    useOperation(known, run),
    useAnswer(complete),
  ];
  const yoga = createYoga<ServerContext>({
    schema,
    graphqlEndpoint: GRAPHQL_PATH,
    plugins: [useDeferStream() as Plugin<ServerContext>, ...plugins],
    parserAndValidationCache: { documentCache: documents.parsed, errorCache: documents.refused },
    maskedErrors: false,
    logging: false,
    graphiql: false,
    landingPage: false,
    cors: false,
    multipart: false,
    batching: false,
    maxRequestBodySize: limits.bodyBytes,
  });

  const answerPlainPost = createPlainPost({
    ...parts,
    yoga,
    plugins,
    documents,
    known,
    run,
    writes: parts.crms.writes,
    complete,
    maxBytes: limits.bodyBytes,
  });

  function identify(request: IncomingMessage, exchange: Exchange): Promise<void> | void {
    origins.check(request);
    const found = authenticate(request);
    if (found instanceof Promise) return found.then((caller) => void Object.assign(exchange, { caller }));
    exchange.caller = found;
  }

  /** From here on the caller is one with these credentials, and asks the CRMs as such. */
  function bringCredentials({ headers }: IncomingMessage, response: ServerResponse, exchange: Exchange): void {
    const lease = leaseAccounts(headers, callerAccounts, exchange.caller.crms);
    if (lease === null) return;
    response.once('close', () => lease.release());
    exchange.caller = withCredentials(exchange.caller, lease.name);
    exchange.adapters = lease.adapters;
  }

  return {
    identify,
    async handle(request, response, exchange) {
      if (origins.share(request, response)) return;
      if (access.graphiql && wantsGraphiql(request)) return graphiql(request, response);
      if (request.method === 'POST' && !isJson(request)) {
        // Forms and plain text are what a page of another site could send without being asked for permission.
        throw new Refusal('BAD_REQUEST', 'Send operations as application/json', { status: 415 });
      }
      shedding.checkAny();
      // Nearly always there is nothing to wait for.
      const identifying = identify(request, exchange);
      if (identifying instanceof Promise) await identifying;
      const limiting = limitRate(exchange.caller);
      if (limiting instanceof Promise) await limiting;
      bringCredentials(request, response, exchange);
      if (request.method === 'GET') shedding.checkRead(exchange.caller.crms);
      if (await answerPlainPost(request, response, exchange)) return;
      await yoga(request, response, { exchange });
    },
  };
}

function isJson(request: IncomingMessage): boolean {
  return /^application\/(graphql\+)?json\s*(;|$)/i.test(request.headers['content-type'] ?? '');
}
