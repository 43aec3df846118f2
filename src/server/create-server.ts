import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { assertValidSchema } from 'graphql';
import { isAdminOfAll } from '../domain/caller.ts';
import { Admission } from './admission.ts';
import { onBrokenRequest } from './broken-request.ts';
import { Connections } from './connections.ts';
import { type Exchange, openExchange } from './exchange.ts';
import { createGraphqlEndpoint, type EndpointParts, GRAPHQL_PATH } from './graphql-endpoint.ts';
import { EventLoopPressure, LoadShedding, type Pressure } from './pressure.ts';
import { Refusal } from './refusal.ts';
import { sendJson, sendRefusal } from './respond.ts';
import { secure } from './security-headers.ts';
import { stackOf } from './use-answer.ts';

const DRAIN_MS = 30_000;

/** How long connections may take, in milliseconds. */
export interface HttpTimeouts {
  /** Until the headers of a request are there. */
  readonly headersMs: number;
  /** Until a request is there as a whole. */
  readonly requestMs: number;
  /** Between two requests; longer than that of the load balancers before it. */
  readonly keepAliveMs: number;
  /** How often the two first are looked at. */
  readonly checkMs: number;
}

const TIMEOUTS: HttpTimeouts = { headersMs: 10_000, requestMs: 30_000, keepAliveMs: 65_000, checkMs: 5_000 };

export interface ServerParts extends Omit<EndpointParts, 'shedding' | 'admission'> {
  readonly admission?: Admission;
  readonly pressure?: Pressure;
  readonly queues?: ConstructorParameters<typeof LoadShedding>[2];
  readonly timeouts?: HttpTimeouts;
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
 * while it serves, neither of which asks a CRM anything; metrics for Prometheus at `/metrics`.
 */
export function createServer(parts: ServerParts): GatewayServer {
  const { clock, logger, metrics } = parts;
  assertValidSchema(parts.schema);
  let state: 'starting' | 'ready' | 'closing' = 'starting';
  const pressure = parts.pressure ?? new EventLoopPressure();
  const shedding = new LoadShedding(parts.limits, pressure, parts.queues ?? new Map());
  const endpoint = createGraphqlEndpoint({ ...parts, shedding, admission: parts.admission ?? new Admission() });
  const { headersMs, requestMs, keepAliveMs, checkMs } = parts.timeouts ?? TIMEOUTS;

  const server = createHttpServer(
    {
      headersTimeout: headersMs,
      requestTimeout: requestMs,
      keepAliveTimeout: keepAliveMs,
      connectionsCheckingInterval: checkMs,
    },
    (request, response) => {
      const exchange = openExchange(request, response, clock.now());
      secure(response);
      route(request, response, exchange).catch((error: unknown) => fail(error, response, exchange));
    },
  );
  server.on('clientError', onBrokenRequest);

  const connections = new Connections(server);

  async function route(request: IncomingMessage, response: ServerResponse, exchange: Exchange): Promise<void> {
    switch (request.url?.split('?', 1)[0]) {
      case '/health':
        return sendJson(response, 200, { status: 'alive' });
      case '/ready':
        return sendJson(response, state === 'ready' ? 200 : 503, { status: state });
      case GRAPHQL_PATH:
        if (state === 'ready') return await endpoint.handle(request, response, exchange);
        response.setHeader('connection', 'close');
        throw new Refusal('OVERLOADED', 'The gateway is shutting down', { status: 503 }, 1_000);
      case '/metrics':
        if (metrics) return sendMetrics(request, response, exchange);
        return notFound(response);
      case '/':
        response.writeHead(302, { location: GRAPHQL_PATH }).end();
        return;
      default:
        return notFound(response);
    }
  }

  async function sendMetrics(request: IncomingMessage, response: ServerResponse, exchange: Exchange): Promise<void> {
    await endpoint.identify(request, exchange);
    if (!isAdminOfAll(exchange.caller)) {
      throw new Refusal('FORBIDDEN', 'metrics are for callers with the scope admin who may know of all CRMs', {
        status: 403,
      });
    }
    response.writeHead(200, { 'content-type': metrics?.contentType, 'cache-control': 'no-store' });
    response.end(await metrics?.text());
  }

  function fail(error: unknown, response: ServerResponse, exchange: Exchange): void {
    if (error instanceof Refusal && !response.headersSent) {
      logger.info({ requestId: exchange.requestId, caller: exchange.caller.id, outcome: [error.code] }, 'refused');
      metrics?.refused(error.code);
      sendRefusal(response, error, exchange.requestId);
      return;
    }
    logger.error({ requestId: exchange.requestId, stack: stackOf(error) }, 'internal error');
    response.destroy();
  }

  return {
    async listen(port, host) {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, resolve);
      });
      pressure.start();
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
      pressure.stop();
    },
  };
}

function notFound(response: ServerResponse): void {
  sendJson(response, 404, { message: `There is nothing here; GraphQL is at ${GRAPHQL_PATH}` });
}
