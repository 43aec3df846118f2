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
import { activityRoutes } from './activities.ts';
import { dealArchiveRoutes } from './deal-archive-v1.ts';
import { dealDiscountRoutes } from './deal-discounts.ts';
import { dealFileRoutes } from './deal-files.ts';
import { dealFollowerRoutes } from './deal-followers.ts';
import { dealHistoryRoutes } from './deal-history.ts';
import { dealInstallmentRoutes } from './deal-installments.ts';
import { dealMailRoutes } from './deal-mail.ts';
import { dealParticipantRoutes } from './deal-participants.ts';
import { dealProductRoutes } from './deal-products.ts';
import { dealSearchRoutes } from './deal-search.ts';
import { dealTotalsRoutes } from './deal-totals.ts';
import { dealV1Routes } from './deal-v1.ts';
import { dealRoutes } from './deals.ts';
import { Failure, gatewayRefusal } from './failure.ts';
import { fieldRoutes } from './fields.ts';
import { withHistory } from './history.ts';
import { BurstWindow, TokenBudget } from './limits.ts';
import { noteRoutes } from './notes.ts';
import { organizationRoutes } from './organizations.ts';
import { personRoutes } from './persons.ts';
import { pipelineRoutes } from './pipelines.ts';
import { productRoutes } from './products.ts';
import { savedFilterRoutes } from './saved-filters.ts';
import { seedStore } from './seed/index.ts';
import type { Account, Store } from './store.ts';
import { userRoutes } from './users.ts';
import { withdrawnRoutes } from './withdrawn.ts';

export interface PipedriveSandboxOptions {
  /** How many deals the account starts with; 240 by default. */
  readonly deals?: number;
  /** Requests allowed in any two seconds; 100 by default, `null` for no limit and no headers about it. */
  readonly burst?: number | null;
  /** Tokens of a day; 1 000 000 by default. */
  readonly dailyTokens?: number;
  /** How long, in milliseconds, a write to a deal stays out of the search index; 0 by default. */
  readonly searchLag?: number;
  /** The clock that new records, limits and deletions go by, in milliseconds; the computer's by default. */
  readonly now?: () => number;
}

/** A Pipedrive account on this computer. */
export interface PipedriveSandbox extends Simulator {
  /** The API token the account answers to. */
  readonly token: string;
  /** The records of the account as they are. */
  readonly store: Store;
  /** What all requests so far have cost. */
  readonly tokensSpent: number;
  /** Puts records, limits, faults and log back to the start. */
  reset(): void;
}

/** Searches allowed in any two seconds, on every plan; they count as requests too. */
const SEARCH_BURST = 10;

const TOKEN = '5a9d0b0c7e1f4a2386d1c9e4b7f03a5d2c6e8f10';

/** A simulated Pipedrive account: API v2, and of v1 what v2 does not have. The same options give the same account. */
export function createPipedriveSandbox(options: PipedriveSandboxOptions = {}): PipedriveSandbox {
  const { deals = 240, burst = 100, dailyTokens = 1_000_000, searchLag = 0, now = Date.now } = options;
  let store = seedStore(deals, now());
  let window = burst === null ? null : new BurstWindow(burst);
  let searchWindow = burst === null ? null : new BurstWindow(SEARCH_BURST);
  let budget = new TokenBudget(dailyTokens);
  let spent = 0;
  const account: Account = {
    get store() {
      return store;
    },
    now,
    searchLag,
  };
  const routes: readonly Route[] = [
    dealRoutes,
    dealProductRoutes,
    dealDiscountRoutes,
    dealInstallmentRoutes,
    dealFollowerRoutes,
    dealSearchRoutes,
    dealV1Routes,
    dealTotalsRoutes,
    dealArchiveRoutes,
    dealHistoryRoutes,
    dealParticipantRoutes,
    dealFileRoutes,
    dealMailRoutes,
    noteRoutes,
    activityRoutes,
    savedFilterRoutes,
    personRoutes,
    organizationRoutes,
    productRoutes,
    pipelineRoutes,
    fieldRoutes,
    userRoutes,
    withdrawnRoutes,
  ].flatMap((routesOf) => withHistory(account, routesOf(account)));

  /** Counts the request against the limits; the refusal where one is used up. */
  function limit(tokens: number, isSearch: boolean): { headers: Record<string, string>; refusal: Failure | null } {
    const time = now();
    const burstState = admit(isSearch ? [window, searchWindow] : [window], time);
    const left = budget.remaining(time);
    const headers = {
      ...(burstState && {
        'x-ratelimit-limit': String(burstState.size),
        'x-ratelimit-remaining': String(burstState.remaining),
        'x-ratelimit-reset': String(burstState.resetSeconds),
      }),
      'x-daily-ratelimit-token-limit': String(budget.limit),
      'x-daily-ratelimit-token-remaining': String(left),
    };
    if (burstState?.admitted === false || left === 0) {
      return { headers, refusal: gatewayRefusal(429, 'request over limit') };
    }
    budget.charge(tokens);
    spent += tokens;
    return { headers, refusal: null };
  }

  async function handle(request: SimRequest): Promise<SimResponse> {
    const correlation = { 'x-correlation-id': randomUUID() };
    if (request.headers['x-api-token'] !== TOKEN) {
      const { response } = gatewayRefusal(401, 'unauthorized access');
      return { ...response, headers: { ...correlation, 'x-401-by-gw': 'true' } };
    }
    const { headers, refusal } = limit(costOf(routes, request), request.path.endsWith('/search'));
    const response = refusal?.response ?? (await dispatch(request));
    return {
      ...response,
      headers: { ...correlation, date: new Date(now()).toUTCString(), ...headers, ...response.headers },
    };
  }

  async function dispatch(request: SimRequest): Promise<SimResponse> {
    store.purge(now());
    const hit = findRoute(routes, request.method, normalPath(request.path));
    if (!('route' in hit)) return unrouted(request.path, hit.allowed);
    try {
      return await hit.route.handler({ ...request, params: hit.params });
    } catch (error) {
      if (error instanceof Failure) return error.response;
      throw error;
    }
  }

  const faults = new Faults();
  const log: LogEntry[] = [];
  return {
    name: 'pipedrive',
    token: TOKEN,
    faults,
    log,
    get store() {
      return store;
    },
    get tokensSpent() {
      return spent;
    },
    handle,
    tokens: (request) => costOf(routes, request),
    env: (url) => ({ PIPEDRIVE_API_TOKEN: TOKEN, PIPEDRIVE_API_URL: url }),
    reset() {
      store = seedStore(deals, now());
      window = burst === null ? null : new BurstWindow(burst);
      searchWindow = burst === null ? null : new BurstWindow(SEARCH_BURST);
      budget = new TokenBudget(dailyTokens);
      spent = 0;
      faults.set();
      log.length = 0;
    },
  };
}

/** Counts a request in each window, as far as they admit it; the state of the narrowest or of the one that does not. */
function admit(windows: readonly (BurstWindow | null)[], time: number) {
  let state: (ReturnType<BurstWindow['admit']> & { size: number }) | undefined;
  for (const window of windows) {
    if (window && state?.admitted !== false) state = { ...window.admit(time), size: window.size };
  }
  return state;
}

function costOf(routes: readonly Route[], request: SimRequest): number {
  const hit = findRoute(routes, request.method, normalPath(request.path));
  return 'route' in hit ? (hit.route.tokens ?? 0) : 0;
}

/** v1 answers under `/v1` and `/api/v1`. */
function normalPath(path: string): string {
  return path.startsWith('/api/v1/') ? path.slice('/api'.length) : path;
}

/** Wrong verbs are 405; v2 paths that its gateway does not know are 403 like those outside a token's scopes. */
function unrouted(path: string, allowed: readonly string[]): SimResponse {
  if (allowed.length > 0) {
    const { response } = new Failure(405, 'Method not allowed', {});
    return { ...response, headers: { allow: [...new Set(allowed)].join(', ') } };
  }
  if (path.startsWith('/api/v2/')) return gatewayRefusal(403, 'Scope and URL mismatch').response;
  return new Failure(404, 'Not found', { error_info: 'Object was not found.' }).response;
}
