import { OPEN_ACCESS } from '../../src/config/access.ts';
import { DEFAULT_LIMITS } from '../../src/config/limits.ts';
import { Crms } from '../../src/domain/crms.ts';
import type { ServerParts } from '../../src/server/create-server.ts';
import { systemClock } from '../../src/transport/clock.ts';

/** A server without CRMs and callers, and with the limits of one that nothing else is said of. */
export function serverParts(over: Pick<ServerParts, 'schema' | 'logger'> & Partial<ServerParts>): ServerParts {
  return {
    crms: new Crms([]),
    clock: systemClock,
    queryTimeoutMs: 10_000,
    mutationTimeoutMs: 10_000,
    // The schemas of these tests have no mutations of deals.
    operations: {} as ServerParts['operations'],
    planPolicy: 'BALANCED',
    maxTokensPerOperation: null,
    scanLimit: 2_000,
    callers: null,
    callerAccounts: { open: [], lease: () => ({ adapters: [], name: '', release: () => undefined }) },
    access: OPEN_ACCESS,
    limits: DEFAULT_LIMITS,
    metrics: null,
    redact: (text) => text,
    ...over,
  };
}
