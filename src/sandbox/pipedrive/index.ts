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
import { apiTokenOf, authenticate, type Credential } from './credentials.ts';
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
import { Failure, outOfScope } from './failure.ts';
import { fieldRoutes } from './fields.ts';
import { withHistory } from './history.ts';
import { Limits } from './limits.ts';
import { noteRoutes } from './notes.ts';
import type { RegisteredApp } from './oauth/app.ts';
import { answerOAuth, isOAuth } from './oauth/endpoints.ts';
import { opens } from './oauth/scopes.ts';
import { OAuthServer } from './oauth/server.ts';
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
  /**
   * Requests an API token may send in any two seconds, and an app four times as many; 100 by default, `null` for no limit
   * and no headers about it.
   */
  readonly burst?: number | null;
  /** Tokens of a day; 1 000 000 by default. */
  readonly dailyTokens?: number;
  /** How long, in milliseconds, a write to a deal stays out of the search index; 0 by default. */
  readonly searchLag?: number;
  /** The app that users can let in, as far as it is not the sandbox's own. */
  readonly app?: Partial<RegisteredApp>;
  /** The clock that new records, limits and deletions go by, in milliseconds; the computer's by default. */
  readonly now?: () => number;
}

/** A Pipedrive account on this computer. */
export interface PipedriveSandbox extends Simulator {
  /** The API token of the account's own user. */
  readonly token: string;
  /** The API token of any of its users. Throws for users it does not have, and for those that were deactivated. */
  tokenOf(userId: number): string;
  /** The OAuth server, at the sandbox's own address. */
  readonly oauth: OAuthServer;
  /** The records of the account as they are. */
  readonly store: Store;
  /** What all requests so far have cost. */
  readonly tokensSpent: number;
  /** Puts records, limits, OAuth, faults and log back to the start. */
  reset(): void;
}

const TOKEN = '5a9d0b0c7e1f4a2386d1c9e4b7f03a5d2c6e8f10';

/** A simulated Pipedrive account: API v2, and of v1 what v2 does not have. The same options give the same account. */
export function createPipedriveSandbox(options: PipedriveSandboxOptions = {}): PipedriveSandbox {
  const { deals = 240, burst = 100, dailyTokens = 1_000_000, searchLag = 0, now = Date.now } = options;
  let store = seedStore(deals, now());
  let limits = new Limits(burst, dailyTokens);
  const faults = new Faults();
  const log: LogEntry[] = [];
  const oauth = new OAuthServer({ app: options.app ?? {}, user: store.caller.id, now, log });
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

  async function handle(request: SimRequest): Promise<SimResponse> {
    if (isOAuth(request.path)) return answerOAuth(oauth, request);
    store.purge(now());
    const correlation = { 'x-correlation-id': randomUUID() };
    const caller = authenticate(request, store.users.values(), TOKEN, oauth);
    if (caller instanceof Failure) {
      return { ...caller.response, headers: { ...correlation, ...caller.response.headers } };
    }
    const isSearch = request.path.endsWith('/search');
    const { headers, refusal } = limits.admit(caller, costOf(routes, request), isSearch, now());
    const response = refusal?.response ?? (await store.as(caller, () => dispatch(request, caller)));
    return {
      ...response,
      headers: { ...correlation, date: new Date(now()).toUTCString(), ...headers, ...response.headers },
    };
  }

  async function dispatch(request: SimRequest, { scopes }: Credential): Promise<SimResponse> {
    const hit = findRoute(routes, request.method, normalPath(request.path));
    if (!('route' in hit)) return unrouted(request.path, hit.allowed);
    if (scopes && !opens(scopes, `${hit.route.method} ${hit.route.path}`)) return outOfScope().response;
    try {
      return await hit.route.handler({ ...request, params: hit.params });
    } catch (error) {
      if (error instanceof Failure) return error.response;
      throw error;
    }
  }

  return {
    name: 'pipedrive',
    token: TOKEN,
    tokenOf(userId) {
      const user = store.users.get(userId);
      if (!user?.active_flag) throw new Error(`no active user ${userId}`);
      return apiTokenOf(user, TOKEN);
    },
    oauth,
    faults,
    log,
    get store() {
      return store;
    },
    get tokensSpent() {
      return limits.spent;
    },
    handle,
    tokens: (request) => costOf(routes, request),
    env: (url) => ({ PIPEDRIVE_API_TOKEN: TOKEN, PIPEDRIVE_API_URL: url }),
    reset() {
      store = seedStore(deals, now());
      limits = new Limits(burst, dailyTokens);
      oauth.reset();
      faults.set();
      log.length = 0;
    },
  };
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
  if (path.startsWith('/api/v2/')) return outOfScope().response;
  return new Failure(404, 'Not found', { error_info: 'Object was not found.' }).response;
}
