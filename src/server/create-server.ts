import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { assertValidSchema, type GraphQLSchema } from 'graphql';
import { createYoga } from 'graphql-yoga';
import type { Logger } from 'pino';
import { completeWith } from './answer.ts';
import { Connections } from './connections.ts';
import { type Exchange, openExchange } from './exchange.ts';
import { createGraphiql, wantsGraphiql } from './graphiql.ts';
import { createPlainPost } from './plain-post.ts';
import { sendJson, sendRefusal } from './respond.ts';
import { useAnswer } from './use-answer.ts';
import { type OperationParts, type ServerContext, useOperation } from './use-operation.ts';

export const GRAPHQL_PATH = '/graphql';
const MAX_BODY_BYTES = 256 * 1024;
const DRAIN_MS = 30_000;

export interface ServerParts extends OperationParts {
  readonly schema: GraphQLSchema;
  readonly logger: Logger;
}

/** The gateway's HTTP side. */
export interface GatewayServer {
  /** Starts to serve and answers the URL of the GraphQL endpoint. Port 0 takes any free port. */
  listen(port: number, host: string): Promise<string>;
  /** Accepts nothing new, lets what is in flight finish (for 30 seconds at most) and ends all connections. */
  close(): Promise<void>;
}

/**
 * GraphQL (and GraphiQL for browsers) at `/graphql`; `GET /health` is 200 while the process lives, `GET /ready` 200
 * while it serves. Other origins are not let in: there is no CORS, and operations are accepted as JSON only.
 */
export function createServer(parts: ServerParts): GatewayServer {
  const { clock, logger } = parts;
  assertValidSchema(parts.schema);
  let state: 'starting' | 'ready' | 'closing' = 'starting';
  const graphiql = createGraphiql();
  const complete = completeWith(logger, clock);
  const plugins = [useOperation(parts), useAnswer(complete)];
  const yoga = createYoga<ServerContext>({
    schema: parts.schema,
    graphqlEndpoint: GRAPHQL_PATH,
    plugins,
    maskedErrors: false,
    logging: false,
    graphiql: false,
    landingPage: false,
    cors: false,
    multipart: false,
    batching: false,
    maxRequestBodySize: MAX_BODY_BYTES,
  });

  const answerPlainPost = createPlainPost({
    yoga,
    plugins,
    writes: parts.crms.writes,
    complete,
    maxBytes: MAX_BODY_BYTES,
  });

  const server = createHttpServer((request, response) => {
    const exchange = openExchange(request, response, clock.now());
    route(request, response, exchange).catch((error: unknown) => {
      logger.error(
        { requestId: exchange.requestId, stack: error instanceof Error ? error.stack : String(error) },
        'internal error',
      );
      response.destroy();
    });
  });

  const connections = new Connections(server);

  async function route(request: IncomingMessage, response: ServerResponse, exchange: Exchange): Promise<void> {
    switch (request.url?.split('?', 1)[0]) {
      case '/health':
        return sendJson(response, 200, { status: 'alive' });
      case '/ready':
        return sendJson(response, state === 'ready' ? 200 : 503, { status: state });
      case GRAPHQL_PATH:
        return graphql(request, response, exchange);
      case '/':
        response.writeHead(302, { location: GRAPHQL_PATH }).end();
        return;
      default:
        return sendJson(response, 404, { message: `There is nothing here; GraphQL is at ${GRAPHQL_PATH}` });
    }
  }

  async function graphql(request: IncomingMessage, response: ServerResponse, exchange: Exchange): Promise<void> {
    if (state !== 'ready') {
      response.setHeader('connection', 'close');
      sendRefusal(response, 503, 'OVERLOADED', 'The gateway is shutting down', exchange.requestId);
    } else if (wantsGraphiql(request)) {
      await graphiql(request, response);
    } else if (request.method === 'POST' && !isJson(request)) {
      // Forms and plain text are what a page of another site could send without being asked for permission.
      sendRefusal(response, 415, 'BAD_REQUEST', 'Send operations as application/json', exchange.requestId);
    } else if (!(await answerPlainPost(request, response, exchange))) {
      await yoga(request, response, { exchange });
    }
  }

  return {
    async listen(port, host) {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, resolve);
      });
      state = 'ready';
      const { address, family, port: chosen } = server.address() as AddressInfo;
      return `http://${family === 'IPv6' ? `[${address}]` : address}:${chosen}${GRAPHQL_PATH}`;
    },
    async close() {
      state = 'closing';
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      connections.drain();
      const finished = new AbortController();
      clock.sleep(DRAIN_MS, finished.signal).then(
        () => connections.destroy(),
        () => undefined,
      );
      await closed;
      finished.abort();
    },
  };
}

function isJson(request: IncomingMessage): boolean {
  return /^application\/(graphql\+)?json\s*(;|$)/i.test(request.headers['content-type'] ?? '');
}
