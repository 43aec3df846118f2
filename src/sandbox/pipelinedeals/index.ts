import { randomUUID } from 'node:crypto';
import { Faults } from '../kit/faults.ts';
import {
  findRoute,
  type LogEntry,
  type Route,
  type SimRequest,
  type SimResponse,
  type Simulator,
} from '../kit/simulator.ts';
import { empty, failed } from './answers.ts';
import { RateWindow } from './rate-window.ts';
import type { Store, UserRecord } from './records.ts';
import { OPERATIONS, type Operation } from './routes.ts';
import { SECRETS, type Secrets } from './secrets.ts';
import { seedStore } from './seed/index.ts';
import { DEFAULT_SWITCHES, type PipelineDealsSandboxOptions, type Switches } from './settings.ts';

export type * from './records.ts';
export type { Secrets } from './secrets.ts';
export type { Dialect, PipelineDealsSandboxOptions, Switches } from './settings.ts';

const BASE = '/api/v3';
const DEFAULT_DEALS = 240;

/** A PipelineDeals account that lives in memory. */
export interface PipelineDealsSandbox extends Simulator {
  /** May be changed at any time; takes effect with the next request. */
  readonly switches: Switches;
  /** What the account holds now; replaced by `reset`. */
  readonly store: Store;
  /** Texts that must never leave the gateway. */
  readonly secrets: Secrets;
  /** Every secret there is, the API keys of all users included. */
  readonly canaries: readonly string[];
  /** Back to the first state: records, switches, faults, log and rate window. */
  reset(): void;
}

/** Creates an account; the same `deals` and first `dialect` give the same records. */
export function createPipelineDealsSandbox(options: PipelineDealsSandboxOptions = {}): PipelineDealsSandbox {
  const { deals = DEFAULT_DEALS, now = Date.now, ...chosen } = options;
  const initial: Switches = { ...DEFAULT_SWITCHES, ...chosen };
  const switches: Switches = { ...initial };
  const faults = new Faults();
  const log: LogEntry[] = [];
  let store = seedStore(deals, initial.dialect);
  let rate = new RateWindow();

  const answer = (operation: Operation, request: SimRequest): SimResponse => {
    const user = authenticate(store, request.query);
    if (!user) return failed(401, 'Unknown api key');
    const { admitted, headers } = rate.admit(switches.requestsPerSecond, now());
    if (!admitted) return { ...failed(429, 'Too many requests'), headers };
    if (request.malformed) return { ...failed(400, 'Bad request'), headers };
    const second = Math.floor(now() / 1_000) * 1_000;
    return {
      ...operation.answer({ request, user, store, switches, dialect: switches.dialect, secrets: SECRETS, now: second }),
      headers,
    };
  };
  const routes = OPERATIONS.map(
    (operation): Route => ({
      method: operation.method,
      path: `${BASE}${operation.path}`,
      handler: (request) => answer(operation, request),
    }),
  );

  return {
    name: 'pipelinedeals',
    faults,
    log,
    switches,
    secrets: SECRETS,
    get store() {
      return store;
    },
    get canaries() {
      return [...new Set([...Object.values(SECRETS), ...[...store.users.values()].map((user) => user.api_key)])];
    },
    handle: async (request) => {
      const hit = findRoute(routes, request.method, request.path.replace(/\.json$/, ''));
      const response = 'route' in hit ? await hit.route.handler({ ...request, params: hit.params }) : empty(404);
      return {
        ...response,
        headers: {
          'x-request-id': randomUUID(),
          'cache-control': 'no-store',
          date: new Date(now()).toUTCString(),
          ...response.headers,
        },
      };
    },
    tokens: () => null,
    env: (url) => ({
      PIPELINEDEALS_API_KEY: SECRETS.apiKey,
      PIPELINEDEALS_APP_KEY: SECRETS.appKey,
      PIPELINEDEALS_API_URL: `${url}${BASE}`,
    }),
    reset: () => {
      Object.assign(switches, initial);
      faults.set();
      log.length = 0;
      store = seedStore(deals, initial.dialect);
      rate = new RateWindow();
    },
  };
}

/** Whose key the request carries. The key of an integration is optional, and must fit where it is sent. */
function authenticate(store: Store, query: URLSearchParams): UserRecord | undefined {
  const appKey = query.get('app_key');
  if (appKey !== null && appKey !== SECRETS.appKey) return undefined;
  const key = query.get('api_key');
  return [...store.users.values()].find((user) => user.api_key === key && user.deleted_at === null);
}
