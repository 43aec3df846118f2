import { type Caller, hasScope } from '../domain/caller.ts';
import type { Environment, Report } from './environment.ts';

export const PERMISSIONS = ['on', 'admin', 'off'] as const;
/** For everybody, for callers with the scope `admin`, or for nobody. */
export type Permission = (typeof PERMISSIONS)[number];

/** What callers get to see of the gateway, and what they may send. */
export interface Access {
  /** Who may ask for the schema. */
  readonly introspection: Permission;
  readonly graphiql: boolean;
  /** Documents by the hash they may be sent by; `null` where none are kept. */
  readonly persistedOperations: ReadonlyMap<string, string> | null;
  /** Who may send documents that are not among those. */
  readonly arbitraryOperations: Permission;
  /** Other origins whose pages may call. */
  readonly corsOrigins: readonly string[];
  /** Whether there are metrics at `/metrics`. */
  readonly metrics: boolean;
}

/** What holds where callers are not told apart and nothing else is set. */
export const OPEN_ACCESS: Access = {
  introspection: 'on',
  graphiql: true,
  persistedOperations: null,
  arbitraryOperations: 'on',
  corsOrigins: [],
  metrics: true,
};

export function isPermitted(permission: Permission, caller: Caller): boolean {
  return permission === 'on' || (permission === 'admin' && hasScope(caller, 'admin'));
}

export function readAccess(
  env: Environment,
  persistedOperations: Access['persistedOperations'],
  hasCallers: boolean,
  report: Report,
): Access {
  const arbitraryOperations = env.oneOf(
    'DEALGRAPH_ARBITRARY_OPERATIONS',
    PERMISSIONS,
    persistedOperations === null ? 'on' : 'off',
  );
  if (persistedOperations === null && arbitraryOperations !== 'on') {
    report('DEALGRAPH_ARBITRARY_OPERATIONS: nothing could be sent, since DEALGRAPH_PERSISTED_OPERATIONS is not set');
  }
  return {
    introspection: env.oneOf('DEALGRAPH_INTROSPECTION', PERMISSIONS, hasCallers ? 'admin' : 'on'),
    graphiql: env.flag('DEALGRAPH_GRAPHIQL') ?? !hasCallers,
    persistedOperations,
    arbitraryOperations,
    corsOrigins: env.list('DEALGRAPH_CORS_ORIGINS').filter((origin) => {
      const fits = URL.canParse(origin) && new URL(origin).origin === origin && /^https?:/.test(origin);
      if (!fits) report('DEALGRAPH_CORS_ORIGINS: must be origins such as https://app.example.com, without a path');
      return fits;
    }),
    metrics: env.flag('DEALGRAPH_METRICS') ?? true,
  };
}
